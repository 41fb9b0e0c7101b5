import { uniteIdentities, type IdentityEstate } from "../identity/estate.ts";
import { remarksOn } from "../identity/expected.ts";
import type { Coverage } from "../model/coverage.ts";
import { isKnown } from "../model/coverage.ts";
import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { clouds, targetKey, type Cloud } from "../model/resource.ts";
import type { Severity } from "../model/severity.ts";
import { unknownBetween } from "../network/estate.ts";
import type { Provider, Understanding } from "../providers/provider.ts";
import type { Snapshot } from "../snapshot/record.ts";
import { summarize, type Check, type CheckSettings, type Estate } from "./check.ts";
import { inOrder } from "./in-order.ts";
import { judge } from "./judge.ts";
import { compareTexts } from "./order.ts";
import { findingTags } from "./tags.ts";

/** What is to be judged, and how. */
interface Analysis {
  readonly snapshot: Snapshot;
  readonly providers: readonly Provider[];
  readonly checks: readonly Check[];
  readonly settings: CheckSettings;
  readonly version: string;
}

/** Everything that follows collection: understand -> judge -> one Report. Pure: the same snapshot gives the same report, in whatever order it was read. */
export function analyse(input: Analysis): Report {
  return analyseEstate(input).report;
}

/** The same, with the estate that was judged, for whoever asks it more: what was worked out for the checks is not worked out again. */
export function analyseEstate(input: Analysis): { readonly report: Report; readonly estate: Estate } {
  const { providers, checks, settings, version } = input;
  const snapshot = inOrder(input.snapshot);
  const understood = providers.map((provider) => provider.understand(snapshot));
  const estate = unite(snapshot, providers, understood);
  const coverage = settledCoverage(snapshot, providers);
  const tagsOf = findingTags(
    (resource) => understood[providers.findIndex(({ cloud }) => cloud === resource.cloud)]?.tagsOf(resource) ?? {},
    estate.network,
  );
  const { findings, tallies } = judge({ checks, estate, settings, coverage, providers, tagsOf });
  const report: Report = {
    schemaVersion: 1,
    tool: { name: "rampart", version },
    scan: {
      startedAt: snapshot.startedAt,
      finishedAt: snapshot.finishedAt,
      // A scan that asked nothing has read nothing completely.
      complete: coverage.length > 0 && coverage.every(({ status }) => isKnown(status)),
      source: snapshot.source,
      targets: snapshot.targets.toSorted((a, b) => compareTexts(targetKey(a), targetKey(b))),
      notes: [
        ...snapshot.notes,
        // Working out who can change firewalls is not worth while for a scan of something else.
        ...(checks.some(({ subject }) => subject === "principal")
          ? remarksOn(settings.expected, estate.identity, estate.asOf)
          : []),
      ],
    },
    summary: summaryOf(findings),
    checks: checks.map(summarize),
    findings,
    baseline: null,
    coverage: coverage.toSorted(compareCoverage),
    tallies,
  };
  return { report, estate };
}

/** What was read and what was not, once everything that all records together explain is taken into account. */
export function settledCoverage(snapshot: Snapshot, providers: readonly Provider[]): readonly Coverage[] {
  return providers.reduce<readonly Coverage[]>(
    (rows, provider) => provider.settleCoverage({ ...snapshot, coverage: rows }),
    snapshot.coverage,
  );
}

/** What each cloud's identities come to, apart from each other. */
export function identitiesByCloud(
  snapshot: Snapshot,
  providers: readonly Provider[],
): ReadonlyMap<Cloud, IdentityEstate> {
  return new Map(providers.map((provider) => [provider.cloud, provider.understand(snapshot).identity]));
}

/** Everything that the providers understand of one snapshot, clouds together. */
export function combine(asRead: Snapshot, providers: readonly Provider[]): Estate {
  const snapshot = inOrder(asRead);
  return unite(
    snapshot,
    providers,
    providers.map((provider) => provider.understand(snapshot)),
  );
}

/** @param understood what each provider understood, in their order */
function unite(snapshot: Snapshot, providers: readonly Provider[], understood: readonly Understanding[]): Estate {
  return {
    targets: snapshot.targets,
    asOf: snapshot.finishedAt,
    ownAccounts: new Set(understood.flatMap(({ ownAccounts }) => [...ownAccounts])),
    organizationKnown: understood.every(({ organizationKnown }) => organizationKnown),
    network: {
      firewalls: understood.flatMap(({ network }) => network.firewalls),
      networks: understood.flatMap(({ network }) => network.networks),
      addressLists: understood.flatMap(({ network }) => network.addressLists),
      endpoints: understood.flatMap(({ network }) => network.endpoints),
      between: (from, to) => {
        const at = providers.findIndex(({ cloud }) => cloud === from.resource.cloud && cloud === to.resource.cloud);
        return (understood[at]?.network.between ?? unknownBetween)(from, to);
      },
    },
    identity: uniteIdentities(understood.map(({ identity }) => identity)),
    aws: understood.find(({ aws }) => aws !== null)?.aws ?? null,
    azure: understood.find(({ azure }) => azure !== null)?.azure ?? null,
    gcp: understood.find(({ gcp }) => gcp !== null)?.gcp ?? null,
  };
}

/** Findings that count, by severity; unknown and suppressed ones are counted apart. */
export function summaryOf(findings: readonly Finding[]): Report["summary"] {
  const summary: Record<Severity | "unknown" | "suppressed", number> = {
    critical: 0,
    high: 0,
    medium: 0,
    low: 0,
    unknown: 0,
    suppressed: 0,
  };
  for (const { status, severity, suppression } of findings) {
    if (suppression !== null) summary.suppressed++;
    else if (status === "unknown") summary.unknown++;
    else summary[severity]++;
  }
  return summary;
}

function compareCoverage(a: Coverage, b: Coverage): number {
  return (
    clouds.indexOf(a.cloud) - clouds.indexOf(b.cloud) ||
    compareTexts(a.account, b.account) ||
    compareTexts(a.region, b.region) ||
    compareTexts(a.operation, b.operation)
  );
}
