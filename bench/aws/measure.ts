import { allL4 } from "../../src/network/l4.ts";
import { exposuresOf } from "../../src/network/exposure.ts";
import { understandAws } from "../../src/providers/aws/understand/understand.ts";
import { benchAwsSnapshot } from "./estate.ts";

/** What one run over an estate's records took. */
export interface AwsMeasured {
  /** Milliseconds from records to endpoints with their layers. */
  readonly understandMs: number;
  /** Milliseconds to say of every endpoint what of it is open to the internet. */
  readonly exposureMs: number;
  /** Peak resident memory in MiB, once the records were understood and at the end; the records themselves are in both. */
  readonly understoodMb: number;
  readonly peakMb: number;
  readonly note: string;
}

function measure(interfaces: number): AwsMeasured {
  const snapshot = benchAwsSnapshot(interfaces, 5);
  const started = performance.now();
  const { network } = understandAws(snapshot);
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

// Measured in a process of its own, so that the peak memory is its own: node measure.ts SIZE
if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(measure(Number(process.argv[2] ?? "0"))));
