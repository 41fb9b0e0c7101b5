import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Json } from "../../src/model/finding.ts";
import { fakeIo } from "../support/fake-io.ts";

const subscription = "11111111-2222-4333-8444-555555555555";
const ada = "aaaaaaaa-0000-4000-8000-000000000001";
const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";
const group = `/subscriptions/${subscription}/resourceGroups/web/providers/Microsoft.Network/networkSecurityGroups/web`;
const firewall = "projects/shop/global/firewalls/ssh";
const googleLink = (path: string): string => `https://www.googleapis.com/compute/v1/${path}`;

/** One principal on each cloud, as the clouds' own tools print them; what else there is of the accounts was not asked. */
const files: Readonly<Record<string, Json>> = {
  "aws.json": {
    UserDetailList: [
      {
        UserName: "admin",
        Arn: "arn:aws:iam::111122223333:user/admin",
        UserId: "AIDA1",
        Path: "/",
        UserPolicyList: [
          {
            PolicyName: "net",
            PolicyDocument: {
              Version: "2012-10-17",
              Statement: [{ Effect: "Allow", Action: "ec2:AuthorizeSecurityGroupIngress", Resource: "*" }],
            },
          },
        ],
      },
    ],
    GroupDetailList: [],
    RoleDetailList: [],
    Policies: [],
  },
  "role-assignments.json": [
    {
      id: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleAssignments/a1`,
      name: "a1",
      type: "Microsoft.Authorization/roleAssignments",
      principalId: ada,
      principalName: "ada@example.com",
      principalType: "User",
      roleDefinitionId: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${networkContributor}`,
      roleDefinitionName: "Network Contributor",
      scope: `/subscriptions/${subscription}`,
    },
  ],
  "role-definitions.json": [
    {
      id: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${networkContributor}`,
      name: networkContributor,
      type: "Microsoft.Authorization/roleDefinitions",
      roleName: "Network Contributor",
      roleType: "BuiltInRole",
      assignableScopes: ["/"],
      permissions: [{ actions: ["Microsoft.Network/*"], notActions: [], dataActions: [], notDataActions: [] }],
    },
  ],
  "nsg.json": [{ id: group, name: "web", location: "westeurope", securityRules: [] }],
  "shop-iam-policy.json": {
    resource: "projects/shop",
    bindings: [
      { role: "roles/compute.securityAdmin", members: ["serviceAccount:net@shop.iam.gserviceaccount.com"] },
      { role: "roles/compute.networkAdmin", members: ["user:nia@example.com"] },
    ],
    etag: "x",
    version: 1,
  },
  "roles.json": [
    {
      name: "roles/compute.securityAdmin",
      title: "Compute Security Admin",
      includedPermissions: ["compute.firewalls.create", "compute.firewalls.update", "compute.networks.updatePolicy"],
    },
    {
      name: "roles/compute.networkAdmin",
      title: "Compute Network Admin",
      includedPermissions: [
        "compute.networks.updatePolicy",
        "compute.networks.setFirewallPolicy",
        "compute.routes.create",
      ],
    },
  ],
  "firewalls.json": [
    {
      kind: "compute#firewall",
      name: "ssh",
      selfLink: googleLink(firewall),
      network: googleLink("projects/shop/global/networks/default"),
      direction: "INGRESS",
      allowed: [{ IPProtocol: "tcp", ports: ["22"] }],
      sourceRanges: ["10.0.0.0/8"],
    },
  ],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-clouds-"));
  for (const [name, value] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(value));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function rampart(line: string) {
  const io = fakeIo();
  const words = [...line.split(" ").filter(Boolean), "--import", folder, "--quiet"];
  const code = await main(words, io);
  return { code, stdout: io.stdout(), stderr: io.stderr(), json: () => JSON.parse(io.stdout()) };
}
const whoCan = (line: string) => rampart(`who-can ${line} --no-config`);

const admin = "arn:aws:iam::111122223333:user/admin";
const net = "serviceAccount:net@shop.iam.gserviceaccount.com";
const nia = "user:nia@example.com";

/** Who can, of those four; a dump leaves much open. */
async function principals(line: string): Promise<readonly string[]> {
  const { json, stderr } = await whoCan(`${line} --format json`);
  const { grants } = JSON.parse(JSON.stringify(stderr === "" ? json() : { grants: [{ principal: stderr }] }));
  const found = new Set(grants.map(({ principal }: { readonly principal: string }) => principal));
  return [admin, ada, net, nia].filter((id) => found.has(id));
}

describe("rampart who-can over three clouds", () => {
  it("shows principals of all of them in one table", async () => {
    const { stdout } = await whoCan("");
    for (const id of [admin, ada, net, nia]) expect(stdout).toContain(id);
    expect(stdout).toContain(`ada@example.com (${ada})`);
    expect(stdout).toContain(`role assignment Network Contributor at subscription ${subscription}`);
    expect(stdout).toContain("roles/compute.securityAdmin in the allow policy of project shop");
  });

  it("says of who cannot edit a rule that the effect of rules is theirs to change", async () => {
    const { stdout } = await whoCan("");
    const own = stdout.slice(stdout.indexOf(nia)).replaceAll(/\s+/g, " ");
    expect(own.slice(0, 500)).toContain("edits no firewall rule, and changes the effect of them all the same");
  });

  it.each([
    ["ec2:AuthorizeSecurityGroupIngress", [admin]],
    ["ec2:authorizesecuritygroupingress", [admin]],
    ["Microsoft.Network/networkSecurityGroups/write", [ada]],
    ["microsoft.network/networksecuritygroups/WRITE", [ada]],
    ["compute.firewalls.update", [net]],
    ["compute.routes.create", [nia]],
  ])("asks of %s the cloud alone that spells it so", async (action, expected) => {
    expect(await principals(action)).toEqual(expected);
    const { json } = await whoCan(`${action} --format json`);
    const clouds = new Set(json().grants.map(({ cloud }: { readonly cloud: string }) => cloud));
    expect(clouds.size).toBe(1);
  });

  it("leaves out what another cloud did not tell", async () => {
    expect((await whoCan("ec2:AuthorizeSecurityGroupIngress --format json")).json().missing).toEqual([]);
  });

  it.each([
    [group, group],
    [group.toUpperCase(), group],
    [firewall, firewall],
    [googleLink(firewall), firewall],
    [`//compute.googleapis.com/${firewall}`, firewall],
    ["web", group],
  ])("takes a resource by each of its cloud's names: %s", async (name, whole) => {
    expect((await whoCan(`--resource ${name} --format json`)).json().question.resource).toBe(whole);
  });

  it.each([
    ["compute.firewalls.Update", "no such action; did you mean compute.firewalls.update?"],
    ["compute.firewall.update", "did you mean compute.firewalls.update?"],
    ["Microsoft.Network/networkSecurityGroup/write", "did you mean Microsoft.Network/networkSecurityGroups/write?"],
    ["firewalls.update", "did you mean compute.firewalls.update?"],
    ["networkSecurityGroups/write", "did you mean Microsoft.Network/networkSecurityGroups/write?"],
    [
      "firewalls",
      "for example ec2:AuthorizeSecurityGroupIngress (AWS), Microsoft.Network/networkSecurityGroups/write (Azure)",
    ],
    [`compute.firewalls.update --resource ${group}`, "is of Azure, and the action is one of Google Cloud"],
    ["--resource /subscription/x", "an ARN, an Azure resource id, or a path of Google Cloud"],
  ])("refuses `%s` as usage", async (line, message) => {
    const { code, stderr, stdout } = await whoCan(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("refuses an action of a cloud whose identities were not read", async () => {
    const io = fakeIo();
    const code = await main(
      ["who-can", "compute.firewalls.update", "--import", join(folder, "aws.json"), "--no-config", "--quiet"],
      io,
    );
    expect(code).toBe(2);
    expect(io.stderr()).toContain("is an action of Google Cloud, whose identities were not read. Name gcp as well");
  });
});

describe("rampart init --expected over three clouds", () => {
  it("lists principals by the ids that expected takes, and says who a number is", async () => {
    const config = join(folder, "expected.yaml");
    await rampart(`init --expected --config ${config}`);
    const text = await readFile(config, "utf8");
    expect(text).toContain(`"${admin}"`);
    expect(text).toContain(`ada@example.com`);
    expect(text).toContain(`"${ada}"`);
    expect(text).toContain(`"${net}"`);
  });
});
