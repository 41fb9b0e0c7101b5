import type { Snapshot } from "../../../snapshot/record.ts";
import type { Understanding } from "../../provider.ts";
import { object, textMembers } from "../../read.ts";
import { memo } from "../../shared/collections.ts";
import { readAddressGroups } from "./address-groups.ts";
import { understandControls } from "./controls.ts";
import { understandFirewalls } from "./firewalls.ts";
import { understandIdentity } from "./identity/identity.ts";
import { understandNetworks } from "./networks.ts";
import { readPolicies } from "./policies.ts";
import { understandReach } from "./reach/reach.ts";
import { indexGcp } from "./resources.ts";
import { sourcesIn } from "./sources.ts";
import { readTopology } from "./topology.ts";

/**
 * What Google Cloud's records mean. Works on records alone: a snapshot without Google Cloud in it gives an empty estate, and a record that is not
 * what Google documents gives an `unknown`, never an error. Resources are told by the paths of their self links, not by their operation.
 */
export function understandGcp(snapshot: Snapshot): Understanding {
  const index = indexGcp(snapshot);
  const topology = readTopology(index);
  const groups = readAddressGroups(index);
  const sourcesOf = memo((network) => sourcesIn(network, topology, groups));
  const policies = readPolicies(index, topology);
  const firewalls = understandFirewalls(index, topology, policies, sourcesOf);
  const { endpoints, between } = understandReach(index, topology, policies, firewalls, sourcesOf);
  const networks = understandNetworks(index, topology, policies);
  return {
    network: {
      firewalls: firewalls.map(({ firewall }) => firewall),
      networks,
      addressLists: groups.lists,
      endpoints,
      between,
    },
    identity: understandIdentity({
      snapshot,
      index,
      resources: [...firewalls.map(({ firewall }) => firewall), ...networks, ...groups.lists].map(
        ({ resource }) => resource,
      ),
    }),
    aws: null,
    azure: null,
    gcp: index.targets.length === 0 ? null : understandControls(index, topology, policies, firewalls, sourcesOf),
    ownAccounts: new Set(index.targets.map(({ account }) => account)),
    // Address groups that rules name lie in the project or in its own organization, so nobody has to be told apart from strangers.
    organizationKnown: true,
    // Labels, not network tags: those choose firewall rules.
    tagsOf: ({ id }) => textMembers(object(index.find(id)?.data ?? {}, "labels") ?? {}),
  };
}
