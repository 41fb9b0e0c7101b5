import type { Json } from "../../../model/finding.ts";
import type { DumpDocument } from "../../../snapshot/dump.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { isObject, object, objects, text } from "../../read.ts";
import { assetIn, type FoundAsset } from "./assets.ts";
import { ancestorPolicy, isAllowPolicy, isBarePolicy, isMembership, policyOwners } from "./identities.ts";
import { listedBy, type Listed } from "./lists.ts";
import { operationNamed, squeeze } from "./names.ts";
import { resourceIn, type FoundResource } from "./resources.ts";

/** How much of what there is an answer holds. */
export type Form =
  /** All of it: what `gcloud ... list` prints. */
  | "all"
  /** All of it, or one page: the body of a listing of the REST API. */
  | "body"
  /** One zone, region or `global`, of an operation that lists everywhere. */
  | "scope"
  /** One resource by itself. */
  | "single";

interface Place {
  readonly document: DumpDocument;
  /** The document's path, and the members that led to the answer where several were gathered in one document. */
  readonly path: readonly string[];
}

/** An answer whose items say themselves what they are and whose. */
export interface ResourceAnswer extends Place {
  readonly kind: "resources";
  readonly form: Form;
  readonly resources: readonly FoundResource[];
  /** What the answer is a list of, where it says so itself; an empty list has nothing else. */
  readonly listed: Listed | null;
  /** Whether a further page follows. */
  readonly more: boolean;
  /** Scopes of a listing everywhere that did not answer, and why. */
  readonly unread: readonly string[];
  /** Items that are none of Google's resources. */
  readonly strange: number;
}

/** Assets of Cloud Asset Inventory: of every kind, of many projects. */
export interface AssetAnswer extends Place {
  readonly kind: "assets";
  readonly assets: readonly FoundAsset[];
  /** Whether it is one asset by itself, in no list. */
  readonly isSingle: boolean;
  readonly more: boolean;
  readonly strange: number;
}

/** What answers that do not say what they belong to are about. */
export type Subject =
  | "effective firewalls"
  | "group members"
  | "group endpoints"
  | "effective tags"
  | "host project"
  | "allow policy"
  | "group memberships"
  /** Of a service account, and of a pool of identities: empty ones alone, for others say what they belong to. */
  | "keys"
  | "providers";

/** An answer that does not say what was asked. */
export interface NamelessAnswer extends Place {
  readonly kind: "nameless";
  readonly subject: Subject;
  readonly items: readonly VendorObject[];
  /** Text beside the answer, among which may be what was asked: `{ "network": "..." }`. */
  readonly beside: VendorObject;
  readonly more: boolean;
}

export type Answer = ResourceAnswer | AssetAnswer | NamelessAnswer;

/** Every answer of Google Cloud's that a document holds, at any depth, by what it says. */
export function answersIn(document: DumpDocument): readonly Answer[] {
  return gather(document.value, { document, path: document.path });
}

function gather(value: Json, place: Place): readonly Answer[] {
  if (isList(value)) return gatherList(value, place);
  if (!isObject(value)) return [];
  return gatherObject(value, place);
}

function gatherList(list: readonly Json[], place: Place): readonly Answer[] {
  const items = list.filter(isObject);
  const found = listAnswer(items, list.length - items.length, place, { form: "all", more: false, beside: {} });
  if (found !== null) return [found];
  if (list.length === 0) return emptyList(place);
  return list.flatMap((each) => gather(each, place));
}

interface Frame {
  readonly form: Form;
  readonly more: boolean;
  readonly beside: VendorObject;
  readonly listed?: Listed | null;
}

/** The answer whose items these are; null when they are nothing of Google's. `odd` are items that are no objects. */
function listAnswer(items: readonly VendorObject[], odd: number, place: Place, frame: Frame): Answer | null {
  const assets = items.flatMap((item) => assetIn(item) ?? []);
  if (assets.length > 0) {
    return {
      ...place,
      kind: "assets",
      assets,
      isSingle: false,
      more: frame.more,
      strange: items.length - assets.length + odd,
    };
  }
  const resources = items.flatMap((item) => resourceIn(item) ?? []);
  const { form, more, listed = null } = frame;
  if (resources.length > 0) {
    const strange = items.length - resources.length + odd;
    return { ...place, kind: "resources", form, resources, listed, more, unread: [], strange };
  }
  const subject = subjectOf(items);
  return subject === null ? null : { ...nameless(place, subject, items, frame.beside), more };
}

/** What a list of items without names is about, when all of them are alike. */
function subjectOf(items: readonly VendorObject[]): Subject | null {
  const fits = (test: (item: VendorObject) => boolean): boolean => items.length > 0 && items.every(test);
  if (fits((item) => isObject(item["networkEndpoint"]))) return "group endpoints";
  if (fits(isMembership)) return "group memberships";
  if (fits((item) => /\/instances\/[^/]+$/.test(text(item, "instance") ?? "") && !("selfLink" in item))) {
    return "group members";
  }
  // https://cloud.google.com/resource-manager/reference/rest/v3/effectiveTags/list: a binding of a tag has a parent, an effective tag has not.
  if (fits((item) => /^tagValues\/\d+$/.test(text(item, "tagValue") ?? "") && !("parent" in item)))
    return "effective tags";
  return null;
}

