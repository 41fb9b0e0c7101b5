import { memo } from "../../../shared/collections.ts";
import { unionAddresses, type AddressSet } from "../../../../network/addresses.ts";
import type { Layer, LayerKind } from "../../../../network/endpoint.ts";
import { knownExtent } from "../../../../network/extent.ts";
import type { Extent, Filter, Rule } from "../../../../network/filter.ts";
import type { L4Set } from "../../../../network/l4.ts";
import type { ResourceRef } from "../../../../model/resource.ts";
import { referenceIn, unseenResource, type ArmIndex } from "../arm.ts";
import type { AdminRules, AdminStage } from "../admin-rules.ts";
import { coversLocal, isWholeSide, modelRules, perhapsFor, type Direction } from "../rules.ts";
import type { Place, SecurityGroup, SpecialFilter } from "../security-groups.ts";
import { forwardingOf, type Topology } from "../topology.ts";
import { layerOf as openLayer, passes, plainLayer } from "../../../shared/layers.ts";

/** Where packets meet firewalls: an address in a subnet, behind an interface that may have a group of its own. */
export interface Site {
  readonly addresses: AddressSet;
  /** The subnet's key. */
  readonly subnet: string | null;
  /** The interface's own group. */
  readonly securityGroup: string | null;
  /** Private endpoints escape security groups and admin rules unless the subnet's policies say otherwise. */
  readonly isPrivateEndpoint: boolean;
}

/** The firewalls in a site's way. */
export interface SiteFirewalls {
  /** Inbound: admin rules, the subnet's group, the interface's; outbound the groups the other way round. */
  readonly layers: readonly Layer[];
  /** No security group at either level. */
  readonly isUnfiltered: boolean;
}

export interface LayerMaker {
  readonly firewallsOf: (site: Site, direction: Direction) => SiteFirewalls;
  /** The way of packets from a subnet to addresses outside its network, as replies to the internet take it. */
  readonly returnRoute: (subnet: string | null) => Layer;
}

export function layerMaker(
  index: ArmIndex,
  topology: Topology,
  groups: readonly SecurityGroup[],
  admin: AdminRules,
): LayerMaker {
  const groupByKey = new Map(groups.map((group) => [group.resource.key, group]));
  const made = new Map<string, Layer>();
  const numbers = new Map<object, number>();
  const numberOf = (thing: object): number => {
    const known = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, known);
    return known;
  };
  const once = (key: string, make: () => Layer): Layer => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };

  const groupLayer = (
    kind: LayerKind,
    id: string,
    direction: Direction,
    place: Place,
    bypass: readonly Filter[],
  ): Layer => {
    const group = groupByKey.get(id.toLowerCase());
    if (group === undefined) {
      return once(`${kind} unread ${id.toLowerCase()}`, () => unreadGroup(kind, id, index));
    }
    const special = group.filterFor(direction, place);
    const key = `${kind} ${numberOf(special)} ${bypass.map(numberOf).join(" ")}`;
    return once(key, () => layerOf(kind, group, special, bypass));
  };

  const adminFilters = memo((key): { readonly layer: Layer; readonly bypass: readonly Filter[] } | null => {
    const found = adminPlaces.get(key);
    return found === undefined ? null : adminLayer(found.stages, found.direction, found.place);
  });
  const adminPlaces = new Map<
    string,
    { readonly stages: readonly AdminStage[]; readonly direction: Direction; readonly place: Place }
  >();

  const adminOf = (site: Site, direction: Direction, place: Place) => {
    const stages = site.subnet === null || site.isPrivateEndpoint ? [] : admin.stagesIn(site.subnet);
    if (stages.length === 0) return null;
    const selection = stages.map(({ rules }) =>
      rules
        .map((rule) =>
          isWholeSide(rule.local) ? "y" : coversLocal(rule.local, place.addresses, place.scope).verdict.charAt(0),
        )
        .join(""),
    );
    const key = `${direction} ${site.subnet ?? ""} ${selection.join(" ")}`;
    if (!adminPlaces.has(key)) adminPlaces.set(key, { stages, direction, place });
    return adminFilters(key);
  };

  const firewallsOf = (site: Site, direction: Direction): SiteFirewalls => {
    const place: Place = { addresses: site.addresses, scope: topology.scopeIn(site.subnet), subnet: site.subnet };
    const subnet = site.subnet === null ? null : index.find(site.subnet);
    if (site.isPrivateEndpoint && !hasEndpointPolicies(subnet?.properties["privateEndpointNetworkPolicies"])) {
      return { layers: [], isUnfiltered: false };
    }
    const over = adminOf(site, direction, place);
    const bypass = over?.bypass ?? [];
    const subnetGroup = subnet === null ? null : referenceIn(subnet.properties, "networkSecurityGroup");
    const own = site.securityGroup;
    const subnetLayers = [
      ...(subnetGroup === null ? [] : [groupLayer("subnet-firewall", subnetGroup, direction, place, bypass)]),
      ...(subnet === null ? [unreadSubnet(site.subnet, once)] : []),
    ];
    const ownLayers = own === null ? [] : [groupLayer("endpoint-firewall", own, direction, place, bypass)];
    const both = direction === "ingress" ? [...subnetLayers, ...ownLayers] : [...ownLayers, ...subnetLayers];
    return { layers: [...(over === null ? [] : [over.layer]), ...both], isUnfiltered: both.length === 0 };
  };

  const returnRoute = memo((subnet): Layer => routeBack(subnet === "" ? null : subnet, topology, index));
  return { firewallsOf, returnRoute: (subnet) => returnRoute(subnet ?? "") };
}

