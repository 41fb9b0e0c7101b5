import { noIdentities } from "../../src/identity/estate.ts";
import { unknownBetween } from "../../src/network/estate.ts";
import { describe, expect, it } from "vitest";
import type { Coverage } from "../../src/model/coverage.ts";
import type { Facet } from "../../src/model/facet.ts";
import type { ReportTarget } from "../../src/model/report.ts";
import { globalRegion, type ResourceRef } from "../../src/model/resource.ts";
import {
  cloudFirewallAttack,
  type Check,
  type CheckSettings,
  type Estate,
  type Verdict,
} from "../../src/scan/check.ts";
import { judge, type FacetSource } from "../../src/scan/judge.ts";

const account = "111122223333";
const here: ReportTarget = { cloud: "aws", account, region: "eu-west-1", name: null, status: "scanned", note: null };
const there: ReportTarget = { ...here, region: "eu-west-2" };

const aws: FacetSource = {
  cloud: "aws",
  operations: (facet: Facet) =>
    ({
      firewalls: ["ec2:DescribeSecurityGroups", "ec2:DescribeNetworkAcls"],
      attachments: ["ec2:DescribeNetworkInterfaces"],
      "address-lists": ["ec2:GetManagedPrefixListEntries"],
      "trusted-lists": ["organizations:ListAccounts"],
    })[facet as string] ?? [],
  permissionsFor: (operation) => [operation],
};

const settings: CheckSettings = {
  publicPorts: [],
  adminPorts: [],
  dataPorts: [],
  internetShare: 1 / 256,
  wideSource: { ipv4: 16, ipv6: 32 },
  expected: [],
};

const group = (id: string, target: ReportTarget = here): ResourceRef => ({
  cloud: target.cloud,
  account: target.account,
  region: target.region,
  type: "aws:ec2:security-group",
  id,
  name: null,
  arn: null,
});
const pass = (id: string, target?: ReportTarget): Verdict => ({ status: "pass", resource: group(id, target) });
const fail = (id: string, discriminator?: string, target?: ReportTarget): Verdict => ({
  status: "fail",
  resource: group(id, target),
  ...(discriminator === undefined ? {} : { discriminator }),
  message: `${id} is open`,
  evidence: {},
});
const unknown = (id: string): Verdict => ({ status: "unknown", resource: group(id), message: "?", evidence: {} });

const check = (verdicts: readonly Verdict[], more: Partial<Check> = {}): Check => ({
  id: "open-admin-rule",
  title: "No firewall admits administration from the internet",
  severity: "high",
  subject: "firewall",
  clouds: ["aws"],
  rationale: "Because.",
  remediation: { console: "Close it.", cli: [], terraform: null },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls"], context: ["attachments"] },
  judge: () => verdicts,
  ...more,
});

const row = (operation: string, status: Coverage["status"] = "complete", target: ReportTarget = here): Coverage => ({
  cloud: target.cloud,
  account: target.account,
  region: target.region,
  operation,
  status,
  items: 0,
  error: status === "complete" ? null : `${status}!`,
});
const everything = (target: ReportTarget = here): Coverage[] => [
  row("ec2:DescribeSecurityGroups", "complete", target),
  row("ec2:DescribeNetworkAcls", "complete", target),
  row("ec2:DescribeNetworkInterfaces", "complete", target),
];

function run(
  checks: readonly Check[],
  coverage: readonly Coverage[] = everything(),
  targets: readonly ReportTarget[] = [here],
) {
  const estate: Estate = {
    targets,
    asOf: "2026-01-01T00:00:00Z",
    ownAccounts: new Set([account]),
    organizationKnown: false,
    network: { firewalls: [], networks: [], addressLists: [], endpoints: [], between: unknownBetween },
    identity: noIdentities,
    aws: null,
    azure: null,
    gcp: null,
  };
  return judge({ checks, estate, settings, coverage, providers: [aws], tagsOf: () => ({}) });
}

const brief = ({ findings }: ReturnType<typeof run>) =>
  findings.map(({ status, resource }) => `${status} ${resource.id}`);

