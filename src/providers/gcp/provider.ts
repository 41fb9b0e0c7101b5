import type { Provider } from "../provider.ts";
import { facetOperations } from "./facets.ts";
import { permissionsFor } from "./permissions.ts";
import { settleCoverage } from "./settle-coverage.ts";
import { understandGcp } from "./understand/understand.ts";

/** Google Cloud, without its SDK: collection alone loads that. */
export const gcpProvider: Provider = {
  cloud: "gcp",
  rightsLieIn: "tree",
  operations: facetOperations,
  permissionsFor,
  understand: understandGcp,
  settleCoverage,
};
