import { isKnown } from "../model/coverage.ts";
import type { ComparedSide, DiffReport, ExposureChange, FirewallChange } from "../model/diff.ts";
import type { Facet } from "../model/facet.ts";
import type { Report } from "../model/report.ts";
import { targetKey } from "../model/resource.ts";
import type { Firewall } from "../network/estate.ts";
import { changesOfExposure } from "../network/exposure-change.ts";
import { changeOfFirewall, pairById, type Paired } from "../network/firewall-change.ts";
import { brief } from "../network/words.ts";
import type { Provider } from "../providers/provider.ts";
import { compareWithBaseline, judgedIn } from "./baseline.ts";
import { changerChanges } from "./changer-change.ts";
import type { Estate } from "./check.ts";
import { compareTexts } from "./order.ts";
import { readOnBothSides, type Readings } from "./readings.ts";

/** One side of a comparison: a judged report, and the estate behind it where there is one. */
export interface Side {
  readonly name: string;
  readonly kind: ComparedSide["kind"];
  readonly report: Report;
  /** Null for a report that was read from a file. */
  readonly estate: Estate | null;
}

/**
 * What changed from one side to the other: findings always; firewalls, exposure and who can change firewalls where both sides have the records.
 * Nothing counts as opened, closed, gone or fixed because it was not read on one side; a finding that the old side could not judge is new, as it is to
 * a scan with a baseline, and a note says how many are.
 */
export function compareSides(old: Side, fresh: Side, providers: readonly Provider[]): DiffReport {
  const notes: string[] = [];
  const findings = findingChanges(old.report, fresh.report);
  const estates = old.estate === null || fresh.estate === null ? null : { before: old.estate, after: fresh.estate };
  if (estates === null) {
    notes.push("A report holds findings alone: give two snapshots to see what changed in the firewalls themselves");
  }
  const readings = readOnBothSides(old.report, fresh.report, providers, notes);
  const firewalls = estates === null ? null : firewallChanges(estates.before, estates.after, readings);
  const exposures = estates === null ? null : exposureChanges(estates.before, estates.after, readings);
  const changers =
    estates === null ? null : changerChanges(estates.before.identity, estates.after.identity, readings, notes);
  notes.push(...remarksOnNew(old.report, findings));
  notes.push(...remarksOnUnread("old", old.report), ...remarksOnUnread("new", fresh.report));
  return {
    schemaVersion: 1,
    old: sideOf(old),
    new: sideOf(fresh),
    summary: summaryOf({ firewalls, exposures, changers, findings }),
    firewalls,
    exposures,
    changers,
    findings,
    notes,
  };
}

/** Findings as a scan with --baseline compares them: suppressed ones count on neither side. */
function findingChanges(old: Report, fresh: Report): DiffReport["findings"] {
  const { findings, baseline } = compareWithBaseline(fresh, old);
  const fixed = baseline?.fixed ?? [];
  const accounted = new Set([...findings, ...fixed].map(({ id }) => id));
  return {
    new: findings.filter((finding) => finding.baseline === "new" && finding.suppression === null),
    fixed,
    unchanged: baseline?.unchanged ?? 0,
    notJudged: old.findings.filter(
      ({ id, status, suppression }) => status === "fail" && suppression === null && !accounted.has(id),
    ).length,
  };
}

function sideOf({ name, kind, report }: Side): ComparedSide {
  return { name, kind, finishedAt: report.scan.finishedAt, complete: report.scan.complete };
}

/** What an incomplete side leaves open, for a comparison that finds nothing must not pass for one that saw everything. */
function remarksOnUnread(word: "old" | "new", { scan, coverage }: Report): readonly string[] {
  if (scan.complete) return [];
  const unread = [...new Set(coverage.filter(({ status }) => !isKnown(status)).map(({ operation }) => operation))];
  const named = unread.length === 0 ? "" : `: ${brief(unread.toSorted(compareTexts), operationsShown)} not read`;
  return [`The ${word} side is incomplete${named}. What changed there may be more than is told here`];
}

/** Operations that a note names; the rest is counted. */
const operationsShown = 5;

