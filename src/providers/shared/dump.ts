// What every importer of dumps says and does alike.

const none: ReadonlySet<string> = new Set();

/** JSON with members in one order, so that equal texts say the same; members named in `leftOut` do not count, at any depth. */
export function canonicalJson(value: unknown, leftOut: ReadonlySet<string> = none): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(
          Object.entries(member)
            .filter(([name]) => !leftOut.has(name))
            .toSorted(([a], [b]) => (a < b ? -1 : 1)),
        )
      : member,
  );
}

/** File names or ids for a note, the first few of many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** Why a list is not whole of which the dump holds a page. */
export function isOnePage(file: string): string {
  return `${file} is one page of several; the others are not in the dump.`;
}

/** Why a list is not whole of which the dump holds resources that were described one by one. */
export function isOneResource(file: string): string {
  return `${file} holds one resource; whether there are others is not in the dump.`;
}

/** A note on what lies in a file beside what was used. */
export function notRead(file: string, unread: number, all: number): string {
  return `${file}: ${unread} of its ${all} items are of kinds that Rampart does not read.`;
}
