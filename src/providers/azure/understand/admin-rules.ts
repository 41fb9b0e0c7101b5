import { memo } from "../../shared/collections.ts";
import type { ResourceRef } from "../../../model/resource.ts";
import type { Json } from "../../../model/finding.ts";
import type { Action } from "../../../network/filter.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { object, objects, text, texts } from "../../read.ts";
import { azureResource, parentOf, propertiesOf, unseenResource, type ArmIndex, type ArmResource } from "./arm.ts";
import { readSecurityRule, type Accesses, type SecurityRule } from "./rules.ts";

/** Security admin rules that hold, or may hold, in a subnet: those of one network manager, in order. */
export interface AdminStage {
  readonly manager: string;
  readonly rules: readonly SecurityRule[];
  readonly resources: readonly ResourceRef[];
}

/** One rule with what it applies to, for checks. */
export interface AdminRule {
  readonly resource: ResourceRef;
  readonly rule: SecurityRule;
  /** Virtual networks (keys) it is in force in, as far as that is known. */
  readonly networks: readonly string[];
  /** What leaves open whether it is in force; empty when it certainly is, or certainly is not. */
  readonly doubts: readonly string[];
}

export interface AdminRules {
  /** The stages that packets of a subnet (key) pass, first to last. */
  readonly stagesIn: (subnet: string) => readonly AdminStage[];
  readonly all: readonly AdminRule[];
  /** Why nobody can say whether admin rules are in force in a network (key); null where it was read. */
  readonly unreadIn: (network: string) => string | null;
}

/** `Allow` hands on to the security groups, `AlwaysAllow` delivers. https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins */
const adminAccesses: Accesses = new Map<string, Action>([
  ["deny", "deny"],
  ["allow", "next"],
  ["alwaysallow", "final"],
]);

const configurationType = "microsoft.network/networkmanagers/securityadminconfigurations";
const graphOperation = "Microsoft.ResourceGraph/resources/read";

/** Subnets that the rules are not applied in, by name. https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins */
const exemptSubnets: ReadonlySet<string> = new Set([
  "gatewaysubnet",
  "azurefirewallsubnet",
  "azurefirewallmanagementsubnet",
  "azurebastionsubnet",
  "routeserversubnet",
]);

/** Services whose network intent policies keep the rules out of a whole virtual network unless a configuration says otherwise. */
const intentServices = /^microsoft\.(sql\/managedinstances|databricks\/workspaces)$/i;

const configurationsOperation = "Microsoft.Network/networkManagers/securityAdminConfigurations/read";
const collectionsOperation = "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/read";
const rulesOperation = "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules/read";

interface Force {
  readonly inForce: "yes" | "no" | "perhaps";
  readonly doubts: readonly string[];
}

const no: Force = { inForce: "no", doubts: [] };

