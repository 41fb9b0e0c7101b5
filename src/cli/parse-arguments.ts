import yargs, { type Argv } from "yargs";
import { didYouMeanStop } from "../config/nearest.ts";
import { optionNames, options, type OptionName, type OptionSpec } from "../config/options.ts";
import { UsageError } from "../model/error.ts";
import { packageVersion } from "./package.ts";

export type CommandName =
  | "scan"
  | "collect"
  | "reach"
  | "who-can"
  | "checks"
  | "explain"
  | "render"
  | "permissions"
  | "init"
  | "demo";

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

interface CommandSpec {
  readonly name: CommandName;
  readonly usage: string;
  readonly describe: string;
  readonly options: readonly OptionName[];
  /** Least and most operands. */
  readonly operands: readonly [number, number];
  readonly examples: readonly (readonly [string, string])[];
}

const targetOptions: readonly OptionName[] = [
  "profile",
  "region",
  "account",
  "organization",
  "role",
  "external-id",
  "subscription",
  "management-group",
  "tenant",
  "project",
  "folder",
  "organization-id",
  "impersonate-service-account",
];
const judgeOptions: readonly OptionName[] = ["check", "skip", "fail-on", "min-severity", "allow-incomplete"];
const renderOptions: readonly OptionName[] = ["format", "output", "color"];
const runOptions: readonly OptionName[] = ["concurrency", "call-timeout", "quiet"];

const commands: readonly CommandSpec[] = [
  {
    name: "scan",
    usage: "scan [clouds..]",
    describe: "Scan live targets, a saved snapshot, or JSON that a cloud's CLI printed",
    options: [...targetOptions, "snapshot", "import", ...renderOptions, ...judgeOptions, ...runOptions],
    // Clouds, or the files that a shell made of `--import *.json`.
    operands: [0, Number.POSITIVE_INFINITY],
    examples: [
      ["$0 scan aws --profile audit", "every opted-in Region of one account"],
      ["$0 scan aws --organization --role SecurityAudit", "every account of the organization"],
      ["$0 scan azure --subscription production", "one Azure subscription"],
      ["$0 scan gcp --organization-id 123456789012", "every project of a Google Cloud organization"],
      ["$0 scan --import ./dump --format json", "output of the clouds' own CLIs, without credentials"],
      ["$0 scan --output sarif=rampart.sarif --fail-on none", "for upload to GitHub code scanning"],
    ],
  },
  {
    name: "collect",
    usage: "collect [clouds..]",
    describe: "Read live targets into a snapshot file, to be judged later with scan --snapshot",
    options: [...targetOptions, "output", ...runOptions, "allow-incomplete"],
    operands: [0, 3],
    examples: [["$0 collect aws --output estate.jsonl", "the first half of a scan"]],
  },
  {
    name: "reach",
    usage: "reach [clouds..]",
    describe: "Say what gets to an endpoint, and which rules decide",
    options: [
      "to",
      "from",
      "port",
      "protocol",
      ...targetOptions,
      "snapshot",
      "import",
      "format",
      "color",
      ...runOptions,
    ],
    operands: [0, Number.POSITIVE_INFINITY],
    examples: [
      ["$0 reach --to i-0123456789abcdef0 --port 22", "from the internet"],
      ["$0 reach --from 203.0.113.9 --to web-1", "by name, from one address"],
      ["$0 reach --from i-a --to i-b --port 5432 --snapshot estate.jsonl", "inside, from a saved snapshot"],
    ],
  },
  {
    name: "who-can",
    usage: "who-can [action] [clouds..]",
    describe: "Say who can change firewalls, or use one action, and how",
    options: ["resource", ...targetOptions, "snapshot", "import", "format", "color", ...runOptions],
    operands: [0, Number.POSITIVE_INFINITY],
    examples: [
      ["$0 who-can", "change any firewall, by any way"],
      ["$0 who-can ec2:AuthorizeSecurityGroupIngress --resource sg-0123456789abcdef0", "open one security group"],
      ["$0 who-can --snapshot estate.jsonl --format json", "from a saved snapshot"],
    ],
  },
  {
    name: "checks",
    usage: "checks",
    describe: "List the checks",
    options: ["check", "skip", "format", "color"],
    operands: [0, 0],
    examples: [["$0 checks --check 'open-*'", "a part of them"]],
  },
  {
    name: "explain",
    usage: "explain <check>",
    describe: "Say what a check looks at, when it fails and how to fix it",
    options: ["color"],
    operands: [1, 1],
    examples: [["$0 explain open-admin-rule", ""]],
  },
  {
    name: "render",
    usage: "render <report>",
    describe: "Show a saved JSON report in another format",
    options: [...renderOptions, "min-severity"],
    operands: [1, 1],
    examples: [["$0 render report.json --output sarif=report.sarif", ""]],
  },
  {
    name: "permissions",
    usage: "permissions <cloud>",
    describe: "Print the least-privilege policy that a scan needs",
    options: ["organization", "role", "guardduty-list"],
    operands: [1, 1],
    examples: [
      ["$0 permissions aws > rampart-policy.json", "for one account"],
      ["$0 permissions aws --organization --role SecurityAudit", "for the account that enters the others"],
    ],
  },
  {
    name: "init",
    usage: "init [clouds..]",
    describe: "Write a commented rampart.yaml; with --expected, with who can change firewalls today",
    options: ["expected", "force", ...targetOptions, "snapshot", "import", ...runOptions],
    operands: [0, Number.POSITIVE_INFINITY],
    examples: [
      ["$0 init", "nothing set, everything explained"],
      ["$0 init --expected aws --organization --role SecurityAudit", "the list to start from"],
      ["$0 init --expected --snapshot estate.jsonl", "the same from a saved snapshot"],
    ],
  },
  {
    name: "demo",
    usage: "demo",
    describe: "Scan a sample estate on a loopback cloud, without credentials",
    options: ["format", "output", "color", "min-severity", "quiet"],
    operands: [0, 0],
    examples: [["$0 demo", "writes report.json and report.sarif beside the table"]],
  },
];

