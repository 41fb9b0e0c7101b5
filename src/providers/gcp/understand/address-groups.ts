import { allAddresses, parseCidr, unionAddresses } from "../../../network/addresses.ts";
import type { AddressList } from "../../../network/estate.ts";
import { knownExtent, unknownExtent } from "../../../network/extent.ts";
import type { Extent } from "../../../network/filter.ts";
import { texts } from "../../read.ts";
import { memo } from "../../shared/collections.ts";
import { linkPath, projectIn } from "../links.ts";
import { gcpResource, type GcpIndex, type GcpResource } from "./resources.ts";

/** Address groups: named lists of addresses that policy rules refer to. */
export interface AddressGroups {
  readonly extentOf: (name: string) => Extent;
  readonly lists: readonly AddressList[];
}

/** https://cloud.google.com/firewall/docs/about-address-groups */
export function readAddressGroups(index: GcpIndex): AddressGroups {
  const groups = index.all("addressGroups");
  return {
    extentOf: memo((name) => {
      const group = index.find(name);
      if (group !== null) return extentOf(group);
      return unknownExtent(allAddresses, `the addresses of address group ${linkPath(name)}`);
    }),
    lists: groups.map((group) => ({
      resource: gcpResource(group, "gcp:networksecurity:address-group"),
      owner: projectIn(group.path) ?? group.target.account,
      extent: extentOf(group),
    })),
  };
}

function extentOf({ data, path }: GcpResource): Extent {
  const raw = data["items"];
  const sets = texts(data, "items").map(parseCidr);
  const known = unionAddresses(sets.flatMap((set) => set ?? []));
  const isWhole = raw === undefined || (Array.isArray(raw) && raw.length === sets.length && !sets.includes(null));
  if (isWhole) return knownExtent(known);
  return { must: known, may: allAddresses, missing: [`an entry of address group ${path} cannot be read`] };
}
