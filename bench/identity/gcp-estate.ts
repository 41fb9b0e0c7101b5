import type { Coverage } from "../../src/model/coverage.ts";
import { globalRegion } from "../../src/model/resource.ts";
import { kindOf } from "../../src/providers/gcp/operation.ts";
import { gcpOperations } from "../../src/providers/gcp/operations.ts";
import { escalationMethods } from "../../src/providers/gcp/understand/identity/data/escalation-methods.ts";
import { firewallPermissions } from "../../src/providers/gcp/understand/identity/data/firewall-permissions.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../src/snapshot/record.ts";
import { seededRandom } from "../network/random.ts";

type Random = (limit: number) => number;

const organization = "organizations/1";

/**
 * An organization of folders and projects, people in groups, a service account for every third principal, and half as many bindings as principals: most
 * of roles that have nothing to do with firewalls, on a project; some on folders, some by groups, some under conditions, a few far too wide; deny policies
 * and a boundary above them, and instances that carry service accounts.
 */
export function benchGcpIdentitySnapshot(principals: number, seed: number): Snapshot {
  const random = seededRandom(seed);
  const of = (list: readonly string[]): string => list[random(list.length)] ?? "";
  const folders = Array.from({ length: Math.max(4, Math.ceil(principals / 500)) }, (_, at) => `folders/${at + 10}`);
  const projects = Array.from({ length: Math.max(10, Math.ceil(principals / 20)) }, (_, at) => `p-${at}`);
  const accounts = Array.from({ length: Math.ceil(principals / 3) }, (_, at) => {
    const project = projects[at % projects.length] ?? "";
    return { project, email: `s-${at}@${project}.iam.gserviceaccount.com` };
  });
  const people = Array.from({ length: principals - accounts.length }, (_, at) => `u-${at}@example.com`);
  const groups = Array.from({ length: Math.max(10, Math.ceil(principals / 50)) }, (_, at) => `g-${at}@example.com`);
  const roles = rolesOf(random);
  const records: SnapshotRecord[] = [
    record(organization, "cloudresourcemanager.organizations.get", {
      name: organization,
      displayName: "example.com",
      directoryCustomerId: "C1",
    }),
    ...folders.map((name, at) =>
      record(name, "cloudresourcemanager.folders.get", {
        name,
        parent: at < 4 ? organization : (folders[random(at)] ?? organization),
      }),
    ),
    ...projects.map((projectId, at) =>
      record(projectId, "cloudresourcemanager.projects.get", {
        name: `projects/${1000 + at}`,
        projectId,
        parent: of(folders),
      }),
    ),
    ...roles.map(({ name, permissions }) =>
      record(organization, "iam.roles.get", { name, includedPermissions: permissions }),
    ),
    ...accounts.map(({ project, email }) =>
      record(project, "iam.projects.serviceAccounts.list", {
        name: `projects/${project}/serviceAccounts/${email}`,
        projectId: project,
        email,
      }),
    ),
    ...groups.flatMap((group) =>
      Array.from({ length: 1 + random(12) }, () => of(people)).map((id) =>
        record(
          organization,
          "cloudidentity.groups.memberships.list",
          { preferredMemberKey: { id }, type: "USER" },
          { group },
        ),
      ),
    ),
  ];
  const bindings = new Map<string, VendorObject[]>();
  const bind = (resource: string, binding: VendorObject): void => {
    bindings.set(resource, [...(bindings.get(resource) ?? []), binding]);
  };
  const conditions = [
    "request.time < timestamp('2030-01-01T00:00:00Z')",
    "resource.type == 'compute.googleapis.com/Firewall'",
    "resource.matchTag('1/env', 'dev')",
    "resource.name.startsWith('projects/p-1')",
  ];
  const others = people.map((each) => `user:${each}`);
  for (let at = 0; at < principals / 2; at++) {
    const members = Array.from({ length: 1 + random(3) }, () => {
      const kind = random(10);
      if (kind < 3) return `group:${of(groups)}`;
      return kind < 6 ? `serviceAccount:${accounts[random(accounts.length)]?.email ?? ""}` : of(others);
    });
    const role = roles[random(12) === 0 ? random(roles.length) : random(narrowRoles)]?.name ?? "roles/viewer";
    const condition = random(12) === 0 ? { condition: { title: "only", expression: of(conditions) } } : {};
    const where = random(20);
    const resource =
      where === 0
        ? organization
        : where < 3
          ? of(folders)
          : where < 6
            ? `account ${random(accounts.length)}`
            : of(projects);
    bind(resource, { role, members, ...condition });
  }
  // Everyone is named somewhere.
  for (const [at, member] of others.entries()) {
    bind(projects[at % projects.length] ?? "", { role: "roles/viewer", members: [member] });
  }
  for (const [resource, list] of bindings) records.push(policyOf(resource, list, accounts));
  records.push(
    ...guards(organization, folders[0] ?? "", groups[0] ?? ""),
    ...projects.flatMap((project) => instances(project, random, accounts)),
  );
  return snapshotOf([organization, ...folders, ...projects], records);
}

function record(
  account: string,
  operation: string,
  data: VendorObject,
  request?: Readonly<Record<string, string>>,
): SnapshotRecord {
  const placed = { cloud: "gcp", account, region: globalRegion, operation, data } as const;
  return request === undefined ? placed : { ...placed, request };
}

