import type { Json } from "../../../model/finding.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { isObject, object, text, texts } from "../../read.ts";
import { isContainer } from "./accounts.ts";
import { resourceIn, type FoundResource } from "./resources.ts";

/** One asset of Cloud Asset Inventory. */
export interface FoundAsset {
  /** `compute.googleapis.com/Firewall` */
  readonly type: string;
  /** The project (by its number), folders and organization that it lies in, innermost first; empty when it does not say. */
  readonly ancestors: readonly string[];
  /** The project in its name; null when it lies in none or is named by number alone. */
  readonly project: string | null;
  /** Null where Rampart reads no resources of the kind, or the asset came without its resource. */
  readonly resource: FoundResource | null;
  /** Its allow policy, where the asset came with that. */
  readonly policy: VendorObject | null;
  /** Its full resource name: `//iam.googleapis.com/projects/p/serviceAccounts/103`. */
  readonly name: string;
  /** Whether the asset came without its resource and its policy: exported with another content type. */
  readonly isBare: boolean;
}

/**
 * An asset, as `gcloud asset list` prints it and `gcloud asset export` writes it (whose members are named in snake case), or with its policy
 * alone, as `gcloud asset search-all-iam-policies` finds it; null when the object is none. Its `resource.data` is the body of the resource's
 * own REST API, without `kind`.
 * https://cloud.google.com/asset-inventory/docs/reference/rest/v1/Asset
 * https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllIamPolicies#iampolicysearchresult
 */
export function assetIn(item: VendorObject): FoundAsset | null {
  const type = text(item, "assetType") ?? text(item, "asset_type");
  const name = text(item, "name") ?? text(item, "resource");
  if (type === null || name === null || !name.startsWith("//")) return null;
  const chain = "ancestors" in item ? texts(item, "ancestors") : searched(item);
  const inName = /^\/\/[^/]+\/projects\/([^/]+)/.exec(name)?.[1];
  const data = object(object(item, "resource") ?? {}, "data");
  const policy = object(item, "iamPolicy") ?? object(item, "iam_policy") ?? object(item, "policy");
  return {
    type,
    ancestors: chain.filter((each) => isContainer(each) || /^projects\/\d+$/.test(each)),
    project: inName === undefined || /^\d+$/.test(inName) ? null : inName,
    resource: data === null ? null : resourceIn(restBody(data, type, name)),
    policy,
    name,
    isBare: data === null && policy === null,
  };
}

/** What a search tells of where a resource lies. Which of several folders lies in which, it does not say. */
function searched(item: VendorObject): readonly string[] {
  const folders = texts(item, "folders");
  const [project, organization] = [text(item, "project"), text(item, "organization")];
  if (folders.length > 1) return project === null ? [] : [project];
  return [project, ...folders, organization].filter((each) => each !== null);
}

/** The body that the resource's own API would give. */
function restBody(data: VendorObject, type: string, name: string): VendorObject {
  const [service, kind = ""] = type.split("/");
  if (service !== "compute.googleapis.com") return data;
  const names = oldNames[kind];
  const renamed = names === undefined ? data : rename(data, names);
  if (text(renamed, "selfLink") !== null) return renamed;
  return { ...renamed, selfLink: name.replace(/^\/\/[^/]+\//, "https://www.googleapis.com/compute/v1/") };
}

type Names = Readonly<Record<string, string>>;

const balancing: Names = { backend: "backends", healthCheck: "healthChecks", resourceGroup: "group" };
const forwarding: Names = { ipAddress: "IPAddress", ipProtocol: "IPProtocol", port: "ports" };
const routing: Names = {
  hostRule: "hostRules",
  host: "hosts",
  pathMatcher: "pathMatchers",
  pathRule: "pathRules",
  path: "paths",
};

/**
 * Exports of the first years name members as Google's own messages do, not as the REST API: `sourceRange` for `sourceRanges`. By asset type;
 * what an importer of that time found: https://github.com/forseti-security/forseti-security (cai_gcp_client.py), and for addresses
 * https://github.com/GoogleCloudPlatform/policy-library (constraint_template_authoring.md).
 */
const oldNames: Readonly<Record<string, Names>> = {
  Firewall: {
    ipProtocol: "IPProtocol",
    port: "ports",
    sourceRange: "sourceRanges",
    sourceServiceAccount: "sourceServiceAccounts",
    sourceTag: "sourceTags",
    destinationRange: "destinationRanges",
    targetServiceAccount: "targetServiceAccounts",
    targetTag: "targetTags",
  },
  Instance: {
    networkInterface: "networkInterfaces",
    ipAddress: "networkIP",
    accessConfig: "accessConfigs",
    ipv6AccessConfig: "ipv6AccessConfigs",
    externalIp: "natIP",
    aliasIpRange: "aliasIpRanges",
    serviceAccount: "serviceAccounts",
    scope: "scopes",
    disk: "disks",
    tag: "items",
    item: "items",
  },
  Project: { item: "items" },
  Network: { subnetwork: "subnetworks" },
  ForwardingRule: forwarding,
  GlobalForwardingRule: forwarding,
  BackendService: balancing,
  RegionBackendService: balancing,
  InstanceGroup: { namedPort: "namedPorts" },
  TargetPool: { healthCheck: "healthChecks", instance: "instances" },
  TargetHttpsProxy: { sslCertificate: "sslCertificates" },
  TargetSslProxy: { sslCertificate: "sslCertificates" },
  UrlMap: routing,
  Router: { bgpPeer: "bgpPeers", interface: "interfaces" },
};

/** Members whose own members are anybody's words. */
const freeMembers: ReadonlySet<string> = new Set(["labels", "params"]);

/** Members of today that hold one value; the others are lists. */
const single: ReadonlySet<string> = new Set(["IPAddress", "IPProtocol", "group", "natIP", "networkIP"]);

/** Gives members their names of today, at every depth. What has one already stays, and so does one value under the old name of a list. */
function rename(data: VendorObject, names: Names): VendorObject {
  return Object.fromEntries(
    Object.entries(data).map(([member, value]) => {
      const today = Object.hasOwn(names, member) ? names[member] : undefined;
      const isOld = today !== undefined && !Object.hasOwn(data, today) && single.has(today) !== Array.isArray(value);
      return [isOld ? today : member, freeMembers.has(member) ? value : deepen(value, names)];
    }),
  );
}

function deepen(value: Json, names: Names): Json {
  if (Array.isArray(value)) return value.map((each: Json) => deepen(each, names));
  return isObject(value) ? rename(value, names) : value;
}
