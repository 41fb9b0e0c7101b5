import type { Json } from "../../model/finding.ts";
import type { SnapshotRecord, VendorObject } from "../../snapshot/record.ts";
import { object, objects, text } from "../read.ts";
import type { ParentRequest } from "../shared/ask.ts";
import { projectIn, regionOf, selfLinkPath, zoneOf } from "./links.ts";

/** What is to be asked of one record, given all that the operation's parents left. */
type RequestsOf = (parent: SnapshotRecord, all: readonly SnapshotRecord[]) => readonly ParentRequest[];

const strange = "it is no link to a resource of Google Cloud";

/** What a link leads to, asked about under `member`. Nothing where there is no link; what cannot be asked about is said. */
function about(member: string, link: Json | undefined): readonly ParentRequest[] {
  if (link === undefined || link === null) return [];
  const path = selfLinkPath(link);
  return path === null
    ? [{ members: { [member]: JSON.stringify(link) }, skip: strange }]
    : [{ members: { [member]: path } }];
}

/** Each network that a project has, that its subnetworks lie in, or that its instances are connected to. */
export const networks: RequestsOf = ({ operation, data }) => {
  if (operation === "compute.networks.list") return about("network", data["selfLink"] ?? "");
  if (operation === "compute.subnetworks.aggregatedList") return about("network", data["network"]);
  return objects(data, "networkInterfaces").flatMap(({ network }) => about("network", network));
};

/** Each network in each region in which it has a subnetwork or an instance of the project. */
export const networksInRegions: RequestsOf = ({ operation, data }) => {
  if (operation === "compute.subnetworks.aggregatedList") return inRegion(data["network"], data["region"]);
  return objects(data, "networkInterfaces").flatMap(({ network, subnetwork }) =>
    inRegion(network, regionOf(subnetwork) === null ? data["zone"] : subnetwork),
  );
};

function inRegion(network: Json | undefined, place: Json | undefined): readonly ParentRequest[] {
  return about("network", network).map(({ members, skip }) => {
    const region = regionOf(place);
    const path = members["network"] ?? "";
    if (skip !== undefined) return { members: { ...members, region: region ?? "" }, skip };
    if (region === null) {
      return { members: { ...members, region: JSON.stringify(place ?? null) }, skip: "its region is not told" };
    }
    return { members: { project: projectIn(path) ?? "", network: path, region } };
  });
}

/** Each policy that was listed without its rules, of those below `projects/p/global` or `projects/p/regions`, or of an organization's. */
export function policiesWithoutRules(below: "global" | "regions" | "locations"): RequestsOf {
  return ({ data }) => {
    if (data["rules"] !== undefined) return [];
    if (below === "locations") return [hierarchicalPolicy(data)];
    const path = selfLinkPath(data["selfLink"]);
    // One whose place cannot be told is said once, not by both operations.
    if (path === null) return below === "global" ? about("policy", data["selfLink"] ?? "") : [];
    return path.split("/")[2] === below ? [{ members: { policy: path } }] : [];
  };
}

/** A hierarchical policy is known by number: `locations/global/firewallPolicies/123`. */
function hierarchicalPolicy(data: VendorObject): ParentRequest {
  const id = text(data, "id") ?? text(data, "name") ?? "";
  return /^\d+$/.test(id)
    ? { members: { policy: `locations/global/firewallPolicies/${id}` } }
    : { members: { policy: JSON.stringify(id) }, skip: "its id is no number" };
}

/** Each instance group, zonal or regional, that a backend service sends to. */
export function instanceGroups(below: "zones" | "regions"): RequestsOf {
  return ({ data }) =>
    objects(data, "backends").flatMap(({ group }) =>
      typeof group === "string" && group.includes(`/${below}/`) && group.includes("/instanceGroups/")
        ? about("group", group)
        : [],
    );
}

/** Each group of endpoints that are network interfaces of instances. */
export const endpointGroups: RequestsOf = ({ data }) => {
  const type = text(data, "networkEndpointType");
  return type === "GCE_VM_IP" || type === "GCE_VM_IP_PORT" ? about("group", data["selfLink"] ?? "") : [];
};

/**
 * Each instance, when a rule goes by secure tags. Tags are asked for by the numbers of project and instance:
 * https://docs.cloud.google.com/resource-manager/docs/tags/tags-creating-and-managing#listing_tags
 */
export const instancesWithTags: RequestsOf = ({ operation, data }, all) => {
  if (operation !== "compute.instances.aggregatedList") return [];
  const { projectNumber, usesTags } = tagging(all);
  if (!usesTags) return [];
  const instance = selfLinkPath(data["selfLink"]);
  const zone = zoneOf(instance);
  const id = text(data, "id");
  if (instance === null || zone === null) return about("instance", data["selfLink"] ?? "");
  if (projectNumber === null || id === null || !/^\d+$/.test(id)) {
    return [{ members: { instance }, skip: "its number, or its project's, is not told" }];
  }
  const parent = `//compute.googleapis.com/projects/${projectNumber}/zones/${zone}/instances/${id}`;
  return [{ members: { parent, instance, zone } }];
};

interface Tagging {
  /** Null when it was not told. */
  readonly projectNumber: string | null;
  readonly usesTags: boolean;
}

/** One list of records serves every instance of a project, so that it is gone through once. */
const taggings = new WeakMap<readonly SnapshotRecord[], Tagging>();

function tagging(all: readonly SnapshotRecord[]): Tagging {
  const known = taggings.get(all);
  if (known !== undefined) return known;
  const project = all.find(({ operation }) => operation === "cloudresourcemanager.projects.get");
  const found: Tagging = {
    projectNumber: /^projects\/(\d+)$/.exec(text(project?.data ?? {}, "name") ?? "")?.[1] ?? null,
    usesTags: all.some(({ data }) => policiesIn(data).some((policy) => objects(policy, "rules").some(goesByTags))),
  };
  taggings.set(all, found);
  return found;
}

/** The policies that a record is or has: an answer on what is in force calls them `firewallPolicys`. */
function policiesIn(data: VendorObject): readonly VendorObject[] {
  return [data, ...objects(data, "firewallPolicys")];
}

function goesByTags(rule: VendorObject): boolean {
  return (
    objects(rule, "targetSecureTags").length > 0 || objects(object(rule, "match") ?? {}, "srcSecureTags").length > 0
  );
}
