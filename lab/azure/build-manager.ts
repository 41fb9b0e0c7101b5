import { child, ref, type Place, type Reference, resource, uuidOf } from "./build.ts";
import type { ArmObject, ArmResource } from "./estate.ts";

/** A security admin rule. What is absent is Deny, Inbound, Tcp, any source port, and `*` on both sides. */
export interface AdminRuleWords {
  readonly priority: number;
  readonly access?: "Allow" | "AlwaysAllow" | "Deny";
  readonly direction?: "Inbound" | "Outbound";
  readonly protocol?: "Tcp" | "Udp" | "Icmp" | "Any";
  readonly from?: string;
  readonly ports: readonly string[];
  readonly description?: string;
}

/** A network manager with one network group, and one security admin configuration for it. */
export interface NetworkManagerWords {
  readonly group: string;
  /** The networks that the group holds by name. */
  readonly members: readonly Reference[];
  readonly configuration: string;
  readonly rules: Readonly<Record<string, AdminRuleWords>>;
}

/** A network manager with everything below it, and what Resource Graph tells of its deployment to the group's members. */
export interface NetworkManager {
  readonly resources: readonly ArmResource[];
  /** The rows of Resource Graph, once it is deployed to the manager's own Region. */
  readonly inForce: readonly ArmResource[];
}

/** A network manager that governs its own subscription. */
export function networkManager(place: Place, name: string, words: NetworkManagerWords): NetworkManager {
  const manager = resource(place, "Microsoft.Network/networkManagers", name, {
    networkManagerScopes: { managementGroups: [], subscriptions: [`/subscriptions/${place.subscription}`] },
    networkManagerScopeAccesses: ["SecurityAdmin"],
  });
  const group = child(manager, "networkGroups", words.group, { memberType: "VirtualNetwork", description: "" });
  const members = words.members.map((member) =>
    child(group, "staticMembers", member.id.slice(member.id.lastIndexOf("/") + 1), { resourceId: member.id }),
  );
  const configuration = child(manager, "securityAdminConfigurations", words.configuration, {
    applyOnNetworkIntentPolicyBasedServices: ["None"],
    networkGroupAddressSpaceAggregationOption: "None",
  });
  const collection = child(configuration, "ruleCollections", "baseline", {
    appliesToGroups: [{ networkGroupId: group.id }],
  });
  const rules = Object.entries(words.rules).map(
    ([rule, { priority, access = "Deny", direction = "Inbound", protocol = "Tcp", ...rest }]) =>
      child(
        collection,
        "rules",
        rule,
        {
          ...(rest.description === undefined ? {} : { description: rest.description }),
          protocol,
          direction,
          access,
          priority,
          sources: [side(rest.from ?? "*")],
          destinations: [side("*")],
          sourcePortRanges: ["0-65535"],
          destinationPortRanges: rest.ports,
        },
        { kind: "Custom" },
      ),
  );
  const row = (of: Pick<ArmResource, "id" | "name" | "type">, properties: ArmObject, kind = ""): ArmResource => ({
    id: of.id,
    name: of.name,
    type: of.type.toLowerCase(),
    tenantId: "",
    kind,
    location: place.location,
    resourceGroup: place.group.toLowerCase(),
    subscriptionId: place.subscription,
    properties,
  });
  const snapshot = (of: ArmResource): ArmResource =>
    row(
      { id: `${of.id}/snapshots/0`, name: "0", type: `${of.type}/snapshots` },
      of.properties,
      typeof of["kind"] === "string" ? of["kind"] : "",
    );
  const taken = (of: ArmResource): Reference => ref(of, "snapshots/0");
  const goal = child(manager, "securityAdminRegionalGoalStates", place.location, {
    commitId: uuidOf(manager.id),
    commitTimestamp: "2025-03-01T09:00:00.0000000Z",
    status: "Succeeded",
    errorMessage: "",
    securityAdminConfigurations: [taken(configuration)],
    securityAdminRuleCollections: [taken(collection)],
    securityAdminRules: rules.map((rule) => taken(rule)),
  });
  const ofNetwork = ({ id }: Reference, kind: string): Pick<ArmResource, "id" | "name" | "type"> => ({
    id: `${id}/providers/Microsoft.Network/${kind}/default`,
    name: "default",
    type: `Microsoft.Network/${kind}`,
  });
  return {
    resources: [manager, group, ...members, configuration, collection, ...rules],
    inForce: [
      ...words.members.flatMap((member) => [
        row(ofNetwork(member, "effectiveSecurityAdminRules"), {
          provisioningState: "Succeeded",
          effectiveSecurityAdminConfigurations: [taken(configuration)],
        }),
        row(ofNetwork(member, "networkGroupMemberships"), { GroupMemberships: [{ NetworkGroupId: group.id }] }),
      ]),
      row(goal, goal.properties),
      ...[configuration, collection, ...rules].map(snapshot),
    ],
  };
}

function side(addressPrefix: string): ArmObject {
  return { addressPrefix, addressPrefixType: /^[A-Za-z]/.test(addressPrefix) ? "ServiceTag" : "IPPrefix" };
}
