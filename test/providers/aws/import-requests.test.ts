import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/model/finding.ts";
import { at, importDump, placed, recordsIn } from "./import-dump.ts";
import { account, detector, listId, samples, targetGroup } from "./import-samples.ts";

describe("an answer that does not repeat its request", () => {
  const bare = (id: string): Json => {
    const drop = new Set(["PrefixListId", "TargetGroupArn", "DetectorId", "IpSetId", "ThreatIntelSetId"]);
    return Object.fromEntries(Object.entries(samples[id] ?? {}).filter(([name]) => !drop.has(name)));
  };
  const lists = (...ids: string[]): Json => ({
    PrefixLists: ids.map((id) => ({ PrefixListId: id, OwnerId: account, State: "x" })),
  });
  const entries = "ec2:GetManagedPrefixListEntries";
  const detectors: Json = { DetectorIds: [detector] };
  const second = "f".repeat(32);

  const cases: readonly {
    name: string;
    files: Readonly<Record<string, Json>>;
    operation: string;
    records: readonly string[];
  }[] = [
    {
      name: "an id in the file's name",
      files: { "x-pl-0000000a.json": bare(entries) },
      operation: entries,
      records: ["pl-0000000a"],
    },
    {
      name: "an id in the folder's name",
      files: { "pl-0000000a/x.json": bare(entries) },
      operation: entries,
      records: ["pl-0000000a"],
    },
    {
      name: "a member beside the answer",
      files: { "pl-0000000a.json": { PrefixListId: "pl-0000000b", ...Object(bare(entries)) } },
      operation: entries,
      records: ["pl-0000000b"],
    },
    {
      name: "the name it is gathered under",
      files: { x: { "pl-0000000a": bare(entries), "pl-0000000b": bare(entries) } },
      operation: entries,
      records: ["pl-0000000a", "pl-0000000b"],
    },
    {
      name: "elimination",
      files: { a: lists("pl-0000000a", "pl-0000000b"), "pl-0000000a": bare(entries), x: bare(entries) },
      operation: entries,
      records: ["pl-0000000a", "pl-0000000b"],
    },
    {
      name: "a percent-encoded ARN",
      files: { [encodeURIComponent(targetGroup)]: bare("elasticloadbalancingv2:DescribeTargetHealth") },
      operation: "elasticloadbalancingv2:DescribeTargetHealth",
      records: [targetGroup],
    },
    {
      name: "an ARN with other signs for colon and slash",
      files: {
        tg: samples["elasticloadbalancingv2:DescribeTargetGroups"] ?? null,
        [`health_${targetGroup.replaceAll(/[:/]/g, "_")}.json`]: bare("elasticloadbalancingv2:DescribeTargetHealth"),
      },
      operation: "elasticloadbalancingv2:DescribeTargetHealth",
      records: [targetGroup],
    },
    {
      name: "the only detector",
      files: { a: detectors, b: bare("guardduty:GetDetector") },
      operation: "guardduty:GetDetector",
      records: [detector],
    },
    {
      name: "the detector's folder and the operation's name",
      files: { a: detectors, [`get-ip-set/${detector}/${listId}.json`]: bare("guardduty:GetIPSet") },
      operation: "guardduty:GetIPSet",
      records: [`${detector} ${listId}`],
    },
    {
      name: "ids in the path alone",
      files: { [`guardduty/get-threat-intel-set/${detector}/${listId}`]: bare("guardduty:GetThreatIntelSet") },
      operation: "guardduty:GetThreatIntelSet",
      records: [`${detector} ${listId}`],
    },
    {
      name: "the list of one kind that holds the id",
      files: {
        a: detectors,
        b: { IpSetIds: [listId] },
        c: { ThreatIntelSetIds: [second] },
        [`x/${second}`]: bare("guardduty:GetIPSet"),
        [`y/${listId}`]: bare("guardduty:GetIPSet"),
      },
      operation: "guardduty:GetThreatIntelSet",
      records: [`${detector} ${second}`],
    },
    {
      name: "the filter's own name",
      files: { a: detectors, b: { FilterNames: ["quiet", "loud"] }, c: bare("guardduty:GetFilter") },
      operation: "guardduty:GetFilter",
      records: [`${detector} quiet`],
    },
    {
      name: "the object a list's file lies in",
      files: {
        a: samples["guardduty:ListDetectors"] ?? null,
        b: samples["guardduty:GetIPSet"] ?? null,
        c: { Bucket: "lists", Key: "partners.txt", Body: "192.0.2.1" },
      },
      operation: "s3:GetObject",
      records: ["s3://lists/partners.txt lists partners.txt"],
    },
  ];
  it.each(cases)("is told by $name", ({ files, operation, records }) => {
    const snapshot = importDump(placed(files));
    const found = recordsIn(snapshot).filter((record) => record.startsWith(`${operation} `));
    expect(found).toEqual(records.map((record) => `${operation} ${at} ${record}`));
    expect(snapshot.notes).toEqual([]);
  });

  it.each([
    {
      name: "nothing tells the prefix list",
      file: "x.json",
      value: bare(entries),
      says: /Not placed: .*x\.json .*PrefixListId/,
    },
    {
      name: "nothing tells which of several prefix lists",
      file: "x.json",
      value: [bare(entries), lists("pl-0000000a", "pl-0000000b")],
      says: /Not placed: .*PrefixListId/,
    },
    {
      name: "nothing tells the kind of list",
      file: "x.json",
      value: bare("guardduty:GetIPSet"),
      says: /could be the answer to any of guardduty:GetIPSet, .*get-ip-set/,
    },
  ])("is listed when $name", ({ file, value, says }) => {
    const snapshot = importDump({ [`${at}/${file}`]: value });
    expect(snapshot.notes).toEqual([expect.stringMatching(says)]);
    expect(snapshot.used).toBe(1);
    expect(
      snapshot.records.filter(({ operation }) => operation === entries || operation.startsWith("guardduty:Get")),
    ).toEqual([]);
  });
});
