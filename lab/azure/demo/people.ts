import { resource, uuidOf } from "../build.ts";
import {
  contributor,
  eligibility,
  groupScope,
  lock,
  networkContributor,
  owner,
  reader,
  roleAssignment,
  roleDefinition,
  type RoleWords,
  subscriptionScope,
  virtualMachineContributor,
} from "../build-authorization.ts";
import {
  application,
  directoryAssignment,
  directoryRole,
  federatedCredential,
  group,
  managedIdentity,
  principal,
  user,
} from "../build-directory.ts";
import type { ArmObject, ArmResource, AzureDirectory } from "../estate.ts";
import { hub, managementGroup, office, production, sandbox, tenant, trials, warehouse } from "./company.ts";

const at = (name: string): string => `${name}@harbour-books.example`;

const priya = user("Priya Nair", at("priya.nair"));
const marek = user("Marek Dvořák", at("marek.dvorak"));
const ines = user("Inês Alves", at("ines.alves"));
const samuel = user("Samuel Okafor", at("samuel.okafor"));
const lena = user("Lena Fischer (help desk)", at("lena.fischer"));
const jonas = user("Jonas Weber", at("jonas.weber"));
const mira = user("Mira Lindqvist", at("mira.lindqvist"));
const yusuf = user("Yusuf Demir", at("yusuf.demir"));
const breakGlass = user("Break glass", "break-glass@harbour-books.onmicrosoft.example");
const tomas = user("Tomás Vidal", "tomas.vidal_freight-partner.example#EXT#@harbour-books.example", {
  userType: "Guest",
});

const networkOperations = group("Network Operations");
const nightShift = group("Network Operations, night shift");
const everybody = group("All staff", {
  groupTypes: ["DynamicMembership"],
  membershipRule: 'user.userType -eq "Member"',
});

/** What builds and deploys the web shop, from a repository that anybody can send a pull request to. */
const deploy = application("harbour-deploy", tenant);
const github = "https://token.actions.githubusercontent.com";

/** What the web servers of the warehouse run as. It was to register them at the load balancer. */
const webIdentityResource = resource(
  warehouse,
  "Microsoft.ManagedIdentity/userAssignedIdentities",
  "id-warehouse-web",
  {},
);
const webPrincipal = managedIdentity("id-warehouse-web", webIdentityResource.id, true);
export const webIdentity: ArmResource = {
  ...webIdentityResource,
  properties: { tenantId: tenant, principalId: webPrincipal.id, clientId: webPrincipal["appId"] },
};
/** How a machine says that it carries it. */
export const carriesWebIdentity: ArmObject = {
  identity: {
    type: "UserAssigned",
    userAssignedIdentities: {
      [webIdentity.id]: { principalId: webPrincipal.id, clientId: webPrincipal["appId"] },
    },
  },
};

const automationId = `${subscriptionScope(production, office.group)}/providers/Microsoft.Automation/automationAccounts/aa-nightly`;
const automationPrincipal = managedIdentity("aa-nightly", automationId, false);
/** Starts and stops machines at night. */
export const automation: ArmResource = {
  id: automationId,
  name: "aa-nightly",
  type: "Microsoft.Automation/automationAccounts",
  location: office.location,
  identity: { type: "SystemAssigned", principalId: automationPrincipal.id, tenantId: tenant },
  properties: { state: "Ok", publicNetworkAccess: true },
};

const accessAdministrator: RoleWords = {
  id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  name: "Role Based Access Control Administrator",
  actions: [
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
    "*/read",
    "Microsoft.Support/*",
  ],
};
const readerAlone = (action: string, from: string): string =>
  `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR (@${from}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${reader.id}}))`;

const onGroup = groupScope(managementGroup);
const onProduction = subscriptionScope(production);
const inOffice = subscriptionScope(production, office.group);
const inWarehouse = subscriptionScope(production, warehouse.group);

