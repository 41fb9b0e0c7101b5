import { describe, expect, it } from "vitest";

import { firewallServices, mayChangeFirewalls } from "../../../src/providers/aws/firewall-permissions.ts";
import { firewallActions } from "../../../src/providers/aws/understand/identity/data/firewall-actions.ts";
import type { SnapshotRecord, VendorObject } from "../../../src/snapshot/record.ts";

function details(kind: string, data: VendorObject): SnapshotRecord {
  const place = { cloud: "aws", account: "111111111111", region: "global" } as const;
  return { ...place, operation: "iam:GetAccountAuthorizationDetails", request: { Kind: kind }, data };
}

const statement = (members: VendorObject): VendorObject => ({ Statement: [{ Resource: "*", ...members }] });
const userWith = (document: VendorObject | string): SnapshotRecord =>
  details("user", { Path: "/", UserPolicyList: [{ PolicyName: "p", PolicyDocument: document }] });
const allowing = (...actions: readonly string[]) => statement({ Effect: "Allow", Action: actions });

const asks = (record: SnapshotRecord, ...others: readonly SnapshotRecord[]) =>
  mayChangeFirewalls(record, [record, ...others]);

describe("the services that hold firewalls", () => {
  it("are those of the actions that change one", () => {
    const services = new Set(firewallActions().map(({ action }) => action.split(":")[0] ?? ""));
    expect([...firewallServices].toSorted()).toEqual([...services].toSorted());
  });
});

describe("whom the reports of last use are asked for", () => {
  it.each([
    ["everything", allowing("*")],
    ["a whole service", allowing("ec2:*")],
    ["one action", allowing("EC2:AuthorizeSecurityGroupIngress")],
    ["a pattern over services", allowing("e?2:Auth*", "s3:GetObject")],
    ["one action that is no list", statement({ Effect: "Allow", Action: "wafv2:UpdateWebACL" })],
    ["everything but", statement({ Effect: "Allow", NotAction: "iam:*" })],
    ["a single statement", { Statement: { Effect: "Allow", Action: "guardduty:*" } }],
    ["what begins like reading but is none of it", allowing("ec2:*Describe*")],
    ["JSON text", JSON.stringify(allowing("ec2:*"))],
    ["percent-encoded text", encodeURIComponent(JSON.stringify(allowing("ec2:*")))],
    ["what is no JSON", "{"],
    ["what is no percent-encoding", "%E0%A4%A"],
    ["an action that is no text", { Statement: [{ Effect: "Allow", Action: [7] }] }],
  ])("those who are allowed %s", (_what, document) => {
    expect(asks(userWith(document))).toBe(true);
  });

  it.each([
    ["to read", allowing("ec2:Describe*", "ec2:GetManagedPrefixListEntries", "guardduty:List*")],
    ["other services", allowing("s3:*", "dynamodb:PutItem")],
    ["nothing, being denied", statement({ Effect: "Deny", Action: "ec2:*" })],
    ["a pattern of other services", allowing("s?:*", "dynamo*:*")],
    ["what is no action", allowing("ec2")],
  ])("not those who are allowed %s", (_what, document) => {
    expect(asks(userWith(document))).toBe(false);
  });

  const managed = (document: VendorObject): SnapshotRecord =>
    details("policy", {
      Arn: "arn:policy",
      PolicyVersionList: [
        { IsDefaultVersion: false, Document: allowing("*") },
        { IsDefaultVersion: true, Document: document },
      ],
    });
  const role = details("role", { Path: "/", AttachedManagedPolicies: [{ PolicyArn: "arn:policy" }] });

  it("follows attached policies to the version in force, and takes one that is not there for a yes", () => {
    expect(asks(role, managed(allowing("ec2:*")))).toBe(true);
    expect(asks(role, managed(allowing("s3:*")))).toBe(false);
    expect(asks(role)).toBe(true);
  });

  it("follows a user to its groups, and takes one that is not there for a yes", () => {
    const user = details("user", { Path: "/", GroupList: ["g"] });
    const group = (document: VendorObject): SnapshotRecord =>
      details("group", { GroupName: "g", GroupPolicyList: [{ PolicyDocument: document }] });
    expect(asks(user, group(allowing("ec2:*")))).toBe(true);
    expect(asks(user, group(allowing("s3:*")))).toBe(false);
    expect(asks(user)).toBe(true);
  });

  it("passes by groups, policies and the roles of services", () => {
    const policies = { AttachedManagedPolicies: [{ PolicyArn: "arn:unread" }] };
    expect(asks(details("group", policies))).toBe(false);
    expect(asks(managed(allowing("*")))).toBe(false);
    expect(asks(details("role", { ...policies, Path: "/aws-service-role/elb.amazonaws.com/" }))).toBe(false);
    expect(asks(details("role", { ...policies, Path: "/" }))).toBe(true);
  });
});
