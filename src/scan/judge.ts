import type { Coverage } from "../model/coverage.ts";
import type { Facet } from "../model/facet.ts";
import type { Finding, Remediation } from "../model/finding.ts";
import type { ReportTarget, Tally } from "../model/report.ts";
import { canonicalId, globalRegion, targetKey, type Target } from "../model/resource.ts";
import { severityRank } from "../model/severity.ts";
import type { Provider } from "../providers/provider.ts";
import { controlsOn, remediationOn, type Check, type CheckSettings, type Estate, type Verdict } from "./check.ts";
import { fingerprint } from "./fingerprint.ts";
import { compareTexts } from "./order.ts";
import type { TagsOf } from "./tags.ts";
import { describeUnread, unreadOperations, unreadRemediation, type Unread } from "./unread.ts";

/** What the judge gives back: both lists in the order in which reports show them. */
export interface Judgement {
  /** By severity, check, resource, discriminator. */
  readonly findings: readonly Finding[];
  /** By check, target; only where something was judged. */
  readonly tallies: readonly Tally[];
}

/** What the judge asks of a cloud: which operations a facet rests on, and what they need. */
export type FacetSource = Pick<Provider, "cloud" | "operations" | "permissionsFor">;

/** How far a check's needs were read on one target. */
type Reading =
  | { readonly kind: "whole" }
  /** Some subjects may be missing. */
  | { readonly kind: "partial"; readonly unread: readonly Unread[] }
  /** What verdicts rest on is missing. */
  | { readonly kind: "unjudged"; readonly unread: readonly Unread[] }
  /** The target was not entered. */
  | { readonly kind: "not-entered" };

/** A tally while it is counted. */
type Counted = { -readonly [Member in keyof Tally]: Tally[Member] };

type NotPassed = Exclude<Verdict, { status: "pass" }>;

/** A finding with the parts it is sorted by that it does not carry itself. */
interface Judged {
  readonly finding: Finding;
  readonly discriminator: string;
}

/** Keeps "this target could not be judged" from sharing a fingerprint with a verdict on the same account and Region. */
const unreadDiscriminator = "not-read";

/**
 * Runs the checks over the estate and turns verdicts into findings.
 *
 * Absence of evidence is never a pass. For each check and each scanned target of its clouds:
 * - an operation of a `context` facet was not read completely: the target is one `unknown` finding, and no verdict counts;
 * - an operation of a `subjects` facet was not read completely: what failed or is unknown among the subjects that were read
 *   stands, passes are dropped, and the target is one `unknown` finding besides.
 *
 * Facets that a check names in neither place (address lists that only some rules refer to) are left to its own verdicts, which
 * say `unknown` exactly where the missing datum matters. Targets that were not entered are not judged. Of a resource that lies in
 * no target of the scan only `fail` and `unknown` count: nothing says that all of its account was read. Principals may belong to what is no target by itself
 * (a tenant of Azure): what they can do lies in the targets of their cloud, and what passes counts where all of these that were entered were read.
 *
 * @throws Error with the check's id when a check throws, or says two things under one fingerprint: a bug in that check
 */
export function judge(input: {
  readonly checks: readonly Check[];
  readonly estate: Estate;
  readonly settings: CheckSettings;
  readonly coverage: readonly Coverage[];
  readonly providers: readonly FacetSource[];
  readonly tagsOf: TagsOf;
}): Judgement {
  const { checks, estate, settings, coverage, providers, tagsOf } = input;
  const unreadOf = unreadOperations(coverage, providers);
  const regions = judgedTargets(estate.targets);
  const accounts = accountTargets(estate.targets);
  const perCheck = checks.map((check) => {
    const targets = check.subject === "principal" ? accounts : regions;
    const readings = readingsOf(check, targets, unreadOf);
    return judgeCheck({ check, verdicts: verdictsOf(check, estate, settings), targets, readings, tagsOf });
  });
  return {
    findings: perCheck
      .flatMap(({ judged }) => judged)
      .toSorted(compareJudged)
      .map(({ finding }) => finding),
    tallies: perCheck
      .flatMap(({ tallies }) => tallies)
      .toSorted((a, b) => compareTexts(a.check, b.check) || compareTexts(a.target, b.target)),
  };
}

/** What an account has outside its Regions is no target of its own beside them: its operations are looked up from each of them. */
function judgedTargets(targets: readonly ReportTarget[]): readonly ReportTarget[] {
  const accountOf = ({ cloud, account }: ReportTarget): string => `${cloud}/${account}`;
  const withRegions = new Set(targets.filter(({ region }) => region !== globalRegion).map(accountOf));
  return targets.filter((target) => target.region !== globalRegion || !withRegions.has(accountOf(target)));
}

/** Who there is belongs to no Region: accounts that were entered anywhere are one target each. */
function accountTargets(targets: readonly ReportTarget[]): readonly ReportTarget[] {
  const accounts = new Map<string, ReportTarget>();
  for (const target of targets) {
    const key = `${target.cloud}/${target.account}`;
    if (accounts.get(key)?.status === "scanned") continue;
    accounts.set(key, { ...target, region: globalRegion });
  }
  return [...accounts.values()];
}

function verdictsOf(check: Check, estate: Estate, settings: CheckSettings): readonly Verdict[] {
  try {
    return [...check.judge(estate, settings)];
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`check ${check.id}: ${reason}`, { cause });
  }
}

