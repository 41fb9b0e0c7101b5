import { understandAws } from "../../src/providers/aws/understand/understand.ts";
import { benchIdentitySnapshot } from "./estate.ts";

/** What one run over an account's records took. */
export interface IdentityMeasured {
  /** Milliseconds from records to identities. */
  readonly understandMs: number;
  /** Milliseconds to say who can change firewalls, directly and by escalation. */
  readonly whoCanMs: number;
  /** Peak resident memory in MiB; the records are in it. */
  readonly peakMb: number;
  readonly note: string;
}

function measure(principals: number): IdentityMeasured {
  const snapshot = benchIdentitySnapshot(principals, 5);
  const started = performance.now();
  const { identity } = understandAws(snapshot);
  const understood = performance.now();
  const { grants, blocked } = identity.whoCan();
  const finished = performance.now();
  const who = (by: string): number =>
    new Set(grants.filter((grant) => grant.by === by).map(({ principal }) => principal.id)).size;
  return {
    understandMs: understood - started,
    whoCanMs: finished - understood,
    peakMb: process.resourceUsage().maxRSS / 1024,
    note: `${snapshot.records.length} records, ${who("direct")} directly, ${who("escalation")} by escalation, ${grants.length} grants, ${blocked.length} blocked`,
  };
}

// Measured in a process of its own, so that the peak memory is its own: node measure.ts PRINCIPALS
if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(measure(Number(process.argv[2] ?? "0"))));
