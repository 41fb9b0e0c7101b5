import type { Abilities } from "./abilities.ts";
import { membersOf, noBits, overlapBits, setBit, type Bits } from "./bits.ts";
import type { Partition } from "./classes.ts";
import type { Decider } from "./decide.ts";
import { noActionFacts } from "./resources.ts";
import { createDomains } from "./domains.ts";
import type { Verdict } from "./estate.ts";
import type { Domain, Identity, IdentityModel, StepMethod, StepNeed } from "./identity.ts";
import {
  bothLevels,
  cappedLevels,
  eitherLevels,
  isEmptyLevels,
  levelsOf,
  levelsWithin,
  levelsWithout,
  noLevels,
  verdictAt,
  weakest,
  type Levels,
} from "./levels.ts";
import type { Nodes, State } from "./nodes.ts";

/** What one node can do to which identities: bits are indexes of identities. */
export interface Row {
  readonly become: Levels;
  readonly grant: Levels;
  readonly uncap: Levels;
}

/** The steps that lead from one node to others. */
export interface Steps {
  readonly row: (identity: number, state: State) => Row;
  /** The same by one method alone. */
  readonly byMethod: (method: StepMethod, identity: number, state: State) => Levels;
}

/** What one of the things that a method needs comes to: the items of a domain, or the targets. */
type Met =
  | { readonly kind: "items"; readonly domain: Domain; readonly levels: Levels }
  | { readonly kind: "targets"; readonly levels: Levels };

