import { numberOf } from "./build.ts";
import type { GcpGroup, GcpPool, GcpServiceAccount } from "./estate-identity.ts";
import type { JsonObject } from "./estate.ts";

/** A condition under which a binding holds, in the Common Expression Language. */
export interface ConditionWords {
  readonly title: string;
  readonly expression: string;
}

/** One role of an allow policy and who has it: `["roles/viewer", ["user:ann@example.com"]]`. */
export type Binding = readonly [role: string, members: readonly string[], condition?: ConditionWords];

/** An allow policy. */
export function allowPolicy(...bindings: readonly Binding[]): JsonObject {
  return { bindings: bindings.map(bindingOf) };
}

function bindingOf([role, members, condition]: Binding): JsonObject {
  return { role, members, ...(condition === undefined ? {} : { condition: { ...condition } }) };
}

/** A custom role of an organization or a project: `customRole("projects/p", "operator", ["compute.firewalls.get"])`. */
export function customRole(
  parent: string,
  id: string,
  permissions: readonly string[],
  { title = id, disabled = false }: { readonly title?: string; readonly disabled?: boolean } = {},
): JsonObject {
  return {
    name: `${parent}/roles/${id}`,
    title,
    includedPermissions: permissions,
    stage: disabled ? "DISABLED" : "GA",
    etag: "BwYk3c1Hn2Q=",
  };
}

/** What a service account has besides its name. */
export interface ServiceAccountWords {
  readonly displayName?: string;
  readonly disabled?: boolean;
  /** Who may do what with it. */
  readonly policy?: JsonObject;
  /** When each of the keys that people made for it was made. */
  readonly keys?: readonly string[];
}

/** A service account of a project, by its address. */
export function serviceAccountOf(project: string, email: string, words: ServiceAccountWords = {}): GcpServiceAccount {
  const { displayName, disabled = false, policy, keys = [] } = words;
  const name = `projects/${project}/serviceAccounts/${email}`;
  const uniqueId = numberOf(email);
  return {
    account: {
      name,
      projectId: project,
      uniqueId,
      email,
      ...(displayName === undefined ? {} : { displayName }),
      etag: "MDEwMjE5MjA=",
      oauth2ClientId: uniqueId,
      ...(disabled ? { disabled } : {}),
    },
    ...(policy === undefined ? {} : { policy }),
    keys: [
      key(name, "SYSTEM_MANAGED", "GOOGLE_PROVIDED", "2026-11-20T04:11:09Z", "2026-12-07T04:11:09Z"),
      ...keys.map((since) => key(name, "USER_MANAGED", "GOOGLE_PROVIDED", since, "9999-12-31T23:59:59Z")),
    ],
  };
}

function key(account: string, keyType: string, keyOrigin: string, since: string, until: string): JsonObject {
  const id = BigInt(numberOf(`${account} ${keyType} ${since}`))
    .toString(16)
    .padStart(40, "7");
  return {
    name: `${account}/keys/${id}`,
    validAfterTime: since,
    validBeforeTime: until,
    keyAlgorithm: "KEY_ALG_RSA_2048",
    keyOrigin,
    keyType,
  };
}

/** A deny policy of a project (by number), folder or organization. Permissions go by their service: `compute.googleapis.com/firewalls.update`. */
export function denyPolicy(
  node: string,
  id: string,
  rule: {
    readonly description: string;
    readonly denied: readonly string[];
    readonly except: readonly string[];
    readonly permissions: readonly string[];
    readonly condition?: ConditionWords;
  },
): JsonObject {
  return {
    name: `policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${node}`)}/denypolicies/${id}`,
    uid: "6f1c2d8e-4a0b-4c57-9a39-0f6d5c1b7e24",
    kind: "DenyPolicy",
    displayName: id,
    etag: "MTc2MzQ1Njc4OQ==",
    createTime: "2025-05-06T09:12:44.310201Z",
    updateTime: "2025-09-01T07:55:02.118904Z",
    rules: [
      {
        description: rule.description,
        denyRule: {
          deniedPrincipals: rule.denied,
          ...(rule.except.length === 0 ? {} : { exceptionPrincipals: rule.except }),
          deniedPermissions: rule.permissions,
          ...(rule.condition === undefined ? {} : { denialCondition: { ...rule.condition } }),
        },
      },
    ],
  };
}

/** A principal access boundary policy of an organization: its principals may reach nothing but these resources, by full name. */
export function boundary(organization: string, id: string, resources: readonly string[]): JsonObject {
  return {
    name: `organizations/${organization}/locations/global/principalAccessBoundaryPolicies/${id}`,
    uid: "3b0d9f52-7c1e-4f6a-8f0f-1d2a4c6e8b90",
    etag: 'W/"aGFyYm91cg=="',
    displayName: id,
    createTime: "2025-06-11T13:20:31.842290Z",
    updateTime: "2025-06-11T13:20:31.842290Z",
    details: { rules: [{ resources, effect: "ALLOW" }], enforcementVersion: "3" },
  };
}

/** What binds a policy to a set of principals, in the project (by number), folder or organization next to them. */
export function policyBinding(
  node: string,
  id: string,
  { principals, policy }: { readonly principals: string; readonly policy: JsonObject },
): JsonObject {
  return {
    name: `${node}/locations/global/policyBindings/${id}`,
    uid: "b2f6c1a4-58d3-4e0d-9a77-c0ffee5e11ed",
    etag: 'W/"bGlzdGVu"',
    displayName: id,
    target: { principalSet: principals },
    policyKind: "PRINCIPAL_ACCESS_BOUNDARY",
    policy: policy["name"],
    policyUid: policy["uid"],
    createTime: "2025-06-11T13:24:02.190336Z",
    updateTime: "2025-06-11T13:24:02.190336Z",
  };
}

/** A provider of a pool, by its id: whom it vouches for, and how. */
export type ProviderWords = Readonly<Record<string, JsonObject>>;

/** A pool of identities from outside: of a project, `projects/<number>/locations/global/workloadIdentityPools/github`, or of people. */
export function pool(name: string, displayName: string, providers: ProviderWords, more: JsonObject = {}): GcpPool {
  return {
    pool: { name, displayName, state: "ACTIVE", ...more },
    providers: Object.entries(providers).map(([id, words]) =>
      Object.assign({ name: `${name}/providers/${id}`, displayName: id, state: "ACTIVE" }, words),
    ),
  };
}

/** A group of the directory. Members that end in `.gserviceaccount.com` are service accounts; those that `groups` names are groups. */
export function directoryGroup(address: string, members: readonly string[], groups: readonly string[] = []): GcpGroup {
  const name = `groups/${BigInt(numberOf(address)).toString(36)}`;
  const membership = (member: string, type: string): JsonObject => ({
    name: `${name}/memberships/${numberOf(`${address} ${member}`)}`,
    preferredMemberKey: { id: member },
    roles: [{ name: "MEMBER" }],
    createTime: "2024-02-19T10:31:07.402Z",
    updateTime: "2024-02-19T10:31:07.402Z",
    type,
  });
  return {
    name,
    address,
    memberships: [
      ...members.map((member) =>
        membership(member, member.endsWith(".gserviceaccount.com") ? "SERVICE_ACCOUNT" : "USER"),
      ),
      ...groups.map((group) => membership(group, "GROUP")),
    ],
  };
}
