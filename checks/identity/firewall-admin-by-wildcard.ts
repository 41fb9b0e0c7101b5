import type { Grant } from "../../src/identity/estate.ts";
import type { Principal } from "../../src/identity/principal.ts";
import { statementInWords } from "../../src/model/who-can.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { changersOf, isOwnIdentity, strongest } from "../shared/firewall-changers.ts";
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
  clouds: ["aws"],
  rationale:
    "A grant of everything, or of a whole service, hands out the firewalls along with it: nobody decided that this principal should change them, nobody sees it " +
    "in a review, and what the service learns tomorrow is granted too.",
  remediation: {
    console:
      "Replace the wildcard by the actions that the principal needs; the cloud's record of the services it last used tells which.",
    cli: [
      "rampart who-can",
      "aws iam generate-service-last-accessed-details --arn PRINCIPAL --granularity ACTION_LEVEL",
      "aws iam detach-role-policy --role-name ROLE --policy-arn POLICY",
    ],
    terraform: {
      aws: "Name the actions in the aws_iam_policy_document or the aws_iam_policy, in place of the wildcard, or attach a narrower policy.",
    },
  },
  attack: cloudFirewallAttack,
  controls: { "aws-security-hub": ["IAM.1", "IAM.21"] },
  needs: { subjects: ["identities"], context: [] },
  *judge({ identity }) {
    const unsure: Unsure[] = [];
    for (const { principal, direct } of changersOf(identity)) {
      if (!isOwnIdentity(principal)) continue;
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
