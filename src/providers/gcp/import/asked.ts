import type { Json } from "../../../model/finding.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { objects, text } from "../../read.ts";
import { projectIn, regionOf, selfLinkPath, zoneOf } from "../links.ts";
import type { Answer, NamelessAnswer } from "./answers.ts";
import { identityAsked, knownIdentities, type KnownIdentities, toldByAssets, toldByName } from "./asked-identities.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { HeldResource, OwnerOf } from "./holdings.ts";
import { namedIn, regionNamed, words } from "./names.ts";

/** An answer of which it is known what was asked. */
export interface Told {
  /** What was asked, in the members of the operation's request: `{ "network": "projects/p/global/networks/n" }`. */
  readonly request: Readonly<Record<string, string>>;
  /** The operation, where the request's own records do not say it. */
  readonly operation: string;
  /** The project that what was asked about lies in. */
  readonly account: string;
  readonly items: readonly VendorObject[];
  readonly file: string;
  readonly more: boolean;
}

/** An answer of which nothing tells what was asked. */
export interface Untold {
  readonly file: string;
  /** Why, as words that follow the file's name. */
  readonly cause: string;
}

/** One string for what an operation was asked about, by the request member that tells it from others. */
export function askedKey(operation: string, members: Readonly<Record<string, string>>): string {
  const about = ["policy", "network", "region", "group", "instance", "serviceAccount", "name", "pool"].flatMap(
    (name) => members[name] ?? [],
  );
  return [operation, ...about].join(" ");
}

/** Finds out what each answer that does not repeat it was asked, by members beside it, by what its items say, by names, and by there being but one. */
export function tell(
  answers: readonly Answer[],
  resources: readonly HeldResource[],
  hierarchy: Hierarchy,
  owner: OwnerOf,
): { readonly told: readonly Told[]; readonly untold: readonly Untold[] } {
  const identities = knownIdentities(answers, resources, hierarchy, owner);
  const known = { ...knownLinks(resources), owner };
  const told = [...toldByName(answers, identities), ...toldByAssets(answers, identities)];
  const untold: Untold[] = [];
  for (const answer of answers) {
    if (answer.kind !== "nameless") continue;
    const { items, more } = answer;
    const { file } = answer.document;
    const found = askedOf(answer, known, identities);
    if (typeof found === "string") untold.push({ file, cause: found });
    else told.push({ ...found, items, more, file });
  }
  return { told, untold };
}

/** What could have been asked about, by self-link paths. */
interface Known {
  readonly networks: ReadonlySet<string>;
  readonly instanceGroups: ReadonlySet<string>;
  readonly endpointGroups: ReadonlySet<string>;
  readonly projects: ReadonlySet<string>;
  /** Paths of instances, by path and by number. */
  readonly instances: ReadonlyMap<string, string>;
  readonly owner: OwnerOf;
}

function knownLinks(resources: readonly HeldResource[]): Omit<Known, "owner"> {
  const networks = new Set<string>();
  const instanceGroups = new Set<string>();
  const endpointGroups = new Set<string>();
  const instances = new Map<string, string>();
  const put = (set: Set<string>, link: Json | undefined): void => {
    const path = selfLinkPath(link);
    if (path !== null) set.add(path);
  };
  for (const { operation, id, data } of resources) {
    if (operation === "compute.networks.list") put(networks, id);
    put(networks, data["network"]);
    if (operation === "compute.instanceGroups.aggregatedList") put(instanceGroups, id);
    if (operation === "compute.networkEndpointGroups.aggregatedList") put(endpointGroups, id);
    for (const { group } of objects(data, "backends")) {
      put(
        typeof group === "string" && group.includes("/networkEndpointGroups/") ? endpointGroups : instanceGroups,
        group,
      );
    }
    if (operation !== "compute.instances.aggregatedList") continue;
    for (const { network } of objects(data, "networkInterfaces")) put(networks, network);
    instances.set(id, id);
    const number = text(data, "id");
    if (number !== null) instances.set(number, id);
  }
  const projects = new Set(resources.map(({ account }) => account));
  return { networks, instanceGroups, endpointGroups, projects, instances };
}

type Asked = Pick<Told, "operation" | "request" | "account">;

function askedOf(answer: NamelessAnswer, known: Known, identities: KnownIdentities): Asked | string {
  switch (answer.subject) {
    case "effective firewalls":
      return effectiveOf(answer, known);
    case "group members":
      return groupOf(answer, "instanceGroups", known.instanceGroups, known.owner);
    case "group endpoints":
      return groupOf(answer, "networkEndpointGroups", known.endpointGroups, known.owner);
    case "effective tags":
      return tagsOf(answer, known);
    case "host project":
      return hostOf(answer, known);
    case "allow policy":
    case "group memberships":
    case "keys":
    case "providers":
      return identityAsked(answer, identities);
  }
}

