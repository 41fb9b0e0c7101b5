import { azureOperations, findAzureOperation } from "./operations.ts";

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
  /** What to know before using it: lines for people. */
  readonly notes: readonly string[];
}

const groupAction = "Microsoft.Management/managementGroups/descendants/read";

/** The least-privilege role for everything that operations.ts can send. */
export function azurePermissions(): AzurePermissions {
  return {
    role: {
      Name: "Rampart Reader",
      IsCustom: true,
      Description: "Reads what a Rampart scan of Azure firewalls asks for, and nothing else",
      Actions: azureOperations.map(({ id }) => id).toSorted(),
      NotActions: [],
      DataActions: [],
      NotDataActions: [],
      AssignableScopes: ["/subscriptions/00000000-0000-0000-0000-000000000000"],
    },
    notes: [
      "The built-in role Reader holds all of these actions: this role is for those who want to give less",
      "AssignableScopes: put in your subscriptions, or the management group above them, before `az role definition create --role-definition @role.json`",
      `${groupAction}: for --management-group, where the role must be assigned to the group itself. It may be left out: then --management-group finds no subscription`,
      "Microsoft.ResourceGraph/resources/read: which admin rules of Azure Virtual Network Manager are in force. It may be left out: then that is unknown, and a scan that meets such rules is incomplete",
    ],
  };
}

/** The actions an operation takes, for messages about what could not be read; empty for an operation Rampart has not. */
export function permissionsFor(operation: string): readonly string[] {
  const found = findAzureOperation(operation);
  return found === undefined ? [] : [found.id];
}