/** Works out steps; remembers what statements of one class can do in each domain. */
export function createSteps(model: IdentityModel, nodes: Nodes, abilities: Abilities, decider: Decider): Steps {
  const size = model.identities.length;
  const none = noLevels(size);
  const domains = createDomains(size, decider);
  const rows = new Map<number, Row>();

  /** One alternative; null when it is not met at all. */
  const meet = (need: StepNeed, method: StepMethod, partition: Partition, account: string): Met | null => {
    const statements = partition.classOf(need.action);
    if (statements === null) return null;
    const rest = abilities.meets(statements, need.needs(account));
    if (rest === "no") return null;
    const { domain, targets } = need;
    if (domain === null) return { kind: "targets", levels: cappedLevels(targets ?? method.targets, rest) };
    const levels = cappedLevels(domains.allowed(statements, need, domain, account), rest);
    if (isEmptyLevels(levels)) return null;
    if (targets === null) return { kind: "items", domain, levels };
    return { kind: "targets", levels: bothLevels(targets, domains.targetsOf(domain, levels)) };
  };

  /** Any of the alternatives; null when none is met. */
  const meetAny = (
    needs: readonly StepNeed[],
    method: StepMethod,
    partition: Partition,
    account: string,
  ): Met | null => {
    let so: Met | null = null;
    for (const need of needs) {
      const met = meet(need, method, partition, account);
      if (met === null) continue;
      so = so === null ? met : eitherMet(so, met);
    }
    return so;
  };

  const eitherMet = (a: Met, b: Met): Met =>
    a.kind === "items" && b.kind === "items" && a.domain === b.domain
      ? { kind: "items", domain: a.domain, levels: eitherLevels(a.levels, b.levels) }
      : { kind: "targets", levels: eitherLevels(targetsOf(a), targetsOf(b)) };

  const targetsOf = (met: Met): Levels =>
    met.kind === "targets" ? met.levels : domains.targetsOf(met.domain, met.levels);

  /** What a method can be aimed at in one account. */
  const inAccounts = new Map<StepMethod, Map<string, Levels>>();
  const targetsIn = (method: StepMethod, account: string): Levels => {
    const known = inAccounts.get(method)?.get(account);
    if (known !== undefined) return known;
    const made = levelsWithin(method.targets, model.inAccount(account));
    const row = inAccounts.get(method) ?? new Map<string, Levels>();
    inAccounts.set(method, row.set(account, made));
    return made;
  };

  /** Everything that a method needs of the caller. */
  const byOwnRight = (method: StepMethod, partition: Partition, account: string): Levels => {
    // Most identities lack most permissions: nothing else is worked out for those.
    if (!method.needs.every((needs) => needs.some(({ action }) => partition.classOf(action) !== null))) return none;
    let reached = method.acrossAccounts || method.admits !== null ? method.targets : targetsIn(method, account);
    if (isEmptyLevels(reached)) return none;
    const together = new Map<Domain, Levels>();
    for (const needs of method.needs) {
      const met = meetAny(needs, method, partition, account);
      if (met === null) return none;
      if (met.kind === "targets") reached = bothLevels(reached, met.levels);
      else {
        const before = together.get(met.domain);
        together.set(met.domain, before === undefined ? met.levels : bothLevels(before, met.levels));
      }
    }
    for (const [domain, levels] of together) reached = bothLevels(reached, domains.targetsOf(domain, levels));
    return reached;
  };

  /** The targets on which nothing forbids the action, whether or not anything allows it. */
  const notDenied = (
    { action, domain }: NonNullable<StepMethod["unlessDenied"]>,
    named: Partition,
    account: string,
  ): Levels => {
    const statements = named.classOf(action);
    if (statements === null) return none;
    return domains.targetsOf(domain, domains.allowed(statements, { given: noActionFacts }, domain, account));
  };

  /** A method in which the target has no say: it depends on the caller's statements alone. */
  const byStatements = (method: StepMethod, partition: Partition, named: () => Partition, account: string): Levels => {
    const own = byOwnRight(method, partition, account);
    if (method.unlessDenied === null || isEmptyLevels(own)) return own;
    return bothLevels(own, notDenied(method.unlessDenied, named(), account));
  };

  /** A method by which the target lets the caller in. */
  const byAdmission = (method: StepMethod, index: number, state: State, account: string): Levels => {
    const admitted = method.admits?.(index);
    if (admitted === undefined) return none;
    const own = byOwnRight(method, nodes.partition(index, state), account);
    const letIn = bothLevels(own, eitherLevels(admitted.named, admitted.delegated));
    // In the same account whoever is named needs no right of its own; what forbids it still does.
    const named = bothLevels(method.targets, levelsWithin(admitted.named, model.inAccount(account)));
    if (method.unlessDenied === null || isEmptyLevels(named)) return letIn;
    const open = notDenied(method.unlessDenied, nodes.partitionNamed(index, state), account);
    return eitherLevels(letIn, bothLevels(named, open));
  };

  const byMethod: Steps["byMethod"] = (method, index, state) => {
    const identity = nodes.identities[index];
    if (identity === undefined || !method.caller(index)) return none;
    const { account, isStranger } = identity;
    if (method.admits !== null) return byAdmission(method, index, state, account);
    if (isStranger) return none;
    return byStatements(method, nodes.partition(index, state), () => nodes.partitionNamed(index, state), account);
  };

  const groups = setOf(model, ({ members }) => members.length > 0);
  const variants = setOf(model, ({ variantOf }) => variantOf !== null);
  const own = model.methods.filter(({ admits }) => admits === null);
  const others = model.methods.filter(({ admits }) => admits !== null);
  const naming = own.filter(({ unlessDenied }) => unlessDenied !== null);
  // Identities with the same statements, of the same account and open to the same methods do the same, but for whom they are let in by.
  const shared = new Map<Partition, Map<string, Row>>();
  const numbers = new Map<Partition, number>();
  const numberOf = (partition: Partition): number => {
    const known = numbers.get(partition) ?? numbers.size;
    numbers.set(partition, known);
    return known;
  };
  const callers = new Map<number, number>();
  const kindsOfCaller = new Map<string, number>();
  const openTo = (index: number): number => {
    const known = callers.get(index);
    if (known !== undefined) return known;
    const text = own.map(({ caller }) => (caller(index) ? "1" : "0")).join("");
    const made = kindsOfCaller.get(text) ?? kindsOfCaller.size;
    kindsOfCaller.set(text, made);
    callers.set(index, made);
    return made;
  };

  const ownRow = (index: number, state: State, account: string): Row => {
    const partition = nodes.partition(index, state);
    const ofPartition = shared.get(partition) ?? new Map<string, Row>();
    shared.set(partition, ofPartition);
    // Where nothing that names could forbid is used, it does not matter what would be.
    const needsNamed = naming.some(({ needs }) =>
      needs.every((each) => each.some(({ action }) => partition.classOf(action) !== null)),
    );
    const named = needsNamed ? nodes.partitionNamed(index, state) : partition;
    const key = `${numberOf(named)} ${account} ${openTo(index)}`;
    const known = ofPartition.get(key);
    if (known !== undefined) return known;
    const found: Record<StepMethod["effect"], Levels> = { become: none, grant: none, uncap: none };
    for (const method of own) {
      if (!method.caller(index)) continue;
      found[method.effect] = eitherLevels(
        found[method.effect],
        byStatements(method, partition, () => named, account),
      );
    }
    const row = {
      ...found,
      grant: overlapBits(found.grant.unknown, groups) ? spread(found.grant, model) : found.grant,
    };
    ofPartition.set(key, row);
    return row;
  };

  return {
    byMethod,
    row: (index, state) => {
      const key = index * 4 + state;
      const known = rows.get(key);
      if (known !== undefined) return known;
      const { account = "", isStranger = true } = nodes.identities[index] ?? {};
      const base: Row = isStranger ? { become: none, grant: none, uncap: none } : ownRow(index, state, account);
      let { become } = base;
      for (const method of others) {
        if (method.caller(index)) become = eitherLevels(become, byAdmission(method, index, state, account));
      }
      if (overlapBits(become.unknown, variants)) become = attainable(become, index, model);
      const row = become === base.become ? base : { ...base, become };
      rows.set(key, row);
      return row;
    },
  };
}

function setOf({ identities }: IdentityModel, isIn: (identity: Identity) => boolean): Bits {
  const bits = noBits(identities.length);
  for (const [index, identity] of identities.entries()) if (isIn(identity)) setBit(bits, index);
  return bits;
}

/** An identity with other policies can only be come to by whoever can act as the identity. */
function attainable(levels: Levels, self: number, { identities }: IdentityModel): Levels {
  const lost: number[] = [];
  const weaker: (readonly [number, Verdict])[] = [];
  for (const index of membersOf(levels.unknown)) {
    const base = identities[index]?.variantOf ?? null;
    if (base === null || base === self) continue;
    lost.push(index);
    weaker.push([index, weakest([verdictAt(levels, index)], verdictAt(levels, base))]);
  }
  if (lost.length === 0) return levels;
  const rest = levelsOf(
    identities.length,
    lost.map((index) => [index, "yes"] as const),
  );
  return eitherLevels(levelsWithout(levels, rest.yes), levelsOf(identities.length, weaker));
}

/** What is granted to a group its members have too. */
function spread(levels: Levels, { identities }: IdentityModel): Levels {
  const members: (readonly [number, Verdict])[] = [];
  for (const group of membersOf(levels.unknown)) {
    for (const member of identities[group]?.members ?? []) members.push([member, verdictAt(levels, group)]);
  }
  return members.length === 0 ? levels : eitherLevels(levels, levelsOf(identities.length, members));
}