function effectiveOf(answer: NamelessAnswer, { networks, owner }: Known): Asked | string {
  const inside = distinct(answer.items.flatMap((item) => objects(item, "firewalls").map(({ network }) => network)));
  const network =
    only(inside.flatMap((link) => selfLinkPath(link) ?? [])) ??
    link(answer, "network", networks) ??
    byName(answer, networks, owner);
  const name = answer.path.at(-1) ?? "";
  if (inside.length === 0 && text(answer.beside, "network") === null && /instance/i.test(name)) {
    return "seems to be about one instance; Rampart reads what is in force on a network";
  }
  if (network === null)
    return "does not name its network: put it into the file or folder name, or beside the lists as `network`";
  const region = text(answer.beside, "region");
  const place = region === null ? regionOfPath(answer.path, network) : (regionOf(region) ?? regionNamed(region));
  const account = projectIn(network) ?? "";
  return place === null
    ? { operation: "compute.networks.getEffectiveFirewalls", request: { network }, account }
    : {
        operation: "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls",
        request: { network, region: place },
        account,
      };
}

/** The region in the names around an answer, leaving out the name of its network. */
function regionOfPath(path: readonly string[], network: string): string | null {
  const own = words(network.split("/").at(-1) ?? "");
  const near = path.slice(-2).map((name) => words(name).replaceAll(own, "-"));
  return (
    near
      .toReversed()
      .map(regionNamed)
      .find((region) => region !== null) ?? null
  );
}

function groupOf(
  answer: NamelessAnswer,
  collection: string,
  groups: ReadonlySet<string>,
  owner: OwnerOf,
): Asked | string {
  // The body of the REST API names its group: `projects/p/zones/z/instanceGroups/g`.
  const own = [text(answer.beside, "id"), text(answer.beside, "selfLink")?.replace(/\/list\w+$/, "")].map(selfLinkPath);
  const fitting = new Set([...groups].filter((group) => mayHold(group, answer.items)));
  const group =
    own.find((path) => path?.split("/").at(-2) === collection) ??
    link(answer, "group", groups) ??
    byName(answer, fitting, owner);
  if (group === null)
    return "does not name its group: put it into the file or folder name, or beside the list as `group`";
  const operation =
    collection === "networkEndpointGroups"
      ? "compute.networkEndpointGroups.listNetworkEndpoints"
      : group.includes("/regions/")
        ? "compute.regionInstanceGroups.listInstances"
        : "compute.instanceGroups.listInstances";
  return { operation, request: { group }, account: projectIn(group) ?? "" };
}

/** Whether a group can have these members: they lie where it lies. */
function mayHold(group: string, items: readonly VendorObject[]): boolean {
  return items.every((item) => {
    const zone = zoneOf(text(item, "instance"));
    return (
      zone === null ||
      (zoneOf(group) === null ? regionOf(group) === regionOf(text(item, "instance")) : zoneOf(group) === zone)
    );
  });
}

function tagsOf(answer: NamelessAnswer, { instances, owner }: Known): Asked | string {
  const parent = text(answer.beside, "parent") ?? text(answer.beside, "instance");
  const tokens = [
    parent?.split("/").at(-1),
    ...answer.path
      .slice(-2)
      .toReversed()
      .flatMap((name) => name.split(/[^a-z\d-]+/i)),
  ];
  const byNumber = tokens.flatMap((token) => (/^\d+$/.test(token ?? "") ? (instances.get(token ?? "") ?? []) : []))[0];
  const paths = new Set(instances.values());
  const instance =
    byNumber ?? link(answer, "instance", paths) ?? link(answer, "parent", paths) ?? byName(answer, paths, owner);
  if (instance === null) {
    return "does not name its instance: put the instance's name or number into the file or folder name, or beside the list as `instance`";
  }
  return {
    operation: "cloudresourcemanager.effectiveTags.list",
    request: { instance },
    account: projectIn(instance) ?? "",
  };
}

function hostOf(answer: NamelessAnswer, { projects }: Known): Asked | string {
  const host = text(answer.items[0] ?? {}, "name");
  const service = only(
    namedIn(
      [...projects].filter((project) => project !== host),
      answer.path,
    ),
  );
  if (service === null)
    return "does not name the project whose host it tells: put the project into the file or folder name";
  return { operation: "compute.projects.getXpnHost", request: {}, account: service };
}

/** What a member beside the answer names: a self link, or a name that only one of those known has. */
function link(answer: NamelessAnswer, member: string, known: ReadonlySet<string>): string | null {
  const value = text(answer.beside, member);
  if (value === null) return null;
  const path = selfLinkPath(value.replace(/^\/\/[^/]+\//, ""));
  if (path !== null) return path;
  const project = text(answer.beside, "project");
  return only(
    [...known].filter(
      (each) => each.split("/").at(-1) === value && (project === null || (projectIn(each) ?? "") === project),
    ),
  );
}

/** What the names around the answer name, of several alike the one in the answer's project; and what there is but one of. */
function byName(answer: NamelessAnswer, known: ReadonlySet<string>, owner: OwnerOf): string | null {
  const named = namedIn(known, answer.path);
  if (named.length < 2) return named[0] ?? only([...known]);
  const project = owner(answer, "compute.networks.list");
  return only(named.filter((path) => (projectIn(path) ?? "") === project));
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

function only(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}