export function readAdminRules(index: ArmIndex): AdminRules {
  const configurations = index.all(configurationType);
  const collections = Map.groupBy(index.all(`${configurationType}/rulecollections`), ({ key }) => parentOf(key) ?? "");
  const snapshots = Map.groupBy(
    index.all(`${configurationType}/rulecollections/rules/snapshots`),
    ({ key }) => parentOf(key) ?? "",
  );
  const effective = groupMentions(index, "microsoft.network/effectivesecurityadminrules", configurationType);
  const memberships = groupMentions(
    index,
    "microsoft.network/networkgroupmemberships",
    "microsoft.network/networkmanagers/networkgroups",
  );
  const goals = new Set(
    index
      .all("microsoft.network/networkmanagers/securityadminregionalgoalstates")
      .flatMap(({ properties }) => mentions(properties)),
  );
  /** Deleted since the last commit, and in force until the next. */
  const deleted = [...snapshots].flatMap(([key, taken]): readonly ArmResource[] => {
    const last = taken.find((each) => goals.has(each.key));
    if (last === undefined || index.find(key) !== null) return [];
    return [{ ...last, id: parentOf(last.id) ?? key, key, name: key.split("/").at(-1) ?? null }];
  });
  const everyRule = [...index.all(`${configurationType}/rulecollections/rules`), ...deleted];
  const ruleByKey = new Map(everyRule.map((rule) => [rule.key, rule]));
  const rules = Map.groupBy(everyRule, ({ key }) => parentOf(key) ?? "");
  /** Collections of which the last commit names rules. */
  const committed = new Set([...goals].flatMap((id) => /^(.*)\/rules\/[^/]+\/snapshots\/[^/]+$/.exec(id)?.[1] ?? []));
  const statics = staticMembers(index);
  const networks = index.all("microsoft.network/virtualnetworks");

  /** Whether the network's own subscription was asked what is in force. */
  const wasAsked = (network: ArmResource): boolean => index.wasRead(network.target, graphOperation);

  const configurationIn = (configuration: ArmResource, network: ArmResource): Force => {
    const told = effective.get(network.key);
    if (told !== undefined) return told.has(configuration.key) ? { inForce: "yes", doubts: [] } : no;
    if (wasAsked(network)) return no;
    const why = `whether ${configuration.id} is deployed to ${network.id} (${graphOperation})`;
    return { inForce: "perhaps", doubts: [why] };
  };

  const groupsHold = (collection: ArmResource, network: ArmResource, subnet: string | null): Force => {
    const wanted = objects(collection.properties, "appliesToGroups").flatMap(
      (each) => text(each, "networkGroupId")?.toLowerCase() ?? [],
    );
    const told = memberships.get(network.key);
    const isStatic = wanted.some(
      (group) =>
        statics.get(group)?.has(network.key) === true || (subnet !== null && statics.get(group)?.has(subnet) === true),
    );
    if (isStatic || wanted.some((group) => told?.has(group) === true)) return { inForce: "yes", doubts: [] };
    if (told !== undefined || wasAsked(network)) return no;
    return {
      inForce: "perhaps",
      doubts: [`whether ${network.id} is in a network group of ${collection.id} (${graphOperation})`],
    };
  };

  /** The rule as it was at the last commit; where several commits are told of and none is the last, what it says is in doubt. */
  const deployed = (rule: ArmResource): SecurityRule => {
    const taken = snapshots.get(rule.key) ?? [];
    const told = taken.filter(({ key }) => goals.has(key));
    const [only] = told.length === 1 ? told : taken.length === 1 ? taken : [];
    if (only !== undefined) return readAdminRule({ ...rule, properties: only.properties });
    const current = readAdminRule(rule);
    if (taken.length === 0) {
      if (!committed.has(parentOf(rule.key) ?? "")) return current;
      const missing = `whether ${rule.id}, of which the last commit says nothing, is in force (${graphOperation})`;
      return { ...current, problems: [...current.problems, missing] };
    }
    return {
      ...current,
      problems: [...current.problems, `which commit of ${rule.id} is the last (${graphOperation})`],
    };
  };

  const read = memo((key): SecurityRule | null => {
    const rule = ruleByKey.get(key);
    return rule === undefined ? null : deployed(rule);
  });

  const inNetwork = (
    network: ArmResource,
    subnet: string | null,
  ): readonly (AdminRule & { readonly manager: string })[] =>
    configurations.flatMap((configuration) => {
      const force = configurationIn(configuration, network);
      if (force.inForce === "no") return [];
      const allowed = intentMode(index, configuration, network);
      if (allowed === "none") return [];
      return (collections.get(configuration.key) ?? []).flatMap((collection) => {
        const members = groupsHold(collection, network, subnet);
        if (members.inForce === "no") return [];
        const doubts = [...force.doubts, ...members.doubts];
        return (rules.get(collection.key) ?? []).flatMap((resource) => {
          const rule = read(resource.key);
          if (rule === null || (allowed === "allow-rules" && rule.actions.every((action) => action === "deny")))
            return [];
          return [
            {
              resource: azureResource(resource, "azure:network:security-admin-rule"),
              rule: doubts.length === 0 ? rule : { ...rule, problems: [...rule.problems, ...doubts] },
              networks: [network.key],
              doubts,
              manager: parentOf(configuration.key) ?? configuration.key,
            },
          ];
        });
      });
    });

  const gatewaySubnets = new Set(
    index
      .all("microsoft.network/applicationgateways")
      .flatMap(({ properties }) => objects(properties, "gatewayIPConfigurations"))
      .flatMap((each) => text(object(propertiesOf(each), "subnet") ?? {}, "id")?.toLowerCase() ?? []),
  );

  /** What of a configuration's rules was not read; null where nothing is missing. */
  const unreadOf = memo((key): string | null => {
    const configuration = index.find(key);
    if (configuration === null) return configurationsOperation;
    const { target } = configuration;
    if (!index.wasReadFor(target, collectionsOperation, key)) return collectionsOperation;
    const isUnread = ({ key: collection }: ArmResource): boolean =>
      !index.wasReadFor(target, rulesOperation, collection);
    return (collections.get(key) ?? []).some(isUnread) ? rulesOperation : null;
  });

  /** Configurations that are or may be in force in the network, of which not everything was read: in a manager's subscription that was not entered, say. */
  const unseenIn = (network: ArmResource): readonly AdminStage[] => {
    const own = configurations.filter((each) => configurationIn(each, network).inForce !== "no").map(({ key }) => key);
    return [...new Set([...(effective.get(network.key) ?? []), ...own])].flatMap((key) => {
      const operation = unreadOf(key);
      return operation === null ? [] : unreadStage(index.spelling(key), network, operation);
    });
  };

  const stagesIn = memo((subnet): readonly AdminStage[] => {
    const network = index.find(parentOf(subnet));
    const name = subnet.split("/").at(-1) ?? "";
    if (network === null || exemptSubnets.has(name) || gatewaySubnets.has(subnet)) return [];
    const here = Map.groupBy(inNetwork(network, subnet), ({ manager }) => manager);
    const stages = [...here]
      .map(([manager, found]) => ({
        rank: scopeRank(index.find(manager)),
        manager: index.spelling(manager),
        rules: found.map(({ rule }) => rule).toSorted((a, b) => a.priority - b.priority),
        resources: found.map(({ resource }) => resource),
      }))
      .toSorted((a, b) => a.rank - b.rank);
    return [...unseenIn(network), ...[...Map.groupBy(stages, ({ rank }) => rank).values()].flatMap(inDoubtfulOrder)];
  });

  const byRule = Map.groupBy(
    networks.flatMap((network) => inNetwork(network, null)),
    ({ resource }) => resource.id,
  );
  const all = everyRule.flatMap((resource): readonly AdminRule[] => {
    const rule = read(resource.key);
    if (rule === null) return [];
    const found = byRule.get(resource.id) ?? [];
    const certain = found.filter(({ doubts }) => doubts.length === 0);
    return [
      {
        resource: azureResource(resource, "azure:network:security-admin-rule"),
        rule,
        networks: certain.flatMap((each) => each.networks.map(index.spelling)),
        doubts: certain.length > 0 ? [] : [...new Set(found.flatMap(({ doubts }) => doubts))],
      },
    ];
  });
  const unseen = new Map(networks.flatMap(unseenIn).flatMap(standsForUnseen));
  const unreadIn = (key: string): string | null => {
    const network = index.find(key);
    if (network !== null && (effective.has(key) || wasAsked(network))) return null;
    return `the security admin rules in force in ${network?.id ?? key} (${graphOperation})`;
  };
  return { stagesIn, all: [...all, ...unseen.values()], unreadIn };
}

