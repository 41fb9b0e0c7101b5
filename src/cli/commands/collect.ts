import { formatNames, type Options } from "../../config/options.ts";
import { isKnown, type Coverage } from "../../model/coverage.ts";
import { UsageError } from "../../model/error.ts";
import type { SnapshotSink } from "../../snapshot/record.ts";
import { discardParts, takeUp } from "../../snapshot/resume.ts";
import { teeSink } from "../../snapshot/sinks.ts";
import { openSnapshotWriter } from "../../snapshot/write.ts";
import { cloudsOf, collectLive } from "../acquire.ts";
import { configure } from "../configuration.ts";
import { noteOn, timeoutMs, watchForEnd } from "../ending.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { withLocks } from "../lock.ts";
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
  const limit = timeoutMs(options.timeout);
  return withLocks([path], io.now, () => collectInto(path, invocation.operands, options, limit, io));
}

async function collectInto(
  path: string,
  operands: readonly string[],
  options: Options,
  limit: number | null,
  io: Io,
): Promise<ExitCode> {
  const held = options.resume ? await takeUp(path) : null;
  const writer = openSnapshotWriter(path, {
    tool: { name: "rampart", version: packageVersion() },
    startedAt: held?.startedAt ?? io.now().toISOString(),
  });
  const resumed: SnapshotSink = held === null ? writer : { ...writer, held: held.answer };
  if (held !== null) {
    const began = held.startedAt === null ? "" : ` by a run that began at ${held.startedAt}`;
    io.err(`rampart: resuming: ${held.operations} operations were read${began}\n`);
  }
  const tally = countingSink();
  const ending = watchForEnd(io, limit);
  const progress = startProgress(io, options.quiet);
  try {
    await collectLive(operands, options, io, teeSink(resumed, tally.sink), progress.onEvent, ending.signal);
    const end = ending.end();
    if (end !== null) writer.note(noteOn(end, options.timeout));
    await writer.end(io.now().toISOString());
    discardParts(path);
  } catch (error) {
    writer.abort();
    throw error;
  } finally {
    ending.stop();
    progress.stop();
  }
  const { records, unread } = tally;
  io.err(
    `rampart: ${records()} records in ${path}${unread().length === 0 ? "" : `, ${unread().length} operations not read`}\n`,
  );
  if (ending.end() === "interrupted") return exitCodes.interrupted;
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
