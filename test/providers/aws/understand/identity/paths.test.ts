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
  organization,
  pathOf,
  policy,
  policyArn,
  role,
  roleArn,
  securityGroup,
  sibling,
  trusts,
  user,
  userArn,
  type SmallRecord,
} from "./small-identity.ts";

const question = { action: ingress, resource: null };
const group = securityGroup("sg-1");
const everywhere = { "r-1": [allow("*")], "ou-1": [allow("*")], [account]: [allow("*")] };
const mfa = { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } };
const lambda = { Service: "lambda.amazonaws.com" };
const net = role("net", [allow("ec2:*")], lambda);

function way(records: readonly SmallRecord[], name = "ann") {
  const answer = asked([...records, group], question);
  return { says: answerFor(answer, name), path: pathOf(answer, name) };
}

describe("granting oneself more", () => {
  const self = allow("iam:PutUserPolicy", { Resource: userArn("ann") });

  it("yields everything", () => {
    expect(way([user("ann", [self])])).toEqual({ says: "yes", path: ["iam-put-user-policy"] });
  });

  it.each<readonly [trap: string, records: readonly SmallRecord[]]>([
    [
      "but what an organization's policy denies",
      [user("ann", [self]), ...organization({ ...everywhere, "ou-1": [allow("*"), deny("ec2:*")] })],
    ],
    [
      "but what the boundary does not allow",
      [
        user("ann", [self], bounded(policyArn("b"))),
        policy(policyArn("b"), document(allow(["iam:PutUserPolicy", "s3:*"]))),
      ],
    ],
    ["but what a policy that stays denies", [user("ann", [self, but("Deny", "iam:PutUserPolicy")])]],
    [
      "but not where it is another's name",
      [user("ann", [allow("iam:PutUserPolicy", { Resource: userArn("bob") })]), user("bob", [])],
    ],
  ])("%s", (_, records) => {
    expect(way(records).says).toBe("no");
  });

  it("after the boundary is gone", () => {
    const may = allow(["iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"], { Resource: userArn("ann") });
    const records = [user("ann", [may], bounded(policyArn("b"))), policy(policyArn("b"), document(allow("iam:*")))];
    expect(way(records)).toEqual({
      says: "yes",
      path: ["iam-delete-user-permissions-boundary", "iam-put-user-policy"],
    });
  });

  it("step by step: the boundary has to be gone before the policy can be written", () => {
    const may = allow(["iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"], { Resource: userArn("ann") });
    const records = [
      user("ann", [may], bounded(policyArn("b"))),
      policy(policyArn("b"), document(allow("iam:DeleteUserPermissionsBoundary"))),
    ];
    expect(way(records)).toEqual({
      says: "yes",
      path: ["iam-delete-user-permissions-boundary", "iam-put-user-policy"],
    });
  });

  it("through a group of one's own", () => {
    const records = [
      user("ann", [allow("iam:PutGroupPolicy", { Resource: `arn:aws:iam::${account}:group/ops` })], {
        GroupList: ["ops"],
      }),
      iamGroup("ops", []),
    ];
    expect(way(records)).toEqual({ says: "yes", path: ["iam-put-group-policy"] });
  });
});