function readingsOf(
  check: Check,
  targets: readonly ReportTarget[],
  unreadOf: (target: Target, facets: readonly Facet[]) => readonly Unread[],
): ReadonlyMap<string, Reading> {
  const { subjects, context } = check.needs;
  const readings = new Map<string, Reading>();
  for (const target of targets) {
    if (check.clouds.includes(target.cloud)) readings.set(targetKey(target), readingOf(target));
  }
  return readings;

  function readingOf(target: ReportTarget): Reading {
    if (target.status !== "scanned") return { kind: "not-entered" };
    if (unreadOf(target, context).length > 0) {
      return { kind: "unjudged", unread: unreadOf(target, [...subjects, ...context]) };
    }
    const unread = unreadOf(target, subjects);
    return unread.length > 0 ? { kind: "partial", unread } : { kind: "whole" };
  }
}

function judgeCheck(input: {
  readonly check: Check;
  readonly verdicts: readonly Verdict[];
  readonly targets: readonly ReportTarget[];
  readonly readings: ReadonlyMap<string, Reading>;
  readonly tagsOf: TagsOf;
}): { readonly judged: readonly Judged[]; readonly tallies: readonly Tally[] } {
  const { check, verdicts, targets, readings, tagsOf } = input;
  const judged = new Map<string, Judged>();
  const counts = new Map<string, Counted>();

  for (const verdict of verdicts) {
    const target = targetKey(verdict.resource);
    if (!stands(verdict, readings.get(target) ?? readingElsewhere(verdict.resource))) continue;
    count(target, verdict.status);
    if (verdict.status !== "pass") add(verdict);
  }
  for (const target of targets) {
    const reading = readings.get(targetKey(target));
    if (reading === undefined || !("unread" in reading)) continue;
    const stood = counts.has(targetKey(target));
    count(targetKey(target), "unknown");
    add(unknownTarget(target, reading.unread, stood), unreadRemediation(target.cloud, reading.unread));
  }
  return {
    judged: [...judged.values()],
    tallies: [...counts.values()],
  };

  /** How far the targets were read that somebody's rights lie in who belongs to none of them. */
  function readingElsewhere({ cloud }: Target): Reading | undefined {
    if (check.subject !== "principal") return undefined;
    const own = targets
      .filter((target) => target.cloud === cloud)
      .flatMap((target) => readings.get(targetKey(target)) ?? [])
      .filter(({ kind }) => kind !== "not-entered");
    return own.length > 0 && own.every(({ kind }) => kind === "whole") ? { kind: "whole" } : undefined;
  }

  function count(target: string, status: Verdict["status"]): void {
    const tally = counts.get(target) ?? { check: check.id, target, pass: 0, fail: 0, unknown: 0 };
    tally[status]++;
    counts.set(target, tally);
  }

  function add(verdict: NotPassed, remediation = remediationOf(check, verdict)): void {
    const finding = findingOf(check, verdict, remediation, tagsOf);
    if (judged.has(finding.id)) {
      const where = [canonicalId(verdict.resource), verdict.discriminator ?? []].flat().join(" ");
      throw new Error(`check ${check.id}: two verdicts share one fingerprint: ${where}`);
    }
    judged.set(finding.id, { finding, discriminator: verdict.discriminator ?? "" });
  }
}

/** Whether a verdict counts, given how far its target was read. */
function stands(verdict: Verdict, reading: Reading | undefined): boolean {
  switch (reading?.kind) {
    case "whole":
      return true;
    case "unjudged":
    case "not-entered":
      return false;
    case "partial":
    case undefined:
      return verdict.status !== "pass";
  }
}

function remediationOf(check: Check, verdict: NotPassed): Remediation {
  if (verdict.status === "fail" && verdict.remediation !== undefined) return verdict.remediation;
  return remediationOn(check, verdict.resource.cloud);
}

function findingOf(check: Check, verdict: NotPassed, remediation: Remediation, tagsOf: TagsOf): Finding {
  const { resource, discriminator, status, message, evidence } = verdict;
  const { attack, severity } = check;
  return {
    id: fingerprint(check.id, resource, discriminator),
    check: check.id,
    status,
    severity,
    resource,
    message,
    evidence,
    remediation,
    attack,
    controls: controlsOn(check, resource.cloud),
    tags: tagsOf(resource),
    suppression: null,
    baseline: null,
  };
}

/** @param stood whether the check said something of the target all the same */
function unknownTarget(target: ReportTarget, unread: readonly Unread[], stood: boolean): NotPassed {
  const { cloud, account, region, name } = target;
  const extent = stood ? "was judged only in part" : "could not be judged";
  return {
    status: "unknown",
    resource: { cloud, account, region, type: `${cloud}:account-region`, id: `${account}/${region}`, name, arn: null },
    discriminator: unreadDiscriminator,
    message: `${targetKey(target)} ${extent}: ${unread.map(describeUnread).join("; ")}.`,
    evidence: { unread: unread.map(({ operation, status, error }) => ({ operation, status, error })) },
  };
}

function compareJudged(a: Judged, b: Judged): number {
  return (
    severityRank(a.finding.severity) - severityRank(b.finding.severity) ||
    compareTexts(a.finding.check, b.finding.check) ||
    compareTexts(canonicalId(a.finding.resource), canonicalId(b.finding.resource)) ||
    compareTexts(a.discriminator, b.discriminator) ||
    compareTexts(a.finding.id, b.finding.id)
  );
}
