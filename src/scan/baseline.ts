import { isKnown } from "../model/coverage.ts";
import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { canonicalId, globalRegion, targetKey, type ResourceRef, type Target } from "../model/resource.ts";
import { compareTexts } from "./order.ts";

/**
 * Compares a report with an earlier one by the fingerprints of their findings.
 *
 * - `new`: did not count then. A finding that was suppressed then and no longer is is new: it comes back. So is a failure of what could not be judged
 *   then.
 * - `unchanged`: counted then too, or is suppressed now and was there.
 * - fixed: a failure that counted then, and is gone although its check ran, its target was scanned and read no less than then, and neither the target nor
 *   the resource is unknown to that check now.
 */
export function compareWithBaseline(report: Report, earlier: Report): Report {
  const before = new Map(earlier.findings.map((finding) => [finding.id, finding]));
  const findings = report.findings.map((finding) => marked(finding, before.get(finding.id)));
  const counting = findings.filter(({ suppression }) => suppression === null);
  const isJudged = judgedIn(report);
  const isReadAsThen = readNoLess(report, earlier);
  const now = new Set(report.findings.map(({ id }) => id));
  const fixed = earlier.findings.filter(
    (finding) =>
      finding.status === "fail" &&
      finding.suppression === null &&
      !now.has(finding.id) &&
      isJudged(finding) &&
      isReadAsThen(finding.resource),
  );
  return {
    ...report,
    findings,
    baseline: {
      comparedWith: earlier.scan.finishedAt,
      new: counting.filter(({ baseline }) => baseline === "new").length,
      unchanged: counting.filter(({ baseline }) => baseline === "unchanged").length,
      fixed,
    },
    scan: { ...report.scan, notes: [...remarksOn(report, earlier), ...report.scan.notes] },
  };
}

function marked(finding: Finding, then: Finding | undefined): Finding {
  return { ...finding, baseline: then !== undefined && covers(then, finding) ? "unchanged" : "new" };
}

function covers(then: Finding, now: Finding): boolean {
  if (now.suppression === null && then.suppression !== null) return false;
  return then.status === "fail" || now.status === "unknown";
}

/** Tells whether a report could have had a finding, so that its absence means that there was nothing to find. */
export function judgedIn({ checks, scan, findings }: Report): (finding: Finding) => boolean {
  const ran = new Set(checks.map(({ id }) => id));
  const scanned = new Set(
    scan.targets.flatMap((target) =>
      target.status === "scanned" ? [targetKey(target), targetKey({ ...target, region: globalRegion })] : [],
    ),
  );
  const unknown = new Set(
    findings.flatMap(({ check, status, resource }) =>
      status === "unknown" ? [`${check} ${isTarget(resource) ? targetKey(resource) : canonicalId(resource)}`] : [],
    ),
  );
  return ({ check, resource }) =>
    ran.has(check) &&
    scanned.has(targetKey(resource)) &&
    !unknown.has(`${check} ${targetKey(resource)}`) &&
    !unknown.has(`${check} ${canonicalId(resource)}`);
}

/** Whether everything that was read of a target then, or of what has no Region in its account, was read whole now: a check may go on with less. */
function readNoLess(report: Report, earlier: Report): (target: Target) => boolean {
  const unreadThen = new Set(unreadOf(earlier));
  const lessRead = new Set(
    unreadOf(report).flatMap((row) => (unreadThen.has(row) ? [] : [row.slice(0, row.indexOf(" "))])),
  );
  return (target) => !lessRead.has(targetKey(target)) && !lessRead.has(targetKey({ ...target, region: globalRegion }));
}

/** `aws/1/eu-west-1 ec2:DescribeSubnets`: what was not read whole. */
function unreadOf({ coverage }: Report): readonly string[] {
  return coverage.flatMap((row) => (isKnown(row.status) ? [] : [`${targetKey(row)} ${row.operation}`]));
}

/** Whether an unknown finding speaks of a whole target: see judge.ts. */
function isTarget({ type, cloud }: ResourceRef): boolean {
  return type === `${cloud}:account-region`;
}

/** What makes a comparison say less than it seems to. */
function remarksOn(report: Report, earlier: Report): readonly string[] {
  const { critical, high, medium, low, unknown, suppressed } = earlier.summary;
  const missing = critical + high + medium + low + unknown + suppressed - earlier.findings.length;
  const ran = new Set(earlier.checks.map(({ id }) => id));
  const notRun = report.checks.filter(({ id }) => !ran.has(id)).map(({ id }) => id);
  return [
    ...(missing > 0
      ? [
          `baseline: ${missing} of its findings were left out of it (--min-severity), so they count as new. Write baselines without it`,
        ]
      : []),
    ...(notRun.length > 0
      ? [
          `baseline: it lacks checks that ran now, whose findings are all new: ${notRun.toSorted(compareTexts).join(", ")}`,
        ]
      : []),
    ...(earlier.scan.complete
      ? []
      : ["baseline: it was incomplete, so what could not be judged then counts as new if it fails now"]),
  ];
}
