import { isObject, type JsonObject, type JsonValue } from "./estate.ts";
import { badRequest } from "./errors.ts";

/** What a `fields` parameter keeps of an object, by member; null keeps the whole of it. */
type Mask = ReadonlyMap<string, Mask | null>;

/**
 * Leaves of an answer what its `fields` parameter asks for: `items(name,selfLink),nextPageToken`, `items/name`, `*`.
 * Throws the API's own error on a parameter that cannot be read.
 * See https://docs.cloud.google.com/compute/docs/api/best-practices#partial-response.
 */
export function partial(body: JsonObject, fields: string | null): JsonObject {
  if (fields === null || fields === "") return body;
  const [mask, rest] = parse(fields);
  if (rest !== "") throw badRequest(`Invalid field selection ${fields}`);
  return kept(body, mask);
}

function parse(text: string): readonly [Mask, string] {
  const mask = new Map<string, Mask | null>();
  let rest = text;
  for (;;) {
    const name = /^[^,()/]+/.exec(rest)?.[0];
    if (name === undefined) throw badRequest(`Invalid field selection ${text}`);
    rest = rest.slice(name.length);
    const separator = rest[0];
    let below: Mask | null = null;
    if (separator === "(") {
      [below, rest] = parse(rest.slice(1));
      if (!rest.startsWith(")")) throw badRequest(`Invalid field selection ${text}`);
      rest = rest.slice(1);
    } else if (separator === "/") {
      const [inner, after] = parseOne(rest.slice(1));
      below = inner;
      rest = after;
    }
    mask.set(name, joined(mask.get(name), below));
    if (!rest.startsWith(",")) return [mask, rest];
    rest = rest.slice(1);
  }
}

/** What follows a `/`, up to the next comma. */
function parseOne(text: string): readonly [Mask, string] {
  const end = /^[^,()]+(?:\((?:[^()]|\([^()]*\))*\))?/.exec(text)?.[0] ?? "";
  const [mask] = parse(end);
  return [mask, text.slice(end.length)];
}

function joined(one: Mask | null | undefined, other: Mask | null): Mask | null {
  if (one === undefined) return other;
  return one === null || other === null ? null : new Map([...one, ...other]);
}

function kept(body: JsonObject, mask: Mask): JsonObject {
  const any = mask.get("*");
  const entries = Object.entries(body).flatMap(([member, value]): [string, JsonValue | undefined][] => {
    const below = mask.has(member) ? mask.get(member) : any;
    if (below === undefined) return [];
    return [[member, below === null ? value : keptOf(value, below)]];
  });
  return Object.fromEntries(entries);
}

/** What has no members has none to keep. */
function keptOf(value: JsonValue | undefined, mask: Mask): JsonValue | undefined {
  if (isObject(value)) return kept(value, mask);
  const items = Array.isArray(value) ? value.filter((item: JsonValue) => isObject(item)) : [];
  return items.length === 0 ? undefined : items.map((item) => kept(item, mask));
}
