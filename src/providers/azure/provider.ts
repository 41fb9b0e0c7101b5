import type { Provider } from "../provider.ts";
import { facetOperations } from "./facets.ts";
import { permissionsFor } from "./permissions.ts";
import { understandAzure } from "./understand/understand.ts";

/** Azure, without its SDK: collection alone loads that. */
export const azureProvider: Provider = {
  cloud: "azure",
  rightsLieIn: "tree",
  operations: facetOperations,
  permissionsFor,
  understand: understandAzure,
  settleCoverage: ({ coverage }) => coverage,
};
