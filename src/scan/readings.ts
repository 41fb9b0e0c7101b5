import { isKnown } from "../model/coverage.ts";
import type { Facet } from "../model/facet.ts";
import type { Report } from "../model/report.ts";
import { globalRegion, targetKey, type Target } from "../model/resource.ts";
import type { Provider } from "../providers/provider.ts";
import { compareTexts } from "./order.ts";
import { unreadOperations } from "./unread.ts";

/** What a comparison may rest on. */
export interface Readings {
  /**
   * For what is found on one side alone: whether it is certainly not there on the other, for its target was scanned on both and what stands behind some
   * facets read whole. Says so once for each target where it is not certain.
   */
  readonly comparable: (target: Target, facets: readonly Facet[]) => boolean;
  /** The same of who is granted rights on a target: where they come from all over a cloud, all that they rest on was read there. */
  readonly rightsComparable: (target: Target) => boolean;
  /** Whether what stands behind some facets was read whole on one side. */
  readonly isRead: Readonly<Record<"before" | "after", (target: Target, facets: readonly Facet[]) => boolean>>;
  /** Whether all targets of a cloud in a Region were read alike: what guards what may lie in another account (shared networks). */
  readonly isAlike: (target: Target) => boolean;
}

/** How far two sides were read, for what was not read on one is not missing there. What cannot be compared goes into `notes`. */
export function readOnBothSides(old: Report, fresh: Report, providers: readonly Provider[], notes: string[]): Readings {
  const targets = [...old.scan.targets, ...fresh.scan.targets];
  const [before, after] = [sideReading("old", old, providers), sideReading("new", fresh, providers)];
  const said = new Set<string>();
  const alike = new Map<string, boolean>();
  const say = (gap: string | null): boolean => {
    if (gap !== null && !said.has(gap)) notes.push(gap);
    if (gap !== null) said.add(gap);
    return gap === null;
  };
  const inTree = new Map(
    providers
      .filter(({ rightsLieIn }) => rightsLieIn === "tree")
      .map((provider) => [provider.cloud, rightsGap(provider, old, fresh)]),
  );
  return {
    comparable: (target, facets) => say(before.gap(target, facets) ?? after.gap(target, facets)),
    rightsComparable: (target) => {
      const gap = inTree.get(target.cloud);
      return say(gap === undefined ? (before.gap(target, accountRights) ?? after.gap(target, accountRights)) : gap);
    },
    isRead: {
      before: (target, facets) => before.gap(target, facets) === null,
      after: (target, facets) => after.gap(target, facets) === null,
    },
    isAlike: ({ cloud, region }) => {
      const key = `${cloud} ${region}`;
      const known =
        alike.get(key) ??
        targets
          .filter((target) => target.cloud === cloud && target.region === region)
          .every((target) => before.extent(target) === after.extent(target));
      alike.set(key, known);
      return known;
    },
  };
}

interface SideReading {
  /** Why something cannot be told of a target, for people; null when it was read. */
  readonly gap: (target: Target, facets: readonly Facet[]) => string | null;
  /** How far a target was read, as a text: the same texts, the same extent. */
  readonly extent: (target: Target) => string;
}

function sideReading(word: "old" | "new", report: Report, providers: readonly Provider[]): SideReading {
  const unread = unreadOperations(report.coverage, providers);
  const scanned = scannedTargets(report);
  const gaps = Map.groupBy(
    report.coverage.filter(({ status }) => !isKnown(status)),
    targetKey,
  );
  return {
    gap: (target, facets) => {
      const key = targetKey(target);
      if (!scanned.has(key)) return `${key} was not scanned on the ${word} side: what lies there is not compared`;
      const operations = unread(target, facets).map(({ operation }) => operation);
      if (operations.length === 0) return null;
      return `${key}: ${operations.join(", ")} was not read on the ${word} side: what appears or is gone there is not told`;
    },
    extent: (target) => {
      const key = targetKey(target);
      const lacks = (gaps.get(key) ?? []).map(({ operation, items }) => `${operation} ${items > 0 ? word : ""}`);
      return [scanned.has(key), ...lacks.toSorted(compareTexts)].join();
    },
  };
}

/** What tells that somebody cannot do something in an account: without it, a right that is not seen may be there. */
const accountRights: readonly Facet[] = ["identities"];

/** Facets behind which nothing says who may do what. */
const networkFacets: readonly Facet[] = [
  "firewalls",
  "subnet-firewalls",
  "attachments",
  "endpoints",
  "address-lists",
  "networks",
  "routes",
  "inspections",
  "flow-logs",
  "public-access",
  "public-access-exclusions",
  "threat-detection",
  "trusted-lists",
  "threat-lists",
  "threat-suppressions",
];

/** Who carries an identity, and so can be come by. */
const workloadFacets: readonly Facet[] = ["workloads", "workload-identities"];

/** Why rights that come from all over a cloud cannot be compared; null when they can. */
function rightsGap(provider: Provider, old: Report, fresh: Report): string | null {
  const { cloud } = provider;
  const behind = (facets: readonly Facet[]): ReadonlySet<string> =>
    new Set(facets.flatMap((facet) => provider.operations(facet, null)));
  const [network, workloads] = [behind(networkFacets), behind(workloadFacets)];
  const targetsOf = ({ scan }: Report): string =>
    scan.targets
      .flatMap((target) => (target.cloud === cloud && target.status === "scanned" ? [targetKey(target)] : []))
      .toSorted(compareTexts)
      .join();
  if (targetsOf(old) !== targetsOf(fresh)) {
    return `not the same targets of ${cloud} were scanned on both sides: who can change firewalls there is not compared`;
  }
  const unread = [old, fresh].flatMap(({ coverage }) =>
    coverage.filter(
      ({ cloud: of, status, operation }) =>
        of === cloud && !isKnown(status) && (!network.has(operation) || workloads.has(operation)),
    ),
  );
  if (unread.length === 0) return null;
  const operations = [...new Set(unread.map(({ operation }) => operation))].toSorted(compareTexts);
  return `${operations.join(", ")} of ${cloud} was not read on both sides: who can change firewalls there is not compared`;
}

/** What lies in no Region was read with any Region of its account. */
function scannedTargets({ scan }: Report): ReadonlySet<string> {
  return new Set(
    scan.targets.flatMap((target) =>
      target.status === "scanned" ? [targetKey(target), targetKey({ ...target, region: globalRegion })] : [],
    ),
  );
}
