import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startAwsLab } from "../../lab/aws/server.ts";
import { demoAwsEstate } from "../../lab/demo-estate.ts";
import { main } from "../../src/cli/main.ts";
import { packageRoot } from "../../src/cli/package.ts";
import { proposalsFor, sampleConfig } from "../../src/cli/sample-config.ts";
import { parseConfig } from "../../src/config/config-file.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { fakeIo } from "../support/fake-io.ts";
import {
  assume,
  grant,
  identities,
  perhaps,
  principal,
  stranger,
  withMfa,
  type Identities,
} from "../support/identity-estate.ts";

let folder: string;
const home = process.cwd();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-init-"));
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(home);
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function run(line: string, env: Readonly<Record<string, string>> = {}) {
  const io = fakeIo({ env });
  const code = await main(line.split(" ").filter(Boolean), io);
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}

const written = (path = "rampart.yaml"): Promise<string> => readFile(path, "utf8");
const expectedIn = async (text: string): Promise<readonly string[] | undefined> =>
  (await parseConfig(text, "rampart.yaml")).expected?.map((entry) => entry.principal);

describe("rampart init", () => {
  it("writes a file that sets nothing", async () => {
    const { code, stdout, stderr } = await run("init");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toBe("rampart: rampart.yaml is written; nothing in it is set yet\n");
    await expect(parseConfig(await written(), "rampart.yaml")).resolves.toEqual({});
  });

  it("shows samples that hold, once the # before them is gone", async () => {
    await run("init");
    const text = (await written()).replaceAll(/^# (?=\w+:(?: |$)| {2}(?:-| {2}\w+:))/gm, "");
    const config = await parseConfig(text, "rampart.yaml");
    expect(Object.keys(config)).toEqual(
      expect.arrayContaining([
        "expected",
        "suppressions",
        "suppressByTag",
        "profile",
        "subscription",
        "project",
        "publicPorts",
        "adminPorts",
        "internetShare",
        "wideSource",
        "failOn",
        "check",
      ]),
    );
    expect(config.expected).toHaveLength(3);
  });

  it("tells what this machine knows of each cloud, and reads names alone", async () => {
    const write = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    };
    await write(".aws/config", "[default]\nregion = x\n[profile audit]\nsso_session = s\n[sso-session s]\n");
    await write(".aws/credentials", "[default]\naws_secret_access_key = hidden\n[old \u001B]\n");
    const subscriptions = [
      { name: 'prod"', state: "Enabled", user: { name: "hidden" } },
      { name: "gone", state: "Disabled" },
    ];
    await write(".azure/azureProfile.json", `\uFEFF${JSON.stringify({ subscriptions })}`);
    await write(".config/gcloud/application_default_credentials.json", '{"refresh_token": "hidden"}');
    await write(".config/gcloud/configurations/config_default", "[core]\naccount = hidden\nproject = shop\n");
    const { code, stderr } = await run("init", { HOME: folder });
    expect(code).toBe(0);
    expect(stderr).toContain("and it tells what was found of AWS, Azure, Google Cloud\n");
    const text = await written();
    expect(text).toContain(
      `# What to scan on AWS. Found on this machine: 3 profiles in ${join(folder, ".aws/config")}.`,
    );
    expect(text).toContain('# profile: ["audit", "default", "old \\u001b"]\n');
    expect(text).toContain('# subscription: ["prod\\""]\n');
    expect(text).toContain('the project of gcloud is shop.\n# project: ["shop"]\n');
    expect(text).not.toMatch(/hidden|gone|\p{Cc}(?<!\n)/u);
    await expect(parseConfig(text, "rampart.yaml")).resolves.toEqual({});
  });

  it.each([
    ["of the package in the same project", true, "./node_modules/rampart/schemas/rampart.schema.json"],
    ["of the Rampart that runs", false, pathToFileURL(join(packageRoot(), "schemas/rampart.schema.json")).href],
  ])("names the schema %s to editors", async (_, isInstalled, schema) => {
    if (isInstalled) {
      await mkdir("node_modules/rampart/schemas", { recursive: true });
      await writeFile("node_modules/rampart/schemas/rampart.schema.json", "{}");
    }
    await run("init");
    expect((await written()).split("\n")[0]).toBe(`# yaml-language-server: $schema=${schema}`);
  });

  it("overwrites nothing, unless it is forced to", async () => {
    await writeFile("rampart.yaml", "failOn: low\n");
    const { code, stderr } = await run("init");
    expect(code).toBe(2);
    expect(stderr).toContain("rampart.yaml is there already");
    expect(await written()).toBe("failOn: low\n");
    expect((await run("init --force")).code).toBe(0);
    expect(await written()).toContain("# failOn: high");
  });

  it("replaces even a file that is none", async () => {
    await writeFile("rampart.yaml", "a: [");
    expect((await run("init --force")).code).toBe(0);
  });

  it("puts no second file beside the one that is read", async () => {
    await writeFile("rampart.yml", "failOn: low\n");
    expect((await run("init")).stderr).toContain("rampart.yml is there already");
    expect((await run("init --config other.yaml")).code).toBe(0);
    expect(await written("other.yaml")).toContain("rampart.yaml");
  });

  it.each([
    ["init --snapshot a.jsonl", "--snapshot: chooses what is read for --expected, which was not given"],
    ["init aws --region eu-west-1", "aws, --region: chooses what is read for --expected"],
    ["init --config no/such/folder.yaml", "no/such/folder.yaml: cannot be written: ENOENT"],
    ["init --expected --snapshot gone.jsonl", "gone.jsonl"],
  ])("refuses `%s`", async (line, message) => {
    const { code, stderr } = await run(line);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    await expect(written()).rejects.toThrow("ENOENT");
  });

  it("has nobody to list where no identities were read", async () => {
    await writeFile("sg.json", JSON.stringify({ SecurityGroups: [{ GroupId: "sg-1", OwnerId: "111122223333" }] }));
    const { code, stderr } = await run("init --expected --import sg.json --quiet");
    expect(code).toBe(2);
    expect(stderr).toContain("no identities were read, so there is nobody to list");
    await expect(written()).rejects.toThrow("ENOENT");
  });
});