const narrowRoles = 40;

/** Roles without a permission that matters, some with a few, and those that large companies hand out. */
function rolesOf(random: Random): readonly { readonly name: string; readonly permissions: readonly string[] }[] {
  const firewall = firewallPermissions.map(({ permission }) => permission);
  const escalating = escalationMethods.flatMap(({ requires }) => requires.flat().map(({ permission }) => permission));
  const all = [
    ...new Set([...firewall, ...escalating, "compute.networks.updatePolicy", "compute.firewallPolicies.use"]),
  ];
  const some = (list: readonly string[], count: number): string[] =>
    Array.from({ length: count }, () => list[random(list.length)] ?? "");
  return [
    ...Array.from({ length: narrowRoles }, (_, at) => ({
      name: at === 0 ? "roles/viewer" : `roles/narrow${at}`,
      permissions: at % 10 === 9 ? some(all, 2) : ["storage.objects.get", "bigquery.jobs.create"],
    })),
    { name: "roles/owner", permissions: all },
    {
      name: "roles/editor",
      permissions: all.filter((each) => !each.endsWith("etIamPolicy") && !each.startsWith("iam.roles")),
    },
    {
      name: "roles/compute.securityAdmin",
      permissions: firewall.filter((each) => each.startsWith("compute.")).concat("compute.networks.updatePolicy"),
    },
    {
      name: "roles/iam.serviceAccountTokenCreator",
      permissions: ["iam.serviceAccounts.getAccessToken", "iam.serviceAccounts.signJwt"],
    },
    { name: "roles/iam.serviceAccountUser", permissions: ["iam.serviceAccounts.actAs"] },
    { name: "roles/resourcemanager.projectIamAdmin", permissions: ["resourcemanager.projects.setIamPolicy"] },
    ...Array.from({ length: 10 }, (_, at) => ({ name: `roles/mixed${at}`, permissions: some(all, 12) })),
  ];
}

function policyOf(
  resource: string,
  bindings: readonly VendorObject[],
  accounts: readonly { readonly project: string; readonly email: string }[],
): SnapshotRecord {
  const at = /^account (\d+)$/.exec(resource)?.[1];
  const account = at === undefined ? undefined : accounts[Number(at)];
  if (account !== undefined) {
    const serviceAccount = `projects/${account.project}/serviceAccounts/${account.email}`;
    return record(account.project, "iam.projects.serviceAccounts.getIamPolicy", { bindings }, { serviceAccount });
  }
  return record(resource, `cloudresourcemanager.${kindOf(resource)}s.getIamPolicy`, { version: 3, bindings });
}

function guards(above: string, folder: string, group: string): readonly SnapshotRecord[] {
  const deny = (place: string, rule: VendorObject): readonly SnapshotRecord[] => {
    const name = `policies/cloudresourcemanager.googleapis.com%2F${place.replace("/", "%2F")}/denypolicies/guard`;
    return [
      record(place, "iam.policies.listPolicies", { name }),
      record(place, "iam.policies.get", { name, rules: [{ denyRule: rule }] }),
    ];
  };
  return [
    ...deny(above, {
      deniedPrincipals: ["principalSet://goog/public:all"],
      exceptionPrincipals: [`principalSet://goog/group/${group}`],
      deniedPermissions: ["compute.googleapis.com/firewallPolicies.*"],
    }),
    ...deny(folder, {
      deniedPrincipals: ["principalSet://cloudresourcemanager.googleapis.com/organizations/1/type/ServiceAccount"],
      deniedPermissions: ["iam.googleapis.com/serviceAccountKeys.create"],
    }),
  ];
}

function instances(
  project: string,
  random: Random,
  accounts: readonly { readonly project: string; readonly email: string }[],
): readonly SnapshotRecord[] {
  return Array.from({ length: 2 }, (_, at) => {
    const name = `projects/${project}/zones/europe-west1-b/instances/i-${at}`;
    const scopes = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/compute"];
    return record(project, "compute.instances.aggregatedList", {
      id: "1",
      name: `i-${at}`,
      selfLink: `https://www.googleapis.com/compute/v1/${name}`,
      status: "RUNNING",
      networkInterfaces: [],
      serviceAccounts: [
        { email: accounts[random(accounts.length)]?.email ?? "", scopes: [scopes[random(4) === 0 ? 1 : 0] ?? ""] },
      ],
    });
  });
}

function snapshotOf(places: readonly string[], records: readonly SnapshotRecord[]): Snapshot {
  return {
    source: "live",
    startedAt: "2026-06-01T00:00:00Z",
    finishedAt: "2026-06-01T00:00:00Z",
    targets: places.map((account) => ({
      cloud: "gcp",
      account,
      region: globalRegion,
      name: null,
      status: "scanned",
      note: null,
    })),
    records,
    coverage: places.flatMap((account) =>
      gcpOperations
        .filter(({ on, ask }) => on.includes(kindOf(account)) && ask.how !== "connecting")
        .map(({ id }): Coverage => ({
          cloud: "gcp",
          account,
          region: globalRegion,
          operation: id,
          status: "complete",
          items: 0,
          error: null,
        })),
    ),
    notes: [],
  };
}
