import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VendorObject } from "../../src/snapshot/record.ts";
import {
  account,
  allow,
  answerFor,
  asked,
  deny,
  document,
  groupArn,
  ingress,
  role,
  roleArn,
  securityGroup,
  trusts,
  user,
  userArn,
} from "../providers/aws/understand/identity/small-identity.ts";
import { isAllowed } from "./naive.ts";

// A few identities, a few ways from one to the other, and a closure that goes over everything again until nothing changes.

const users = ["ann", "bob", "cid"];
const roles = ["net", "ops", "dev"];
const arns = [...users.map((name) => userArn(name)), ...roles.map((name) => roleArn(name))];
const group = groupArn("sg-1");
const everything = document(allow("*"));

interface Member {
  readonly arn: string;
  readonly statements: readonly VendorObject[];
  /** Who may assume it: ARNs, or the account as a whole; none for users. */
  readonly trusts: readonly string[];
}

const steps = ["sts:AssumeRole", "iam:PutUserPolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"];

const statement: fc.Arbitrary<VendorObject> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...steps), fc.constantFrom("*", ...arns))
      .map(([action, Resource]) => allow(action, { Resource })),
  },
  { weight: 1, arbitrary: fc.constant(allow(ingress, { Resource: group })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(ingress, "sts:AssumeRole"), fc.constantFrom("*", ...arns))
      .map(([action, Resource]) => deny(action, { Resource })),
  },
);

const members: fc.Arbitrary<readonly Member[]> = fc.tuple(
  ...arns.map((arn) =>
    fc.record({
      arn: fc.constant(arn),
      statements: fc.array(statement, { maxLength: 2 }),
      trusts: arn.includes(":role/")
        ? fc.uniqueArray(fc.constantFrom(account, ...arns), { maxLength: 2 })
        : fc.constant<string[]>([]),
    }),
  ),
);

/** Whether one member ends up able to change the group. */
function reaches(start: Member, all: readonly Member[]): boolean {
  const become = new Set([start.arn]);
  const granted = new Set<string>();
  const may = (member: Member, action: string, resource: string, always: boolean): boolean => {
    const extra = always || granted.has(member.arn) ? [everything] : [];
    return isAllowed(
      { action, resource, context: {} },
      { identity: [document(...member.statements), ...extra], caps: [] },
    );
  };
  for (let before = -1; before !== become.size + granted.size;) {
    before = become.size + granted.size;
    for (const member of all.filter(({ arn }) => become.has(arn))) {
      // Whoever may do anything can make a new user, whom no policy denies anything.
      if (granted.has(member.arn) || may(member, ingress, group, false)) return true;
      for (const target of all) {
        const isRole = target.arn.includes(":role/");
        if (may(member, isRole ? "iam:PutRolePolicy" : "iam:PutUserPolicy", target.arn, false)) granted.add(target.arn);
        if (!isRole || !may(member, "sts:AssumeRole", target.arn, true)) continue;
        const byName = target.trusts.includes(member.arn);
        const byAccount = target.trusts.includes(account) && may(member, "sts:AssumeRole", target.arn, false);
        if (byName || byAccount || may(member, "iam:UpdateAssumeRolePolicy", target.arn, false)) become.add(target.arn);
      }
    }
  }
  return false;
}

function recordsOf(all: readonly Member[]) {
  return [
    ...all.map(({ arn, statements, trusts: who }) => {
      const name = arn.slice(arn.lastIndexOf("/") + 1);
      if (!arn.includes(":role/")) return user(name, statements);
      return role(
        name,
        statements,
        who.length === 0 ? [trusts({ Service: "ec2.amazonaws.com" })] : [trusts({ AWS: who })],
      );
    }),
    securityGroup("sg-1"),
  ];
}

describe("escalation against a closure that goes over everything until nothing changes", () => {
  it("finds a way exactly where there is one", () => {
    let found = 0;
    let runs = 0;
    fc.assert(
      fc.property(members, (all) => {
        const answer = asked(recordsOf(all), { action: ingress, resource: null });
        for (const member of all) {
          const expected = reaches(member, all);
          runs += 1;
          if (expected) found += 1;
          expect(`${member.arn} ${answerFor(answer, member.arn)}`).toBe(`${member.arn} ${expected ? "yes" : "no"}`);
        }
      }),
      { numRuns: 300 },
    );
    // The estates are no good if they all come to the same.
    expect(found).toBeGreaterThan(runs / 10);
    expect(found).toBeLessThan((runs * 9) / 10);
  });

  it("another permission never takes a way away", () => {
    fc.assert(
      fc.property(members, fc.nat(arns.length - 1), statement, (all, at, more) => {
        if (more["Effect"] === "Deny") return;
        const before = asked(recordsOf(all), { action: ingress, resource: null });
        const richer = all.map((member, index) =>
          index === at ? { ...member, statements: [...member.statements, more] } : member,
        );
        const after = asked(recordsOf(richer), { action: ingress, resource: null });
        for (const { arn } of all) {
          if (answerFor(before, arn) === "yes") expect(`${arn} ${answerFor(after, arn)}`).toBe(`${arn} yes`);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("every path is one that can be walked: each step leads from where the one before ended, and its verdict is never weaker than the whole", () => {
    fc.assert(
      fc.property(members, (all) => {
        const { grants } = asked(recordsOf(all), { action: ingress, resource: null });
        for (const { path, decision } of grants) {
          for (const step of path) {
            expect(step.statement).not.toBeNull();
            if (decision === "yes") expect(step.verdict).toBe("yes");
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
