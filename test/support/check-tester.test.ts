import { describe, expect, it } from "vitest";
import { check } from "../../checks/aws/guardduty-off.ts";
import type { Check } from "../../src/scan/check.ts";
import { awsEstate } from "./aws-estate.ts";
import { flawsOf, judgeEstate } from "./check-tester.ts";
import { detector } from "./guardduty.ts";

const on = { name: "on", estate: awsEstate(detector()) };
const off = { name: "off", estate: awsEstate([]) };

describe("tables of cases", () => {
  it.each([
    ["a table with both", { pass: [on], fail: [off] }, []],
    ["no pass", { pass: [], fail: [off] }, ["no case passes"]],
    ["no fail", { pass: [on], fail: [] }, ["no case fails"]],
    ["one name twice", { pass: [on], fail: [{ ...off, name: "on" }] }, ['"on" is there twice']],
    ["one estate twice", { pass: [on, { ...on, name: "again" }], fail: [off] }, ['"again" is there twice']],
    [
      "one estate under other settings",
      { pass: [on, { ...on, name: "strict", settings: { internetShare: 1 } }], fail: [off] },
      [],
    ],
  ])("%s", (_name, cases, flaws) => {
    expect(flawsOf(cases)).toEqual(flaws);
  });
});

describe("a check that is not pure is refused", () => {
  it("one that answers differently the second time", () => {
    let calls = 0;
    const moody: Check = {
      ...check,
      judge: (estate, settings) => (calls++ === 0 ? check.judge(estate, settings) : []),
    };
    expect(() => judgeEstate(moody, off.estate)).toThrow(/not deterministic/);
  });

  it("one that writes into the estate", () => {
    const writer: Check = {
      ...check,
      judge: ({ aws }) => {
        for (const detection of aws?.threatDetection ?? []) Object.assign(detection, { status: "enabled" });
        return [];
      },
    };
    expect(() => judgeEstate(writer, off.estate)).toThrow(/check guardduty-off: .*read only/);
  });
});

describe("an estate", () => {
  it("refuses an answer that the importer does not know, so that no test says nothing", () => {
    expect(() => awsEstate([{ Colours: ["red"] }])).toThrow(/not recognised/);
  });

  it("refuses an operation that the collector does not have", () => {
    expect(() => awsEstate([], { unread: { "ec2:DescribeColours": "denied" } })).toThrow(
      /no operation of the collector/,
    );
  });
});
