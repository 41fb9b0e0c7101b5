import { describe, expect, it } from "vitest";
import type { Coverage } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report, ReportTarget } from "../../src/model/report.ts";
import { compareWithBaseline } from "../../src/scan/baseline.ts";
import { summaryOf } from "../../src/scan/analyse.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

const account = "111122223333";
const ireland: ReportTarget = {
  cloud: "aws",
  account,
  region: "eu-west-1",
  name: null,
  status: "scanned",
  note: null,
};

function resource(id: string, region = "eu-west-1") {
  return { cloud: "aws", account, region, type: "aws:ec2:security-group", id, name: null, arn: null } as const;
}

function finding(id: string, changes: Partial<Finding> = {}): Finding {
  return sampleFinding(openAdminRule, id, resource(`sg-${id}`), "m", changes);
}

const suppression = {
  reason: "accepted",
  owner: null,
  ticket: null,
  expires: null,
  matched: { where: "rampart.yaml suppressions[0]", fields: { check: "*" } },
};

function report(findings: readonly Finding[], changes: Partial<Report> = {}): Report {
  const sample = sampleReport();
  return {
    ...sample,
    findings,
    summary: summaryOf(findings),
    scan: { ...sample.scan, complete: true, targets: [ireland], notes: [] },
    ...changes,
  };
}

describe("findings against a baseline", () => {
  it.each<[string, Partial<Finding> | null, Partial<Finding>, "new" | "unchanged"]>([
    ["was not there", null, {}, "new"],
    ["was there", {}, {}, "unchanged"],
    ["could not be judged then", { status: "unknown" }, {}, "new"],
    ["failed then, cannot be judged now", {}, { status: "unknown" }, "unchanged"],
    ["was unknown and still is", { status: "unknown" }, { status: "unknown" }, "unchanged"],
    ["was accepted, no longer is", { suppression }, {}, "new"],
    ["was accepted and is", { suppression }, { suppression }, "unchanged"],
    ["counted, is accepted now", {}, { suppression }, "unchanged"],
  ])("one that %s", (_, then, now, mark) => {
    const earlier = report(then === null ? [] : [finding("1", then)]);
    const compared = compareWithBaseline(report([finding("1", now)]), earlier);
    expect(compared.findings[0]?.baseline).toBe(mark);
    const counts = now.suppression === undefined;
    expect(compared.baseline).toEqual({
      comparedWith: earlier.scan.finishedAt,
      new: mark === "new" && counts ? 1 : 0,
      unchanged: mark === "unchanged" && counts ? 1 : 0,
      fixed: [],
    });
  });
});

describe("a failure that is gone", () => {
  const gone = finding("1");
  const unknownTarget = finding("u", {
    status: "unknown",
    resource: { ...resource(`${account}/eu-west-1`), type: "aws:account-region" },
  });
  const unreadNow: Coverage = {
    ...ireland,
    operation: "ec2:DescribeSubnets",
    status: "throttled",
    items: 1,
    error: "slow down",
  };
  it.each<[string, Finding, readonly Finding[], Partial<Report>, boolean]>([
    ["is fixed", gone, [], {}, true],
    ["was accepted: nobody waited for it", finding("1", { suppression }), [], {}, false],
    ["was unknown", finding("1", { status: "unknown" }), [], {}, false],
    ["is of a check that did not run", gone, [], { checks: [] }, false],
    ["is of a target that could not be judged", gone, [unknownTarget], {}, false],
    [
      "is of a target that another check alone could not judge",
      gone,
      [{ ...unknownTarget, check: "unused-firewall" }],
      {},
      true,
    ],
    [
      "is of a resource that could not be judged",
      gone,
      [finding("other", { status: "unknown", resource: gone.resource })],
      {},
      false,
    ],
    ["is of a target of which less was read now", gone, [], { coverage: [unreadNow] }, false],
    [
      "is of a target beside one of which less was read",
      gone,
      [],
      { coverage: [{ ...unreadNow, region: "us-east-1" }] },
      true,
    ],
    [
      "is of an account of which less was read now",
      gone,
      [],
      { coverage: [{ ...unreadNow, region: "global" }] },
      false,
    ],
    ["is of a Region that was not scanned", finding("1", { resource: resource("sg-1", "us-east-1") }), [], {}, false],
    ["belongs to the account as a whole", finding("1", { resource: resource("root", "global") }), [], {}, true],
    [
      "is of a Region that is switched off now",
      gone,
      [],
      { scan: { ...report([]).scan, targets: [{ ...ireland, status: "disabled" }] } },
      false,
    ],
  ])("%s", (_, then, now, changes, fixed) => {
    const compared = compareWithBaseline(report(now, changes), report([then]));
    expect(compared.baseline?.fixed).toEqual(fixed ? [then] : []);
  });
});

describe("what makes the comparison say less", () => {
  it("is told in notes", () => {
    const cut = report([finding("1")]);
    const earlier = { ...cut, findings: [], checks: [openAdminRule], scan: { ...cut.scan, complete: false } };
    const notes = compareWithBaseline(report([finding("1")]), earlier).scan.notes;
    expect(notes).toEqual([
      "baseline: 1 of its findings were left out of it (--min-severity), so they count as new. Write baselines without it",
      "baseline: it lacks checks that ran now, whose findings are all new: guardduty-trusted-list, open-egress-rule, unlogged-firewall",
      "baseline: it was incomplete, so what could not be judged then counts as new if it fails now",
    ]);
    expect(compareWithBaseline(report([]), report([])).scan.notes).toEqual([]);
  });
});