describe("where everything was read", () => {
  it("fails and unknowns become findings, passes are tallied", () => {
    const result = run([check([pass("sg-1"), fail("sg-2"), unknown("sg-3"), pass("sg-4")])]);
    expect(brief(result)).toEqual(["fail sg-2", "unknown sg-3"]);
    expect(result.tallies).toEqual([
      { check: "open-admin-rule", target: `aws/${account}/eu-west-1`, pass: 2, fail: 1, unknown: 1 },
    ]);
  });

  it("a finding carries the check's remediation unless the verdict has its own, with real ids", () => {
    const remediation = { console: "Close sg-2.", cli: ["aws ..."], terraform: null };
    const own: Verdict = { status: "fail", resource: group("sg-2"), message: "open", evidence: {}, remediation };
    const { findings } = run([check([fail("sg-1"), own])]);
    expect(findings.map((finding) => finding.remediation.console)).toEqual(["Close it.", "Close sg-2."]);
  });

  it("findings are sorted by severity, check, resource and discriminator, not by the order of verdicts", () => {
    const { findings } = run([
      check([fail("sg-2", "b"), fail("sg-2", "a"), fail("sg-1")], { id: "zz" }),
      check([fail("sg-9")], { id: "aa" }),
      check([fail("sg-5")], { id: "mm", severity: "critical" }),
    ]);
    const order = findings.map(({ check: id, resource }) => `${id} ${resource.id}`);
    expect(order).toEqual(["mm sg-5", "aa sg-9", "zz sg-1", "zz sg-2", "zz sg-2"]);
    const mirrored = run([check([fail("sg-2", "a"), fail("sg-2", "b")])]);
    const straight = run([check([fail("sg-2", "b"), fail("sg-2", "a")])]);
    expect(mirrored).toEqual(straight);
  });

  it("tallies are sorted by check and target, and leave out what had nothing to judge", () => {
    const { tallies } = run(
      [check([pass("sg-1", there), pass("sg-2")], { id: "b" }), check([], { id: "a" })],
      [...everything(), ...everything(there)],
      [there, here],
    );
    expect(tallies.map(({ check: id, target }) => `${id} ${target}`)).toEqual([
      `b aws/${account}/eu-west-1`,
      `b aws/${account}/eu-west-2`,
    ]);
  });
});

describe("principals of an account that is no target by itself, as an Azure tenant is none", () => {
  const elsewhere: Verdict = {
    status: "pass",
    resource: { ...group("ann"), account: "tenant", region: globalRegion, type: "aws:x:user" },
  };
  const ofPrincipals = (verdicts: readonly Verdict[]) =>
    check(verdicts, { subject: "principal", needs: { subjects: ["firewalls"], context: [] } });

  const worldwide: ReportTarget = { ...here, region: globalRegion };
  const other: ReportTarget = { ...worldwide, account: "444455556666" };

  it("pass where every target of the cloud was read", () => {
    const { tallies } = run([ofPrincipals([elsewhere])], everything(worldwide));
    expect(tallies).toMatchObject([{ target: "aws/tenant/global", pass: 1 }]);
    expect(run([check([elsewhere])], everything(worldwide)).tallies).toEqual([]);
  });

  it("pass nothing while one was not", () => {
    const coverage = [...everything(worldwide), row("ec2:DescribeSecurityGroups", "denied", other)];
    const { tallies } = run([ofPrincipals([elsewhere])], coverage, [here, other]);
    expect(tallies).toMatchObject([{ target: "aws/444455556666/global", pass: 0, unknown: 1 }]);
  });
});

