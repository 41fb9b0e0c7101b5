import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/identity/estate.ts";
import type { VendorObject } from "../../src/snapshot/record.ts";
import {
  account,
  allow,
  answerFor,
  asked,
  bounded,
  document,
  groupArn,
  iamGroup,
  ingress,
  organization,
  policy,
  policyArn,
  region,
  securityGroup,
  tagged,
  user,
  type SmallRecord,
} from "../providers/aws/understand/identity/small-identity.ts";
import { isAllowed, type Layers } from "./naive.ts";
import {
  contextsOf,
  groupTags,
  openKeys,
  randomEstate,
  randomStatement,
  type RandomEstate,
} from "./random-policies.ts";

const now = "2026-06-01T00:00:00Z";
const groups = Object.entries(groupTags).map(([id, tags]) => securityGroup(id, tagged(tags)));
const everything = allow("*");

function recordsOf({ own, group, boundary, levels }: RandomEstate): readonly SmallRecord[] {
  const [root = [], unit = []] = levels ?? [];
  return [
    user("ann", own, {
      ...tagged({ number: "1" }),
      GroupList: ["ops"],
      ...(boundary === null ? {} : bounded(policyArn("b"))),
    }),
    iamGroup("ops", group),
    ...(boundary === null ? [] : [policy(policyArn("b"), document(...boundary))]),
    ...groups,
    ...(levels === null ? [] : organization({ "r-1": root, "ou-1": unit, [account]: [everything] })),
  ];
}

function layersOf({ own, group, boundary, levels }: RandomEstate): Layers {
  const policies = (statements: readonly VendorObject[]) => [document(...statements)];
  return {
    identity: [document(...own), document(...group)],
    caps: [...(boundary === null ? [] : [policies(boundary)]), ...(levels ?? []).map(policies)],
  };
}

/** The engine's verdict on one group, by Ann's own rights. */
function verdictOn(estate: RandomEstate, id: string): Verdict {
  const answer = asked(recordsOf(estate), { action: ingress, resource: id }, { now });
  const says = answerFor(answer, "ann", "direct");
  return (["yes", "only-if", "unknown"] as const).find((verdict) => says.startsWith(verdict)) ?? "no";
}

/** What the naive evaluator says of every request on one group that the records leave open. */
function naiveOn(estate: RandomEstate, id: string): Verdict {
  const layers = layersOf(estate);
  const tag = groupTags[id]?.["env"];
  const known = {
    "aws:PrincipalTag/number": "1",
    "aws:username": "ann",
    "aws:PrincipalAccount": account,
    "aws:RequestedRegion": region,
    "aws:CurrentTime": now,
    ...(tag === undefined ? {} : { "aws:ResourceTag/env": tag }),
  };
  const outcomes = new Set<boolean>();
  for (const open of contextsOf(estate.open)) {
    outcomes.add(isAllowed({ action: ingress, resource: groupArn(id), context: { ...known, ...open } }, layers));
  }
  return outcomes.size === 2 ? "only-if" : outcomes.has(true) ? "yes" : "no";
}

const rank = (verdict: Verdict): number => ["no", "unknown", "only-if", "yes"].indexOf(verdict);
const ids = Object.keys(groupTags);
const estates = (check: (estate: RandomEstate, id: string) => void, numRuns: number) =>
  fc.assert(fc.property(randomEstate, fc.constantFrom(...ids), check), { numRuns });

describe("against an evaluator of single requests that shares no code with the engine", () => {
  it("yes is every request, no is none, only-if is some and not all", () => {
    const seen = new Map<Verdict, number>();
    estates((estate, id) => {
      const verdict = verdictOn(estate, id);
      seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
      expect(verdict).toBe(naiveOn(estate, id));
    }, 600);
    // The estates are no good if they all come to the same.
    for (const verdict of ["yes", "only-if", "no"] as const) expect(seen.get(verdict)).toBeGreaterThan(30);
  });
});

