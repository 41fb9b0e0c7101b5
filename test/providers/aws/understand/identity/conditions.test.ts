import { describe, expect, it } from "vitest";
import type { Json } from "../../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import {
  allow,
  answerFor,
  asked,
  deny,
  groupArn,
  ingress,
  resourcesOf,
  securityGroup,
  tagged,
  user,
  userArn,
} from "./small-identity.ts";

const groups = [
  securityGroup("sg-1", tagged({ env: "prod" })),
  securityGroup("sg-2", { ...tagged({ env: "dev" }), VpcId: "vpc-2" }),
];
const question = { action: ingress, resource: null };

function ann(statements: readonly Json[], more: VendorObject = {}): string {
  return answerFor(asked([user("ann", statements, more), ...groups], question), "ann");
}

const granted = (condition: VendorObject, more: VendorObject = {}): string =>
  ann([allow(ingress, { Condition: condition })], more);
const denied = (condition: VendorObject, more: VendorObject = {}): string =>
  ann([allow(ingress), deny(ingress, { Condition: condition })], more);

describe("conditions on what is known", () => {
  const team = tagged({ Team: "Red" });
  const tag = (operator: string, value: Json): VendorObject => ({ [operator]: { "aws:PrincipalTag/team": value } });
  const other = (operator: string, value: Json): VendorObject => ({ [operator]: { "aws:PrincipalTag/other": value } });

  it.each<readonly [operator: string, condition: VendorObject, says: string]>([
    ["StringEquals", tag("StringEquals", "Red"), "yes"],
    ["StringEquals folds no case", tag("StringEquals", "red"), "no"],
    ["StringEquals knows no wildcards", tag("StringEquals", "R*"), "no"],
    ["one of several values is enough", tag("StringEquals", ["Blue", "Red"]), "yes"],
    ["StringNotEquals", tag("StringNotEquals", "Red"), "no"],
    ["StringNotEquals of several: none of them", tag("StringNotEquals", ["Blue", "Red"]), "no"],
    ["StringEqualsIgnoreCase", tag("StringEqualsIgnoreCase", "rED"), "yes"],
    ["StringNotEqualsIgnoreCase", tag("StringNotEqualsIgnoreCase", "rED"), "no"],
    ["StringLike", tag("StringLike", "R?d"), "yes"],
    ["StringNotLike", tag("StringNotLike", "R*"), "no"],
    ["operators fold case", tag("stringequals", "Red"), "yes"],
    ["a missing key fails StringEquals", other("StringEquals", "x"), "no"],
    ["a missing key passes StringNotEquals", other("StringNotEquals", "x"), "yes"],
    ["a missing key passes StringNotLike", other("StringNotLike", "*"), "yes"],
    ["a missing key passes IfExists", other("StringEqualsIfExists", "x"), "yes"],
    ["a key that is there does not pass IfExists by itself", tag("StringEqualsIfExists", "Blue"), "no"],
    ["Null true asks for absence", other("Null", "true"), "yes"],
    ["Null false asks for presence", other("Null", "false"), "no"],
    ["Null false of a key that is there", tag("Null", false), "yes"],
    ["all operators and keys must hold", { ...tag("StringLike", "R*"), ...tag("StringNotEquals", "Red") }, "no"],
    ["ForAllValues is true of a key that is not there", other("ForAllValues:StringEquals", "x"), "yes"],
    ["ForAnyValue is false of a key that is not there", other("ForAnyValue:StringEquals", "x"), "no"],
    ["ForAnyValue of a key that is there", tag("ForAnyValue:StringLike", "R*"), "yes"],
    ["an empty list of values matches nothing", tag("StringEquals", []), "no"],
    ["ArnLike", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/a*" } }, "yes"],
    ["ArnEquals knows wildcards too", { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::*:user/a??" } }, "yes"],
    ["ARN operators match part by part", { ArnLike: { "aws:PrincipalArn": "arn:*:user/ann" } }, "no"],
    ["ArnNotLike", { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/ann" } }, "no"],
    ["the caller's account", { StringEquals: { "aws:PrincipalAccount": "111122223333" } }, "yes"],
    ["key names fold case", { stringEquals: { "AWS:principalACCOUNT": "111122223333" } }, "yes"],
    [
      "a principal in no organization has no organization's id",
      { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
      "no",
    ],
    ["a user is no service", { Bool: { "aws:PrincipalIsAWSService": "true" } }, "no"],
    ["a user's name", { StringEquals: { "aws:username": "ann" } }, "yes"],
    ["BinaryEquals compares as it stands", { BinaryEquals: { "aws:PrincipalTag/team": "Red" } }, "yes"],
    ["a key of the service that the action does not have", { StringEquals: { "ec2:InstanceType": "t3.micro" } }, "no"],
    ["nor its absence", { StringNotEquals: { "ec2:InstanceType": "t3.micro" } }, "yes"],
  ])("%s", (_, condition, says) => {
    expect(granted(condition, team)).toBe(says);
  });

  it.each<readonly [trap: string, when: VendorObject, says: string]>([
    ["a date long past", { DateLessThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } }, "no"],
    ["since a date long past", { DateGreaterThan: { "aws:CurrentTime": "2020-01-01" } }, "yes"],
    ["until a date far ahead", { DateLessThan: { "aws:CurrentTime": "2099-01-01T00:00:00Z" } }, "yes"],
    ["from a date far ahead", { DateGreaterThanEquals: { "aws:CurrentTime": "2099-01-01T00:00:00Z" } }, "no"],
    [
      "until next year",
      { DateLessThan: { "aws:CurrentTime": "2027-01-01T00:00:00Z" } },
      "only-if at a time up to 2026-12-31T23:59:59Z",
    ],
    ["seconds since 1970", { NumericLessThan: { "aws:EpochTime": "1577836800" } }, "no"],
    ["a date in seconds", { DateGreaterThan: { "aws:EpochTime": 1577836800 } }, "yes"],
  ])("%s", (_, condition, says) => {
    expect(granted(condition)).toBe(says);
  });
});

describe("conditions on the resource", () => {
  const answer = (statement: VendorObject) => {
    const all = asked([user("ann", [statement]), ...groups], question);
    return { says: answerFor(all, "ann"), groups: resourcesOf(all, "ann") };
  };

  it.each<readonly [trap: string, condition: VendorObject, groups: readonly string[]]>([
    ["a tag of the group", { StringEquals: { "aws:ResourceTag/env": "dev" } }, ["sg-2"]],
    ["the same by the service's own key", { StringEquals: { "ec2:ResourceTag/env": "prod" } }, ["sg-1"]],
    ["a tag that it must not have", { StringNotEquals: { "aws:ResourceTag/env": "prod" } }, ["sg-2"]],
    ["its VPC", { ArnEquals: { "ec2:Vpc": "arn:aws:ec2:*:*:vpc/vpc-2" } }, ["sg-2"]],
    ["its Region", { StringEquals: { "aws:RequestedRegion": "eu-west-1" } }, ["sg-1", "sg-2"]],
  ])("%s", (_, condition, ids) => {
    const found = answer(allow(ingress, { Condition: condition }));
    expect(found.groups).toEqual(ids);
    expect(found.says).toMatch(/^yes/);
  });

  it("another Region is open where nothing was read of it, and only if the caller works there", () => {
    const found = answer(allow(ingress, { Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } }));
    expect(found).toEqual({ says: "only-if in the Region us-east-1", groups: [] });
  });
});

describe("conditions on the circumstances", () => {
  it.each<readonly [trap: string, condition: VendorObject, says: string]>([
    ["an address", { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }, "only-if from 203.0.113.0/24"],
    ["any address but some", { NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, "only-if not from 10.0.0.0/8"],
    ["a VPC endpoint", { StringEquals: { "aws:SourceVpce": "vpce-1" } }, "only-if through the VPC endpoint vpce-1"],
    ["MFA", { Bool: { "aws:MultiFactorAuthPresent": true } }, "only-if with MFA"],
    [
      "how long ago",
      { NumericLessThan: { "aws:MultiFactorAuthAge": "3600" } },
      "only-if where aws:MultiFactorAuthAge is up to 3599.999",
    ],
    ["TLS", { Bool: { "aws:SecureTransport": "true" } }, "only-if over TLS"],
    [
      "several",
      { IpAddress: { "aws:SourceIp": "192.0.2.1" }, Bool: { "aws:MultiFactorAuthPresent": "true" } },
      "only-if from 192.0.2.1/32, with MFA",
    ],
    ["a session tag is the role's to choose, a user has none", { StringLike: { "aws:PrincipalTag/x": "*" } }, "no"],
    [
      "a token",
      { DateGreaterThan: { "aws:TokenIssueTime": "2026-01-01T00:00:00Z" } },
      "only-if where aws:TokenIssueTime is from 2026-01-01T00:00:01Z on",
    ],
  ])("%s", (_, condition, says) => {
    expect(granted(condition)).toBe(says);
  });

  it("says who controls it", () => {
    const controls = (condition: VendorObject) => {
      const { grants } = asked([user("ann", [allow(ingress, { Condition: condition })]), ...groups], question);
      return grants.find(({ principal }) => principal.id === userArn("ann"))?.condition;
    };
    expect(controls({ IpAddress: { "aws:SourceIp": "192.0.2.1" } })).toEqual({
      text: "from 192.0.2.1/32",
      controls: ["network"],
      keys: ["aws:SourceIp"],
    });
    expect(controls({ Bool: { "aws:MultiFactorAuthPresent": "true" } })?.controls).toEqual(["authentication"]);
    expect(controls({ Bool: { "aws:SecureTransport": "true" } })?.controls).toEqual(["caller"]);
    expect(controls({ DateLessThan: { "aws:CurrentTime": "2027-01-01" } })?.controls).toEqual(["time"]);
    expect(controls({ StringEquals: { "acme:x": "y" } })?.controls).toEqual(["unknown"]);
  });
});

describe("conditions that decide each other, key by key", () => {
  const ip = (operator: string, cidr: Json): VendorObject => ({ [operator]: { "aws:SourceIp": cidr } });
  const vpce = (operator: string, value: Json): VendorObject => ({ [operator]: { "aws:SourceVpce": value } });

  it.each<readonly [trap: string, statements: readonly Json[], says: string]>([
    [
      "allowed from one place, denied from everywhere else",
      [
        allow(ingress, { Condition: ip("IpAddress", "192.0.2.0/24") }),
        deny("*", { Condition: ip("NotIpAddress", "198.51.100.0/24") }),
      ],
      "no",
    ],
    [
      "the two overlap",
      [
        allow(ingress, { Condition: ip("IpAddress", "192.0.2.0/24") }),
        deny("*", { Condition: ip("NotIpAddress", "192.0.2.128/25") }),
      ],
      "only-if from 192.0.2.0/24, from 192.0.2.128/25",
    ],
    [
      "allowed with one tag, denied without another",
      [
        allow(ingress, { Condition: vpce("StringEquals", "vpce-a") }),
        deny("*", { Condition: vpce("StringNotEquals", "vpce-b") }),
      ],
      "no",
    ],
    [
      "patterns that have texts in common",
      [
        allow(ingress, { Condition: vpce("StringLike", "vpce-a*") }),
        deny("*", { Condition: vpce("StringNotLike", "*z") }),
      ],
      "only-if through the VPC endpoint vpce-a*, through the VPC endpoint *z",
    ],
    [
      "patterns that have none",
      [
        allow(ingress, { Condition: vpce("StringLike", "vpce-a*") }),
        deny("*", { Condition: vpce("StringNotLike", "vpce-b*") }),
      ],
      "no",
    ],
    [
      "two conditions that are never both false",
      [
        allow(ingress, { Condition: vpce("StringEquals", "vpce-a") }),
        allow(ingress, { Condition: vpce("StringNotEquals", "vpce-a") }),
      ],
      "yes",
    ],
    [
      "true or false, but it may be absent",
      [
        allow(ingress, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
        allow(ingress, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } }),
      ],
      "only-if with MFA; or without MFA",
    ],
    [
      "every value, and one at least",
      [
        allow(ingress, {
          Condition: { "ForAllValues:StringEquals": { "aws:CalledVia": ["a"] }, Null: { "aws:CalledVia": "false" } },
        }),
        deny(ingress, { Condition: { "ForAnyValue:StringEquals": { "aws:CalledVia": ["a"] } } }),
      ],
      "no",
    ],
    [
      "one value at least, and none such",
      [
        allow(ingress, { Condition: { "ForAnyValue:StringEquals": { "aws:CalledVia": ["a", "b"] } } }),
        deny(ingress, { Condition: { "ForAnyValue:StringLike": { "aws:CalledVia": ["?"] } } }),
      ],
      "no",
    ],
    [
      "not every value, and no other",
      [
        allow(ingress),
        deny(ingress, { Condition: { "ForAllValues:StringLike": { "aws:CalledVia": ["a*"] } } }),
        deny(ingress, { Condition: { "ForAnyValue:StringNotLike": { "aws:CalledVia": ["a*"] } } }),
      ],
      "no",
    ],
    [
      "one value of each kind",
      [
        allow(ingress, { Condition: { "ForAnyValue:StringEquals": { "aws:CalledVia": ["a"] } } }),
        deny(ingress, { Condition: { "ForAllValues:StringEquals": { "aws:CalledVia": ["a"] } } }),
      ],
      "only-if where some value of aws:CalledVia is a, where some value of aws:CalledVia is not a",
    ],
    [
      "a Deny whose condition can never hold",
      [
        allow(ingress),
        deny("*", { Condition: { ...ip("IpAddress", "192.0.2.1"), NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }),
      ],
      "yes",
    ],
    [
      "a Deny on an unknown key makes it conditional",
      [allow(ingress), deny("*", { Condition: { StringNotEquals: { "acme:Moon": "full" } } })],
      "only-if where acme:Moon is full",
    ],
  ])("%s", (_, statements, says) => {
    expect(ann(statements)).toBe(says);
  });

  it("an Allow if a tag is a with a Deny unless it is b grants nothing", () => {
    const tag = (operator: string, value: string): VendorObject => ({ [operator]: { "aws:ResourceTag/env": value } });
    expect(
      ann([
        allow(ingress, { Condition: tag("StringEquals", "dev") }),
        deny("*", { Condition: tag("StringNotEquals", "prod") }),
      ]),
    ).toBe("no");
  });

  it("a Deny that depends on something takes away only under that", () => {
    expect(denied({ Bool: { "aws:SecureTransport": "false" } })).toBe("only-if over TLS");
    expect(denied({ IpAddress: { "aws:SourceIp": "192.0.2.0/24" } })).toBe("only-if not from 192.0.2.0/24");
  });
});

describe("policy variables", () => {
  const on = (resource: string, version = "2012-10-17"): string => {
    const text = { Version: version, Statement: [allow("iam:PutUserPolicy", { Resource: resource })] };
    const ann = user("ann", [], {
      UserPolicyList: [{ PolicyName: "own", PolicyDocument: text }],
      ...tagged({ home: "ann" }),
    });
    return answerFor(asked([ann, user("bob", [])], { action: ingress, resource: null }), "ann");
  };

  it.each<readonly [trap: string, resource: string, says: string]>([
    ["the caller's own name", "arn:aws:iam::111122223333:user/${aws:username}", "yes"],
    ["key names fold case", "arn:aws:iam::111122223333:user/${AWS:UserName}", "yes"],
    ["a tag of the caller", "arn:aws:iam::111122223333:user/${aws:PrincipalTag/home}", "yes"],
    ["one that is not there matches nothing", "arn:aws:iam::111122223333:user/${aws:PrincipalTag/none}*", "no"],
    ["unless it has a default", "arn:aws:iam::111122223333:user/${aws:PrincipalTag/none, 'ann'}", "yes"],
    ["an asterisk that stands for itself", "arn:aws:iam::111122223333:user/${*}", "no"],
    ["a dollar sign", "arn:aws:iam::111122223333:user/${$}ann", "no"],
  ])("%s", (_, resource, says) => {
    expect(on(resource)).toBe(says);
  });

  it("are plain text in the language of 2008", () => {
    expect(on("arn:aws:iam::111122223333:user/${aws:username}", "2008-10-17")).toBe("no");
  });

  it("in conditions: what is put in is no pattern", () => {
    const condition = { StringEquals: { "aws:username": "${aws:PrincipalTag/home}" } };
    expect(ann([allow(ingress, { Condition: condition })], tagged({ home: "ann" }))).toBe("yes");
    expect(ann([allow(ingress, { Condition: { StringLike: condition.StringEquals } })], tagged({ home: "a*" }))).toBe(
      "no",
    );
  });

  it("one that nobody knows before the request leaves it open", () => {
    const own = allow(ingress, { Resource: `${groupArn("sg-1").slice(0, -1)}\${aws:SourceIdentity}` });
    expect(ann([own])).toMatch(/^only-if if the resource is /);
  });
});