describe("a right on one policy's ARN", () => {
  const may = allow("iam:CreatePolicyVersion", { Resource: policyArn("mine") });

  it("is everything where the policy is one's own", () => {
    const records = [
      user("ann", [may], attached(policyArn("mine"))),
      policy(policyArn("mine"), document(allow("s3:*"))),
    ];
    expect(way(records)).toEqual({ says: "yes", path: ["iam-create-policy-version"] });
  });

  it("is nothing where it is attached to nobody that one can become", () => {
    const records = [
      user("ann", [may]),
      user("bob", [], attached(policyArn("mine"))),
      policy(policyArn("mine"), document(allow("s3:*"))),
    ];
    expect(way(records).says).toBe("no");
  });

  it("AWS's own policies cannot be changed", () => {
    const aws = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    const records = [
      user("ann", [allow("iam:CreatePolicyVersion")], attached(aws)),
      policy(aws, document(allow("s3:*"))),
    ];
    expect(way(records).says).toBe("no");
  });

  it("whoever may attach only certain policies gets what those allow, which is not looked into", () => {
    const only = {
      Resource: userArn("ann"),
      Condition: { ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess" } },
    };
    expect(way([user("ann", [allow("iam:AttachUserPolicy", only)])]).says).toMatch(/^unknown/);
    const admin = { ...only, Condition: { ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/Admin*" } } };
    expect(way([user("ann", [allow("iam:AttachUserPolicy", admin)])]).says).toBe("yes");
  });
});

describe("taking another identity", () => {
  const pass = allow("iam:PassRole", { Resource: roleArn("net") });
  const create = allow(["lambda:CreateFunction", "lambda:InvokeFunction"]);

  it("two policies that together escalate", () => {
    const two = [policy(policyArn("a"), document(pass)), policy(policyArn("b"), document(create))];
    const both = user("ann", [], attached(policyArn("a"), policyArn("b")));
    expect(way([both, ...two, net])).toEqual({ says: "yes", path: ["lambda-create-function"] });
    expect(way([user("ann", [], attached(policyArn("a"))), ...two, net]).says).toBe("no");
    expect(way([user("ann", [], attached(policyArn("b"))), ...two, net]).says).toBe("no");
  });

  it("a role can be passed only to services that it trusts, and that the caller may pass it to", () => {
    const other = role("net", [allow("ec2:*")], { Service: "states.amazonaws.com" });
    expect(way([user("ann", [pass, create]), other]).says).toBe("no");
    const toEc2 = { Resource: "*", Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } } };
    expect(way([user("ann", [allow("iam:PassRole", toEc2), create]), net]).says).toBe("no");
  });

  it.each<readonly [trap: string, path: string]>([
    ["service-linked roles", "/aws-service-role/lambda.amazonaws.com/"],
    ["roles that Identity Center keeps", "/aws-reserved/sso.amazonaws.com/"],
  ])("%s can be neither passed nor changed", (_, path) => {
    const reserved = role("net", [allow("ec2:*")], lambda, { Path: path });
    expect(way([user("ann", [allow(["iam:PassRole", "iam:UpdateAssumeRolePolicy"]), create]), reserved]).says).toBe(
      "no",
    );
  });

  it("over several hops, each by its own rights", () => {
    const records = [
      user("ann", [allow("sts:AssumeRole", { Resource: roleArn("a") })]),
      role("a", [allow("sts:AssumeRole", { Resource: roleArn("b", sibling) })], { AWS: account }),
      role("b", [], { AWS: account }, {}, sibling),
      role("c", [allow("ec2:*")], { AWS: roleArn("b", sibling) }, {}, sibling),
    ];
    expect(way(records)).toEqual({ says: "yes", path: ["sts-assume-role", "sts-assume-role", "sts-assume-role"] });
    expect(way(records.slice(0, 3)).says).toBe("no");
  });

  it("a path is no more than its weakest step, and tells the condition", () => {
    const records = [
      user("ann", [allow("sts:AssumeRole", { Resource: roleArn("a"), ...mfa })]),
      role("a", [allow("ec2:*", { Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } })], { AWS: account }),
    ];
    expect(way(records).says).toBe("only-if with MFA, and from 192.0.2.0/24");
  });

  it("the shortest certain path is told, and a shorter one that is conditional beside it", () => {
    const records = [
      user("ann", [
        allow("sts:AssumeRole", { Resource: roleArn("a") }),
        allow("sts:AssumeRole", { Resource: roleArn("c"), ...mfa }),
      ]),
      role("a", [allow("sts:AssumeRole")], { AWS: account }),
      role("c", [allow("ec2:*")], { AWS: account }),
    ];
    const { grants } = asked([...records, group], question);
    expect(grants.filter(({ principal }) => principal.id === userArn("ann"))).toMatchObject([
      {
        decision: "yes",
        path: [{ via: roleArn("a") }, { via: roleArn("c") }],
        shorterPath: { decision: "only-if", path: [{ via: roleArn("c"), condition: { text: "with MFA" } }] },
      },
    ]);
  });

  it("one changes the rights, another has them: what is granted stays", () => {
    const records = [
      user("ann", [allow("sts:AssumeRole", { Resource: [roleArn("editor"), roleArn("worker")] })]),
      role("editor", [allow("iam:PutRolePolicy", { Resource: roleArn("worker") })], { AWS: account }),
      role("worker", [], { AWS: account }),
    ];
    expect(way(records)).toEqual({
      says: "yes",
      path: ["sts-assume-role", "iam-put-role-policy", "sts-assume-role"],
    });
    expect(way(records.slice(0, 2)).says).toBe("no");
  });

  it("another identity that one reaches may change one's own rights", () => {
    const records = [
      user("ann", [allow("sts:AssumeRole")]),
      role("ops", [allow("iam:PutUserPolicy", { Resource: userArn("ann") })], { AWS: account }),
    ];
    expect(way(records)).toEqual({ says: "yes", path: ["sts-assume-role", "iam-put-user-policy"] });
  });

  it("what it is denied by its own policies it does as a new user, once another has given it the right to make one", () => {
    const records = [
      user("ann", [allow("sts:AssumeRole"), deny(ingress)]),
      role("ops", [allow("iam:PutUserPolicy", { Resource: userArn("ann") })], { AWS: account }),
    ];
    const { says, path } = way(records);
    expect(says).toBe("yes");
    expect(path.slice(0, 2)).toEqual(["sts-assume-role", "iam-put-user-policy"]);
    expect(path).toHaveLength(3);
  });

  it("what was granted before is there when the identity is reached at last", () => {
    const records = [
      user("ann", [
        allow("iam:PutRolePolicy", { Resource: roleArn("far") }),
        allow("sts:AssumeRole", { Resource: roleArn("near") }),
      ]),
      role("near", [allow("sts:AssumeRole")], { AWS: account }),
      role("far", [], { AWS: roleArn("near") }),
    ];
    expect(way(records)).toEqual({ says: "yes", path: ["iam-put-role-policy", "sts-assume-role", "sts-assume-role"] });
  });

  it("a trust policy that one can change lets one in, unless that is denied", () => {
    const may = allow("iam:UpdateAssumeRolePolicy", { Resource: roleArn("net") });
    expect(way([user("ann", [may]), net])).toEqual({ says: "yes", path: ["iam-update-assume-role-policy"] });
    expect(way([user("ann", [may, deny("sts:AssumeRole")]), net]).says).toBe("no");
  });

  it("of another account only roles can be taken", () => {
    const there = role("net", [allow("ec2:*")], lambda, {}, sibling);
    expect(way([user("ann", [allow("iam:*"), deny(["iam:Create*", "iam:Put*", "iam:Attach*"])]), there]).says).toBe(
      "no",
    );
  });
});

