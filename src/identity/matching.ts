import { lowerText, matchesGlob, type Glob } from "./glob.ts";
import type { ResourceItem, ResourceKind } from "./resources.ts";
import { compareTexts, isSubtree, type Subtree } from "./subtree.ts";

/** Finds the items of a kind that a pattern matches, in the kind's order; remembers them, for many statements hold the same patterns. */
export type Matching = (kind: ResourceKind, glob: Glob) => readonly ResourceItem[];

/** The items of a kind by their texts. */
interface ItemIndex {
  readonly texts: readonly string[];
  /** Where each of {@link texts} is in the kind's own order. */
  readonly places: readonly number[];
}

export function createMatching(): Matching {
  const indexes = { asWritten: new Map<ResourceKind, ItemIndex>(), lower: new Map<ResourceKind, ItemIndex>() };
  const matched = new Map<ResourceKind, Map<Glob, readonly ResourceItem[]>>();
  const indexOf = (kind: ResourceKind, foldsCase: boolean): ItemIndex => {
    const known = (foldsCase ? indexes.lower : indexes.asWritten).get(kind);
    if (known !== undefined) return known;
    const made = makeIndex(kind, foldsCase);
    (foldsCase ? indexes.lower : indexes.asWritten).set(kind, made);
    return made;
  };
  return (kind, glob) => {
    const ofKind = matched.get(kind) ?? new Map<Glob, readonly ResourceItem[]>();
    matched.set(kind, ofKind);
    const known = ofKind.get(glob);
    if (known !== undefined) return known;
    const made = isSubtree(glob)
      ? within(kind, indexOf(kind, glob.foldsCase), glob)
      : kind.items.filter(({ text }) => matchesGlob(glob, text));
    ofKind.set(glob, made);
    return made;
  };
}

function makeIndex({ items }: ResourceKind, foldsCase: boolean): ItemIndex {
  const texts = items.map(({ text }) => (foldsCase ? lowerText(text) : text));
  const places = [...texts.keys()].toSorted((a, b) => compareTexts(texts[a] ?? "", texts[b] ?? ""));
  return { texts: places.map((at) => texts[at] ?? ""), places };
}

function within(
  { items }: ResourceKind,
  { texts, places }: ItemIndex,
  { prefix, subtree }: Subtree,
): readonly ResourceItem[] {
  const isOpen = subtree === "all";
  if (isOpen && prefix === "") return items;
  const found: number[] = [];
  for (let at = firstFrom(texts, prefix); at < texts.length; at++) {
    const text = texts[at] ?? "";
    if (isOpen ? !text.startsWith(prefix) : text !== prefix) break;
    found.push(places[at] ?? 0);
  }
  return found.toSorted((a, b) => a - b).flatMap((at) => items[at] ?? []);
}

/** The place of the first text that does not come before another, in texts that are in order. */
function firstFrom(texts: readonly string[], text: string): number {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((texts[middle] ?? "") < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
