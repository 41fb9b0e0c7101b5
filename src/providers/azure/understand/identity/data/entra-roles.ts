/** Roles of Microsoft Entra ID that matter here by the id of their template, which is the same in every tenant. */
export const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";

const privilegedAuthentication = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";
const authentication = "c4e39bd9-1100-46d3-8c65-fb160da0071f";
const helpdesk = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
const password = "966707d0-3269-4727-9be2-8c3a10f19b9d";
const userAdministrator = "fe930be7-5e62-47db-91af-98c3a49a38b1";
const directoryReaders = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
const guestInviter = "95e79109-95c0-4d8e-aee3-d01accf2d47b";
const messageCenterReader = "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b";
const reportsReader = "4a5d8f65-41da-4de4-8968-e035b65339cf";
const usageReports = "75934031-6c7e-415a-99d7-48dbd49e875e";
const experienceSuccess = "27460883-1df1-4691-b032-3b79643e5e63";
const groupsAdministrator = "fdd7a751-b60b-444a-984c-02652fe8fa1c";
const partnerTier1 = "4ba39ca4-527c-499a-b93d-d9b492c50246";
const partnerTier2 = "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8";

/** A role that resets passwords. */
export interface PasswordRole {
  /** A word for ids. */
  readonly id: string;
  readonly template: string;
  readonly name: string;
  /** Other roles that may reset the same passwords, by their templates. */
  readonly alike: readonly string[];
  /** The roles whose holders it may reset besides users without any; null for all of them, members of role-assignable groups too. */
  readonly resets: ReadonlySet<string> | null;
}

/** What every role that resets passwords may reset, and, but for one, what most may. */
const least = [directoryReaders, guestInviter];
const most = [...least, messageCenterReader, reportsReader, usageReports, experienceSuccess];

/** https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#who-can-reset-passwords */
export const passwordRoles: readonly PasswordRole[] = [
  {
    id: "password",
    template: password,
    name: "Password Administrator",
    alike: [partnerTier1],
    resets: new Set([...least, password]),
  },
  {
    id: "helpdesk",
    template: helpdesk,
    name: "Helpdesk Administrator",
    alike: [],
    resets: new Set([...most, helpdesk, password]),
  },
  {
    id: "authentication",
    template: authentication,
    name: "Authentication Administrator",
    alike: [],
    resets: new Set([...most, authentication, password]),
  },
  {
    id: "user",
    template: userAdministrator,
    name: "User Administrator",
    alike: [],
    resets: new Set([...most, groupsAdministrator, helpdesk, password, userAdministrator]),
  },
  {
    id: "privileged-authentication",
    template: privilegedAuthentication,
    name: "Privileged Authentication Administrator",
    alike: [partnerTier2],
    resets: null,
  },
];

const ofPartners = [
  "microsoft.directory/applications/credentials/update",
  "microsoft.directory/applications/owners/update",
  "microsoft.directory/groups/members/update",
  "microsoft.directory/groups/owners/update",
  "microsoft.directory/users/password/update",
];

/**
 * What roles allow of what matters here, for tenants whose role definitions were not read.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
 */
