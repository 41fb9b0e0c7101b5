import type { ActionFacts, ResourceItem, ResourceKind } from "../../../../identity/resources.ts";
import { knownFact } from "../../../../identity/facts.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Need } from "../../../../identity/identity.ts";
import type { ResourceRef } from "../../../../model/resource.ts";
import { azureResource, type ArmIndex, type ArmResource } from "../arm.ts";
import { actionKey } from "./keys.ts";
import { universeOf, type Position, type Tree } from "./tree.ts";

/** The kinds of resource that actions are allowed on. */
export interface Kinds {
  /** What an action has to be allowed on, in one account. */
  readonly needsOf: (action: string) => (account: string) => readonly Need[];
  /** Everything that a question can name. */
  readonly all: readonly ResourceItem[];
  /** A name that actions share which are allowed on the same kind. */
  readonly shapeOf: (action: string) => string;
  readonly itemOf: (resource: ArmResource, type: string) => ResourceItem;
  readonly positionOf: (id: string) => string | null;
}

/** Types whose resources lie on any scope, at the end of the scope's own id. */
const extensions: ReadonlySet<string> = new Set([
  "microsoft.authorization/locks",
  "microsoft.authorization/policyassignments",
  "microsoft.authorization/policydefinitions",
  "microsoft.authorization/policysetdefinitions",
  "microsoft.authorization/policyexemptions",
  "microsoft.authorization/roleassignments",
  "microsoft.authorization/roledefinitions",
  "microsoft.insights/diagnosticsettings",
]);

/** Types that are no records of their own: what is in the snapshot is the parent, and the action is on any of its children. */
const partsOf: ReadonlyMap<string, string> = new Map([
  ["microsoft.network/networksecuritygroups/securityrules", "microsoft.network/networksecuritygroups"],
  ["microsoft.network/routetables/routes", "microsoft.network/routetables"],
  ["microsoft.network/loadbalancers/backendaddresspools", "microsoft.network/loadbalancers"],
  ["microsoft.network/loadbalancers/inboundnatrules", "microsoft.network/loadbalancers"],
]);

/** What reports call the types of which others speak too. */
const names: ReadonlyMap<string, string> = new Map(
  [
    ["networkSecurityGroups", "network-security-group"],
    ["networkInterfaces", "network-interface"],
    ["virtualNetworks", "virtual-network"],
    ["virtualNetworks/subnets", "subnet"],
    ["azureFirewalls", "azure-firewall"],
    ["ipGroups", "ip-group"],
    ["publicIPAddresses", "public-ip-address"],
    ["publicIPPrefixes", "public-ip-prefix"],
    ["routeTables", "route-table"],
    ["loadBalancers", "load-balancer"],
    ["applicationGateways", "application-gateway"],
    ["privateEndpoints", "private-endpoint"],
    ["firewallPolicies", "firewall-policy"],
    ["applicationSecurityGroups", "application-security-group"],
    ["firewallPolicies/ruleCollectionGroups", "rule-collection-group"],
    ["natGateways", "nat-gateway"],
    ["bastionHosts", "bastion-host"],
    ["networkWatchers", "network-watcher"],
    ["networkWatchers/flowLogs", "flow-log"],
    ["networkManagers", "network-manager"],
    ["networkManagers/networkGroups", "network-group"],
    ["networkManagers/securityAdminConfigurations", "security-admin-configuration"],
    ["networkManagers/securityAdminConfigurations/ruleCollections", "security-admin-rule-collection"],
    ["networkManagers/securityAdminConfigurations/ruleCollections/rules", "security-admin-rule"],
  ].map(([type, name]) => [`microsoft.network/${(type ?? "").toLowerCase()}`, `azure:network:${name ?? ""}`]),
);

/** The type that an action is on: `Microsoft.Network/networkManagers` of `Microsoft.Network/networkManagers/commit/action`. */
export function typeOfAction(action: string): string {
  const segments = action.toLowerCase().split("/");
  return segments.slice(0, segments.at(-1) === "action" ? -2 : -1).join("/");
}