/** Disabled unless said otherwise. https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy */
function hasEndpointPolicies(policy: unknown): boolean {
  return typeof policy === "string" && /^(enabled|networksecuritygroupenabled)$/i.test(policy);
}

function layerOf(
  kind: LayerKind,
  group: SecurityGroup,
  { filter, standsFor }: SpecialFilter,
  bypass: readonly Filter[],
): Layer {
  const { resource } = group.firewall;
  const where = kind === "subnet-firewall" ? " on the subnet" : " on the interface";
  return {
    kind,
    name: `network security group ${resource.name ?? resource.id}${where}`,
    resources: [resource],
    filter: bypass.length === 0 ? filter : { kind: "chain", stages: [...bypass, filter], otherwise: "deny" },
    opensBy: `a rule in network security group ${resource.name ?? resource.id}`,
    ...(standsFor.size === 0 ? {} : { standsFor }),
  };
}

/**
 * Admin rules come before every group: Deny ends it, Allow hands on to the groups, AlwaysAllow delivers past them.
 * The layer itself only denies; what AlwaysAllow skips, each group's layer holds as a stage before its own rules (`bypass`).
 * https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins
 */
function adminLayer(
  stages: readonly AdminStage[],
  direction: Direction,
  place: Place,
): { readonly layer: Layer; readonly bypass: readonly Filter[] } {
  const filters = stages.map(
    ({ manager, rules }): { readonly whole: Filter; readonly past: Filter; readonly skips: boolean } => {
      const here = rules
        .filter((rule) => rule.direction === direction)
        .flatMap((rule): readonly Rule[] => {
          if (isWholeSide(rule.local)) return modelRules(rule, place.scope);
          const { verdict, extent } = coversLocal(rule.local, place.addresses, place.scope);
          if (verdict === "no") return [];
          const made = modelRules(rule, place.scope);
          return verdict === "yes" ? made : made.map((each) => perhapsFor(each, extent));
        });
      const layer = `security admin rules of ${manager.split("/").at(-1) ?? manager}`;
      const past = here.map((rule): Rule => (rule.action === "deny" ? { ...rule, action: "next" } : rule));
      return {
        whole: { kind: "firstMatch", layer, rules: here, otherwise: "next" },
        past: { kind: "firstMatch", layer, rules: past, otherwise: "next" },
        skips: here.some(({ action }) => action === "final"),
      };
    },
  );
  return {
    layer: {
      kind: "admin-firewall",
      name: `security admin rules of ${stages.map(({ manager }) => manager.split("/").at(-1) ?? manager).join(", ")}`,
      resources: stages.flatMap(({ resources }) => resources),
      filter: { kind: "chain", stages: filters.map(({ whole }) => whole), otherwise: "allow" },
      opensBy: "a security admin rule that no longer denies it",
    },
    bypass: filters.some(({ skips }) => skips) ? filters.map(({ past }) => past) : [],
  };
}

