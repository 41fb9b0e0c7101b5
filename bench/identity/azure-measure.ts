import { indexArm } from "../../src/providers/azure/understand/arm.ts";
import { understandIdentity } from "../../src/providers/azure/understand/identity/identity.ts";
import { benchAzureIdentitySnapshot } from "./azure-estate.ts";
import type { IdentityMeasured } from "./measure.ts";

function measure(principals: number): IdentityMeasured {
  const snapshot = benchAzureIdentitySnapshot(principals, principals / 2, 5);
  const index = indexArm(snapshot);
  const started = performance.now();
  const identity = understandIdentity({ snapshot, index, resources: [] });
  const understood = performance.now();
  const { grants, blocked } = identity.whoCan();
  const finished = performance.now();
  const who = (by: string): number =>
    new Set(grants.filter((grant) => grant.by === by).map(({ principal }) => principal.id)).size;
  return {
    understandMs: understood - started,
    whoCanMs: finished - understood,
    peakMb: process.resourceUsage().maxRSS / 1024,
    note: `${principals / 2} assignments, ${snapshot.records.length} records, ${who("direct")} directly, ${who("escalation")} by escalation, ${grants.length} grants, ${blocked.length} blocked`,
  };
}

// Measured in a process of its own, so that the peak memory is its own: node azure-measure.ts PRINCIPALS
if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(measure(Number(process.argv[2] ?? "0"))));
