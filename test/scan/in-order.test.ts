import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/model/finding.ts";
import type { Snapshot, VendorObject } from "../../src/snapshot/record.ts";
import { inOrder } from "../../src/scan/in-order.ts";

const place = fc.record({
  cloud: fc.constantFrom("aws" as const, "gcp" as const),
  account: fc.constantFrom("1", "2"),
  region: fc.constantFrom("global", "eu-west-1"),
});
/** Few different values, so that much is alike. */
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<Json[]>("a", "b", "1", 1, 2, null, true, false, [], {}),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("x", "y"), tie("value"), { maxKeys: 2, noNullPrototype: true }),
  ),
})).value;
const data: fc.Arbitrary<VendorObject> = fc.dictionary(fc.constantFrom("id", "name", "of"), value, {
  maxKeys: 3,
  noNullPrototype: true,
});
const record = fc
  .tuple(place, fc.constantFrom("a:List", "b:List"), fc.option(fc.constant({ Of: "x" }), { nil: null }), data)
  .map(([target, operation, request, item]) =>
    Object.assign({}, target, { operation, data: item }, request === null ? {} : { request }),
  );
const target = place.map((of) => Object.assign({ name: null, status: "scanned" as const, note: null }, of));
const row = fc
  .tuple(place, fc.constantFrom("a:List", "b:List"))
  .map(([of, operation]) => Object.assign({ operation, status: "complete" as const, items: 1, error: null }, of));

describe("a snapshot in order", () => {
  it("is the same whatever order it was read in, and loses nothing", () => {
    const lists = fc.record({
      records: fc.array(record, { maxLength: 12 }),
      targets: fc.array(target, { maxLength: 4 }),
      coverage: fc.uniqueArray(row, { maxLength: 6, selector: (one) => JSON.stringify(one) }),
      notes: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 }),
    });
    const twice = lists.chain((read) =>
      fc.record({
        read: fc.constant(read),
        again: fc.record({
          records: fc.shuffledSubarray(read.records, { minLength: read.records.length }),
          targets: fc.shuffledSubarray(read.targets, { minLength: read.targets.length }),
          coverage: fc.shuffledSubarray(read.coverage, { minLength: read.coverage.length }),
          notes: fc.shuffledSubarray(read.notes, { minLength: read.notes.length }),
        }),
      }),
    );
    const times = { source: "live" as const, startedAt: "2026-11-21T02:00:00Z", finishedAt: "2026-11-21T02:00:09Z" };
    fc.assert(
      fc.property(twice, ({ read, again }) => {
        const ordered = inOrder({ ...times, ...read });
        expect(JSON.stringify(inOrder({ ...times, ...again }))).toBe(JSON.stringify(ordered));
        const sorted = (snapshot: Snapshot): string[] => snapshot.records.map((one) => JSON.stringify(one)).toSorted();
        expect(sorted(ordered)).toEqual(sorted({ ...times, ...read }));
      }),
    );
  });
});
