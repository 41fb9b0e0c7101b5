import { expect } from "vitest";
import { check } from "../../../checks/identity/exposed-workload-can-open-firewall.ts";
import type { Grant } from "../../../src/identity/estate.ts";
import type { WorkloadIdentity } from "../../../src/identity/principal.ts";
import type { Way } from "../../../src/network/endpoint.ts";
import { icmp, l4Protocol } from "../../../src/network/l4.ts";
import {
  doubtful,
  endpoint,
  groupLayer,
  nothingBetween,
  resource,
  securityGroup,
  way,
} from "../../network/exposure-samples.ts";
import { rule, tcpPort } from "../../network/random-filters.ts";
import { account, region, type SmallEstate } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { assume, grant, identityEstate, perhaps, principal, withMfa } from "../../support/identity-estate.ts";

const role = principal("web");
const instance = resource("i-1", "instance", "web-1");
const carries: WorkloadIdentity = { workload: instance, principal: role.id, how: "instance profile web" };
const open = securityGroup("sg-1", [rule("allow", "0.0.0.0/0", tcpPort(443))]);
const office = securityGroup("sg-1", [rule("allow", "203.0.113.0/24", tcpPort(443))]);
const ping = securityGroup("sg-1", [rule("allow", "0.0.0.0/0", l4Protocol(icmp))]);

interface Around {
  readonly grants?: readonly Grant[];
  readonly workloads?: readonly WorkloadIdentity[];
  readonly ways?: readonly Way[];
  readonly firewall?: typeof open;
  readonly unread?: Parameters<typeof identityEstate>[1];
}

/** One instance with an interface, and what it carries. */
function webServer({
  grants = [grant(role)],
  workloads = [carries],
  firewall = open,
  ways = [way([groupLayer(firewall)])],
  unread = {},
}: Around = {}): SmallEstate {
  const network = {
    firewalls: [firewall],
    networks: [],
    addressLists: [],
    endpoints: [endpoint("eni-1", ways, { workload: instance })],
    between: () => nothingBetween,
  };
  return identityEstate({ grants, workloads, others: [role] }, { ...unread, network });
}

checkCases(check, {
  pass: [
    { name: "its role changes no firewall", estate: webServer({ grants: [] }) },
    { name: "it carries no identity", estate: webServer({ workloads: [] }) },
    { name: "only the office reaches it", estate: webServer({ firewall: office }) },
    { name: "it answers to ping alone", estate: webServer({ firewall: ping }) },
    {
      name: "another Region's instance of the same id carries the role",
      estate: webServer({ workloads: [{ ...carries, workload: { ...instance, region: "us-east-1" } }] }),
    },
    {
      name: "its credential goes less far than its role's rights",
      estate: webServer({ grants: [grant(role)], workloads: [{ ...carries, grants: () => [] }] }),
    },
    {
      name: "its credential is good for no more than blinding what watches firewalls",
      estate: webServer({
        grants: [grant(role)],
        workloads: [{ ...carries, grants: () => [grant(role, { actions: ["cloudtrail:StopLogging"] })] }],
      }),
    },
    {
      name: "its role only blinds what watches firewalls",
      estate: webServer({ grants: [grant(role, { actions: ["cloudtrail:StopLogging"] })] }),
    },
  ],
  fail: [
    {
      name: "a public web server",
      estate: webServer(),
      resources: ["eni-1"],
      message:
        "Instance web-1 (i-1) is open on tcp 443 to all of the IPv4 internet (0.0.0.0/0) and carries role web of account 111122223333 " +
        "(instance profile web), which can change firewall rules (ec2:AuthorizeSecurityGroupIngress).",
      also: ([finding]) => {
        expect(finding?.severity).toBe("critical");
        expect(finding?.remediation.console).toBe(`Detach net from ${role.id}.`);
        const layer = { kind: "endpoint-firewall", direction: "packet", rules: { count: 1 } };
        expect(finding?.evidence["ways"]).toMatchObject({ count: 1, first: [{ layers: [layer] }] });
      },
    },
    {
      name: "its credential goes less far than its role's rights, and far enough",
      estate: webServer({
        grants: [grant(role, { by: "escalation", path: [assume("admin")] })],
        workloads: [{ ...carries, grants: () => [grant(role)] }],
      }),
      resources: ["eni-1"],
      message: /which can change firewall rules \(ec2:AuthorizeSecurityGroupIngress\)\.$/,
    },
    {
      name: "by escalation, with a condition, and the role is expected",
      estate: webServer({
        grants: [grant(role, { by: "escalation", path: [assume("admin")], decision: "only-if", condition: withMfa })],
      }),
      settings: { expected: [{ principal: "*", reason: "all", owner: null, ticket: null, expires: null }] },
      message: /, but only with MFA: it assumes the role \(role\/admin\)\.$/,
    },
    {
      name: "two identities on one workload: a finding for each",
      estate: webServer({
        grants: [grant(role), grant(principal("sidecar"))],
        workloads: [carries, { ...carries, principal: principal("sidecar").id }],
      }),
      resources: ["eni-1", "eni-1"],
    },
  ],
  unknown: [
    {
      name: "whether the internet reaches it is not known",
      estate: webServer({ ways: [way([doubtful("route", "routes of vpc-1"), groupLayer(open)])] }),
      resources: ["eni-1"],
      message: "may be reached from the internet and able to change firewalls; what would tell: routes of vpc-1.",
    },
    {
      name: "what the role can do is not known",
      estate: webServer({ grants: [perhaps(role)] }),
      message: "what would tell: the service control policies.",
    },
    {
      name: "identities could not be read",
      estate: webServer({ grants: [], unread: { unread: { "iam:GetAccountAuthorizationDetails": "denied" } } }),
      resources: [`${account}/${region}`],
      message: "iam:GetAccountAuthorizationDetails was denied",
    },
    {
      name: "instances could not be listed",
      estate: webServer({ workloads: [], unread: { unread: { "ec2:DescribeInstances": "denied" } } }),
      resources: [`${account}/${region}`],
      message: "ec2:DescribeInstances was denied",
    },
  ],
  mixed: [
    {
      name: "functions could not be listed: what an instance carries stands",
      estate: webServer({ unread: { unread: { "lambda:ListFunctions": "denied" } } }),
      resources: [`${account}/${region}`, "eni-1"],
    },
  ],
});
