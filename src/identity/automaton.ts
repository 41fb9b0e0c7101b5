import { advance, anyOneInPart, anyRun, closed, colon, lower, upper, type Glob } from "./glob.ts";
import { areSubtrees, isSubtree, subtreeSignatures } from "./subtree.ts";

/**
 * A state of the deterministic automaton of one glob, built as it is walked.
 * `all`: whatever follows matches. `none`: nothing that follows can.
 */
interface State {
  readonly number: number;
  readonly fate: "open" | "all" | "none";
  /** Whether the text so far matches as a whole. */
  readonly accepts: boolean;
  readonly positions: readonly number[];
  readonly next: Map<number, State>;
  /** The characters that this state tells from others. */
  readonly letters: readonly number[];
}

interface Automaton {
  readonly start: State;
  readonly step: (state: State, code: number) => State;
  /** Where texts lead that were asked about, as far as their last slash. */
  readonly walked: Map<string, State>;
}

/** How a glob lies to the texts of another: matches all of them, none, or some. */
export type Relation = "all" | "none" | "some";

/**
 * Which of several patterns a text can match together: one entry per combination that some text of the universe shows, with true
 * where the pattern at that place matches.
 */
export type Signature = readonly boolean[];

/** Answers about what several patterns have in common; remembers them. */
export interface Automata {
  readonly relation: (universe: Glob, glob: Glob) => Relation;
  /** Every signature that texts of the universe have; null when there are too many ways to look at (see {@link stateLimit}). */
  readonly signatures: (universe: Glob, globs: readonly Glob[]) => readonly Signature[] | null;
  /** The same as the places of the patterns that match. */
  readonly hits: (universe: Glob, globs: readonly Glob[]) => readonly (readonly number[])[] | null;
  /** Whether a subtree leaves nothing of another that it lies in, as far as texts of the universe go. All of one case. */
  readonly covers: (universe: Glob, outer: Glob, inner: Glob) => boolean;
}

/** Combined states that are looked at before a question counts as too intricate. Real policies need some hundred. */
const stateLimit = 20_000;

/** A character that no pattern of the question names. */
const other = -1;

/** Automata with a memory of their own, for globs of one maker. */
export function createAutomata(): Automata {
  const automata = new Map<Glob, Automaton>();
  const relations = new Map<Glob, Map<Glob, Relation>>();
  const numbers = new Map<Glob, number>();
  const combined = new Map<string, readonly Signature[] | null>();
  const automatonOf = (glob: Glob): Automaton => {
    const known = automata.get(glob);
    if (known !== undefined) return known;
    const made = automatonFor(glob);
    automata.set(glob, made);
    return made;
  };
  const numberOf = (glob: Glob): number => {
    const known = numbers.get(glob);
    if (known !== undefined) return known;
    numbers.set(glob, numbers.size);
    return numbers.size - 1;
  };

  const relation: Automata["relation"] = (universe, glob) => {
    const quick = quickRelation(universe, glob);
    if (quick !== null) return quick;
    const known = relations.get(universe)?.get(glob);
    if (known !== undefined) return known;
    const answer = relationToSubtree(universe, glob) ?? relationByWalk(universe, glob);
    const row = relations.get(universe) ?? new Map<Glob, Relation>();
    relations.set(universe, row.set(glob, answer));
    return answer;
  };
  const relationToSubtree = (universe: Glob, glob: Glob): Relation | null => {
    if (!isSubtree(glob) || universe.foldsCase !== glob.foldsCase) return null;
    const state = after(automatonOf(universe), glob.prefix);
    // A pattern whose beginning fits can always be completed.
    return state.fate !== "none" && (glob.subtree === "all" || state.accepts) ? "some" : "none";
  };
  const relationByWalk = (universe: Glob, glob: Glob): Relation => {
    const found = walk([automatonOf(universe), automatonOf(glob)], (seen) => seen.length === 2);
    return found === null || found.length === 2 ? "some" : found[0]?.[0] === true ? "all" : "none";
  };
  const covers: Automata["covers"] = (universe, outer, inner) => {
    // It does where nothing else can follow: in a text of the universe that begins like the outer one every letter up to the inner one stands still.
    let state = after(automatonOf(universe), outer.prefix);
    for (let at = outer.prefix.length; at < inner.prefix.length; at++) {
      const [place, ...others] = state.positions;
      const code = inner.prefix.charCodeAt(at);
      if (state.fate !== "open" || place === undefined || others.length > 0 || universe.tokens[place] !== code)
        return false;
      state = automatonOf(universe).step(state, code);
    }
    if (inner.literal === null) return true;
    return state.fate === "open" && state.positions.every((place) => place === universe.tokens.length);
  };

  const signatures: Automata["signatures"] = (universe, globs) => {
    // One pattern that matches some texts and not others needs no walk.
    if (globs.length === 0) return [[]];
    const [only] = globs;
    if (globs.length === 1 && only !== undefined) {
      const answer = relation(universe, only);
      return answer === "some" ? [[true], [false]] : [[answer === "all"]];
    }
    const key = [universe, ...globs].map(numberOf).join(" ");
    const known = combined.get(key);
    if (known !== undefined) return known;
    const found = walk([automatonOf(universe), ...globs.map(automatonOf)], () => false);
    combined.set(key, found);
    return found;
  };

  return {
    relation,
    signatures,
    covers,
    hits: (universe, globs) => {
      const isAlike = globs.every(
        (glob) => glob.foldsCase === universe.foldsCase && relation(universe, glob) === "some",
      );
      if (isAlike && areSubtrees(globs))
        return subtreeSignatures(globs, (outer, inner) => covers(universe, outer, inner));
      const found = signatures(universe, globs);
      return found?.map((signature) => [...signature.keys()].filter((at) => signature[at] === true)) ?? null;
    },
  };
}

