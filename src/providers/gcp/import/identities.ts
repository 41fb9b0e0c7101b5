import type { VendorObject } from "../../../snapshot/record.ts";
import { isObject, object, objectList, objects, text } from "../../read.ts";
import { isContainer, isProject } from "./accounts.ts";
import type { FoundResource } from "./resources.ts";

/** What a name stands for: an operation, and what that was asked with. `owner` and `name` are parts of the name. */
interface Kind {
  readonly pattern: RegExp;
  readonly read: (
    parts: Readonly<Record<string, string>>,
    item: VendorObject,
  ) => Pick<FoundResource, "operation" | "asked">;
}

const listed = (operation: string): ReturnType<Kind["read"]> => ({ operation });

/**
 * Resource names, from https://docs.cloud.google.com/iam/docs/reference/rest, https://docs.cloud.google.com/run/docs/reference/rest and
 * https://docs.cloud.google.com/functions/docs/reference/rest. What several APIs name alike is told by what is in it.
 */
const kinds: readonly Kind[] = [
  {
    pattern: /^projects\/(?<project>[^/]+)\/serviceAccounts\/[^/]+$/,
    read: () => listed("iam.projects.serviceAccounts.list"),
  },
  {
    pattern: /^(?<serviceAccount>projects\/(?<project>[^/]+)\/serviceAccounts\/[^/]+)\/keys\/[^/]+$/,
    read: ({ serviceAccount = "" }) => ({
      operation: "iam.projects.serviceAccounts.keys.list",
      asked: { serviceAccount },
    }),
  },
  {
    pattern: /^(?:projects\/(?<project>[^/]+)|organizations\/(?<organization>\d+))\/roles\/[\w.]+$/,
    read: (parts) => listed(`iam.${kindIn(parts)}.roles.list`),
  },
  {
    // Listings leave out what a role holds.
    pattern: /^(?<name>roles\/[\w.]+)$/,
    read: ({ name = "" }, item) =>
      "includedPermissions" in item ? { operation: "iam.roles.get", asked: { name } } : { operation: null },
  },
  {
    pattern:
      /^(?<name>policies\/cloudresourcemanager\.googleapis\.com%2F(?:projects%2F(?<project>[^/]+)|folders%2F(?<folder>\d+)|organizations%2F(?<organization>\d+))\/denypolicies\/[^/]+)$/i,
    read: ({ name = "" }, item) =>
      objects(item, "rules").length > 0
        ? { operation: "iam.policies.get", asked: { name } }
        : listed("iam.policies.listPolicies"),
  },
  {
    pattern:
      /^(?:projects\/(?<project>[^/]+)|folders\/(?<folder>\d+)|organizations\/(?<organization>\d+))\/locations\/[^/]+\/policyBindings\/[^/]+$/,
    read: (parts) => listed(`iam.${kindIn(parts)}.locations.policyBindings.list`),
  },
  {
    pattern: /^organizations\/(?<organization>\d+)\/locations\/[^/]+\/principalAccessBoundaryPolicies\/[^/]+$/,
    read: () => listed("iam.organizations.locations.principalAccessBoundaryPolicies.list"),
  },
  {
    pattern: /^projects\/(?<project>[^/]+)\/locations\/[^/]+\/workloadIdentityPools\/[^/]+$/,
    read: () => listed("iam.projects.locations.workloadIdentityPools.list"),
  },
  {
    pattern: /^(?<pool>projects\/(?<project>[^/]+)\/locations\/[^/]+\/workloadIdentityPools\/[^/]+)\/providers\/[^/]+$/,
    read: ({ pool = "" }) => ({
      operation: "iam.projects.locations.workloadIdentityPools.providers.list",
      asked: { pool },
    }),
  },
  { pattern: /^locations\/[^/]+\/workforcePools\/[^/]+$/, read: () => listed("iam.locations.workforcePools.list") },
  {
    pattern: /^(?<pool>locations\/[^/]+\/workforcePools\/[^/]+)\/providers\/[^/]+$/,
    read: ({ pool = "" }) => ({ operation: "iam.locations.workforcePools.providers.list", asked: { pool } }),
  },
  {
    pattern: /^projects\/(?<project>[^/]+)\/locations\/[^/]+\/services\/[^/]+$/,
    read: (_parts, { template }) => listedIf(isObject(template), "run.projects.locations.services.list"),
  },
  {
    pattern: /^projects\/(?<project>[^/]+)\/locations\/[^/]+\/jobs\/[^/]+$/,
    read: (_parts, { template }) =>
      listedIf(isObject(template) && isObject(template["template"]), "run.projects.locations.jobs.list"),
  },
  {
    pattern: /^projects\/(?<project>[^/]+)\/locations\/[^/]+\/functions\/[^/]+$/,
    read: () => listed("cloudfunctions.projects.locations.functions.list"),
  },
];

