import type { Snapshot } from "../../../snapshot/record.ts";
import { indexRecords } from "../../../snapshot/records.ts";
import type { Understanding } from "../../provider.ts";
import { understandAccounts } from "./accounts.ts";
import { understandGroupMembers } from "./group-members.ts";
import { understandIdentity } from "./identity/identity.ts";
import { understandNetworkFirewalls } from "./network-firewalls.ts";
import { understandNetworkAcls } from "./network-acls.ts";
import { understandNetworks } from "./networks.ts";
import { understandPrefixLists } from "./prefix-lists.ts";
import { understandPublicAccessBlocks, understandPublicAccessExclusions } from "./public-access.ts";
import { understandReach } from "./reach/reach.ts";
import { ruleNames, ruleReader } from "./security-group-rules.ts";
import { understandSecurityGroups } from "./security-groups.ts";
import { readTags } from "./tags.ts";
import { understandThreatDetection } from "./threat-detection.ts";

/**
 * What AWS's records mean. Works on records alone: a snapshot without AWS in it gives an empty estate, and a record that is not what AWS
 * documents gives an `unknown`, never an error.
 */
export function understandAws(snapshot: Snapshot): Understanding {
  const index = indexRecords(snapshot);
  const accounts = understandAccounts(snapshot, index);
  const members = understandGroupMembers(index);
  const lists = understandPrefixLists(snapshot, index);
  const groups = understandSecurityGroups(index, members, ruleReader(index, members, lists), ruleNames(index));
  const acls = understandNetworkAcls(index);
  const { endpoints, between } = understandReach(index, { groups, acls, lists });
  const firewalls = [...groups, ...acls];
  const threatDetection = understandThreatDetection(snapshot, index, accounts);
  const networkFirewalls = understandNetworkFirewalls(index, lists);
  const guards = [
    ...threatDetection.flatMap((detection) => [detection, ...detection.lists, ...detection.filters]),
    ...networkFirewalls,
  ];
  return {
    network: {
      firewalls,
      networks: understandNetworks(index),
      addressLists: lists.all,
      endpoints,
      between,
    },
    identity: understandIdentity({
      snapshot,
      index,
      accounts,
      resources: [...firewalls, ...lists.all, ...guards].map(({ resource }) => resource),
    }),
    aws: {
      publicAccessBlocks: understandPublicAccessBlocks(index),
      publicAccessExclusions: understandPublicAccessExclusions(index),
      threatDetection,
      networkFirewalls,
    },
    azure: null,
    gcp: null,
    ownAccounts: accounts.own,
    organizationKnown: accounts.organizationKnown,
    tagsOf: readTags(snapshot.records),
  };
}
