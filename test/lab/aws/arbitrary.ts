import * as fc from "fast-check";
import type { Member, Shape, Structure } from "../../../lab/aws/shapes.ts";

/** Where a generated value will travel, for what that place cannot carry. */
export interface Place {
  readonly xml: boolean;
  /** Whether lists, maps and structures may be empty: query strings and flat XML lists have no way to say so. */
  readonly empty: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Every member that a depth of five reaches may be there or not. */
const deepest = 5;

/** Values of a structure as the SDK has them. */
export function structureValue(structure: Structure, place: Place, depth = 0): fc.Arbitrary<Fields> {
  const members = depth < deepest ? structure.members : structure.members.filter(({ shape }) => isScalar(shape));
  const fields = members.map((member) => [member.name, memberValue(member, place, depth)]);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}

function memberValue(member: Member, place: Place, depth: number): fc.Arbitrary<unknown> {
  const { traits } = member;
  if (traits.httpHeader !== undefined) return headerValue(member.shape);
  if (traits.httpPrefixHeaders !== undefined) {
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), token, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  }
  const flat = place.xml && traits.xmlFlattened === true;
  return shapeValue(member.shape, flat ? { ...place, empty: false } : place, depth);
}

function shapeValue(shape: Shape, place: Place, depth: number): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case "structure":
      return structureValue(shape, place, depth + 1).filter((value) => place.empty || Object.keys(value).length > 0);
    case "list":
      return fc.array(shapeValue(shape.member.shape, place, depth + 1), {
        minLength: place.empty ? 0 : 1,
        maxLength: 3,
      });
    case "map":
      // The SDK assigns map entries by key, and assigning `__proto__` makes no entry.
      return fc.dictionary(
        text(place).filter((key) => key !== "__proto__"),
        shapeValue(shape.value.shape, place, depth + 1),
        {
          minKeys: place.empty ? 0 : 1,
          maxKeys: 3,
          noNullPrototype: true,
        },
      );
    case "string":
      return text(place);
    case "number":
      return fc.integer();
    case "boolean":
      return fc.boolean();
    case "timestamp":
      return fc.date({ noInvalidDate: true, min: new Date("1990-01-01"), max: new Date("2090-01-01") });
    case "blob":
    case "stream":
      return fc.uint8Array({ minLength: 1, maxLength: 20 });
    case "document":
      // The SDK reads numbers beyond 2^53 as BigInt.
      return fc.oneof(text(place), fc.boolean(), fc.integer(), fc.array(fc.integer(), { maxLength: 3 }));
  }
}

function isScalar(shape: Shape): boolean {
  return shape.kind !== "structure" && shape.kind !== "list" && shape.kind !== "map";
}

const token = fc.stringMatching(/^[\w.=/+-]{1,12}$/);

function headerValue(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case "number":
      return fc.nat();
    case "boolean":
      return fc.boolean();
    case "timestamp":
      return fc.integer({ min: 0, max: 3_000_000_000 }).map((seconds) => new Date(seconds * 1000));
    case "list":
      return fc.array(token, { minLength: 1, maxLength: 3 });
    case "string":
    case "blob":
    case "stream":
    case "structure":
    case "map":
    case "document":
      return token;
  }
}

const hostile = fc.constantFrom(
  `<a href="x">&amp;</a>`,
  `]]>`,
  `'"&<>`,
  "line\r\nfeed\tand tab",
  "  spaces around  ",
  "\u2028\u0085",
  "Grüße, 世界 🧱",
  "a,b=c&d=e+f%20",
  "true",
  "0123",
);

function text(place: Place): fc.Arbitrary<string> {
  const any = fc.string({ unit: "binary", maxLength: 12 });
  // XML 1.0 has no way to write most control characters, surrogates and non-characters.
  const unholdable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
  // The SDK's XML parser drops text that is nothing but white space.
  const readable = any.filter((value) => !unholdable.test(value) && (value === "" || value.trim() !== ""));
  return fc.oneof({ weight: 1, arbitrary: hostile }, place.xml ? readable : any);
}
