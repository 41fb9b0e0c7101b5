import type { FirewallEffect } from "../../../../../model/firewall-effect.ts";
import { besides } from "./besides.ts";
import { kinds } from "./kinds.ts";
import type { Beside, FirewallPermission, PermissionKind } from "./types.ts";

/** Permissions of one kind of resource that do the same. */
interface Plane {
  readonly plane: string;
  readonly kind: PermissionKind;
  /** What every one of them begins with. */
  readonly prefix: string;
  readonly verbs: Readonly<Partial<Record<FirewallEffect, readonly string[]>>>;
  readonly besides?: readonly Beside[];
  readonly source: string;
}

const rest = "https://docs.cloud.google.com/compute/docs/reference/rest/v1";
const hierarchical = "https://docs.cloud.google.com/firewall/docs/using-firewall-policies#iam";
const networkPolicies = "https://docs.cloud.google.com/firewall/docs/use-network-firewall-policies";
const ngfw = "https://docs.cloud.google.com/firewall/docs/iam-roles-permissions";
const secureTags = "https://docs.cloud.google.com/firewall/docs/use-tags-for-firewalls";
const armor = "https://docs.cloud.google.com/armor/docs/configure-iam";

const planes: readonly Plane[] = [
  // Creating, changing or removing a rule takes updatePolicy on its network, too.
  {
    plane: "VPC firewall rules",
    kind: kinds.firewall,
    prefix: "compute.firewalls",
    verbs: { rules: ["create", "update", "delete"] },
    besides: [besides.networkPolicy],
    source: `${rest}/firewalls/insert`,
  },
  {
    plane: "firewall policies",
    kind: kinds.firewallPolicy,
    prefix: "compute.firewallPolicies",
    verbs: { rules: ["update", "delete", "cloneRules", "copyRules"], membership: ["move"], guard: ["setIamPolicy"] },
    source: hierarchical,
  },
  {
    plane: "regional firewall policies",
    kind: kinds.regionFirewallPolicy,
    prefix: "compute.regionFirewallPolicies",
    verbs: { rules: ["update", "delete", "cloneRules"], guard: ["setIamPolicy"] },
    source: networkPolicies,
  },
  {
    plane: "policy associations",
    kind: kinds.network,
    prefix: "compute.networks",
    verbs: { membership: ["setFirewallPolicy"] },
    besides: [besides.firewallPolicyUse],
    source: networkPolicies,
  },
  {
    plane: "policy associations",
    kind: kinds.computeOrganization,
    prefix: "compute.organizations",
    verbs: { membership: ["setFirewallPolicy"] },
    besides: [besides.firewallPolicyUse],
    source: hierarchical,
  },
  {
    plane: "policy associations",
    kind: kinds.computeOrganization,
    prefix: "compute.organizations",
    verbs: { membership: ["setSecurityPolicy"] },
    besides: [besides.securityPolicyUse],
    source: `${rest}/organizationSecurityPolicies/addAssociation`,
  },
  // In which order policies and VPC rules are asked is a member of the network.
  {
    plane: "enforcement order",
    kind: kinds.network,
    prefix: "compute.networks",
    verbs: { membership: ["update"] },
    source: `${rest}/networks/patch`,
  },
  {
    plane: "instances",
    kind: kinds.instance,
    prefix: "compute.instances",
    // An instance has a policy of its own, by which all the rest can be granted on it.
    verbs: { membership: ["setTags", "updateNetworkInterface", "setSecurityPolicy"], guard: ["setIamPolicy"] },
    source: `${rest}/instances/setTags`,
  },
  {
    plane: "instances",
    kind: kinds.instance,
    prefix: "compute.instances",
    verbs: { membership: ["setServiceAccount"] },
    besides: [besides.actAs],
    source: `${rest}/instances/setServiceAccount`,
  },
  {
    plane: "instances",
    kind: kinds.instance,
    prefix: "compute.instances",
    verbs: { membership: ["addNetworkInterface"] },
    besides: [besides.subnetworkUse],
    source: `${rest}/instances/addNetworkInterface`,
  },
  {
    plane: "external addresses",
    kind: kinds.instance,
    prefix: "compute.instances",
    verbs: { path: ["addAccessConfig", "updateAccessConfig"] },
    besides: [besides.externalIp],
    source: `${rest}/instances/addAccessConfig`,
  },
  // Binding a secure tag takes a right over its value and one over the instance.
  {
    plane: "secure tags",
    kind: kinds.instance,
    prefix: "compute.instances",
    verbs: { membership: ["createTagBinding"] },
    besides: [besides.tagValueBind],
    source: secureTags,
  },
  {
    plane: "secure tags",
    kind: kinds.instance,
    prefix: "compute.instances",
    verbs: { membership: ["deleteTagBinding"] },
    besides: [besides.tagValueUnbind],
    source: secureTags,
  },
  {
    plane: "secure tags",
    kind: kinds.tag,
    prefix: "resourcemanager.tagValueBindings",
    verbs: { membership: ["create"] },
    besides: [besides.instanceTagBind],
    source: secureTags,
  },
  {
    plane: "secure tags",
    kind: kinds.tag,
    prefix: "resourcemanager.tagValueBindings",
    verbs: { membership: ["delete"] },
    besides: [besides.instanceTagUnbind],
    source: secureTags,
  },
  {
    plane: "secure tags",
    kind: kinds.tag,
    prefix: "resourcemanager",
    verbs: { guard: ["tagKeys.setIamPolicy", "tagValues.setIamPolicy"] },
    source: secureTags,
  },
  {
    plane: "address groups",
    kind: kinds.addressGroup,
    prefix: "networksecurity.addressGroups",
    verbs: { "address-list": ["update", "delete"], guard: ["setIamPolicy"] },
    source: "https://docs.cloud.google.com/firewall/docs/use-address-groups-firewall-policies",
  },
  {
    plane: "security profiles",
    kind: kinds.securityProfile,
    prefix: "networksecurity.securityProfiles",
    verbs: { rules: ["update", "delete"] },
    source: ngfw,
  },
  {
    plane: "security profiles",
    kind: kinds.securityProfileGroup,
    prefix: "networksecurity.securityProfileGroups",
    verbs: { rules: ["update", "delete"] },
    source: ngfw,
  },
  {
    plane: "firewall endpoints",
    kind: kinds.firewallEndpoint,
    prefix: "networksecurity.firewallEndpoints",
    verbs: { membership: ["update", "delete"] },
    source: ngfw,
  },
  {
    plane: "firewall endpoints",
    kind: kinds.firewallEndpointAssociation,
    prefix: "networksecurity.firewallEndpointAssociations",
    verbs: { membership: ["create", "update", "delete"] },
    source: ngfw,
  },
  {
    plane: "Cloud Armor",
    kind: kinds.securityPolicy,
    prefix: "compute.securityPolicies",
    verbs: { rules: ["update", "delete", "copyRules"], membership: ["addAssociation", "removeAssociation", "move"] },
    source: armor,
  },
  {
    plane: "Cloud Armor",
    kind: kinds.regionSecurityPolicy,
    prefix: "compute.regionSecurityPolicies",
    verbs: { rules: ["update", "delete"] },
    source: armor,
  },
  {
    plane: "Cloud Armor",
    kind: kinds.backendService,
    prefix: "compute.backendServices",
    verbs: { membership: ["setSecurityPolicy"] },
    source: armor,
  },
  {
    plane: "Cloud Armor",
    kind: kinds.targetInstance,
    prefix: "compute.targetInstances",
    verbs: { membership: ["setSecurityPolicy"] },
    source: armor,
  },
  {
    plane: "routes",
    kind: kinds.route,
    prefix: "compute.routes",
    verbs: { path: ["create", "delete"] },
    besides: [besides.networkPolicy],
    source: `${rest}/routes/insert`,
  },
  {
    plane: "routes",
    kind: kinds.policyBasedRoute,
    prefix: "networkconnectivity.policyBasedRoutes",
    verbs: { path: ["create", "delete"], guard: ["setIamPolicy"] },
    source: "https://docs.cloud.google.com/vpc/docs/use-policy-based-routes",
  },
  {
    plane: "peerings",
    kind: kinds.network,
    prefix: "compute.networks",
    verbs: { path: ["addPeering", "updatePeering", "removePeering"] },
    source: `${rest}/networks/addPeering`,
  },
  {
    plane: "forwarding rules",
    kind: kinds.forwardingRule,
    prefix: "compute.forwardingRules",
    verbs: { path: ["create", "update", "setTarget"] },
    source: `${rest}/forwardingRules/insert`,
  },
  {
    plane: "guard rails",
    kind: kinds.orgPolicy,
    prefix: "orgpolicy.policy",
    verbs: { guard: ["set"] },
    source: "https://docs.cloud.google.com/resource-manager/docs/organization-policy/using-constraints",
  },
  {
    plane: "guard rails",
    kind: kinds.denyPolicy,
    prefix: "iam.denypolicies",
    verbs: { guard: ["update", "delete"] },
    source: "https://docs.cloud.google.com/iam/docs/deny-access",
  },
  {
    plane: "guard rails",
    kind: kinds.boundary,
    prefix: "iam.principalaccessboundarypolicies",
    verbs: { guard: ["update", "delete", "unbind"] },
    source: "https://docs.cloud.google.com/iam/docs/principal-access-boundary-policies-edit",
  },
  {
    plane: "flow logs",
    kind: kinds.subnetwork,
    prefix: "compute.subnetworks",
    verbs: { detection: ["update"] },
    source: "https://docs.cloud.google.com/vpc/docs/using-flow-logs",
  },
  {
    plane: "packet mirroring",
    kind: kinds.packetMirroring,
    prefix: "compute.packetMirrorings",
    verbs: { detection: ["update", "delete"] },
    source: `${rest}/packetMirrorings/patch`,
  },
  {
    plane: "logging",
    kind: kinds.logging,
    prefix: "logging",
    verbs: {
      detection: [
        "logMetrics.update",
        "logMetrics.delete",
        "sinks.update",
        "sinks.delete",
        "exclusions.create",
        "exclusions.update",
        "exclusions.delete",
      ],
    },
    source: "https://docs.cloud.google.com/logging/docs/access-control",
  },
  {
    plane: "monitoring",
    kind: kinds.monitoring,
    prefix: "monitoring",
    verbs: {
      detection: [
        "alertPolicies.update",
        "alertPolicies.delete",
        "notificationChannels.update",
        "notificationChannels.delete",
      ],
    },
    source: "https://docs.cloud.google.com/monitoring/access-control",
  },
];

/** Every permission of Google Cloud that changes a firewall, with what it does to one. */
export const firewallPermissions: readonly FirewallPermission[] = planes.flatMap(
  ({ plane, kind, prefix, verbs, besides: needed = [], source }) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the record is a literal, so its keys are effects
    (Object.entries(verbs) as readonly (readonly [FirewallEffect, readonly string[]])[]).flatMap(([effect, list]) =>
      list.map((verb): FirewallPermission => ({
        permission: `${prefix}.${verb}`,
        kind,
        effect,
        plane,
        besides: needed,
        source,
      })),
    ),
);
