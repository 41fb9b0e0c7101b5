import type { Principal } from "../../../../identity/principal.ts";
import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion } from "../../../../model/resource.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, text } from "../../../read.ts";
import type { Member } from "./members.ts";
import { homeOfAccount, ownerOf, type Place, type Places } from "./places.ts";
import type { Pools } from "./pools.ts";

/** Tells whose principals are. */
export interface Homes {
  readonly of: (member: Member, named: Iterable<Place>) => Principal["home"];
  /** The id of the customer that the organization belongs to; null where it was not told. */
  readonly customer: string | null;
}

/** Domains in which anyone can have an address. */
const publicDomains: ReadonlySet<string> = new Set(["gmail.com", "googlemail.com"]);

/**
 * Whose a principal is. An organization is called by the primary domain of its customer, so addresses in that are its own; an address with a public
 * provider is nobody's but its holder's. Which other domains belong to the customer is known to its directory alone: those are unknown. Where no
 * organization stands above a project, nobody is outside of one.
 * https://docs.cloud.google.com/resource-manager/docs/creating-managing-organization
 */
export function readHomes(index: RecordIndex, places: Places, pools: Pools): Homes {
  const organizations = index.all("cloudresourcemanager.organizations.get").map(({ data }) => data);
  const domains = new Set(organizations.flatMap((data) => text(data, "displayName")?.toLowerCase() ?? []));
  const customers = new Set(
    organizations.flatMap(
      (data) => text(data, "directoryCustomerId") ?? text(object(data, "owner") ?? {}, "directoryCustomerId") ?? [],
    ),
  );
  const [customer = null] = customers;
  const isWhole = isWholeOrganization(index, places);
  const placeOf = homeOfAccount(places);

  const ofDomain = (domain: string, named: Iterable<Place>): Principal["home"] => {
    if (domains.has(domain)) return "own";
    const all = [...named];
    if (all.length > 0 && all.every(({ organization }) => organization === null)) return "own";
    return publicDomains.has(domain) ? "outside" : "unknown";
  };
  // What owns an account is told by its address, or by nothing.
  const ofAccount = (address: string): Principal["home"] => {
    const owner = ownerOf(address);
    if (placeOf(address) !== null || (owner !== null && places.wasLeft(owner))) return "own";
    return owner !== null && isWhole ? "outside" : "unknown";
  };
  return {
    customer: customers.size === 1 ? customer : null,
    of: (member, named) => {
      switch (member.kind) {
        case "user":
        case "group":
          return ofDomain(member.address.slice(member.address.lastIndexOf("@") + 1), named);
        case "domain":
          return ofDomain(member.address, named);
        case "service-account":
          return ofAccount(member.address);
        case "federated":
          return pools.home(member);
        case "accounts-of":
          return places.find(member.place) === null ? (isWhole ? "outside" : "unknown") : "own";
        case "customer":
          return customers.has(member.customer) ? "own" : customers.size > 0 ? "outside" : "unknown";
        case "public":
          return "outside";
        case "convenience":
        case "deleted":
        case "unknown":
          return "unknown";
      }
    },
  };
}

/** Whether every project of the organization is a target of the scan: it was listed whole. */
function isWholeOrganization(index: RecordIndex, { all }: Places): boolean {
  const organizations = all.filter(({ kind }) => kind === "organization");
  return (
    organizations.length === 1 &&
    organizations.every(({ account }) =>
      ["cloudresourcemanager.projects.list", "cloudresourcemanager.folders.list"].every((operation) => {
        const row = index.coverage({ cloud: "gcp", account, region: globalRegion }, operation);
        return row !== null && row.operation === operation && isKnown(row.status);
      }),
    )
  );
}
