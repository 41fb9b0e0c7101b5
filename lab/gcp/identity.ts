import { badRequest, denied, notFound, type Subject } from "./errors.ts";
import type { GcpAccess } from "./estate-identity.ts";
import { type GcpEstate, isObject, type JsonObject, type JsonValue, objectsOf, textOf } from "./estate.ts";
import type { Paging } from "./http.ts";
import { listedPage } from "./listing.ts";

/** What a call on somebody's rights is about. */
export interface IdentityCall {
  readonly id: string;
  readonly access: GcpAccess;
  /** The values of the path's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly subject: Subject;
}

/** A listing: the member that holds it, and what is in it; null where what was asked about is not there. */
type Listing = readonly [member: string, items: readonly JsonObject[] | null];

/**
 * What IAM, Cloud Resource Manager, Cloud Identity, Cloud Run and Cloud Functions answer on who may do what and what runs as whom. Throws
 * {@link GoogleFailure}.
 */
export function identityAnswer(estate: GcpEstate, call: IdentityCall, paging: Paging): JsonObject {
  const { id, access, parameters, subject } = call;
  if (id === "iam.projects.serviceAccounts.getIamPolicy") {
    const held = serviceAccountOf(access, parameters);
    if (held === undefined) throw notFound("iam", subject.resource);
    return inVersion(held.policy ?? {}, paging.request.query.get("options.requestedPolicyVersion"));
  }
  if (id.endsWith(".getIamPolicy")) return inVersion(access.policy ?? {}, versionIn(paging.request.body));
  if (id === "iam.roles.get") return namedOne(estate.roles, `roles/${parameters["role"]}`);
  if (id === "iam.policies.get") return denyPolicyOf(access, parameters);
  if (id === "cloudidentity.groups.lookup") return lookup(estate, paging.request.query.get("groupKey.id"), subject);
  const [member, items] = listing(estate, call, paging);
  if (items === null) throw denied(subject);
  // Keys come all at once.
  if (member === "keys") return items.length === 0 ? {} : { keys: items };
  return isEverywhere(id)
    ? reachedPage(items, member, parameters["location"] ?? "", paging)
    : listedPage(items, paging, member);
}

function listing(estate: GcpEstate, { id, access, parameters }: IdentityCall, paging: Paging): Listing {
  const { query } = paging.request;
  switch (id.replace(/^(\w+)\.(?:organizations|folders|projects)\./, "$1.")) {
    case "iam.roles.list":
      return ["roles", (access.roles ?? []).map((role) => inView(role, query.get("view")))];
    case "iam.locations.policyBindings.list":
      return ["policyBindings", access.policyBindings ?? []];
    case "iam.locations.principalAccessBoundaryPolicies.list":
      return ["principalAccessBoundaryPolicies", access.boundaries ?? []];
    case "iam.policies.listPolicies":
      return ["policies", (access.denyPolicies ?? []).map((policy) => without(policy, "rules"))];
    case "iam.serviceAccounts.list":
      return ["accounts", (access.serviceAccounts ?? []).map(({ account }) => account)];
    case "iam.serviceAccounts.keys.list":
      return ["keys", keysOf(access, parameters, query.getAll("keyTypes"))];
    case "iam.locations.workloadIdentityPools.list":
      return ["workloadIdentityPools", (access.workloadIdentityPools ?? []).map(({ pool }) => pool)];
    case "iam.locations.workloadIdentityPools.providers.list":
      return ["workloadIdentityPoolProviders", providersOf(access.workloadIdentityPools, parameters)];
    case "iam.locations.workforcePools.list":
      return ["workforcePools", (access.workforcePools ?? []).map(({ pool }) => pool)];
    case "iam.locations.workforcePools.providers.list":
      return ["workforcePoolProviders", providersOf(access.workforcePools, parameters)];
    case "cloudidentity.groups.memberships.list":
      return ["memberships", membershipsOf(estate, parameters, query.get("view"))];
    case "run.locations.services.list":
      return ["services", access.services ?? []];
    case "run.locations.jobs.list":
      return ["jobs", access.jobs ?? []];
    default:
      return ["functions", access.functions ?? []];
  }
}

/**
 * A policy as the version that was asked for tells it: none but the third knows of conditions, and a binding that has one goes by another
 * name then. https://docs.cloud.google.com/iam/docs/allow-policies#versions
 */
function inVersion(policy: JsonObject, version: string | null): JsonObject {
  const bindings = objectsOf(policy, "bindings");
  const isConditional = bindings.some((binding) => isObject(binding["condition"]));
  const told = version === "3" ? bindings : bindings.map(withoutCondition);
  return {
    version: version === "3" && isConditional ? 3 : 1,
    etag: "BwYk3c1Hn2Q=",
    ...policy,
    ...(bindings.length === 0 ? {} : { bindings: told }),
  };
}

function withoutCondition({ condition, ...binding }: JsonObject): JsonObject {
  return condition === undefined
    ? binding
    : { ...binding, role: `${textOf(binding, "role")}_withcond_2f1c5a7be0d94c63` };
}

function versionIn(body: Uint8Array): string | null {
  const text = Buffer.from(body).toString();
  const asked: unknown = text === "" ? {} : JSON.parse(text);
  if (typeof asked !== "object" || asked === null) throw badRequest("Invalid JSON payload received.");
  const options: unknown = Reflect.get(asked, "options");
  if (typeof options !== "object" || options === null) return null;
  return String(Reflect.get(options, "requestedPolicyVersion"));
}

function inView(role: JsonObject, view: string | null): JsonObject {
  return view === "FULL" ? role : without(role, "includedPermissions");
}

function without(object: JsonObject, member: string): JsonObject {
  return { ...object, [member]: undefined };
}

function namedOne(items: readonly JsonObject[] = [], name: string): JsonObject {
  const found = items.find((item) => textOf(item, "name") === name);
  if (found === undefined) throw notFound("iam", name);
  return found;
}

function denyPolicyOf({ denyPolicies = [] }: GcpAccess, parameters: IdentityCall["parameters"]): JsonObject {
  const found = denyPolicies.find((policy) => textOf(policy, "name").endsWith(`/denypolicies/${parameters["deny"]}`));
  if (found === undefined) throw notFound("iam", `denypolicies/${parameters["deny"]}`);
  return found;
}

function serviceAccountOf({ serviceAccounts = [] }: GcpAccess, parameters: IdentityCall["parameters"]) {
  return serviceAccounts.find(({ account }) =>
    [account["email"], account["uniqueId"]].includes(parameters["account"] ?? ""),
  );
}

function keysOf(
  access: GcpAccess,
  parameters: IdentityCall["parameters"],
  types: readonly string[],
): readonly JsonObject[] | null {
  const keys = serviceAccountOf(access, parameters)?.keys;
  return keys?.filter((key) => types.length === 0 || types.includes(textOf(key, "keyType"))) ?? null;
}

function providersOf(
  pools: GcpAccess["workforcePools"] = [],
  parameters: IdentityCall["parameters"],
): readonly JsonObject[] | null {
  const found = pools.find(({ pool }) => textOf(pool, "name").endsWith(`/${parameters["pool"]}`));
  return found?.providers ?? null;
}

/** https://docs.cloud.google.com/identity/docs/reference/rest/v1/groups/lookup: what may not be known of is not there, and the other way round. */
function lookup({ groups = [] }: GcpEstate, address: string | null, subject: Subject): JsonObject {
  const found = groups.find((group) => group.address === address);
  if (found === undefined) throw denied({ ...subject, resource: `groups/${address}` });
  return { name: found.name };
}

function membershipsOf(
  { groups = [] }: GcpEstate,
  parameters: IdentityCall["parameters"],
  view: string | null,
): readonly JsonObject[] | null {
  const memberships = groups.find(({ name }) => name === `groups/${parameters["group"]}`)?.memberships;
  if (view === "FULL" || memberships === undefined) return memberships ?? null;
  return memberships.map((membership) => without(membership, "type"));
}

function isEverywhere(id: string): boolean {
  return id.startsWith("run.") || id.startsWith("cloudfunctions.");
}

/** A listing of all locations at once, which names those that did not answer. */
function reachedPage(items: readonly JsonObject[], member: string, location: string, paging: Paging): JsonObject {
  const placeOf = (item: JsonObject): JsonValue => /\/locations\/([^/]+)\//.exec(textOf(item, "name"))?.[1] ?? null;
  const here = items.filter((item) => location === "-" || placeOf(item) === location);
  const away = paging.fault === "unreachable-scope" ? placeOf(here.at(-1) ?? {}) : null;
  const there = here.filter((item) => away === null || placeOf(item) !== away);
  return { ...listedPage(there, paging, member), ...(away === null ? {} : { unreachable: [away] }) };
}
