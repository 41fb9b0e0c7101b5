import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderJson } from "../../reports/json/render.ts";
import { formats } from "../../reports/registry.ts";
import { main } from "../../src/cli/main.ts";
import { startProgress } from "../../src/cli/progress.ts";
import { formatNames } from "../../src/config/options.ts";
import type { Report } from "../../src/model/report.ts";
import { anyReport, anyText } from "../support/arbitrary-report.ts";
import { fakeIo } from "../support/fake-io.ts";
import { sampleReport } from "../support/sample-report.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-outputs-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function render(report: Report, ...args: readonly string[]) {
  const path = join(folder, "saved.json");
  await writeFile(path, renderJson(report));
  const io = fakeIo();
  const code = await main(["render", path, "--no-config", ...args], io);
  await rm(path);
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}
const files = async (): Promise<string[]> => (await readdir(folder)).toSorted();

/** A complete report of so many accounts, which is as many SARIF runs, of which a file holds 20. */
function reportOf(accounts: number): Report {
  const targets = Array.from({ length: accounts }, (_, index) => ({
    cloud: "aws" as const,
    account: `${100_000_000_000 + index}`,
    region: "eu-west-1",
  }));
  const sample = sampleReport();
  return {
    ...sample,
    scan: {
      ...sample.scan,
      complete: true,
      targets: targets.map((target) => Object.assign({ name: null, status: "scanned" as const, note: null }, target)),
    },
    findings: [],
    coverage: targets.map((target) =>
      Object.assign({ operation: "ec2:DescribeVpcs", status: "complete" as const, items: 1, error: null }, target),
    ),
  };
}

describe("formats", () => {
  it("are those that --format and --output name", () => {
    expect(Object.keys(formats).toSorted()).toEqual([...formatNames].toSorted());
  });

  it.each(formatNames)("render turns a saved report into %s, on stdout and in a file", async (format) => {
    const path = join(folder, "report.out");
    const { code, stdout } = await render(sampleReport(), "--format", format, "--output", `${format}=${path}`);
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(100);
    const text = await readFile(path, "utf8");
    if (format === "table") expect(text).toContain("SUMMARY");
    else expect(text).toBe(stdout);
  });

  it("says on stderr what a format could not hold", async () => {
    const report = sampleReport();
    const [first] = report.findings;
    if (first === undefined) throw new Error("the sample has findings");
    const azure = { ...first, resource: { ...first.resource, cloud: "azure" as const } };
    const { stderr } = await render({ ...report, findings: [azure] }, "--format", "asff");
    expect(stderr).toBe("rampart: ASFF: 1 findings of other clouds are not in it; Security Hub takes AWS alone.\n");
  });

  it.each(["checks", "reach --to x", "who-can"])("that are for reports alone are refused by %s", async (command) => {
    const io = fakeIo();
    await expect(main([...command.split(" "), "--no-config", "--format", "csv"], io)).resolves.toBe(2);
    expect(io.stderr()).toContain("--format must be table or json, not csv");
  });
});

describe("a report that takes several files", () => {
  it("removes what an earlier scan left that took more", async () => {
    const path = join(folder, "report.sarif");
    await render(reportOf(45), "--output", `sarif=${path}`, "--format", "csv");
    await expect(files()).resolves.toEqual(["report-2.sarif", "report-3.sarif", "report.sarif"]);
    const { stderr } = await render(reportOf(25), "--output", `sarif=${path}`, "--format", "csv");
    await expect(files()).resolves.toEqual(["report-2.sarif", "report.sarif"]);
    expect(stderr).toContain("report-3.sarif: removed; it was left from an earlier scan");
    await render(reportOf(5), "--output", `sarif=${path}`, "--format", "csv");
    await expect(files()).resolves.toEqual(["report.sarif"]);
  });

  it.each([
    ["another scan's report of that name", () => formats.sarif.render(reportOf(3), { ...options }).documents[0] ?? ""],
    [
      "another tool's SARIF",
      () => JSON.stringify({ runs: [{ tool: { driver: { name: "Other" } } }], properties: { part: 2 } }),
    ],
    ["a part that bears another number", () => formats.sarif.render(reportOf(25), { ...options }).documents[0] ?? ""],
    ["no SARIF", () => "notes"],
  ])("leaves alone %s, and says so", async (_, text) => {
    const path = join(folder, "report.sarif");
    await writeFile(join(folder, "report-2.sarif"), text());
    const { code, stderr } = await render(reportOf(5), "--output", `sarif=${path}`, "--format", "csv");
    expect(code).toBe(0);
    await expect(readFile(join(folder, "report-2.sarif"), "utf8")).resolves.toBe(text());
    expect(stderr).toContain("report-2.sarif: is not of this scan");
  });

  it("refuses another output where its files go", async () => {
    const { code, stderr } = await render(
      reportOf(1),
      "--output",
      `sarif=${join(folder, "a.sarif")}`,
      "--output",
      `json=${join(folder, "a-2.sarif")}`,
    );
    expect(code).toBe(2);
    expect(stderr).toContain("choose a name without that number");
  });
});
const options = {
  terminal: { colour: false, width: 100, unicode: true, findingsPerCheck: 10, showSuppressed: false },
  sarif: { includeSuppressed: false, includeIncomplete: false },
};

describe("what a CI system reads", () => {
  const commands = /^\s*(?:::[A-Za-z])|##\[|##vso\[/m;
  // oxlint-disable-next-line no-control-regex -- what must not be there
  const controls = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

  it("finds no command in stdout or stderr, whatever a report says", async () => {
    await fc.assert(
      fc.asyncProperty(anyReport, fc.constantFrom(...formatNames), async (report, format) => {
        const { stdout, stderr } = await render(report, "--format", format);
        expect(stdout).not.toMatch(commands);
        expect(stderr).not.toMatch(commands);
        expect(stderr).not.toMatch(controls);
      }),
      { numRuns: 60 },
    );
  });

  it("finds none in the progress of a scan, whatever targets are called", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (account, region, operation) => {
        const io = fakeIo();
        const progress = startProgress(io, false);
        const target = { cloud: "gcp" as const, account, region };
        progress.onEvent({ kind: "targets", cloud: "aws", found: 1 });
        progress.onEvent({ kind: "operation-started", target, operation });
        progress.onEvent({ kind: "target-ended", target });
        progress.stop();
        expect(io.stderr()).not.toMatch(commands);
        expect(io.stderr()).not.toMatch(controls);
        expect(io.stderr().split("\n")).toHaveLength(3);
        expect(io.stderr()).toContain("rampart: AWS: 1 target\n");
      }),
    );
  });

  it("finds none in what is wrong with an argument", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const io = fakeIo();
        await main(["scan", "--no-config", "--snapshot", `${folder}/${text}`, "--output", text], io);
        expect(io.stderr()).not.toMatch(commands);
        expect(io.stderr()).not.toMatch(controls);
      }),
    );
  });
});