function gatherObject(value: VendorObject, place: Place): readonly Answer[] {
  const asset = assetIn(value);
  if (asset !== null) return [{ ...place, kind: "assets", assets: [asset], isSingle: true, more: false, strange: 0 }];
  const resource = resourceIn(value);
  if (resource !== null) return [singleAnswer(resource, place)];
  const inherited = ancestorPolicy(value);
  if (inherited !== null)
    return [nameless(place, "allow policy", [inherited.policy], { resource: inherited.resource })];
  if (isAllowPolicy(value) || (isBarePolicy(value) && subjectNamed(place.path) === "allow policy")) {
    return [nameless(place, "allow policy", [withoutAsked(value, policyOwners)], value)];
  }
  if (Object.keys(value).every((member) => asked.has(member) || value[member] === "compute#project"))
    return emptyObject(value, place);
  const body = bodyAnswer(value, place);
  if (body !== null) return [body];
  // A resource of a kind that is not told apart: what lies in it is a part of it.
  if (text(value, "kind")?.startsWith("compute#") === true) return [];
  return Object.entries(value).flatMap(([member, child]) =>
    formerMembers.has(member) ? [] : gather(child, { ...place, path: [...place.path, member] }),
  );
}

/** What an asset was before. https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/batchGetAssetsHistory#temporalasset */
const formerMembers: ReadonlySet<string> = new Set(["priorAsset", "prior_asset"]);

function singleAnswer(resource: FoundResource, place: Place): Answer {
  if (resource.operation === "compute.projects.get" && namesHostProject(place.path)) {
    return nameless(place, "host project", [resource.data], {});
  }
  const { document, path } = place;
  return {
    document,
    path,
    kind: "resources",
    form: "single",
    resources: [resource],
    listed: null,
    more: false,
    unread: [],
    strange: 0,
  };
}

/** `gcloud compute shared-vpc get-host-project` and getXpnHost print a project, as its own description does: only the name tells. */
function namesHostProject(path: readonly string[]): boolean {
  return /gethostproject|xpnhost|sharedvpchost/.test(squeeze(path.at(-1) ?? ""));
}

/** Members that hold the items of a REST answer. */
const listMembers = [
  "items",
  "assets",
  "projects",
  "folders",
  "organizations",
  "addressGroups",
  "effectiveTags",
  "accounts",
  "keys",
  "roles",
  "policies",
  "policyBindings",
  "principalAccessBoundaryPolicies",
  "workloadIdentityPools",
  "workloadIdentityPoolProviders",
  "workforcePools",
  "workforcePoolProviders",
  "memberships",
  "services",
  "jobs",
  "functions",
] as const;

/** Members that stand beside the items. */
const besideItems: ReadonlySet<string> = new Set([
  "kind",
  "id",
  "etag",
  "selfLink",
  "nextPageToken",
  "next_page_token",
  "readTime",
  "read_time",
  "unreachable",
  "unreachables",
  "warning",
  "network",
  "region",
  "group",
  "instance",
  "parent",
  "project",
  "apiVersion",
  "metadata",
]);

function bodyAnswer(value: VendorObject, place: Place): Answer | null {
  const effective = effectiveFirewalls(value, place);
  if (effective !== null) return effective;
  const member = listMembers.find((name) => name in value);
  const listed = listedBy(value);
  const strangers = Object.keys(value).filter((name) => name !== member && !besideItems.has(name));
  if ((member === undefined && listed === null) || strangers.length > 0) return null;
  const items = member === undefined ? [] : value[member];
  const more = (text(value, "nextPageToken") ?? text(value, "next_page_token")) !== null;
  if (isObject(items)) return scopesAnswer(value, items, place, { form: "body", more, beside: value, listed });
  if (!isList(items)) return null;
  const objects = items.filter(isObject);
  const form = listed?.isScope === true ? "scope" : "body";
  const found = listAnswer(objects, items.length - objects.length, place, { form, more, beside: value, listed });
  const unread = unreachable(value);
  if (found !== null) return found.kind === "resources" ? { ...found, unread } : found;
  if (objects.length > 0) return null;
  if (listed?.operation !== undefined && listed.operation !== null) {
    return { ...place, kind: "resources", form, resources: [], listed, more, unread, strange: items.length };
  }
  const subject = member === "effectiveTags" ? "effective tags" : listed?.subject;
  if (subject !== undefined) return { ...nameless(place, subject, [], value), more };
  return member === undefined ? null : (emptyList({ ...place, path: [...place.path, member] })[0] ?? null);
}

