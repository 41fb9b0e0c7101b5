import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startAwsLab, type AwsLab } from "../../lab/aws/server.ts";
import { demoAwsEstate } from "../../lab/demo-estate.ts";
import { main } from "../../src/cli/main.ts";
import { readSnapshot } from "../../src/snapshot/read.ts";
import type { Snapshot } from "../../src/snapshot/record.ts";
import { fakeIo } from "../support/fake-io.ts";

let folder: string;
let lab: AwsLab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-resume-"));
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

const collectWords = ["collect", "aws", "--region", "us-east-1", "--no-config", "--quiet"];

async function collect(...args: readonly string[]): Promise<{ code: number; err: string }> {
  for (const [name, value] of Object.entries(lab.environmentFor("production"))) vi.stubEnv(name, value);
  const io = fakeIo();
  const code = await main([...collectWords, ...args], io);
  return { code, err: io.stderr() };
}

/** Everything that a snapshot says, in no order: operations end as they will. */
function said({ records, coverage, targets }: Snapshot): readonly string[] {
  return [...records, ...coverage, ...targets].map((each) => JSON.stringify(each)).toSorted();
}

describe("collect --resume", () => {
  it.for([
    { what: "after the first operations", share: 0.3, ending: "jsonl" },
    { what: "near the end", share: 0.9, ending: "jsonl" },
    { what: "within the header", share: 0, ending: "jsonl" },
    { what: "within compressed data", share: 0.6, ending: "jsonl.gz" },
  ])("goes on with a file that was cut off $what, and asks nothing again that is there", async ({ share, ending }) => {
    const whole = join(folder, `whole.${ending}`);
    expect((await collect("--output", whole)).code).toBe(0);
    const bytes = readFileSync(whole);
    const path = join(folder, `cut-${share}.${ending}`);
    writeFileSync(`${path}.partial`, bytes.subarray(0, Math.max(20, Math.floor(bytes.length * share))));
    const kept = linesOf(readFileSync(`${path}.partial`));
    const held = kept.filter((line) => line.kind === "coverage" && line.status === "complete");
    const before = lab.requests.length;
    const { code, err } = await collect("--output", path, "--resume");
    expect(code, err).toBe(0);
    expect(err).toContain(`${held.length} operations were read`);
    const asked = new Set(lab.requests.slice(before).map(({ operation, region }) => `${operation} ${region}`));
    for (const { operation, region } of held) {
      if (region !== "global") expect(asked).not.toContain(`${operation} ${region}`);
    }
    expect(said(await readSnapshot(path))).toEqual(said(await readSnapshot(whole)));
    expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("goes on after kill -9", async () => {
    const path = join(folder, "killed.jsonl");
    lab.faults.set([{ operation: "ec2:DescribeFlowLogs", kind: "slow", delayMs: 20_000 }]);
    const child = spawn(process.execPath, ["bin/rampart.js", ...collectWords, "--output", path], {
      env: { PATH: process.env["PATH"] ?? "", ...lab.environmentFor("production") },
      stdio: "ignore",
    });
    const isThere = (): boolean =>
      linesOf(readFileSync(`${path}.partial`)).some(
        ({ kind, operation }) => kind === "coverage" && operation === "ec2:DescribeSecurityGroups",
      );
    await vi.waitUntil(() => existsSync(`${path}.partial`) && isThere(), { timeout: 20_000 });
    child.kill("SIGKILL");
    await once(child, "exit");
    lab.faults.set([]);
    const before = lab.requests.length;
    expect((await collect("--output", path, "--resume")).code).toBe(0);
    const asked = lab.requests.slice(before).map(({ operation }) => operation);
    expect(asked).toContain("ec2:DescribeFlowLogs");
    expect(asked).not.toContain("ec2:DescribeSecurityGroups");
  });

  it("asks again for what was denied, and only for that", async () => {
    const path = join(folder, "denied.jsonl");
    lab.faults.set([{ operation: "ec2:DescribeFlowLogs", kind: "access-denied" }]);
    expect((await collect("--output", path)).code).toBe(3);
    lab.faults.set([]);
    const before = lab.requests.length;
    expect((await collect("--output", path, "--resume")).code).toBe(0);
    const asked = lab.requests.slice(before).map(({ operation }) => operation);
    expect(asked).toContain("ec2:DescribeFlowLogs");
    expect(asked).not.toContain("ec2:DescribeSecurityGroups");
  });

  it("loses nothing when the run that resumes is cut short too", async () => {
    const whole = join(folder, "whole.jsonl");
    await collect("--output", whole);
    const path = join(folder, "twice.jsonl");
    const bytes = readFileSync(whole);
    // What a first resumption had moved aside, and a second run that was killed at once.
    writeFileSync(`${path}.partial.1`, bytes.subarray(0, Math.floor(bytes.length * 0.8)));
    writeFileSync(`${path}.partial`, bytes.subarray(0, 200));
    const before = lab.requests.length;
    expect((await collect("--output", path, "--resume")).code).toBe(0);
    expect(lab.requests.length - before).toBeLessThan(lab.requests.length / 2);
    expect(said(await readSnapshot(path))).toEqual(said(await readSnapshot(whole)));
  });

  it("loses nothing of a snapshot with gaps when the run that fills them is killed", async () => {
    const path = join(folder, "gaps.jsonl");
    lab.faults.set([{ operation: "ec2:DescribeFlowLogs", kind: "access-denied" }]);
    expect((await collect("--output", path)).code).toBe(3);
    lab.faults.set([]);
    // What the second run had written by then: the header, which tells when the first began.
    writeFileSync(`${path}.partial`, `${readFileSync(path, "utf8").split("\n")[0] ?? ""}\n`);
    const before = lab.requests.length;
    expect((await collect("--output", path, "--resume")).code).toBe(0);
    const asked = lab.requests.slice(before).map(({ operation }) => operation);
    expect(asked).toContain("ec2:DescribeFlowLogs");
    expect(asked).not.toContain("ec2:DescribeSecurityGroups");
  });

  it("takes nothing from the snapshot of another night", async () => {
    const path = join(folder, "nightly.jsonl");
    expect((await collect("--output", path)).code).toBe(0);
    const header = readFileSync(path, "utf8").split("\n")[0] ?? "";
    writeFileSync(
      `${path}.partial`,
      `${header.replace(/"startedAt":"[^"]+"/, '"startedAt":"2020-01-01T00:00:00.000Z"')}\n`,
    );
    const before = lab.requests.length;
    expect((await collect("--output", path, "--resume")).code).toBe(0);
    expect(lab.requests.slice(before).map(({ operation }) => operation)).toContain("ec2:DescribeSecurityGroups");
  });

  it("says where there is nothing to resume, and what is no snapshot", async () => {
    await expect(collect("--output", join(folder, "none.jsonl"), "--resume")).resolves.toMatchObject({
      code: 2,
      err: expect.stringContaining("there is nothing to resume"),
    });
    writeFileSync(join(folder, "other.jsonl.partial"), "hello\n");
    await expect(collect("--output", join(folder, "other.jsonl"), "--resume")).resolves.toMatchObject({
      code: 2,
      err: expect.stringContaining("is not a Rampart snapshot"),
    });
  });
});

function linesOf(bytes: Buffer): readonly { kind: string; status?: string; operation: string; region: string }[] {
  let text: string;
  try {
    text = bytes[0] === 0x1f ? gunzipSync(bytes, { finishFlush: 2 }).toString() : bytes.toString();
  } catch {
    text = "";
  }
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