/**
 * Reads a command line.
 * @throws UsageError that names the wrong word and, where one is close, the right one
 */
export async function parseArguments(args: readonly string[], columns: number): Promise<Invocation | HelpText> {
  let invocation: Invocation | null = null;
  const parser = yargs([])
    .scriptName("rampart")
    .usage("$0 <command>\n\nWhat can reach what through your cloud firewalls, and who can change that.")
    .version(packageVersion())
    .help()
    .alias("help", "h")
    .exitProcess(false)
    .fail(false)
    .wrap(Math.min(Math.max(columns, 60), 120))
    .parserConfiguration({ "camel-case-expansion": false, "duplicate-arguments-array": true, "greedy-arrays": false })
    .epilogue(
      "Every option but those of init is also an environment variable (--fail-on: RAMPART_FAIL_ON) and a key of rampart.yaml (failOn).\n" +
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
    const spec: OptionSpec = options[name];
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
    "action",
    "clouds",
    "check",
    "report",
    "cloud",
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
  const named = [...command.usage.matchAll(/(?<=[[<])\w+/g)].map(([name]) => name);
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

/** A flag that takes one value and was given twice arrives as a list; which one was meant is not ours to guess. */
function flagValue(name: OptionName, value: unknown): unknown {
  if (options[name].type === "list" || !Array.isArray(value)) return value;
  throw new UsageError(`--${name}: can be given only once`);
}

function usageMessage(error: unknown, args: readonly string[]): string {
  const word = args.find((argument) => !argument.startsWith("-"));
  if (word !== undefined && !commands.some(({ name }) => name === word)) {
    return `unknown command ${word}${didYouMeanStop(
      word,
      commands.map(({ name }) => name),
    )} \`rampart --help\` lists them all`;
  }
  const detail = error instanceof Error ? error.message : "say what to do";
  return `${detail.replaceAll(/\s+/g, " ").trim()}. \`rampart${word === undefined ? "" : ` ${word}`} --help\` shows what there is`;
}

/** Every option is reachable from some command; a test holds this. */
export const unreachableOptions = optionNames.filter(
  (name) => !commands.some((command) => command.options.includes(name)),
);
