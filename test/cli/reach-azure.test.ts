import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoAzureEstate } from "../../lab/azure/demo-estate.ts";
import { startAzureLab } from "../../lab/azure/server.ts";
import { main } from "../../src/cli/main.ts";
import { fakeIo } from "../support/fake-io.ts";
import { runRampart } from "../support/rampart-child.ts";

let folder: string;
let snapshot: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-reach-azure-"));
  snapshot = join(folder, "azure.jsonl");
  const certificate = join(folder, "lab.pem");
  const lab = await startAzureLab(demoAzureEstate);
  try {
    await writeFile(certificate, lab.certificate);
    const environment = { HOME: folder, ...lab.environment, NODE_EXTRA_CA_CERTS: certificate };
    const { code, stderr } = await runRampart(["collect", "azure", "--output", snapshot, "--no-config"], environment);
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

const warehouse = "/subscriptions/7b0c1e54-2f6d-4a8e-9d13-5e4f60a7c821/resourceGroups/rg-warehouse/providers";
const databaseNic = `${warehouse}/Microsoft.Network/networkInterfaces/vm-database-nic`;

describe("rampart reach on Azure names an endpoint by", () => {
  it.each([
    ["the machine's name", "vm-database"],
    ["the machine's id", `${warehouse}/Microsoft.Compute/virtualMachines/vm-database`],
    ["the interface's name", "vm-database-nic"],
    ["the interface's id", databaseNic],
    ["the interface's id as Azure writes it elsewhere", databaseNic.replace("resourceGroups", "resourcegroups")],
    ["its private address", "10.20.2.10"],
    ["its public address", "20.103.51.21"],
  ])("%s", async (_name, to) => {
    const { code, stdout, stderr } = await reach(`--to ${to} --port 3306 --format json`);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ to: databaseNic, verdict: "open" });
  });

  it("says so when nothing has the name", async () => {
    const { code, stderr } = await reach("--to vm-nowhere");
    expect(code).toBe(2);
    expect(stderr).toContain("--to vm-nowhere: no endpoint of the");
    // Two of the tenant's subscriptions are enabled.
    expect(stderr).toContain("(2 targets were read)");
  });

  it("suggests each endpoint once, by its shortest name", async () => {
    const { stderr } = await reach("--to web");
    expect(stderr).toContain("did you mean vm-web-1 or vm-web-2?");
  });
});

describe("rampart reach on Azure answers", () => {
  it.each([
    ["a NAT rule's backend port, not the one clients speak to", "--to vm-web-1 --port 22", "open"],
    ["the front port of that rule", "--to vm-web-1 --port 50001", "closed"],
    ["past the group, by an admin rule that always allows", "--to vm-desk --port 3389", "open"],
    ["what the group denies the internet", "--to vm-desk --port 22", "closed"],
    ["from a range, by an Azure Firewall's DNAT rule", "--to vm-stock --from 203.0.113.0/24 --port 22", "open"],
    ["from another machine, by its application security group", "--to vm-database --from vm-web-1 --port 5432", "open"],
    ["from a machine of a network that is no peer", "--to vm-database --from vm-bench --port 22", "closed"],
    ["what a service tag holds only in part", "--to vm-database --port 1433", "partial"],
  ])("%s", async (_name, line, verdict) => {
    const { stdout, stderr } = await reach(`${line} --format json`);
    expect(JSON.parse(stdout === "" ? `{"stderr":${JSON.stringify(stderr)}}` : stdout).verdict).toBe(verdict);
  });

  it("names groups and rules in Azure's words", async () => {
    const { stdout } = await reach("--to vm-web-1 --port 22");
    expect(stdout).toMatch(/^Open: tcp 22 of vm-web-1-nic \(resource group rg-warehouse\) can be reached/);
    expect(stdout).toContain("✔ inbound NAT rule ssh-web-1 of load balancer lb-web (tcp 50001)");
    expect(stdout).toContain(
      "allowed by nsg-web (resource group rg-warehouse): ingress 110 allow tcp/22 * (allow-ssh)",
    );
    expect(stdout).not.toMatch(/security group sg-|AWS|VPC/);
  });
});
