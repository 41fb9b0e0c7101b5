import type { CommandWords, Values } from "./words.ts";

/** Completion for bash 3.2 and later (macOS has that one), to be sourced. Everything in it is Rampart's own words. */
export function bashCompletion(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name);
  const valued = commands.flatMap(({ name, flags }) =>
    flags.flatMap(({ flag, values }) => (values === null ? [] : [{ key: `${name}:${flag}`, values }])),
  );
  const groups = [...Map.groupBy(valued, ({ values }) => complete(values))];
  return `# Completion of rampart for bash. To have it in every shell:
#   rampart completion bash > ~/.local/share/bash-completion/completions/rampart
_rampart() {
  local cur prev command i
  cur="\${COMP_WORDS[COMP_CWORD]}"
  prev="\${COMP_WORDS[COMP_CWORD-1]}"
  command=""
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${names.join("|")}) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  # Bash takes = for a word of its own: --fail-on=high, json=report.json.
  if [[ "$cur" == "=" ]]; then
    cur=""
  elif [[ "$prev" == "=" && COMP_CWORD -ge 2 ]]; then
    prev="\${COMP_WORDS[COMP_CWORD-2]}"
    if [[ "$prev" != -* ]]; then COMPREPLY=($(compgen -f -- "$cur")); return; fi
  fi
  case "$command:$prev" in
${groups.map(([action, keys]) => `    ${keys.map(({ key }) => key).join("|")}) ${action}; return ;;`).join("\n")}
  esac
  if [[ "$cur" == -* ]]; then
    case "$command" in
${commands.map(({ name, flags }) => `      ${name}) COMPREPLY=($(compgen -W "${flags.map(({ flag }) => flag).join(" ")}" -- "$cur")) ;;`).join("\n")}
      *) COMPREPLY=($(compgen -W "--help --version" -- "$cur")) ;;
    esac
    return
  fi
  case "$command" in
    "") COMPREPLY=($(compgen -W "${names.join(" ")}" -- "$cur")) ;;
${commands.flatMap(({ name, operands }) => (operands === null ? [] : [`    ${name}) ${complete(operands)} ;;`])).join("\n")}
  esac
}
complete -F _rampart rampart
`;
}

function complete(values: Values): string {
  switch (values.kind) {
    case "words": {
      const reply = `COMPREPLY=($(compgen -W "${values.words.join(" ")}" -- "$cur"))`;
      return values.words.every((word) => word.endsWith("=")) ? `${reply}; compopt -o nospace 2>/dev/null` : reply;
    }
    case "file":
      return 'COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null';
    case "free":
      return ":";
  }
}
