import { findGcpOperation, gcpOperations } from "./operations.ts";

/** A custom role as `gcloud iam roles create --file` takes it. */
export interface GcpRole {
  readonly title: string;
  readonly description: string;
  readonly stage: "GA";
  readonly includedPermissions: readonly string[];
}

/** The least that Rampart needs on Google Cloud. */
export interface GcpPermissions {
  readonly role: GcpRole;
  /** What to know before using it: lines for people. */
  readonly notes: readonly string[];
}

/** What each part of who may change firewalls rests on, and what is lost without it. A scan without it is incomplete. */
const identityNotes: readonly string[] = [
  "resourcemanager.projects.getIamPolicy, .folders.getIamPolicy, .organizations.getIamPolicy, iam.roles.get, iam.roles.list, iam.serviceAccounts.list, iam.serviceAccounts.getIamPolicy: who may change firewalls. They may be left out: then the checks of identities and rampart who-can have no answer. Without those on folders and the organization it stays unknown who else holds a right on everything below",
  "iam.denypolicies.list, iam.denypolicies.get, iam.policybindings.list, iam.principalaccessboundarypolicies.list, on folders and the organization as well: what takes rights away. They may be left out: then who seems to be able to change a firewall is reported as unknown where such a policy could forbid it",
  "iam.workloadIdentityPools.list, iam.workloadIdentityPoolProviders.list, iam.workforcePools.list, iam.workforcePoolProviders.list: whom the pools of identities from outside let in. They may be left out: then it stays unknown who stands behind a pool that holds a right",
  "run.services.list, run.jobs.list, cloudfunctions.functions.list: which service accounts workloads carry; of a workload nothing else is kept but where it can be reached. They may be left out: then ways to a firewall through them are unknown",
  "iam.serviceAccountKeys.list: which service accounts have keys that people made; the keys themselves are never told. It may be left out: then that is unknown",
  "Groups are read through cloudidentity.googleapis.com, which no permission of a role here lets anybody do: it takes the admin role Groups Reader in the directory of Cloud Identity or Google Workspace, and the API switched on in the project that the calls are counted by. Without it a group stands for its members, who stay unknown",
];

/** The least-privilege role for everything that operations.ts can send. */
export function gcpPermissions(): GcpPermissions {
  return {
    role: {
      title: "Rampart Reader",
      description: "Reads what a Rampart scan of Google Cloud firewalls asks for, and nothing else",
      stage: "GA",
      includedPermissions: [...new Set(gcpOperations.flatMap(({ permissions }) => permissions))].toSorted(),
    },
    notes: [
      "Make it in the organization, `gcloud iam roles create rampartReader --organization=ORGANIZATION --file=role.json`, and grant it there or on a folder. For one project alone: --project=PROJECT, without resourcemanager.projects.list and the permissions on folders and organizations, which a project's role cannot hold",
      "Predefined roles hold all of it together, granted on the organization: roles/compute.viewer, roles/compute.networkViewer (for address groups) and roles/browser (for folders and projects) for networks; roles/iam.securityReviewer and roles/iam.denyReviewer for who may change firewalls. This role is for those who want to give less",
      "The APIs compute.googleapis.com and cloudresourcemanager.googleapis.com must be switched on, networksecurity.googleapis.com where address groups are used, and iam.googleapis.com, for who may change firewalls, in the project that the calls are counted by",
      "resourcemanager.folders.list, resourcemanager.projects.list: for --folder and --organization-id. They may be left out: then those options find nothing",
      "resourcemanager.folders.get, resourcemanager.organizations.get, compute.firewallPolicies.list and .get on folders and the organization: hierarchical policies by themselves. They may be left out where the networks of every project below are read: those tell what is in force of them",
      "compute.networks.getEffectiveFirewalls, compute.networks.getRegionEffectiveFirewalls: of a Shared VPC they are needed in the host project, too. Without them it stays unknown what hierarchical policies let in",
      "networksecurity.addressGroups.list, on the organization as well: what is in address groups. It may be left out: then that is unknown, and a scan that meets rules with groups is incomplete",
      "compute.instances.listEffectiveTags: which secure tags an instance has. It may be left out: then that is unknown, and a scan that meets rules with secure tags is incomplete",
      ...identityNotes,
    ],
  };
}

/** The permissions an operation takes, for messages about what could not be read; empty for an operation Rampart has not. */
export function permissionsFor(operation: string): readonly string[] {
  return findGcpOperation(operation)?.permissions ?? [];
}
