import { directoryOperations } from "./directory-operations.ts";
import { armOperations, findAzureOperation } from "./operations.ts";

/** A custom role as `az role definition create --role-definition` takes it. */
export interface AzureRoleDefinition {
  readonly Name: string;
  readonly IsCustom: true;
  readonly Description: string;
  readonly Actions: readonly string[];
  readonly NotActions: readonly string[];
  readonly DataActions: readonly string[];
  readonly NotDataActions: readonly string[];
  /** Where the role may be assigned: the reader puts his own there. */
  readonly AssignableScopes: readonly string[];
}

/** The least that Rampart needs on Azure. */
export interface AzurePermissions {
  readonly role: AzureRoleDefinition;
  /** Application permissions of Microsoft Graph, which no role of Azure holds: an administrator of the tenant consents to them. */
  readonly graph: readonly string[];
  /** What to know before using it: lines for people. */
  readonly notes: readonly string[];
}

const groupAction = "Microsoft.Management/managementGroups/descendants/read";

/** The least-privilege role for everything that operations.ts can send, and what it takes besides. */
export function azurePermissions(): AzurePermissions {
  const graph = [...new Set(directoryOperations.flatMap(({ permissions }) => permissions))].toSorted();
  return {
    graph,
    role: {
      Name: "Rampart Reader",
      IsCustom: true,
      Description: "Reads what a Rampart scan of Azure firewalls asks for, and nothing else",
      Actions: armOperations.flatMap(({ permissions }) => permissions).toSorted(),
      NotActions: [],
      DataActions: [],
      NotDataActions: [],
      AssignableScopes: ["/subscriptions/00000000-0000-0000-0000-000000000000"],
    },
    notes: [
      "The built-in role Reader holds all of these actions: this role is for those who want to give less",
      "AssignableScopes: put in your subscriptions, or the management group above them, before `az role definition create --role-definition @role.json`",
      `${groupAction}: for --management-group, where the role must be assigned to the group itself. It may be left out: then --management-group finds no subscription`,
      "Microsoft.ResourceGraph/resources/read: which admin rules of Azure Virtual Network Manager are in force. It may be left out: then that is unknown, and a scan that meets such rules is incomplete. It also tells the management groups above a subscription",
      "Microsoft.Authorization/*/read, Microsoft.ManagedServices/registrationAssignments/read: who holds which rights. They may be left out: then it is unknown who may change firewalls, and a scan is incomplete; what the firewalls let in is told all the same",
      "Microsoft.ManagedIdentity/*, Microsoft.Web/sites/read, Microsoft.ContainerInstance/*, Microsoft.App/*, Microsoft.Automation/*, Microsoft.Logic/*, Microsoft.ContainerService/*: which identities workloads carry; of workloads no settings, variables or definitions are kept. They may be left out: then it is unknown who comes by an identity's rights through them",
      `Microsoft Graph, which no role of Azure opens: the application permissions ${graph.join(", ")}, to which an administrator of the tenant consents, or the directory role Global Reader. They may be left out: then groups stand for their members, people and applications are told by their object ids, and it is unknown who comes by rights through the directory (members and owners of groups, owners and federated credentials of applications, directory roles). What is given to people and applications directly is told all the same; the scan is incomplete (--allow-incomplete)`,
    ],
  };
}

/** The actions or permissions an operation takes, for messages about what could not be read; empty for an operation Rampart has not. */
export function permissionsFor(operation: string): readonly string[] {
  return findAzureOperation(operation)?.permissions ?? [];
}
