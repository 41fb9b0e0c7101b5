import { describe, expect, it } from "vitest";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import {
  account,
  allow,
  answerFor,
  asked,
  bounded,
  deny,
  document,
  ended,
  iamGroup,
  ingress,
  organization,
  policy,
  policyArn,
  roleArn,
  role,
  securityGroup,
  sibling,
  trusts,
  user,
  userArn,
  type SmallRecord,
} from "./small-identity.ts";

const question = { action: ingress, resource: null };
const ann = user("ann", [allow("*")]);
const group = securityGroup("sg-1");
const everywhere = { "r-1": [allow("*")], "ou-1": [allow("*")], [account]: [allow("*")] };

const say = (records: readonly SmallRecord[], name = "ann"): string =>
  answerFor(asked([...records, group], question), name);

describe("permissions boundary", () => {
  const limited = (...statements: readonly VendorObject[]): string =>
    say([user("ann", [allow("ec2:*")], bounded(policyArn("b"))), policy(policyArn("b"), document(...statements))]);

  it.each<readonly [trap: string, statements: readonly VendorObject[], says: string]>([
    ["allows it too", [allow("*")], "yes"],
    ["does not allow it", [allow("s3:*")], "no"],
    ["denies it", [allow("*"), deny(ingress)], "no"],
    [
      "allows it under a condition",
      [allow("*", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })],
      "only-if with MFA",
    ],
    ["allows other resources", [allow("*", { Resource: "arn:aws:ec2:*:*:instance/*" })], "no"],
  ])("%s: %s", (_, statements, says) => {
    expect(limited(...statements)).toBe(says);
  });

  it("that was not read leaves it unknown", () => {
    expect(say([user("ann", [allow("*")], bounded(policyArn("b")))])).toBe("unknown");
  });

  it("who would but for it is told, with what stops it", () => {
    const boundary = policy(policyArn("b"), document(allow("s3:*")));
    const { blocked } = asked([user("ann", [allow("ec2:*")], bounded(policyArn("b"))), boundary, group], question);
    expect(blocked).toMatchObject([
      {
        principal: { id: userArn("ann") },
        actions: [ingress],
        says: `not allowed by the permissions boundary ${policyArn("b")}`,
      },
    ]);
  });
});

