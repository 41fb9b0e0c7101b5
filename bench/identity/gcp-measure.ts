import { indexGcp } from "../../src/providers/gcp/understand/resources.ts";
import { understandIdentity } from "../../src/providers/gcp/understand/identity/identity.ts";
import { benchGcpIdentitySnapshot } from "./gcp-estate.ts";
import type { IdentityMeasured } from "./measure.ts";

function measure(principals: number): IdentityMeasured {
  const snapshot = benchGcpIdentitySnapshot(principals, 5);
  const index = indexGcp(snapshot);
  const started = performance.now();
  const identity = understandIdentity({ snapshot, index, resources: [] });
  const understood = performance.now();
  const { grants, blocked } = identity.whoCan();
  const finished = performance.now();
  const who = (by: string): number =>
    new Set(grants.filter((grant) => grant.by === by).map(({ principal }) => principal.id)).size;
  const bindings = snapshot.records.reduce((sum, { data, operation }) => {
    const list = operation.endsWith("getIamPolicy") ? data["bindings"] : [];
    return sum + (Array.isArray(list) ? list.length : 0);
  }, 0);
  return {
    understandMs: understood - started,
    whoCanMs: finished - understood,
    peakMb: process.resourceUsage().maxRSS / 1024,
    note: `${identity.principals.length} principals, ${bindings} bindings, ${who("direct")} directly, ${who("escalation")} by escalation, ${grants.length} grants, ${blocked.length} blocked`,
  };
}

// Measured in a process of its own, so that the peak memory is its own: node gcp-measure.ts PRINCIPALS
if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(measure(Number(process.argv[2] ?? "0"))));
