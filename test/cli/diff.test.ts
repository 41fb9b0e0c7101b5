import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Coverage } from "../../src/model/coverage.ts";
import type { DiffReport } from "../../src/model/diff.ts";
import type { SnapshotRecord } from "../../src/snapshot/record.ts";
import { openSnapshotWriter } from "../../src/snapshot/write.ts";
import { fakeIo } from "../support/fake-io.ts";

const target = { cloud: "aws", account: "111122223333", region: "eu-west-1" } as const;
const coverage = (operation: string, items: number, status: Coverage["status"] = "complete"): Coverage => ({
  ...target,
  operation,
  status,
  items,
  error: null,
});

interface Permission {
  readonly port: number;
  readonly cidr: string;
}

function group(id: string, name: string, open: readonly Permission[]): SnapshotRecord["data"] {
  return {
    GroupId: id,
    GroupName: name,
    VpcId: "vpc-1",
    OwnerId: target.account,
    Description: "",
    Tags: [],
    IpPermissionsEgress: [],
    IpPermissions: open.map(({ port, cidr }) => ({
      IpProtocol: "tcp",
      FromPort: port,
      ToPort: port,
      IpRanges: [{ CidrIp: cidr }],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    })),
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-diff-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function snapshot(
  name: string,
  groups: readonly SnapshotRecord["data"][],
  status: Coverage["status"] = "complete",
): Promise<string> {
  const path = join(folder, name);
  const writer = openSnapshotWriter(path, {
    tool: { name: "rampart", version: "0" },
    startedAt: "2026-01-01T00:00:00.000Z",
  });
  writer.target({ ...target, name: null, status: "scanned", note: null });
  for (const data of groups) writer.record({ ...target, operation: "ec2:DescribeSecurityGroups", request: {}, data });
  writer.coverage(coverage("ec2:DescribeSecurityGroups", groups.length, status));
  writer.coverage(coverage("ec2:DescribeNetworkAcls", 0));
  await writer.end("2026-01-01T00:01:00.000Z");
  return path;
}

async function diff(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo();
  const code = await main(["diff", ...args, "--quiet", "--no-config"], io);
  return { code, out: io.stdout(), err: io.stderr() };
}

describe("rampart diff", () => {
  it("makes last night's opened port one clear line", async () => {
    const old = await snapshot("a.jsonl", [group("sg-1", "bastion", [{ port: 22, cidr: "203.0.113.7/32" }])]);
    const fresh = await snapshot("b.jsonl", [
      group("sg-1", "bastion", [
        { port: 22, cidr: "203.0.113.7/32" },
        { port: 3389, cidr: "0.0.0.0/0" },
      ]),
    ]);
    const { code, out } = await diff(old, fresh, "--allow-incomplete");
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "+ Security group bastion (sg-1) opens tcp 3389 from all of the IPv4 internet (4,294,967,296 IPv4 addresses: 0.0.0.0/0)",
    );
    expect(code).toBe(1);
    expect((await diff(old, fresh, "--allow-incomplete", "--fail-on", "none")).code).toBe(0);
    expect((await diff(fresh, old, "--allow-incomplete")).code).toBe(0);
  });

  it("gives packet sets with their exact size as JSON", async () => {
    const old = await snapshot("c.jsonl", [group("sg-1", "web", [{ port: 443, cidr: "10.0.0.0/16" }])]);
    const fresh = await snapshot("d.jsonl", [group("sg-1", "web", [{ port: 443, cidr: "10.0.0.0/15" }])]);
    const { out } = await diff(old, fresh, "--format", "json");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the command prints is this, as the test goes on to show
    const { firewalls } = JSON.parse(out) as DiffReport;
    expect(firewalls?.[0]?.ingress.opened).toMatchObject({
      packets: [{ sources: ["10.1.0.0/16"], protocol: "tcp", ports: "443" }],
      size: { ipv4: "65536", ipv6: "0" },
    });
  });

  it("calls nothing gone that was not read", async () => {
    const old = await snapshot("e.jsonl", [
      group("sg-1", "web", []),
      group("sg-2", "db", [{ port: 22, cidr: "0.0.0.0/0" }]),
    ]);
    const fresh = await snapshot("f.jsonl", [group("sg-1", "web", [])], "denied");
    const { out, code } = await diff(old, fresh, "--format", "json");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    const report = JSON.parse(out) as DiffReport;
    expect(report.firewalls).toEqual([]);
    expect(report.findings.fixed).toEqual([]);
    expect(report.findings.notJudged).toBeGreaterThan(0);
    expect(report.notes.join("\n")).toContain("ec2:DescribeSecurityGroups was not read on the new side");
    expect(code).toBe(3);
  });

  it("compares two reports by their findings, and says what it cannot tell", async () => {
    const paths = await Promise.all(
      [
        { name: "g", groups: [] },
        { name: "h", groups: [group("sg-1", "web", [{ port: 22, cidr: "0.0.0.0/0" }])] },
      ].map(async ({ name, groups }) => {
        const saved = await snapshot(`${name}.jsonl`, groups);
        const io = fakeIo();
        await main(["scan", "--snapshot", saved, "--format", "json", "--no-config", "--quiet"], io);
        const path = join(folder, `${name}.json`);
        await writeFile(path, io.stdout());
        return path;
      }),
    );
    const { out } = await diff(...paths, "--allow-incomplete");
    expect(out).toContain("open-admin-rule");
    expect(out.replaceAll(/\s+/g, " ")).toContain("give two snapshots to see what changed in the firewalls themselves");
  });

  it.for([
    { what: "a file that is not there", args: ["nowhere.jsonl", "nowhere.jsonl"], says: "nowhere.jsonl: is not there" },
    { what: "a device or a pipe", args: ["/dev/null", "nowhere.jsonl"], says: "/dev/null: is a pipe or a device" },
    { what: "one operand", args: ["one.jsonl"], says: "diff: <new> is missing" },
    { what: "another format", args: ["a", "b", "--format", "sarif"], says: "--format must be table or json" },
  ])("refuses $what", async ({ args, says }) => {
    const { code, err } = await diff(...args);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it("shows names of the account as text", async () => {
    const name = "\u001B[31mred\n::error::x";
    const old = await snapshot("i.jsonl", []);
    const fresh = await snapshot("j.jsonl", [group("sg-1", name, [{ port: 22, cidr: "0.0.0.0/0" }])]);
    const { out } = await diff(old, fresh, "--color", "never");
    expect(out).not.toContain("\u001B");
    expect(out).not.toMatch(/^\s*::/m);
  });
});
