import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Coverage } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import type { Target } from "../../src/model/resource.ts";
import type { Snapshot, VendorObject } from "../../src/snapshot/record.ts";
import { readSnapshot } from "../../src/snapshot/read.ts";
import { rampart, reportOf, temporaryFolder, type Caller, type Run } from "./command.ts";
import { comparable, comparablePolicies } from "./comparable.ts";
import { motoFromEnvironment } from "./estate.ts";

/**
 * What moto has not: it answers each with an HTML page. A change here means that moto learnt something, or that Rampart asks
 * differently. Each with what cannot be asked without its answer.
 */
const lackingEverywhere = {
  malformed: [
    "ec2:DescribeSecurityGroupVpcAssociations",
    "ec2:DescribeStaleSecurityGroups",
    "ec2:DescribeVpcBlockPublicAccessExclusions",
    "ec2:DescribeVpcBlockPublicAccessOptions",
    "network-firewall:ListFirewallPolicies",
    "network-firewall:ListRuleGroups",
  ],
  skipped: ["network-firewall:DescribeFirewallPolicy", "network-firewall:DescribeRuleGroup"],
};
/** The same of what is asked where there is a detector alone. */
const lackingForDetectors = {
  malformed: [
    "guardduty:DescribeOrganizationConfiguration",
    "guardduty:ListFilters",
    "guardduty:ListIPSets",
    "guardduty:ListThreatEntitySets",
    "guardduty:ListThreatIntelSets",
    "guardduty:ListTrustedEntitySets",
  ],
  skipped: [
    "guardduty:GetFilter",
    "guardduty:GetIPSet",
    "guardduty:GetThreatEntitySet",
    "guardduty:GetThreatIntelSet",
    "guardduty:GetTrustedEntitySet",
    "s3:GetObject",
  ],
};

const { endpoint, estate } = motoFromEnvironment();
const places = new Map(estate.places.map((place) => [labelOf(place), place]));
const regions = ["--region", "us-east-1", "--region", "eu-west-1"];
const bothAccounts = ["--account", "123456789012", "--account", "222222222222", "--role", estate.role, ...regions];

/** Every security group, as `home/us-east-1/name`. */
const groups = [...places]
  .flatMap(([label, { names }]) =>
    Object.entries(names).flatMap(([id, name]) => (id.startsWith("sg-") ? [`${label}/${name}`] : [])),
  )
  .toSorted();
/** Those that a network interface has. */
const inUse = new Set(
  ["ssh-from-group", "ssh-from-two-halves", "web-from-anywhere"].map((name) => `home/us-east-1/${name}`),
);
/** The checks that judge network ACLs too. */
/** Checks that find nothing among the estate's network ACLs, though they look at them; and all whose answers rest on ACLs. */
const restOnAclsToo = ["shadowed-rule", "unmatchable-rule", "unused-firewall"];
const restOnAcls = ["aws-nacl-open-admin", "latent-exposure", "redundant-rule", ...restOnAclsToo];

beforeAll(() => enforceIam(true));
afterAll(() => enforceIam(false));

