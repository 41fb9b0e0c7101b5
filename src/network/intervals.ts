/** A closed run of whole numbers: both ends belong to it. */
export interface Run<T> {
  readonly first: T;
  readonly last: T;
}

/** Sorted, disjoint, non-adjacent runs: equal sets are equal lists. */
export type Runs<T> = readonly Run<T>[];

/** What tells one kind of whole number from another: how to step by one. */
export interface Line<T extends number | bigint> {
  readonly next: (value: T) => T;
  readonly previous: (value: T) => T;
}

/** Numbers up to 2^53: ports, points of the L4 axis. */
export const numbers: Line<number> = {
  next: (value) => value + 1,
  previous: (value) => value - 1,
};

/** Numbers of any size: addresses. */
export const bigints: Line<bigint> = {
  next: (value) => value + 1n,
  previous: (value) => value - 1n,
};

/** Sorts runs given in any order and merges those that overlap or touch. A run whose last lies before its first is empty. */
export function normaliseRuns<T extends number | bigint>(line: Line<T>, runs: Iterable<Run<T>>): Runs<T> {
  const sorted = [...runs].filter((run) => run.first <= run.last);
  sorted.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: Run<T>[] = [];
  let current: Run<T> | undefined;
  for (const run of sorted) {
    if (current === undefined || run.first > line.next(current.last)) {
      if (current !== undefined) merged.push(current);
      current = run;
    } else if (run.last > current.last) {
      current = { first: current.first, last: run.last };
    }
  }
  if (current !== undefined) merged.push(current);
  return merged;
}

/** What is in both. Linear in the number of runs. */
export function intersectRuns<T extends number | bigint>(a: Runs<T>, b: Runs<T>): Runs<T> {
  const common: Run<T>[] = [];
  let i = 0;
  let j = 0;
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    const first = x.first > y.first ? x.first : y.first;
    const last = x.last < y.last ? x.last : y.last;
    if (first <= last) common.push({ first, last });
    if (x.last < y.last) i += 1;
    else j += 1;
  }
  return common;
}

/** What is in `a` and not in `b`. Linear in the number of runs. */
export function subtractRuns<T extends number | bigint>(line: Line<T>, a: Runs<T>, b: Runs<T>): Runs<T> {
  const rest: Run<T>[] = [];
  let j = 0;
  for (const run of a) {
    let first = run.first;
    let consumed = false;
    for (let hole = b[j]; hole !== undefined && hole.first <= run.last; hole = b[j]) {
      if (hole.last >= first) {
        if (hole.first > first) rest.push({ first, last: line.previous(hole.first) });
        if (hole.last >= run.last) {
          consumed = true;
          break;
        }
        first = line.next(hole.last);
      }
      j += 1;
    }
    if (!consumed) rest.push({ first, last: run.last });
  }
  return rest;
}

/** Whether every member of `inner` is in `outer`. */
export function includesRuns<T extends number | bigint>(outer: Runs<T>, inner: Runs<T>): boolean {
  let i = 0;
  for (const run of inner) {
    let cover = outer[i];
    while (cover !== undefined && cover.last < run.first) {
      i += 1;
      cover = outer[i];
    }
    if (cover === undefined || cover.first > run.first || cover.last < run.last) return false;
  }
  return true;
}

/** Whether the two have a member in common. Linear, or by bisection where one is much shorter than the other. */
export function overlapRuns<T extends number | bigint>(a: Runs<T>, b: Runs<T>): boolean {
  if (a.length > b.length) return overlapRuns(b, a);
  if (a.length * 16 < b.length) return a.some((run) => overlapsAny(b, run));
  let i = 0;
  let j = 0;
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    if (x.first <= y.last && y.first <= x.last) return true;
    if (x.last < y.last) i += 1;
    else j += 1;
  }
  return false;
}

/** Whether one run overlaps any of many; by bisection for the first that does not end before it. */
function overlapsAny<T extends number | bigint>(runs: Runs<T>, { first, last }: Run<T>): boolean {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle];
    if (run !== undefined && run.last < first) low = middle + 1;
    else high = middle;
  }
  const candidate = runs[low];
  return candidate !== undefined && candidate.first <= last;
}

/** Whether the two have the same members. */
export function equalRuns<T extends number | bigint>(a: Runs<T>, b: Runs<T>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((run, index) => {
    const other = b[index];
    return other !== undefined && run.first === other.first && run.last === other.last;
  });
}

/** Whether `value` is a member; by bisection. */
export function hasPoint<T extends number | bigint>(runs: Runs<T>, value: T): boolean {
  let low = 0;
  let high = runs.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle];
    if (run === undefined) return false;
    if (value < run.first) high = middle - 1;
    else if (value > run.last) low = middle + 1;
    else return true;
  }
  return false;
}
