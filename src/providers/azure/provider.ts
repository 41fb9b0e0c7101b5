import type { Provider } from "../provider.ts";
import { azureFacets } from "./facets.ts";
import { permissionsFor } from "./permissions.ts";
import { understandAzure } from "./understand/understand.ts";

/** Azure, without its SDK: collection alone loads that. */
export const azureProvider: Provider = {
  cloud: "azure",
  operations: (facet) => azureFacets[facet] ?? [],
  permissionsFor,
  understand: understandAzure,
  settleCoverage: ({ coverage }) => coverage,
};
