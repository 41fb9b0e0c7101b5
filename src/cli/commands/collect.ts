import { formatNames } from "../../config/options.ts";
import { isKnown, type Coverage } from "../../model/coverage.ts";
import { UsageError } from "../../model/error.ts";
import type { SnapshotSink } from "../../snapshot/record.ts";
import { teeSink } from "../../snapshot/sinks.ts";
import { openSnapshotWriter } from "../../snapshot/write.ts";
import { cloudsOf, collectLive } from "../acquire.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { packageVersion } from "../package.ts";
import type { Invocation } from "../parse-arguments.ts";
import { startProgress } from "../progress.ts";

/** `rampart collect`: the first half of a scan, written to a file as it goes. */
export async function collect(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options } = await configure(invocation, io);
  const [path, ...more] = options.output;
  if (path === undefined || more.length > 0) {
    throw new UsageError(
      "collect: needs one --output SNAPSHOT, for example --output estate.jsonl (or estate.jsonl.gz)",
    );
  }
  const format = /^(\w+)=/.exec(path)?.[1] ?? "";
  if (formatNames.some((name) => name === format)) {
    throw new UsageError(
      `collect: --output ${path}: a snapshot is no report and has no format. Give a file alone, for example --output ${path.slice(format.length + 1) || "estate.jsonl"}, and make reports of it with \`rampart scan --snapshot\``,
    );
  }
  cloudsOf(invocation.operands, options);
  const writer = openSnapshotWriter(path, {
    tool: { name: "rampart", version: packageVersion() },
    startedAt: io.now().toISOString(),
  });
  const tally = countingSink();
  const interruption = new AbortController();
  const stopListening = io.onInterrupt(() => {
    interruption.abort();
  });
  const progress = startProgress(io, options.quiet);
  try {
    await collectLive(
      invocation.operands,
      options,
      io,
      teeSink(writer, tally.sink),
      progress.onEvent,
      interruption.signal,
    );
    await writer.end(io.now().toISOString());
  } catch (error) {
    writer.abort();
    throw error;
  } finally {
    stopListening();
    progress.stop();
  }
  const { records, unread } = tally;
  io.err(
    `rampart: ${records()} records in ${path}${unread().length === 0 ? "" : `, ${unread().length} operations not read`}\n`,
  );
  if (interruption.signal.aborted) return exitCodes.interrupted;
  return unread().length > 0 && !options["allow-incomplete"] ? exitCodes.incomplete : exitCodes.clean;
}

function countingSink(): { sink: SnapshotSink; records: () => number; unread: () => readonly Coverage[] } {
  let records = 0;
  const unread: Coverage[] = [];
  return {
    sink: {
      target: () => undefined,
      note: () => undefined,
      record: () => {
        records++;
      },
      coverage: (row) => {
        if (!isKnown(row.status)) unread.push(row);
      },
    },
    records: () => records,
    unread: () => unread,
  };
}
