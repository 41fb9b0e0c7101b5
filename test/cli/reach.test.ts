import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startAwsLab } from "../../lab/aws/server.ts";
import { demoAwsEstate } from "../../lab/demo-estate.ts";
import { l4Of } from "../../src/cli/commands/reach.ts";
import { main } from "../../src/cli/main.ts";
import type { Endpoint } from "../../src/network/endpoint.ts";
import { describeL4 } from "../../src/network/l4.ts";
import { awsProvider } from "../../src/providers/aws/provider.ts";
import {
  blocking,
  doubtful,
  endpoint,
  groupLayer,
  layer,
  nothingBetween,
  passing,
  resource,
  securityGroup,
  way,
} from "../network/exposure-samples.ts";
import { addresses, firstMatch, rule, tcpPort } from "../network/random-filters.ts";
import { fakeIo } from "../support/fake-io.ts";

const named = { ...rule("allow", "0.0.0.0/0", tcpPort(22)), id: "sgr-1", key: "ingress allow tcp 22 0.0.0.0/0" };
const bastion = securityGroup("sg-1", [named]);
const inside = securityGroup("sg-2", [rule("allow", "10.0.0.0/16", tcpPort(5432))]);
const acl = layer("subnet-firewall", firstMatch([rule("deny", "0.0.0.0/0", tcpPort(22)), rule("allow", "0.0.0.0/0")]), {
  name: "network ACL acl-1",
  opensBy: "an allow with a lower number than the deny",
});
const appliance = { resource: resource("fw-1", "firewall"), seesReplies: false };
const instance = (id: string, name: string) => ({ workload: resource(id, "instance", name) });
const endpoints: readonly Endpoint[] = [
  endpoint("eni-open", [way([passing, groupLayer(bastion)], [], { inspections: [appliance] })], {
    ...instance("i-open", "web-1"),
    publicAddresses: addresses("198.51.100.7"),
  }),
  endpoint("eni-shut", [way([blocking("gateway"), acl, groupLayer(bastion)])], {
    ...instance("i-shut", "\u001B[31mred\n::error::x"),
    privateAddresses: addresses("10.0.0.5"),
  }),
  endpoint(
    "eni-dim",
    [way([doubtful("route", "routes of vpc-1 (ec2:DescribeRouteTables denied)"), groupLayer(bastion)])],
    {
      privateAddresses: addresses("10.0.0.6"),
    },
  ),
  endpoint("eni-twin-1", [], instance("i-twin", "twin")),
  endpoint("eni-twin-2", [], instance("i-twin", "twin")),
];

