import { isEmptyBits, membersOf, noBits, setBit, type Bits } from "./bits.ts";
import type { StatementClass } from "./classes.ts";
import type { Decider } from "./decide.ts";
import type { Outcome } from "./outcome.ts";
import type { ActionFacts, ResourceItem } from "./resources.ts";
import type { Verdict } from "./estate.ts";
import type { Domain } from "./identity.ts";
import { isEmptyLevels, levelsOf, noLevels, type Levels } from "./levels.ts";

/** What statements allow in domains, and which identities that leads to; remembers both. */
export interface Domains {
  /** The items of the domain that the action is allowed on; bits are places in the domain's list. */
  readonly allowed: (
    statements: StatementClass,
    action: { readonly given: ActionFacts },
    domain: Domain,
    account: string,
  ) => Levels;
  /** The identities that some items lead to. */
  readonly targetsOf: (domain: Domain, items: Levels) => Levels;
}

/** @param size how many identities there are */
export function createDomains(size: number, decider: Decider): Domains {
  const numbers = new Map<Domain, ReadonlyMap<ResourceItem, number>>();
  const inDomain = new Map<readonly Outcome[], Map<Domain, Levels>>();
  const projected = new Map<Domain, Map<Levels, Levels>>();
  const same = new Map<Domain, boolean>();

  const numbersOf = (domain: Domain): ReadonlyMap<ResourceItem, number> => {
    const known = numbers.get(domain);
    if (known !== undefined) return known;
    const made = new Map(domain.items.map((item, index) => [item, index]));
    numbers.set(domain, made);
    return made;
  };
  /** Whether the items are the identities themselves, in their order. */
  const isSame = (domain: Domain): boolean => {
    const known = same.get(domain);
    if (known !== undefined) return known;
    const { items, leadsTo } = domain;
    const made = items.length === size && leadsTo.every((targets, at) => targets.length === 1 && targets[0] === at);
    same.set(domain, made);
    return made;
  };
  const project = ({ leadsTo }: Domain, bits: Bits): Bits => {
    const targets = noBits(size);
    for (const item of membersOf(bits)) for (const target of leadsTo[item] ?? []) setBit(targets, target);
    return targets;
  };

  return {
    allowed: (statements, { given }, domain, account) => {
      const outcomes = decider.decide(statements, domain.kind(account), given);
      const known = inDomain.get(outcomes)?.get(domain);
      if (known !== undefined) return known;
      const places = numbersOf(domain);
      const members: (readonly [number, Verdict])[] = [];
      for (const { items, verdict } of outcomes) {
        if (verdict === "no") continue;
        for (const item of items) {
          const place = places.get(item);
          if (place !== undefined) members.push([place, verdict]);
        }
      }
      const made = levelsOf(domain.items.length, members);
      const row = inDomain.get(outcomes) ?? new Map<Domain, Levels>();
      inDomain.set(outcomes, row.set(domain, made));
      return made;
    },
    targetsOf: (domain, items) => {
      if (isEmptyLevels(items)) return noLevels(size);
      if (isSame(domain)) return items;
      const known = projected.get(domain)?.get(items);
      if (known !== undefined) return known;
      const unknown = project(domain, items.unknown);
      const made = isEmptyBits(unknown)
        ? noLevels(size)
        : { yes: project(domain, items.yes), onlyIf: project(domain, items.onlyIf), unknown };
      const row = projected.get(domain) ?? new Map<Levels, Levels>();
      projected.set(domain, row.set(items, made));
      return made;
    },
  };
}
