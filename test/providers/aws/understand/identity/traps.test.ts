import { describe, expect, it } from "vitest";
import type { Json } from "../../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import {
  account,
  allow,
  answerFor,
  asked,
  attached,
  bounded,
  but,
  deny,
  document,
  groupArn,
  iamGroup,
  ingress,
  policy,
  policyArn,
  resourcesOf,
  role,
  securityGroup,
  tagged,
  user,
  userArn,
  type SmallRecord,
} from "./small-identity.ts";

const groups = [securityGroup("sg-1"), securityGroup("sg-2")];
const question = { action: ingress, resource: null };
const first = groupArn("sg-1");
const anyGroup = "arn:aws:ec2:*:*:security-group/*";
const mfa = (value: string, operator = "Bool"): VendorObject => ({
  Condition: { [operator]: { "aws:MultiFactorAuthPresent": value } },
});
const when = (operator: string, key: string, value: Json): VendorObject => ({
  Condition: { [operator]: { [key]: value } },
});
const withMfa = "with MFA";

/** Ann's answer and the groups that she can change. */
function ann(statements: readonly Json[], more: VendorObject = {}, others: readonly SmallRecord[] = []) {
  const answer = asked([user("ann", statements, more), ...groups, ...others], question);
  return { says: answerFor(answer, "ann"), groups: resourcesOf(answer, "ann") };
}

describe("what other scanners get wrong", () => {
  it.each<readonly [trap: string, statements: readonly Json[], says: string, groups: readonly string[]]>([
    ["plain", [allow("ec2:*")], "yes", ["sg-1", "sg-2"]],
    [
      "a Deny without MFA takes the right away only without MFA",
      [allow("ec2:*"), deny("*", mfa("false", "BoolIfExists"))],
      `only-if ${withMfa}`,
      ["sg-1", "sg-2"],
    ],
    [
      "a plain Bool does not stop requests that hold no such key",
      [allow("ec2:*"), deny("*", mfa("false"))],
      `only-if ${withMfa} or where aws:MultiFactorAuthPresent is absent`,
      ["sg-1", "sg-2"],
    ],
    [
      "a Deny on one group's ARN leaves the others",
      [allow("ec2:*"), deny(ingress, { Resource: first })],
      "yes",
      ["sg-2"],
    ],
    [
      "two Allows with NotAction together allow everything that either does not name",
      [but("Allow", "ec2:*"), but("Allow", "iam:*")],
      "yes",
      ["sg-1", "sg-2"],
    ],
    [
      "two Denies with NotAction together deny everything but what both name",
      [allow("*"), but("Deny", "ec2:*"), but("Deny", "iam:*")],
      "no",
      [],
    ],
    ["a grant on every security group is a grant", [allow(ingress, { Resource: anyGroup })], "yes", ["sg-1", "sg-2"]],
    [
      "a statement with a condition is neither skipped nor plain",
      [allow(ingress, mfa("true"))],
      `only-if ${withMfa}`,
      ["sg-1", "sg-2"],
    ],
    [
      "a condition key that nobody knows does not mean no",
      [allow(ingress, when("StringEquals", "acme:Moon", "full"))],
      "only-if where acme:Moon is full",
      ["sg-1", "sg-2"],
    ],
    ["NotAction does not end the reading of a policy", [but("Allow", "*"), allow(ingress)], "yes", ["sg-1", "sg-2"]],
    ["the question is about some resource, not about *", [allow(ingress, { Resource: first })], "yes", ["sg-1"]],
    ["a wildcard in the action counts", [allow("ec2:Authorize*")], "yes", ["sg-1", "sg-2"]],
    ["a blank makes an action match nothing", [allow("ec2: *")], "no", []],
  ])("%s", (_, statements, says, ids) => {
    expect(ann(statements)).toEqual({ says, groups: ids });
  });

  it("a boundary grants nothing", () => {
    const boundary = policy(policyArn("b"), document(allow("*")));
    expect(ann([allow("s3:*")], bounded(policyArn("b")), [boundary]).says).toBe("no");
  });

  it("a trust policy gives a role no permission", () => {
    const trusting = role("r", [], [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "*" }]);
    expect(answerFor(asked([trusting, ...groups], question), "r")).toBe("no");
  });

  it("policies of groups and managed ones count", () => {
    const member = { GroupList: ["net"] };
    expect(ann([], member, [iamGroup("net", [allow(ingress)])]).says).toBe("yes");
    const managed = [iamGroup("net", [], attached(policyArn("p"))), policy(policyArn("p"), document(allow(ingress)))];
    expect(ann([], member, managed).says).toBe("yes");
    expect(ann([], attached(policyArn("p")), managed).says).toBe("yes");
  });
});