/** An empty list says nothing but by its name. */
function emptyList(place: Place): readonly Answer[] {
  const subject = subjectNamed(place.path);
  if (subject === "effective firewalls" || subject === "allow policy") return [];
  if (subject !== null) return [nameless(place, subject, [], {})];
  const { document, path } = place;
  const operation =
    path
      .slice(-2)
      .toReversed()
      .map(operationNamed)
      .find((each) => each !== null) ?? null;
  if (operation === null) return [];
  const listed = { operation, account: null, isScope: false };
  return [
    { document, path, kind: "resources", form: "all", resources: [], listed, more: false, unread: [], strange: 0 },
  ];
}

/** So does an object without members, or with nothing but what was asked: an answer on a network that has nothing in force. */
function emptyObject(value: VendorObject, place: Place): readonly Answer[] {
  const subject = subjectNamed(place.path);
  if (subject === null) return [];
  const isItem = ["effective firewalls", "host project", "allow policy"].includes(subject);
  return [nameless(place, subject, isItem ? [withoutAsked(value)] : [], value)];
}

/** What a name says that an answer is about. */
function subjectNamed(path: readonly string[]): Subject | null {
  const name = squeeze(path.slice(-2).join(" "));
  if (/effectivefirewalls|firewallseffective/.test(name)) return "effective firewalls";
  if (/effectivetags|tagsbindings|tagbindings/.test(name)) return "effective tags";
  if (name.includes("listinstances")) return "group members";
  if (name.includes("listnetworkendpoints")) return "group endpoints";
  if (name.includes("iampolicy")) return "allow policy";
  if (/groups?memberships/.test(name)) return "group memberships";
  if (/serviceaccountskeys/.test(name)) return "keys";
  if (/poolsproviders/.test(name)) return "providers";
  return namesHostProject(path) ? "host project" : null;
}

/** A listing of every scope: each holds a list, or a warning that says why not. https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList */
function scopesAnswer(body: VendorObject, scopes: VendorObject, place: Place, frame: Frame): Answer | null {
  const unread = [...unreachable(body)];
  const lists: Json[] = [];
  for (const [scope, content] of Object.entries(scopes)) {
    if (!/^(?:global$|regions\/|zones\/|locations\/)/.test(scope) || !isObject(content)) return null;
    lists.push(...Object.values(content).filter(isList).flat());
    const warning = object(content, "warning");
    const code = warning === null ? null : (text(warning, "code") ?? "unknown");
    if (code !== null && code !== "NO_RESULTS_ON_PAGE") unread.push(`${scope} (${code})`);
  }
  const items = lists.filter(isObject);
  const found = listAnswer(items, lists.length - items.length, place, frame);
  if (found?.kind === "resources") return { ...found, unread };
  const { listed = null, more, form } = frame;
  if (items.length > 0 || listed?.operation === undefined || listed.operation === null) return null;
  return { ...place, kind: "resources", form, resources: [], listed, more, unread, strange: lists.length };
}

/** Scopes that the body says did not answer. */
function unreachable(body: VendorObject): readonly string[] {
  return ["unreachable", "unreachables"].flatMap((member) => {
    const list = body[member];
    return isList(list) ? list.filter((each): each is string => typeof each === "string" && each !== "") : [];
  });
}

/** Lists of an answer on what is in force. https://cloud.google.com/compute/docs/reference/rest/v1/networks/getEffectiveFirewalls */
const inForce = ["firewalls", "firewallPolicys", "organizationFirewalls"] as const;

/** The answer of getEffectiveFirewalls. Beside its lists may stand what was asked about, and nothing else: more is a collection of answers. */
function effectiveFirewalls(value: VendorObject, place: Place): Answer | null {
  const members = Object.keys(value);
  const lists = inForce.filter((name) => name in value);
  const others = members.filter((name) => !lists.some((list) => list === name));
  if (lists.length === 0 || !others.every((name) => besideItems.has(name))) return null;
  if (!lists.every((name) => isList(value[name]))) return null;
  // Policies of this name are Google's alone; rules alone may be anybody's.
  const isTold = lists.length > 1 || !lists.includes("firewalls") || subjectNamed(place.path) === "effective firewalls";
  if (!isTold && !objects(value, "firewalls").some((rule) => resourceIn(rule) !== null)) return null;
  return nameless(place, "effective firewalls", [withoutAsked(value)], value);
}

function withoutAsked(value: VendorObject, names: ReadonlySet<string> = asked): VendorObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
}

/** Members that the author of a dump puts beside an answer to say what was asked. */
const asked: ReadonlySet<string> = new Set(["network", "region", "group", "instance", "parent", "project"]);

function nameless(
  place: Place,
  subject: Subject,
  items: readonly VendorObject[],
  beside: VendorObject,
): NamelessAnswer {
  const { document, path } = place;
  return { document, path, kind: "nameless", subject, items, beside, more: false };
}

/** Array.isArray keeps no element type on readonly arrays. */
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
