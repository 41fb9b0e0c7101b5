import { join } from "node:path";
import { expect, it } from "vitest";
import { escalationMethods } from "../../../../../src/providers/gcp/understand/identity/data/escalation-methods.ts";
import { firewallPermissions } from "../../../../../src/providers/gcp/understand/identity/data/firewall-permissions.ts";
import type {
  EscalationMethod,
  FirewallPermission,
  RequirementTarget,
} from "../../../../../src/providers/gcp/understand/identity/data/types.ts";

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(" | ")} |`,
  `|${head.map(() => "---").join("|")}|`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
];

function planeTable(plane: string, permissions: readonly FirewallPermission[]): readonly string[] {
  const groups = Map.groupBy(permissions, ({ effect, source, besides }) => JSON.stringify([effect, source, besides]));
  const rows = [...groups.values()].map((group) => {
    const [first] = group;
    const besides = (first?.besides ?? []).flatMap(({ oneOf }) => oneOf.map(({ permission }) => `\`${permission}\``));
    const names = group.map(({ permission }) => `\`${permission}\``);
    return [`[${first?.effect ?? ""}](${first?.source ?? ""})`, names.join(", "), besides.join(" or ")];
  });
  return [`### ${plane}`, "", ...table(["changes", "permissions", "takes besides"], rows), ""];
}

const where: Readonly<Record<RequirementTarget, string>> = {
  account: " on the account",
  "project-of-account": " in its project",
  workload: " on the workload",
  container: "",
  role: " where the role lies",
  pool: " where the pool lies",
  any: "",
};

function sourceLink(source: string): string {
  const { hostname, pathname } = new URL(source);
  if (hostname === "docs.cloud.google.com") return `[Google](${source})`;
  if (hostname === "github.com") return `[${pathname.split("/")[1] ?? hostname}](${source})`;
  return `[${hostname.includes("rhino") ? "Rhino" : "HackTricks"}](${source})`;
}

const methodRow = ({ id, says, requires, notRead, sources }: EscalationMethod): readonly string[] => [
  `\`${id}\``,
  says,
  requires.map((choice) => choice.map(({ permission, on }) => `\`${permission}\`${where[on]}`).join(" or ")).join("; "),
  notRead === null ? "" : `${notRead} (not read)`,
  sources.map(sourceLink).join(" "),
];

function document(): string {
  const planes = Map.groupBy(firewallPermissions, ({ plane }) => plane);
  return [
    "# What changes a Google Cloud firewall",
    "",
    "Rampart asks of every principal whether it can use one of the permissions of this page, directly or after granting itself more or taking another",
    "identity. The page is written from the data that is asked with (`src/providers/gcp/understand/identity/data`); a test compares the two, and",
    "`npx vitest run test/providers/gcp/understand/identity/document.test.ts --update` writes it anew. What an answer means stands in",
    "[identity-semantics-gcp.md](identity-semantics-gcp.md).",
    "",
    `## Permissions (${firewallPermissions.length})`,
    "",
    ...[...planes].flatMap(([plane, permissions]) => planeTable(plane, permissions)),
    `## Escalation methods (${escalationMethods.length})`,
    "",
    "A caller needs all that is listed, of alternatives one. Methods compose. What is marked (not read) does not stand in the records, so such a method is",
    "never certain.",
    "",
    ...table(["method", "the caller ...", "needs", "if", "sources"], escalationMethods.map(methodRow)),
    "",
  ].join("\n");
}

it("docs/firewall-actions-gcp.md says what the data says", async () => {
  const file = join(import.meta.dirname, "../../../../../docs/firewall-actions-gcp.md");
  await expect(document()).toMatchFileSnapshot(file);
});
