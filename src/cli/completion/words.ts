import { checks } from "../../../checks/registry.ts";
import { formatNames, type OptionName, type OptionSpec } from "../../config/options.ts";
import { clouds } from "../../model/resource.ts";
import { commands, optionOf, type CommandSpec } from "../command-table.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What may stand for a value: words to choose from, a file, or something that nobody can complete. */
export type Values = { readonly kind: "words"; readonly words: readonly string[] } | { readonly kind: "file" | "free" };

/** A flag as a shell completes it. */
export interface FlagWords {
  /** With its dashes. */
  readonly flag: string;
  readonly describe: string;
  /** What follows it; null for a switch. */
  readonly values: Values | null;
  readonly repeatable: boolean;
}

/** A command as a shell completes it. */
export interface CommandWords {
  readonly name: string;
  readonly describe: string;
  readonly flags: readonly FlagWords[];
  /** What stands by position; null where nothing does. */
  readonly operands: Values | null;
}

const files: ReadonlySet<OptionName> = new Set(["snapshot", "import", "baseline", "suppression-file"]);
const checkIds = checks.map(({ id }) => id);

/** Every command with everything that can be completed of it, from the tables that the command line is read by. */
export function commandWords(): readonly CommandWords[] {
  return commands.map((command) => ({
    name: command.name,
    describe: command.describe,
    flags: [
      ...command.options.map((name) => flagWords(name, command)),
      { flag: "--config", describe: "Configuration file", values: { kind: "file" }, repeatable: false },
      { flag: "--no-config", describe: "No configuration file", values: null, repeatable: false },
      { flag: "--help", describe: "Show help", values: null, repeatable: false },
    ],
    operands: operandsOf(command),
  }));
}

function flagWords(name: OptionName, command: CommandSpec): FlagWords {
  const spec = optionOf(command, name);
  const repeatable = spec.type === "list";
  return { flag: `--${name}`, describe: spec.describe, values: valuesOf(name, spec, command), repeatable };
}

function valuesOf(name: OptionName, spec: OptionSpec, command: CommandSpec): Values | null {
  if (spec.type === "boolean") return null;
  if (name === "check" || name === "skip") return { kind: "words", words: checkIds };
  if (name === "output") {
    return command.name === "collect"
      ? { kind: "file" }
      : { kind: "words", words: formatNames.map((format) => `${format}=`) };
  }
  if (files.has(name)) return { kind: "file" };
  return "choices" in spec && spec.choices !== undefined ? { kind: "words", words: spec.choices } : { kind: "free" };
}

/** What the word in the usage line stands for. */
function operandsOf({ usage }: CommandSpec): Values | null {
  const [, word] = /[[<](\w+)(?:\.\.)?[\]>]$/.exec(usage) ?? [];
  switch (word) {
    case undefined:
      return null;
    case "cloud":
    case "clouds":
      return { kind: "words", words: clouds };
    case "check":
      return { kind: "words", words: checkIds };
    case "shell":
      return { kind: "words", words: shells };
    default:
      return { kind: "file" };
  }
}