describe("where an operation was not read completely", () => {
  const without = (operation: string, ...rows: Coverage[]) => [
    ...everything().filter((covered) => covered.operation !== operation),
    ...rows,
  ];
  const interfaces = "ec2:DescribeNetworkInterfaces";

  it.each(["denied", "throttled", "unreachable", "malformed", "skipped"] as const)(
    "context that ended as %s makes the target one unknown, and no verdict counts",
    (status) => {
      const result = run([check([pass("sg-1"), fail("sg-2")])], without(interfaces, row(interfaces, status)));
      expect(brief(result)).toEqual([`unknown ${account}/eu-west-1`]);
      expect(result.tallies).toEqual([
        { check: "open-admin-rule", target: `aws/${account}/eu-west-1`, pass: 0, fail: 0, unknown: 1 },
      ]);
      expect(result.findings[0]?.resource.type).toBe("aws:account-region");
      expect(result.findings[0]?.evidence).toEqual({
        unread: [{ operation: interfaces, status, error: `${status}!` }],
      });
    },
  );

  it("the message names operation, status and the permission it needs", () => {
    const { findings } = run([check([])], without(interfaces, row(interfaces, "denied")));
    expect(findings[0]?.message).toBe(
      `aws/${account}/eu-west-1 could not be judged: ${interfaces} was denied (needs ${interfaces}).`,
    );
    expect(findings[0]?.remediation.console).toContain(interfaces);
    expect(findings[0]?.remediation.cli).toEqual(["rampart permissions aws"]);
  });

  it("an operation without a coverage record was not asked", () => {
    const { findings } = run([check([fail("sg-2")])], without(interfaces));
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining(`${interfaces} was not asked`)]);
  });

  it("an operation of which a part was read was read only in part, which no permission mends", () => {
    const partly: Coverage = { ...row(interfaces, "skipped"), items: 3 };
    const { findings } = run([check([fail("sg-2")])], without(interfaces, partly));
    expect(findings[0]?.message).toBe(
      `aws/${account}/eu-west-1 could not be judged: ${interfaces} was read only in part.`,
    );
    expect(findings[0]?.remediation.console).toMatch(new RegExp(`^Add what is missing of ${interfaces}`));
  });

  it("an operation that is switched off has nothing to read and counts as read", () => {
    expect(brief(run([check([fail("sg-2")])], without(interfaces, row(interfaces, "disabled"))))).toEqual([
      "fail sg-2",
    ]);
  });

  it("subjects: what failed stands, passes are dropped, the target is unknown besides", () => {
    const result = run(
      [check([pass("sg-1"), fail("sg-2"), unknown("sg-3")])],
      without("ec2:DescribeNetworkAcls", row("ec2:DescribeNetworkAcls", "denied")),
    );
    expect(brief(result)).toEqual([`unknown ${account}/eu-west-1`, "fail sg-2", "unknown sg-3"]);
    expect(result.findings[0]?.message).toContain("was judged only in part: ec2:DescribeNetworkAcls was denied");
    expect(result.tallies.map(({ pass: passes, fail: fails, unknown: unknowns }) => [passes, fails, unknowns])).toEqual(
      [[0, 1, 2]],
    );
  });

  it("an address list that only some rules refer to is left to the check's own verdicts", () => {
    const gaps = [{ request: { PrefixListId: "pl-1" }, status: "denied" as const, error: "no" }];
    const coverage = [...everything(), { ...row("ec2:GetManagedPrefixListEntries", "denied"), gaps }];
    const result = run([check([pass("sg-1"), unknown("sg-2")])], coverage);
    expect(brief(result)).toEqual(["unknown sg-2"]);
    expect(result.tallies[0]?.pass).toBe(1);
  });

  it("one Region's gap says nothing about another", () => {
    const coverage = [...without(interfaces, row(interfaces, "denied")), ...everything(there)];
    expect(brief(run([check([fail("sg-1"), fail("sg-2", "a", there)])], coverage, [here, there]))).toEqual([
      `unknown ${account}/eu-west-1`,
      "fail sg-2",
    ]);
  });

  it("the unknown target never shares a fingerprint with a verdict on the account and Region itself", () => {
    const itself: ResourceRef = { ...group(`${account}/eu-west-1`), type: "aws:account-region" };
    const verdict: Verdict = { status: "fail", resource: itself, message: "off", evidence: {} };
    const result = run([check([verdict])], without("ec2:DescribeNetworkAcls"));
    expect(new Set(result.findings.map(({ id }) => id)).size).toBe(2);
  });
});

