import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startAwsLab } from "../../lab/aws/server.ts";
import { demoAwsEstate } from "../../lab/demo-estate.ts";
import { main } from "../../src/cli/main.ts";
import type { IdentityEstate } from "../../src/identity/estate.ts";
import { noIdentities } from "../../src/identity/estate.ts";
import { awsProvider } from "../../src/providers/aws/provider.ts";
import { fakeIo } from "../support/fake-io.ts";
import { grant, identities, perhaps, principal, webGroup, withMfa } from "../support/identity-estate.ts";

const admin = principal("admin", "user");
const hostile = principal("x", "role", { id: "\u001B[31mred\n::error::x" });
const twin = (id: string) => ({ ...webGroup, id, name: "twin", arn: `${webGroup.arn ?? ""}-${id}` });
const settled = identities({
  grants: [
    grant(admin, { actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:CreateRoute"] }),
    grant(hostile, { decision: "only-if", condition: withMfa, actions: ["ec2:CreateRoute"] }),
  ],
  resources: [webGroup, twin("sg-2"), twin("sg-3")],
  notes: ({ action }) => (action === "s3:GetObject" ? ["s3:GetObject changes no firewall by itself"] : []),
});
let estate: IdentityEstate = settled;

let folder: string;
let dump: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-who-can-"));
  dump = join(folder, "identities.json");
  await writeFile(
    dump,
    JSON.stringify({
      UserDetailList: [{ UserName: "admin", Arn: "arn:aws:iam::111122223333:user/admin", UserId: "AIDA1", Path: "/" }],
      GroupDetailList: [],
      RoleDetailList: [],
      Policies: [],
    }),
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const understand = awsProvider.understand.bind(awsProvider);
beforeEach(() => {
  estate = settled;
  vi.spyOn(awsProvider, "understand").mockImplementation((snapshot) => ({
    ...understand(snapshot),
    identity: estate,
  }));
});

async function whoCan(line: string, env: Readonly<Record<string, string>> = {}) {
  const io = fakeIo({ env });
  const words = ["who-can", ...line.split(" ").filter(Boolean), "--import", dump, "--no-config", "--quiet"];
  const code = await main(words, io);
  return { code, stdout: io.stdout(), stderr: io.stderr(), json: () => JSON.parse(io.stdout()) };
}

describe("rampart who-can", () => {
  it("asks about every action that changes a firewall", async () => {
    const { code, json, stderr } = await whoCan("--format json");
    expect(code, stderr).toBe(0);
    expect(json()).toMatchObject({
      question: { action: null, resource: null },
      grants: [{ principal: admin.id, decision: "yes" }, { decision: "only-if" }],
    });
  });

  it.each([
    ["ec2:AuthorizeSecurityGroupIngress", 1],
    ["ec2:authorizesecuritygroupingress", 1],
    ["ec2:CreateRoute", 2],
    ["ec2:ModifyManagedPrefixList", 0],
  ])("asks about %s: %i can", async (action, amount) => {
    const { code, json, stderr } = await whoCan(`${action} --format json`);
    expect(code, stderr).toBe(0);
    expect(json().grants).toHaveLength(amount);
  });

  it.each(["sg-1", "web", webGroup.arn])("takes a resource by id, name or ARN: %s", async (name) => {
    const { json } = await whoCan(`ec2:CreateRoute --resource ${name} --format json`);
    expect(json().question).toEqual({ action: "ec2:CreateRoute", resource: webGroup.arn });
  });

  it("takes the ARN of something that is no firewall", async () => {
    const arn = "arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-1";
    expect((await whoCan(`--resource ${arn} --format json`)).json().question.resource).toBe(arn);
  });

  it("takes an action that changes no firewall, and says so", async () => {
    const { code, json } = await whoCan("s3:GetObject --format json");
    expect(code).toBe(0);
    expect(json().notes).toContain("s3:GetObject changes no firewall by itself");
  });

  it("names the action that was perhaps meant", async () => {
    const { json } = await whoCan("ec2:CreateRouts2 --format json");
    expect(json().notes).toContain("the action nearest to it that changes a firewall is ec2:CreateRoute");
  });

  it("answers in a table", async () => {
    const { stdout } = await whoCan("");
    expect(stdout.split("\n")[0]).toBe(
      "2 principals can change firewalls: 1 whatever the circumstances, 1 only under a condition.",
    );
    expect(stdout).toContain("── YES (1) ");
    expect(stdout).toContain(`${admin.id} `);
    expect(stdout).toContain("  if     with MFA\n");
  });

  it("escapes names that would speak to the terminal or to a CI system", async () => {
    for (const line of ["", "--format json"]) {
      const { stdout } = await whoCan(line);
      expect(stdout).not.toContain("\u001B");
      expect(stdout).not.toMatch(/^\s*::error/m);
    }
  });

  it.each<[string, IdentityEstate, string]>([
    ["an answer is not known", identities({ grants: [grant(admin), perhaps(principal("b"))] }), "── NOT KNOWN (1)"],
    [
      "somebody was not read",
      identities({ others: [admin], missing: ["identities of 4"] }),
      "Not known: identities of 4",
    ],
    ["nobody could be read", identities({ missing: ["identities of 4"] }), "None of 0 principals can certainly"],
  ])("exits with 3 where %s", async (_, own, text) => {
    estate = own;
    const { code, stdout } = await whoCan("");
    expect(code).toBe(3);
    expect(stdout).toContain(text);
  });

  it("says what it needs where no cloud's identities were asked for", async () => {
    estate = noIdentities;
    const { code, stdout, stderr } = await whoCan("");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("no identities were read of aws");
    expect(stderr).toContain("aws iam get-account-authorization-details");
  });

  it.each([
    ["ec2:AuthorizeSecurityGroupIngres", "no such action; did you mean ec2:AuthorizeSecurityGroupIngress?"],
    ["ec2:CraeteRoute", "did you mean ec2:CreateRoute?"],
    ["CreateRoute", "did you mean ec2:CreateRoute?"],
    ["createroutes", "did you mean ec2:CreateRoute?"],
    ["firewalls", "firewalls: is no action. Write it with its service"],
    ["ec2:*", "ec2:*: name one action without wildcards"],
    ["ec2:CreateRoute ec2:DeleteRoute", "ec2:DeleteRoute: one action is asked about at a time (ec2:CreateRoute)"],
    ["--resource sg-11", "--resource sg-11: none of the 3 firewalls and lists that were read has this id or name"],
    ["--resource wen", "did you mean web?"],
    [
      "--resource twin",
      "2 are called that. Name one by its id: arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1-sg-2;",
    ],
    ["--format sarif", "must be table or json"],
    ["ec2:CreateRoute aws", "aws: choose live targets, which --snapshot and --import replace"],
  ])("refuses `%s` as usage", async (line, message) => {
    const { code, stderr, stdout } = await whoCan(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("tells the action from the files that a shell made of a pattern", async () => {
    const io = fakeIo();
    const code = await main(
      ["who-can", "--import", dump, dump, "ec2:CreateRoute", "--format", "json", "--no-config"],
      io,
    );
    expect(code, io.stderr()).toBe(0);
    expect(JSON.parse(io.stdout()).question.action).toBe("ec2:CreateRoute");
  });

  it("takes the resource from the environment too", async () => {
    const { json } = await whoCan("--format json", { RAMPART_RESOURCE: "web" });
    expect(json().question.resource).toBe(webGroup.arn);
  });
});

describe("rampart who-can on a live target", () => {
  it("asks the cloud, understands and answers", async () => {
    vi.restoreAllMocks();
    const lab = await startAwsLab(demoAwsEstate);
    try {
      for (const [name, value] of Object.entries(lab.environmentFor("production"))) vi.stubEnv(name, value);
      const io = fakeIo();
      const line =
        "who-can ec2:AuthorizeSecurityGroupIngress aws --organization --role RampartAudit --region us-east-1 --format json --no-config --quiet";
      const code = await main(line.split(" "), io);
      expect(code, io.stderr()).toBe(0);
      const { grants } = JSON.parse(io.stdout());
      const of = (name: string): object | undefined =>
        grants.find((one: { readonly principal: string }) => one.principal.endsWith(name));
      expect(of("user/ada.lind")).toMatchObject({ decision: "yes", by: "direct", breadth: { pattern: "*" } });
      expect(of("user/carl.contractor")).toMatchObject({
        decision: "only-if",
        condition: expect.stringContaining("MFA"),
      });
      expect(of("user/dev.okafor")).toMatchObject({
        by: "escalation",
        path: [{ via: "arn:aws:iam::111122223333:role/BuildAutomation", statement: expect.stringMatching(/#Deploy$/) }],
      });
      expect(of("777788889999:root")).toMatchObject({ by: "outside", home: "outside" });
      // The organization forbids it in the sandbox.
      expect(of("user/workshop")).toBeUndefined();
    } finally {
      vi.unstubAllEnvs();
      await lab.close();
    }
  });
});
