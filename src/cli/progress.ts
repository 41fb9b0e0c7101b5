import { terminalText } from "../../reports/escape/terminal.ts";
import type { OnScanEvent, ScanEvent } from "../model/progress.ts";
import { cloudNames } from "../model/vendor-names.ts";
import type { Io } from "./io.ts";

/** Shows how a scan goes on. `stop` clears the live line. */
export interface Progress {
  readonly onEvent: OnScanEvent;
  readonly stop: () => void;
}

const silent: Progress = { onEvent: () => undefined, stop: () => undefined };

/** A live line on a terminal, plain lines elsewhere (a log wants no cursor movements), nothing with --quiet. */
export function startProgress(io: Io, quiet: boolean): Progress {
  if (quiet) return silent;
  const live = io.errIsTerminal && isUnset(io.env["CI"]) && io.env["TERM"] !== "dumb";
  return live ? liveLine(io) : plainLines(io);
}

interface Counts {
  targets: number;
  targetsEnded: number;
  operationsStarted: number;
  operationsEnded: number;
  failed: number;
  findings: number | null;
  latest: string;
}

const noCounts = (): Counts => ({
  targets: 0,
  targetsEnded: 0,
  operationsStarted: 0,
  operationsEnded: 0,
  failed: 0,
  findings: null,
  latest: "",
});

function count(counts: Counts, event: ScanEvent): void {
  switch (event.kind) {
    case "targets":
      counts.targets += event.found;
      return;
    case "operation-started":
      counts.operationsStarted++;
      counts.latest = terminalText(`${event.target.account}/${event.target.region} ${event.operation}`, true);
      return;
    case "operation-ended":
      counts.operationsEnded++;
      if (event.status !== "complete" && event.status !== "disabled") counts.failed++;
      return;
    case "target-ended":
      counts.targetsEnded++;
      return;
    case "judging":
      counts.latest = `judging with ${event.checks} checks`;
      return;
    case "findings":
      counts.findings = event.count;
      return;
  }
}

function sentence(counts: Counts): string {
  const parts = [
    `${counts.targetsEnded}/${counts.targets} targets`,
    `${counts.operationsEnded} operations`,
    ...(counts.failed > 0 ? [`${counts.failed} not read`] : []),
    ...(counts.findings === null ? [] : [`${counts.findings} findings`]),
  ];
  return parts.join(" · ");
}

function liveLine(io: Io): Progress {
  const counts = noCounts();
  const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
  let frame = 0;
  const draw = () => {
    const line = `${frames[frame++ % frames.length] ?? ""} ${sentence(counts)}  ${counts.latest}`;
    // Longer than the terminal is wide would wrap, and a wrapped line cannot be redrawn in place.
    io.err(
      `\r\u001b[2K${Array.from(line)
        .slice(0, Math.max(io.columns - 1, 20))
        .join("")}`,
    );
  };
  const timer = setInterval(draw, 100);
  timer.unref();
  return {
    onEvent: (event) => {
      count(counts, event);
    },
    stop: () => {
      clearInterval(timer);
      io.err("\r\u001b[2K");
    },
  };
}

function plainLines(io: Io): Progress {
  const counts = noCounts();
  return {
    onEvent: (event) => {
      count(counts, event);
      if (event.kind === "targets") {
        io.err(`rampart: ${cloudNames[event.cloud]}: ${event.found} ${event.found === 1 ? "target" : "targets"}\n`);
      }
      if (event.kind === "target-ended") {
        const name = terminalText(`${event.target.account}/${event.target.region}`, true);
        io.err(`rampart: ${name} read (${sentence(counts)})\n`);
      }
      if (event.kind === "findings") io.err(`rampart: ${event.count} ${event.count === 1 ? "finding" : "findings"}\n`);
    },
    stop: () => undefined,
  };
}

function isUnset(variable: string | undefined): boolean {
  return variable === undefined || variable === "" || variable === "false";
}
