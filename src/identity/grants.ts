import type { ResourceRef } from "../model/resource.ts";
import type { Abilities, Ability, AbilityOver } from "./abilities.ts";
import type { ActionTable } from "./actions.ts";
import type { Bound } from "./bind.ts";
import type { ResourceItem } from "./resources.ts";
import type { Blocked, Breadth, Grant, Residual, Scope, StatementRef, Verdict } from "./estate.ts";
import type { IdentityModel } from "./identity.ts";
import { isWeaker, levelNames, verdictOfLevel, weakest, type LevelName } from "./levels.ts";
import type { Move, Node, Ways } from "./moves.ts";
import type { Nodes } from "./nodes.ts";
import type { Told, Teller } from "./paths.ts";
import type { Principal } from "./principal.ts";
import { bothResiduals } from "./words.ts";

/** What grants are put together from. */
export interface GrantInput {
  readonly model: IdentityModel;
  readonly table: ActionTable;
  readonly nodes: Nodes;
  readonly abilities: Abilities;
  readonly teller: Teller;
  /** Shortest ways by category and level. */
  readonly ways: (category: string, level: LevelName) => Ways;
  /** How strongly an identity reaches a category by itself. */
  readonly direct: (identity: number, category: string) => Verdict;
}

/** Everything that lets identities change firewalls, and what keeps others from it. */
export function grantsOf(input: GrantInput): {
  readonly grants: readonly Grant[];
  readonly blocked: readonly Blocked[];
} {
  const { model, table } = input;
  const categories = [...new Set(model.goals.map(({ category }) => category))];
  const grants: Grant[] = [];
  const blocked: Blocked[] = [];
  for (const [index, identity] of model.identities.entries()) {
    const { principal } = identity;
    if (principal === null) continue;
    if (!identity.isStranger) {
      const found = input.abilities.over(input.nodes.partition(index, 0), identity.account, () => true);
      grants.push(...directGrants(principal, found, input));
      blocked.push(...blockedIn(principal, found, table));
    }
    grants.push(...reachedGrants(index, principal, categories, input));
  }
  return { grants, blocked };
}

function directGrants(principal: Principal, found: readonly AbilityOver[], input: GrantInput): readonly Grant[] {
  const groups = Map.groupBy(
    found.filter(({ ability }) => ability.verdict !== "no"),
    ({ ability }) => groupKey(ability),
  );
  return [...groups.values()].flatMap((group) => grantFrom(principal, group, null, null, input) ?? []);
}

/** Abilities that one grant tells together. */
function groupKey({ verdict, atMost, residual, missing }: Ability): string {
  return JSON.stringify([verdict, atMost, residual?.text, missing]);
}

/** What an identity comes to by granting itself more or taking another identity, in the categories that it does not reach so strongly by itself. */
function reachedGrants(
  index: number,
  principal: Principal,
  categories: readonly string[],
  input: GrantInput,
): readonly Grant[] {
  const byWay = new Map<
    readonly Move[],
    { readonly level: LevelName; readonly categories: Set<string>; readonly shorter: readonly Move[] | null }
  >();
  for (const category of categories) {
    const own = input.model.identities[index]?.isStranger === true ? "no" : input.direct(index, category);
    for (const level of levelNames) {
      if (!isWeaker(own, verdictOfLevel[level])) break;
      const way = input.ways(category, level).get(index);
      if (way === undefined) continue;
      const other = level === "yes" ? input.ways(category, "onlyIf").get(index) : undefined;
      const shorter = other !== undefined && other.length < way.length ? other : null;
      const same = [...byWay.keys()].find((known) => isSameWay(known, way));
      const entry = same === undefined ? undefined : byWay.get(same);
      if (entry === undefined) byWay.set(way, { level, categories: new Set([category]), shorter });
      else entry.categories.add(category);
      break;
    }
  }
  return [...byWay].flatMap(([way, { level, categories: wanted, shorter }]) => {
    const end = endOf(way);
    const identity = end === null ? undefined : input.model.identities[end.identity];
    if (end === null || identity === undefined) return [];
    const found = input.abilities.over(
      input.nodes.partition(end.identity, end.state),
      identity.account,
      ({ category }) => wanted.has(category),
    );
    const enough = found.filter(({ ability }) => !isWeaker(ability.verdict, verdictOfLevel[level]));
    const told = input.teller.tell(way);
    const groups = Map.groupBy(enough, ({ ability }) => groupKey(ability));
    return [...groups.values()].flatMap((group) => grantFrom(principal, group, told, shorter, input) ?? []);
  });
}

function endOf(way: readonly Move[]): Node | null {
  return way.at(-1)?.to ?? null;
}

function isSameWay(a: readonly Move[], b: readonly Move[]): boolean {
  return (
    a.length === b.length &&
    a.every((move, at) => {
      const other = b[at];
      return other !== undefined && move.to.identity === other.to.identity && move.to.state === other.to.state;
    })
  );
}