/** What stands for a configuration of which not everything is known: it may deny, allow or deliver everything. */
function unreadStage(id: string, network: ArmResource, operation: string): AdminStage {
  const rules = ["Inbound", "Outbound"].map((direction) =>
    readSecurityRule(
      { name: "nobody read", properties: { direction, sourceAddressPrefix: "*", destinationAddressPrefix: "*" } },
      id,
      adminAccesses,
    ),
  );
  const missing = `the rules of ${id}, which is deployed to ${network.id} (${operation})`;
  return {
    manager: parentOf(id) ?? id,
    rules: rules.map((rule) => Object.assign({}, rule, { problems: [missing] })),
    resources: [unseenResource(id, "azure:network:security-admin-configuration", network.target)],
  };
}

/** What checks see of a configuration that nothing is known of: one rule that may be any, by the configuration's id. */
function standsForUnseen({ rules, resources }: AdminStage): readonly (readonly [string, AdminRule])[] {
  return rules
    .filter(({ direction }) => direction === "ingress")
    .flatMap((rule) =>
      resources.map((resource) => [resource.id, { resource, rule, networks: [], doubts: rule.problems }] as const),
    );
}

/** Managers of the same rank: nothing read here tells which speaks first, so what they say is in doubt where the order could matter. */
function inDoubtfulOrder(stages: readonly AdminStage[]): readonly AdminStage[] {
  const actions = new Set(stages.flatMap(({ rules }) => rules.flatMap((rule) => rule.actions)));
  if (stages.length < 2 || actions.size < 2) return stages;
  const missing = `which of the network managers ${stages.map(({ manager }) => manager).join(", ")} speaks first`;
  return stages.map((stage) =>
    Object.assign({}, stage, {
      rules: stage.rules.map((rule) => Object.assign({}, rule, { problems: [...rule.problems, missing] })),
    }),
  );
}

