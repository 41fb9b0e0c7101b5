/**
 * A pattern over whole texts, as policies write them: `*` stands for any run of characters, the empty one included, `?` for exactly one.
 * Globs come from {@link createGlobs}, which gives the same object for the same pattern.
 */
export interface Glob {
  /** As written, for people. */
  readonly text: string;
  /** Letters match in either case (ASCII). */
  readonly foldsCase: boolean;
  /** Character codes, lower case where case is folded, and the negative wildcards below. */
  readonly tokens: readonly number[];
  /** The only text it matches, when it has no wildcard (lower case where case is folded); null otherwise. */
  readonly literal: string | null;
  /** The text that every match starts with: everything before the first wildcard. */
  readonly prefix: string;
  /** Whether it matches {@link prefix} alone, or whatever begins so: most patterns over paths do. Null for one with other wildcards. */
  readonly subtree: "one" | "all" | null;
}

/** A wildcard's token. Those that stop at colons serve patterns whose parts between colons are matched one by one. */
export const anyOne = -1;
export const anyRun = -2;
export const anyOneInPart = -3;
export const anyRunInPart = -4;

/** What a glob is put together from. */
export type GlobPart =
  /** Text in which `*` and `?` are wildcards. */
  | { readonly kind: "pattern"; readonly text: string }
  /** The same, but no wildcard matches a colon. */
  | { readonly kind: "part"; readonly text: string }
  /** Text that stands for itself. */
  | { readonly kind: "literal"; readonly text: string };

/** Makes globs and keeps them, so that equal patterns are one object and what is worked out about them is worked out once. */
export interface Globs {
  readonly of: (parts: readonly GlobPart[], foldsCase?: boolean) => Glob;
  /** One pattern in which `*` and `?` are wildcards. */
  readonly pattern: (text: string, foldsCase?: boolean) => Glob;
  readonly literal: (text: string, foldsCase?: boolean) => Glob;
  /** Matches everything. */
  readonly all: Glob;
}

/** A maker of globs with a memory of its own. */
export function createGlobs(): Globs {
  const known = new Map<string, Glob>();
  const of: Globs["of"] = (parts, foldsCase = false) => {
    const tokens = parts.flatMap((part) => tokensOf(part, foldsCase));
    const merged = tokens.filter((token, index) => token !== anyRun || tokens[index - 1] !== anyRun);
    const key = `${foldsCase ? "i" : "x"}${merged.join(",")}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const wildcard = merged.findIndex((token) => token < 0);
    const glob: Glob = {
      text: parts.map(({ text }) => text).join(""),
      foldsCase,
      tokens: merged,
      literal: wildcard < 0 ? textOf(merged) : null,
      prefix: textOf(wildcard < 0 ? merged : merged.slice(0, wildcard)),
      subtree: wildcard < 0 ? "one" : wildcard === merged.length - 1 && merged.at(-1) === anyRun ? "all" : null,
    };
    known.set(key, glob);
    return glob;
  };
  const pattern: Globs["pattern"] = (text, foldsCase) => of([{ kind: "pattern", text }], foldsCase);
  return {
    of,
    pattern,
    literal: (text, foldsCase) => of([{ kind: "literal", text }], foldsCase),
    all: pattern("*"),
  };
}

function tokensOf({ kind, text }: GlobPart, foldsCase: boolean): number[] {
  const tokens: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (kind !== "literal" && code === starCode) tokens.push(kind === "part" ? anyRunInPart : anyRun);
    else if (kind !== "literal" && code === markCode) tokens.push(kind === "part" ? anyOneInPart : anyOne);
    else tokens.push(foldsCase ? lower(code) : code);
  }
  return tokens;
}

function textOf(codes: readonly number[]): string {
  return codes.map((code) => String.fromCharCode(code)).join("");
}

const starCode = 42;
const markCode = 63;
export const colon = 58;

/** The lower case of an ASCII letter; every other code as it is. Clouds fold case in ASCII names only. */
export function lower(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

/** The upper case of an ASCII letter; every other code as it is. */
export function upper(code: number): number {
  return code >= 97 && code <= 122 ? code - 32 : code;
}

/** Whether a token is a run of any length. */
export function isRun(token: number | undefined): boolean {
  return token === anyRun || token === anyRunInPart;
}

/** Whether one character passes a token; `code` is lower case already where case is folded. */
export function passes(token: number, code: number): boolean {
  if (token >= 0) return token === code;
  return code !== colon || token === anyOne || token === anyRun;
}

/** A text with its ASCII letters in lower case. */
export function lowerText(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether the glob matches the whole text. Never slower than pattern length times text length. */
export function matchesGlob(glob: Glob, text: string): boolean {
  const { tokens, foldsCase, literal, prefix, subtree } = glob;
  if (literal !== null && literal.length !== text.length) return false;
  if (!startsWith(text, prefix, foldsCase)) return false;
  if (subtree !== null) return true;
  let positions = closed(tokens, new Set([prefix.length]));
  for (let index = prefix.length; index < text.length && positions.size > 0; index++) {
    const code = text.charCodeAt(index);
    positions = advance(tokens, positions, foldsCase ? lower(code) : code);
  }
  return positions.has(tokens.length);
}

/** @param prefix in lower case where case is folded */
function startsWith(text: string, prefix: string, foldsCase: boolean): boolean {
  if (!foldsCase) return text.startsWith(prefix);
  if (text.length < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) {
    if (lower(text.charCodeAt(index)) !== prefix.charCodeAt(index)) return false;
  }
  return true;
}

/** The places in a pattern that one more character leads to. */
export function advance(tokens: readonly number[], positions: Iterable<number>, code: number): Set<number> {
  const next = new Set<number>();
  for (const position of positions) {
    const token = tokens[position];
    if (token === undefined || !passes(token, code)) continue;
    next.add(isRun(token) ? position : position + 1);
  }
  return closed(tokens, next);
}

/** The places themselves, and those behind runs that may be empty. */
export function closed(tokens: readonly number[], positions: Set<number>): Set<number> {
  // A Set gives its members in the order they were added, those added meanwhile too.
  for (const position of positions) if (isRun(tokens[position])) positions.add(position + 1);
  return positions;
}
