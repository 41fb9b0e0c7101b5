import { hasBit, intersectBits, isEmptyBits, noBits, setBit, subtractBits, unionBits, type Bits } from "./bits.ts";
import type { Verdict } from "./estate.ts";

/**
 * Members of a set, each certain, conditional or unknown: what is certain is in all three, what is conditional in two, so that each set
 * answers "at least so much".
 */
export interface Levels {
  readonly yes: Bits;
  readonly onlyIf: Bits;
  readonly unknown: Bits;
}

/** From what weighs least to what weighs most. */
export const levelNames = ["yes", "onlyIf", "unknown"] as const;
export type LevelName = (typeof levelNames)[number];

/** The verdict that a level stands for. */
export const verdictOfLevel: Readonly<Record<LevelName, Exclude<Verdict, "no">>> = {
  yes: "yes",
  onlyIf: "only-if",
  unknown: "unknown",
};

const order: readonly Verdict[] = ["no", "unknown", "only-if", "yes"];

/** Whether the first is the weaker of the two; `unknown` is weaker than `only-if`. */
export function isWeaker(a: Verdict, b: Verdict): boolean {
  return order.indexOf(a) < order.indexOf(b);
}

/** The weaker of some verdicts; `yes` when there is none. */
export function weakest<T extends Verdict>(verdicts: readonly T[], strongest: T): T {
  return verdicts.reduce((weak, each) => (isWeaker(each, weak) ? each : weak), strongest);
}

/** Levels of one size with no member: the same object each time, to be told at a glance. */
export function noLevels(size: number): Levels {
  const words = Math.ceil(size / 32);
  const known = empties.get(words);
  if (known !== undefined) return known;
  const none = noBits(size);
  const made = { yes: none, onlyIf: none, unknown: none };
  empties.set(words, made);
  return made;
}

const empties = new Map<number, Levels>();

/** Levels whose members are given with their verdicts. */
export function levelsOf(size: number, members: Iterable<readonly [number, Verdict]>): Levels {
  const levels = { yes: noBits(size), onlyIf: noBits(size), unknown: noBits(size) };
  let isEmpty = true;
  for (const [index, verdict] of members) {
    if (verdict === "no") continue;
    isEmpty = false;
    setBit(levels.unknown, index);
    if (verdict === "unknown") continue;
    setBit(levels.onlyIf, index);
    if (verdict === "yes") setBit(levels.yes, index);
  }
  return isEmpty ? noLevels(size) : levels;
}

/** Whether there is no member: levels without any are always the one object of {@link noLevels}. */
export function isEmptyLevels(levels: Levels): boolean {
  return levels === empties.get(levels.yes.length);
}

/** Levels that were worked out word by word, as the one object without members where they have none. */
function settled(levels: Levels): Levels {
  return isEmptyBits(levels.unknown) ? noLevels(levels.unknown.length * 32) : levels;
}

export function bothLevels(a: Levels, b: Levels): Levels {
  if (a === b || isEmptyLevels(a)) return a;
  if (isEmptyLevels(b)) return b;
  const unknown = intersectBits(a.unknown, b.unknown);
  if (isEmptyBits(unknown)) return noLevels(unknown.length * 32);
  const onlyIf = sameOr(a.onlyIf, b.onlyIf, a.unknown, b.unknown, unknown);
  return { yes: sameOr(a.yes, b.yes, a.onlyIf, b.onlyIf, onlyIf), onlyIf, unknown };
}

/** The members of two sets, which are those of two other sets where the sets are the same. */
function sameOr(a: Bits, b: Bits, otherA: Bits, otherB: Bits, others: Bits): Bits {
  return a === otherA && b === otherB ? others : intersectBits(a, b);
}

export function eitherLevels(a: Levels, b: Levels): Levels {
  if (a === b || isEmptyLevels(b)) return a;
  if (isEmptyLevels(a)) return b;
  const either = (x: Bits, y: Bits): Bits => unionBits(x.length * 32, [x, y]);
  return { yes: either(a.yes, b.yes), onlyIf: either(a.onlyIf, b.onlyIf), unknown: either(a.unknown, b.unknown) };
}

/** The levels as if each member were no more than a verdict. */
export function cappedLevels(levels: Levels, verdict: Verdict): Levels {
  if (verdict === "yes" || isEmptyLevels(levels)) return levels;
  const none = noLevels(levels.yes.length * 32);
  if (verdict === "no") return none;
  if (verdict === "unknown") return { yes: none.yes, onlyIf: none.onlyIf, unknown: levels.unknown };
  return { yes: none.yes, onlyIf: levels.onlyIf, unknown: levels.unknown };
}

/** The members that are in a set too. */
export function levelsWithin(levels: Levels, bits: Bits): Levels {
  if (isEmptyLevels(levels)) return levels;
  return settled({
    yes: intersectBits(levels.yes, bits),
    onlyIf: intersectBits(levels.onlyIf, bits),
    unknown: intersectBits(levels.unknown, bits),
  });
}

/** The members that are not in a set. */
export function levelsWithout(levels: Levels, bits: Bits): Levels {
  if (isEmptyLevels(levels)) return levels;
  return settled({
    yes: subtractBits(levels.yes, bits),
    onlyIf: subtractBits(levels.onlyIf, bits),
    unknown: subtractBits(levels.unknown, bits),
  });
}

/** The strongest verdict with which levels hold a member; `no` where they do not. */
export function verdictAt(levels: Levels, index: number): Verdict {
  if (hasBit(levels.yes, index)) return "yes";
  if (hasBit(levels.onlyIf, index)) return "only-if";
  return hasBit(levels.unknown, index) ? "unknown" : "no";
}