/** A manager whose scope is a management group speaks before one of subscriptions. */
function scopeRank(manager: ArmResource | null): number {
  const scopes = manager === null ? null : object(manager.properties, "networkManagerScopes");
  return scopes !== null && texts(scopes, "managementGroups").length > 0 ? 0 : 1;
}

/** What of a configuration holds in a network: everything, nothing, or only what allows. */
function intentMode(index: ArmIndex, configuration: ArmResource, network: ArmResource): "all" | "none" | "allow-rules" {
  const hasService = index
    .all("microsoft.network/virtualnetworks/subnets")
    .filter(({ key }) => parentOf(key) === network.key)
    .flatMap(({ properties }) => objects(properties, "delegations"))
    .some((each) => intentServices.test(text(propertiesOf(each), "serviceName") ?? ""));
  if (!hasService) return "all";
  const modes = new Set(
    texts(configuration.properties, "applyOnNetworkIntentPolicyBasedServices").map((mode) => mode.toLowerCase()),
  );
  if (modes.has("all")) return "all";
  return modes.has("allowrulesonly") ? "allow-rules" : "none";
}

/** An admin rule in the words of a security rule: prefixes stand in lists of objects there, and every protocol is `Any`. */
function readAdminRule(rule: ArmResource): SecurityRule {
  const { properties } = rule;
  const prefixes = (member: string): readonly string[] =>
    objects(properties, member).flatMap((each) => text(each, "addressPrefix") ?? []);
  const side = (member: string): VendorObject => {
    const all = prefixes(member);
    const groups = all.filter((prefix) => prefix.startsWith("/"));
    const name = member === "sources" ? "source" : "destination";
    return {
      [`${name}AddressPrefixes`]: all.length === 0 ? ["*"] : all.filter((prefix) => !prefix.startsWith("/")),
      [`${name}ApplicationSecurityGroups`]: groups.map((id) => ({ id })),
    };
  };
  const ports = (member: string): Json => {
    const said = texts(properties, member);
    return said.length === 0 ? ["*"] : said;
  };
  const data: VendorObject = {
    name: rule.name,
    properties: {
      ...properties,
      ...side("sources"),
      ...side("destinations"),
      sourcePortRanges: ports("sourcePortRanges"),
      destinationPortRanges: ports("destinationPortRanges"),
    },
  };
  return readSecurityRule(data, "the security admin rules", adminAccesses);
}

function staticMembers(index: ArmIndex): ReadonlyMap<string, ReadonlySet<string>> {
  const members = new Map<string, Set<string>>();
  for (const { key, properties } of index.all("microsoft.network/networkmanagers/networkgroups/staticmembers")) {
    const group = parentOf(key);
    const member = text(properties, "resourceId")?.toLowerCase();
    if (group === null || member === undefined) continue;
    members.set(group, (members.get(group) ?? new Set<string>()).add(member));
  }
  return members;
}

/** Rows of Resource Graph that hang on a network (their id begins with its id): the ids of a type that each mentions, by the network's key. */
function groupMentions(index: ArmIndex, rowType: string, mentioned: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { key, properties } of index.all(rowType)) {
    const network = key.slice(0, key.lastIndexOf("/providers/"));
    const last = mentioned.split("/").at(-1) ?? "";
    const ids = mentions(properties).filter((id) => id.includes(`/${last}/`));
    const known = found.get(network) ?? new Set<string>();
    for (const id of ids) known.add(cutAfter(id, last));
    found.set(network, known);
  }
  return found;
}

/** An id up to the name that follows a segment: a snapshot's id gives that of what it was taken of. */
function cutAfter(id: string, segment: string): string {
  const at = id.indexOf(`/${segment}/`) + segment.length + 2;
  const end = id.indexOf("/", at);
  return end < 0 ? id : id.slice(0, end);
}

/** Every text in a value that looks like an ARM id, in lower case. */
function mentions(value: Json): readonly string[] {
  if (typeof value === "string") return value.startsWith("/") ? [value.toLowerCase()] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((inner: Json) => mentions(inner));
}
