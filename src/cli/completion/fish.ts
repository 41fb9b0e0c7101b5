import type { CommandWords, Values } from "./words.ts";

/** Completion for fish. https://fishshell.com/docs/current/cmds/complete.html */
export function fishCompletion(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, describe, flags, operands }) => {
    const within = `complete -c rampart -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c rampart -n __fish_use_subcommand -a ${name} -d ${quoted(describe)}`,
      ...flags.map(({ flag, describe: meaning, values }) =>
        [within, "-l", flag.slice(2), ...(values === null ? [] : [value(values)]), "-d", quoted(meaning)].join(" "),
      ),
      ...(operands === null
        ? []
        : [`${within} ${operands.kind === "words" ? `-a ${quoted(operands.words.join(" "))}` : "-F"}`]),
    ];
  });
  return `# Completion of rampart for fish. To have it in every shell:
#   rampart completion fish > ~/.config/fish/completions/rampart.fish
complete -c rampart -f
complete -c rampart -n __fish_use_subcommand -l help -d 'Show help'
complete -c rampart -n __fish_use_subcommand -l version -d 'Show version number'
${lines.join("\n")}
`;
}

/** -x: a value that is no file, -r -F: one that is. */
function value(values: Values): string {
  switch (values.kind) {
    case "words":
      return `-x -a ${quoted(values.words.join(" "))}`;
    case "file":
      return "-r -F";
    case "free":
      return "-x";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
