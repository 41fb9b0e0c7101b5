import type { VendorObject } from "../../snapshot/record.ts";
import { isObject } from "../read.ts";
import { type AzureOperation, below, list } from "./operation.ts";

/** https://learn.microsoft.com/rest/api/authorization/ */
const authorizationApi = "2022-04-01";
const pimApi = "2020-10-01";
const identityApi = "2023-01-31";

const managedIdentities = "Microsoft.ManagedIdentity/userAssignedIdentities/read";

/** What Privileged Identity Management answers in a tenant that has no licence for it: nobody is eligible there. */
const noPim = ["AadPremiumLicenseRequired"];

/**
 * Who holds which rights in a subscription. What is inherited from management groups and from the root comes with the subscription's own
 * listing, and so does what is given on single groups and resources, as long as nothing is filtered:
 * https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
 */
export const authorizationOperations: readonly AzureOperation[] = [
  list("Microsoft.Authorization/roleAssignments/read", authorizationApi),
  // The version that tells a role's own condition: https://learn.microsoft.com/rest/api/authorization/role-definitions/list
  list("Microsoft.Authorization/roleDefinitions/read", "2022-05-01-preview"),
  list("Microsoft.Authorization/denyAssignments/read", authorizationApi),
  // Retired in 2024, gone since 2026, which Azure says as of a type that it does not know. Of the older versions, those that this type had.
  // https://learn.microsoft.com/azure/role-based-access-control/classic-administrators
  {
    ...list("Microsoft.Authorization/classicAdministrators/read", "2015-06-01", {
      disabledBy: ["status 400", "status 404", "status 410"],
    }),
    // A role that names an action which Azure knows no more cannot be made.
    permissions: ["Microsoft.Authorization/*/read"],
  },
  list("Microsoft.Authorization/locks/read", "2016-09-01"),
  list("Microsoft.Authorization/roleEligibilityScheduleInstances/read", pimApi, { disabledBy: noPim }),
  list("Microsoft.Authorization/roleAssignmentScheduleInstances/read", pimApi, { disabledBy: noPim }),
  list("Microsoft.ManagedServices/registrationAssignments/read", "2022-10-01", {
    query: { $expandRegistrationDefinition: "true" },
  }),
];

// Environment variables, parameters, settings and definitions of workloads are where secrets lie about: only what says whose identity a
// workload carries, and how it is reached, is kept.

/** What stands beside `properties`, less tags, which are the customer's own text. */
const envelope = ["id", "name", "type", "location", "kind", "identity", "managedBy"];

/** A trim that keeps the envelope and the properties of these names alone. */
function keeping(...names: readonly string[]): AzureOperation["trim"] {
  const only = (item: VendorObject, members: readonly string[]): VendorObject =>
    Object.fromEntries(Object.entries(item).filter(([member]) => members.includes(member)));
  return (item) => {
    const { properties } = item;
    return { ...only(item, envelope), ...(isObject(properties) ? { properties: only(properties, names) } : {}) };
  };
}

/** What a cloud says that has no service of that kind at all, so that there are none of its resources. */
const noSuchService = ["InvalidResourceNamespace"];

/** An operation that lists a kind of workload, of which `names` are the properties that a record keeps. */
function workloads(id: string, apiVersion: string, ...names: readonly string[]): AzureOperation {
  return list(id, apiVersion, { trim: keeping(...names), disabledBy: noSuchService });
}

/** Whatever runs with an identity, beside virtual machines: who controls it can act as that identity. */
export const workloadOperations: readonly AzureOperation[] = [
  list(managedIdentities, identityApi),
  below(managedIdentities, "federatedIdentityCredentials", { apiVersion: identityApi }),
  workloads(
    "Microsoft.Web/sites/read",
    "2022-03-01",
    "state",
    "enabled",
    "defaultHostName",
    "publicNetworkAccess",
    "virtualNetworkSubnetId",
    "serverFarmId",
  ),
  workloads(
    "Microsoft.ContainerInstance/containerGroups/read",
    "2023-05-01",
    "provisioningState",
    "ipAddress",
    "subnetIds",
    "osType",
  ),
  workloads(
    "Microsoft.App/containerApps/read",
    "2023-05-01",
    "provisioningState",
    "managedEnvironmentId",
    "environmentId",
  ),
  workloads("Microsoft.App/jobs/read", "2023-05-01", "provisioningState", "environmentId"),
  workloads("Microsoft.Automation/automationAccounts/read", "2022-08-08", "state", "publicNetworkAccess"),
  workloads("Microsoft.Logic/workflows/read", "2019-05-01", "provisioningState", "state"),
  workloads(
    "Microsoft.ContainerService/managedClusters/read",
    "2024-02-01",
    "provisioningState",
    "powerState",
    "identityProfile",
    "nodeResourceGroup",
    "oidcIssuerProfile",
    "publicNetworkAccess",
  ),
];

/** Everything that Azure Resource Manager tells of who may change firewalls. */
export const identityOperations: readonly AzureOperation[] = [...authorizationOperations, ...workloadOperations];
