import { expect, test } from "vitest";
import { createGlobs } from "../../../../../src/identity/glob.ts";
import { settle } from "../../../../../src/identity/facts.ts";
import { knownFact } from "../../../../../src/identity/facts.ts";
import { parseCondition } from "../../../../../src/providers/azure/understand/identity/condition-syntax.ts";
import { conditionOf } from "../../../../../src/providers/azure/understand/identity/conditions.ts";
import { actionKey, azureKeys } from "../../../../../src/providers/azure/understand/identity/keys.ts";
import { builtInRoles } from "./small-azure.ts";

const a = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const b = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const roleId = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]";

/** What a condition comes to when attributes have these values, an attribute that is not among them having none. */
function holds(condition: string, values: Readonly<Record<string, readonly string[]>>): boolean | string {
  const globs = createGlobs();
  const known = new Map(Object.entries(values).map(([key, list]) => [key.toLowerCase(), knownFact(list)]));
  const vocabulary = azureKeys(0);
  const settled = settle(
    conditionOf(condition, globs),
    (key) => known.get(key) ?? (key === actionKey ? vocabulary.fact(key) : knownFact([])),
    globs,
  );
  return settled.kind === "constant" ? settled.value : settled.kind;
}

const bare = (guid: string): string => guid.replaceAll("-", "");

// https://learn.microsoft.com/azure/role-based-access-control/conditions-format
test.each([
  [`${roleId} ForAnyOfAnyValues:GuidEquals {${a}, ${b}}`, [a], true],
  [`${roleId} ForAnyOfAnyValues:GuidEquals {${a}}`, [b], false],
  [`${roleId} ForAnyOfAnyValues:GuidEquals{${bare(a)},${bare(b)}}`, [b.toUpperCase()], true],
  [`${roleId} GuidEquals '${a}'`, [a], true],
  [`${roleId} ForAnyOfAllValues:GuidNotEquals {${a}, ${b}}`, [a], false],
  [`${roleId} ForAnyOfAllValues:GuidNotEquals {${a}}`, [b], true],
  [`!(${roleId} GuidEquals ${a})`, [b], true],
  [`NOT (${roleId} GuidEquals ${a})`, [a], false],
  [`(${roleId} GuidEquals ${a}) OR (${roleId} GuidEquals ${b})`, [b], true],
  [`${roleId} GuidEquals ${a} && ${roleId} GuidEquals ${b}`, [b], false],
])("%s of %s is %s", (condition, values, expected) => {
  expect(holds(condition, { [roleId]: values.map((value) => bare(value.toLowerCase())) })).toBe(expected);
});

const name = "@Resource[Example/things:name]";

test.each([
  [`${name} StringEquals 'Red'`, ["Red"], true],
  [`${name} StringEquals 'Red'`, ["red"], false],
  [`${name} StringEqualsIgnoreCase 'Red'`, ["red"], true],
  [`${name} StringNotEquals 'Red'`, ["blue"], true],
  [`${name} StringStartsWith 're'`, ["red"], true],
  [`${name} StringNotStartsWith 're'`, ["red"], false],
  [`${name} StringLike 'a*c?'`, ["abcd"], true],
  [`${name} StringLike 'A*C?'`, ["abcd"], false],
  [`${name} StringLike 'a*c'`, ["abcd"], false],
  [String.raw`${name} StringLike 'a\*'`, ["a*"], true],
  [String.raw`${name} StringLike 'a\*'`, ["ab"], false],
  [`${name} ForAnyOfAnyValues:StringEquals {'blue', 'green'}`, ["red", "blue"], true],
  [`${name} ForAnyOfAnyValues:StringEquals {'orange', 'green'}`, ["red", "blue"], false],
  [`${name} ForAllOfAnyValues:StringEquals {'orange', 'red', 'blue'}`, ["red", "blue"], true],
  [`${name} ForAllOfAnyValues:StringEquals {'red', 'green'}`, ["red", "blue"], false],
  [`${name} NumericLessThan 15`, ["10"], true],
  [`${name} NumericLessThan 15`, ["15"], false],
  [`${name} NumericGreaterThanEquals 15`, ["15"], true],
  [`${name} BoolEquals true`, ["true"], true],
  [`${name} DateTimeGreaterThan '2026-01-01T00:00:00.0Z'`, ["2026-02-01T00:00:00Z"], true],
  [`Exists ${name}`, ["x"], true],
  [`NOT Exists ${name}`, ["x"], false],
  [`Exists ${name}`, [], false],
  [`${name} StringEquals 'it''s'`, ["it's"], true],
])("%s of %j is %s", (condition, values, expected) => {
  expect(holds(condition, { [name]: values })).toBe(expected);
});

test.each([
  ["Microsoft.Authorization/roleAssignments/*", "microsoft.authorization/roleassignments/write", true],
  ["Microsoft.Authorization/roleDefinitions/*", "microsoft.authorization/roleassignments/write", false],
])("ActionMatches{'%s'} of %s is %s", (pattern, action, expected) => {
  expect(holds(`ActionMatches{'${pattern}'}`, { [actionKey]: [action] })).toBe(expected);
});

test("actions of management have no sub-operation", () => {
  expect(holds("!(ActionMatches{'*'} AND SubOperationMatches{'Blob.List'})", { [actionKey]: ["x"] })).toBe(true);
});

test.each([
  "the moon is full",
  "",
  "(",
  "ActionMatches{'x'",
  "@Request[x] StringEquals",
  "@Request[x] Frobnicates 'y'",
  "@Request[x] ForNoneOfAnyValues:StringEquals {'y'}",
  "@Request[x] StringEquals 'y' AND @Request[x] StringEquals 'z' OR @Request[x] StringEquals 'w'",
  "@Request[x] ForAnyOfAllValues:StringEquals {'y', 'z'}",
  "@Request[x] StringEquals 'y' trailing",
  `${"(".repeat(500)}@Request[x] StringEquals 'y'${")".repeat(500)}`,
])("what is not as documented stays open under its own text: %s", (condition) => {
  expect(conditionOf(condition, createGlobs())).toMatchObject({ kind: "free", control: "unknown" });
});

test("one attribute against another stays open", () => {
  expect(holds("@Principal[a] StringEquals @Resource[b]", {})).toBe("free");
});

test("every condition of Microsoft's own roles can be read", () => {
  const written = builtInRoles.flatMap(({ permissions }) =>
    permissions.flatMap(({ condition }) => (typeof condition === "string" ? [condition] : [])),
  );
  expect(written.length).toBeGreaterThan(10);
  expect(written.filter((condition) => parseCondition(condition) === null)).toEqual([]);
});
