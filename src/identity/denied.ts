import type { Automata, Relation } from "./automaton.ts";
import type { Bound } from "./bind.ts";
import type { StatementClass } from "./classes.ts";
import type { Glob } from "./glob.ts";
import type { Matching } from "./matching.ts";
import type { ResourceItem, ResourceKind } from "./resources.ts";
import { areSubtrees, holds, inTreeOrder, isSubtree, mayOverlap, outermostOf, type Subtree } from "./subtree.ts";

/** A class taken apart. */
export interface Undenied {
  /** What denies without asking anything: what those name nobody may, whatever else is said. The same list for every class with the same ones. */
  readonly denies: readonly Bound[];
  readonly allows: readonly Bound[];
  /** Denies of the grants that ask something. The same list for every class with the same ones. */
  readonly conditional: readonly Bound[];
  /** Without those that allow everything and deny nothing more. */
  readonly caps: StatementClass["caps"];
  /** Whether nothing but allows without a condition is left, of which each speaks for itself. */
  readonly isUnion: boolean;
  /** Whether everything said is the same for everyone, and limited by denies alone: what one of the allows comes to is then the same wherever it stands. */
  readonly isCommon: boolean;
  /** Each allow by itself, with what denies something that it may name: mostly the same for everyone who has it. */
  readonly apart: () => readonly Undenied[];
}

/** What an allow that asks nothing comes to in a kind. */
export interface Share {
  /** Whether it names everything of the kind. */
  readonly isWhole: boolean;
  /** Its other patterns that match something of the snapshot. */
  readonly found: readonly Glob[];
  readonly beyond: "any" | "matching" | "none";
  /** False where a pattern is no subtree, so that it cannot be told whether denies leave anything of it. */
  readonly isTold: boolean;
}

/** What denies leave of a kind. */
export interface Denied {
  readonly everything: boolean;
  /** What the pattern matches, in the snapshot, and is not denied; for null, what is left of the whole kind. */
  readonly left: (glob: Glob | null) => readonly ResourceItem[];
  /** The same of several patterns together, each item once. */
  readonly union: (globs: ReadonlySet<Glob>) => readonly ResourceItem[];
  /** Null for a statement that names nothing that is left. */
  readonly shareOf: (bound: Bound) => Share | null;
  /** Whether nothing is left of what a pattern matches, in the snapshot or not. Patterns are subtrees. */
  readonly leavesNothing: (glob: Glob) => boolean;
}

export interface Denials {
  readonly undenied: (statements: StatementClass) => Undenied;
  /** Null where the denies' patterns are no subtrees, so that what they leave cannot be told by beginnings. */
  readonly over: (denies: readonly Bound[], kind: ResourceKind) => Denied | null;
}

/** Takes apart what is denied for certain, and remembers it: most identities of an estate share what is denied to them. */
export function createDenials(automata: Automata, matching: Matching): Denials {
  const undenied = new WeakMap<StatementClass, Undenied>();
  const over = new Map<readonly Bound[], Map<ResourceKind, Denied | null>>();
  const start: Chain<Bound, readonly Bound[]> = { next: new Map(), value: null };
  const unions = new Map<ResourceKind, Unions>();
  return {
    undenied: (statements) => {
      const known = undenied.get(statements);
      if (known !== undefined) return known;
      const made = withoutDenies(statements, start);
      undenied.set(statements, made);
      return made;
    },
    over: (denies, kind) => {
      const ofDenies = over.get(denies) ?? new Map<ResourceKind, Denied | null>();
      over.set(denies, ofDenies);
      const known = ofDenies.get(kind);
      if (known !== undefined) return known;
      const ofKind = unions.get(kind) ?? {
        outermost: { next: new Map(), value: null },
        lists: { next: new Map(), value: null },
      };
      unions.set(kind, ofKind);
      const made = deniedIn(kind, denies, ofKind, automata, matching);
      ofDenies.set(kind, made);
      return made;
    },
  };
}

