import type { FirewallEffect } from "../../src/model/firewall-effect.ts";
import { expectationOf } from "../../src/identity/expected.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { changersOf, isHeldHere, strongest, type Changer } from "../shared/firewall-changers.ts";
import {
  allowedBy,
  changeWords,
  conditionWords,
  grantEvidence,
  sentencePrincipal,
  unsureVerdicts,
  type Unsure,
} from "../shared/grant-words.ts";
import { removalOf } from "../shared/removal.ts";

export const check: Check = {
  id: "unexpected-firewall-admin",
  title: "Only expected principals have rights to change firewalls",
  severity: "high",
  subject: "principal",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Whoever can change a firewall can open it for an attack and close it afterwards. A list of those who are meant to is the only thing that tells them " +
    "from those whose rights were forgotten, copied or taken.",
  remediation: {
    console:
      "Take the right away where nobody needs it, or list the principal under expected in rampart.yaml, with a reason. " +
      "`rampart init --expected` writes today's list to start from.",
    cli: [
      "rampart who-can",
      "aws iam detach-role-policy --role-name ROLE --policy-arn POLICY",
      "aws iam delete-role-policy --role-name ROLE --policy-name POLICY",
      "az role assignment delete --ids ASSIGNMENT",
      "gcloud projects remove-iam-policy-binding PROJECT --member=MEMBER --role=ROLE",
    ],
    terraform: {
      aws: "Take the actions out of the aws_iam_policy or aws_iam_role_policy that grants them, or remove the aws_iam_role_policy_attachment.",
      azure:
        "Remove the azurerm_role_assignment, or point it at a narrower role_definition_name and scope; people of a group leave it by its azuread_group_member.",
      gcp: "Take the member out of the google_project_iam_member, google_folder_iam_member or google_organization_iam_member of that role, or bind a narrower role.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["identities"], context: [] },
  *judge({ identity, asOf }, { expected }) {
    const { entryFor } = expectationOf(expected, asOf);
    const effects = identity.actions();
    const unsure: Unsure[] = [];
    for (const changer of changersOf(identity)) {
      const { principal } = changer;
      if (!isHeldHere(changer)) continue;
      const { decision, grants } = strongest(changer.direct);
      if (decision === "no" || entryFor(principal) !== null) yield { status: "pass", resource: principal.resource };
      else if (decision === "unknown") unsure.push({ principal, grants });
      else yield failure(changer, effects);
    }
    yield* unsureVerdicts(unsure, "can change firewalls");
  },
};

function failure({ principal, direct }: Changer, effects: ReadonlyMap<string, FirewallEffect>): Verdict {
  const certain = direct.filter(({ decision }) => decision !== "unknown");
  return {
    status: "fail",
    resource: principal.resource,
    message:
      `${sentencePrincipal(principal)} can ${changeWords(certain, effects)} by ${allowedBy(certain)}${conditionWords(certain)}; ` +
      "nothing in rampart.yaml says that this is expected.",
    evidence: { principal: principal.id, managedBy: principal.managedBy, grants: grantEvidence(direct) },
    remediation: removalOf(check, principal, certain, "expect"),
  };
}
