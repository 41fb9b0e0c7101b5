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
import { sandboxParts } from "./demo/sandbox.ts";
import type { GcpEstate } from "./estate.ts";
import { joined } from "./join.ts";

/** The sample estate of `rampart demo` on Google Cloud: the organization of Harbour Books, with three projects and one that is being deleted. */
export const demoGcpEstate: GcpEstate = {
  identity: {
    serviceAccount: serviceAccount("rampart", hostProject),
    project: hostProject,
    mayActAs: [serviceAccount("security-audit", hostProject)],
  },
  organizations: [{ id: organization, displayName: "harbour-books.example", resources: organizationParts }],
  folders: [
    {
      id: production,
      displayName: "Production",
      parent: `organizations/${organization}`,
      resources: [productionPolicy],
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
    },
    {
      id: listenProject,
      number: "940718263354",
      displayName: "Harbour Listen",
      parent: `folders/${production}`,
      host: hostProject,
      resources: joined(listenParts),
      details: listenDetails,
    },
    {
      id: sandboxProject,
      number: "205718394466",
      displayName: "Conference demo",
      parent: `folders/${experiments}`,
      // Nobody ever switched it on.
      disabledApis: ["networksecurity.googleapis.com"],
      resources: joined(sandboxParts),
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
