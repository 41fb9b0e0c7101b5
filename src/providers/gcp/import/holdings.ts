import type { VendorObject } from "../../../snapshot/record.ts";
import type { Answer, AssetAnswer, Form, ResourceAnswer } from "./answers.ts";
import type { FoundAsset } from "./assets.ts";
import type { Hierarchy } from "./hierarchy.ts";
import { namedIn } from "./names.ts";
import { kindOf } from "../operation.ts";
import { findGcpOperation } from "../operations.ts";
import { isContainer } from "./accounts.ts";
import {
  hierarchicalPolicies,
  networkPolicies,
  organizationAddressGroups,
  projectAddressGroups,
  type FoundResource,
} from "./resources.ts";

/** A resource with the operation and the target that its record will have. */
export interface HeldResource {
  readonly operation: string;
  readonly account: string;
  readonly id: string;
  readonly data: VendorObject;
  readonly file: string;
}

/** What one answer says about how much of an operation's items on a target the dump holds. */
export interface Holding {
  readonly operation: string;
  readonly account: string;
  readonly file: string;
  readonly form: Form;
  /** Whether a further page follows. */
  readonly more: boolean;
  /** Scopes that did not answer. */
  readonly unread: readonly string[];
  /** Items that could not be read. */
  readonly strange: number;
}

/** Everything that answers hold whose items name themselves. */
export interface Held {
  readonly resources: readonly HeldResource[];
  readonly holdings: readonly Holding[];
  readonly lost: readonly LostList[];
}

/** An answer of which nothing tells whose it is. */
export interface LostList {
  readonly file: string;
  readonly operation: string;
}

/** Sorts resources by operation and target, and says how much of each the answers hold. */
export function holdingsOf(answers: readonly Answer[], hierarchy: Hierarchy, owner: OwnerOf): Held {
  const resources: HeldResource[] = [];
  const holdings: Holding[] = [];
  const lost: LostList[] = [];
  const hold = ({ operation, account: told, id, data, asked }: FoundResource, answer: Answer): string | null => {
    if (operation === null || asked !== undefined) return null;
    const { file } = answer.document;
    const account = told === null ? owner(answer, operation) : hierarchy.accountOf(told);
    if (account === null) lost.push({ file, operation });
    else resources.push({ operation, account, id, data, file });
    return account;
  };
  for (const answer of answers) {
    if (answer.kind !== "resources") continue;
    const told = new Map<string, Set<string>>();
    for (const found of answer.resources) {
      const account = hold(found, answer);
      if (account !== null && found.operation !== null) add(told, found.operation, account);
    }
    const { operation = null, account: own = null } = answer.listed ?? {};
    if (operation !== null && (own !== null || answer.resources.length === 0)) {
      const account = own ?? owner(answer, operation);
      if (account !== null) add(told, operationFor(operation, account) ?? operation, hierarchy.accountOf(account));
      // What is empty inside a document will be a part of something else.
      else if (answer.path === answer.document.path) lost.push({ file: answer.document.file, operation });
    }
    for (const [operation, accounts] of told) {
      for (const account of accounts) holdings.push({ operation, account, ...extentOf(answer) });
    }
  }
  const exports = answers.filter((answer) => answer.kind === "assets");
  for (const group of Map.groupBy(exports, ({ document }) => document.file).values()) {
    for (const answer of group) {
      for (const { resource, ancestors } of answer.assets) {
        if (resource === null) continue;
        hold({ ...resource, account: resource.account ?? ancestors.find(isContainer) ?? null }, answer);
      }
    }
    holdings.push(...exported(group, hierarchy));
  }
  // In a dump that has nothing else of Google's, an empty list will be another cloud's.
  return { resources, holdings, lost: holdings.length > 0 || resources.length > 0 ? lost : [] };
}