function listedIf(isOne: boolean, operation: string): ReturnType<Kind["read"]> {
  return { operation: isOne ? operation : null };
}

function kindIn(parts: Readonly<Record<string, string | undefined>>): string {
  const kind = ["folder", "organization"].find((name) => parts[name] !== undefined) ?? "project";
  return `${kind}s`;
}

/** What an object has to do with who may do what; null when it has nothing. */
export function identityIn(item: VendorObject): FoundResource | null {
  const name = text(item, "name");
  if (name === null) return knative(item);
  for (const { pattern, read } of kinds) {
    const found = pattern.exec(name);
    if (found === null) continue;
    const parts = found.groups ?? {};
    const { operation, asked } = read(parts, item);
    if (operation === null) return null;
    const account = operation === "iam.roles.get" ? "" : ownerIn(parts, item);
    return { data: item, operation, account, id: name, ...(asked === undefined ? {} : { asked }) };
  }
  return null;
}

function ownerIn(parts: Readonly<Record<string, string | undefined>>, item: VendorObject): string | null {
  const { project, folder, organization } = parts;
  const own = project === "-" ? text(item, "projectId") : (project ?? null);
  const account =
    own ??
    (folder === undefined ? null : `folders/${folder}`) ??
    (organization === undefined ? null : `organizations/${organization}`) ??
    text(item, "parent");
  return account !== null && (isContainer(account) || isProject(account)) ? account : null;
}

const knativeKinds: Readonly<Record<string, string>> = {
  "serving.knative.dev/v1 Service": "run.projects.locations.services.list",
  "run.googleapis.com/v1 Job": "run.projects.locations.jobs.list",
};

/** A service or job of Cloud Run as gcloud prints it. https://docs.cloud.google.com/run/docs/reference/rest/v1/namespaces.services */
function knative(item: VendorObject): FoundResource | null {
  const operation = knativeKinds[`${text(item, "apiVersion") ?? ""} ${text(item, "kind") ?? ""}`];
  const meta = object(item, "metadata") ?? {};
  const [name, account] = [text(meta, "name"), text(meta, "namespace")];
  if (operation === undefined || name === null || account === null || !isProject(account)) return null;
  const location = text(object(meta, "labels") ?? {}, "cloud.googleapis.com/location") ?? "-";
  return { data: item, operation, account, id: `${account}/${location}/${name}` };
}

/** Members of an allow policy: https://docs.cloud.google.com/iam/docs/reference/rest/Shared.Types/Policy */
const policyMembers: ReadonlySet<string> = new Set(["bindings", "etag", "version", "auditConfigs", "kind"]);

/** Members that the author of a dump puts beside a policy to say whose it is. */
export const policyOwners: ReadonlySet<string> = new Set([
  "resource",
  "serviceAccount",
  "project",
  "folder",
  "organization",
]);

/** Whether an object is an allow policy, by what it binds. One without bindings is nothing but an etag, as other things are. */
export function isAllowPolicy(value: VendorObject): boolean {
  const others = Object.keys(value).filter((member) => !policyMembers.has(member) && !policyOwners.has(member));
  const bindings = objectList(value, "bindings");
  return (
    others.length === 0 &&
    Array.isArray(bindings) &&
    bindings.length > 0 &&
    bindings.every(
      (binding) => isObject(binding) && text(binding, "role") !== null && Array.isArray(binding["members"]),
    )
  );
}

/** Whether an object could be an allow policy that binds nothing. */
export function isBarePolicy(value: VendorObject): boolean {
  const members = Object.keys(value);
  return members.includes("etag") && members.every((member) => policyMembers.has(member) || policyOwners.has(member));
}

/** One of the policies that `gcloud projects get-ancestors-iam-policy` prints, each with what it is of; null for anything else. */
export function ancestorPolicy(
  value: VendorObject,
): { readonly policy: VendorObject; readonly resource: string } | null {
  const [type, id, policy] = [text(value, "type"), text(value, "id"), object(value, "policy")];
  if (id === null || policy === null || Object.keys(value).length !== 3) return null;
  if (type !== "project" && type !== "folder" && type !== "organization") return null;
  const resource = `${type}s/${id}`;
  const isNamed = type === "project" ? isProject(id) : isContainer(resource);
  return isNamed && (isAllowPolicy(policy) || isBarePolicy(policy)) ? { policy, resource } : null;
}

/** Whether an object is somebody's membership of a group. */
export function isMembership(item: VendorObject): boolean {
  return /^groups\/[^/]+\/memberships\/[^/]+$/.test(text(item, "name") ?? "");
}
