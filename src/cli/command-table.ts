import { optionNames, options, type OptionName, type OptionSpec } from "../config/options.ts";
import { answerFormats } from "./answer-format.ts";

export type CommandName =
  | "scan"
  | "collect"
  | "reach"
  | "who-can"
  | "checks"
  | "explain"
  | "render"
  | "diff"
  | "permissions"
  | "init"
  | "completion"
  | "demo";

interface OwnWords {
  readonly describe: string;
  readonly choices?: readonly string[];
}

/** What a command takes, and how `--help` and completion tell of it. */
export interface CommandSpec {
  readonly name: CommandName;
  readonly usage: string;
  readonly describe: string;
  readonly options: readonly OptionName[];
  /** What is to be said of an option here that holds for this command alone. */
  readonly ownWords?: Readonly<Partial<Record<OptionName, OwnWords>>>;
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
const judgeOptions: readonly OptionName[] = [
  "check",
  "skip",
  "fail-on",
  "min-severity",
  "allow-incomplete",
  "baseline",
  "suppression-file",
  "strict-suppressions",
];
const renderOptions: readonly OptionName[] = ["format", "output", "color", "show-suppressed"];
const runOptions: readonly OptionName[] = ["concurrency", "call-timeout", "timeout", "quiet"];

/** Of commands that print no report but an answer of their own. */
const answerWords = { format: { describe: "Format of the answer on stdout", choices: answerFormats } } as const;

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandSpec[] = [
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
    options: [...targetOptions, "output", "resume", ...runOptions, "allow-incomplete"],
    ownWords: { output: { describe: "Snapshot file to write; compressed where its name ends in .gz" } },
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
    ownWords: answerWords,
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
    ownWords: answerWords,
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
    ownWords: answerWords,
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
    name: "diff",
    usage: "diff <old> <new>",
    describe:
      "Say what changed between two snapshots, imports or reports: what is open now, by which rules, and who can change it",
    options: ["format", "color", "check", "skip", "fail-on", "allow-incomplete", "quiet"],
    ownWords: answerWords,
    operands: [2, 2],
    examples: [
      ["$0 diff monday.jsonl tuesday.jsonl", "two snapshots that collect wrote"],
      ["$0 diff monday.json tuesday.json --format json", "two JSON reports: their findings"],
    ],
  },
  {
    name: "permissions",
    usage: "permissions <cloud>",
    describe: "Print the least-privilege policy (AWS) or custom role (Azure, Google Cloud) that a scan needs",
    options: ["organization", "role", "guardduty-list"],
    ownWords: {
      organization: { describe: "For a scan of every active account of the organization, with --role" },
      role: { describe: "Role that the scan assumes in each account: a name or an ARN" },
    },
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
    name: "completion",
    usage: "completion <shell>",
    describe: "Print a script that completes command lines: for bash, zsh or fish",
    options: [],
    operands: [1, 1],
    examples: [["$0 completion bash > ~/.local/share/bash-completion/completions/rampart", ""]],
  },
  {
    name: "demo",
    usage: "demo",
    describe: "Scan a sample estate on loopback clouds, without credentials",
    options: ["format", "output", "color", "min-severity", "quiet"],
    operands: [0, 0],
    examples: [["$0 demo", "writes report.html, report.json and report.sarif beside the table"]],
  },
];

/** An option as a command has it. */
export function optionOf({ ownWords }: CommandSpec, name: OptionName): OptionSpec {
  return Object.assign({}, options[name], ownWords?.[name]);
}

/** Every option is reachable from some command; a test holds this. */
export const unreachableOptions = optionNames.filter(
  (name) => !commands.some((command) => command.options.includes(name)),
);
