/** Makes a value once for each key. */
export function once<T>(): (key: string, make: () => T) => T {
  const known = new Map<string, { readonly value: T }>();
  return (key, make) => {
    const there = known.get(key) ?? { value: make() };
    known.set(key, there);
    return there.value;
  };
}

/** A function of a text that works each answer out once. */
export function memo<T>(work: (key: string) => T): (key: string) => T {
  const known = once<T>();
  return (key) => known(key, () => work(key));
}

/** Adds to the list under a key. */
export function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [item]);
  else known.push(item);
}
