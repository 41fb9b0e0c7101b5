import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { suppressionSnippet } from "../../reports/suppression-snippet.ts";
import { startAwsLab, type AwsLab } from "../../lab/aws/server.ts";
import { demoAwsEstate } from "../../lab/demo-estate.ts";
import { main } from "../../src/cli/main.ts";
import { parseReport } from "../../reports/json/parse.ts";
import { fakeIo } from "../support/fake-io.ts";

let root: string;
let folder: string;
/** A whole snapshot of one Region, with findings. */
let snapshot: string;
let lab: AwsLab;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "rampart-daily-"));
  lab = await startAwsLab(demoAwsEstate);
  snapshot = join(root, "estate.jsonl");
  asProduction();
  const { code, stderr } = await rampart("collect aws --region us-east-1 --no-config --quiet --output", snapshot);
  expect(code, stderr).toBe(0);
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, "test-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  lab.faults.set([]);
});
afterAll(async () => {
  await lab.close();
  await rm(root, { recursive: true });
});

function asProduction(): void {
  for (const [name, value] of Object.entries(lab.environmentFor("production"))) vi.stubEnv(name, value);
}

/** Runs a command line; words with blanks are given apart. */
async function rampart(line: string, ...more: readonly string[]) {
  const io = fakeIo();
  const code = await main([...line.split(" ").filter(Boolean), ...more], io);
  return { code, stdout: io.stdout(), stderr: io.stderr(), report: () => parseReport(io.stdout()) };
}

