import { allL4 } from "../src/network/l4.ts";
import { exposuresOf } from "../src/network/exposure.ts";
import type { Understanding } from "../src/providers/provider.ts";
import type { Snapshot } from "../src/snapshot/record.ts";

/** What one run over an estate's records took. */
export interface EstateMeasured {
  /** Milliseconds from records to endpoints with their layers. */
  readonly understandMs: number;
  /** Milliseconds to say of every endpoint what of it is open to the internet. */
  readonly exposureMs: number;
  /** Peak resident memory in MiB, once the records were understood and at the end; the records themselves are in both. */
  readonly understoodMb: number;
  readonly peakMb: number;
  readonly note: string;
}

/** From a cloud's records to what of every endpoint is open to the internet. */
export function measureEstate(snapshot: Snapshot, understand: (snapshot: Snapshot) => Understanding): EstateMeasured {
  const started = performance.now();
  const { network } = understand(snapshot);
  const understood = performance.now();
  const understoodMb = peakMb();
  const analysis = exposuresOf(network);
  const question = { l4: allL4, share: 0.5 };
  let open = 0;
  let perhaps = 0;
  for (const exposure of analysis.exposures()) {
    const openings = analysis.openToInternet(exposure, question);
    if (openings.certain !== null) open += 1;
    else if (openings.perhaps !== null) perhaps += 1;
  }
  const finished = performance.now();
  const { ways, endpoints } = analysis.counts();
  return {
    understandMs: understood - started,
    exposureMs: finished - understood,
    understoodMb,
    peakMb: peakMb(),
    note: `${snapshot.records.length} records, ${network.endpoints.length} endpoints in ${endpoints} classes, ${ways} classes of ways, ${open} open and ${perhaps} perhaps`,
  };
}

function peakMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}
