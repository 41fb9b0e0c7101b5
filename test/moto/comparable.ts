import type { Json } from "../../src/model/finding.ts";
import type { VendorObject } from "../../src/snapshot/record.ts";

/** Answers as two SDKs would agree on them: what is empty may be absent, and the order of a listing means nothing. */
export function comparable(items: readonly VendorObject[]): readonly string[] {
  return items.map((item) => JSON.stringify(withoutEmpty(item))).toSorted();
}

function withoutEmpty(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value)
    .filter(([, member]) => !(Array.isArray(member) && member.length === 0) && member !== null)
    .map(([name, member]): [string, Json] => [name, withoutEmpty(member)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members);
}

/**
 * Answers about identities as two SDKs would agree on them: boto3 gives policies as objects, the API and Rampart as percent-encoded JSON; and
 * each rounds times in its own way, so that they are left out.
 */
export function comparablePolicies(items: readonly VendorObject[]): readonly string[] {
  return comparable(items.map((item) => Object.fromEntries(Object.entries(item).map(withPolicy).filter(isNoTime))));
}

function withPolicy([name, value]: readonly [string, Json]): readonly [string, Json] {
  return [name, name.endsWith("Document") ? decoded(value) : withPolicies(value)];
}

function withPolicies(value: Json): Json {
  if (Array.isArray(value)) return value.map(withPolicies);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(withPolicy).filter(isNoTime));
}

function isNoTime([name]: readonly [string, Json]): boolean {
  return !/(?:Date|Timestamp|ValidUntil)$/u.test(name);
}

function decoded(value: Json): Json {
  if (typeof value !== "string") return value;
  const policy: Json = JSON.parse(decodeURIComponent(value));
  return policy;
}
