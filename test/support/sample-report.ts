import type { Coverage, CoverageStatus } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { CheckSummary, Report, ReportTarget } from "../../src/model/report.ts";
import type { ResourceRef, Target } from "../../src/model/resource.ts";
import { cloudFirewallAttack } from "../../src/scan/check.ts";

/** A small AWS estate as a scan might find it: for tests of renderers, and to look at. */

const production = "111122223333";
const development = "444455556666";

function target(account: string, region: string): Target {
  return { cloud: "aws", account, region };
}

function scanned(account: string, region: string): ReportTarget {
  const name = account === production ? "prod" : "dev";
  return { ...target(account, region), name, status: "scanned", note: null };
}

export const openAdminRule: CheckSummary = {
  id: "open-admin-rule",
  title: "No firewall opens a remote-administration port to the internet.",
  severity: "high",
  clouds: ["aws"],
  rationale:
    "A rule that admits SSH or RDP from anywhere exposes whatever is attached to it, now or later, to password guessing and to the next flaw in the service.",
  remediation: {
    console:
      "Edit the inbound rules and replace the source with the ranges your administrators come from. Better, use Session Manager and open nothing.",
    cli: ["aws ec2 revoke-security-group-ingress --group-id sg-EXAMPLE --security-group-rule-ids sgr-EXAMPLE"],
    terraform: 'resource "aws_vpc_security_group_ingress_rule" "ssh" {\n  cidr_ipv4 = "203.0.113.0/24"\n}',
  },
  attack: cloudFirewallAttack,
  controls: { "aws-security-hub": ["EC2.13", "EC2.14"], "cis-aws-3.0": ["5.2", "5.3"] },
};

const trustedList: CheckSummary = {
  id: "guardduty-trusted-list",
  title: "GuardDuty trusts no list of addresses that others can change or that covers public space.",
  severity: "high",
  clouds: ["aws"],
  rationale: "GuardDuty raises nothing for addresses on a trusted list, so whoever can write the list can work unseen.",
  remediation: {
    console: "Deactivate the trusted IP list, or move its file to a bucket of your own.",
    cli: ["aws guardduty update-ip-set --detector-id ID --ip-set-id ID --no-activate"],
    terraform: null,
  },
  attack: cloudFirewallAttack,
  controls: {},
};

const openEgress: CheckSummary = {
  ...openAdminRule,
  id: "open-egress-rule",
  title: "Egress is limited to what is needed.",
  severity: "low",
  rationale: "Unrestricted egress lets whatever gets in call home.",
  remediation: { console: "Replace the rule by the destinations that are needed.", cli: [], terraform: null },
};

const unlogged: CheckSummary = {
  ...openAdminRule,
  id: "unlogged-firewall",
  title: "Flow logs cover every network.",
  severity: "low",
  rationale: "Without flow logs nobody can tell what went through a firewall.",
  remediation: { console: "Create a flow log for the VPC.", cli: [], terraform: null },
};

function resource(where: Target, kind: string, id: string, name: string | null): ResourceRef {
  const arn = `arn:aws:ec2:${where.region}:${where.account}:${kind}/${id}`;
  return { ...where, type: `aws:ec2:${kind}`, id, name, arn };
}

/** A failed finding of `check` with everything a report needs. */
export function sampleFinding(
  check: CheckSummary,
  id: string,
  subject: ResourceRef,
  message: string,
  changes: Partial<Finding> = {},
): Finding {
  return {
    id,
    check: check.id,
    status: "fail",
    severity: check.severity,
    resource: subject,
    message,
    evidence: { rule: "sgr-0f1e2d3c4b5a69788", ports: "22", sources: ["0.0.0.0/0"] },
    remediation: check.remediation,
    attack: check.attack,
    controls: check.controls,
    tags: {},
    suppression: null,
    baseline: null,
    ...changes,
  };
}

function coverage(where: Target, operation: string, status: CoverageStatus, error: string | null = null): Coverage {
  return { ...where, operation, status, items: status === "complete" ? 12 : 0, error };
}

const operations = ["ec2:DescribeSecurityGroups", "ec2:DescribeNetworkInterfaces", "ec2:DescribeFlowLogs"];
const targets = [scanned(production, "eu-west-1"), scanned(production, "us-east-1"), scanned(development, "eu-west-1")];

