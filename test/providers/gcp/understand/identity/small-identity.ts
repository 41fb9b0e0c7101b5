import type { Grant, IdentityEstate, Question, WhoCan } from "../../../../../src/identity/estate.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import {
  folder,
  folderItem,
  organization,
  project,
  projectItem,
  understand,
  type GcpItem,
  type Unread,
} from "../../../../support/gcp-snapshot.ts";

// An organization with a folder in it and in that the projects `shop`, number 111, and `other`, number 222: records as a scan leaves them.

export const create = "compute.firewalls.create";
export const update = "compute.firewalls.update";
export const networkPolicy = "compute.networks.updatePolicy";

/** What the roles of these tests hold. */
const roles: Readonly<Record<string, readonly string[]>> = {
  "roles/owner": [create, update, networkPolicy, "resourcemanager.projects.setIamPolicy", "compute.instances.delete"],
  "roles/editor": [create, update, networkPolicy, "compute.instances.delete", "iam.serviceAccounts.actAs"],
  "roles/viewer": ["compute.firewalls.list"],
  "roles/compute.securityAdmin": [create, update, "compute.firewalls.delete", networkPolicy],
  "roles/compute.networkAdmin": [
    networkPolicy,
    "compute.networks.update",
    "compute.networks.setFirewallPolicy",
    "compute.firewallPolicies.use",
    "compute.routes.create",
    "compute.routes.delete",
  ],
  "roles/creator": [create],
  "roles/resourcemanager.projectIamAdmin": ["resourcemanager.projects.setIamPolicy"],
  "roles/iam.serviceAccountTokenCreator": [
    "iam.serviceAccounts.getAccessToken",
    "iam.serviceAccounts.signBlob",
    "iam.serviceAccounts.signJwt",
    "iam.serviceAccounts.implicitDelegation",
  ],
  "roles/iam.serviceAccountUser": ["iam.serviceAccounts.actAs"],
  "roles/iam.workloadIdentityUser": ["iam.serviceAccounts.getAccessToken"],
};

export type Binding = readonly [role: string, members: string | readonly string[], condition?: string];

const bindingOf = ([role, members, condition]: Binding): VendorObject => ({
  role,
  members: typeof members === "string" ? [members] : members,
  ...(condition === undefined ? {} : { condition: { title: "only", expression: condition } }),
});

/** The allow policy of a project, folder or organization. */
export function policy(account: string, ...bindings: readonly Binding[]): GcpItem {
  const kind = /^(folder|organization)s\//.exec(account)?.[1] ?? "project";
  return {
    account,
    operation: `cloudresourcemanager.${kind}s.getIamPolicy`,
    data: { version: 3, etag: "x", bindings: bindings.map(bindingOf) },
  };
}

/** The allow policy of a service account. */
export function accountPolicy(email: string, bindings: readonly Binding[], account = project): GcpItem {
  return {
    account,
    operation: "iam.projects.serviceAccounts.getIamPolicy",
    request: { serviceAccount: `projects/${account}/serviceAccounts/${email}` },
    data: { etag: "x", bindings: bindings.map(bindingOf) },
  };
}

export const emailOf = (name: string, owner = project): string => `${name}@${owner}.iam.gserviceaccount.com`;

export function serviceAccount(email: string, more: VendorObject = {}, account = project): GcpItem {
  const name = `projects/${account}/serviceAccounts/${email}`;
  return {
    account,
    operation: "iam.projects.serviceAccounts.list",
    data: { name, projectId: account, email, ...more },
  };
}

export function customRole(name: string, permissions: readonly string[], more: VendorObject = {}): GcpItem {
  const owner = name.slice(0, name.indexOf("/roles/"));
  const isProject = owner.startsWith("projects/");
  return {
    account: isProject ? owner.slice("projects/".length) : owner,
    operation: `iam.${isProject ? "projects" : "organizations"}.roles.list`,
    data: { name, title: name, includedPermissions: [...permissions], stage: "GA", ...more },
  };
}