function grantFrom(
  principal: Principal,
  group: readonly AbilityOver[],
  told: Told | null,
  shorter: readonly Move[] | null,
  input: GrantInput,
): Grant | null {
  const [first] = group;
  if (first === undefined) return null;
  const { verdict, atMost, residual } = first.ability;
  const decision = weakest([told?.verdict ?? "yes"], verdict);
  if (decision === "no") return null;
  const condition: Residual | null = bothResiduals(told?.condition ?? null, residual);
  const deciding = [...new Set(group.flatMap(({ ability }) => ability.deciding))];
  const statements = refsOf(deciding);
  const path = told?.steps ?? [];
  return {
    principal,
    decision,
    atMost: decision === "unknown" ? atMostOf(atMost, condition) : decision,
    by:
      principal.home === "outside" || (principal.home === "unknown" && path.length > 0)
        ? "outside"
        : path.length > 0
          ? "escalation"
          : "direct",
    scopes: scopesOf(group, input.table),
    condition,
    path,
    shorterPath: shorter === null ? null : shorterPath(shorter, input),
    statements,
    missing: decision === "unknown" ? [...new Set([...(told?.missing ?? []), ...first.ability.missing])] : [],
    breadth: path.length > 0 ? null : breadthOf(deciding),
    removal: input.model.removal(principal, statements, path),
  };
}

function atMostOf(atMost: Ability["atMost"], condition: Residual | null): Grant["atMost"] {
  return atMost === "yes" && condition === null ? "yes" : "only-if";
}

function shorterPath(way: readonly Move[], input: GrantInput): Grant["shorterPath"] {
  const { steps, verdict } = input.teller.tell(way);
  return { decision: verdict === "unknown" ? "unknown" : "only-if", path: steps };
}

function refsOf(bounds: readonly Bound[]): readonly StatementRef[] {
  return [
    ...new Map(
      bounds.map(({ ref }) => [`${ref.policy} ${ref.statement} ${ref.effect} ${ref.attachedTo}`, ref]),
    ).values(),
  ];
}

/** The widest of what decides: everything before a whole service. */
function breadthOf(bounds: readonly Bound[]): Breadth | null {
  const wide = bounds.filter(({ breadth, effect }) => breadth !== null && effect === "allow");
  const widest = wide.find(({ breadth }) => breadth !== null && !breadth.includes(":")) ?? wide[0];
  const pattern = widest?.breadth ?? null;
  return widest === undefined || pattern === null ? null : { pattern, statement: widest.ref };
}

function scopesOf(group: readonly AbilityOver[], table: ActionTable): readonly Scope[] {
  const scopes = new Map<
    string,
    { readonly items: readonly ResourceItem[]; readonly beyond: Scope["beyond"]; readonly actions: number[] }
  >();
  const lists = new Map<readonly ResourceItem[], number>();
  for (const { ability, actions } of group) {
    const list = lists.get(ability.items) ?? lists.size;
    lists.set(ability.items, list);
    const key = `${ability.items.length === 0 ? "none" : list} ${ability.beyond}`;
    const before = scopes.get(key);
    if (before === undefined) scopes.set(key, { items: ability.items, beyond: ability.beyond, actions: [...actions] });
    else before.actions.push(...actions);
  }
  return [...scopes.values()].map(({ items, beyond, actions }) => ({
    actions: actions.toSorted((a, b) => a - b).flatMap((action) => table.names[action] ?? []),
    resources: resourcesOf(items),
    beyond,
  }));
}

const resources = new WeakMap<readonly ResourceItem[], readonly ResourceRef[]>();

/** The resources of items; one list for each list of items, for many grants share them. */
function resourcesOf(items: readonly ResourceItem[]): readonly ResourceRef[] {
  const known = resources.get(items);
  if (known !== undefined) return known;
  const made = items.map(({ ref }) => ref);
  resources.set(items, made);
  return made;
}

function blockedIn(principal: Principal, found: readonly AbilityOver[], table: ActionTable): readonly Blocked[] {
  const groups = new Map<string, { readonly ability: Ability; readonly actions: Set<number> }>();
  for (const { ability, actions } of found) {
    if (ability.blocked === null) continue;
    const before = groups.get(ability.blocked.says);
    if (before === undefined) groups.set(ability.blocked.says, { ability, actions: new Set(actions) });
    else for (const action of actions) before.actions.add(action);
  }
  const allowed = new Set(found.flatMap(({ ability, actions }) => (ability.verdict === "no" ? [] : actions)));
  return [...groups.values()].flatMap(({ ability, actions }) => {
    const left = [...actions].filter((action) => !allowed.has(action)).toSorted((a, b) => a - b);
    if (left.length === 0 || ability.blocked === null) return [];
    return [
      {
        principal,
        actions: left.flatMap((action) => table.names[action] ?? []),
        says: ability.blocked.says,
        statements: ability.blocked.statements,
      },
    ];
  });
}
