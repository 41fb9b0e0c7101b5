import * as fc from "fast-check";
import type { VendorObject } from "../../src/snapshot/record.ts";
import { account, groupArn } from "../providers/aws/understand/identity/small-identity.ts";

/** Policies over a small vocabulary, and every request that its conditions can tell apart. */

export const groupTags: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "sg-1": { env: "prod" },
  "sg-2": { env: "dev" },
  "sg-3": {},
};

const actions = [
  "ec2:AuthorizeSecurityGroupIngress",
  "ec2:*",
  "*",
  "ec2:Authorize*",
  "EC2:authorizesecuritygroupingres?",
  "ec2:Describe*",
  "s3:*",
  "iam:*",
];
const resources = [
  "*",
  groupArn("sg-1"),
  groupArn("sg-2"),
  groupArn("sg-?"),
  "arn:aws:ec2:*:*:security-group/*",
  `arn:aws:ec2:*:${account}:security-group/sg-[0-2]`,
  "arn:aws:ec2:eu-west-1:*",
  "arn:aws:ec2:us-*",
  "arn:aws:s3:::*",
  groupArn("sg-${aws:PrincipalTag/number}"),
  groupArn("${aws:PrincipalTag/none}*"),
];

/** What a condition may ask of a key, and the values that between them pass and fail every such test in every way. */
interface Key {
  readonly name: string;
  readonly tests: readonly (readonly [operator: string, values: readonly string[]])[];
  readonly values: readonly (string | readonly string[] | null)[];
}

const textTests = (values: readonly (readonly string[])[]): Key["tests"] =>
  [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringLikeIfExists",
  ].flatMap((operator) => values.map((each) => [operator, each] as const));
const presence: Key["tests"] = [
  ["Null", ["true"]],
  ["Null", ["false"]],
];

/** Keys that are open before the request. */
export const openKeys: readonly Key[] = [
  {
    name: "aws:SourceIp",
    tests: [
      ["IpAddress", ["192.0.2.0/24"]],
      ["IpAddress", ["192.0.2.128/25", "198.51.100.0/24"]],
      ["NotIpAddress", ["192.0.2.0/24"]],
      ["NotIpAddressIfExists", ["198.51.100.0/24"]],
      ...presence,
    ],
    values: [null, "192.0.2.5", "192.0.2.200", "198.51.100.7", "203.0.113.1"],
  },
  {
    name: "aws:MultiFactorAuthPresent",
    tests: [
      ["Bool", ["true"]],
      ["Bool", ["false"]],
      ["BoolIfExists", ["false"]],
      ["BoolIfExists", ["true"]],
      ...presence,
    ],
    values: [null, "true", "false"],
  },
  {
    name: "aws:SourceVpce",
    tests: [...textTests([["vpce-a"], ["vpce-*"], ["*b"], ["vpce-?", "VPCE-A"]]), ...presence],
    values: [
      null,
      "vpce-a",
      "vpce-b",
      "vpce-ab",
      "vpce-xx",
      "xb",
      "x",
      "vpce-c",
      "VPCE-A",
      "VPCE-x",
      "vpce-*",
      "*b",
      "vpce-?",
      "VPCE-B",
      "xxB",
      "VPCE-?",
      "VPCE-*",
      "*B",
    ],
  },
  {
    name: "aws:CalledVia",
    tests: [
      ["ForAllValues:StringEquals", ["a"]],
      ["ForAllValues:StringNotEquals", ["a"]],
      ["ForAnyValue:StringEquals", ["a", "b"]],
      ["ForAnyValue:StringNotEquals", ["b"]],
      ["ForAnyValue:StringLike", ["?"]],
      ...presence,
    ],
    values: [null, ...subsetsOf(["a", "b", "c", "dd"])],
  },
  {
    name: "aws:MultiFactorAuthAge",
    tests: [
      ["NumericLessThan", ["100"]],
      ["NumericGreaterThanEquals", ["100"]],
      ["NumericEquals", ["5"]],
      ["NumericNotEquals", ["5"]],
      ...presence,
    ],
    values: [null, "0", "5", "99", "100", "5000"],
  },
  {
    name: "aws:CurrentTime",
    tests: [
      ["DateLessThan", ["2020-01-01T00:00:00Z"]],
      ["DateLessThan", ["2028-01-01T00:00:00Z"]],
      ["DateGreaterThan", ["2028-01-01T00:00:00Z"]],
      ["DateLessThan", ["2099-01-01T00:00:00Z"]],
      ["DateGreaterThan", ["2020-01-01T00:00:00Z"]],
    ],
    values: ["2026-06-01T00:00:00Z", "2028-01-01T00:00:00Z", "2031-01-01T00:00:00Z"],
  },
  {
    name: "acme:Moon",
    tests: [...textTests([["full"], ["${aws:username}"]]), ...presence],
    values: [null, "full", "ann", "FULL", "ANN", "new"],
  },
];

