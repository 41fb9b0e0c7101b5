import { parseCidr, unionAddresses, type AddressSet } from "../../network/addresses.ts";

// Which addresses Google takes to lie in a country is not published, and changes. What is certain are blocks that one organization has
// held from the beginning and uses at home alone. They are few, but large enough to tell the internet from a handful of hosts: a rule that denies some
// countries, or hosts of ill repute, leaves these open; a rule that allows their country opens these.

/**
 * Legacy blocks by the country of their holder (ISO 3166-1 alpha-2), and who that is. Each is allocated to the holder
 * named here in https://www.iana.org/assignments/ipv4-address-space/ipv4-address-space.xhtml.
 */
const blocks: Readonly<Record<string, readonly string[]>> = {
  // US Department of Defense.
  US: [
    "6.0.0.0/8",
    "7.0.0.0/8",
    "11.0.0.0/8",
    "21.0.0.0/8",
    "22.0.0.0/8",
    "26.0.0.0/8",
    "28.0.0.0/8",
    "29.0.0.0/8",
    "30.0.0.0/8",
    "33.0.0.0/8",
    "55.0.0.0/8",
    "214.0.0.0/8",
    "215.0.0.0/8",
  ],
  // UK Ministry of Defence.
  GB: ["25.0.0.0/8"],
};

const sets: ReadonlyMap<string, AddressSet> = new Map(
  Object.entries(blocks).map(([country, cidrs]) => [country, setOf(cidrs)]),
);

/** Addresses that certainly lie in a country; empty where none are known. */
export function certainlyIn(country: string): AddressSet {
  return sets.get(country.toUpperCase()) ?? setOf([]);
}

/** Addresses that certainly lie in none of the countries. */
export function certainlyOutside(countries: readonly string[]): AddressSet {
  const inside = new Set(countries.map((country) => country.toUpperCase()));
  return unionAddresses([...sets].filter(([country]) => !inside.has(country)).map(([, set]) => set));
}

/**
 * Addresses that no list of hosts of ill repute holds: blocks of ministries of defence, most of which nobody announces. Google's threat lists
 * name hosts that were seen (exit nodes, scanners, proxies, clouds, crawlers).
 * https://cloud.google.com/firewall/docs/firewall-policies-rule-details#threat-intelligence-fw-policy
 */
export const onNoThreatList: AddressSet = unionAddresses(sets.values());

function setOf(cidrs: readonly string[]): AddressSet {
  return unionAddresses(cidrs.flatMap((cidr) => parseCidr(cidr) ?? []));
}
