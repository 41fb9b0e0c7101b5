import type { FileProblem } from "../../../snapshot/dump.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { Held } from "./holdings.ts";
import { namedIn, operationNamed } from "./names.ts";
import { operationOfCollection } from "./resources.ts";
import { isOfContainers, operationFor } from "./holdings.ts";

/** Something that a cut off or broken file seems to have held more of. */
export interface BrokenPart {
  readonly operation: string;
  /** Null: of any target of the dump. */
  readonly account: string | null;
  readonly file: string;
}

/**
 * What unreadable parts of files were: by the self links and kinds that they begin with, else by the file's name. Whatever else such a file
 * holds may have had more to it.
 */
export function brokenParts(problems: readonly FileProblem[], held: Held, hierarchy: Hierarchy): readonly BrokenPart[] {
  const accounts = new Set(held.holdings.map(({ account }) => account));
  return problems.flatMap(({ file, path, start }): readonly BrokenPart[] => {
    const siblings = held.holdings
      .filter((holding) => holding.file === file)
      .map(({ operation, account }): BrokenPart => ({ operation, account, file }));
    const operation = operationIn(start) ?? (siblings.length > 0 ? null : operationNamed(path.at(-1) ?? ""));
    if (operation === null) return siblings;
    const fitting = [...accounts].filter((account) => operationFor(operation, account) !== null);
    const named = namedIn(fitting, path);
    const project = isOfContainers(operation) ? null : projectIn(start);
    const account = project === null ? (named.length === 1 ? (named[0] ?? null) : null) : hierarchy.accountOf(project);
    // A name alone makes no answer of Google's out of another cloud's file.
    if (account === null && operationIn(start) === null) return siblings;
    return [...siblings, { operation, account, file }];
  });
}

function operationIn(start: string): string | null {
  const link =
    /"selfLink"\s*:\s*"https?:\/\/[^"/]+\/compute\/[^"/]+\/projects\/[^"/]+\/(?:global|regions\/[^"/]+|zones\/[^"/]+)\/(\w+)\/[^"/]+"/.exec(
      start,
    ) ??
    /"name"\s*:\s*"\/\/compute\.googleapis\.com\/projects\/[^"/]+\/(?:global|regions\/[^"/]+|zones\/[^"/]+)\/(\w+)\/[^"/]+"/.exec(
      start,
    );
  if (link?.[1] !== undefined) return operationOfCollection(link[1]);
  const [, kind] = /"kind"\s*:\s*"compute#(\w+?)(?:(?:Aggregated)?List)?"/.exec(start) ?? [];
  if (kind === undefined) return null;
  return operationOfCollection(kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`);
}

function projectIn(start: string): string | null {
  return /\/projects\/((?:[a-z\d.-]+:)?[a-z\d][a-z\d-]*)\//.exec(start)?.[1] ?? null;
}
