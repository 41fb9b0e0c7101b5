import type { Place } from "../build.ts";

/** Harbour Books runs its warehouse and its back office on Azure, in the tenant that its mail came with. */
export const tenant = "3f1d6c52-8f0b-4f43-9c4e-6a2b7d90e1a4";
export const production = "7b0c1e54-2f6d-4a8e-9d13-5e4f60a7c821";
export const sandbox = "c94e7d20-6a1b-4c35-8f72-0b9d3e5a1f68";

/** The management group that holds both. */
export const managementGroup = "harbour-books";

export const hub: Place = { subscription: production, group: "rg-hub", location: "westeurope" };
export const warehouse: Place = { subscription: production, group: "rg-warehouse", location: "westeurope" };
export const office: Place = { subscription: production, group: "rg-office", location: "northeurope" };
export const watchers: Place = { subscription: production, group: "NetworkWatcherRG", location: "westeurope" };
export const trials: Place = { subscription: sandbox, group: "rg-trials", location: "westeurope" };

/** The company's offices. */
export const officeRanges = ["51.15.96.0/24", "51.15.97.16/28"];
