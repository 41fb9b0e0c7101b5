import type { Provider } from "../provider.ts";
import { awsFacets } from "./facets.ts";
import { permissionsFor } from "./permissions.ts";
import { settleCoverage } from "./understand/list-files.ts";
import { settleReadElsewhere } from "./understand/read-elsewhere.ts";
import { understandAws } from "./understand/understand.ts";

/** AWS, without its SDK: collection alone loads that. */
export const awsProvider: Provider = {
  cloud: "aws",
  rightsLieIn: "accounts",
  operations: (facet) => awsFacets[facet] ?? [],
  permissionsFor,
  understand: understandAws,
  settleCoverage: (snapshot) => settleReadElsewhere({ ...snapshot, coverage: settleCoverage(snapshot) }),
};