describe("two accounts by AssumeRole, two Regions", () => {
  let run: Run;
  let report: Report;
  beforeAll(async () => {
    run = await rampart(user("auditor"), ["scan", "aws", ...bothAccounts, "--format", "json"]);
    report = reportOf(run);
  });

  it("ends as incomplete, since moto lacks operations, and not as a bug of Rampart's", () => {
    expect(run.code).toBe(3);
    expect(report.scan.complete).toBe(false);
  });

  it("enters both accounts in both Regions", () => {
    const scanned = report.scan.targets.filter(({ status }) => status === "scanned").map(labelOf);
    expect(scanned.filter((label) => !label.endsWith("/global")).toSorted()).toEqual([...places.keys()].toSorted());
  });

  it.each([...places.keys()])("reads everything that moto has in %s, and calls what it has not malformed", (label) => {
    const rows = rowsOf(report, label);
    const hasDetector = label === "home/us-east-1";
    for (const status of ["malformed", "skipped"] as const) {
      const lacking = [...lackingEverywhere[status], ...(hasDetector ? lackingForDetectors[status] : [])];
      expect(operationsWith(rows, status)).toEqual(lacking.toSorted());
    }
    for (const { status, error } of rows) if (status === "malformed") expect(error).toContain("HTML");
    expect(rows.filter(({ status }) => !["complete", "malformed", "skipped"].includes(status))).toEqual([]);
  });

  it.each([...places])("counts in %s what boto3 counts", (label, place) => {
    const rows = rowsOf(report, label);
    const counted = Object.keys(place.boto3).map((operation) => [
      operation,
      rows.find((row) => row.operation === operation)?.items,
    ]);
    expect(Object.fromEntries(counted)).toEqual(
      Object.fromEntries(Object.entries(place.boto3).map(([operation, items]) => [operation, items.length])),
    );
  });

  it.each([
    [
      "open-admin-rule",
      [
        "home/us-east-1/everything-from-anywhere",
        "home/us-east-1/rdp-from-global-unicast",
        "home/us-east-1/sctp-by-number",
        "home/us-east-1/ssh-from-two-halves",
        "member/eu-west-1/ssh-from-ipv6-halves",
        "member/us-east-1/everything-from-ipv6",
      ],
    ],
    [
      "open-data-rule",
      [
        "home/eu-west-1/postgres-from-two-halves",
        "home/us-east-1/everything-from-anywhere",
        "home/us-east-1/mysql-from-prefix-list",
        "home/us-east-1/redis-from-ipv6-prefix-list",
        "member/us-east-1/everything-from-ipv6",
      ],
    ],
    ["open-all-rule", ["home/us-east-1/everything-from-anywhere", "member/us-east-1/everything-from-ipv6"]],
    [
      "open-port-rule",
      [
        "home/us-east-1/custom-port-from-anywhere",
        "home/us-east-1/everything-from-anywhere",
        // A protocol other than TCP, UDP and ICMP is open as a whole, whatever ports its rule names.
        "home/us-east-1/sctp-by-number",
        "member/us-east-1/everything-from-ipv6",
      ],
    ],
    ["wide-source-rule", ["home/us-east-1/ssh-from-wide-range"]],
    ["borrowed-source-rule", []],
    ["default-firewall-in-use", groups.filter((group) => group.includes("/default group of "))],
    ["guardduty-off", ["home/eu-west-1", "member/eu-west-1", "member/us-east-1"]],
    ["open-egress-rule", groups.filter((group) => group !== "home/us-east-1/ssh-from-group")],
    ["unused-firewall", groups.filter((group) => !inUse.has(group) && !group.includes("/default group of "))],
    [
      "unlogged-firewall",
      [
        "home/eu-west-1/default VPC",
        "home/us-east-1/default VPC",
        "home/us-east-1/edge",
        "member/eu-west-1/default VPC",
        "member/eu-west-1/member",
        "member/us-east-1/default VPC",
        "member/us-east-1/member",
      ],
    ],
  ])("%s fails for these and no others", (check, subjects) => {
    expect(failuresOf(report, check)).toEqual(subjects);
  });

  it("is unsure of what rests on an answer that moto has not, once for each check and target, and of nothing else", () => {
    const everywhere = [...places.keys()].toSorted();
    const unknowns = report.findings.filter(({ status }) => status === "unknown");
    for (const { message } of unknowns) {
      expect(message).toMatch(
        /(?:ec2|guardduty|iam):\w+ (?:gave a malformed answer|malformed)|network-firewall:DescribeFirewall tells of none/,
      );
    }
    expect(subjectsByCheck(unknowns)).toEqual({
      "aws-network-firewall-bypassed": ["home/us-east-1/edge"],
      "aws-public-access-exclusion": everywhere,
      "aws-public-access-unblocked": everywhere,
      "guardduty-suppression": ["home/us-east-1"],
      "guardduty-threat-list-off": ["home/us-east-1"],
      "guardduty-trusted-list": ["home/us-east-1"],
      "latent-exposure": [expect.stringMatching(/^home\/us-east-1\/eni-/)],
      "unused-firewall-permission": ["home/global", "member/global"],
    });
  });

  it("shows no secret", () => {
    for (const { secretAccessKey } of Object.values(estate.keys)) {
      expect(run.stdout + run.stderr).not.toContain(secretAccessKey);
    }
  });
});

describe("a principal without ec2:DescribeNetworkAcls", () => {
  let run: Run;
  let report: Report;
  let sighted: Report;
  beforeAll(async () => {
    const args = ["scan", "aws", ...regions, "--format", "json"];
    run = await rampart(user("blindfolded"), args);
    report = reportOf(run);
    sighted = reportOf(await rampart(user("auditor"), args));
  });

  it("ends as incomplete", () => {
    expect(run.code).toBe(3);
    expect(report.scan.complete).toBe(false);
  });

  it.each(["home/us-east-1", "home/eu-west-1"])("says in %s what was denied, and by which permission", (label) => {
    const denied = rowsOf(report, label).filter(({ status }) => status === "denied");
    expect(denied).toEqual([
      expect.objectContaining({
        operation: "ec2:DescribeNetworkAcls",
        items: 0,
        error: expect.stringContaining("ec2:DescribeNetworkAcls"),
      }),
    ]);
    expect(operationsWith(rowsOf(sighted, label), "denied")).toEqual([]);
  });

  it("judges what does not rest on network ACLs as it would have otherwise", () => {
    expect(findingsWithout(report, restOnAcls).length).toBeGreaterThan(0);
    expect(findingsWithout(report, restOnAcls).map(apartFromFirewalls)).toEqual(
      findingsWithout(sighted, restOnAcls).map(apartFromFirewalls),
    );
    const tallies = (of: Report): unknown => of.tallies.filter(({ check }) => !restOnAcls.includes(check));
    expect(tallies(report)).toEqual(tallies(sighted));
  });

  it.each(restOnAclsToo)("keeps what %s found elsewhere, and says what it could not judge", (check) => {
    expect(failuresOf(report, check)).toEqual(failuresOf(sighted, check));
    const unknowns = report.findings.filter((finding) => finding.check === check && finding.status === "unknown");
    expect(subjectsByCheck(unknowns)).toEqual({ [check]: ["home/eu-west-1", "home/us-east-1"] });
    for (const { message } of unknowns) expect(message).toContain("ec2:DescribeNetworkAcls was denied");
  });
});

