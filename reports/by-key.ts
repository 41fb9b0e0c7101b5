/** A map's entries in the order of their keys, which is the same on every machine whatever order they came in. */
export function byKey<Value>(map: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
