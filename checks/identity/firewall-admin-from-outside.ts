import type { Grant } from "../../src/identity/estate.ts";
import { expectationOf } from "../../src/identity/expected.ts";
import type { Principal } from "../../src/identity/principal.ts";
import type { FirewallEffect } from "../../src/model/firewall-effect.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { changersOf, isOwnIdentity, strongest, type Changer } from "../shared/firewall-changers.ts";
import {
  changeWords,
  conditionWords,
  grantEvidence,
  pathWords,
  sentencePrincipal,
  unsureVerdicts,
  type Unsure,
} from "../shared/grant-words.ts";
import { removalOf } from "../shared/removal.ts";
import { brief } from "../shared/words.ts";

export const check: Check = {
  id: "firewall-admin-from-outside",
  title: "Nobody outside the organization can change its firewalls",
  severity: "critical",
  subject: "principal",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Who is let in from another organization, or by a public service that vouches for anyone who signs up, is beyond every control of one's own: no joiner or " +
    "leaver process, no sign-in policy and no log covers them, and they can open the firewall from wherever they are.",
  remediation: {
    console:
      "Change what lets them in: name the exact repository, project or identity that it is meant for, or remove it. " +
      "A partner who is meant to change firewalls can be listed under expected in rampart.yaml, by the whole id.",
    cli: [
      "aws iam update-assume-role-policy --role-name ROLE --policy-document file://trust.json",
      "az role assignment delete --ids ASSIGNMENT",
      "az identity federated-credential update --name CREDENTIAL --identity-name IDENTITY --resource-group GROUP --issuer ISSUER --subject SUBJECT",
      "gcloud projects remove-iam-policy-binding PROJECT --member=MEMBER --role=ROLE",
      "gcloud iam workload-identity-pools providers update-oidc PROVIDER --workload-identity-pool=POOL --location=global --attribute-condition=CONDITION",
    ],
    terraform: {
      aws: "In the assume_role_policy of the aws_iam_role, name the exact principal, and bind the token's subject or an sts:ExternalId in a condition.",
      azure:
        "Remove the azurerm_role_assignment of the guest or foreign principal, or the azurerm_lighthouse_assignment; name one exact subject in the azurerm_federated_identity_credential.",
      gcp: "Take the member out of the google_project_iam_member; set attribute_condition of the google_iam_workload_identity_pool_provider, and bind one principal in place of a principalSet.",
    },
  },
  attack: { ...cloudFirewallAttack, techniques: [...cloudFirewallAttack.techniques, "T1199", "T1078.004"] },
  controls: {
    "azure-policy": ["339353f6-2387-4a45-abe4-7f529d121046", "94e1c2ac-cbbe-4cac-a2b5-389c812dee87"],
    "defender-for-cloud": ["20606e75-05c4-48c0-9d97-add6daa2109a", "0354476c-a12a-4fcc-a79d-f0ab7ffffdbb"],
    "gcp-security-command-center": ["NON_ORG_IAM_MEMBER"],
    "cis-gcp-5.0": ["1.2"],
  },
  needs: { subjects: ["identities"], context: [] },
  *judge({ identity, asOf }, { expected }) {
    const { entryFor } = expectationOf(expected, asOf);
    const effects = identity.actions();
    const unsure: Unsure[] = [];
    for (const changer of changersOf(identity)) {
      const { principal, direct, reached } = changer;
      if (isOwnIdentity(principal)) continue;
      const { decision, grants } = strongest([...direct, ...reached]);
      if (decision === "no" || principal.home === "own" || entryFor(principal) !== null) {
        yield { status: "pass", resource: principal.resource };
      } else if (decision === "unknown" || principal.home === "unknown") {
        unsure.push({ principal, grants: grants.map((grant) => withHome(grant, principal)) });
      } else {
        yield failure(changer, grants, effects);
      }
    }
    yield* unsureVerdicts(unsure, "can change firewalls from outside the organization");
  },
};

/** What is not known besides, where it is not known whose the principal is. */
function withHome(grant: Grant, { id, home }: Principal): Grant {
  return home === "unknown"
    ? { ...grant, missing: [...grant.missing, `whether ${id} belongs to the organization`] }
    : grant;
}

function failure(
  { principal, direct, reached }: Changer,
  grants: readonly Grant[],
  effects: ReadonlyMap<string, FirewallEffect>,
): Verdict {
  const paths = grants.map(({ path }) => pathWords(path, principal)).filter((words) => words !== "");
  const how = paths.length === 0 ? "" : `: ${brief([...new Set(paths)], 2)}`;
  return {
    status: "fail",
    resource: principal.resource,
    message:
      `${sentencePrincipal(principal)}, from outside the organization, can ${changeWords(grants, effects)}` +
      `${conditionWords(grants)}${how}.`,
    evidence: { principal: principal.id, kind: principal.kind, grants: grantEvidence([...direct, ...reached]) },
    remediation: removalOf(check, principal, grants, "expect"),
  };
}