describe("credentials", () => {
  it("that a role refuses leave its account out and read the other", async () => {
    const run = await rampart(user("blindfolded"), ["scan", "aws", ...bothAccounts, "--format", "json"]);
    const report = reportOf(run);
    expect(run.code).toBe(3);
    expect(operationsWith(rowsOf(report, "home/global"), "denied")).toEqual(["sts:AssumeRole"]);
    const scanned = report.scan.targets.filter(({ status }) => status === "scanned").map(labelOf);
    expect(scanned.toSorted()).toEqual(["member/eu-west-1", "member/us-east-1"]);
    expect(failuresOf(report, "open-admin-rule")).toEqual([
      "member/eu-west-1/ssh-from-ipv6-halves",
      "member/us-east-1/everything-from-ipv6",
    ]);
  });

  it("that AWS does not know are an error of usage, without the secret in it", async () => {
    const run = await rampart({ ...user("auditor"), secretAccessKey: "notTheSecretOfThisKey" }, ["scan", "aws"]);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain("SignatureDoesNotMatch");
    expect(run.stderr).not.toContain("notTheSecretOfThisKey");
  });
});

describe("without --region", () => {
  it("reads every Region that is opted in, and says of the others that they are off", async () => {
    const report = reportOf(await rampart(user("auditor"), ["scan", "aws", "--check", "open-*", "--format", "json"]));
    const statusOf = new Map(report.scan.targets.map(({ region, status }) => [region, status]));
    expect(Object.fromEntries(statusOf)).toMatchObject({
      "us-east-1": "scanned",
      "eu-west-1": "scanned",
      "sa-east-1": "scanned",
    });
    expect(Object.fromEntries(statusOf)).toMatchObject({ "ap-east-1": "disabled", "me-south-1": "disabled" });
    expect(rowsOf(report, "home/ap-east-1")).toEqual([expect.objectContaining({ operation: "*", status: "disabled" })]);
    expect(failuresOf(report, "open-data-rule").filter((subject) => subject.startsWith("home/eu-west-1"))).toEqual([
      "home/eu-west-1/postgres-from-two-halves",
    ]);
  });
});

