import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checks } from "../../checks/registry.ts";
import { formats } from "../../reports/registry.ts";
import { providers } from "../../src/cli/providers.ts";
import { formatNames } from "../../src/config/options.ts";
import type { Report } from "../../src/model/report.ts";
import { analyse } from "../../src/scan/analyse.ts";
import { checkSettings } from "../../src/scan/settings.ts";
import type { Snapshot } from "../../src/snapshot/record.ts";
import { readDemo } from "../support/read-demo.ts";

function judge(snapshot: Snapshot): Report {
  return analyse({ snapshot, providers, checks, settings: checkSettings({}), version: "0.1.0" });
}

const options = {
  terminal: { colour: false, width: 100, unicode: true, findingsPerCheck: 10, showSuppressed: true },
  sarif: { includeSuppressed: true, includeIncomplete: true },
};
const rendered = (report: Report): Record<string, readonly string[]> =>
  Object.fromEntries(formatNames.map((name) => [name, formats[name].render(report, options).documents]));

let snapshot: Snapshot;
beforeAll(async () => {
  snapshot = await readDemo("2026-11-21T02:00:00.000Z", "2026-11-21T02:00:09.000Z");
}, 60_000);

/** The same items in an order that a seed decides. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  let state = (seed % 2_147_483_646) + 1;
  const keyed = items.map((item) => {
    state = (state * 48_271) % 2_147_483_647;
    return { item, key: state };
  });
  return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
}

describe("the same snapshot gives the same bytes in every format", () => {
  it("judged twice", () => {
    expect(rendered(judge(structuredClone(snapshot)))).toEqual(rendered(judge(snapshot)));
  });

  it("in whatever order its records came", () => {
    const expected = rendered(judge(snapshot));
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const records = shuffled(snapshot.records, seed);
        const coverage = shuffled(snapshot.coverage, seed + 1);
        const targets = shuffled(snapshot.targets, seed + 2);
        const notes = shuffled(snapshot.notes, seed + 3);
        const again = rendered(judge({ ...snapshot, records, coverage, targets, notes }));
        for (const name of formatNames) expect(again[name], name).toEqual(expected[name]);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it("scanned again at another hour, but for the two times", async () => {
    const later = await readDemo(snapshot.startedAt, snapshot.finishedAt);
    expect(rendered(judge(later))).toEqual(rendered(judge(snapshot)));
    const tomorrow = judge({ ...later, startedAt: "2026-11-21T05:00:00.000Z", finishedAt: "2026-11-21T05:00:30.000Z" });
    const { startedAt, finishedAt } = snapshot;
    const timeless = { ...tomorrow, scan: { ...tomorrow.scan, startedAt, finishedAt } };
    expect(rendered(timeless)).toEqual(rendered(judge(snapshot)));
  }, 60_000);
});
