import {
  type GcpEstate,
  type GcpNode,
  type GcpProject,
  type GcpResource,
  type JsonObject,
  objectsOf,
  pathOf,
  textOf,
} from "./estate.ts";

/** A step of the tree above a project: `organizations/1`, then its folders downwards. */
export interface Ancestor {
  readonly name: string;
  readonly node: GcpNode;
}

/** The organization and folders that a project is in, topmost first. What is named but not in the estate ends the way up. */
export function ancestryOf(estate: GcpEstate, parent: string | undefined): readonly Ancestor[] {
  const [kind, id] = (parent ?? "").split("/");
  const organization = estate.organizations?.find((candidate) => kind === "organizations" && candidate.id === id);
  if (organization !== undefined) return [{ name: `organizations/${organization.id}`, node: organization }];
  const folder = estate.folders?.find((candidate) => kind === "folders" && candidate.id === id);
  if (folder === undefined) return [];
  return [...ancestryOf(estate, folder.parent), { name: `folders/${folder.id}`, node: folder }];
}

/** All hierarchical firewall policies, each with the organization or folder that holds it: `folders/2`. */
export function hierarchicalPolicies({
  organizations = [],
  folders = [],
}: GcpEstate): readonly { readonly policy: GcpResource; readonly parent: string }[] {
  const nodes: readonly Ancestor[] = [
    ...organizations.map((node) => ({ name: `organizations/${node.id}`, node })),
    ...folders.map((node) => ({ name: `folders/${node.id}`, node })),
  ];
  return nodes.flatMap(({ name: parent, node }) =>
    (node.resources ?? [])
      .filter(({ selfLink }) => pathOf(selfLink).startsWith("locations/global/firewallPolicies/"))
      .map((policy) => ({ policy, parent })),
  );
}

/**
 * What is in force in a network, as getEffectiveFirewalls tells it: hierarchical policies from the organization downwards, the network's
 * global policy, with `region` its regional one, and its VPC firewall rules. Whether the network's own policies come before its
 * rules, the network itself says.
 * See https://docs.cloud.google.com/firewall/docs/firewall-policies-overview#rule-evaluation.
 */
export function effectiveFirewalls(
  estate: GcpEstate,
  project: GcpProject,
  network: GcpResource,
  region: string | null,
): JsonObject {
  const resources = project.resources ?? [];
  const home = `projects/${project.id}`;
  const here = pathOf(network.selfLink);
  const held = hierarchicalPolicies(estate).map(({ policy }) => policy);
  const hierarchy = ancestryOf(estate, project.parent).flatMap(({ name }) =>
    attached(held, (target) => target.endsWith(name)).map((entry) => inForce(entry, "HIERARCHY")),
  );
  const own = (scope: string): readonly Attached[] =>
    attached(
      resources.filter(({ selfLink }) => pathOf(selfLink).startsWith(`${home}/${scope}/firewallPolicies/`)),
      (target) => pathOf(target) === here,
    );
  const policies = [
    ...hierarchy,
    ...own("global").map((entry) => inForce(entry, "NETWORK")),
    ...(region === null ? [] : own(`regions/${region}`).map((entry) => inForce(entry, "NETWORK_REGIONAL"))),
  ];
  const firewalls = resources.filter(
    (entry) =>
      pathOf(entry.selfLink).startsWith(`${home}/global/firewalls/`) && pathOf(textOf(entry, "network")) === here,
  );
  return {
    ...(policies.length === 0 ? {} : { firewallPolicys: policies }),
    ...(firewalls.length === 0 ? {} : { firewalls }),
  };
}

interface Attached {
  readonly policy: GcpResource;
  readonly association: JsonObject;
}

function attached(policies: readonly GcpResource[], isTarget: (target: string) => boolean): readonly Attached[] {
  return policies
    .flatMap((policy) =>
      objectsOf(policy, "associations")
        .filter((association) => isTarget(textOf(association, "attachmentTarget")))
        .map((association) => ({ policy, association })),
    )
    .toSorted((left, right) => rank(left) - rank(right));
}

/** Where several policies are associated with one network: the lower number goes first; 1000 when it does not say. */
function rank({ association }: Attached): number {
  const { priority } = association;
  return typeof priority === "number" ? priority : 1000;
}

/** A policy as the effective firewalls tell it. A regional one has no short name there, and a hierarchical one no priority. */
function inForce({ policy, association }: Attached, type: "HIERARCHY" | "NETWORK" | "NETWORK_REGIONAL"): JsonObject {
  return {
    name: policy.name,
    type,
    ...(type === "HIERARCHY" ? { shortName: policy["shortName"], displayName: policy["displayName"] } : {}),
    ...(type === "HIERARCHY" ? {} : { priority: association["priority"] }),
    rules: policy["rules"],
    packetMirroringRules: policy["packetMirroringRules"],
  };
}
