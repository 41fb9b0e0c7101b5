import { join } from "node:path";
import { expect, it } from "vitest";
import { firewallEffects } from "../../../../../src/model/firewall-effect.ts";
import { escalationMethods } from "../../../../../src/providers/azure/understand/identity/data/escalation-methods.ts";
import { firewallActions } from "../../../../../src/providers/azure/understand/identity/data/firewall-actions.ts";
import type { Requirement } from "../../../../../src/providers/azure/understand/identity/data/types.ts";

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(" | ")} |`,
  `|${head.map(() => "---").join("|")}|`,
  ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`),
];

const code = (text: string): string => `\`${text.replace(/^data:/, "")}\``;

function actions(): readonly string[] {
  return firewallEffects.flatMap((effect) => {
    const groups = Map.groupBy(
      firewallActions.filter((each) => each.effect === effect),
      ({ action, source, beside }) => [action.split("/")[0], source, beside.join(" ")].join("|"),
    );
    const rows = [...groups].map(([key, group]) => {
      const [namespace = "", page = "", beside = ""] = key.split("|");
      const names = group.map(({ action }) => code(action.slice(namespace.length + 1)));
      const others = beside === "" ? [] : beside.split(" ").map(code);
      return [`[${namespace}](${page})`, names.join(", "), others.join(" or ")];
    });
    return [`### ${effect}`, "", table(["namespace", "actions", "counts for who can also"], rows).join("\n"), ""];
  });
}

const ons: Readonly<Record<string, string>> = {
  any: "",
  "role-assignment": " at the scope",
  "custom-role": " on the role",
  tenant: " on the whole tenant",
  directory: "",
};

function requirement({ action, on }: Requirement): string {
  if (on === "held-custom-role") return "the caller holds the role";
  if (on.startsWith("user "))
    return `${code("users/password/update")} as ${on.slice("user ".length)}, on a user that it may reset`;
  return `${code(action)}${ons[on] ?? (on.includes("/") ? " on a workload that carries the identity" : ` on the ${on.replaceAll("-", " ")}`)}`;
}

function methods(): readonly string[] {
  const rows = escalationMethods.map(({ id, says, requires, missing, sources }) => [
    code(id),
    says,
    requires.map((alternatives) => alternatives.map(requirement).join(" or ")).join("; "),
    missing ?? "",
    sources.map((source, at) => `[${at + 1}](${source})`).join(" "),
  ]);
  return table(["method", "the caller", "takes", "not read, so that it is unknown", "pages"], rows);
}

it("documents the actions that change firewalls and the ways to come by them", async () => {
  const lines = [
    "# What changes an Azure firewall",
    "",
    "Rampart asks of every principal whether it can use one of the actions of this page, directly or after granting itself more or taking another",
    "identity. The page is written from the data that is asked with (`src/providers/azure/understand/identity/data`); a test compares the two, and",
    "`npx vitest run test/providers/azure/understand/identity/document.test.ts --update` writes it anew. What an answer means stands in",
    "[identity-semantics-azure.md](identity-semantics-azure.md).",
    "",
    `## Actions (${firewallActions.length})`,
    "",
    ...actions(),
    `## Ways to come by more rights (${escalationMethods.length})`,
    "",
    "Each yields to act as somebody, or to have a right that somebody could have: a role assigned anew at a scope, a Global Administrator of the tenant.",
    "Beside these, whoever an identity provider vouches for acts as the identity whose federated credential names them (`federated-credential`).",
    "",
    ...methods(),
    "",
  ];
  const page = join(import.meta.dirname, "../../../../../docs/firewall-actions-azure.md");
  await expect(lines.join("\n")).toMatchFileSnapshot(page);
});