function scan(...more: readonly string[]) {
  return rampart(
    "scan --format json --quiet",
    ...(more.includes("--config") ? [] : ["--no-config"]),
    "--snapshot",
    snapshot,
    ...more,
  );
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("suppressions", () => {
  it("silence findings from rampart.yaml and from files, and say what matched", async () => {
    const first = (await scan()).report().findings.find(({ status }) => status === "fail");
    if (first === undefined) throw new Error("the estate has no findings");
    const entry = suppressionSnippet(first).replace('reason: ""', "reason: a honeypot");
    const config = await file("rampart.yaml", `suppressions:\n${entry.replaceAll(/^/gm, "  ")}`);
    const others = await file(
      "accepted.yaml",
      "suppressions: [{ check: '*', cloud: aws, reason: the rest, owner: ops }]",
    );
    const { code, report, stderr } = await scan("--config", config, "--suppression-file", others);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { findings, summary } = report();
    const suppressed = findings.filter(({ suppression }) => suppression !== null);
    expect(summary.suppressed).toBe(suppressed.length);
    expect(suppressed.find(({ id }) => id === first.id)?.suppression).toEqual({
      reason: "a honeypot",
      owner: null,
      ticket: null,
      expires: null,
      matched: {
        where: `${config} suppressions[0]`,
        fields: { check: first.check, resource: first.resource.id, finding: first.id },
      },
    });
    expect(suppressed.filter(({ suppression }) => suppression?.reason === "a honeypot")).toHaveLength(1);
    expect(suppressed.filter(({ suppression }) => suppression?.owner === "ops").length).toBeGreaterThan(0);
  });

  it("leave SARIF, and are counted in the table, listed on request", async () => {
    const accepted = await file("accepted.yaml", "suppressions: [{ check: '*', reason: everything }]");
    const sarif = join(folder, "report.sarif");
    const line = `scan --quiet --no-config --snapshot ${snapshot} --suppression-file ${accepted} --output sarif=${sarif}`;
    const table = await rampart(line);
    expect(table.stdout).toMatch(/\d+ findings suppressed \(--show-suppressed lists\s+them\)/);
    expect(table.stdout).not.toContain("Accepted: everything");
    expect((await rampart(`${line} --show-suppressed`)).stdout).toContain("Accepted: everything");
    const { runs } = JSON.parse(await readFile(sarif, "utf8"));
    expect(runs.flatMap(({ results }: { results: unknown[] }) => results)).toEqual([]);
  });

  it("that have ended or match nothing are told, and fail a clean scan with --strict-suppressions alone", async () => {
    const stale = await file(
      "stale.yaml",
      "suppressions:\n  - { check: '*', reason: old, expires: 2020-01-01 }\n  - { resource: sg-gone, reason: gone }\n",
    );
    const line = ["--suppression-file", stale, "--fail-on", "none"];
    const lax = await scan(...line);
    const notes = [
      expect.stringMatching(
        /stale\.yaml suppressions\[0\] \(old\) ended on 2020-01-01 and no longer counts: \d+ findings are back$/,
      ),
      expect.stringMatching(/stale\.yaml suppressions\[1\] \(gone\) is unused: it matches no finding of this scan$/),
    ];
    expect(lax.code).toBe(0);
    expect(lax.report().scan.notes.slice(0, 2)).toEqual(notes);
    expect(lax.stderr.trimEnd().split("\n")).toHaveLength(2);
    await expect(scan(...line, "--strict-suppressions")).resolves.toMatchObject({ code: 2 });
    // Of one Region's checks nothing is known of the others': a narrower scan calls nothing unused.
    const narrow = await scan(...line, "--check", "unused-firewall");
    expect(narrow.report().scan.notes.filter((note) => note.includes("unused:"))).toEqual([]);
  });

  it("by a resource's own tag hold only where the configuration names the tag", async () => {
    const dump = await file(
      "groups.json",
      JSON.stringify({
        SecurityGroups: [
          {
            GroupId: "sg-1",
            OwnerId: "111122223333",
            IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
            IpPermissionsEgress: [],
            Tags: [{ Key: "accepted-risk", Value: "open-admin-rule" }],
          },
        ],
      }),
    );
    const named = await file("tags.yaml", "suppressByTag: accepted-risk\n");
    const line = `scan --import ${dump} --format json --quiet --check open-admin-rule --allow-incomplete`;
    const [plain] = (await rampart(`${line} --no-config`)).report().findings;
    expect(plain).toMatchObject({ tags: { "accepted-risk": "open-admin-rule" }, suppression: null });
    const { code, report } = await rampart(`${line} --config ${named}`);
    expect(code).toBe(0);
    expect(report().findings.find(({ id }) => id === plain?.id)?.suppression?.matched).toEqual({
      where: "tag accepted-risk",
      fields: { "tags.accepted-risk": "open-admin-rule" },
    });
  });

  it.each([
    [
      "suppressions: [{ check: open-admn-rule, reason: x }]",
      "check open-admn-rule: no check matches; did you mean open-admin-rule?",
    ],
    ["suppressions: [{ chek: open-admin-rule, reason: x }]", "unknown key suppressions.0.chek; did you mean check?"],
    ["suppressions: [{ check: open-admin-rule }]", "suppressions.0.reason: is missing"],
    ['suppressions: [{ check: open-admin-rule, reason: "" }]', "suppressions.0.reason: must say in a few words why"],
    ["suppressions: [{ reason: x }]", "suppressions.0: must say which findings it is for: one of check, resource"],
    [
      "suppressions: [{ account: 111122223333, reason: x }]",
      "suppressions.0.account: must be a text; put it in quotes",
    ],
    ["suppressions: [{ check: a, reason: x, expires: tomorrow }]", "suppressions.0.expires: must be a day such as"],
    ["suppressions: [{ tags: { a: 1 }, reason: x }]", "suppressions.0.tags: must be tag keys with values in quotes"],
    ["suppressions: [{ cloud: oci, reason: x }]", "suppressions.0.cloud: must be one of aws, azure, gcp"],
    ["suppressions: {}", "suppressions: must be a list of suppressions"],
    ["suppresions: []", "unknown key suppresions; did you mean suppressions?"],
    ["- check: a", "must hold keys and values, for example `suppressions: [...]`"],
  ])("refuse %s", async (text, message) => {
    const path = await file("wrong.yaml", text);
    const { code, stdout, stderr } = await scan("--suppression-file", path);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(path);
    expect(stderr).toContain(message);
  });

  it("refuse a file that is not there", async () => {
    const { code, stderr } = await scan("--suppression-file", "nowhere.yaml");
    expect(code).toBe(2);
    expect(stderr).toContain("--suppression-file nowhere.yaml: cannot be read: ENOENT");
  });
});

describe("a baseline", () => {
  it("makes --fail-on look at what is new, marks it, and tells what was fixed", async () => {
    const whole = await scan();
    expect(whole.code).toBe(1);
    const base = await file("base.json", whole.stdout);
    const same = await scan("--baseline", base);
    expect(same.code).toBe(0);
    const { findings, baseline } = same.report();
    expect(new Set(findings.map((finding) => finding.baseline))).toEqual(new Set(["unchanged"]));
    expect(baseline).toMatchObject({ comparedWith: whole.report().scan.finishedAt, new: 0, fixed: [] });

    const report = JSON.parse(whole.stdout);
    const high = report.findings.find(
      ({ severity, status }: { severity: string; status: string }) => severity === "high" && status === "fail",
    );
    const gone = { ...high, id: "0123456789abcdef", resource: { ...high.resource, id: "sg-was-there" } };
    report.findings = [gone, ...report.findings.filter((finding: unknown) => finding !== high)];
    const older = await file("older.json", JSON.stringify(report));
    const changed = await scan("--baseline", older);
    expect(changed.code).toBe(1);
    expect(
      changed
        .report()
        .findings.filter((finding) => finding.baseline === "new")
        .map(({ id }) => id),
    ).toEqual([high.id]);
    expect(changed.report().baseline?.fixed.map(({ id }) => id)).toEqual([gone.id]);
    const table = await rampart(`scan --quiet --no-config --snapshot ${snapshot} --baseline ${older}`);
    expect(table.stdout).toContain("FIXED (1)");
    expect(table.stdout).toMatch(/Since .* UTC: 1 new, \d+ unchanged, 1 fixed\./);
  });

  it("may be the file that the scan then replaces", async () => {
    const path = join(folder, "last.json");
    await scan("--output", `json=${path}`);
    const next = await scan("--baseline", path, "--output", `json=${path}`);
    expect(next.code).toBe(0);
    expect(parseReport(await readFile(path, "utf8")).baseline?.new).toBe(0);
  });

  it.each([
    ["nothing", null, "cannot be read: ENOENT. It is the JSON report of an earlier scan: `rampart scan --output json="],
    ["no JSON", "x", "is not JSON"],
    ["something else", "{}", "is JSON but not a Rampart report"],
    ["a newer report", '{"schemaVersion": 2}', "was written by a newer Rampart"],
  ])("that is %s is refused before anything is read", async (_, text, message) => {
    const path = text === null ? join(folder, "none.json") : await file("base.json", text);
    const { code, stderr } = await scan("--baseline", path);
    expect(code).toBe(2);
    expect(stderr).toContain(`--baseline ${path}`);
    expect(stderr).toContain(message);
  });
});

describe("--timeout", () => {
  it("reports what was read by then as incomplete", async () => {
    asProduction();
    lab.faults.set([{ operation: "ec2:DescribeInstances", kind: "timeout" }]);
    const { code, report } = await rampart(
      "scan aws --region us-east-1 --format json --quiet --no-config --timeout 3s --concurrency 64",
    );
    expect(code).toBe(3);
    expect(report().scan.notes).toContain("the reading ended after --timeout 3s: what was not read by then is skipped");
    expect(report().coverage.find(({ operation }) => operation === "ec2:DescribeInstances")?.status).toBe("skipped");
    expect(report().coverage.some(({ status }) => status === "complete")).toBe(true);
  });

  it("ends a sign-in that hangs too", async () => {
    asProduction();
    lab.faults.set([{ operation: "sts:GetCallerIdentity", kind: "timeout" }]);
    const { code } = await rampart("scan aws --region us-east-1 --format json --quiet --no-config --timeout 1s");
    expect(code).toBe(3);
  });

  it("ends a collection alike, whose snapshot says so", async () => {
    asProduction();
    lab.faults.set([{ operation: "ec2:DescribeInstances", kind: "timeout" }]);
    const path = join(folder, "cut.jsonl");
    const { code } = await rampart(`collect aws --region us-east-1 --quiet --no-config --timeout 3s --output ${path}`);
    expect(code).toBe(3);
    const { report } = await rampart(`scan --format json --no-config --snapshot ${path}`);
    expect(report().scan.notes).toContain("the reading ended after --timeout 3s: what was not read by then is skipped");
  });

  it.each(["soon", "0s", "30", "90d", "25h", "1.5h"])("%s is refused", async (text) => {
    const { code, stderr } = await scan("--timeout", text);
    expect(code).toBe(2);
    expect(stderr).toContain(`--timeout ${text}: must be a time such as 90s, 30m or 2h, at most 24h`);
  });
});

describe("two runs that write the same file", () => {
  it("the second one ends at once and says who is there; the first is not disturbed", async () => {
    asProduction();
    lab.faults.set([{ operation: "ec2:DescribeInstances", kind: "timeout" }]);
    const path = join(folder, "report.json");
    const io = fakeIo();
    const line = ["scan", "aws", "--region", "us-east-1", "--quiet", "--no-config", "--output", `json=${path}`];
    const first = main(line, io);
    await vi.waitUntil(() => existsSync(`${path}.lock`), { timeout: 5000 });
    await symlink(path, join(folder, "link.json"));
    for (const name of ["report.json", "link.json"]) {
      const { code, stderr } = await scan("--output", `json=${join(folder, name)}`);
      expect(code).toBe(2);
      expect(stderr).toContain(`report.json is being written by another run (process ${process.pid}, since 2026-01-02`);
      if (name === "report.json") expect(existsSync(path)).toBe(false);
      if (name === "report.json") await writeFile(path, "old");
    }
    io.interrupt();
    expect(await first).toBe(130);
    expect((await readdir(folder)).toSorted()).toEqual(["link.json", "report.json"]);
    expect(parseReport(await readFile(path, "utf8")).scan.complete).toBe(false);
  });

  const lockOf = (pid: number, machine: string): string =>
    JSON.stringify({ pid, machine, since: "2026-01-01", token: "t" });
  const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

  it("a lock that the disk has no room for is not left behind", async () => {
    const path = join(folder, "full.json");
    // No file may grow: what a full disk is like.
    const words = `trap '' XFSZ; ulimit -f 0; exec "$0" bin/rampart.js scan --import test --no-config --output json="$1"`;
    const { status, stderr } = spawnSync("bash", ["-c", words, process.execPath, path], { encoding: "utf8" });
    expect(stderr).toContain("full.json.lock: cannot be written: EFBIG");
    expect(status).toBe(2);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it("a lock of a killed process is nobody's", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    const path = join(folder, "report.json");
    const { pid = 0 } = child;
    const mine = await ownMachine();
    await writeFile(`${path}.lock`, lockOf(pid, mine));
    await expect(scan("--output", `json=${path}`)).resolves.toMatchObject({ code: 2 });
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect(scan("--output", `json=${path}`)).resolves.toMatchObject({ code: 1 });
    expect(await readdir(folder)).toEqual(["report.json"]);
  });

  it.each([
    ["another machine's, fresh", () => lockOf(1, "elsewhere"), 1, 2],
    ["another machine's, long untouched", () => lockOf(1, "elsewhere"), 20, 1],
    ["one that is not whole yet", () => "", 0, 2],
    ["one that never was whole", () => "{", 20, 1],
    ["one with a pid that is none", () => lockOf(-1, hostname()), 20, 1],
  ])("%s", async (_, text, age, expected) => {
    const path = join(folder, "report.json");
    await writeFile(`${path}.lock`, text());
    await utimes(`${path}.lock`, minutesAgo(age), minutesAgo(age));
    const { code, stderr } = await scan("--output", `json=${path}`);
    expect(code, stderr).toBe(expected);
    expect(existsSync(`${path}.lock`)).toBe(expected === 2);
  });

  /** What this process writes into its locks. */
  async function ownMachine(): Promise<string> {
    const { withLocks } = await import("../../src/cli/lock.ts");
    const path = join(folder, "probe");
    return withLocks(
      [path],
      () => new Date(),
      async () => JSON.parse(await readFile(`${path}.lock`, "utf8")).machine,
    );
  }
});

describe("files that a scan writes", () => {
  it("replace what a link leads to, keep nothing beside them, and are their owner's alone", async () => {
    const real = await file("real.json", "old");
    const link = join(folder, "link.json");
    await symlink(real, link);
    await scan("--output", `json=${link}`);
    expect(parseReport(await readFile(real, "utf8")).schemaVersion).toBe(1);
    expect((await stat(real)).mode & 0o077).toBe(0);
    expect((await readdir(folder)).toSorted()).toEqual(["link.json", "real.json"]);
  });

  it.skipIf(!existsSync("/dev/null"))("leave devices what they are", async () => {
    const { code, stderr } = await scan("--output", "json=/dev/null");
    expect(code, stderr).toBe(1);
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });
});

describe("variables", () => {
  it.each([
    ["RAMPART_FAIL_ONN", "RAMPART_FAIL_ON?"],
    ["RAMPART_ALOW_INCOMPLETE", "RAMPART_ALLOW_INCOMPLETE?"],
    ["RAMPART_STATE", null],
    ["RAMPART_FAIL_ON", null],
  ])("%s: says that it does nothing where it is nearly an option's", async (name, guess) => {
    const io = fakeIo({ env: { [name]: "low" } });
    expect(await main(["checks", "--no-config"], io)).toBe(0);
    if (guess === null) expect(io.stderr()).toBe("");
    else expect(io.stderr()).toContain(`${name} is no option's variable and does nothing; did you mean ${guess}`);
  });
});