export const entraRoles: ReadonlyMap<string, { readonly name: string; readonly actions: readonly string[] }> = new Map([
  [globalAdministrator, { name: "Global Administrator", actions: ["microsoft.directory/*"] }],
  [
    "e8611ab8-c189-46e8-94e1-60213ab1f814",
    {
      name: "Privileged Role Administrator",
      actions: [
        "microsoft.directory/roleAssignments/allProperties/allTasks",
        "microsoft.directory/groupsAssignableToRoles/allProperties/update",
        "microsoft.directory/servicePrincipals/managePermissionGrantsForAll.microsoft-company-admin",
      ],
    },
  ],
  [
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    {
      name: "Application Administrator",
      actions: [
        "microsoft.directory/applications/credentials/update",
        "microsoft.directory/applications/owners/update",
        "microsoft.directory/servicePrincipals/credentials/update",
        "microsoft.directory/servicePrincipals/owners/update",
      ],
    },
  ],
  [
    "158c047a-c907-4556-b7ef-446551a6b5f7",
    {
      name: "Cloud Application Administrator",
      actions: [
        "microsoft.directory/applications/credentials/update",
        "microsoft.directory/applications/owners/update",
        "microsoft.directory/servicePrincipals/credentials/update",
        "microsoft.directory/servicePrincipals/owners/update",
      ],
    },
  ],
  [
    "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
    {
      name: "Hybrid Identity Administrator",
      actions: [
        "microsoft.directory/applications/owners/update",
        "microsoft.directory/servicePrincipals/owners/update",
      ],
    },
  ],
  [
    groupsAdministrator,
    {
      name: "Groups Administrator",
      actions: [
        "microsoft.directory/groups/members/update",
        "microsoft.directory/groups/owners/update",
        "microsoft.directory/groups/dynamicMembershipRule/update",
      ],
    },
  ],
  [
    userAdministrator,
    {
      name: "User Administrator",
      actions: [
        "microsoft.directory/groups/members/update",
        "microsoft.directory/groups/owners/update",
        "microsoft.directory/groups/dynamicMembershipRule/update",
        "microsoft.directory/users/password/update",
      ],
    },
  ],
  [
    "9360feb5-f418-4baa-8175-e2a00bac4301",
    {
      name: "Directory Writers",
      actions: [
        "microsoft.directory/groups/members/update",
        "microsoft.directory/groups/owners/update",
        "microsoft.directory/groups/dynamicMembershipRule/update",
      ],
    },
  ],
  [
    "3a2c62db-5318-420d-8d74-23affee5d9d5",
    {
      name: "Intune Administrator",
      actions: [
        "microsoft.directory/groups.security/members/update",
        "microsoft.directory/groups.security/owners/update",
        "microsoft.directory/groups.security/dynamicMembershipRule/update",
      ],
    },
  ],
  [
    "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e",
    { name: "Identity Governance Administrator", actions: ["microsoft.directory/groups/members/update"] },
  ],
  [partnerTier1, { name: "Partner Tier1 Support", actions: ofPartners }],
  [
    partnerTier2,
    {
      name: "Partner Tier2 Support",
      actions: [...ofPartners, "microsoft.directory/roleAssignments/allProperties/allTasks"],
    },
  ],
  [helpdesk, { name: "Helpdesk Administrator", actions: ["microsoft.directory/users/password/update"] }],
  [password, { name: "Password Administrator", actions: ["microsoft.directory/users/password/update"] }],
  [authentication, { name: "Authentication Administrator", actions: ["microsoft.directory/users/password/update"] }],
  [
    privilegedAuthentication,
    { name: "Privileged Authentication Administrator", actions: ["microsoft.directory/users/password/update"] },
  ],
]);

/**
 * What permissions of Microsoft Graph let an application do of what matters here, in the words of roles. Passwords are not among it: an
 * application that has the permission resets them only as the holder of a role that does, which the role says by itself.
 * https://learn.microsoft.com/graph/permissions-reference https://learn.microsoft.com/graph/api/user-update
 */
export const graphPermissions: ReadonlyMap<string, { readonly name: string; readonly actions: readonly string[] }> =
  new Map(
    (
      [
        [
          "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
          "RoleManagement.ReadWrite.Directory",
          ["roleAssignments/*", "groupsAssignableToRoles/*"],
        ],
        [
          "06b708a9-e830-4db3-a914-8e69da51d44f",
          "AppRoleAssignment.ReadWrite.All",
          ["servicePrincipals/managePermissionGrantsForAll.microsoft-company-admin"],
        ],
        [
          "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
          "Application.ReadWrite.All",
          [
            "applications/credentials/update",
            "applications/owners/update",
            "servicePrincipals/credentials/update",
            "servicePrincipals/owners/update",
          ],
        ],
        // Only of applications that it owns, which ownership says by itself.
        ["18a4783c-866b-4cc7-a460-3d5e5662c884", "Application.ReadWrite.OwnedBy", []],
        [
          "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
          "Directory.ReadWrite.All",
          ["groups/members/update", "groups/owners/update", "groups/dynamicMembershipRule/update"],
        ],
        [
          "62a82d76-70ea-41e2-9197-370581804d09",
          "Group.ReadWrite.All",
          ["groups/members/update", "groups/owners/update", "groups/dynamicMembershipRule/update"],
        ],
        ["dbaae8cf-10b5-4b86-a4a1-f871c94c6695", "GroupMember.ReadWrite.All", ["groups/members/update"]],
        [
          "dd199f4a-f148-40a4-a2ec-f0069cc799ec",
          "RoleAssignmentSchedule.ReadWrite.Directory",
          ["roleAssignments/allProperties/allTasks"],
        ],
        [
          "41202f2c-f7ab-45be-b001-85c9728b9d69",
          "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
          ["groups/members/update", "groupsAssignableToRoles/members/update"],
        ],
        [
          "2f6817f8-7b12-4f0f-bc18-eeaf60705a9e",
          "PrivilegedAccess.ReadWrite.AzureADGroup",
          ["groups/members/update", "groupsAssignableToRoles/members/update"],
        ],
        [
          "50483e42-d915-4231-9639-7fdb7fd190e5",
          "UserAuthenticationMethod.ReadWrite.All",
          ["users/password/update/as/privileged-authentication"],
        ],
      ] as const
    ).map(([id, name, actions]) => [id, { name, actions: actions.map((action) => `microsoft.directory/${action}`) }]),
  );
