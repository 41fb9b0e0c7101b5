import type { Grant } from "../../src/identity/estate.ts";
import type { Principal } from "../../src/identity/principal.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { changersOf, isOwnIdentity, strongest } from "../shared/firewall-changers.ts";
import { allowedBy, grantEvidence, principalName, sentencePrincipal } from "../shared/grant-words.ts";
import { removalOf } from "../shared/removal.ts";
import { brief } from "../shared/words.ts";

/** Days without use after which a right counts as not needed. */
const unusedDays = 90;
const dayMs = 24 * 60 * 60 * 1000;

export const check: Check = {
  id: "unused-firewall-permission",
  title: "Principals with the right to change firewalls have used it, or its service, within 90 days",
  severity: "low",
  subject: "principal",
  clouds: ["aws"],
  rationale:
    "A right that nobody uses is missed by nobody when it is taken away, and helps an intruder as much as any other: it is the cheapest one to remove.",
  remediation: {
    console: "Take the right away; should it be needed after all, it is granted again within minutes.",
    cli: [
      "aws iam get-service-last-accessed-details --job-id JOB",
      "aws iam detach-role-policy --role-name ROLE --policy-arn POLICY",
    ],
    terraform: {
      aws: "Take the actions out of the aws_iam_policy or aws_iam_role_policy that grants them, or remove the aws_iam_role_policy_attachment.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["identities"], context: ["service-last-accessed"] },
  *judge({ identity, asOf }) {
    const limit = Date.parse(asOf) - unusedDays * dayMs;
    for (const { principal, direct } of changersOf(identity)) {
      // The other clouds tell nothing of use.
      if (principal.resource.cloud !== "aws" || !isOwnIdentity(principal)) continue;
      const { decision, grants } = strongest(direct);
      // Whether someone can at all is told by other checks.
      if (decision === "no" || decision === "unknown") continue;
      yield verdictOn(principal, grants, limit);
    }
  },
};

function verdictOn(principal: Principal, grants: readonly Grant[], limit: number): Verdict {
  const { resource, uses, createdAt } = principal;
  const services = [
    ...new Set(grants.flatMap(({ scopes }) => scopes.flatMap(({ actions }) => actions.map(serviceOf)))),
  ];
  const told = (uses ?? []).filter(({ service }) => services.includes(service));
  const times = told.map(({ service, lastUsed }) => ({ service, lastUsed, at: Date.parse(lastUsed ?? "") }));
  const pass: Verdict = { status: "pass", resource };
  if (times.some(({ at }) => at >= limit)) return pass;
  // Who is younger than the time that is asked about cannot have left it unused for so long.
  if (createdAt !== null && Date.parse(createdAt) >= limit) return pass;
  const untold = services.filter((service) => !told.some((use) => use.service === service));
  const garbled = times
    .filter(({ lastUsed, at }) => lastUsed !== null && Number.isNaN(at))
    .map(({ service }) => service);
  const missing = [...untold, ...garbled];
  const evidence = {
    principal: principal.id,
    createdAt,
    uses: told.map(({ service, lastUsed }) => ({ service, lastUsed })),
    grants: grantEvidence(grants),
  };
  if (missing.length > 0 || Number.isNaN(limit)) {
    return {
      status: "unknown",
      resource,
      message: `Whether ${principalName(principal)} uses its right to change firewalls is not known: the cloud did not say when it last used ${brief(missing, 3)}.`,
      evidence,
    };
  }
  const last = times.map(({ at }) => at).filter((at) => !Number.isNaN(at));
  const since =
    last.length === 0
      ? "in all the time that the cloud keeps"
      : `since ${new Date(Math.max(...last)).toISOString().slice(0, "YYYY-MM-DD".length)}`;
  return {
    status: "fail",
    resource,
    message:
      `${sentencePrincipal(principal)} has the right to change firewalls by ${allowedBy(grants)}, and has not used ` +
      `${services.length === 1 ? "its service" : "any of the services it is for"} (${brief(services, 4)}) ${since}.`,
    evidence,
    remediation: removalOf(check, principal, grants, "only"),
  };
}

/** The service of an action, as records of use name it. */
function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(":"));
}
