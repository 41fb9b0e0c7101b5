import * as fc from "fast-check";
import type { Snapshot } from "../../src/snapshot/record.ts";

/** Text as vendors' APIs and their users write it, and as nobody should: lone surrogates, line ends, names of prototypes. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("__proto__", "constructor", "\ud800", "\udc00x", "\u2028", "\r\n", "\u0000", '"}', ""),
);

const object = fc.dictionary(text, fc.jsonValue({ stringUnit: "binary" }), { maxKeys: 5 }).map((value) => {
  // As JSON.parse makes it: a `__proto__` member is a member like any other.
  const plain: { readonly [name: string]: never } = JSON.parse(JSON.stringify(value));
  return plain;
});
const texts = fc.dictionary(text, text, { maxKeys: 3 });
const time = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());

const target = {
  cloud: fc.constantFrom("aws" as const, "azure" as const, "gcp" as const),
  account: fc.constantFrom("1", "2"),
  region: fc.constantFrom("r", "s"),
};
const operation = fc.constantFrom("a:List", "b:Get", "c:Describe");
const failed = fc.constantFrom("denied" as const, "throttled" as const, "skipped" as const, "disabled" as const);

/** Any snapshot at all; nothing in it needs to agree. */
export const snapshotArbitrary: fc.Arbitrary<Snapshot> = fc.record({
  source: fc.constantFrom("live" as const, "import" as const),
  startedAt: time,
  finishedAt: time,
  targets: fc.array(
    fc.record({
      ...target,
      name: fc.option(text),
      status: fc.constantFrom("scanned" as const, "skipped" as const, "disabled" as const),
      note: fc.option(text),
    }),
    { maxLength: 3 },
  ),
  records: fc.array(
    fc.oneof(
      fc.record({ ...target, operation, data: object }),
      fc.record({ ...target, operation, request: texts, data: object }),
    ),
    { maxLength: 6 },
  ),
  coverage: fc.array(
    fc.oneof(
      fc.record({
        ...target,
        operation,
        status: fc.constantFrom("complete" as const, "denied" as const, "skipped" as const),
        items: fc.nat(),
        error: fc.option(text),
      }),
      fc.record({
        ...target,
        operation,
        status: failed,
        items: fc.nat(),
        error: fc.option(text),
        gaps: fc.array(fc.record({ request: texts, status: failed, error: text }), { maxLength: 2 }),
      }),
    ),
    { maxLength: 6 },
  ),
  notes: fc.array(text, { maxLength: 3 }),
});