/** What an action fixes of what conditions ask about. */
export function factsOfAction(action: string): ActionFacts {
  const fact = knownFact([action.toLowerCase().replace(/^data:/, "")]);
  return { id: action.toLowerCase(), fact: (key) => (key === actionKey ? fact : null) };
}

/**
 * @param resources firewalls and the like, as other parts of the estate name them
 * @param places where roles are held and restrictions hold
 */
export function createKinds(
  index: ArmIndex,
  tree: Tree,
  resources: readonly ResourceRef[],
  places: Iterable<Position>,
  globs: Globs,
): Kinds {
  const told = typesIn(places);
  const refs = new Map(resources.map((ref) => [ref.id.toLowerCase(), ref]));
  const known = new Map<string, ResourceKind>();
  const items = new Map<string, ResourceItem>();

  const positionOf = (id: string): string | null => {
    const subscription = /^\/subscriptions\/([^/]+)/i.exec(id)?.[1];
    return tree.positionsOf(id, new Set(subscription === undefined ? [] : [subscription]))[0]?.self ?? null;
  };
  const itemOf: Kinds["itemOf"] = (resource, type) => {
    const before = items.get(resource.key);
    if (before !== undefined) return before;
    const made: ResourceItem = {
      ref: refs.get(resource.key) ?? azureResource(resource, type),
      text: positionOf(resource.id) ?? resource.key,
      fact: () => null,
    };
    items.set(resource.key, made);
    return made;
  };
  const itemsOf = (type: string, account: string): readonly ResourceItem[] => {
    const own = index.all(type);
    const parent = own.length === 0 ? partsOf.get(type) : undefined;
    const found = (parent === undefined ? own : index.all(parent)).filter(
      ({ target }) => tree.accountOf(target.account) === account,
    );
    const named = found.map((resource) => itemOf(resource, nameOf(parent ?? type)));
    if (parent === undefined) return named;
    const part = type.split("/").at(-1) ?? "";
    return named.map(({ ref, text, fact }) => ({ ref, text: `${text}:${part}/*`, fact }));
  };

  const standIn = (type: string): string => {
    const parent = partsOf.get(type);
    // What is asked about is the parent, unless somebody is let do something with one of its parts alone.
    if (parent !== undefined && !told.has(type)) return standIn(parent);
    // A type of which nothing is in the snapshot, and in which no scope lies, is allowed where any other such type is: one kind stands for all of them.
    if (index.all(parent ?? type).length > 0 || outer(type).some((each) => told.has(each))) return type;
    return extensions.has(type) ? "other/extension" : "other/resource";
  };
  const kindOf = (wanted: string, account: string): ResourceKind => {
    const type = standIn(wanted);
    const id = `${type} ${account}`;
    const before = known.get(id);
    if (before !== undefined) return before;
    const made =
      type === "microsoft.management/managementgroups" ? groups(id, account) : resourcesOf(id, type, account);
    known.set(id, made);
    return made;
  };
  const resourcesOf = (id: string, type: string, account: string): ResourceKind => {
    const found = itemsOf(type, account);
    const texts = new Set(found.map(({ text }) => text));
    const operation = `${type}/read`;
    const read = new Set(
      index.targets
        .filter((target) => index.wasRead(target, spelled(operation)))
        .map((target) => target.account.toLowerCase()),
    );
    return {
      id,
      universe: universeOf(account, type, extensions.has(type) || type === "other/extension", globs),
      isClosed: false,
      items: found,
      isGone: (text) => {
        const subscription = /\/([^/:]+):/.exec(text)?.[1];
        return !texts.has(text) && subscription !== undefined && read.has(subscription);
      },
      fact: () => null,
      unnamed: null,
    };
  };
  /** Management groups are all known that lie above something that was scanned. */
  const groups = (id: string, account: string): ResourceKind => ({
    id,
    universe: globs.all,
    isClosed: true,
    items: [...tree.managementGroups(account), { name: account, position: { self: `${account}/` } }].map(
      ({ name, position }) => ({
        ref: {
          cloud: "azure",
          account,
          region: "global",
          type: "azure:management:management-group",
          id: `/providers/Microsoft.Management/managementGroups/${name}`,
          name,
          arn: null,
        },
        text: position.self,
        fact: () => null,
      }),
    ),
    isGone: () => false,
    fact: () => null,
    unnamed: null,
  });
  // Operations are looked up by the spelling that collection gives them.
  const spellings = new Map<string, string>();
  const spelled = (operation: string): string => spellings.get(operation) ?? operation;
  for (const type of listedTypes) spellings.set(`${type.toLowerCase()}/read`, `${type}/read`);

  const needs = new Map<string, (account: string) => readonly Need[]>();
  return {
    positionOf,
    itemOf,
    all: [...listedTypes].flatMap((type) =>
      index.all(type).map((resource) => itemOf(resource, nameOf(type.toLowerCase()))),
    ),
    shapeOf: (action) => standIn(typeOfAction(action)),
    needsOf: (action) => {
      const before = needs.get(action);
      if (before !== undefined) return before;
      const type = typeOfAction(action.replace(/^data:/i, ""));
      // Subscriptions are moved from one management group to another.
      const on =
        type === "microsoft.management/managementgroups/subscriptions" ? "microsoft.management/managementgroups" : type;
      const given = factsOfAction(action);
      const perAccount = new Map<string, readonly Need[]>();
      const made = (account: string): readonly Need[] => {
        const list = perAccount.get(account) ?? [{ changed: true, oneOf: [{ kind: kindOf(on, account), given }] }];
        perAccount.set(account, list);
        return list;
      };
      needs.set(action, made);
      return made;
    },
  };
}

