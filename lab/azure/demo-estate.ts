import { peered, resource } from "./build.ts";
import { flowLog } from "./build-edge.ts";
import { managementGroup, production, sandbox, tenant, watchers } from "./demo/company.ts";
import { hubEdge, hubNetwork } from "./demo/hub.ts";
import { authorization, directory } from "./demo/people.ts";
import { officeGraph, officeParts } from "./demo/office.ts";
import { trialParts } from "./demo/trials.ts";
import { warehouseNetwork, warehouseParts } from "./demo/warehouse.ts";
import type { AzureEstate } from "./estate.ts";
import { joined } from "./join.ts";

const [hubPeered, warehousePeered] = peered(hubNetwork, warehouseNetwork);
const watcher = resource(watchers, "Microsoft.Network/networkWatchers", "NetworkWatcher_westeurope", {});

/** The sample estate of `rampart demo` on Azure: the tenant of Harbour Books with two subscriptions, and a third that was given up. */
export const demoAzureEstate: AzureEstate = {
  tenant: {
    id: tenant,
    clientId: "d2c8a7f1-3b5e-4f60-8a94-7e1d0c6b2f35",
    clientSecret: "not-a-secret-of-anything-real",
  },
  managementGroups: [{ id: managementGroup, displayName: "Harbour Books", subscriptions: [production, sandbox] }],
  authorization,
  directory,
  subscriptions: [
    {
      id: production,
      name: "harbour-production",
      resources: joined([
        hubPeered,
        ...hubEdge,
        warehousePeered,
        ...warehouseParts,
        ...officeParts,
        watcher,
        flowLog(watcher, "fl-vnet-warehouse", warehouseNetwork),
      ]),
      graph: officeGraph,
    },
    { id: sandbox, name: "harbour-sandbox", resources: joined(trialParts) },
    { id: "e0a5b3c9-18d7-4e26-b4f1-92c6d7a8e053", name: "harbour-2019", state: "Disabled", resources: [] },
  ],
};