describe("what cannot be read is unknown, with its place named", () => {
  it.each<readonly [trap: string, more: VendorObject, missing: string]>([
    ["a managed policy that was not read", attached(policyArn("p")), `identity policy ${policyArn("p")} was not read`],
    ["a group that was not read", { GroupList: ["net"] }, "the policies of group net were not read"],
    [
      "a document that is no JSON",
      { UserPolicyList: [{ PolicyName: "own", PolicyDocument: "%7Bnot json" }] },
      `the document of identity policy ${userArn("ann")} inline policy own cannot be understood`,
    ],
    [
      "a statement without Effect",
      { UserPolicyList: [{ PolicyName: "own", PolicyDocument: document({ Action: "ec2:*", Resource: "*" }) }] },
      `Effect of statement #0 of identity policy ${userArn("ann")} inline policy own cannot be understood`,
    ],
    [
      "a statement with Action and NotAction",
      {
        UserPolicyList: [
          { PolicyName: "own", PolicyDocument: document(allow("ec2:*", { Sid: "Both", NotAction: "s3:*" })) },
        ],
      },
      `Action of statement Both of identity policy ${userArn("ann")} inline policy own cannot be understood`,
    ],
    [
      "a statement without Resource",
      { UserPolicyList: [{ PolicyName: "own", PolicyDocument: document({ Effect: "Allow", Action: "ec2:*" }) }] },
      `Resource of statement #0 of identity policy ${userArn("ann")} inline policy own cannot be understood`,
    ],
    [
      "an operator that AWS does not have",
      {
        UserPolicyList: [
          { PolicyName: "own", PolicyDocument: document(allow("ec2:*", when("StringAlmost", "aws:SourceIp", "x"))) },
        ],
      },
      `the condition StringAlmost on aws:SourceIp in statement #0 of identity policy ${userArn("ann")} inline policy own cannot be understood`,
    ],
    [
      "an address range that is none",
      {
        UserPolicyList: [
          { PolicyName: "own", PolicyDocument: document(allow("ec2:*", when("IpAddress", "aws:SourceIp", "office"))) },
        ],
      },
      `the condition IpAddress on aws:SourceIp in statement #0 of identity policy ${userArn("ann")} inline policy own cannot be understood`,
    ],
  ])("%s", (_, more, missing) => {
    const { grants } = asked([user("ann", [], more), ...groups], question);
    const grant = grants.find(({ principal }) => principal.id === userArn("ann"));
    expect(grant).toMatchObject({ decision: "unknown", missing: [missing] });
  });

  it("says what it would be if nothing unread stood in the way", () => {
    const { grants } = asked([user("ann", [allow("ec2:*")], attached(policyArn("p"))), ...groups], question);
    expect(grants[0]).toMatchObject({ decision: "unknown", atMost: "yes" });
  });

  it("what is certain stays certain: an unread condition of an Allow beside one without", () => {
    const statements = [allow(ingress), allow("ec2:*", when("StringAlmost", "aws:SourceIp", "x"))];
    expect(ann(statements).says).toBe("yes");
  });
});

describe("a policy document in every form in which it is given", () => {
  const text = JSON.stringify(
    document(allow(ingress, { Condition: { StringEquals: { "aws:PrincipalTag/a b": "c+d%" } } })),
  );
  it.each([
    ["an object", JSON.parse(text)],
    ["JSON text", text],
    ["URL-encoded JSON text", encodeURIComponent(text)],
  ])("%s", (_, given: Json) => {
    const more = { UserPolicyList: [{ PolicyName: "own", PolicyDocument: given }], ...tagged({ "A b": "c+d%" }) };
    expect(ann([], more).says).toBe("yes");
  });
});

describe("patterns", () => {
  it.each<readonly [trap: string, statement: VendorObject, says: string]>([
    ["actions fold case", allow("EC2:authorizeSECURITYgroupingress"), "yes"],
    ["? is exactly one character", allow("ec2:AuthorizeSecurityGroupIngres?"), "yes"],
    ["? is not none", allow(`${ingress}?`), "no"],
    ["* may be empty", allow(`${ingress}*`), "yes"],
    ["resources do not fold case", allow(ingress, { Resource: first.toUpperCase() }), "no"],
    ["* crosses slashes", allow(ingress, { Resource: `arn:aws:ec2:eu-west-1:${account}:*-1` }), "yes"],
    ["* at the end crosses colons", allow(ingress, { Resource: "arn:aws:ec2:*" }), "yes"],
    ["a short ARN stands for all that begins so", allow(ingress, { Resource: "arn:aws:ec2:eu-west-1" }), "yes"],
    ["a short ARN of another service does not", allow(ingress, { Resource: "arn:aws:rds" }), "no"],
    ["another service's ARN", allow(ingress, { Resource: "arn:aws:s3:::*" }), "no"],
    ["another account's ARN", allow(ingress, { Resource: "arn:aws:ec2:*:999999999999:security-group/*" }), "no"],
    ["NotResource is all else", { Effect: "Allow", Action: ingress, NotResource: first }, "yes"],
    ["NotResource of everything is nothing", { Effect: "Allow", Action: ingress, NotResource: anyGroup }, "no"],
    ["a group that certainly does not exist", allow(ingress, { Resource: groupArn("sg-gone") }), "no"],
    ["one in a Region that was not read may", allow(ingress, { Resource: groupArn("sg-3", "ap-south-1") }), "yes"],
  ])("%s", (_, each, says) => {
    expect(ann([each]).says).toBe(says);
  });

  it("an action without resource types is granted by * alone; what an ARN does for it is not known", () => {
    const say = (resource: string) =>
      answerFor(
        asked([user("ann", [allow("guardduty:*", { Resource: resource })])], {
          action: "guardduty:CreateIPSet",
          resource: null,
        }),
        "ann",
      );
    expect(say("*")).toBe("yes");
    expect(say("arn:aws:guardduty:*:*:detector/*")).toBe("unknown");
    expect(say("arn:aws:s3:::*")).toBe("no");
  });

  it("a call that names several resources has to be allowed on each", () => {
    const say = (...resources: readonly string[]) =>
      answerFor(
        asked([user("ann", [allow("ec2:*", { Resource: resources })]), ...groups], {
          action: "ec2:ModifyNetworkInterfaceAttribute",
          resource: null,
        }),
        "ann",
      );
    expect(say("arn:aws:ec2:*:*:network-interface/*", anyGroup)).toBe("yes");
    expect(say("arn:aws:ec2:*:*:network-interface/*")).toBe("no");
    expect(say(anyGroup)).toBe("no");
  });
});