describe("statements", () => {
  it("another Allow never takes away", () => {
    fc.assert(
      fc.property(randomEstate, fc.constantFrom(...ids), randomStatement(openKeys, ["Allow"]), (estate, id, more) => {
        const before = verdictOn(estate, id);
        const after = verdictOn({ ...estate, own: [...estate.own, more] }, id);
        expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
      }),
      { numRuns: 150 },
    );
  });

  it("another Deny never adds, wherever it stands", () => {
    fc.assert(
      fc.property(
        randomEstate,
        fc.constantFrom(...ids),
        randomStatement(openKeys, ["Deny"]),
        fc.constantFrom("own", "group", "boundary", "levels"),
        (estate, id, more, where) => {
          const before = verdictOn(estate, id);
          const own = [...estate.own, ...(where === "own" ? [more] : [])];
          const group = [...estate.group, ...(where === "group" ? [more] : [])];
          const boundary = where === "boundary" ? [...(estate.boundary ?? [everything]), more] : estate.boundary;
          const [root = [everything], unit = [everything]] = estate.levels ?? [];
          const levels = where === "levels" ? [root, [...unit, more]] : estate.levels;
          expect(rank(verdictOn({ ...estate, own, group, boundary, levels }, id))).toBeLessThanOrEqual(rank(before));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("mean the same in any order, and taken apart", () => {
    fc.assert(
      fc.property(randomEstate, fc.constantFrom(...ids), fc.infiniteStream(fc.nat()), (estate, id, numbers) => {
        const shuffled = (statements: readonly VendorObject[]): readonly VendorObject[] =>
          statements
            .map((statement) => ({ statement, at: numbers.next().value ?? 0 }))
            .toSorted((a, b) => a.at - b.at)
            .flatMap(({ statement }) => split(statement));
        const other = { ...estate, own: shuffled(estate.own), group: shuffled(estate.group) };
        expect(verdictOn(other, id)).toBe(verdictOn(estate, id));
      }),
      { numRuns: 150 },
    );
  });

  it("of a group are worth as much as one's own", () => {
    estates((estate, id) => {
      const moved = { ...estate, own: [], group: [...estate.own, ...estate.group] };
      expect(verdictOn(moved, id)).toBe(verdictOn(estate, id));
    }, 100);
  });
});

describe("unread parts", () => {
  const attached = { AttachedManagedPolicies: [{ PolicyArn: policyArn("more"), PolicyName: "more" }] };
  /** Ann with one managed policy more; null for one that was not read. */
  const withPolicy = (estate: RandomEstate, id: string, statements: readonly VendorObject[] | null) => {
    const [first, ...rest] = recordsOf(estate);
    const own = first === undefined ? [] : [{ ...first, data: { ...first.data, ...attached } }];
    const more = statements === null ? [] : [policy(policyArn("more"), document(...statements))];
    return asked([...own, ...rest, ...more], { action: ingress, resource: id }, { now }).grants.filter(
      ({ principal, by }) => principal.id.endsWith("/ann") && by === "direct",
    );
  };

  it("whatever a policy that was not read turns out to say, the answer was among those left open", () => {
    fc.assert(
      fc.property(randomEstate, fc.constantFrom(...ids), randomStatement(openKeys), (estate, id, some) => {
        const unread = withPolicy(estate, id, null);
        // It may deny, so nothing is certain any more.
        expect(unread.every(({ decision }) => decision === "unknown")).toBe(true);
        const most = Math.max(0, ...unread.map(({ atMost }) => rank(atMost)));
        for (const statements of [[everything], [], [{ ...everything, Effect: "Deny" }], [some]]) {
          const read = withPolicy(estate, id, statements);
          expect(Math.max(0, ...read.map(({ decision }) => rank(decision)))).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** One statement for each action and resource, where that means the same. */
function split(statement: VendorObject): readonly VendorObject[] {
  return ["Action", "Resource"].reduce<readonly VendorObject[]>(
    (statements, member) =>
      statements.flatMap((each) => {
        const value = each[member];
        return Array.isArray(value) ? value.map((one) => Object.assign({}, each, { [member]: one })) : [each];
      }),
    [statement],
  );
}
