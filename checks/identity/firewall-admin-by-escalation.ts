import type { Grant } from "../../src/identity/estate.ts";
import { expectationOf } from "../../src/identity/expected.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { changersOf, escalationOf, isHeldHere, strongest, type Changer } from "../shared/firewall-changers.ts";
import {
  conditionWords,
  grantEvidence,
  pathWords,
  principalName,
  sentencePrincipal,
  unsureVerdicts,
  type Unsure,
} from "../shared/grant-words.ts";
import { removalOf } from "../shared/removal.ts";

export const check: Check = {
  id: "firewall-admin-by-escalation",
  title: "Nobody comes by the right to change firewalls by granting themselves more or taking another identity",
  severity: "high",
  subject: "principal",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "A review of policies shows who has a right, not who can come by it. Whoever can grant themselves a role, hand an identity to something they control or take " +
    "another identity is a firewall administrator in all but name, and the first to be looked for by an intruder.",
  remediation: {
    console:
      "Break the path at its weakest link: take away the right that the first step needs, or limit it to resources and roles that lead nowhere.",
    cli: [
      "rampart who-can",
      "aws iam delete-role-policy --role-name ROLE --policy-name POLICY",
      "az role assignment delete --ids ASSIGNMENT",
      "gcloud projects remove-iam-policy-binding PROJECT --member=MEMBER --role=ROLE",
      "gcloud iam service-accounts remove-iam-policy-binding ACCOUNT --member=MEMBER --role=ROLE",
    ],
    terraform: {
      aws: "Limit the resources of iam:PassRole, sts:AssumeRole and the iam: actions in the aws_iam_policy that grants them, or set a permissions_boundary on the aws_iam_role.",
      azure:
        "Give the azurerm_role_assignment of whoever assigns roles a condition that names the roles it may assign, narrow its scope, or remove it; take owners off the azuread_application or azuread_group.",
      gcp: "Bind roles/iam.serviceAccountUser and roles/iam.serviceAccountTokenCreator on single accounts by google_service_account_iam_member, and remove the google_project_iam_member.",
    },
  },
  attack: { ...cloudFirewallAttack, techniques: [...cloudFirewallAttack.techniques, "T1098.003", "T1548.005"] },
  controls: {
    "gcp-security-command-center": ["OVER_PRIVILEGED_SERVICE_ACCOUNT_USER"],
    "cis-gcp-5.0": ["1.7"],
  },
  needs: { subjects: ["identities"], context: [] },
  *judge({ identity, asOf }, { expected }) {
    const { entryFor } = expectationOf(expected, asOf);
    const unsure: Unsure[] = [];
    for (const changer of changersOf(identity)) {
      const { principal } = changer;
      if (!canEscalate(changer)) continue;
      const { decision, grants } = escalationOf(changer);
      if (decision === "no" || entryFor(principal) !== null) yield { status: "pass", resource: principal.resource };
      else if (decision === "unknown") unsure.push({ principal, grants });
      else yield failure(changer, grants);
    }
    yield* unsureVerdicts(unsure, "can come by the right to change firewalls");
  },
};

/**
 * Identities of one's own, and accounts of one's organization as a whole. Whom an identity provider vouches for has nothing but the role that it enters, and
 * that one is judged itself.
 */
function canEscalate(changer: Changer): boolean {
  const { principal } = changer;
  return isHeldHere(changer) || (principal.kind === "account" && principal.home === "own");
}

function failure({ principal, direct, reached }: Changer, grants: readonly Grant[]): Verdict {
  const [shortest] = grants.toSorted((a, b) => a.path.length - b.path.length);
  const path = shortest?.path ?? [];
  const ways = new Set(grants.map((grant) => JSON.stringify(grant.path.map(({ method, via }) => [method, via]))));
  const more = ways.size > 1 ? `, and in ${ways.size - 1} more ways` : "";
  return {
    status: "fail",
    resource: principal.resource,
    message:
      `${sentencePrincipal(principal)} ${ownRights[strongest(direct).decision]}, but comes by the right in ` +
      `${path.length} ${path.length === 1 ? "step" : "steps"}${conditionWords(grants)}: ${pathWords(path, principal)}${more}.`,
    evidence: {
      principal: principal.id,
      name: principalName(principal),
      managedBy: principal.managedBy,
      grants: grantEvidence(reached),
    },
    remediation: removalOf(check, principal, grants, "expect"),
  };
}

/** What somebody can do without escalation; who can in any case has no need of it. */
const ownRights: Readonly<Record<ReturnType<typeof strongest>["decision"], string>> = {
  yes: "can change firewalls by its own rights",
  "only-if": "can change firewalls by its own rights only under a condition",
  unknown: "may or may not be able to change firewalls by its own rights",
  no: "cannot change firewalls by its own rights",
};
