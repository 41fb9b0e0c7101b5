/** A part of an expression, with the place in the text that it was read from. */
export type Expression = Node & { readonly from: number; readonly to: number };

type Node =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly at: Expression }
  /** A function where {@link of} is null, else a method. */
  | {
      readonly kind: "call";
      readonly of: Expression | null;
      readonly name: string;
      readonly arguments: readonly Expression[];
    }
  | { readonly kind: "not" | "minus"; readonly of: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "choice"; readonly if: Expression; readonly yes: Expression; readonly no: Expression };

interface Token {
  readonly kind: "word" | "string" | "number" | "sign" | "end";
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Thrown and caught within this file: the text is no expression. */
class NoExpression extends Error {}

/** How deep expressions may lie in each other. Google takes 12 logical operators at most. */
const deepest = 64;
/** Parts that are read of an expression; Google takes a few hundred characters. */
const longest = 2000;

/**
 * Reads an expression of the Common Expression Language, without maps, messages and macros, which IAM's conditions do not know; null when it is none.
 * https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
 */
export function parseCel(source: string): Expression | null {
  try {
    return parser(tokensOf(source)).whole();
  } catch (error) {
    if (error instanceof NoExpression) return null;
    throw error;
  }
}

/** Operators between two parts, from those that bind least. */
const levels: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!=", "<", "<=", ">", ">=", "in"],
  ["+", "-"],
  ["*", "/", "%"],
];

function parser(tokens: readonly Token[]): { readonly whole: () => Expression } {
  let at = 0;
  let depth = 0;
  const end: Token = { kind: "end", text: "", from: 0, to: 0 };
  const peek = (): Token => tokens[at] ?? end;
  const next = (): Token => tokens[at++] ?? end;
  const is = (text: string): boolean => peek().text === text && (peek().kind === "sign" || text === "in");
  const take = (text: string): Token => {
    if (!is(text)) throw new NoExpression();
    return next();
  };

  const expression = (): Expression => {
    if (++depth > deepest) throw new NoExpression();
    const condition = binary(0);
    depth--;
    if (!is("?")) return condition;
    next();
    const yes = expression();
    take(":");
    const otherwise = expression();
    return { kind: "choice", if: condition, yes, no: otherwise, from: condition.from, to: otherwise.to };
  };

  const binary = (level: number): Expression => {
    const operators = levels[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    while (operators.some(is)) {
      const operator = next().text;
      const right = binary(level + 1);
      left = { kind: "binary", operator, left, right, from: left.from, to: right.to };
    }
    return left;
  };

  const unary = (): Expression => {
    if (!is("!") && !is("-")) return postfix(primary());
    if (++depth > deepest) throw new NoExpression();
    const { text, from } = next();
    const of = unary();
    depth--;
    return { kind: text === "!" ? "not" : "minus", of, from, to: of.to };
  };

  const postfix = (of: Expression): Expression => {
    let whole = of;
    for (;;) {
      if (is(".")) {
        next();
        const { kind, text, to } = next();
        if (kind !== "word") throw new NoExpression();
        if (is("(")) {
          const { items, to: last } = list("(", ")");
          whole = { kind: "call", of: whole, name: text, arguments: items, from: whole.from, to: last };
        } else {
          whole = { kind: "member", of: whole, name: text, from: whole.from, to };
        }
      } else if (is("[")) {
        next();
        const index = expression();
        const { to } = take("]");
        whole = { kind: "index", of: whole, at: index, from: whole.from, to };
      } else {
        return whole;
      }
    }
  };

  const list = (open: string, close: string): { readonly items: readonly Expression[]; readonly to: number } => {
    take(open);
    const items: Expression[] = [];
    while (!is(close)) {
      items.push(expression());
      if (!is(",")) break;
      next();
    }
    return { items, to: take(close).to };
  };

  const primary = (): Expression => {
    const { kind, text, from, to } = peek();
    if (kind === "string") {
      next();
      return { kind: "literal", value: text, from, to };
    }
    if (kind === "number") {
      next();
      return { kind: "literal", value: Number(text), from, to };
    }
    if (kind === "word") {
      next();
      if (text === "true" || text === "false") return { kind: "literal", value: text === "true", from, to };
      if (text === "null") return { kind: "literal", value: null, from, to };
      if (!is("(")) return { kind: "name", name: text, from, to };
      const { items, to: last } = list("(", ")");
      return { kind: "call", of: null, name: text, arguments: items, from, to: last };
    }
    if (is("[")) {
      const { items, to: last } = list("[", "]");
      return { kind: "list", items, from, to: last };
    }
    take("(");
    const inner = expression();
    return { ...inner, from, to: take(")").to };
  };

  return {
    whole: () => {
      const found = expression();
      if (peek().kind !== "end") throw new NoExpression();
      return found;
    },
  };
}

const signs = [
  "||",
  "&&",
  "==",
  "!=",
  "<=",
  ">=",
  "<",
  ">",
  "+",
  "-",
  "*",
  "/",
  "%",
  "!",
  "?",
  ":",
  ".",
  ",",
  "(",
  ")",
  "[",
  "]",
];

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const add = (kind: Token["kind"], text: string, length: number): void => {
    tokens.push({ kind, text, from: at, to: at + length });
    at += length;
  };
  while (at < source.length) {
    if (tokens.length > longest) throw new NoExpression();
    const rest = source.slice(at);
    const blank = /^(?:\s+|\/\/[^\n]*)/.exec(rest);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const string = /^([rR]?)("""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/.exec(rest);
    if (string !== null) {
      const [whole, raw = "", quoted = ""] = string;
      const quotes = /^(?:"""|''')/.test(quoted) ? 3 : 1;
      const inner = quoted.slice(quotes, -quotes);
      add("string", raw === "" ? unescape(inner) : inner, whole.length);
      continue;
    }
    const number = /^(?:0x[\da-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)u?/.exec(rest);
    if (number !== null) {
      add("number", number[0].replace(/u$/, ""), number[0].length);
      continue;
    }
    const word = /^[A-Za-z_]\w*/.exec(rest);
    if (word !== null) {
      add("word", word[0], word[0].length);
      continue;
    }
    const sign = signs.find((each) => rest.startsWith(each));
    if (sign === undefined) throw new NoExpression();
    add("sign", sign, sign.length);
  }
  tokens.push({ kind: "end", text: "", from: at, to: at });
  return tokens;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
]);

function unescape(text: string): string {
  return text.replaceAll(
    /\\(?:u([\da-fA-F]{4})|[xX]([\da-fA-F]{2})|([0-3][0-7]{2})|(.))/gs,
    (_whole, unicode?: string, hex?: string, octal?: string, other?: string) => {
      if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return escapes.get(other ?? "") ?? other ?? "";
    },
  );
}
