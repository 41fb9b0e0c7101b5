import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startAwsLab, type AwsLab } from "../../lab/aws/server.ts";
import { demoAwsEstate } from "../../lab/demo-estate.ts";
import { main } from "../../src/cli/main.ts";
import { fakeIo } from "../support/fake-io.ts";

let folder: string;
let lab: AwsLab;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-cli-"));
  lab = await startAwsLab(demoAwsEstate);
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  lab.faults.set([]);
});

/** The SDK reads credentials and endpoint from the process's environment, as it does for a user. */
function asProduction(): void {
  for (const [name, value] of Object.entries(lab.environmentFor("production"))) vi.stubEnv(name, value);
}

async function rampart(line: string, overrides: Parameters<typeof fakeIo>[0] = {}) {
  const io = fakeIo(overrides);
  const code = await main(line.split(" ").filter(Boolean), io);
  return { code, stdout: io.stdout(), stderr: io.stderr(), json: () => JSON.parse(io.stdout()) };
}

describe("rampart scan", () => {
  it("reads live targets through the SDK's own environment and exits with 1 for findings", async () => {
    asProduction();
    const { code, json, stderr } = await rampart("scan aws --region eu-west-1 --format json --no-config");
    expect(code, stderr).toBe(1);
    expect(json().scan).toMatchObject({ complete: true, source: "live" });
    expect(json().scan.targets.map(({ region }: { region: string }) => region)).toContain("eu-west-1");
    expect(stderr).toContain("1/1 targets");
  });

  it("exits with 3 when a call is denied, keeps judging the rest, and names operation and permission", async () => {
    asProduction();
    lab.faults.set([{ operation: "ec2:DescribeFlowLogs", kind: "access-denied" }]);
    const { code, json } = await rampart("scan --region us-east-1 --format json --quiet --no-config");
    expect(code).toBe(3);
    const unknown = json().findings.filter(({ status }: { status: string }) => status === "unknown");
    const named = unknown.filter(({ message }: { message: string }) => message.includes("ec2:DescribeFlowLogs"));
    expect(named.map(({ check }: { check: string }) => check)).toEqual(["unlogged-firewall"]);
    expect(json().findings.length).toBeGreaterThan(5);
    await expect(
      rampart("scan --region us-east-1 --allow-incomplete --fail-on none --quiet --no-config"),
    ).resolves.toMatchObject({ code: 0 });
  });

  it("gives the same findings live, from a snapshot, and rendered again", async () => {
    asProduction();
    const snapshot = join(folder, "estate.jsonl.gz");
    const live = await rampart("scan --region us-east-1 --format json --quiet --no-config");
    const collected = await rampart(`collect aws --region us-east-1 --output ${snapshot} --no-config`);
    expect(collected).toMatchObject({ code: 0, stdout: "" });
    const saved = await rampart(`scan --snapshot ${snapshot} --format json --no-config`);
    expect(saved.code).toBe(live.code);
    expect(saved.json().findings).toEqual(live.json().findings);
    expect(saved.json().scan.source).toBe("snapshot");
    const path = join(folder, "report.json");
    await writeFile(path, saved.stdout);
    await expect(rampart(`render ${path} --format json --no-config`)).resolves.toMatchObject({ stdout: saved.stdout });
  });

  it("writes several formats in one scan, readable by their owner alone", async () => {
    asProduction();
    const [json, sarif] = [join(folder, "a.json"), join(folder, "a.sarif")];
    const { stdout } = await rampart(
      `scan --region eu-west-1 --quiet --no-config --output json=${json} --output sarif=${sarif} --fail-on none`,
    );
    expect(stdout).toContain("HIGH");
    expect(JSON.parse(await readFile(json, "utf8")).schemaVersion).toBe(1);
    expect(JSON.parse(await readFile(sarif, "utf8")).version).toBe("2.1.0");
    expect((await stat(json)).mode & 0o077).toBe(0);
  });

  it("keeps what it read when interrupted, and exits with 130", async () => {
    asProduction();
    lab.faults.set([{ operation: "ec2:DescribeInstances", kind: "timeout" }]);
    const before = lab.requests.length;
    const io = fakeIo();
    const running = main(["scan", "--region", "us-east-1", "--format", "json", "--no-config"], io);
    await vi.waitUntil(
      () => lab.requests.slice(before).some(({ operation }) => operation === "ec2:DescribeInstances"),
      {
        timeout: 10_000,
      },
    );
    io.interrupt();
    expect(await running).toBe(130);
    const report = JSON.parse(io.stdout());
    expect(report.scan.complete).toBe(false);
    expect(
      report.coverage.find(({ operation }: { operation: string }) => operation === "ec2:DescribeInstances").status,
    ).toBe("skipped");
  });

  it("puts no terminal codes and no progress where nobody asked for them", async () => {
    asProduction();
    const { stdout, stderr } = await rampart("scan --region eu-west-1 --quiet --no-config");
    expect(stdout + stderr).not.toContain("\u001b");
    expect(stderr).toBe("");
  });

  it("shows a live line on a terminal and clears it before the report", async () => {
    asProduction();
    const { stderr } = await rampart("scan --region eu-west-1 --no-config", { errIsTerminal: true });
    expect(stderr.endsWith("\r\u001b[2K")).toBe(true);
  });
});