/** New findings of what the old side could not judge may be old ones. */
function remarksOnNew(old: Report, { new: findings }: DiffReport["findings"]): readonly string[] {
  const isJudged = judgedIn(old);
  const doubtful = findings.filter((finding) => finding.status === "fail" && !isJudged(finding)).length;
  if (doubtful === 0) return [];
  return [
    `${doubtful} of the new findings could not be judged on the old side: ${doubtful === 1 ? "it" : "they"} may have been there`,
  ];
}

function firewallChanges(before: Estate, after: Estate, { comparable, isAlike }: Readings): readonly FirewallChange[] {
  return pairFirewalls(before.network.firewalls, after.network.firewalls).flatMap((pair) => {
    const resource = (pair.after ?? pair.before)?.resource;
    if (resource === undefined) return [];
    const isOnBoth = pair.before !== null && pair.after !== null;
    if (!isOnBoth && !comparable(resource, ["firewalls", "subnet-firewalls"])) return [];
    const isAtHome = !isOnBoth || targetKey(pair.before.resource) === targetKey(pair.after.resource);
    return changeOfFirewall(pair, isAtHome && isAlike(resource)) ?? [];
  });
}

/**
 * Pairs firewalls by what they are, and those left over by their ids alone. Google numbers its hierarchical policies, and where the list of a folder was
 * not read, it is a network that tells of them, without their home.
 */
function pairFirewalls(before: readonly Firewall[], after: readonly Firewall[]): readonly Paired<Firewall>[] {
  const pairs = pairById(before, after);
  const gone = Map.groupBy(
    pairs.flatMap((pair) => (pair.after === null && pair.before !== null ? [pair.before] : [])),
    homelessId,
  );
  const fresh = Map.groupBy(
    pairs.flatMap((pair) => (pair.before === null && pair.after !== null ? [pair.after] : [])),
    homelessId,
  );
  const found = new Map<Firewall, Firewall>();
  for (const [id, [firewall, ...others]] of fresh) {
    const [old, ...olds] = gone.get(id) ?? [];
    if (firewall !== undefined && old !== undefined && others.length + olds.length === 0) found.set(firewall, old);
  }
  const taken = new Set(found.values());
  return pairs.flatMap((pair): readonly Paired<Firewall>[] => {
    if (pair.after === null) return pair.before !== null && taken.has(pair.before) ? [] : [pair];
    const old = found.get(pair.after);
    return [old === undefined ? pair : { before: old, after: pair.after }];
  });
}

function homelessId({ resource: { cloud, region, type, id } }: Firewall): string {
  return `${cloud}/${region}/${type}/${id}`;
}

function exposureChanges(before: Estate, after: Estate, { comparable, isRead }: Readings): readonly ExposureChange[] {
  const facets: readonly Facet[] = ["endpoints"];
  return changesOfExposure(before.network, after.network, {
    both: ({ resource }) => comparable(resource, facets),
    before: ({ resource }) => isRead.before(resource, facets),
    after: ({ resource }) => isRead.after(resource, facets),
  });
}

function summaryOf({
  firewalls,
  exposures,
  changers,
  findings,
}: Pick<DiffReport, "firewalls" | "exposures" | "changers" | "findings">): string {
  const opened = (exposures ?? []).filter(({ reached }) => reached.opened !== null).length;
  const closed = (exposures ?? []).filter(({ reached }) => reached.closed !== null).length;
  const stronger = (changers ?? []).filter(({ gained }) => gained.length > 0).length;
  const weaker = (changers ?? []).filter(({ lost }) => lost.length > 0).length;
  const parts = [
    count(opened, "endpoint is more exposed", "endpoints are more exposed"),
    count(closed, "endpoint is less exposed", "endpoints are less exposed"),
    count(firewalls?.length ?? 0, "firewall changed", "firewalls changed"),
    count(stronger, "principal can do more to firewalls", "principals can do more to firewalls"),
    count(weaker, "principal can do less", "principals can do less"),
    count(findings.new.length, "new finding", "new findings"),
    count(findings.fixed.length, "finding is fixed", "findings are fixed"),
  ].flat();
  return parts.length === 0 ? "Nothing changed." : `${sentence(parts.join(", "))}.`;
}

function count(amount: number, one: string, many: string): readonly string[] {
  return amount === 0 ? [] : [`${amount} ${amount === 1 ? one : many}`];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