describe("a coverage record for more than one operation", () => {
  it("`*` stands for every operation of the target", () => {
    expect(brief(run([check([fail("sg-1")])], [row("*")]))).toEqual(["fail sg-1"]);
    expect(brief(run([check([fail("sg-1")])], [row("*", "denied")]))).toEqual([`unknown ${account}/eu-west-1`]);
  });

  const global: ReportTarget = { ...here, region: "global" };
  const asksGlobal = check([fail("sg-1")], { needs: { subjects: ["firewalls"], context: ["trusted-lists"] } });

  it("an operation of a service without Regions is looked up under the account's global one", () => {
    const read = [...everything(), row("organizations:ListAccounts", "complete", global)];
    const denied = [...everything(), row("organizations:ListAccounts", "denied", global)];
    expect(brief(run([asksGlobal], read))).toEqual(["fail sg-1"]);
    expect(brief(run([asksGlobal], denied))).toEqual([`unknown ${account}/eu-west-1`]);
  });

  it("an account that could not be entered explains what is missing, but never makes it known", () => {
    const { findings } = run([check([fail("sg-1")])], [row("*", "denied", global)]);
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining("was denied")]);
    expect(brief(run([check([fail("sg-1")])], [row("*", "complete", global)]))).toEqual([
      `unknown ${account}/eu-west-1`,
    ]);
  });
});

describe("targets", () => {
  it.each(["disabled", "skipped"] as const)("one that is %s is not judged", (status) => {
    const result = run([check([fail("sg-1")])], [], [{ ...here, status }]);
    expect(result).toEqual({ findings: [], tallies: [] });
  });

  it("a cloud that the check does not speak of is not judged", () => {
    const result = run([check([], { clouds: ["gcp"] })], []);
    expect(result).toEqual({ findings: [], tallies: [] });
  });

  it("what an account has outside its Regions is no target beside them", () => {
    const global: ReportTarget = { ...here, region: "global" };
    expect(brief(run([check([fail("sg-1")])], everything(), [global, here]))).toEqual(["fail sg-1"]);
  });

  it("of a resource outside every target a failure is not lost, and a pass proves nothing", () => {
    const elsewhere = { ...here, account: "999988887777" };
    const result = run([check([fail("sg-1", "a", elsewhere), pass("sg-2", elsewhere)])]);
    expect(brief(result)).toEqual(["fail sg-1"]);
    expect(result.tallies.map(({ pass: passes }) => passes)).toEqual([0]);
  });
});

describe("a bug in a check", () => {
  it("two verdicts under one fingerprint stop the scan and name the check", () => {
    expect(() => run([check([fail("sg-1", "a"), fail("sg-1", "a")])])).toThrow(/check open-admin-rule: .*sg-1 a/);
  });

  it("a throw carries the check's id and its cause", () => {
    const broken = check([], {
      judge: () => {
        throw new TypeError("x is not a function");
      },
    });
    expect(() => run([broken])).toThrow(
      expect.objectContaining({ message: "check open-admin-rule: x is not a function", cause: expect.any(TypeError) }),
    );
  });
});

describe("a check on principals", () => {
  const nowhere: ReportTarget = { ...here, region: "global" };
  const policy = (verdicts: readonly Verdict[]): Check =>
    check(verdicts, { subject: "principal", needs: { subjects: ["firewalls"], context: [] } });
  const read = [
    row("ec2:DescribeSecurityGroups", "complete", nowhere),
    row("ec2:DescribeNetworkAcls", "complete", nowhere),
  ];

  it("judges each account once, whatever Regions were scanned, and counts what passes", () => {
    const result = run([policy([pass("role-1", nowhere), fail("role-2", undefined, nowhere)])], read, [here, there]);
    expect(brief(result)).toEqual(["fail role-2"]);
    expect(result.tallies).toEqual([
      { check: "open-admin-rule", target: `aws/${account}/global`, pass: 1, fail: 1, unknown: 0 },
    ]);
  });

  it("is unknown once for an account whose identities were not read", () => {
    const denied = [
      row("ec2:DescribeSecurityGroups", "denied", nowhere),
      row("ec2:DescribeNetworkAcls", "complete", nowhere),
    ];
    const result = run([policy([pass("role-1", nowhere)])], denied, [here, there]);
    expect(brief(result)).toEqual([`unknown ${account}/global`]);
    expect(result.tallies).toMatchObject([{ pass: 0, unknown: 1 }]);
  });

  it("judges an account of which one Region alone was entered", () => {
    const off: ReportTarget = { ...there, status: "disabled" };
    for (const targets of [
      [off, here],
      [here, off],
    ]) {
      expect(run([policy([pass("role-1", nowhere)])], read, targets).tallies).toMatchObject([{ pass: 1 }]);
    }
    expect(run([policy([pass("role-1", nowhere)])], read, [off]).tallies).toEqual([]);
  });
});
