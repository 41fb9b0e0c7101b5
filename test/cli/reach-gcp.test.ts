import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoGcpEstate } from "../../lab/gcp/demo-estate.ts";
import { startGcpLab } from "../../lab/gcp/server.ts";
import { main } from "../../src/cli/main.ts";
import { fakeIo } from "../support/fake-io.ts";
import { runRampart } from "../support/rampart-child.ts";

let folder: string;
let snapshot: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-reach-gcp-"));
  snapshot = join(folder, "gcp.jsonl");
  const lab = await startGcpLab(demoGcpEstate);
  try {
    // Application Default Credentials of the machine, as on Google's own.
    const environment = { HOME: folder, ...lab.environment };
    const { code, stderr } = await runRampart(["collect", "gcp", "--output", snapshot, "--no-config"], environment);
    expect(code, stderr).toBe(0);
  } finally {
    await lab.close();
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function reach(line: string) {
  const io = fakeIo();
  const code = await main(["reach", "--snapshot", snapshot, "--no-config", ...line.split(" ")], io);
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}

const desk = "projects/harbour-listen-prod/zones/europe-west1-b/instances/pricing-desk-1";

describe("rampart reach on Google Cloud names an endpoint by", () => {
  it.each([
    ["the instance's name", "pricing-desk-1"],
    ["the instance's path", desk],
    ["the interface's path", `${desk}/networkInterfaces/nic0`],
    ["its external address", "34.140.27.163"],
  ])("%s", async (_name, to) => {
    const { code, stdout, stderr } = await reach(`--to ${to} --port 3389 --format json`);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ to: `${desk}/networkInterfaces/nic0`, verdict: "open" });
  });
});

describe("rampart reach on Google Cloud answers", () => {
  it.each([
    ["past a VPC rule that denies it, by a hierarchical policy", "--to pricing-desk-1 --port 3389", "open"],
    ["what no rule allows", "--to pricing-desk-1 --port 5432", "closed"],
    ["an instance of the default network", "--to notebook-gpu --port 22", "open"],
    ["a rule for either half of the internet", "--to listen-reports-1 --port 5432", "open"],
    ["an instance without an external address", "--to booth-demo --port 22", "closed"],
    ["a port behind a passthrough load balancer", "--to listen-stream-1 --port 1935", "open"],
    ["a rule for countries, whose addresses nobody publishes", "--to partner-api-1 --port 8444", "unknown"],
  ])("%s", async (_name, line, verdict) => {
    const { stdout, stderr } = await reach(`${line} --format json`);
    expect(JSON.parse(stdout === "" ? `{"stderr":${JSON.stringify(stderr)}}` : stdout).verdict).toBe(verdict);
  });

  it("names policies, networks and rules in Google's words", async () => {
    const { stdout } = await reach("--to pricing-desk-1 --port 3389");
    expect(stdout).toMatch(/^Open: tcp 3389 of pricing-desk-1 /);
    expect(stdout).toContain("production-guardrails");
    expect(stdout).toContain("hierarchical firewall policies over harbour-vpc");
    expect(stdout).not.toMatch(/security group|AWS|Azure/);
  });
});