describe("a snapshot", () => {
  let snapshot: Snapshot;
  let live: Report;
  let replayed: Report;
  beforeAll(async () => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, "moto.jsonl");
    const collected = await rampart(user("auditor"), ["collect", "aws", ...bothAccounts, "--output", file]);
    expect(collected.code, collected.stderr).toBe(3);
    snapshot = await readSnapshot(file);
    live = reportOf(await rampart(user("auditor"), ["scan", "aws", ...bothAccounts, "--format", "json"]));
    replayed = reportOf(await rampart(user("auditor"), ["scan", "--snapshot", file, "--format", "json"]));
  });

  it.each(
    [...places].flatMap(([label, place]) =>
      Object.entries(place.boto3).map(([operation, items]) => ({ label, operation, items })),
    ),
  )("holds what boto3 reads: $operation in $label", ({ label, operation, items }) => {
    expect(comparable(recordsOf(snapshot, label, operation))).toEqual(comparable(items));
  });

  it.each(Object.entries(estate.identities))("holds what boto3 reads of the home account: %s", (operation, asked) => {
    const records = snapshot.records.filter(
      (record) => labelOf(record) === "home/global" && record.operation === operation,
    );
    const flat = (items: readonly { request?: VendorObject | null; data: VendorObject }[]): readonly string[] =>
      comparablePolicies(items.map(({ request, data }) => ({ request: request ?? null, data })));
    expect(flat(records)).toEqual(flat(asked));
    expect(asked.length).toBeGreaterThan(0);
  });

  it("says that moto makes no report on who used what, and reads all else of the home account", () => {
    const rows = rowsOf(live, "home/global");
    expect(operationsWith(rows, "malformed")).toEqual(["iam:GetServiceLastAccessedDetails"]);
    expect(rows.filter(({ status }) => status !== "complete" && status !== "malformed")).toEqual([]);
    // The users that estate.py made; moto leaves the root user out.
    expect(rows.find(({ operation }) => operation === "iam:GetCredentialReport")?.items).toBe(3);
  });

  it("says that the member account belongs to no organization", () => {
    const rows = rowsOf(live, "member/global").filter(({ operation }) => operation.startsWith("organizations:"));
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["disabled"]));
  });

  it("holds the entries of each prefix list under the list they were asked of", () => {
    for (const [label, { prefixListEntries }] of places) {
      for (const [list, entries] of Object.entries(prefixListEntries)) {
        const records = snapshot.records.filter(
          (record) =>
            labelOf(record) === label &&
            record.operation === "ec2:GetManagedPrefixListEntries" &&
            record.request?.["PrefixListId"] === list,
        );
        expect(comparable(records.map(({ data }) => data))).toEqual(comparable(entries));
      }
    }
  });

  it("holds the network ACLs' denies of both families, by number and with their ports", () => {
    const names = places.get("home/us-east-1")?.names ?? {};
    const acl = recordsOf(snapshot, "home/us-east-1", "ec2:DescribeNetworkAcls").find(
      ({ NetworkAclId: id }) => typeof id === "string" && names[id] === "edge-acl",
    );
    expect(acl?.["Entries"]).toEqual(
      expect.arrayContaining([
        {
          RuleNumber: 90,
          RuleAction: "deny",
          Egress: false,
          Protocol: "6",
          CidrBlock: "0.0.0.0/0",
          PortRange: { From: 22, To: 22 },
        },
        {
          RuleNumber: 91,
          RuleAction: "deny",
          Egress: false,
          Protocol: "6",
          Ipv6CidrBlock: "::/0",
          PortRange: { From: 3389, To: 3389 },
        },
      ]),
    );
  });

  it("gives the findings of the live scan", () => {
    expect(replayed.findings).toEqual(live.findings);
    expect(replayed.tallies).toEqual(live.tallies);
  });
});

/** Switches moto's checks of signatures and IAM policies for all later calls. */
async function enforceIam(on: boolean): Promise<void> {
  const response = await fetch(`${endpoint}/moto-api/reset-auth`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: on ? "0" : "inf",
  });
  if (!response.ok) throw new Error(`moto did not switch IAM enforcement: ${response.status}`);
}

function user(name: string): Caller {
  const key = estate.keys[name];
  if (key === undefined) throw new Error(`estate.py made no user ${name}`);
  return { endpoint, ...key };
}

/** `home/us-east-1`: account ids say little in a failed test. */
function labelOf({ account, region }: Pick<Target, "account" | "region">): string {
  return `${account === "123456789012" ? "home" : account === "222222222222" ? "member" : account}/${region}`;
}

/** What a check fails for, sorted; each subject as often as it fails. */
function failuresOf({ findings }: Report, check: string): readonly string[] {
  return subjectsByCheck(findings.filter(({ status }) => status === "fail"))[check] ?? [];
}

/** The subjects of findings under their check, sorted, by the names that estate.py gave them; a target by its label alone. */
function subjectsByCheck(findings: readonly Finding[]): Readonly<Record<string, readonly string[]>> {
  const subjects = findings.map(({ check, resource }) => {
    const label = labelOf(resource);
    const name = places.get(label)?.names[resource.id] ?? resource.id;
    return { check, subject: name === `${resource.account}/${resource.region}` ? label : `${label}/${name}` };
  });
  return Object.fromEntries(
    Object.entries(Object.groupBy(subjects, ({ check }) => check)).map(([check, of]) => [
      check,
      (of ?? []).map(({ subject }) => subject).toSorted(),
    ]),
  );
}

function findingsWithout({ findings }: Report, checks: readonly string[]): readonly Finding[] {
  return findings.filter(({ check }) => !checks.includes(check));
}

/** What a finding says of a principal without the firewalls that its rights reach, network ACLs among them. */
function apartFromFirewalls(finding: Finding): unknown {
  const { grants, ...evidence } = finding.evidence;
  return grants === undefined ? finding : { ...finding, evidence };
}

function rowsOf(report: Report, label: string): readonly Coverage[] {
  return report.coverage.filter((row) => labelOf(row) === label);
}

function operationsWith(rows: readonly Coverage[], status: Coverage["status"]): readonly string[] {
  return rows
    .filter((row) => row.status === status)
    .map(({ operation }) => operation)
    .toSorted();
}

function recordsOf({ records }: Snapshot, label: string, operation: string): readonly VendorObject[] {
  return records
    .filter((record) => labelOf(record) === label && record.operation === operation)
    .map(({ data }) => data);
}