/** The state that a text leads to; text of patterns that fold case is in lower case already. Paths that begin alike share what was walked. */
function after({ start, step, walked }: Automaton, text: string): State {
  let state = start;
  let from = 0;
  for (let slash = text.lastIndexOf("/", sharedLength); slash > 0; slash = text.lastIndexOf("/", slash - 1)) {
    const known = walked.get(text.slice(0, slash));
    if (known === undefined) continue;
    state = known;
    from = slash;
    break;
  }
  for (let at = from; at < text.length && state.fate !== "none"; at++) {
    if (at > from && at <= sharedLength && text[at] === "/") walked.set(text.slice(0, at), state);
    state = step(state, text.charCodeAt(at));
  }
  return state;
}

/** What is remembered of a text, in characters: resources have shorter names, and a hostile one may have a hundred thousand parts. */
const sharedLength = 2048;

/** What the patterns' beginnings alone decide. */
function quickRelation(universe: Glob, glob: Glob): Relation | null {
  if (glob.subtree === "all" && glob.prefix === "") return "all";
  if (universe === glob) return "all";
  if (universe.foldsCase !== glob.foldsCase) return null;
  const length = Math.min(universe.prefix.length, glob.prefix.length);
  if (universe.prefix.slice(0, length) !== glob.prefix.slice(0, length)) return "none";
  return glob.subtree === "all" && universe.prefix.startsWith(glob.prefix) ? "all" : null;
}

function automatonFor({ tokens, foldsCase }: Glob): Automaton {
  const states = new Map<string, State>();
  const last = tokens.length - 1;
  const stateOf = (positions: Set<number>): State => {
    const endless = tokens[last] === anyRun && positions.has(last);
    const fate = endless ? "all" : positions.size === 0 ? "none" : "open";
    const places = fate === "open" ? [...positions].toSorted((a, b) => a - b) : [];
    const key = fate === "open" ? places.join(",") : fate;
    const known = states.get(key);
    if (known !== undefined) return known;
    const state: State = {
      number: states.size,
      fate,
      accepts: endless || positions.has(tokens.length),
      positions: places,
      next: new Map(),
      letters: lettersOf(tokens, places, foldsCase),
    };
    states.set(key, state);
    return state;
  };
  return {
    walked: new Map(),
    start: stateOf(closed(tokens, new Set([0]))),
    step: (state, code) => {
      if (state.fate !== "open") return state;
      const known = state.next.get(code);
      if (known !== undefined) return known;
      const next = stateOf(advance(tokens, state.positions, foldsCase ? lower(code) : code));
      state.next.set(code, next);
      return next;
    },
  };
}

function lettersOf(tokens: readonly number[], places: readonly number[], foldsCase: boolean): readonly number[] {
  const letters = new Set<number>();
  for (const place of places) {
    const token = tokens[place];
    if (token === undefined) continue;
    if (token >= 0) {
      letters.add(token);
      if (foldsCase) letters.add(upper(token));
    } else if (token <= anyOneInPart) {
      letters.add(colon);
    }
  }
  return [...letters];
}

/**
 * The signatures of every text that the first automaton accepts, found by walking all of them side by side.
 * @param enough ends the walk early once it is true of the signatures found
 */
function walk(
  automata: readonly Automaton[],
  enough: (found: readonly Signature[]) => boolean,
): readonly Signature[] | null {
  const found = new Map<string, Signature>();
  const seen = new Set<string>();
  const queue: (readonly State[])[] = [];
  const visit = (states: readonly State[]): void => {
    const [universe, ...rest] = states;
    if (universe === undefined || universe.fate === "none") return;
    const key = states.map(({ number }) => number).join(" ");
    if (seen.has(key)) return;
    seen.add(key);
    const settled = rest.every(({ fate }) => fate !== "open");
    if (universe.accepts || settled) {
      const signature = rest.map(({ accepts }) => accepts);
      found.set(signature.join(" "), signature);
    }
    // A glob that is still open can always be completed, so a settled signature needs no further walking.
    if (!settled) queue.push(states);
  };
  visit(automata.map(({ start }) => start));
  for (let states = queue.pop(); states !== undefined; states = queue.pop()) {
    if (seen.size > stateLimit) return null;
    const letters = new Set(states.flatMap((state) => state.letters));
    for (const code of [...letters, other]) {
      visit(states.map((state, index) => automata[index]?.step(state, code) ?? state));
    }
    if (enough([...found.values()])) break;
  }
  return [...found.values()];
}