function withoutDenies(statements: StatementClass, start: Chain<Bound, readonly Bound[]>): Undenied {
  const denies: Bound[] = [];
  const conditional: Bound[] = [];
  const allows: Bound[] = [];
  for (const bound of statements.grants) {
    if (bound.effect === "allow") allows.push(bound);
    else if (bound.asksNothing) denies.push(bound);
    else conditional.push(bound);
  }
  const caps: StatementClass["caps"][number][] = [];
  for (const cap of statements.caps) {
    const left = cap.statements.filter((bound) => bound.effect === "allow" || !bound.asksNothing);
    denies.push(...cap.statements.filter((bound) => bound.effect === "deny" && bound.asksNothing));
    const isLimit = left.some(({ effect }) => effect === "deny") || !left.some(isEverything);
    if (isLimit) caps.push({ name: cap.name, statements: left });
  }
  return undeniedOf({ denies, conditional, allows, caps }, statements, start);
}

function undeniedOf(
  { denies, conditional, allows, caps }: Pick<Undenied, "denies" | "conditional" | "allows" | "caps">,
  { varies }: Pick<StatementClass, "varies">,
  start: Chain<Bound, readonly Bound[]>,
): Undenied {
  const isAlone = caps.length === 0;
  const all = [...denies, ...conditional, ...allows];
  let apart: readonly Undenied[] | null = null;
  return {
    denies: shared(start, denies),
    conditional: shared(start, conditional),
    allows,
    caps,
    isUnion: isAlone && conditional.length === 0 && allows.every(({ asksNothing }) => asksNothing),
    isCommon: isAlone && !varies && all.every(({ id }) => id !== null),
    apart: () => {
      apart ??= allows.map((allow) => {
        const isNear = (bound: Bound): boolean => mayMeet(allow, bound);
        const near = { denies: denies.filter(isNear), conditional: conditional.filter(isNear), allows: [allow], caps };
        return undeniedOf(near, { varies }, start);
      });
      return apart;
    },
  };
}

/** Whether two statements may speak of the same resource. */
export function mayMeet(a: Bound, b: Bound): boolean {
  return a.include.some((one) => b.include.some((other) => mayOverlap(one.glob, other.glob)));
}

function shared(start: Chain<Bound, readonly Bound[]>, bounds: readonly Bound[]): readonly Bound[] {
  const chain = along(start, bounds);
  chain.value ??= bounds;
  return chain.value;
}

function isEverything({ effect, everywhere, asksNothing }: Bound): boolean {
  return effect === "allow" && everywhere && asksNothing;
}

function deniedIn(
  kind: ResourceKind,
  denies: readonly Bound[],
  unions: Unions,
  automata: Automata,
  matching: Matching,
): Denied | null {
  const globs = [...new Set(denies.flatMap(({ include }) => include.map(({ glob }) => glob)))];
  const found: Subtree[] = [];
  let everything = false;
  for (const glob of globs) {
    const relation = automata.relation(kind.universe, glob);
    if (relation === "all") everything = true;
    if (relation !== "some") continue;
    if (!isTreeOf(kind, glob)) return null;
    found.push(glob);
  }
  const trees = inTreeOrder(found);
  const items = new Set(trees.flatMap((glob) => matching(kind, glob)));
  const remembered = new Map<Glob | null, readonly ResourceItem[]>();
  const emptied = new Map<Glob, boolean>();
  const leavesNothing = (glob: Glob): boolean => {
    if (!isSubtree(glob)) return false;
    for (const tree of trees) {
      // In order: what holds the pattern begins no later than what lies in it.
      if (tree.prefix > glob.prefix && !tree.prefix.startsWith(glob.prefix)) break;
      if (holds(tree, glob) || (holds(glob, tree) && automata.covers(kind.universe, glob, tree))) return true;
    }
    return false;
  };
  const left = (glob: Glob | null): readonly ResourceItem[] => {
    const known = remembered.get(glob);
    if (known !== undefined) return known;
    const all = glob === null ? kind.items : matching(kind, glob);
    const made = everything ? [] : all.some((item) => items.has(item)) ? all.filter((item) => !items.has(item)) : all;
    remembered.set(glob, made);
    return made;
  };
  const shares = new Map<Bound, Share | null>();
  const shareOf = ({ include }: Bound): Share | null => {
    if (everything) return null;
    const some: Glob[] = [];
    let isWhole = false;
    let beyond: Share["beyond"] = "none";
    let isTold = true;
    for (const { glob } of include) {
      const relation = relationTo(kind, glob, automata, matching);
      if (relation === "none") continue;
      if (relation === "all") {
        isWhole = true;
        if (!kind.isClosed) beyond = "any";
        continue;
      }
      if (left(glob).length > 0) some.push(glob);
      if (kind.isClosed) continue;
      isTold &&= trees.length === 0 || isTreeOf(kind, glob);
      if (beyond === "none" && !isCounted(glob, kind, matching) && !leavesNothing(glob)) beyond = "matching";
    }
    const isAny = some.length > 0 || beyond !== "none" || (isWhole && left(null).length > 0);
    return isAny ? { isWhole, found: some, beyond, isTold } : null;
  };
  return {
    everything,
    left,
    shareOf: (bound) => {
      const known = shares.get(bound);
      if (known !== undefined) return known;
      const made = shareOf(bound);
      shares.set(bound, made);
      return made;
    },
    union: (globs) => unite(globs, left, unions),
    leavesNothing: (glob) => {
      if (everything) return true;
      const known = emptied.get(glob);
      if (known !== undefined) return known;
      const made = leavesNothing(glob);
      emptied.set(glob, made);
      return made;
    },
  };
}

