import { guardLine, terminalText } from "../../reports/escape/terminal.ts";
import { UsageError } from "../model/error.ts";
import { exitCodes } from "./exit-codes.ts";
import { processIo, type Io } from "./io.ts";
import { parseArguments, type Invocation } from "./parse-arguments.ts";
import { packageVersion } from "./package.ts";

/** Runs one command line and tells the exit code; prints through `io` alone and never exits the process itself. */
export async function main(args: readonly string[], io: Io = processIo()): Promise<number> {
  try {
    const parsed = await parseArguments(args, io.columns);
    if (parsed.kind === "text") {
      await io.out(`${parsed.text}\n`);
      return exitCodes.clean;
    }
    return await run(parsed, io);
  } catch (error) {
    return report(error, io);
  }
}

/** Each command is loaded when it is asked for: `--help` must not pay for what a scan needs. */
async function run(invocation: Invocation, io: Io): Promise<number> {
  switch (invocation.command) {
    case "scan":
      return (await import("./commands/scan.ts")).scan(invocation, io);
    case "collect":
      return (await import("./commands/collect.ts")).collect(invocation, io);
    case "reach":
      return (await import("./commands/reach.ts")).reachCommand(invocation, io);
    case "who-can":
      return (await import("./commands/who-can.ts")).whoCanCommand(invocation, io);
    case "checks":
      return (await import("./commands/checks.ts")).listChecks(invocation, io);
    case "explain":
      return (await import("./commands/explain.ts")).explain(invocation, io);
    case "render":
      return (await import("./commands/render.ts")).render(invocation, io);
    case "diff":
      return (await import("./commands/diff.ts")).diffCommand(invocation, io);
    case "permissions":
      return (await import("./commands/permissions.ts")).permissions(invocation, io);
    case "init":
      return (await import("./commands/init.ts")).init(invocation, io);
    case "completion":
      return (await import("./commands/completion.ts")).completion(invocation, io);
    case "demo":
      return (await import("./commands/demo.ts")).demo(invocation, io);
  }
}

function report(error: unknown, io: Io): number {
  if (error instanceof UsageError) {
    io.err(`rampart: ${shown(error.message)}\n`);
    return exitCodes.usage;
  }
  if (error instanceof Error && "syscall" in error && error.syscall === "uv_cwd") {
    io.err("rampart: the working directory no longer exists; change to one that does\n");
    return exitCodes.usage;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(
    `rampart: this is a bug in Rampart ${packageVersion()}, not in what you did.\n` +
      "Please report it with the text below, after taking out what you would not publish.\n\n" +
      `${shown(detail)}\n`,
  );
  return exitCodes.bug;
}

/** A message as it may stand on a terminal or in a CI log: names of files, keys and resources in it are anybody's text. */
function shown(message: string): string {
  return message
    .split("\n")
    .map((line) => guardLine(terminalText(line, true)))
    .join("\n");
}
