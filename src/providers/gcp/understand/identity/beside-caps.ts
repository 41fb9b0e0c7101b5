import { allOf, anyOf, not, type Condition } from "../../../../identity/condition.ts";
import { settle, type Fact, type Facts } from "../../../../identity/facts.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Cap, Statement } from "../../../../identity/statement.ts";
import { firewallPermissions } from "./data/firewall-permissions.ts";
import type { Beside, PermissionKind } from "./data/types.ts";
import { nameKey, projectKey } from "./keys.ts";
import { holdsPermission, resourcesIn } from "./scopes.ts";
import { factsOfKind } from "./uses.ts";

/**
 * What calls that change firewalls take besides the permission that they are told by. To the engine that is one more layer that has to allow them: whatever
 * allows the other permission allows in it the calls that need that.
 */
export interface BesideCaps {
  readonly of: (grants: readonly Statement[], denies: readonly Statement[]) => readonly Cap[];
}

interface Row {
  readonly beside: Beside;
  /** The permissions that need it. */
  readonly dependents: readonly string[];
}

const rows: readonly Row[] = [
  ...Map.groupBy(
    firewallPermissions.flatMap(({ permission, besides }) => besides.map((beside) => ({ permission, beside }))),
    ({ beside }) => beside,
  ),
].map(([beside, list]) => ({ beside, dependents: list.map(({ permission }) => permission) }));

export function createBesideCaps(globs: Globs): BesideCaps {
  const derived = new Map<Statement, readonly (Statement | null)[]>();
  const held = new Map<Statement["actions"], readonly boolean[]>();
  const caps = new Map<string, Cap>();
  const numbers = new Map<Statement, number>();
  const numberOf = (statement: Statement): number => {
    const known = numbers.get(statement) ?? numbers.size;
    numbers.set(statement, known);
    return known;
  };
  const actions = rows.map(({ dependents }) => ({
    include: dependents.map((each) => globs.literal(each.toLowerCase())),
    except: [],
  }));
  const rest: readonly Statement[] = rows.map(({ beside }, at) => ({
    effect: "allow",
    actions: { include: [globs.pattern("*")], except: actions[at]?.include ?? [] },
    resources: resourcesIn(globs.all),
    condition: allOf([]),
    ref: { policy: beside.says, statement: "*", effect: "allow", layer: "allow policy", attachedTo: null },
    breadth: null,
  }));
  /** Whether a statement speaks of something that takes more than it. */
  const isDependent = (statement: Statement): readonly boolean[] => {
    const known = held.get(statement.actions);
    if (known !== undefined) return known;
    const made = rows.map(({ dependents }) => dependents.some((each) => speaksOf(statement, each)));
    held.set(statement.actions, made);
    return made;
  };
  const deriveFrom = (statement: Statement): readonly (Statement | null)[] => {
    const known = derived.get(statement);
    if (known !== undefined) return known;
    const made = rows.map(({ beside }, at) => {
      const used = beside.oneOf.filter(({ permission }) => speaksOf(statement, permission));
      const into = actions[at];
      if (used.length === 0 || into === undefined) return null;
      // A deny of one of several alternatives leaves the others.
      if (statement.effect === "deny" && used.length < beside.oneOf.length) return null;
      const conditions = used.map(({ kind }) => onKind(statement.condition, kind, beside.where, globs));
      const condition = statement.effect === "deny" ? allOf(conditions) : anyOf(conditions);
      const resources = resourcesOf(statement, beside.where, globs);
      return resources === null ? null : { ...statement, actions: into, condition, resources };
    });
    derived.set(statement, made);
    return made;
  };

  return {
    of: (grants, denies) =>
      rows.flatMap(({ beside }, at): readonly Cap[] => {
        if (!grants.some((statement) => isDependent(statement)[at] === true)) return [];
        const list = [...grants, ...denies].flatMap((statement) => deriveFrom(statement)[at] ?? []);
        const key = `${at} ${list.map(numberOf).join(" ")}`;
        const before = caps.get(key);
        if (before !== undefined) return [before];
        const first = rest[at];
        const made: Cap = {
          name: beside.says,
          kind: "session",
          statements: first === undefined ? list : [first, ...list],
        };
        caps.set(key, made);
        return [made];
      }),
  };
}

/** Where the calls that need it are allowed, or denied, by a statement about the other permission; null where it says nothing of them. */
function resourcesOf(
  { effect, resources }: Statement,
  where: Beside["where"],
  globs: Globs,
): Statement["resources"] | null {
  if (where === "there") return resources;
  const prefixes = resources.include.map((pattern) => (pattern.kind === "glob" ? pattern.glob.prefix : ""));
  if (where === "anywhere") {
    if (effect === "allow") return resourcesIn(globs.all);
    // What is denied in one project leaves what lies elsewhere.
    return prefixes.some((prefix) => /(?:^|\/)projects\/[^/]+\/$/.test(prefix)) ? null : resources;
  }
  if (effect === "deny") return resources;
  const include = prefixes.map((prefix) => {
    const text = prefix.replace(/serviceAccounts\/[^/]+\/$/, "");
    return {
      kind: "glob",
      glob: globs.of([
        { kind: "literal", text },
        { kind: "pattern", text: "*" },
      ]),
    } as const;
  });
  return { include, except: [] };
}

function speaksOf({ actions }: Statement, permission: string): boolean {
  return holdsPermission(actions, permission.toLowerCase());
}

/**
 * A condition as it stands for one kind of resource: what is known of the kind is put in. Its name, and where it may lie elsewhere its project, are not
 * those of the resource that is asked about.
 */
function onKind(condition: Condition, kind: PermissionKind, where: Beside["where"], globs: Globs): Condition {
  const open: Fact = { presence: "maybe", values: null, within: [], except: [], missing: null, control: "resource" };
  const facts = factsOfKind(kind);
  const known: Facts = (key) => facts(key) ?? open;
  return elsewhere(settle(condition, known, globs), kind, where);
}

function elsewhere(condition: Condition, kind: PermissionKind, where: Beside["where"]): Condition {
  switch (condition.kind) {
    case "not":
      return not(elsewhere(condition.of, kind, where));
    case "all":
      return allOf(condition.of.map((part) => elsewhere(part, kind, where)));
    case "any":
      return anyOf(condition.of.map((part) => elsewhere(part, kind, where)));
    case "test": {
      const { test } = condition;
      if (test.key === "resource.name") {
        return { kind: "test", test: { ...test, key: nameKey(kind.name), name: "the name of what it takes besides" } };
      }
      if (test.key !== projectKey || where === "there") return condition;
      return { kind: "test", test: { ...test, key: `${projectKey} elsewhere` } };
    }
    case "constant":
    case "free":
    case "unread":
      return condition;
  }
}