let folder: string;
let dump: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-reach-"));
  dump = join(folder, "security-groups.json");
  await writeFile(
    dump,
    JSON.stringify({
      SecurityGroups: [
        {
          GroupId: "sg-1",
          OwnerId: "111122223333",
          VpcId: "vpc-1",
          GroupName: "a",
          IpPermissions: [],
          IpPermissionsEgress: [],
          SecurityGroupArn: "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
        },
      ],
    }),
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const understand = awsProvider.understand.bind(awsProvider);
beforeEach(() => {
  vi.spyOn(awsProvider, "understand").mockImplementation((snapshot) => {
    const understanding = understand(snapshot);
    const between = { ...nothingBetween, entering: [groupLayer(inside)] };
    const network = { ...understanding.network, firewalls: [bastion, inside], endpoints, between: () => between };
    return { ...understanding, network };
  });
});

async function reach(line: string, env: Readonly<Record<string, string>> = {}) {
  const io = fakeIo({ env });
  const code = await main(
    ["reach", "--import", dump, "--no-config", "--quiet", ...line.split(" ").filter(Boolean)],
    io,
  );
  return { code, stdout: io.stdout(), stderr: io.stderr(), json: () => JSON.parse(io.stdout()) };
}

describe("rampart reach", () => {
  it.each([
    ["open", "--to eni-open --port 22", 0, "open"],
    ["closed", "--to eni-open --port 23", 0, "closed"],
    ["by name", "--to web-1", 0, "open"],
    ["by public address, from one address", "--to 198.51.100.7 --from 203.0.113.9 --port 22", 0, "open"],
    ["by private address", "--to 10.0.0.5", 0, "closed"],
    ["UDP on a port that is open for TCP", "--to eni-open --port 22 --protocol udp", 0, "closed"],
    ["what rests on something unread exits with 3", "--to eni-dim --port 22", 3, "unknown"],
    ["between endpoints", "--from 10.0.0.5 --to eni-dim --port 5432", 0, "open"],
    ["between endpoints by name", "--from i-shut --to eni-dim --port 5433", 0, "closed"],
  ])("%s: %s", async (_, line, code, verdict) => {
    const answer = await reach(`${line} --format json`);
    expect(answer, answer.stderr).toMatchObject({ code });
    expect(answer.json().verdict).toBe(verdict);
  });

  it("prints CATALOGUE's JSON", async () => {
    const { json } = await reach("--to eni-open --port 22 --format json");
    expect(json()).toMatchObject({
      to: "eni-open",
      from: "internet",
      verdict: "open",
      packets: { must: [{ sources: ["0.0.0.0/0"], protocol: "tcp", ports: "22" }] },
      session: { may: [{ sources: ["0.0.0.0/0"], protocol: "tcp", ports: "22" }] },
      blame: [
        { layer: "the route", rule: expect.any(String), action: "allow" },
        { layer: "security group sg-1", firewall: "sg-1", rule: "sgr-1", action: "allow" },
      ],
      witness: { source: "9.9.9.9", protocol: "tcp", port: 22 },
      missing: [],
    });
  });

  it("shows an open way with its rules, its appliance and a packet", async () => {
    const { stdout } = await reach("--to eni-open --port 22");
    expect(stdout.split("\n")[0]).toBe(
      "Open: tcp 22 of eni-open can be reached from all of the IPv4 internet (0.0.0.0/0).",
    );
    expect(stdout).toContain(" ✔ security group sg-1\n");
    expect(stdout).toContain("allowed by name of sg-1 (sg-1): ingress allow tcp 22 0.0.0.0/0 (sgr-1)");
    expect(stdout).toContain("only through fw-1, but the replies go round it");
    expect(stdout).toContain("tcp 22 from 9.9.9.9");
  });

  it("shows every layer that blocks and what each would need", async () => {
    const { stdout } = await reach("--to eni-shut --port 22");
    expect(stdout.split("\n")[0]).toMatch(
      /^Closed: nothing from the internet reaches tcp 22 of eni-shut: 2 layers stop it\./,
    );
    expect(stdout).toContain(" ✘ the gateway\n");
    expect(stdout).toContain(" ✘ network ACL acl-1\n");
    expect(stdout).toContain(" ✔ security group sg-1\n");
    expect(stdout).toContain("What it would take, all 2 of these:");
    expect(stdout).toContain("• open the gateway\n");
    expect(stdout).toContain("• an allow with a lower number than the deny\n");
  });

  it("names what is not known", async () => {
    const { stdout } = await reach("--to eni-dim --port 22");
    expect(stdout).toMatch(/^Unknown: /);
    expect(stdout).toContain("ec2:DescribeRouteTables denied");
  });

  it("escapes names that would speak to the terminal or to a CI system", async () => {
    for (const line of ["--from i-shut --to eni-dim --port 5433", "--to redd"]) {
      const { stdout, stderr } = await reach(line);
      expect(stdout + stderr).not.toContain("\u001B");
      expect(stdout + stderr).not.toMatch(/^\s*::error/m);
    }
  });

  it.each([
    ["", "--to is missing"],
    ["--to web-2", "did you mean web-1?"],
    ["--to i-twin", "2 endpoints are called that. Name one by its id: eni-twin-1 of twin (i-twin); eni-twin-2"],
    ["--to web-1 --from nobody-at-all", "--from nobody-at-all: no endpoint"],
    ["--to web-1 --from 300.1.1.1", "--from 300.1.1.1: is no address"],
    ["--to web-1 --port 70000", "--port 70000: is no port"],
    ["--to web-1 --port 9-8", "--port 9-8: is no port"],
    ["--to web-1 --port 22 --protocol icmp", "icmp has no ports"],
    ["--to web-1 --protocol tpc", "--protocol tpc: is no protocol"],
    ["--to web-1 --format sarif", "must be table or json"],
    ["--to web-1 --profile a", "choose live targets"],
  ])("refuses `%s` as usage", async (line, message) => {
    const { code, stderr, stdout } = await reach(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("takes its question from the environment too", async () => {
    const { json } = await reach("--format json", { RAMPART_TO: "eni-open", RAMPART_PORT: "22" });
    expect(json()).toMatchObject({ to: "eni-open", verdict: "open" });
  });
});

describe("rampart reach on a live target", () => {
  it("asks the cloud, understands and answers", async () => {
    vi.restoreAllMocks();
    const lab = await startAwsLab(demoAwsEstate);
    try {
      for (const [name, value] of Object.entries(lab.environmentFor("production"))) vi.stubEnv(name, value);
      const io = fakeIo();
      const line =
        "reach aws --region eu-west-1 --region us-east-1 --to shop/bastion-eth0 --port 22 --format json --no-config";
      const code = await main(line.split(" "), io);
      expect(code, io.stderr()).toBe(0);
      expect(JSON.parse(io.stdout())).toMatchObject({ verdict: "open", witness: { protocol: "tcp", port: 22 } });
    } finally {
      vi.unstubAllEnvs();
      await lab.close();
    }
  });
});

describe("ports and protocols asked about", () => {
  it.each([
    [null, null, null],
    ["22", null, "tcp 22"],
    ["8000-8080", "UDP", "udp 8000-8080"],
    [null, "icmp", "all icmp"],
    [null, "47", "all gre"],
    [null, "all", null],
    ["53", "all", "tcp 53"],
  ])("--port %s --protocol %s is %s", (port, protocol, expected) => {
    const l4 = l4Of({ port, protocol });
    expect(l4 === null ? null : describeL4(l4)).toBe(expected);
  });
});
