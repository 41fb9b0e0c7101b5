import { join } from "node:path";
import { expect, it } from "vitest";
import type { FirewallEffect } from "../../../../../../src/model/firewall-effect.ts";
import { escalationMethods } from "../../../../../../src/providers/aws/understand/identity/data/escalation-methods.ts";
import { firewallActions } from "../../../../../../src/providers/aws/understand/identity/data/firewall-actions.ts";
import type {
  EscalationEffect,
  EscalationMethod,
  FirewallAction,
  Prerequisite,
  Requirement,
} from "../../../../../../src/providers/aws/understand/identity/data/types.ts";

const changes: Readonly<Record<FirewallEffect, string>> = {
  rules: "what a firewall lets through",
  membership: "which firewall applies to what",
  "address-list": "a list of addresses, domains or patterns that rules refer to",
  path: "routes, gateways, public addresses and endpoints",
  guard: "what keeps firewalls or exposure in check from above",
  detection: "what would notice",
};

const yields: Readonly<Record<EscalationEffect, string>> = {
  become: "acts as the target",
  grant: "gives the target any rights",
  join: "has the rights of the group",
  "other-version": "gives the target what another version of its policy allows",
  "drop-boundary": "frees the target of its boundary",
  "change-trust": "assumes the target",
  "new-identity": "has an identity with any rights",
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(" | ")} |`,
  `|${head.map(() => "---").join("|")}|`,
  ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`),
];

function actionTable(plane: string, actions: readonly FirewallAction[]): readonly string[] {
  const groups = Map.groupBy(actions, ({ action, effect, source }) =>
    [effect, action.split(":")[0], source.split("#")[0]].join(" "),
  );
  const rows = table(
    ["service", "changes", "actions"],
    [...groups].map(([key, group]) => {
      const [effect, service, page] = key.split(" ");
      const names = group.map(({ action }) => `\`${action.slice(action.indexOf(":") + 1)}\``);
      return [`[${service}](${page})`, `${effect}`, names.join(", ")];
    }),
  );
  return [`### ${plane}`, "", ...rows, ""];
}

const where: Readonly<Record<Requirement["on"], string>> = {
  target: "",
  policy: " on a policy of the target",
  "boundary-policy": " on the policy that is the boundary",
  workload: " on the workload",
  "permission-set": " on the permission set",
  any: "",
};

function requirement({ action, on, passes }: Requirement): string {
  const to = passes.length === 0 ? "" : ` to ${passes.map((service) => `\`${service}\``).join(" or ")}`;
  return `\`${action}\`${where[on]}${to}`;
}

function condition(prerequisite: Prerequisite): string {
  switch (prerequisite.kind) {
    case "reaches-target":
      return "the caller is the target, a member of it, or can become it";
    case "trusts-caller":
      return "the role trusts the caller";
    case "caller-is-user":
      return "the caller is a user";
    case "access-keys":
      return prerequisite.count === "two" ? "the user has two access keys" : "the user has fewer than two access keys";
    case "policy-versions":
      return prerequisite.count === "five" ? "the policy has five versions" : "the policy has fewer than five versions";
    case "other-policy-version":
      return "the policy has another version";
    case "login-profile":
      return prerequisite.exists ? "the user has a password" : "the user has no password";
    case "boundary":
      return "the target has a permissions boundary";
    case "workload":
      return `${prerequisite.running ? "a running" : "a"} ${prerequisite.workload.replaceAll("-", " ")} carries the role`.replace(
        /\ba (?=[aeiou])/,
        "an ",
      );
    case "instance-profile":
      return "the role is in an instance profile";
    case "permission-set":
      return "the role comes from a permission set, and the caller is in the account that manages Identity Center";
    case "manages-identity-center":
      return "the caller is in the account that manages Identity Center";
    case "trusts-provider":
      return `the role trusts a ${prerequisite.provider.toUpperCase()} provider of the account`.replace(
        "a OIDC",
        "an OIDC",
      );
    case "not-read":
      return `${prerequisite.says} (not read)`;
  }
}

function sourceLink(source: string): string {
  const { hostname, pathname } = new URL(source);
  const last = pathname.split("/").findLast((part) => part !== "" && part !== "index.html") ?? hostname;
  if (hostname === "pathfinding.cloud") return `[${last}](${source})`;
  if (hostname === "docs.aws.amazon.com") return `[AWS](${source})`;
  return `[${hostname === "github.com" ? (pathname.split("/")[1] ?? hostname) : "HackTricks"}](${source})`;
}

const methodRow = ({ id, targets, says, requires, prerequisites, effect, sources }: EscalationMethod) => [
  `\`${id}\``,
  `${says} (${targets.length === 0 ? "no target" : targets.join(", ")})`,
  requires.map((choice) => choice.map(requirement).join(" or ")).join("; "),
  prerequisites.map(condition).join("; "),
  yields[effect],
  sources.map(sourceLink).join(" "),
];

function document(): string {
  const planes = Map.groupBy(firewallActions(), ({ plane }) => plane);
  return [
    "# What changes an AWS firewall",
    "",
    "Rampart asks of every principal whether it can do one of the actions of this page, directly or after granting itself more or taking another",
    "identity. The page is written from the data that is asked with (`src/providers/aws/understand/identity/data`); a test compares the two, and",
    "`npx vitest run test/providers/aws/understand/identity/data/document.test.ts --update` writes it anew.",
    "",
    `## Actions (${firewallActions().length})`,
    "",
    "Every name, its resource types and its condition keys are checked against the",
    "[Service Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).",
    "",
    ...table(["changes", "meaning"], Object.entries(changes)),
    "",
    ...[...planes].flatMap(([plane, actions]) => actionTable(plane, actions)),
    `## Escalation methods (${escalationMethods.length})`,
    "",
    "A caller needs all that is listed, of alternatives one; a role is passed only to a service that its trust policy names. Methods compose: one that",
    "gives rights to a role and one that yields to become the role make the pairs that other lists spell out. What is marked (not read) does not stand",
    "in the records, so such a method is never certain.",
    "",
    ...table(
      ["method", "the caller ... (aimed at)", "needs", "if", "and then", "sources"],
      escalationMethods.map(methodRow),
    ),
    "",
  ].join("\n");
}

it("docs/firewall-actions.md says what the data says", async () => {
  const file = join(import.meta.dirname, "../../../../../../docs/firewall-actions.md");
  await expect(document()).toMatchFileSnapshot(file);
});