describe("rampart scan --import", () => {
  const dumpOf = async (name: string, groups: readonly object[]): Promise<string> => {
    const path = join(folder, `${name}.json`);
    await writeFile(path, JSON.stringify({ SecurityGroups: groups }));
    return path;
  };
  const group = (id: string) => ({ GroupId: id, OwnerId: "111122223333", IpPermissions: [], IpPermissionsEgress: [] });

  it("takes the many words that a shell makes of *.json for files", async () => {
    const paths = [await dumpOf("one", [group("sg-1")]), await dumpOf("two", [group("sg-2")])];
    const { code, json, stderr } = await rampart(`scan --import ${paths.join(" ")} --format json --quiet --no-config`);
    expect(code, stderr).toBe(3);
    const row = json().coverage.find(
      ({ operation }: { operation: string }) => operation === "ec2:DescribeSecurityGroups",
    );
    expect(row).toMatchObject({ status: "complete", items: 2 });
  });

  it("is incomplete, not clean, where the only answer tells neither what nor where", async () => {
    const { code, json } = await rampart(
      `scan --import ${await dumpOf("empty", [])} --format json --quiet --no-config`,
    );
    expect(code).toBe(3);
    expect(json().scan.complete).toBe(false);
  });
});

describe("errors that a user can mend end with 2, one line, no stack trace", () => {
  it.each([
    ["scan azur", "azur: not a cloud Rampart reads; it reads aws"],
    ["scan --snapshot nowhere.jsonl", "nowhere.jsonl"],
    ["scan --import nowhere", "nowhere"],
    [
      "scan --snapshot a.jsonl --region us-east-1",
      "--region: choose live targets, which --snapshot and --import replace",
    ],
    ["scan --output report.json", "--output report.json: must be FORMAT=PATH"],
    ["scan --output jsn=report.json", "jsn is no format; did you mean json?"],
    ["scan --output json=nowhere/report.json", "--output json=nowhere/report.json: the folder nowhere does not exist"],
    ["scan --output json=test", "--output json=test: test is a folder"],
    ["scan --output json=a --output sarif=a", "--output a: given twice"],
    ["scan --import nowhere.json elsewhere.json aws", "aws: choose live targets"],
    ["scan --snapshot a.jsonl --import b.json c.json", "c.json: not a cloud Rampart reads"],
    ["scan --check open-admn-rule", "did you mean open-admin-rule?"],
    ["scan --config nowhere.yaml", "--config nowhere.yaml: cannot be read: ENOENT"],
    ["collect aws", "collect: needs one --output SNAPSHOT"],
    [
      "collect aws --output json=x.json",
      "collect: --output json=x.json: a snapshot is no report and has no format. Give a file alone, for example --output x.json",
    ],
    ["scan --regoin x", "did you mean --region? `rampart scan --help`"],
    ["explain open-admin", "did you mean open-admin-rule? `rampart checks`"],
    ["scan --check open-admn-rule", "did you mean open-admin-rule? `rampart checks`"],
    ["permissions aws --organization", "--organization needs --role"],
    ["explain open-admin", "open-admin: no such check; did you mean open-admin-rule?"],
    ["render nowhere.json", "nowhere.json: cannot be read: ENOENT"],
    ["permissions oci", "oci: not a cloud Rampart reads; it reads aws, azure, gcp"],
  ])("rampart %s", async (line, message) => {
    const { code, stdout, stderr } = await rampart(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("escapes what others wrote: file names of a dump, keys of a configuration", async () => {
    const dump = await mkdtemp(join(folder, "dump-"));
    await writeFile(join(dump, "x\u001b[2J\u202e.json"), "no JSON");
    const path = join(folder, "hostile.yaml");
    await writeFile(path, '"a\\e[31m\\n::error::b": 1\n');
    for (const line of [`scan --import ${dump} --no-config`, `scan --config ${path}`]) {
      const { code, stderr } = await rampart(line);
      expect(code).toBe(2);
      expect(stderr).toContain("\\u{1b}[");
      // oxlint-disable-next-line no-control-regex -- what must not be there
      expect(stderr).not.toMatch(/[\u001b\u202e]|^::/m);
    }
  });

  it("names the key whose value is no port", async () => {
    const path = join(folder, "ports.yaml");
    await writeFile(path, "adminPorts: [foo/1]\n");
    const { code, stderr } = await rampart(`scan --config ${path}`);
    expect(code).toBe(2);
    expect(stderr).toContain('adminPorts: "foo/1"');
  });

  it("names rampart.yaml and the nearest key", async () => {
    const path = join(folder, "rampart.yaml");
    await writeFile(path, "publicPort: [80]\n");
    const { code, stderr } = await rampart(`scan --config ${path}`);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown key publicPort; did you mean publicPorts?");
  });
});

describe("rampart demo", () => {
  it("scans the sample estate without credentials, gates on nothing and says what a scan would have done", async () => {
    const [json, sarif] = [join(folder, "demo.json"), join(folder, "demo.sarif")];
    const { code, stdout, stderr } = await rampart(`demo --no-config --output json=${json} --output sarif=${sarif}`);
    expect(code).toBe(0);
    expect(stderr).toContain("`rampart scan` would have exited with 1");
    expect(stdout).toContain("2 accounts");
    const report = JSON.parse(await readFile(json, "utf8"));
    expect(report.scan.complete).toBe(true);
    const { checks } = await import("../../checks/registry.ts");
    const failed = new Set(report.findings.map(({ check }: { check: string }) => check));
    expect(
      checks.map(({ id }) => id).filter((id) => !failed.has(id)),
      "checks that the sample estate never fails",
    ).toEqual([]);
  });
});

describe("the smaller commands", () => {
  it("checks lists every check; with --format json for scripts", async () => {
    const { stdout } = await rampart("checks --no-config");
    expect(stdout).toContain("open-admin-rule");
    const { json } = await rampart("checks --format json --check open-* --no-config");
    expect(json().every(({ id }: { id: string }) => id.startsWith("open-"))).toBe(true);
  });

  it("explain prints the check's page, what it reads and what that needs", async () => {
    const { stdout } = await rampart("explain guardduty-trusted-list --no-config");
    expect(stdout).toMatch(/## When it fails[^]+Permissions\s+.*guardduty:GetIPSet/);
  });

  it("permissions aws prints a policy document and nothing else on stdout", async () => {
    const { json, stderr } = await rampart("permissions aws --no-config");
    expect(json().Version).toBe("2012-10-17");
    expect(stderr).toContain("--guardduty-list");
    const named = await rampart("permissions aws --guardduty-list s3://lists/a.txt --role auditor --no-config");
    expect(named.json().Statement.map(({ Resource }: { Resource: unknown }) => Resource)).toEqual(
      expect.arrayContaining([["arn:aws:s3:::lists/a.txt"], "arn:aws:iam::*:role/auditor"]),
    );
  });
});
