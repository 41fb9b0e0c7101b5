import type { ArmIndex } from "../arm.ts";
import { parentOf } from "../arm.ts";
import type { AdminRules } from "../admin-rules.ts";
import type { AzureFirewall } from "../azure-firewalls.ts";
import { unreadOperation, type Nic, type Topology } from "../topology.ts";

/** What may lead packets to an address of which the interface's own record says nothing. */
const leading = [
  { what: "whether a load balancer leads to it", operation: "Microsoft.Network/loadBalancers/read" },
  { what: "whether an application gateway leads to it", operation: "Microsoft.Network/applicationGateways/read" },
  { what: "whether an Azure Firewall leads to it", operation: "Microsoft.Network/azureFirewalls/read" },
];

/**
 * What could not be read and might hold a way in to an interface: an interface that nothing seems to lead to is closed only as far as all of
 * this was read. In words, for people; empty when everything was read.
 */
export function unreadWays(
  index: ArmIndex,
  topology: Topology,
  admin: AdminRules,
  firewalls: readonly AzureFirewall[],
): (nic: Nic) => readonly string[] {
  const unread = leading.map(({ what, operation }) => {
    const why = unreadOperation(index, operation);
    return (subscription: string): readonly string[] => {
      const missing = why(subscription);
      return missing === null ? [] : [`${what} (${missing})`];
    };
  });
  return ({ resource, configurations }) => {
    const networks = [
      ...new Set(configurations.flatMap(({ subnet }) => (subnet === null ? [] : (parentOf(subnet) ?? [])))),
    ];
    const referred = configurations
      .flatMap(({ pools, natRules }) => [...pools, ...natRules])
      .map((id) => parentOf(id) ?? id)
      .filter((id) => index.find(id) === null);
    const blind = firewalls.filter(
      ({ missing, network }) =>
        missing.length > 0 &&
        (network === null || networks.some((each) => each === network || topology.peersOf(each).includes(network))),
    );
    // A firewall in a peered hub may translate packets to it, whatever its own routes say.
    const unseenPeers = networks
      .flatMap((network) => topology.peersOf(network))
      .filter((id) => index.find(id) === null);
    return [
      ...new Set([
        ...unseenPeers.map((id) => `whether an Azure Firewall in ${id} leads to it (the peered network was not read)`),
        ...referred.map((id) => `what ${id} leads to it`),
        ...unread.flatMap((why) => why(resource.target.account.toLowerCase())),
        ...blind.flatMap(({ missing }) => missing),
        ...networks.flatMap((network) => admin.unreadIn(network) ?? []),
      ]),
    ];
  };
}
