import type { VendorObject } from "../../../snapshot/record.ts";
import { text } from "../../read.ts";
import type { FoundAsset } from "./assets.ts";
import { isContainer } from "./accounts.ts";
import { folderOperation, organizationOperation, projectOperation, type FoundResource } from "./resources.ts";

/** What a dump says about projects and what they lie in. */
export interface Hierarchy {
  /** The project id of a project number that the dump tells; every other account as it is. */
  readonly accountOf: (account: string) => string;
  /** Folders and organization above a project, folder or organization, innermost first, as far as the dump tells. */
  readonly above: (account: string) => readonly string[];
  /** Projects, folders and organizations that are only known as ancestors of assets, as far as that describes them. */
  readonly told: readonly FoundResource[];
}

/** Works out the hierarchy from the projects, folders and organizations of a dump, and from what its assets say that they lie in. */
export function hierarchyOf(resources: readonly FoundResource[], assets: readonly FoundAsset[]): Hierarchy {
  const ids = new Map<string, string>();
  const parents = new Map<string, string>();
  const described = new Set<string>();
  for (const { operation, account, data } of resources) {
    if (account === null || !hierarchical.has(operation ?? "")) continue;
    described.add(account);
    const number = operation === projectOperation ? numberIn(text(data, "name")) : null;
    if (number !== null && !ids.has(number)) ids.set(number, account);
    const parent = text(data, "parent");
    if (parent !== null && isContainer(parent)) parents.set(account, parent);
  }
  for (const { ancestors, project } of assets) {
    const number = numberIn(ancestors[0] ?? null);
    if (number !== null && project !== null && !ids.has(number)) ids.set(number, project);
  }
  const accountOf = (account: string): string => ids.get(account) ?? account;
  const seen = new Map<string, string | null>();
  for (const { ancestors } of assets) {
    for (const [index, ancestor] of ancestors.entries()) {
      const number = numberIn(ancestor);
      const account = number === null ? ancestor : accountOf(number);
      if (!seen.has(account)) seen.set(account, number);
      const parent = ancestors[index + 1];
      if (parent !== undefined && isContainer(parent) && !parents.has(account)) parents.set(account, parent);
    }
  }
  const told = [...seen].flatMap(([account, number]) =>
    described.has(account) ? [] : ancestorResource(account, number, parents.get(account) ?? null),
  );
  return { accountOf, above: (account) => chain(account, parents), told };
}

const hierarchical: ReadonlySet<string> = new Set([projectOperation, folderOperation, organizationOperation]);

function numberIn(name: string | null): string | null {
  return /^projects\/(\d+)$/.exec(name ?? "")?.[1] ?? null;
}

/** What an asset's `ancestors` say of one of them: its name and its parent. */
function ancestorResource(account: string, number: string | null, parent: string | null): readonly FoundResource[] {
  const above = parent === null ? {} : { parent };
  if (number !== null) {
    // A project that the dump never calls by its id is not worth a record.
    if (number === account) return [];
    const data: VendorObject = { name: `projects/${number}`, projectId: account, ...above };
    return [{ data, operation: projectOperation, account, id: `projects/${account}` }];
  }
  const operation = account.startsWith("folders/") ? folderOperation : organizationOperation;
  return [{ data: { name: account, ...above }, operation, account, id: account }];
}

/** Every parent once: a dump may have been put together so that folders lie in each other. */
function chain(account: string, parents: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = [];
  const visited = new Set([account]);
  for (let parent = parents.get(account); parent !== undefined && !visited.has(parent); parent = parents.get(parent)) {
    visited.add(parent);
    found.push(parent);
  }
  return found;
}