describe("the list of who is expected", () => {
  const admin = principal("admin", "user");
  const dev = principal("dev", "user");
  const via = { by: "escalation", path: [assume("admin")] } as const;
  const listed = async (who: Identities): Promise<readonly string[] | undefined> =>
    expectedIn(sampleConfig(proposalsFor(identities(who)), "2026-06-01", [], "s"));

  it.each<[string, Identities, readonly string[]]>([
    ["who can", { grants: [grant(admin)] }, [admin.id]],
    ["who can under a condition", { grants: [grant(admin, { decision: "only-if", condition: withMfa })] }, [admin.id]],
    ["nobody", { others: [admin] }, []],
    ["not who can by escalation alone", { grants: [grant(dev, via), grant(admin)] }, [admin.id]],
    [
      "not who can better by escalation",
      { grants: [grant(dev, { decision: "only-if", condition: withMfa }), grant(dev, via)] },
      [],
    ],
    ["not who is from outside", { grants: [grant(stranger, { ...via, by: "outside" })] }, []],
    ["not who may or may not", { grants: [perhaps(dev)] }, []],
    ["not a root user", { grants: [grant(principal("root", "root"))] }, []],
    ["not who only blinds", { grants: [grant(dev, { actions: ["cloudtrail:StopLogging"] })] }, []],
  ])("holds %s", async (_, who, ids) => {
    expect(await listed(who)).toEqual(ids);
  });

  it("tells those left out as comments, with the reason", () => {
    const text = sampleConfig(
      proposalsFor(
        identities({ grants: [grant(dev, via), grant(stranger, { ...via, by: "outside" }), perhaps(admin)] }),
      ),
      "2026-06-01",
      [],
      "s",
    );
    expect(text).toContain(`  # by escalation (it assumes the role): firewall-admin-by-escalation tells how
  # - principal: "${dev.id}"
  #   reason: "..."
`);
    expect(text).toContain("  # from outside the organization: firewall-admin-from-outside tells how it gets in\n");
    expect(text).toContain("  # whether it can is not known: the service control policies\n");
  });

  it("says nothing of one's own identity providers: the role that they lead to is listed", () => {
    const idp = principal("idp", "federated", { id: "arn:aws:iam::111122223333:saml-provider/idp" });
    expect(sampleConfig(proposalsFor(identities({ grants: [grant(idp, via)] })), "2026-06-01", [], "s")).not.toContain(
      idp.id,
    );
  });

  it("is YAML whatever ids hold", async () => {
    const ids = ['a": b\n- principal: c', "x\u2028#x", "'", "*", "\u001B[0m", "${x}\\", "é日"];
    const strange = ids.map((id) => principal(id, "user", { id }));
    const doubtful = principal("d", "user", { id: "x\nexpected: []\n", home: "outside" });
    const text = sampleConfig(
      proposalsFor(identities({ grants: [...strange, doubtful].map((who) => grant(who)) })),
      "2026-06-01",
      [],
      "s",
    );
    expect(text).not.toContain("\u001B");
    const found = await expectedIn(text);
    expect(found?.toSorted()).toEqual(ids.toSorted());
  });
});