describe("what a grant tells", () => {
  const grantOf = (statements: readonly Json[], more: VendorObject = {}, others: readonly SmallRecord[] = []) => {
    const answer = asked([user("ann", statements, more), ...others, group], question);
    return answer.grants.find(({ principal }) => principal.id === userArn("ann"));
  };

  it("the deciding statement, by its own id or its place", () => {
    const inline = `${userArn("ann")} inline policy own`;
    expect(grantOf([allow("s3:*"), allow(ingress)])?.statements).toEqual([
      { policy: inline, statement: "#1", effect: "allow", layer: "identity policy", attachedTo: null },
    ]);
    expect(grantOf([allow(ingress, { Sid: "Net" })])?.statements).toMatchObject([{ statement: "Net" }]);
  });

  it("the Deny that makes it conditional", () => {
    const statements = [
      allow(ingress),
      deny("*", { Sid: "Tls", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    ];
    expect(grantOf(statements)?.statements.map(({ statement, effect }) => `${effect} ${statement}`)).toEqual([
      "allow #0",
      "deny Tls",
    ]);
  });

  it.each<readonly [pattern: string, statement: VendorObject, breadth: string | null]>([
    ["everything", allow("*"), "*"],
    ["a whole service", allow("ec2:*"), "ec2:*"],
    ["everything but", { Effect: "Allow", NotAction: "iam:*", Resource: "*" }, "NotAction"],
    ["no wider than firewalls", allow("ec2:AuthorizeSecurityGroup*"), null],
  ])("how far wider than firewalls it is: %s", (_, statement, breadth) => {
    expect(grantOf([statement])?.breadth?.pattern ?? null).toBe(breadth);
  });

  it("the smallest change that takes it away", () => {
    const inline = `${userArn("ann")} inline policy own`;
    expect(grantOf([allow(ingress, { Sid: "Net" })])?.removal).toEqual({
      text: `Take the actions out of statement Net of identity policy ${inline}.`,
      cli: [],
    });
    const aws = "arn:aws:iam::aws:policy/AmazonVPCFullAccess";
    expect(grantOf([], attached(aws), [policy(aws, document(allow("ec2:*")))])?.removal.cli).toEqual([
      `aws iam detach-user-policy --user-name ann --policy-arn ${aws}`,
    ]);
  });

  it("the resources, and whether there are others", () => {
    expect(grantOf([allow(ingress)])?.scopes).toMatchObject([
      { actions: [ingress], resources: [{ id: "sg-1" }], beyond: "any" },
    ]);
    expect(grantOf([allow(ingress, { Resource: groupArn("sg-1") })])?.scopes).toMatchObject([{ beyond: "none" }]);
    const pattern = allow(ingress, { Resource: groupArn("sg-*") });
    expect(grantOf([pattern])?.scopes).toMatchObject([{ resources: [{ id: "sg-1" }], beyond: "matching" }]);
  });

  it("network ACLs and prefix lists by their own actions", () => {
    const records = [
      user("ann", [allow(["ec2:CreateNetworkAclEntry", "ec2:ModifyManagedPrefixList"])]),
      {
        operation: "ec2:DescribeNetworkAcls",
        data: { NetworkAclId: "acl-1", VpcId: "vpc-1", OwnerId: account, Entries: [], Associations: [] },
      },
      {
        operation: "ec2:DescribeManagedPrefixLists",
        data: {
          PrefixListId: "pl-1",
          OwnerId: account,
          PrefixListArn: `arn:aws:ec2:eu-west-1:${account}:prefix-list/pl-1`,
        },
      },
    ];
    const { grants } = asked(records);
    const scopes = grants.filter(({ principal }) => principal.id === userArn("ann")).flatMap((grant) => grant.scopes);
    expect(scopes.map(({ actions, resources }) => [actions, resources.map(({ id }) => id)])).toEqual([
      [["ec2:CreateNetworkAclEntry"], ["acl-1"]],
      [["ec2:ModifyManagedPrefixList"], ["pl-1"]],
    ]);
  });

  it("what is direct is not told again as an escalation, what is gained by one is", () => {
    const records = [user("ann", [allow(["ec2:RunInstances", "iam:PutUserPolicy"])]), group];
    const own = asked(records).grants.filter(({ principal }) => principal.id === userArn("ann"));
    const actions = (by: string) =>
      own.filter((grant) => grant.by === by).flatMap(({ scopes }) => scopes.flatMap((scope) => scope.actions));
    expect(actions("direct")).toEqual(["ec2:RunInstances"]);
    expect(actions("escalation")).toContain(ingress);
    expect(actions("escalation")).not.toContain("ec2:RunInstances");
  });
});

describe("questions", () => {
  const records = [user("ann", [allow("ec2:*", { Resource: groupArn("sg-1") })]), group, securityGroup("sg-2")];
  const say = (action: string | null, resource: string | null) =>
    answerFor(asked(records, { action, resource }), "ann");

  it("one resource by its id, its ARN or its name", () => {
    expect(say(ingress, "sg-1")).toBe("yes");
    expect(say(ingress, groupArn("sg-1"))).toBe("yes");
    expect(say(ingress, "sg-2")).toBe("no");
    expect(say(null, "sg-1")).toBe("yes");
    expect(say(null, "sg-2")).toBe("no");
  });

  it("actions fold case", () => {
    expect(say(ingress.toUpperCase(), null)).toBe("yes");
  });

  it("an action that changes no firewall, and one that nobody knows, are answered with a note", () => {
    expect(asked(records, { action: "iam:PassRole", resource: null }).notes).toEqual([
      "iam:PassRole changes no firewall by itself",
    ]);
    const answer = asked([user("bob", [allow("acme:*")])], { action: "acme:Do", resource: null });
    expect(answerFor(answer, "bob")).toBe("yes");
    expect(answer.notes).toEqual([expect.stringContaining("acme:Do is not an action")]);
  });

  it("a resource that is not in the snapshot is answered by its ARN, with a note", () => {
    const { notes } = asked(records, { action: ingress, resource: "sg-9" });
    expect(notes).toEqual(["sg-9 is not among the firewalls of the snapshot"]);
  });
});

describe("trust that anyone of the account may use", () => {
  it("is no path for whoever may not assume roles", () => {
    const records = [user("ann", [allow("s3:*")]), role("net", [allow("ec2:*")], [trusts({ AWS: account })])];
    expect(way(records).says).toBe("no");
  });
});