function unreadGroup(kind: LayerKind, id: string, index: ArmIndex): Layer {
  const target = index.targets[0] ?? { cloud: "azure", account: "unknown", region: "global" };
  return unknownLayer(
    kind,
    `network security group ${id}`,
    `the rules of ${id} (Microsoft.Network/networkSecurityGroups/read)`,
    [unseenResource(id, "azure:network:network-security-group", target)],
  );
}

function unreadSubnet(subnet: string | null, once: (key: string, make: () => Layer) => Layer): Layer {
  const name = subnet ?? "an unknown subnet";
  return once(`subnet unread ${name}`, () =>
    unknownLayer(
      "subnet-firewall",
      `the firewall of ${name}`,
      `whether ${name} has a network security group (Microsoft.Network/virtualNetworks/read)`,
      [],
    ),
  );
}

/** A layer of which nothing is known: it may let through everything, or nothing. */
export function unknownLayer(kind: LayerKind, name: string, missing: string, resources: readonly ResourceRef[]): Layer {
  return plainLayer({ kind, name, resources, opensBy: `knowing ${missing}` }, [missing]);
}

/** A layer that lets some addresses through on some points of the L4 axis, and stands for no firewall's rule. */
export function passLayer(
  kind: LayerKind,
  name: string,
  remote: Extent,
  more: { readonly l4?: L4Set; readonly resources?: readonly ResourceRef[]; readonly opensBy: string },
): Layer {
  const { resources = [], opensBy } = more;
  return openLayer({ kind, name, resources, opensBy }, [passes(name, remote, more.l4)]);
}

/** A layer that lets nothing through. */
export function closedLayer(
  kind: LayerKind,
  name: string,
  opensBy: string,
  resources: readonly ResourceRef[] = [],
): Layer {
  return plainLayer({ kind, name, opensBy, resources }, "nothing");
}

/**
 * The way back to a client on the internet. Azure delivers inbound packets whatever the user routes say, but sends replies by them: a route to
 * `None` drops them; one to an appliance takes them past the way they came, and what that does with them is not known.
 * https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
 */
function routeBack(subnet: string | null, topology: Topology, index: ArmIndex): Layer {
  const { internet, local, appliances, unknown } = forwardingOf(subnet, topology);
  const must = unionAddresses([internet, local]);
  const doubtful = [
    ...appliances.map(({ route, to }) => ({
      to,
      why: `what appliance ${route.nextHopAddress ?? "without an address"} (route ${route.name}) does with replies that go another way than the packets came`,
    })),
    ...unknown,
  ];
  const may = unionAddresses([must, ...doubtful.map(({ to }) => to)]);
  const remote: Extent =
    doubtful.length === 0 ? knownExtent(must) : { must, may, missing: [...new Set(doubtful.map(({ why }) => why))] };
  const routes = subnet === null ? null : topology.routesOf(subnet);
  const table = routes?.[0]?.table;
  const name = `routes of subnet ${(subnet === null ? null : index.find(subnet)?.name) ?? "unknown"}`;
  return passLayer("route", name, remote, {
    opensBy: `a route to the internet in ${table?.name ?? "the subnet's route table"}`,
    resources:
      table === undefined
        ? []
        : [{ ...table.target, type: "azure:network:route-table", id: table.id, name: table.name, arn: null }],
  });
}
