import type { Pattern } from "../../../../identity/condition.ts";
import type { GlobPart, Globs } from "../../../../identity/glob.ts";
import type { SnapshotRecord } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text } from "../../../read.ts";

/**
 * A place in the tree of resources, as texts that nest: `tenant/group/subscription:resource group:namespace/type/name:type/name`. Everything in
 * lower case, as Azure compares ids without regard to it.
 * https://learn.microsoft.com/azure/role-based-access-control/scope-overview
 */
export interface Position {
  /** The place itself. */
  readonly self: string;
  /** What the texts of everything that lies beneath begin with. */
  readonly below: string;
  /** Whether it is but a place for resources: a subscription, a resource group, the whole tenant. No action that is asked about is on one itself. */
  readonly isContainer: boolean;
}

/** Where resources and scopes lie. */
export interface Tree {
  /**
   * The places of a scope: one, or, where nobody read which management group lies in which, one for each subscription that lies in it.
   * @param subscriptions those whose listing told of the scope
   */
  readonly positionsOf: (scope: string, subscriptions: ReadonlySet<string>) => readonly Position[];
  /** The account that principals of a subscription belong to: its tenant, where that is known. */
  readonly accountOf: (subscription: string) => string;
  readonly accounts: readonly string[];
  /** Management groups that are known to lie above a subscription, by account. */
  readonly managementGroups: (account: string) => readonly { readonly name: string; readonly position: Position }[];
  /** The account as a whole: the scope `/`. */
  readonly root: (account: string) => Position;
}

/** The texts that resources of a type can have. */
export function universeOf(account: string, type: string, isExtension: boolean, globs: Globs) {
  const [namespace = "", first = "", ...rest] = type.toLowerCase().split("/");
  const parts: GlobPart[] = isExtension
    ? [
        { kind: "literal", text: account },
        { kind: "pattern", text: "*" },
        { kind: "literal", text: `::${namespace}/${first}/` },
      ]
    : [
        { kind: "literal", text: `${account}/` },
        { kind: "part", text: "*" },
        { kind: "literal", text: ":" },
        { kind: "part", text: "?*" },
        { kind: "literal", text: `:${namespace}/${first}/` },
      ];
  parts.push({ kind: "part", text: "?*" });
  for (const segment of rest) parts.push({ kind: "literal", text: `:${segment}/` }, { kind: "part", text: "?*" });
  return globs.of(parts);
}

/** What matches a place and everything beneath it; of the place alone where nothing is inherited. */
export function patternsOf({ self, below, isContainer }: Position, globs: Globs, inherits = true): readonly Pattern[] {
  const here = globs.literal(self);
  if (!inherits) return [{ kind: "glob", glob: here }];
  const beneath = globs.of([
    { kind: "literal", text: below },
    { kind: "pattern", text: "*" },
  ]);
  const globsOf = isContainer ? [beneath] : [here, beneath];
  return globsOf.map((glob) => ({ kind: "glob", glob }) as const);
}

/** Whether one place is another or lies beneath it. */
export function isWithin(inner: Position, outer: Position): boolean {
  return inner.self === outer.self || inner.self.startsWith(outer.below);
}

/** Where a resource that extends a place lies, such as a lock or a role assignment on it. */
export function extensionOf(place: Position, type: string, name: string): string {
  return `${extensionsOf(place)}${type}/${name}`;
}

/** What the texts of everything begin with that extends a place: within a management group they nest as subscriptions do. */
function extensionsOf({ self, below }: Position): string {
  return `${below.endsWith("/") ? below : self}::`;
}

