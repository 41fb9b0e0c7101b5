import * as fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import {
  account,
  allow,
  answerFor,
  asked,
  document,
  organization,
  role,
  user,
  type SmallRecord,
} from "./small-identity.ts";

const json: fc.Arbitrary<Json> = fc.letrec<{ readonly value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<Json>(
      null,
      true,
      0,
      -1,
      "",
      "*",
      "Allow",
      "Deny",
      "ec2:*",
      "arn:aws:iam",
      "${",
      "${aws:username}",
      "%7B",
      "{",
    ),
    fc.string(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        "Version",
        "Statement",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "Condition",
        "Principal",
        "AWS",
        "Null",
        "Bool",
        "IpAddress",
        "__proto__",
      ),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

/** Anything in place of one member of a record. */
const twisted = (record: SmallRecord): fc.Arbitrary<SmallRecord> =>
  fc
    .tuple(fc.constantFrom(...Object.keys(record.data)), json)
    .map(([member, value]): SmallRecord =>
      Object.assign({}, record, { data: Object.assign({}, record.data, { [member]: value }) }),
    );

describe("records that anybody may have written", () => {
  it("never break the reading, whatever a member holds", () => {
    const records = [
      user("ann", [allow("sts:*")]),
      role("net", [allow("ec2:*")], { AWS: account }),
      ...organization({ [account]: [allow("*")], "ou-1": [allow("*")], "r-1": [allow("*")] }),
    ];
    fc.assert(
      fc.property(
        fc
          .nat(records.length - 1)
          .chain((at) => twisted(records[at] ?? user("x", [])).map((record) => ({ at, record }))),
        ({ at, record }) => {
          const { grants } = asked(records.with(at, record));
          expect(grants.length).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("a statement of anything is never taken for a Deny that certainly holds, and never for nothing", () => {
    fc.assert(
      fc.property(json, (statement) => {
        const { grants } = asked([user("ann", [allow("ec2:*"), statement])]);
        const own = grants.filter(({ principal }) => principal.id.endsWith("/ann"));
        // A well-formed Deny of ec2 may be among them; everything else leaves at least a possibility.
        const isDeny = JSON.stringify(statement).includes('"Deny"');
        if (!isDeny) expect(own.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  it("names are told as they are", () => {
    const name = "<b>$(rm -rf /)`'\"\u001b[31m";
    const more: VendorObject = {
      UserPolicyList: [{ PolicyName: name, PolicyDocument: document(allow("ec2:*", { Sid: name })) }],
    };
    const [grant] = asked([user("ann", [], more)]).grants;
    expect(grant?.statements[0]).toMatchObject({ statement: name });
    expect(grant?.removal.cli).toEqual([]);
  });

  it("parents that lead round in a circle say nothing of where an account is", () => {
    const circle = ["ou-1", "ou-2"].map((Id, at) => ({
      operation: "organizations:ListOrganizationalUnitsForParent",
      request: { ParentId: `ou-${2 - at}` },
      data: { Id },
    }));
    expect(answerFor(asked([user("ann", [allow("ec2:*")]), ...organization({}), ...circle]), "ann")).toBe("unknown");
  });
});

const dump = resolve(
  import.meta.dirname,
  "../../../../../../shared/data/aws-cli-dump/us-east-1/iam-get-account-authorization-details.json",
);

describe.skipIf(!existsSync(dump))("a real account", () => {
  it("is read whole: who may do everything, and that anyone may become it", () => {
    const lists: Readonly<Record<string, readonly VendorObject[]>> = JSON.parse(readFileSync(dump, "utf8"));
    const kinds = { UserDetailList: "user", GroupDetailList: "group", RoleDetailList: "role", Policies: "policy" };
    const records = Object.entries(kinds).flatMap(([list, Kind]) =>
      (lists[list] ?? []).map((data): SmallRecord => ({
        operation: "iam:GetAccountAuthorizationDetails",
        request: { Kind },
        data,
        account: "123456789012",
      })),
    );
    const answer = asked(records);
    expect(answerFor(answer, "bad_role", "direct")).toBe("yes");
    expect(answerFor(answer, "*", "outside")).toBe("yes");
    expect(answerFor(answer, "exfiller", "direct")).toBe("no");
    expect(answer.grants.find(({ principal }) => principal.id.endsWith("/bad_role"))?.breadth?.pattern).toBe("*");
  });
});