/** The types of resource that places lie in: `microsoft.network/networksecuritygroups`. */
function typesIn(places: Iterable<Position>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { self } of places) {
    let type = "";
    // What follows a subscription and its resource group; an empty part begins what extends that.
    for (const segment of self.split(":").slice(1)) {
      const parts = segment.split("/");
      if (parts.length === 3) type = `${parts[0] ?? ""}/${parts[1] ?? ""}`;
      else if (parts.length === 2 && type !== "") type = `${type}/${parts[0] ?? ""}`;
      else continue;
      found.add(type);
    }
  }
  return found;
}

/** A type and those that it lies in. */
function outer(type: string): readonly string[] {
  const segments = type.split("/");
  return segments.slice(1).map((_, at) => segments.slice(0, at + 2).join("/"));
}

/** Types of which every resource of a subscription is listed, as collection spells them. */
const listedTypes: readonly string[] = [
  "Microsoft.Network/networkSecurityGroups",
  "Microsoft.Network/networkInterfaces",
  "Microsoft.Network/virtualNetworks",
  "Microsoft.Network/virtualNetworks/subnets",
  "Microsoft.Network/applicationSecurityGroups",
  "Microsoft.Network/publicIPAddresses",
  "Microsoft.Network/publicIPPrefixes",
  "Microsoft.Network/routeTables",
  "Microsoft.Network/loadBalancers",
  "Microsoft.Network/applicationGateways",
  "Microsoft.Network/azureFirewalls",
  "Microsoft.Network/firewallPolicies",
  "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
  "Microsoft.Network/ipGroups",
  "Microsoft.Network/networkManagers",
  "Microsoft.Network/networkManagers/networkGroups",
  "Microsoft.Network/networkManagers/securityAdminConfigurations",
  "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections",
  "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules",
  "Microsoft.Network/bastionHosts",
  "Microsoft.Network/privateEndpoints",
  "Microsoft.Network/natGateways",
  "Microsoft.Network/networkWatchers",
  "Microsoft.Network/networkWatchers/flowLogs",
  "Microsoft.Compute/virtualMachineScaleSets",
  "Microsoft.Authorization/locks",
];

/** `azure:network:route-table`; of types that have no name yet, one made from the type's own. */
export function nameOf(type: string): string {
  const known = type === "microsoft.compute/virtualmachinescalesets" ? "azure:compute:scale-set" : names.get(type);
  if (known !== undefined) return known;
  const [namespace = "", ...segments] = type.split("/");
  return `azure:${namespace.replace(/^microsoft\./, "")}:${(segments.at(-1) ?? "").replace(/s$/, "")}`;
}