/** Things one after the other, so that the same ones in the same order are found again. */
interface Chain<Thing, Value> {
  readonly next: Map<Thing, Chain<Thing, Value>>;
  value: Value | null;
}

/** What a chain leads to. */
function along<Thing, Value>(start: Chain<Thing, Value>, things: Iterable<Thing>): Chain<Thing, Value> {
  let chain = start;
  for (const thing of things) {
    const next: Chain<Thing, Value> = chain.next.get(thing) ?? { next: new Map(), value: null };
    chain.next.set(thing, next);
    chain = next;
  }
  return chain;
}

/** Puts lists of items of one kind together; remembers them, so that whoever is named the same has the same list, whatever is denied elsewhere. */
interface Unions {
  readonly outermost: Chain<Glob, readonly Glob[]>;
  readonly lists: Chain<readonly ResourceItem[], readonly ResourceItem[]>;
}

function unite(
  globs: ReadonlySet<Glob>,
  left: (glob: Glob) => readonly ResourceItem[],
  { outermost, lists }: Unions,
): readonly ResourceItem[] {
  const named = along(outermost, globs);
  named.value ??= outermostOf([...globs]);
  const parts = named.value.map(left).filter((items) => items.length > 0);
  const [only = []] = parts;
  if (parts.length <= 1) return only;
  const whole = along(lists, parts);
  // Subtrees of which none holds another have nothing in common.
  whole.value ??= areSubtrees(named.value) ? parts.flat() : [...new Set(parts.flat())];
  return whole.value;
}

/** Whether a pattern is a subtree of the texts that a kind's resources have. */
export function isTreeOf({ universe }: ResourceKind, glob: Glob): glob is Subtree {
  return glob.foldsCase === universe.foldsCase && isSubtree(glob);
}

/** How a pattern lies to a kind: to its items, where those are all that is asked about, else to everything of the kind. */
export function relationTo(kind: ResourceKind, glob: Glob, automata: Automata, matching: Matching): Relation {
  if (!kind.isClosed) return automata.relation(kind.universe, glob);
  const count = matching(kind, glob).length;
  return count === 0 ? "none" : count === kind.items.length ? "all" : "some";
}

/** A text that stands in full is one resource: it is in the snapshot, and counted among the items, or it is certainly gone. */
export function isCounted(glob: Glob, kind: ResourceKind, matching: Matching): boolean {
  // In either case it is as many resources as there are ways to write it, where the kind tells those apart.
  if (glob.foldsCase && !kind.universe.foldsCase) return false;
  return glob.literal !== null && (matching(kind, glob).length > 0 || kind.isGone(glob.literal));
}
