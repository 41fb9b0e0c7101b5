import type { Pattern, TemplatePart } from "../../../../identity/condition.ts";
import type { GlobPart, Globs } from "../../../../identity/glob.ts";

/**
 * How a text of a policy is to be read.
 * - `wildcards`: `*` and `?` are wildcards or stand for themselves.
 * - `byPart`: each of the first five parts between colons is matched by itself, as ARN operators do.
 * - `variables`: `${...}` are policy variables; only the language of 2012-10-17 has them.
 */
export interface Reading {
  readonly wildcards: boolean;
  readonly byPart: boolean;
  readonly variables: boolean;
  readonly foldsCase: boolean;
}

/**
 * A pattern of a policy. `${*}`, `${?}` and `${$}` stand for the characters themselves; a variable may have a default:
 * `${aws:PrincipalTag/team, 'company-wide'}`. Key names fold case.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function readPattern(text: string, reading: Reading, globs: Globs): Pattern {
  const parts = reading.variables && text.includes("${") ? partsOf(text, reading) : plainParts(text, reading);
  const plain = parts.filter((part): part is GlobPart => part.kind !== "variable");
  if (plain.length === parts.length) return { kind: "glob", glob: globs.of(plain, reading.foldsCase) };
  return { kind: "template", template: { parts, foldsCase: reading.foldsCase, text } };
}

function partsOf(text: string, reading: Reading): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let colons = 0;
  let at = 0;
  const plain = (piece: string): void => {
    if (piece === "") return;
    parts.push(...plainParts(piece, reading, colons));
    colons += piece.split(":").length - 1;
  };
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    plain(text.slice(at, match.index));
    at = match.index + match[0].length;
    const inside = match[1] ?? "";
    if (inside === "*" || inside === "?" || inside === "$") {
      parts.push({ kind: "literal", text: inside });
      continue;
    }
    const [, key = inside, otherwise] = /^\s*([^,]*?)\s*(?:,\s*'(.*)'\s*)?$/s.exec(inside) ?? [];
    parts.push({ kind: "variable", key: key.toLowerCase(), otherwise: otherwise ?? null });
  }
  plain(text.slice(at));
  return parts;
}

function plainParts(text: string, { wildcards, byPart }: Reading, colons = 0): readonly GlobPart[] {
  if (!wildcards) return [{ kind: "literal", text }];
  if (!byPart) return [{ kind: "pattern", text }];
  // Only what stands before the fifth colon is matched part by part; the resource may hold colons itself.
  let cut = 0;
  for (let seen = colons; seen < 5; seen++) {
    const next = text.indexOf(":", cut);
    if (next < 0) return [{ kind: "part", text }];
    cut = next + 1;
  }
  return [
    { kind: "part", text: text.slice(0, cut) },
    { kind: "pattern", text: text.slice(cut) },
  ];
}
