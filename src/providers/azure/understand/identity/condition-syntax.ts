/** A condition of a role assignment as it is written. https://learn.microsoft.com/azure/role-based-access-control/conditions-format */
export type Expression =
  | { readonly kind: "all" | "any"; readonly of: readonly Expression[] }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "action" | "sub-operation"; readonly patterns: readonly string[] }
  | { readonly kind: "exists"; readonly attribute: Attribute }
  | {
      readonly kind: "comparison";
      readonly attribute: Attribute;
      /** `ForAnyOfAnyValues`, `ForAllOfAllValues` and the like; null where one value is compared with one. */
      readonly over: string | null;
      /** `GuidEquals`, `StringNotLikeIgnoreCase`. */
      readonly operator: string;
      /** Null where another attribute stands in place of values. */
      readonly values: readonly string[] | null;
      readonly text: string;
    };

/** `@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]` */
export interface Attribute {
  readonly source: string;
  readonly name: string;
}

type Token =
  | { readonly kind: "mark"; readonly text: string }
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "attribute"; readonly attribute: Attribute; readonly text: string };

const syntax =
  /\s*(?:(?<mark>&&|\|\||[(){},!])|(?<source>@[A-Za-z]+)\s*\[(?<name>[^\]]+)\]|'(?<text>(?:[^'\\]|\\.|'')*)'|(?<word>[A-Za-z0-9_.:+-]+))/sy;

/** What a condition says; null when it is not as documented. Parentheses nest no deeper than two hundred. */
export function parseCondition(condition: string): Expression | null {
  const tokens = tokensOf(condition);
  if (tokens === null || tokens.length === 0) return null;
  const reader = { tokens, at: 0, depth: 0 };
  const found = readEither(reader);
  return found !== null && reader.at === tokens.length ? found : null;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

function tokensOf(condition: string): readonly Token[] | null {
  const tokens: Token[] = [];
  const end = condition.trimEnd().length;
  syntax.lastIndex = 0;
  while (syntax.lastIndex < end) {
    const groups = syntax.exec(condition)?.groups;
    if (groups === undefined) return null;
    const { mark, source, name, text, word } = groups;
    if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
    else if (source !== undefined && name !== undefined) {
      const attribute = { source: source.toLowerCase(), name: name.trim() };
      tokens.push({ kind: "attribute", attribute, text: `${source}[${name.trim()}]` });
    } else if (text !== undefined) tokens.push({ kind: "text", text: text.replaceAll("''", "'") });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
  }
  return tokens;
}

function isMark(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token?.kind === "mark" && texts.includes(token.text);
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === text;
}

/** Which of both comes first is not documented, so that a mixture without parentheses is not read. */
function readEither(reader: Reader): Expression | null {
  const first = readOne(reader);
  if (first === null) return null;
  const parts = [first];
  let joint: "all" | "any" | null = null;
  for (;;) {
    const token = reader.tokens[reader.at];
    const next =
      isMark(token, "&&") || isWord(token, "and") ? "all" : isMark(token, "||") || isWord(token, "or") ? "any" : null;
    if (next === null) break;
    if (joint !== null && joint !== next) return null;
    joint = next;
    reader.at++;
    const part = readOne(reader);
    if (part === null) return null;
    parts.push(part);
  }
  return joint === null ? first : { kind: joint, of: parts };
}

function readOne(reader: Reader): Expression | null {
  if (++reader.depth > 200) return null;
  const found = readOneHere(reader);
  reader.depth--;
  return found;
}

function readOneHere(reader: Reader): Expression | null {
  const token = reader.tokens[reader.at++];
  if (token === undefined) return null;
  if (isMark(token, "!") || isWord(token, "not")) {
    const of = readOne(reader);
    return of === null ? null : { kind: "not", of };
  }
  if (isMark(token, "(")) {
    const inner = readEither(reader);
    return inner !== null && isMark(reader.tokens[reader.at++], ")") ? inner : null;
  }
  if (isWord(token, "exists")) {
    const next = reader.tokens[reader.at++];
    return next?.kind === "attribute" ? { kind: "exists", attribute: next.attribute } : null;
  }
  if (isWord(token, "actionmatches") || isWord(token, "suboperationmatches")) {
    const patterns = readValues(reader);
    const kind = isWord(token, "actionmatches") ? "action" : "sub-operation";
    return patterns === null || patterns.values === null ? null : { kind, patterns: patterns.values };
  }
  return token.kind === "attribute" ? readComparison(reader, token) : null;
}

function readComparison(
  reader: Reader,
  { attribute, text }: Token & { readonly kind: "attribute" },
): Expression | null {
  const word = reader.tokens[reader.at++];
  if (word?.kind !== "word") return null;
  const parts = word.text.split(":");
  const operator = parts.pop() ?? "";
  if (parts.length > 1) return null;
  const right = readValues(reader);
  if (right === null) return null;
  const { values } = right;
  return {
    kind: "comparison",
    attribute,
    over: parts[0] ?? null,
    operator,
    values,
    text: `${text} ${word.text} ${right.text}`,
  };
}

function readValues(reader: Reader): { readonly values: readonly string[] | null; readonly text: string } | null {
  const token = reader.tokens[reader.at++];
  if (token === undefined) return null;
  if (token.kind === "attribute") return { values: null, text: token.text };
  if (token.kind !== "mark") return { values: [token.text], text: token.text };
  if (token.text !== "{") return null;
  const values: string[] = [];
  for (;;) {
    const value = reader.tokens[reader.at++];
    if (value === undefined || value.kind === "mark" || value.kind === "attribute") return null;
    values.push(value.text);
    const mark = reader.tokens[reader.at++];
    if (isMark(mark, "}")) return { values, text: `{${values.join(", ")}}` };
    if (!isMark(mark, ",")) return null;
  }
}
