import type { CommandWords, FlagWords, Values } from "./words.ts";

/** Completion for zsh, for a folder of $fpath or to be sourced. https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
export function zshCompletion(commands: readonly CommandWords[]): string {
  return `#compdef rampart
# Completion of rampart for zsh. To have it in every shell, with a folder of your \\$fpath:
#   rampart completion zsh > "\${fpath[1]}/_rampart"
_rampart() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C '--help[Show help]' '--version[Show version number]' '1:command:->command' '*::argument:->arguments'
  case $state in
    command)
      local -a commands
      commands=(
${commands.map(({ name, describe }) => `        ${quoted(`${name}:${describe.replaceAll(":", "\\:")}`)}`).join("\n")}
      )
      _describe command commands
      ;;
    arguments)
      case $words[1] in
${commands.map(commandCase).join("\n")}
      esac
      ;;
  esac
}
if [ "\${funcstack[1]}" = "_rampart" ]; then
  _rampart "$@"
else
  compdef _rampart rampart
fi
`;
}

function commandCase({ name, flags, operands }: CommandWords): string {
  const specs = flags.map(flagSpec);
  const rest = operands === null ? [] : [quoted(`*:${name}:${action(operands)}`)];
  return `        ${name})
          _arguments \\
${[...specs, ...rest].map((spec) => `            ${spec}`).join(" \\\n")}
          ;;`;
}

function flagSpec({ flag, describe, values, repeatable }: FlagWords): string {
  const text = describe.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
  const value = values === null ? "" : `:value:${action(values)}`;
  return quoted(`${repeatable ? "*" : ""}${flag}[${text}]${value}`);
}

function action(values: Values): string {
  switch (values.kind) {
    case "words":
      return `(${values.words.join(" ")})`;
    case "file":
      return "_files";
    case "free":
      return " ";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
