import { beforeAll, describe, expect, it } from "vitest";
import { providers } from "../../src/cli/providers.ts";
import type { Coverage } from "../../src/model/coverage.ts";
import type { DiffReport } from "../../src/model/diff.ts";
import { targetKey } from "../../src/model/resource.ts";
import { analyseEstate } from "../../src/scan/analyse.ts";
import { compareSides, type Side } from "../../src/scan/compare.ts";
import { checkSettings } from "../../src/scan/settings.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../src/snapshot/record.ts";
import { readDemo } from "../support/read-demo.ts";

let demo: Snapshot;
let whole: Side;
beforeAll(async () => {
  demo = await readDemo("2026-11-21T02:00:00.000Z", "2026-11-21T02:00:09.000Z");
  whole = side(demo);
}, 60_000);

/** Without checks: what they find has tests of its own, and takes most of the time. */
function side(snapshot: Snapshot): Side {
  const judged = analyseEstate({ snapshot, providers, checks: [], settings: checkSettings({}), version: "0.1.0" });
  return { name: "demo", kind: "snapshot", ...judged };
}

function unread(operation: string, status: Coverage["status"], keeps: (index: number) => boolean): Snapshot {
  let index = 0;
  const records = demo.records.filter((record) => record.operation !== operation || keeps(index++));
  const left = Map.groupBy(records, (record) => `${targetKey(record)} ${record.operation}`);
  const row = (each: Coverage): Coverage => {
    if (each.operation !== operation) return each;
    const items = left.get(`${targetKey(each)} ${operation}`)?.length ?? 0;
    return Object.assign({}, each, { status, items, error: status });
  };
  return { ...demo, records, coverage: demo.coverage.map(row) };
}

/** What two readings of the same clouds at the same time are said to differ in: nothing should be. */
function claims({ firewalls, exposures, changers }: DiffReport): readonly string[] {
  return [...(firewalls ?? []), ...(exposures ?? []), ...(changers ?? [])].map(({ summary }) => summary);
}

function bothWays(other: Snapshot): readonly string[] {
  const less = side(other);
  return [...claims(compareSides(whole, less, providers)), ...claims(compareSides(less, whole, providers))];
}

describe("what was not read on one side", () => {
  it.for([
    { how: "denied", status: "denied", keeps: () => false },
    { how: "read in part", status: "throttled", keeps: (index: number) => index % 2 === 0 },
  ] as const)("has not changed: every operation, $how", { timeout: 240_000 }, ({ status, keeps }) => {
    const operations = [...new Set(demo.coverage.map(({ operation }) => operation))];
    const wrong = operations.flatMap((operation) =>
      bothWays(unread(operation, status, keeps)).map((claim) => `${operation}: ${claim}`),
    );
    expect(operations.length).toBeGreaterThan(80);
    expect(wrong).toEqual([]);
  });

  it("has not changed: every target", { timeout: 120_000 }, () => {
    const keys = demo.targets.map(targetKey);
    const wrong = keys.flatMap((key) => {
      const without = <Item extends Parameters<typeof targetKey>[0]>(items: readonly Item[]): readonly Item[] =>
        items.filter((item) => targetKey(item) !== key);
      const { targets, records, coverage } = demo;
      const other = { ...demo, targets: without(targets), records: without(records), coverage: without(coverage) };
      return bothWays(other).map((claim) => `${key}: ${claim}`);
    });
    expect(wrong).toEqual([]);
  });

  it("is told, lest nothing found pass for nothing changed", () => {
    const { notes } = compareSides(
      whole,
      side(unread("ec2:GetManagedPrefixListEntries", "denied", () => false)),
      providers,
    );
    expect(notes).toContainEqual(
      "The new side is incomplete: ec2:GetManagedPrefixListEntries not read. What changed there may be more than is told here",
    );
  });
});

describe("what was read on both sides", () => {
  const edited = (edit: (record: SnapshotRecord) => SnapshotRecord | null): Side =>
    side({ ...demo, records: demo.records.flatMap((record) => edit(record) ?? []) });

  it("tells somebody who can change firewalls and could not, though an account's identities lie in no Region", () => {
    const old = edited((record) => (record.data["UserName"] === "workshop" ? null : record));
    expect(compareSides(old, whole, providers).changers).toMatchObject([
      { principal: "arn:aws:iam::444455556666:user/workshop", before: "no", after: "yes" },
    ]);
    expect(compareSides(whole, old, providers).changers).toMatchObject([{ before: "yes", after: "no", gained: [] }]);
  });

  it("tells what two entries of a network ACL open that changed places", () => {
    const numbered = (deny: number, allow: number): Side =>
      edited((record) =>
        record.operation === "ec2:DescribeNetworkAcls"
          ? { ...record, data: { ...record.data, Entries: [entry(deny, "deny", 22), entry(allow, "allow", null)] } }
          : record,
      );
    const changes = compareSides(numbered(100, 200), numbered(200, 100), providers).firewalls ?? [];
    expect(changes.length).toBeGreaterThan(0);
    for (const { ingress } of changes) {
      expect(ingress).toMatchObject({ opened: { packets: [{ protocol: "tcp", ports: "22" }] }, closed: null });
    }
    expect(
      compareSides(numbered(100, 200), numbered(10, 20), providers).firewalls?.map(({ ingress }) => ingress.opened),
    ).toEqual(changes.map(() => null));
  });

  it("tells what two rules of a network security group close that changed places", () => {
    const numbered = (deny: number, allow: number): Side =>
      edited((record) =>
        record.operation === "Microsoft.Network/networkSecurityGroups/read"
          ? { ...record, data: withRules(record.data, [rule("no", "Deny", deny), rule("yes", "Allow", allow)]) }
          : record,
      );
    const changes = compareSides(numbered(200, 100), numbered(100, 200), providers).firewalls ?? [];
    expect(changes.length).toBeGreaterThan(0);
    for (const { ingress } of changes) {
      expect(ingress).toMatchObject({ opened: null, closed: { packets: [{ protocol: "tcp", ports: "22" }] } });
    }
  });
});

function entry(number: number, action: string, port: number | null) {
  const traffic = port === null ? { Protocol: "-1" } : { Protocol: "6", PortRange: { From: port, To: port } };
  return { RuleNumber: number, RuleAction: action, Egress: false, CidrBlock: "0.0.0.0/0", ...traffic };
}

function rule(name: string, access: string, priority: number) {
  const anything = { sourceAddressPrefix: "*", sourcePortRange: "*", destinationAddressPrefix: "*" };
  return {
    name,
    properties: { ...anything, access, priority, direction: "Inbound", protocol: "Tcp", destinationPortRange: "22" },
  };
}

function withRules({ properties, ...data }: SnapshotRecord["data"], rules: ReturnType<typeof rule>[]): VendorObject {
  const own = typeof properties === "object" && properties !== null && !Array.isArray(properties) ? properties : {};
  return { ...data, properties: Object.assign({}, own, { securityRules: rules }) };
}
