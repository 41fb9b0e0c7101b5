import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";

/** `report.sarif`, `report-2.sarif`, `report-3.sarif`, ... by an index from 0. */
export function numberedPath(path: string, index: number): string {
  if (index === 0) return path;
  const [stem, end] = splitPath(path);
  return `${stem}-${index + 1}${end}`;
}

/** Whether `other` is where one of several documents for `path` may have to go. */
export function isNumberedPath(path: string, other: string): boolean {
  const [stem, end] = splitPath(path);
  return (
    other.startsWith(`${stem}-`) &&
    other.endsWith(end) &&
    /^(?:[2-9]|[1-9]\d+)$/.test(other.slice(stem.length + 1, other.length - end.length))
  );
}

function splitPath(path: string): [string, string] {
  const dot = path.lastIndexOf(".");
  const cut = dot > path.lastIndexOf("/") + 1 ? dot : path.length;
  return [path.slice(0, cut), path.slice(cut)];
}

/**
 * Removes the files that an earlier scan, which took more documents, left beside `path`: a job that uploads `report*.sarif` would bring back alerts
 * that are long fixed. Only files that say for certain that they are part N of such a set, and bear that number, are removed; what else bears it is told.
 *
 * @param count how many documents there are now
 * @returns lines for the person who asked
 */
export async function clearOlderParts(
  path: string,
  count: number,
  partOf: (text: string) => number | null,
): Promise<string[]> {
  const remarks: string[] = [];
  for (let index = Math.max(count, 1); ; index++) {
    const sibling = numberedPath(path, index);
    if (!existsSync(sibling)) return remarks;
    try {
      if (partOf(await readFile(sibling, "utf8")) === index + 1) {
        await rm(sibling);
        remarks.push(`${sibling}: removed; it was left from an earlier scan that took more files`);
        continue;
      }
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
      remarks.push(`${sibling}: may be left from an earlier scan and cannot be removed: ${reason}`);
      continue;
    }
    remarks.push(
      `${sibling}: is not of this scan, and nothing in it says for certain that it is left from an earlier one; do not send it along with ${path}`,
    );
  }
}
