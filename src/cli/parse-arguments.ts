import yargs, { type Argv } from "yargs";
import { didYouMeanStop } from "../config/nearest.ts";
import { options, type OptionName } from "../config/options.ts";
import { UsageError } from "../model/error.ts";
import { commands, optionOf, type CommandName, type CommandSpec } from "./command-table.ts";
import { packageVersion } from "./package.ts";

/** One parsed command line. */
export interface Invocation {
  readonly kind: "command";
  readonly command: CommandName;
  /** What the command takes by position: clouds, a check id, a file. */
  readonly operands: readonly string[];
  /** Options as given on the command line, by name; undefined when not given. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** `--config FILE`, or false for `--no-config`; undefined looks in the usual places. */
  readonly config: string | false | undefined;
}

/** What `--help` and `--version` ask for. */
export interface HelpText {
  readonly kind: "text";
  readonly text: string;
}

/**
 * Reads a command line.
 * @throws UsageError that names the wrong word and, where one is close, the right one
 */
export async function parseArguments(args: readonly string[], columns: number): Promise<Invocation | HelpText> {
  let invocation: Invocation | null = null;
  const parser = yargs([])
    .scriptName("rampart")
    // Rampart speaks English; yargs would add a few words in the language of the environment.
    .locale("en")
    .usage("$0 <command>\n\nWhat can reach what through your cloud firewalls, and who can change that.")
    .version(packageVersion())
    .help()
    .alias("help", "h")
    .exitProcess(false)
    .fail(false)
    .wrap(Math.min(Math.max(columns, 60), 120))
    .parserConfiguration({ "camel-case-expansion": false, "duplicate-arguments-array": true, "greedy-arrays": false })
    .epilogue(
      "Every option but --resume and those of init alone is also an environment variable (--fail-on: RAMPART_FAIL_ON) and a key of rampart.yaml (failOn).\n" +
        "Exit codes: 0 clean, 1 findings, 2 usage, 3 incomplete, 70 a bug, 130 interrupted.",
    )
    .demandCommand(1, "say what to do");
  for (const command of commands) {
    parser.command({
      command: command.usage,
      describe: command.describe,
      builder: (builder: Argv) => describeOptions(builder, command),
      handler: (parsed) => {
        invocation = toInvocation(command, parsed);
      },
    });
  }
  let text = "";
  try {
    await parser.parseAsync([...args], {}, (_error, _parsed, output) => {
      text = output;
    });
  } catch (error) {
    // yargs throws plain errors for wrong words; anything it throws here is about the command line.
    if (error instanceof UsageError) throw error;
    throw new UsageError(usageMessage(error, args));
  }
  if (text !== "" && invocation === null) return { kind: "text", text };
  if (invocation === null) throw new UsageError(usageMessage(null, args));
  return invocation;
}

function describeOptions(builder: Argv, command: CommandSpec): Argv {
  for (const name of command.options) {
    const spec = optionOf(command, name);
    builder.option(name, {
      describe:
        "choices" in spec && spec.choices !== undefined
          ? `${spec.describe}: ${spec.choices.join(", ")}`
          : spec.describe,
      group: `${spec.group}:`,
      requiresArg: spec.type !== "boolean",
      ...(spec.type === "list" ? { array: true, string: true } : { type: spec.type }),
      ...(spec.type === "list" || spec.default === null || spec.default === false
        ? {}
        : { defaultDescription: String(spec.default) }),
    });
  }
  builder.option("config", { describe: "Configuration file; --no-config for none", group: "General:", type: "string" });
  for (const [example, meaning] of command.examples) builder.example(example, meaning);
  return builder;
}

function toInvocation(command: CommandSpec, parsed: Readonly<Record<string, unknown>>): Invocation {
  const known = new Set<string>([
    ...command.options,
    "config",
    "help",
    "h",
    "version",
    "$0",
    "_",
    ...operandNames(command),
  ]);
  for (const word of Object.keys(parsed)) {
    if (known.has(word)) continue;
    const flags = [...command.options, "config", "help"].map((name) => `--${name}`);
    throw new UsageError(
      `unknown option --${word}${didYouMeanStop(`--${word}`, flags)} \`rampart ${command.name} --help\` lists them all`,
    );
  }
  const operands = operandsOf(command, parsed);
  const config = parsed["config"];
  return {
    kind: "command",
    command: command.name,
    operands,
    flags: Object.fromEntries(command.options.map((name) => [name, flagValue(name, parsed[name])])),
    config: config === false ? false : typeof config === "string" ? config : undefined,
  };
}

function operandsOf(command: CommandSpec, parsed: Readonly<Record<string, unknown>>): readonly string[] {
  const named = operandNames(command);
  const positional = named.flatMap((name) =>
    name === "check" && command.name !== "explain" ? [] : [parsed[name]].flat(),
  );
  const rest = [parsed["_"]].flat().slice(1);
  const operands = [...positional, ...rest].filter((operand) => operand !== undefined).map(String);
  const [least, most] = command.operands;
  if (operands.length > most) {
    throw new UsageError(
      `${command.name}: unexpected ${operands.slice(most).join(" ")}. \`rampart ${command.name} --help\` shows what it takes`,
    );
  }
  if (operands.length < least) throw new UsageError(`${command.name}: ${named[0] ?? "an operand"} is missing`);
  return operands;
}

/** The words that stand for operands in a command's usage line. */
function operandNames({ usage }: CommandSpec): readonly string[] {
  return [...usage.matchAll(/(?<=[[<])\w+/g)].map(([name]) => name);
}

/** A flag that takes one value and was given twice arrives as a list; which one was meant is not ours to guess. */
function flagValue(name: OptionName, value: unknown): unknown {
  if (options[name].type === "list" || !Array.isArray(value)) return value;
  throw new UsageError(`--${name}: can be given only once`);
}

function usageMessage(error: unknown, args: readonly string[]): string {
  const word = args.find((argument) => !argument.startsWith("-"));
  const command = commands.find(({ name }) => name === word);
  if (word !== undefined && command === undefined) {
    return `unknown command ${word}${didYouMeanStop(
      word,
      commands.map(({ name }) => name),
    )} \`rampart --help\` lists them all`;
  }
  const detail = plainWords(error instanceof Error ? error.message : "say what to do", command);
  return `${detail.replaceAll(/\s+/g, " ").trim()}. \`rampart${word === undefined ? "" : ` ${word}`} --help\` shows what there is`;
}

/** What yargs says of words that are missing, in terms of the command's usage line. */
function plainWords(message: string, command: CommandSpec | undefined): string {
  const valueless = /^Not enough arguments following: (.+)$/.exec(message);
  if (valueless !== null) return `--${valueless[1] ?? ""} needs a value`;
  const given = /^Not enough non-option arguments: got (\d+)/.exec(message);
  const missing = command === undefined || given === null ? undefined : operandNames(command)[Number(given[1])];
  return command === undefined || missing === undefined ? message : `${command.name}: <${missing}> is missing`;
}
