import {
  experiments,
  hostProject,
  listenProject,
  organization,
  production,
  sandboxProject,
  serviceAccount,
} from "./demo/company.ts";
import { clusterRules, listenDetails, listenParts, vpnAddress } from "./demo/listen.ts";
import { branchRoute, hostParts } from "./demo/networks.ts";
import { organizationParts, productionPolicy } from "./demo/organization.ts";
import {
  demoGroups,
  hostAccess,
  listenAccess,
  organizationAccess,
  productionAccess,
  sandboxAccess,
} from "./demo/people.ts";
import { sandboxParts } from "./demo/sandbox.ts";
import type { GcpEstate } from "./estate.ts";
import { joined } from "./join.ts";
import { predefinedRoles } from "./predefined-roles.ts";

/** The sample estate of `rampart demo` on Google Cloud: the organization of Harbour Books, with three projects and one that is being deleted. */
export const demoGcpEstate: GcpEstate = {
  identity: {
    serviceAccount: serviceAccount("rampart", hostProject),
    project: hostProject,
    mayActAs: [serviceAccount("security-audit", hostProject)],
  },
  roles: predefinedRoles,
  groups: demoGroups,
  organizations: [
    {
      id: organization,
      displayName: "harbour-books.example",
      resources: organizationParts,
      access: organizationAccess,
    },
  ],
  folders: [
    {
      id: production,
      displayName: "Production",
      parent: `organizations/${organization}`,
      resources: [productionPolicy],
      access: productionAccess,
    },
    { id: experiments, displayName: "Experiments", parent: `organizations/${organization}` },
  ],
  projects: [
    {
      id: hostProject,
      number: "618204937755",
      displayName: "Network host",
      parent: `folders/${production}`,
      resources: joined([...hostParts, ...clusterRules, branchRoute(vpnAddress)]),
      access: hostAccess,
    },
    {
      id: listenProject,
      number: "940718263354",
      displayName: "Harbour Listen",
      parent: `folders/${production}`,
      host: hostProject,
      resources: joined(listenParts),
      details: listenDetails,
      access: listenAccess,
    },
    {
      id: sandboxProject,
      number: "205718394466",
      displayName: "Conference demo",
      parent: `folders/${experiments}`,
      // Nobody ever switched it on.
      disabledApis: ["networksecurity.googleapis.com", "run.googleapis.com", "cloudfunctions.googleapis.com"],
      resources: joined(sandboxParts),
      access: sandboxAccess,
    },
    {
      id: "harbour-listen-2021",
      number: "377120945581",
      displayName: "Harbour Listen (old)",
      parent: `folders/${experiments}`,
      state: "DELETE_REQUESTED",
    },
  ],
};