describe("rampart init --expected over the sample estate", () => {
  it("lists today's answer, with which a scan finds nobody unexpected", async () => {
    const lab = await startAwsLab(demoAwsEstate);
    try {
      for (const [name, value] of Object.entries(lab.environmentFor("production"))) vi.stubEnv(name, value);
      // What one account is denied because another tells it is settled by the scan.
      const { stderr } = await run(
        "collect aws --organization --role RampartAudit --output estate.jsonl --quiet --no-config --allow-incomplete",
      );
      expect(stderr).toMatch(/^rampart: \d+ records in estate\.jsonl/);
    } finally {
      await lab.close();
    }
    const { code, stderr } = await run("init --expected --snapshot estate.jsonl --quiet");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/rampart\.yaml is written: \d+ expected principals, \d+ left out with the reason/);
    const names = (await expectedIn(await written())) ?? [];
    expect(names).toContain("arn:aws:iam::111122223333:role/NetworkTeam");
    expect(names.join(" ")).not.toMatch(/777788889999|github|dev\.okafor|aws-service-role|:root/);
    expect(await written()).toMatch(/^ {4}reason: "as found on \d{4}-\d\d-\d\d; review"$/m);

    const scanned = async (more: string): Promise<Report> =>
      JSON.parse((await run(`scan --snapshot estate.jsonl --format json --quiet ${more}`)).stdout);
    const before = await scanned("--no-config");
    const after = await scanned("");
    const failing = (report: Report, check: string): readonly string[] =>
      report.findings.filter((finding: Finding) => finding.check === check).map(({ resource }) => resource.id);
    expect(failing(before, "unexpected-firewall-admin").toSorted()).toEqual(names.toSorted());
    expect(failing(after, "unexpected-firewall-admin")).toEqual([]);
    expect(after.scan.notes.filter((note) => note.startsWith("expected:"))).toEqual([]);
    // The list silences nothing else.
    for (const check of [
      "firewall-admin-by-escalation",
      "firewall-admin-by-wildcard",
      "firewall-admin-from-outside",
      "exposed-workload-can-open-firewall",
      "unused-firewall-permission",
    ]) {
      expect(failing(before, check).length, check).toBeGreaterThan(0);
      expect(failing(after, check)).toEqual(failing(before, check));
    }
    for (const { check, pass } of after.tallies.filter(({ target }) => target === "aws/111122223333/global")) {
      expect(pass, check).toBeGreaterThan(0);
    }

    await writeFile("rampart.yaml", `${await written()}\n`.replace("role/NetworkTeam", "role/Gone"));
    expect((await scanned("")).scan.notes).toContainEqual(expect.stringMatching(/^expected: \S+role\/Gone is unused/));
  });
});