export function predefinedRole(name: string, permissions: readonly string[]): GcpItem {
  return { account: project, operation: "iam.roles.get", data: { name, includedPermissions: [...permissions] } };
}

/** A deny policy on a project, folder or organization, of one rule. */
export function denyPolicy(account: string, rule: VendorObject): readonly GcpItem[] {
  const target = account === project ? "projects%2F111" : account.replace("/", "%2F");
  const name = `policies/cloudresourcemanager.googleapis.com%2F${target}/denypolicies/guard`;
  return [
    { account, operation: "iam.policies.listPolicies", data: { name, kind: "DenyPolicy" } },
    { account, operation: "iam.policies.get", data: { name, rules: [{ denyRule: rule }] } },
  ];
}

/** A boundary of the organization, and what it is bound to. */
export function boundary(
  resources: readonly string[],
  principalSet: string,
  more: { readonly version?: string; readonly condition?: string; readonly name?: string } = {},
): readonly GcpItem[] {
  const name = `${organization}/locations/global/principalAccessBoundaryPolicies/${more.name ?? "fence"}`;
  return [
    {
      account: organization,
      operation: "iam.organizations.locations.principalAccessBoundaryPolicies.list",
      data: {
        name,
        details: {
          rules: [
            { effect: "ALLOW", resources: resources.map((each) => `//cloudresourcemanager.googleapis.com/${each}`) },
          ],
          enforcementVersion: more.version ?? "3",
        },
      },
    },
    {
      account: organization,
      operation: "iam.organizations.locations.policyBindings.list",
      data: {
        name: `${organization}/locations/global/policyBindings/${more.name ?? "fence"}`,
        target: { principalSet },
        policyKind: "PRINCIPAL_ACCESS_BOUNDARY",
        policy: name,
        ...(more.condition === undefined ? {} : { condition: { expression: more.condition } }),
      },
    },
  ];
}

export function groupMember(group: string, address: string, type = "USER"): GcpItem {
  return {
    account: project,
    operation: "cloudidentity.groups.memberships.list",
    request: { group },
    data: {
      name: `groups/1/memberships/${address}`,
      preferredMemberKey: { id: address },
      roles: [{ name: "MEMBER" }],
      type,
    },
  };
}

/** The hierarchy, the roles, and some items. */
export function estateOf(items: readonly GcpItem[]): readonly GcpItem[] {
  return [
    organizationItem(),
    folderItem(),
    projectItem(folder),
    projectItem(folder, "other"),
    ...Object.entries(roles).map(([name, permissions]) => predefinedRole(name, permissions)),
    ...items,
  ];
}

export function organizationItem(more: VendorObject = {}): GcpItem {
  return {
    account: organization,
    operation: "cloudresourcemanager.organizations.get",
    data: { name: organization, displayName: "example.com", directoryCustomerId: "C0ours", ...more },
  };
}

export function identitiesOf(items: readonly GcpItem[], unread: Unread = {}): IdentityEstate {
  return understand(estateOf(items), unread).identity;
}

export const about = (action: string | null, resource: string | null = null): Question => ({ action, resource });

export function asked(items: readonly GcpItem[], question: Question = about(update), unread: Unread = {}): WhoCan {
  return identitiesOf(items, unread).whoCan(question);
}

/** `yes`, `only-if with ...`, `unknown` or `no`; with what leads there where it is by escalation. */
export function say(answer: WhoCan, id: string): string {
  const own = answer.grants.filter(({ principal }) => principal.id === id);
  const [best] = own.toSorted((a, b) => order.indexOf(a.decision) - order.indexOf(b.decision));
  if (best === undefined) return "no";
  const condition = best.decision === "only-if" ? ` ${best.condition?.text ?? ""}` : "";
  const path = best.path.length === 0 ? "" : ` by ${best.path.map(({ method }) => method).join(", ")}`;
  return `${best.decision}${condition}${path}`;
}

const order: readonly Grant["decision"][] = ["yes", "only-if", "unknown"];

export const ada = "user:ada@example.com";
