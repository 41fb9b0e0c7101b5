import type { Glob } from "./glob.ts";

/**
 * A pattern that matches one text, or all texts that begin alike (`/subscriptions/1/*`), as most patterns over paths do. How those lie to each
 * other is told by their beginnings, without looking at texts.
 */
export type Subtree = Glob & { readonly subtree: "one" | "all" };

export function isSubtree(glob: Glob): glob is Subtree {
  return glob.subtree !== null;
}

/** Whether everything that the second matches the first matches too. Both of one case. */
export function holds(outer: Subtree, inner: Subtree): boolean {
  if (outer.subtree === "all") return inner.prefix.startsWith(outer.prefix);
  return inner.subtree === "one" && inner.prefix === outer.prefix;
}

/** Whether some text may match both; patterns of other kinds always may. */
export function mayOverlap(a: Glob, b: Glob): boolean {
  if (!isSubtree(a) || !isSubtree(b) || a.foldsCase !== b.foldsCase) return true;
  return holds(a, b) || holds(b, a);
}

/** Whether all of them are subtrees of one case. */
export function areSubtrees(globs: readonly Glob[]): globs is readonly Subtree[] {
  return globs.every((glob) => isSubtree(glob) && glob.foldsCase === globs[0]?.foldsCase);
}

/** In an order in which whatever holds another comes before it, with nothing between them that it does not hold. */
export function inTreeOrder<T extends Subtree>(trees: readonly T[]): readonly T[] {
  return trees.toSorted(
    (a, b) => compareTexts(a.prefix, b.prefix) || Number(b.subtree === "all") - Number(a.subtree === "all"),
  );
}

/** Those that lie in no other; patterns of other kinds stay. */
export function outermostOf(globs: readonly Glob[]): readonly Glob[] {
  if (globs.length < 2 || !areSubtrees(globs)) return globs;
  const outermost: Subtree[] = [];
  for (const tree of inTreeOrder(globs)) {
    const last = outermost.at(-1);
    if (last === undefined || !holds(last, tree)) outermost.push(tree);
  }
  return outermost;
}

/**
 * The places of the subtrees that match together, one list for each combination that some text shows, the empty one first. Each is taken to
 * have texts that no deeper one has, but for those of which `covers` tells that a deeper one leaves nothing.
 */
export function subtreeSignatures(
  trees: readonly Subtree[],
  covers: (outer: Subtree, inner: Subtree) => boolean,
): readonly (readonly number[])[] {
  const places = new Map(trees.map((tree, at) => [tree, at]));
  const above: Subtree[] = [];
  const emptied = new Set<Subtree>();
  const signatures: { readonly tree: Subtree; readonly hits: readonly number[] }[] = [];
  for (const tree of inTreeOrder(trees)) {
    for (let last = above.at(-1); last !== undefined && !holds(last, tree); last = above.at(-1)) above.pop();
    const outer = above.at(-1);
    if (outer !== undefined && covers(outer, tree)) emptied.add(outer);
    above.push(tree);
    signatures.push({ tree, hits: above.flatMap((each) => places.get(each) ?? []).toSorted((a, b) => a - b) });
  }
  return [[], ...signatures.flatMap(({ tree, hits }) => (emptied.has(tree) ? [] : [hits]))];
}

/** By code units, as a language-independent order. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