/** Who holds which rights on the two subscriptions. */
export const authorization: readonly ArmResource[] = [
  ...[owner, contributor, reader, networkContributor, virtualMachineContributor, accessAdministrator].map(
    roleDefinition,
  ),
  roleAssignment(onGroup, principal(priya, "User"), owner),
  roleAssignment(onGroup, principal(everybody, "Group"), reader),
  roleAssignment(onProduction, principal(networkOperations, "Group"), networkContributor),
  roleAssignment(inOffice, principal(tomas, "User"), networkContributor),
  roleAssignment(inOffice, principal(yusuf, "User"), virtualMachineContributor),
  roleAssignment(inOffice, principal(automationPrincipal, "ServicePrincipal"), virtualMachineContributor),
  roleAssignment(inWarehouse, principal(deploy.servicePrincipal, "ServicePrincipal"), contributor),
  roleAssignment(inWarehouse, principal(webPrincipal, "ServicePrincipal"), networkContributor),
  roleAssignment(subscriptionScope(sandbox, trials.group), principal(jonas, "User"), accessAdministrator, {
    condition: `${readerAlone("write", "Request")} AND ${readerAlone("delete", "Resource")}`,
    conditionVersion: "2.0",
  }),
  eligibility(onProduction, principal(samuel, "User"), owner),
  lock(subscriptionScope(production, hub.group), "keep-the-hub", "CanNotDelete"),
];

const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
const applicationAdministrator = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3";

/** The tenant's directory, as far as Azure has to do with it, and two who have nothing to do with it. */
export const directory: AzureDirectory = {
  organization: {
    displayName: "Harbour Books",
    tenantType: "AAD",
    verifiedDomains: [{ name: "harbour-books.example", isDefault: true, isInitial: false }],
  },
  users: [
    priya,
    marek,
    ines,
    samuel,
    lena,
    jonas,
    mira,
    yusuf,
    breakGlass,
    tomas,
    user("Anna Kowalska", at("anna.kowalska")),
    user("Ben Carter", at("ben.carter")),
  ],
  groups: [networkOperations, nightShift, everybody, group("Book club")],
  servicePrincipals: [deploy.servicePrincipal, webPrincipal, automationPrincipal],
  applications: [deploy.application],
  members: {
    [networkOperations.id]: [marek.id, nightShift.id],
    [nightShift.id]: [ines.id],
    [everybody.id]: [priya, marek, ines, samuel, lena, jonas, mira, yusuf].map(({ id }) => id),
  },
  owners: {
    [networkOperations.id]: [lena.id],
    [deploy.application.id]: [mira.id],
  },
  federatedIdentityCredentials: {
    [deploy.application.id]: [
      federatedCredential("main", github, "repo:harbour-books/web-shop:ref:refs/heads/main"),
      federatedCredential("pull-requests", github, "repo:harbour-books/web-shop:pull_request"),
    ],
  },
  appRoleAssignments: [
    {
      id: uuidOf("harbour-deploy on graph"),
      appRoleId: "df021288-bdef-4463-88db-98f22de89214",
      principalId: deploy.servicePrincipal.id,
      principalType: "ServicePrincipal",
      resourceId: uuidOf("Microsoft Graph in the tenant of Harbour Books"),
      createdDateTime: "2024-05-06T10:00:00Z",
    },
  ],
  roleAssignments: [
    directoryAssignment(breakGlass, globalAdministrator),
    directoryAssignment(jonas, applicationAdministrator),
  ],
  roleDefinitions: [
    directoryRole(globalAdministrator, "Global Administrator", ["microsoft.directory/users/allProperties/allTasks"]),
    directoryRole(applicationAdministrator, "Application Administrator", [
      "microsoft.directory/applications/allProperties/update",
      "microsoft.directory/applications/credentials/update",
      "microsoft.directory/servicePrincipals/credentials/update",
    ]),
  ],
  roleEligibilityScheduleInstances: [],
};
