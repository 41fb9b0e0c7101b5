import { isKnown, type CoverageStatus } from "../../../model/coverage.ts";
import { globalRegion, targetKey, type ResourceRef, type Target } from "../../../model/resource.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../../snapshot/record.ts";
import { indexRecords } from "../../../snapshot/records.ts";
import { text } from "../../read.ts";
import { collectionOf, linkName, linkPath, projectIn } from "../links.ts";

/** One resource of Compute Engine or a neighbour of it, by the path of its self link. */
export interface GcpResource {
  readonly path: string;
  readonly name: string;
  readonly data: VendorObject;
  /** Where the record was read. */
  readonly target: Target;
}

/** Everything of Google Cloud in a snapshot, found by what it is and by its path. */
export interface GcpIndex {
  /** Resources of a collection (`instances`, `firewalls`), each once, the later record counting. */
  readonly all: (collection: string) => readonly GcpResource[];
  readonly find: (link: string | null) => GcpResource | null;
  /** Records of an operation whose items are no resources of their own (effective firewalls, members of a group). */
  readonly answers: (operation: string) => readonly SnapshotRecord[];
  /** Why what an operation told of a project, a folder or an organization is not all there is, in words; null when it is. */
  readonly unread: (account: string, operation: string) => string | null;
  /** The same, where it does not suffice that whoever collected thought the operation unneeded. */
  readonly incomplete: (account: string, operation: string) => string | null;
  /** The same of one request of an operation that is asked per parent: `member` is the part of the request that tells it. */
  readonly unreadFor: (account: string, operation: string, member: string, value: string) => string | null;
  /** Targets of Google Cloud in the snapshot. */
  readonly targets: readonly Target[];
}

/** Operations whose records are answers about something else, not resources. */
const answering = /(?:getEffectiveFirewalls|effectiveTags\.list|listInstances|listNetworkEndpoints|getXpnHost)$/;

/** Sorts a snapshot's records of Google Cloud by the paths of their self links; the operation plays no part where the item says what it is. */
export function indexGcp(snapshot: Snapshot): GcpIndex {
  const resources = new Map<string, GcpResource>();
  const answers = new Map<string, SnapshotRecord[]>();
  const nameless = new Set<string>();
  for (const [position, record] of snapshot.records.entries()) {
    if (record.cloud !== "gcp") continue;
    if (answering.test(record.operation)) {
      const known = answers.get(record.operation);
      if (known === undefined) answers.set(record.operation, [record]);
      else known.push(record);
      continue;
    }
    const told = resourceOf(record);
    if (told === null) nameless.add(`${record.account} ${record.operation}`);
    const resource = told ?? placeless(record, position);
    if (resource !== null) resources.set(resource.path, laterOf(resources.get(resource.path), resource));
  }
  const byCollection = Map.groupBy(resources.values(), ({ path }) => collectionOf(path) ?? "");
  const coverage = indexRecords({ records: [], coverage: snapshot.coverage });
  const targets = new Map(
    [...snapshot.targets, ...snapshot.records, ...snapshot.coverage]
      .filter(({ cloud }) => cloud === "gcp")
      .map(({ cloud, account, region }) => [targetKey({ cloud, account, region }), { cloud, account, region }]),
  );
  const rowOf = (account: string, operation: string) =>
    coverage.coverage({ cloud: "gcp", account, region: globalRegion }, operation);
  const unread = (account: string, operation: string, suffices: (status: CoverageStatus) => boolean): string | null => {
    const row = rowOf(account, operation);
    if (row === null) return `${operation} of ${account} was not asked`;
    if (!suffices(row.status)) return `${operation} of ${account}: ${row.status}`;
    return nameless.has(`${account} ${operation}`) ? `an item of ${operation} of ${account} has no name` : null;
  };
  return {
    all: (collection) => byCollection.get(collection) ?? [],
    find: (link) => (link === null ? null : (resources.get(linkPath(link)) ?? null)),
    answers: (operation) => answers.get(operation) ?? [],
    unread: (account, operation) => unread(account, operation, isKnown),
    incomplete: (account, operation) => unread(account, operation, (status) => status === "complete"),
    unreadFor: (account, operation, member, value) => {
      const row = rowOf(account, operation);
      if (row === null) return `${operation} of ${account} was not asked`;
      if (isKnown(row.status)) return null;
      const concerns = row.gaps === undefined || row.gaps.some(({ request }) => request[member] === value);
      return concerns || row.status === "skipped" ? `${operation} of ${account}: ${row.status}` : null;
    },
    targets: [...targets.values()],
  };
}

/** Of two records of one resource the later; policies may be listed without their rules and answered with them, in whichever order. */
function laterOf(known: GcpResource | undefined, later: GcpResource): GcpResource {
  const rules = known?.data["rules"];
  return rules === undefined || Object.hasOwn(later.data, "rules")
    ? later
    : { ...later, data: { ...later.data, rules } };
}

/** An item as a resource: told by its self link, else by its resource name (Resource Manager, Network Security); null when it has neither. */
function resourceOf(record: SnapshotRecord): GcpResource | null {
  const { data, cloud, account, region } = record;
  const link = text(data, "selfLink") ?? text(data, "selfLinkWithId") ?? text(data, "name");
  if (link === null || !link.includes("/")) return null;
  const path = linkPath(link);
  const name = text(data, "name");
  return { path, name: name === null ? linkName(path) : linkName(name), data, target: { cloud, account, region } };
}

const nowhere = "/nowhere/-/";

/** Whether a resource did not say where it is, so that nothing that leads to it can be followed. */
export function isPlaceless({ path }: GcpResource): boolean {
  return path.includes(nowhere);
}

/** An item that does not say where it is: a resource of the project that it was read in, at no place that anything leads to. */
function placeless({ data, operation, cloud, account, region }: SnapshotRecord, position: number): GcpResource | null {
  const collection = /^compute\.([A-Za-z]+)\.(?:aggregatedList|list|get)$/.exec(operation)?.[1];
  if (collection === undefined) return null;
  const name = text(data, "name") ?? `without a name (${position})`;
  return {
    path: `projects/${account}/nowhere/-/${collection}/${name}`,
    name,
    data,
    target: { cloud, account, region },
  };
}

/** A resource as reports name it; its account is the project that it lies in. */
export function gcpResource({ path, name, target }: GcpResource, type: string): ResourceRef {
  return { ...target, account: projectIn(path) ?? target.account, type, id: path, name, arn: null };
}

/** Something that is only known by its link. */
export function unseenResource(link: string, type: string, target: Target): ResourceRef {
  const path = linkPath(link);
  const { cloud, account, region } = target;
  return { cloud, account: projectIn(path) ?? account, region, type, id: path, name: linkName(path), arn: null };
}