function extentOf({ document, form, more, unread, strange }: ResourceAnswer): Omit<Holding, "operation" | "account"> {
  return { file: document.file, form, more, unread, strange };
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

/** Whether an operation is asked of organizations and folders, not of projects. */
export function isOfContainers(operation: string): boolean {
  return findGcpOperation(operation)?.on.includes("project") === false;
}

/**
 * The operation that asks the same of such a target: `iam.organizations.roles.list` for `iam.projects.roles.list`, whose empty answers are
 * called alike; null when none does.
 */
export function operationFor(operation: string, account: string): string | null {
  const kind = kindOf(account);
  const same = operation.replace(
    /^(iam|cloudresourcemanager)\.projects\.(?=roles|locations\.policyBindings|getIamPolicy)/,
    `$1.${kind}s.`,
  );
  return findGcpOperation(same)?.on.includes(kind) === true ? same : null;
}

/** The account whose an answer to an operation is that does not say it; null when nothing tells. */
export type OwnerOf = (answer: Answer, operation: string) => string | null;

/** Finds owners by names, by what else the document holds, and then what the nearest folder does. */
export function ownerFinder(answers: readonly Answer[], hierarchy: Hierarchy): OwnerOf {
  const byFolder = new Map<string, Set<string>>();
  const byDocument = new Map<unknown, Set<string>>();
  const all = new Set<string>();
  for (const answer of answers) {
    for (const account of accountsIn(answer, hierarchy)) {
      all.add(account);
      byDocument.set(answer.document, (byDocument.get(answer.document) ?? new Set()).add(account));
      foldersOf(answer).forEach((folder) => add(byFolder, folder, account));
    }
  }
  return (answer, operation) => {
    const fits = (account: string): boolean => operationFor(operation, account) !== null;
    const named = namedIn([...all].filter(fits), answer.path);
    if (named.length > 0) return only(named);
    // An empty list could be of anybody: only what lies right beside it says whose it is.
    const folders = isEmpty(answer) ? foldersOf(answer).slice(0, 1) : foldersOf(answer);
    const near = [byDocument.get(answer.document), ...folders.map((folder) => byFolder.get(folder))];
    for (const accounts of near) {
      const fitting = [...(accounts ?? [])].filter(fits);
      if (fitting.length > 0) return only(fitting);
    }
    return null;
  };
}

function isEmpty(answer: Answer): boolean {
  return answer.kind === "resources" && answer.resources.length === 0;
}

function only(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}

function accountsIn(answer: Answer, hierarchy: Hierarchy): readonly string[] {
  const accounts =
    answer.kind === "resources"
      ? [...answer.resources.map(({ account }) => account), answer.listed?.account ?? null]
      : answer.kind === "assets"
        ? answer.assets.map(({ resource }) => resource?.account ?? null)
        : [];
  return [...new Set(accounts)].flatMap((account) =>
    account === null || account === "" ? [] : [hierarchy.accountOf(account)],
  );
}

/** The folders that a document lies in, innermost first. */
function foldersOf({ document }: Answer): readonly string[] {
  return document.path.map((_name, depth) => document.path.slice(0, depth).join("\u0000")).toReversed();
}

/** Kinds of assets that together are what one operation lists. */
const halves: Readonly<Record<string, readonly string[]>> = {
  "compute.forwardingRules.aggregatedList": [
    "compute.googleapis.com/ForwardingRule",
    "compute.googleapis.com/GlobalForwardingRule",
  ],
  "compute.backendServices.aggregatedList": [
    "compute.googleapis.com/BackendService",
    "compute.googleapis.com/RegionBackendService",
  ],
};

/** Operations whose items are one kind of assets: https://cloud.google.com/asset-inventory/docs/asset-types */
const samePairs: readonly (readonly string[])[] = [
  [networkPolicies, hierarchicalPolicies],
  [projectAddressGroups, organizationAddressGroups],
];

/**
 * How much an export holds. It was asked for kinds of assets below one project, folder or organization, and says neither; so of a kind that
 * it holds anything of, it holds everything, in every project that it holds anything of. Of a kind that it holds nothing of, nothing
 * is known. An organization or a folder itself is covered when the export holds something that lies directly in it or above it.
 */
function exported(answers: readonly AssetAnswer[], hierarchy: Hierarchy): readonly Holding[] {
  const assets = answers.flatMap((answer) => answer.assets);
  const types = new Set(assets.filter(({ isBare }) => !isBare).map(({ type }) => type));
  const kinds = new Set(
    assets.flatMap(({ resource }) => (resource?.asked === undefined ? resource?.operation : null) ?? []),
  );
  for (const pair of samePairs) {
    if (pair.some((operation) => kinds.has(operation))) pair.forEach((operation) => kinds.add(operation));
  }
  const { projects, containers } = coveredBy(assets, hierarchy);
  const file = answers[0]?.document.file ?? "";
  const more = answers.at(-1)?.more ?? false;
  const strange = answers.reduce((sum, answer) => sum + answer.strange, 0);
  // JSON Lines of several assets are an export; a line alone may be any asset.
  const isLone = answers.length === 1 && answers[0]?.isSingle === true;
  return [...kinds].flatMap((operation) => {
    const lacking = (halves[operation] ?? []).filter((type) => !types.has(type));
    const form: Form = isLone ? "single" : lacking.length > 0 ? "scope" : "all";
    const accounts = isOfContainers(operation) ? containers : projects;
    return [...accounts].map((account) => ({ operation, account, file, form, more, unread: [], strange }));
  });
}

function coveredBy(
  assets: readonly FoundAsset[],
  hierarchy: Hierarchy,
): { readonly projects: ReadonlySet<string>; readonly containers: ReadonlySet<string> } {
  const projects = new Set<string>();
  const within = new Set<string>();
  const own = new Set<string>();
  for (const { ancestors, project, resource } of assets) {
    const [innermost] = ancestors;
    const inner = resource?.account ?? project ?? innermost?.replace(/^projects\//, "");
    if (inner === undefined) continue;
    if (isContainer(inner)) own.add(inner);
    else projects.add(hierarchy.accountOf(inner));
    for (const account of [...ancestors.filter(isContainer), ...(isContainer(inner) ? [inner] : [])])
      within.add(account);
  }
  const containers = [...within].filter((account) =>
    [account, ...hierarchy.above(account)].some((above) => own.has(above)),
  );
  return { projects, containers: new Set(containers) };
}