/** The sample: findings of several severities, an unknown, a suppressed one, a denied operation, a throttled one with gaps. */
export function sampleReport(): Report {
  const [irelandProd = target("", ""), virginiaProd = target("", ""), irelandDev = target("", "")] = targets.map(
    ({ account, region }) => target(account, region),
  );
  const findings: Finding[] = [
    sampleFinding(
      trustedList,
      "5d1c6a0e7b3f4c21",
      {
        ...virginiaProd,
        type: "aws:guardduty:ip-set",
        id: "8ab1c2d3e4f5a6b7",
        name: "partner-allow-list",
        arn: `arn:aws:guardduty:us-east-1:${production}:detector/12abc/ipset/8ab1c2d3e4f5a6b7`,
      },
      "The active trusted list partner-allow-list lies in a bucket of account 999988887777, which is outside the organization, and covers 16,777,216 public addresses.",
      { baseline: "new" },
    ),
    ...["0a1b2c3d4e5f60718", "0b2c3d4e5f6071829"].map((suffix, index) =>
      sampleFinding(
        openAdminRule,
        `a${index}f4c3b2d1e0`,
        resource(irelandProd, "security-group", `sg-${suffix}`, index === 0 ? "bastion" : "データベース"),
        `Rule sgr-0f1e2d3c4b5a6978${index} admits SSH (tcp 22) from 0.0.0.0/0, which is the whole IPv4 internet.`,
      ),
    ),
    sampleFinding(
      openAdminRule,
      "c9f4c3b2d1e0",
      resource(irelandDev, "security-group", "sg-0c3d4e5f607182930", "jump"),
      "Rule sgr-0aa admits SSH (tcp 22) from 0.0.0.0/0.",
      {
        tags: { env: "lab", Name: "jump" },
        suppression: {
          reason: "honeypot",
          owner: "blue team",
          ticket: "SEC-7",
          expires: "2027-01-01",
          matched: {
            where: "rampart.yaml suppressions[0]",
            fields: { check: "open-admin-rule", "tags.env": "lab" },
          },
        },
      },
    ),
    sampleFinding(
      openEgress,
      "e0e0e0e0",
      resource(irelandProd, "security-group", "sg-0a1b2c3d4e5f60718", "bastion"),
      "Every port is open towards ::/0 and 0.0.0.0/0.",
    ),
    sampleFinding(
      unlogged,
      "d0d0d0d0",
      { ...virginiaProd, type: "aws:account", id: production, name: "prod", arn: null },
      "Flow logs could not be judged: ec2:DescribeFlowLogs was denied; it takes the permission ec2:DescribeFlowLogs.",
      { status: "unknown", evidence: { operation: "ec2:DescribeFlowLogs" } },
    ),
  ];
  const denied = coverage(
    virginiaProd,
    "ec2:DescribeFlowLogs",
    "denied",
    `User arn:aws:sts::${production}:assumed-role/audit/rampart is not authorized to perform ec2:DescribeFlowLogs`,
  );
  return {
    schemaVersion: 1,
    tool: { name: "rampart", version: "0.1.0" },
    scan: {
      startedAt: "2026-11-21T02:14:07.120Z",
      finishedAt: "2026-11-21T02:14:19.480Z",
      complete: false,
      source: "live",
      targets: [
        ...targets,
        { ...target(production, "ap-east-1"), name: "prod", status: "disabled", note: null },
        { ...target("777788889999", "global"), name: "old", status: "skipped", note: "the account is suspended" },
      ],
      notes: ["The organization's management account was scanned too."],
    },
    summary: { critical: 0, high: 3, medium: 0, low: 1, unknown: 1, suppressed: 1 },
    checks: [trustedList, openAdminRule, openEgress, unlogged],
    findings,
    baseline: null,
    coverage: [
      ...operations.map((operation) => coverage(irelandProd, operation, "complete")),
      ...operations.slice(0, 2).map((operation) => coverage(virginiaProd, operation, "complete")),
      denied,
      ...operations.map((operation) => coverage(irelandDev, operation, "complete")),
      coverage(target(production, "ap-east-1"), "*", "disabled"),
    ],
    tallies: [
      { check: "open-admin-rule", target: `aws/${production}/eu-west-1`, pass: 41, fail: 2, unknown: 0 },
      { check: "open-egress-rule", target: `aws/${production}/eu-west-1`, pass: 42, fail: 1, unknown: 0 },
      { check: "guardduty-trusted-list", target: `aws/${production}/us-east-1`, pass: 0, fail: 1, unknown: 0 },
      { check: "unlogged-firewall", target: `aws/${production}/us-east-1`, pass: 0, fail: 0, unknown: 1 },
    ],
  };
}
