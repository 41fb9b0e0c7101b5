import type { Finding, Suppression } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { summaryOf } from "./analyse.ts";
import { matchesGlob } from "./glob.ts";

/** What a finding must be for a suppression to match it: every field given has to. Each is a pattern in which `*` and `?` are wildcards. */
export interface SuppressionFields {
  readonly check?: string | undefined;
  /** Over the resource's id, name or ARN. */
  readonly resource?: string | undefined;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly cloud?: string | undefined;
  /** Over the finding's own id, its fingerprint. */
  readonly finding?: string | undefined;
  /** Over the values of the resource's tags; the keys are taken letter by letter. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** One suppression, as rampart.yaml or a file of its own has it. */
export interface SuppressionRule {
  /** Where it is written, for people: `rampart.yaml suppressions[2]`. */
  readonly where: string;
  readonly fields: SuppressionFields;
  readonly reason: string;
  readonly owner: string | null;
  readonly ticket: string | null;
  /** The last day on which it counts, `YYYY-MM-DD` in UTC; null when it never ends. */
  readonly expires: string | null;
}

/** Everything that may silence a finding of a scan. */
export interface Suppressions {
  readonly rules: readonly SuppressionRule[];
  /** The tag by which whoever owns a resource may silence checks; null, as by default, when no tag does. */
  readonly byTag: string | null;
  /** Whether checks were left out, so that a suppression that matched nothing may be one of theirs. */
  readonly narrowed: boolean;
}

/** What suppressing gave. */
export interface Suppressed {
  readonly report: Report;
  /** Suppressions that are to be looked at, because they have ended or match nothing; each a line for people. The report's notes hold them too. */
  readonly stale: readonly string[];
}

/**
 * Marks the findings that a suppression matches; the first that does is told. What has ended by the time of the report no longer counts, so its
 * findings are back. Suppressed findings stay in the report: nothing is lost, and a suppressed unknown does not make a scan complete.
 *
 * A suppression is called unused only when everything was read and every check ran: it may be for what was not.
 */
export function suppress(report: Report, { rules, byTag, narrowed }: Suppressions): Suppressed {
  if (rules.length === 0 && byTag === null) return { report, stale: [] };
  const day = report.scan.finishedAt.slice(0, "YYYY-MM-DD".length);
  const compiled = rules.map((rule) => ({
    rule,
    matches: matcherOf(rule.fields),
    ended: rule.expires !== null && rule.expires < day,
    matched: 0,
    back: 0,
  }));
  const findings = report.findings.map((finding) => {
    const matching = compiled.filter((each) => each.matches(finding));
    for (const each of matching) each.matched++;
    const first = matching.find(({ ended }) => !ended);
    const suppression = first === undefined ? tagSuppression(finding, byTag) : suppressionBy(first.rule);
    if (suppression === null) for (const each of matching) each.back++;
    return suppression === null ? finding : suppressed(finding, suppression);
  });
  const stale = compiled.flatMap(({ rule, ended, matched, back }) => {
    const name = `${rule.where} (${rule.reason})`;
    if (ended) {
      const consequence = back === 0 ? "" : `: ${back === 1 ? "1 finding is" : `${back} findings are`} back`;
      return [`suppression ${name} ended on ${rule.expires ?? ""} and no longer counts${consequence}`];
    }
    const judged = report.scan.complete && !narrowed;
    return matched === 0 && judged ? [`suppression ${name} is unused: it matches no finding of this scan`] : [];
  });
  return {
    report: {
      ...report,
      findings,
      summary: summaryOf(findings),
      scan: { ...report.scan, notes: [...stale, ...report.scan.notes] },
    },
    stale,
  };
}

function suppressed(finding: Finding, suppression: Suppression): Finding {
  return { ...finding, suppression };
}

function suppressionBy({ where, fields, reason, owner, ticket, expires }: SuppressionRule): Suppression {
  return { reason, owner, ticket, expires, matched: { where, fields: flat(fields) } };
}

/** The fields as one level of texts: `tags.env`. */
function flat({ tags = {}, ...fields }: SuppressionFields): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === "string"),
    ...Object.entries(tags).map(([key, value]) => [`tags.${key}`, value] as const),
  ]);
}

/** A resource's own tag silences the checks that its value names, as ids or patterns between blanks or commas. */
function tagSuppression({ check, tags }: Finding, byTag: string | null): Suppression | null {
  const value = byTag === null || !Object.hasOwn(tags, byTag) ? null : (tags[byTag] ?? null);
  if (byTag === null || value === null) return null;
  const named = value.split(/[\s,]+/).some((pattern) => pattern !== "" && matchesGlob(check, pattern));
  if (!named) return null;
  return {
    reason: "the resource's own tag says so",
    owner: null,
    ticket: null,
    expires: null,
    matched: { where: `tag ${byTag}`, fields: { [`tags.${byTag}`]: value } },
  };
}

function matcherOf(fields: SuppressionFields): (finding: Finding) => boolean {
  const check = fits(fields.check);
  const id = fits(fields.finding);
  const account = fits(fields.account);
  const region = fits(fields.region);
  const cloud = fits(fields.cloud);
  const resource = fits(fields.resource);
  // ARM compares ids and names without regard to case.
  const folded = fits(fields.resource?.toLowerCase());
  const tags = Object.entries(fields.tags ?? {}).map(([key, pattern]) => ({ key, value: fits(pattern) }));
  return (finding) => {
    const of = finding.resource;
    return (
      check(finding.check) &&
      id(finding.id) &&
      account(of.account) &&
      region(of.region) &&
      cloud(of.cloud) &&
      (of.cloud === "azure"
        ? folded(of.id.toLowerCase()) || folded(of.name?.toLowerCase() ?? null)
        : resource(of.id) || resource(of.name) || resource(of.arn)) &&
      tags.every(({ key, value }) => Object.hasOwn(finding.tags, key) && value(finding.tags[key] ?? null))
    );
  };
}

/** Whether a value is there and fits a pattern; without a pattern everything does. Most patterns are ids, for which a comparison is enough. */
function fits(pattern: string | undefined): (value: string | null) => boolean {
  if (pattern === undefined) return () => true;
  if (!/[*?]/.test(pattern)) return (value) => value === pattern;
  return (value) => value !== null && matchesGlob(value, pattern);
}
