import { kinds } from "./kinds.ts";
import type { Beside, PermissionKind } from "./types.ts";

const beside = (
  where: Beside["where"],
  says: string,
  ...oneOf: readonly (readonly [permission: string, kind: PermissionKind])[]
): Beside => ({ where, says, oneOf: oneOf.map(([permission, kind]) => ({ permission, kind })) });

/** What calls that change firewalls take besides. */
export const besides = {
  networkPolicy: beside("there", "any role with compute.networks.updatePolicy on the network, which it takes besides", [
    "compute.networks.updatePolicy",
    kinds.network,
  ]),
  firewallPolicyUse: beside(
    "anywhere",
    "any role with compute.firewallPolicies.use on a policy, which it takes besides",
    ["compute.firewallPolicies.use", kinds.firewallPolicy],
    ["compute.regionFirewallPolicies.use", kinds.regionFirewallPolicy],
  ),
  securityPolicyUse: beside(
    "anywhere",
    "any role with compute.securityPolicies.use on a policy, which it takes besides",
    ["compute.securityPolicies.use", kinds.securityPolicy],
  ),
  actAs: beside("on-account", "any role with iam.serviceAccounts.actAs on a service account, which it takes besides", [
    "iam.serviceAccounts.actAs",
    kinds.serviceAccount,
  ]),
  // A subnet of a Shared VPC lies in another project.
  subnetworkUse: beside("anywhere", "any role with compute.subnetworks.use on a subnet, which it takes besides", [
    "compute.subnetworks.use",
    kinds.subnetwork,
  ]),
  externalIp: beside(
    "anywhere",
    "any role with compute.subnetworks.useExternalIp on the subnet, which it takes besides",
    ["compute.subnetworks.useExternalIp", kinds.subnetwork],
    ["compute.networks.useExternalIp", kinds.network],
  ),
  tagValueBind: beside(
    "anywhere",
    "any role with resourcemanager.tagValueBindings.create on a tag value, which it takes besides",
    ["resourcemanager.tagValueBindings.create", kinds.tag],
  ),
  tagValueUnbind: beside(
    "anywhere",
    "any role with resourcemanager.tagValueBindings.delete on a tag value, which it takes besides",
    ["resourcemanager.tagValueBindings.delete", kinds.tag],
  ),
  instanceTagBind: beside(
    "anywhere",
    "any role with compute.instances.createTagBinding on an instance, which it takes besides",
    ["compute.instances.createTagBinding", kinds.instance],
  ),
  instanceTagUnbind: beside(
    "anywhere",
    "any role with compute.instances.deleteTagBinding on an instance, which it takes besides",
    ["compute.instances.deleteTagBinding", kinds.instance],
  ),
} as const satisfies Readonly<Record<string, Beside>>;
