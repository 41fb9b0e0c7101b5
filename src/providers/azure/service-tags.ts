import { parseCidr, unionAddresses, type AddressSet } from "../../network/addresses.ts";
import { globallyRoutable } from "../../network/width.ts";

/** The day this file was last held against Microsoft's pages. */
export const serviceTagsChecked = "2026-11-21";

/**
 * Where Azure's public addresses come from: blocks that Microsoft's own route lists send to Azure. Every customer can rent an address there,
 * so a rule that lets them in lets in whoever cares to. Service Tags files are published weekly and list thousands of parts of them.
 * What Microsoft 365 answers from (40.92.0.0 to 40.111.255.255, 13.104.0.0/14, parts of 2603:1000::/24) is Microsoft's and not Azure's,
 * so none of it is here.
 * https://learn.microsoft.com/azure/virtual-network/service-tags-overview
 * https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
 */
const azureBlocks: readonly string[] = [
  "13.64.0.0/11",
  "20.33.0.0/16",
  "20.34.0.0/15",
  "20.36.0.0/14",
  "20.40.0.0/13",
  "20.48.0.0/12",
  "20.64.0.0/10",
  "20.150.0.0/15",
  "20.160.0.0/12",
  "20.184.0.0/13",
  "20.192.0.0/10",
  "40.64.0.0/12",
  "40.80.0.0/13",
  "40.88.0.0/14",
  "40.112.0.0/12",
  "51.104.0.0/15",
  "51.136.0.0/15",
  "52.136.0.0/13",
  "52.148.0.0/14",
  "52.152.0.0/13",
  "52.160.0.0/11",
  "52.224.0.0/11",
  "104.40.0.0/13",
  "104.208.0.0/13",
];

/** The blocks of Azure's public addresses as a set. */
export const azurePublicBlocks: AddressSet = unionAddresses(azureBlocks.flatMap((cidr) => parseCidr(cidr) ?? []));

/**
 * What a service tag stands for.
 * - `any`: every address (`*`, `Any`).
 * - `internet`: outside the virtual network and publicly reachable, Azure's own public addresses included.
 * - `virtual-network`: the guarded endpoint's own network; {@link virtualNetworkTag} works it out.
 * - `load-balancer`: Azure's health probes only (168.63.129.16).
 * - `azure`: every public address of Azure, other tenants' included: nearly the internet.
 * - `azure-region`: the same of one Region.
 * - `service`: a Microsoft service, or a name this file does not know: its prefixes change weekly and are not carried here.
 * - `not-a-tag`: no tag's name at all.
 */
export type TagMeaning =
  | "any"
  | "internet"
  | "virtual-network"
  | "load-balancer"
  | "azure"
  | "azure-region"
  | "service"
  | "not-a-tag";

/** Tags with a meaning of their own, in lower case, with the upper-case names of old deployments. */
const meanings: ReadonlyMap<string, TagMeaning> = new Map([
  ["*", "any"],
  ["any", "any"],
  ["internet", "internet"],
  ["virtualnetwork", "virtual-network"],
  ["virtual_network", "virtual-network"],
  ["azureloadbalancer", "load-balancer"],
  ["azure_loadbalancer", "load-balancer"],
  ["azurecloud", "azure"],
]);

/** What a prefix that is no address stands for; in either case, as Azure compares it. */
export function tagMeaning(prefix: string): TagMeaning {
  const name = prefix.trim().toLowerCase();
  const own = meanings.get(name);
  if (own !== undefined) return own;
  if (/^azurecloud\.[a-z0-9]+$/.test(name)) return "azure-region";
  return /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/.test(name) ? "service" : "not-a-tag";
}

/** Where health probes come from, and the host's virtual address. */
export const hostAddress: AddressSet = parseCidr("168.63.129.16") ?? globallyRoutable;