/** Reads which management groups lie above which subscription, and whose tenant each is. */
export function readTree(index: RecordIndex, subscriptions: readonly string[], tenants: readonly string[]): Tree {
  const rows = new Map<string, SnapshotRecord>();
  for (const record of index.all("Microsoft.ResourceGraph/resources/read")) {
    if (text(record.data, "type")?.toLowerCase() !== "microsoft.resources/subscriptions") continue;
    const id =
      /^\/subscriptions\/([^/]+)$/i.exec(text(record.data, "id") ?? "")?.[1] ?? text(record.data, "subscriptionId");
    if (id !== null && id !== undefined) rows.set(id.toLowerCase(), record);
  }
  const told = new Map<string, string>();
  for (const { data } of index.all("Microsoft.Resources/subscriptions/read")) {
    const id = text(data, "subscriptionId")?.toLowerCase();
    const tenant = text(data, "tenantId")?.toLowerCase();
    if (id !== undefined && tenant !== undefined) told.set(id, tenant);
  }
  for (const [id, { data }] of rows) {
    const tenant = text(data, "tenantId")?.toLowerCase();
    if (tenant !== undefined) told.set(id, tenant);
  }
  const all = [...new Set(subscriptions.map((id) => id.toLowerCase()))];
  // Subscriptions whose tenant nobody told are taken to be of one: the only one that is known, or one called by the first of them.
  const [only, ...others] = new Set([...tenants.map((id) => id.toLowerCase()), ...told.values()]);
  const rest = only !== undefined && others.length === 0 ? only : all.filter((id) => !told.has(id)).toSorted()[0];
  const accountOf = (subscription: string): string => {
    const id = subscription.toLowerCase();
    return told.get(id) ?? rest ?? id;
  };

  const groups = new Map<string, Map<string, Position>>();
  const places = new Map<string, Position>();
  for (const id of all) {
    const account = accountOf(id);
    const known = groups.get(account) ?? new Map<string, Position>();
    groups.set(account, known);
    const chain = chainOf(rows.get(id) ?? null, account);
    let above = `${account}/`;
    for (const name of chain ?? []) {
      known.set(name, { self: above + name, below: `${above + name}/`, isContainer: false });
      above = `${above + name}/`;
    }
    const self = `${above}${chain === null ? "?/" : ""}${id}`;
    places.set(id, { self, below: `${self}:`, isContainer: true });
  }
  const placeOf = (subscription: string): Position => {
    const known = places.get(subscription);
    if (known !== undefined) return known;
    const self = `${accountOf(subscription)}/?/${subscription}`;
    return { self, below: `${self}:`, isContainer: true };
  };
  const rootGroup = (account: string): Position => ({ self: `${account}/`, below: `${account}/`, isContainer: true });

  const root = (account: string): Position => ({ self: account, below: account, isContainer: true });
  return {
    accountOf,
    accounts: [...new Set(all.map(accountOf))],
    managementGroups: (account) => [...(groups.get(account) ?? [])].map(([name, position]) => ({ name, position })),
    root,
    positionsOf: (scope, listed) => {
      const id = escaped(scope.toLowerCase().replace(/\/+$/, ""));
      const accounts = [...new Set([...listed].map(accountOf))];
      if (id === "") return accounts.map(root);
      const group = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)(\/.+)?$/.exec(id);
      if (group !== null) {
        const [, name = "", more = ""] = group;
        return [...listed].flatMap((each, at, list) => {
          const account = accountOf(each);
          const known = name === account ? rootGroup(account) : groups.get(account)?.get(name);
          if (known === undefined) return [under(placeOf(each.toLowerCase()), more)];
          // Once for all subscriptions in it.
          return list.findIndex((other) => accountOf(other) === account) === at ? [under(known, more)] : [];
        });
      }
      const own = /^\/subscriptions\/([^/]+)(?:\/resourcegroups\/([^/]+))?(\/.*)?$/.exec(id);
      if (own === null) return [];
      const [, subscription = "", resourceGroup, more = ""] = own;
      const place = placeOf(subscription);
      if (resourceGroup === undefined) return [under(place, more)];
      const self = `${place.below}${resourceGroup}`;
      return [within({ self, below: `${self}:`, isContainer: true }, more)];
    },
  };
}

/** What lies in a resource group: its resources are no extensions of it. */
function within(group: Position, more: string): Position {
  const [first = "", ...extensions] = more.split("/providers/").slice(1);
  if (first === "") return group;
  const self = `${group.self}:${segments(first)}`;
  return extended({ self, below: `${self}:`, isContainer: false }, extensions);
}

function under(place: Position, more: string): Position {
  return extended(place, more.split("/providers/").slice(1));
}

function extended(place: Position, extensions: readonly string[]): Position {
  let found = place;
  for (const extension of extensions) {
    const self = `${extensionsOf(found)}${segments(extension)}`;
    found = { self, below: `${self}:`, isContainer: false };
  }
  return found;
}

/** `namespace/type/name/type/name` -> `namespace/type/name:type/name`. */
function segments(path: string): string {
  const [namespace = "", type = "", name = "", ...rest] = path.split("/");
  let found = [namespace, type, name].filter((part) => part !== "").join("/");
  for (let at = 0; at < rest.length; at += 2) found += `:${rest.slice(at, at + 2).join("/")}`;
  return found;
}

/** Colons part places, so that none may stand in a name. */
function escaped(id: string): string {
  return id.replaceAll(":", "%3a");
}

/** The names of the management groups above a subscription, the highest first and the root group left out; null where nobody read them. */
function chainOf(row: SnapshotRecord | null, account: string): readonly string[] | null {
  const properties = row === null ? null : object(row.data, "properties");
  if (properties === null || !Array.isArray(properties["managementGroupAncestorsChain"])) return null;
  const names = objects(properties, "managementGroupAncestorsChain").flatMap((each) => {
    const name = text(each, "name");
    return name === null ? [] : [escaped(name.toLowerCase())];
  });
  // Told from the nearest to the root, whose name is that of the tenant.
  const ordered = names[0] === account && names.length > 1 ? names : names.toReversed();
  return ordered.filter((name) => name !== account);
}