/** Keys that the records tell. */
const knownKeys: readonly Pick<Key, "name" | "tests">[] = [
  { name: "aws:PrincipalTag/number", tests: textTests([["1"], ["?"], ["2"]]) },
  { name: "aws:PrincipalTag/none", tests: [...textTests([["x"], ["*"]]), ...presence] },
  { name: "aws:ResourceTag/env", tests: [...textTests([["prod"], ["d*"], ["PROD"]]), ...presence] },
  { name: "aws:RequestedRegion", tests: textTests([["eu-west-1"], ["us-*"]]) },
  { name: "aws:username", tests: textTests([["ann"], ["b*"]]) },
  { name: "aws:PrincipalAccount", tests: textTests([[account], ["999999999999"]]) },
];

/** Every set of some texts but the empty one. */
function subsetsOf(texts: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: 2 ** texts.length - 1 }, (_, number) =>
    texts.filter((_text, at) => ((number + 1) & (1 << at)) !== 0),
  );
}

const some = <T>(list: readonly T[], maxLength = 2): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...list), { minLength: 1, maxLength });

/** A condition on at most two keys. */
function condition(open: readonly Key[]): fc.Arbitrary<VendorObject> {
  const key = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...open) },
    { weight: 1, arbitrary: fc.constantFrom(...knownKeys) },
  );
  return fc
    .array(
      key.chain(({ name, tests }) =>
        fc.constantFrom(...tests).map(([operator, values]) => ({ name, operator, values })),
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((tests) => {
      const made: Record<string, Record<string, readonly string[]>> = {};
      for (const { name, operator, values } of tests) made[operator] = { ...made[operator], [name]: values };
      return made;
    });
}

/** A statement whose conditions ask of some open keys, and of known ones. */
export function randomStatement(
  open: readonly Key[],
  effects: readonly string[] = ["Allow", "Allow", "Deny"],
): fc.Arbitrary<VendorObject> {
  return fc
    .record({
      effect: fc.constantFrom(...effects),
      action: some(actions),
      notAction: fc.integer({ min: 0, max: 5 }).map((number) => number === 0),
      resource: some(resources),
      notResource: fc.integer({ min: 0, max: 7 }).map((number) => number === 0),
      condition: fc.option(condition(open), { nil: undefined, freq: 2 }),
    })
    .map(({ effect, action, notAction, resource, notResource, condition: asked }): VendorObject => {
      const statement = {
        Effect: effect,
        [notAction ? "NotAction" : "Action"]: action,
        [notResource ? "NotResource" : "Resource"]: resource,
      };
      return asked === undefined ? statement : Object.assign(statement, { Condition: asked });
    });
}

/** Everything that bears on Ann: her own statements, her group's, her boundary's, and those of two levels of an organization; null for none. */
export interface RandomEstate {
  readonly open: readonly Key[];
  readonly own: readonly VendorObject[];
  readonly group: readonly VendorObject[];
  readonly boundary: readonly VendorObject[] | null;
  readonly levels: readonly (readonly VendorObject[])[] | null;
}

export const randomEstate: fc.Arbitrary<RandomEstate> = some(openKeys, 2).chain((open) => {
  const statements = (minLength: number, maxLength: number) =>
    fc.array(randomStatement(open), { minLength, maxLength });
  const plain = fc.constant<VendorObject>({ Effect: "Allow", Action: "*", Resource: "*" });
  // A cap that allows nothing makes for dull estates, so most begin with an Allow of everything.
  const cap = fc.tuple(
    fc.oneof({ weight: 3, arbitrary: plain.map((each) => [each]) }, { weight: 1, arbitrary: statements(1, 2) }),
    statements(0, 1),
  );
  const flat = cap.map((parts) => parts.flat());
  return fc.record({
    open: fc.constant(open),
    own: statements(1, 3),
    group: statements(0, 2),
    boundary: fc.option(flat, { freq: 1 }),
    levels: fc.option(fc.tuple(flat, flat), { freq: 1 }),
  });
});

/** Every combination of values of some open keys. */
export function* contextsOf(open: readonly Key[]): Generator<Record<string, string | readonly string[]>> {
  const [key, ...rest] = open;
  if (key === undefined) {
    yield {};
    return;
  }
  for (const context of contextsOf(rest)) {
    for (const value of key.values) yield value === null ? context : { ...context, [key.name]: value };
  }
}
