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
      "Three predefined roles hold all of it together, granted on the organization: roles/compute.viewer, roles/compute.networkViewer (for address groups) and roles/browser (for folders and projects). This role is for those who want to give less",
      "The APIs compute.googleapis.com and cloudresourcemanager.googleapis.com must be switched on, and networksecurity.googleapis.com where address groups are used",
      "resourcemanager.folders.list, resourcemanager.projects.list: for --folder and --organization-id. They may be left out: then those options find nothing",
      "resourcemanager.folders.get, resourcemanager.organizations.get, compute.firewallPolicies.list and .get on folders and the organization: hierarchical policies by themselves. They may be left out where the networks of every project below are read: those tell what is in force of them",
      "compute.networks.getEffectiveFirewalls, compute.networks.getRegionEffectiveFirewalls: of a Shared VPC they are needed in the host project, too. Without them it stays unknown what hierarchical policies let in",
      "networksecurity.addressGroups.list, on the organization as well: what is in address groups. It may be left out: then that is unknown, and a scan that meets rules with groups is incomplete",
      "compute.instances.listEffectiveTags: which secure tags an instance has. It may be left out: then that is unknown, and a scan that meets rules with secure tags is incomplete",
    ],
  };
}

/** The permissions an operation takes, for messages about what could not be read; empty for an operation Rampart has not. */
export function permissionsFor(operation: string): readonly string[] {
  return findGcpOperation(operation)?.permissions ?? [];
}
