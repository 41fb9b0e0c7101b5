import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { startAwsLab, type AwsLab } from "../../lab/aws/server.ts";
import { demoAwsEstate } from "../../lab/demo-estate.ts";
import { deployPolicies } from "../../scripts/deploy-policies.ts";
import { environmentName, optionNames } from "../../src/config/options.ts";

const root = join(import.meta.dirname, "../..");
const text = (path: string): Promise<string> => readFile(join(root, path), "utf8");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

describe("least-privilege policies", () => {
  it("say what `rampart permissions` prints (npm run rampart is run by scripts/deploy-policies.ts)", async () => {
    for (const [path, wanted] of await deployPolicies()) {
      expect(await readFile(path, "utf8"), relative(root, path)).toBe(wanted);
    }
  });
});

describe("action.yml", () => {
  const action = async () => {
    const raw = await text("action.yml");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is asserted below is what the file has to be like
    return { raw, file: parse(raw) as { inputs: Record<string, unknown>; runs: { steps: readonly Step[] } } };
  };

  it("hands inputs to scripts as variables, never as a part of their text", async () => {
    const { file } = await action();
    for (const { run } of file.runs.steps) expect(run ?? "").not.toContain("${{");
  });

  it("uses every input that it declares", async () => {
    const { raw, file } = await action();
    for (const name of Object.keys(file.inputs)) expect(raw).toContain(`inputs.${name} `);
  });

  it("sets variables that rampart reads", async () => {
    const { file } = await action();
    const known = new Set(optionNames.map(environmentName));
    const set = file.runs.steps
      .flatMap(({ env }) => Object.keys(env ?? {}))
      .filter((name) => name.startsWith("RAMPART_"));
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  it.for(["action.yml", "deploy/github/rampart.yml"])("pins what it uses by commit: %s", async (path) => {
    const used = [...(await text(path)).matchAll(/uses: (\S+)/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(2);
    for (const name of used) expect(name).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
  });
});

describe("the image", () => {
  it("runs as nobody in particular, and copies what is there", async () => {
    const file = await text("Dockerfile");
    expect([...file.matchAll(/^USER (.+)$/gm)].at(-1)?.[1]).toBe("65532:65532");
    const last = file.slice(file.lastIndexOf("FROM "));
    expect(last).not.toMatch(/apt-get|npm /);
  });
});

describe("cron", () => {
  it("has one line of five fields, a user and a command", async () => {
    const lines = (await text("deploy/cron/rampart"))
      .split("\n")
      .filter((line) => line !== "" && !/^(?:#|\w+=)/.test(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^(?:[\d*/,-]+ ){5}rampart \/opt\/rampart\/\S+\/deploy\/nightly\.sh /);
  });
});

describe("deploy/nightly.sh and the action's scan, against a loopback AWS", () => {
  let folder: string;
  let lab: AwsLab;
  let command: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rampart-night-"));
    lab = await startAwsLab(demoAwsEstate);
    command = join(folder, "rampart");
    await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "bin/rampart.js")}" "$@"\n`);
    await chmod(command, 0o755);
  });
  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true });
  });

  function run(file: string, environment: Readonly<Record<string, string>>): Promise<{ code: number; output: string }> {
    return new Promise((settle) => {
      const env = { PATH: process.env["PATH"] ?? "", ...lab.environmentFor("production"), ...environment };
      const child = execFile(join(root, file), { env, cwd: folder }, (_error, stdout, stderr) => {
        settle({ code: child.exitCode ?? -1, output: stdout + stderr });
      });
    });
  }

  it("runs night after night: what is old fails nothing, and what changed is told", async () => {
    const state = await mkdtemp(join(folder, "state-"));
    const night = {
      RAMPART: command,
      RAMPART_STATE: state,
      RAMPART_CLOUDS: "aws",
      RAMPART_REGION: "us-east-1",
      RAMPART_KEEP: "1",
    };
    const first = await run("deploy/nightly.sh", night);
    expect(first.code, first.output).toBe(1);
    // Names of snapshots tell whole seconds.
    await new Promise((wait) => setTimeout(wait, 1100));
    // What nights that were killed left: one before the last that ended, one after it, which may be running yet.
    const left = [
      "2026-01-01T031700Z.jsonl.gz.partial",
      "2026-01-01T031700Z.jsonl.gz.lock",
      "9999-01-01T031700Z.jsonl.gz.partial",
    ];
    for (const name of left) await writeFile(join(state, name), "");
    const second = await run("deploy/nightly.sh", night);
    expect(second.code, second.output).toBe(0);
    const files = await readdir(state);
    expect(files.filter((name) => name.endsWith(".jsonl.gz"))).toHaveLength(1);
    expect(files).toEqual(
      expect.arrayContaining(["baseline.json", "changes.txt", "report.html", "report.json", "report.md", "report.txt"]),
    );
    expect(files.filter((name) => left.includes(name))).toEqual(["9999-01-01T031700Z.jsonl.gz.partial"]);
    expect(await readFile(join(state, "changes.txt"), "utf8")).toContain("Nothing changed");
    expect((await stat(join(state, "report.json"))).mode & 0o077).toBe(0);
  });

  it("takes no night that was incomplete for a measure of the next", async () => {
    const state = await mkdtemp(join(folder, "state-"));
    const night = { RAMPART: command, RAMPART_STATE: state, RAMPART_CLOUDS: "aws", RAMPART_REGION: "us-east-1" };
    const codes: number[] = [];
    for (const faults of [[], [{ operation: "ec2:DescribeSecurityGroups", kind: "access-denied" as const }], []]) {
      lab.faults.set(faults);
      codes.push((await run("deploy/nightly.sh", night)).code);
      // Names of snapshots tell whole seconds.
      await new Promise((wait) => setTimeout(wait, 1100));
    }
    expect(codes).toEqual([1, 3, 0]);
  });

  it("gives GitHub its files, and the exit code as an output", async () => {
    const output = join(folder, "output");
    const summary = join(folder, "summary");
    await writeFile(output, "");
    await writeFile(summary, "");
    const github = {
      GITHUB_ACTION_PATH: root,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: folder,
      RAMPART_REGION: "us-east-1",
      RAMPART_ROLE: "",
    };
    const { code, output: printed } = await run("deploy/github/scan.sh", { ...github, CLOUDS: "aws" });
    expect(code, printed).toBe(0);
    const said = new Map(
      [...(await readFile(output, "utf8")).matchAll(/^([\w-]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(said.get("exit-code")).toBe("1");
    expect(await readdir(said.get("sarif") ?? "")).toContain("rampart.sarif");
    expect(await readFile(summary, "utf8")).toMatch(/^#/);
    await writeFile(output, "");
    await run("deploy/github/scan.sh", { ...github, CLOUDS: "aws; echo ::error::" });
    expect(await readFile(output, "utf8")).toBe("exit-code=2\n");
  });
});
