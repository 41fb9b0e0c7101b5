import type { Snapshot } from "../../../snapshot/record.ts";
import type { Understanding } from "../../provider.ts";
import { object, textMembers } from "../../read.ts";
import { readAdminRules } from "./admin-rules.ts";
import { indexArm } from "./arm.ts";
import { readAzureFirewalls } from "./azure-firewalls.ts";
import { understandControls } from "./controls.ts";
import { understandIdentity } from "./identity/identity.ts";
import { understandIpGroups, understandNetworks } from "./networks.ts";
import { understandReach } from "./reach/reach.ts";
import { understandSecurityGroups } from "./security-groups.ts";
import { readTopology } from "./topology.ts";

/**
 * What Azure's records mean. Works on records alone: a snapshot without Azure in it gives an empty estate, and a record that is not what
 * Azure documents gives an `unknown`, never an error. Records are told by their ARM ids, not by the operation they came from.
 */
export function understandAzure(snapshot: Snapshot): Understanding {
  const index = indexArm(snapshot);
  const topology = readTopology(index);
  const groups = understandSecurityGroups(index, topology);
  const admin = readAdminRules(index);
  const firewalls = readAzureFirewalls(index, topology);
  const { endpoints, between } = understandReach(index, topology, groups, admin, firewalls);
  const network = {
    firewalls: groups.map(({ firewall }) => firewall),
    networks: understandNetworks(index, topology),
    addressLists: understandIpGroups(index),
    endpoints,
    between,
  };
  const named = [...network.firewalls, ...network.networks, ...network.addressLists, ...endpoints];
  return {
    network,
    identity: understandIdentity({ snapshot, index, resources: named.map(({ resource }) => resource) }),
    aws: null,
    azure: index.targets.length === 0 ? null : understandControls(index, topology, admin, firewalls),
    gcp: null,
    ownAccounts: new Set(index.targets.map(({ account }) => account)),
    // No rule on Azure can name what another tenant owns, so nobody has to be told apart from strangers.
    organizationKnown: true,
    tagsOf: ({ id }) => textMembers(object(index.find(id)?.data ?? {}, "tags") ?? {}),
  };
}