describe("service control policies", () => {
  it.each<readonly [trap: string, policies: Readonly<Record<string, readonly VendorObject[]>>, says: string]>([
    ["an Allow at every level", everywhere, "yes"],
    ["a level without an Allow", { ...everywhere, "ou-1": [] }, "no"],
    ["a level without any policy", { "r-1": [allow("*")], "ou-1": [allow("*")] }, "no"],
    ["a level that allows other services", { ...everywhere, [account]: [allow("s3:*")] }, "no"],
    ["a Deny at the root", { ...everywhere, "r-1": [allow("*"), deny("ec2:*Security*")] }, "no"],
    [
      "a Deny under a condition",
      {
        ...everywhere,
        "ou-1": [allow("*"), deny("*", { Condition: { StringNotEquals: { "aws:RequestedRegion": "eu-west-1" } } })],
      },
      "yes",
    ],
    [
      "short ARNs are taken as they are",
      { ...everywhere, "ou-1": [allow("*"), deny("*", { Resource: "arn:aws:ec2" })] },
      "yes",
    ],
  ])("%s", (_, policies, says) => {
    expect(say([ann, ...organization(policies)])).toBe(says);
  });

  it("a Deny unless it is the network's role stops everyone else, but not who can make a role of that name", () => {
    const guard = deny("ec2:*", { Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/net" } } });
    const guarded = organization({ ...everywhere, "ou-1": [allow("*"), guard] });
    const net = role("net", [allow("ec2:*")], { Service: "ec2.amazonaws.com" });
    const bob = user("bob", [allow("ec2:*")]);
    expect(say([bob, net, ...guarded], "bob")).toBe("no");
    expect(say([bob, net, ...guarded], "net")).toBe("yes");
    expect(say([ann, ...guarded])).toBe("only-if where aws:PrincipalArn is arn:aws:iam::*:role/net");
  });

  it("do not bind the management account", () => {
    expect(say([ann, ...organization({ ...everywhere, "r-1": [] }, { management: account })])).toBe("yes");
  });

  it("bind every other account, that of a delegated administrator too", () => {
    const delegated = { operation: "organizations:ListDelegatedAdministrators", data: { Id: account } };
    expect(say([ann, delegated, ...organization({ ...everywhere, "r-1": [] })])).toBe("no");
  });

  it("bind the root user of a member account", () => {
    const denied = organization({ ...everywhere, "r-1": [allow("*"), deny("ec2:*")] });
    expect(say([ann, ...denied], `arn:aws:iam::${account}:root`)).toBe("no");
    expect(say([ann, ...organization(everywhere)], `arn:aws:iam::${account}:root`)).toBe("yes");
  });

  it("do not bind service-linked roles", () => {
    const linked = role(
      "AWSServiceRoleForX",
      [allow("ec2:*")],
      { Service: "x.amazonaws.com" },
      { Path: "/aws-service-role/x.amazonaws.com/" },
    );
    expect(say([linked, ...organization({ ...everywhere, "r-1": [] })], "AWSServiceRoleForX")).toBe("yes");
  });

  it.each([
    "organizations:ListPolicies",
    "organizations:ListRoots",
    "organizations:ListTargetsForPolicy",
    "organizations:DescribePolicy",
  ])("that could not be read are unknown, not absent: %s", (operation) => {
    const answer = asked([ann, group, ...organization(everywhere)], question, { coverage: [ended(operation)] });
    const [grant] = answer.grants;
    expect(grant).toMatchObject({ decision: "unknown", atMost: "yes" });
    expect(grant?.missing.join()).toContain(`${operation} (denied)`);
  });

  it("of an account that may be in an organization are unknown; in none there are none", () => {
    expect(answerFor(asked([ann, group], question, { alone: false }), "ann")).toBe("unknown");
    expect(answerFor(asked([ann, group], question, { alone: true }), "ann")).toBe("yes");
  });

  it("one whose content was not read is unknown", () => {
    const records = organization(everywhere).filter(({ operation }) => operation !== "organizations:DescribePolicy");
    expect(say([ann, ...records])).toBe("unknown");
  });
});

describe("resource control policies", () => {
  const assume = (...statements: readonly VendorObject[]): string =>
    answerFor(
      asked(
        [
          user("ann", [allow("sts:AssumeRole")]),
          role("net", [allow("ec2:*")], { AWS: account }),
          group,
          ...organization({ [account]: statements }, { type: "RESOURCE_CONTROL_POLICY" }),
        ],
        question,
      ),
      "ann",
    );
  const rcp = (more: VendorObject): VendorObject => deny("sts:*", { Principal: "*", ...more });

  it("deny assuming a role of the account", () => {
    expect(assume()).toBe("yes");
    expect(assume(rcp({}))).toBe("no");
    expect(assume(rcp({ Resource: roleArn("other") }))).toBe("yes");
    expect(assume(rcp({ Condition: { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } } }))).toBe("yes");
    expect(assume(rcp({ Condition: { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-2" } } }))).toBe("no");
  });

  it("have no say in what is no role", () => {
    const records = organization({ [account]: [deny("*", { Principal: "*" })] }, { type: "RESOURCE_CONTROL_POLICY" });
    expect(say([ann, ...records])).toBe("yes");
  });
});

describe("across accounts both sides have to allow", () => {
  const there = (trust: VendorObject) => role("net", [allow("ec2:*")], [trust], {}, sibling);
  const may = user("ann", [allow("sts:AssumeRole", { Resource: roleArn("net", sibling) })]);
  const mayNot = user("ann", [allow("s3:*")]);

  it.each<readonly [trap: string, caller: SmallRecord, trust: VendorObject, says: string]>([
    ["the account is trusted and the caller may", may, trusts({ AWS: account }), "yes"],
    ["the account is trusted and the caller may not", mayNot, trusts({ AWS: account }), "no"],
    ["the caller is named and may", may, trusts({ AWS: userArn("ann") }), "yes"],
    ["the caller is named and may not", mayNot, trusts({ AWS: userArn("ann") }), "no"],
    ["another account is trusted", may, trusts({ AWS: sibling }), "no"],
  ])("%s", (_, caller, trust, says) => {
    expect(say([caller, there(trust)])).toBe(says);
  });
});

describe("within an account whoever is named needs no right of its own", () => {
  const named = (name: string) => role("net", [allow("ec2:*")], { AWS: name });
  const boundary = policy(policyArn("b"), document(allow("s3:*")));

  it.each<readonly [trap: string, records: readonly SmallRecord[], says: string]>([
    ["a user who is named", [user("ann", []), named(userArn("ann"))], "yes"],
    ["a user whose account is trusted", [user("ann", []), named(account)], "no"],
    ["a user who is named and denied", [user("ann", [deny("sts:*")]), named(userArn("ann"))], "no"],
    [
      "a user who is named is not limited by what its boundary does not allow",
      [user("ann", [], bounded(policyArn("b"))), boundary, named(userArn("ann"))],
      "yes",
    ],
    [
      "it is by what its boundary denies",
      [
        user("ann", [], bounded(policyArn("b"))),
        policy(policyArn("b"), document(deny("sts:*"))),
        named(userArn("ann")),
      ],
      "no",
    ],
    ["another user", [user("ann", []), user("bob", []), named(userArn("bob"))], "no"],
  ])("%s", (_, records, says) => {
    expect(say(records)).toBe(says);
  });

  it("a statement that names one and the account lets others in only by a right of their own", () => {
    const net = role("net", [allow("ec2:*")], { AWS: [userArn("bob"), account] });
    expect(say([user("ann", []), user("bob", []), net])).toBe("no");
    expect(say([user("ann", []), user("bob", []), net], "bob")).toBe("yes");
    expect(say([user("ann", [allow("sts:AssumeRole")]), user("bob", []), net])).toBe("yes");
  });

  it("whoever is not excepted is named; a Deny that names one binds that one alone", () => {
    const but = [{ Effect: "Allow", NotPrincipal: { AWS: userArn("ann") }, Action: "sts:AssumeRole" }];
    const two = [user("ann", []), user("bob", []), role("net", [allow("ec2:*")], but)];
    expect([say(two), say(two, "bob")]).toEqual(["no", "yes"]);
    const denied = [trusts({ AWS: "*" }), { Effect: "Deny", Principal: { AWS: userArn("ann") }, Action: "sts:*" }];
    const others = [user("ann", []), user("bob", []), role("net", [allow("ec2:*")], denied)];
    expect([say(others), say(others, "bob")]).toEqual(["no", "yes"]);
  });

  it("a Deny of everyone but one binds that one too where it has a boundary", () => {
    const but = [
      trusts({ AWS: "*" }),
      { Effect: "Deny", NotPrincipal: { AWS: [userArn("ann"), account] }, Action: "sts:*" },
    ];
    const net = role("net", [allow("ec2:*")], but);
    const all = policy(policyArn("all"), document(allow("*")));
    expect(say([user("ann", []), net])).toBe("yes");
    expect(say([user("ann", [], bounded(policyArn("all"))), all, net])).toBe("no");
  });

  it("a role that is named is limited by its boundary", () => {
    const caller = (more: VendorObject) => role("ann", [], { Service: "ec2.amazonaws.com" }, more);
    expect(say([caller({}), named(roleArn("ann"))])).toBe("yes");
    expect(say([caller(bounded(policyArn("b"))), boundary, named(roleArn("ann"))])).toBe("no");
  });
});

describe("groups", () => {
  it("a Deny of one group outweighs an Allow of another", () => {
    const records = [
      user("ann", [], { GroupList: ["a", "b"] }),
      iamGroup("a", [allow("ec2:*")]),
      iamGroup("b", [deny(ingress)]),
    ];
    expect(say(records)).toBe("no");
  });

  it("statements name the group that they come by", () => {
    const { grants } = asked([user("ann", [], { GroupList: ["a"] }), iamGroup("a", [allow("ec2:*")]), group], question);
    expect(grants[0]?.statements).toMatchObject([{ attachedTo: `arn:aws:iam::${account}:group/a`, statement: "#0" }]);
  });
});
