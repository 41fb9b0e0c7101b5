import type { Grant } from "../../src/identity/estate.ts";
import type { Principal } from "../../src/identity/principal.ts";
import { statementInWords } from "../../src/model/who-can.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { changersOf, isHeldHere, strongest } from "../shared/firewall-changers.ts";
import {
  conditionWords,
  grantEvidence,
  sentencePrincipal,
  unsureVerdicts,
  type Unsure,
} from "../shared/grant-words.ts";
import { removalOf } from "../shared/removal.ts";
import { brief } from "../shared/words.ts";

export const check: Check = {
  id: "firewall-admin-by-wildcard",
  title: "Rights to change firewalls come from grants that name them",
  severity: "medium",
  subject: "principal",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "A grant of everything, of a whole service or of a broad role hands out the firewalls along with it: nobody decided that this principal should change them, " +
    "nobody sees it in a review, and what the service learns tomorrow is granted too.",
  remediation: {
    console:
      "Replace the wildcard or the broad role by what the principal needs; what it used of late tells which that is.",
    cli: [
      "rampart who-can",
      "aws iam generate-service-last-accessed-details --arn PRINCIPAL --granularity ACTION_LEVEL",
      "aws iam detach-role-policy --role-name ROLE --policy-arn POLICY",
      "az role definition create --role-definition role.json",
      "az role assignment delete --ids ASSIGNMENT",
      "gcloud recommender recommendations list --recommender=google.iam.policy.Recommender --project=PROJECT --location=global",
      "gcloud projects remove-iam-policy-binding PROJECT --member=MEMBER --role=ROLE",
    ],
    terraform: {
      aws: "Name the actions in the aws_iam_policy_document or the aws_iam_policy, in place of the wildcard, or attach a narrower policy.",
      azure:
        "Name a narrower built-in role in role_definition_name of the azurerm_role_assignment, or list the actions of an azurerm_role_definition in place of the wildcard.",
      gcp: "Replace the basic role of the google_project_iam_member by predefined roles of the services that are needed, or by a google_project_iam_custom_role.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {
    "aws-security-hub": ["IAM.1", "IAM.21"],
    "azure-policy": ["10ee2ea2-fb4d-45b8-a7e9-a2e770044cd9"],
    "gcp-security-command-center": ["ADMIN_SERVICE_ACCOUNT", "PRIMITIVE_ROLES_USED"],
    "cis-gcp-5.0": ["1.6"],
  },
  needs: { subjects: ["identities"], context: [] },
  *judge({ identity }) {
    const unsure: Unsure[] = [];
    for (const changer of changersOf(identity)) {
      const { principal, direct } = changer;
      if (!isHeldHere(changer)) continue;
      const { decision, grants } = strongest(direct.filter(({ breadth }) => breadth !== null));
      if (decision === "no") yield { status: "pass", resource: principal.resource };
      else if (decision === "unknown") unsure.push({ principal, grants });
      else yield failure(principal, grants);
    }
    yield* unsureVerdicts(unsure, "can change firewalls by a grant far wider than them");
  },
};

function failure(principal: Principal, grants: readonly Grant[]): Verdict {
  const sources = grants.flatMap(({ breadth }) =>
    breadth === null ? [] : [`"${breadth.pattern}" in ${statementInWords(breadth.statement)}`],
  );
  return {
    status: "fail",
    resource: principal.resource,
    message:
      `${sentencePrincipal(principal)} can change firewalls${conditionWords(grants)}, by a grant that is far wider than them: ` +
      `${brief([...new Set(sources)], 2)}.`,
    evidence: { principal: principal.id, managedBy: principal.managedBy, grants: grantEvidence(grants) },
    remediation: removalOf(check, principal, grants, "only"),
  };
}
