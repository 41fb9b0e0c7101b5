import type { Json } from "../../src/model/finding.ts";

/**
 * Reading evidence. A report may come from a file that anyone wrote, so what a check puts into its evidence is looked for, never
 * relied upon: what is not there, or has another shape, is null or empty.
 */

export type JsonObject = { readonly [key: string]: Json };

/** A list of evidence: its first items, and how many there are in all. */
export interface JsonList {
  readonly items: readonly Json[];
  readonly count: number;
}

const nothing: JsonList = { items: [], count: 0 };

/** The value as an object; an empty one when it is none. */
export function objectOf(json: Json | undefined): JsonObject {
  return isObject(json) ? json : {};
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Text, or a number in its place; null when the value is neither. */
export function textOf(json: Json | undefined): string | null {
  if (typeof json === "string") return json === "" ? null : json;
  return typeof json === "number" ? String(json) : null;
}

/** An array, or the `{ count, first }` in which checks put long lists. Null when the value is neither. */
export function asList(json: Json | undefined): JsonList | null {
  if (isArray(json)) return { items: json, count: json.length };
  if (!isObject(json) || Object.keys(json).length !== 2) return null;
  const { count, first } = json;
  return typeof count === "number" && isArray(first) ? { items: first, count: Math.max(count, first.length) } : null;
}

/** The same; nothing when there is no list. */
export function listOf(json: Json | undefined): JsonList {
  return asList(json) ?? nothing;
}

/** The texts of a list. */
export function textsOf(json: Json | undefined): readonly string[] {
  return listOf(json).items.flatMap((item) => textOf(item) ?? []);
}

function isArray(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}
