import { allAddresses, parseCidr, unionAddresses } from "../../../../network/addresses.ts";
import type { Layer } from "../../../../network/endpoint.ts";
import { knownExtent, unknownExtent } from "../../../../network/extent.ts";
import type { Extent, Filter, Rule } from "../../../../network/filter.ts";
import { allL4, type L4Set } from "../../../../network/l4.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { flag, malformed, object, objectList, text, wholeNumber, type Malformed } from "../../../read.ts";
import { plainLayer } from "../../../shared/layers.ts";
import { linkName, linkPath } from "../../links.ts";
import { gcpResource, unseenResource, type GcpIndex, type GcpResource } from "../resources.ts";
import { doubted } from "../sources.ts";
import { isGiven, shorten, textList, type ReadList } from "../terms.ts";
import { readTraffic } from "../traffic.ts";

const type = "gcp:compute:security-policy";

/** The link to the policy that a member names; null where it names none. A link that cannot be read leads to a policy that was not read. */
export function policyIn(data: VendorObject, member: string): string | null {
  return isGiven(data[member]) ? (text(data, member) ?? "a policy that cannot be told") : null;
}

/**
 * A Cloud Armor policy before a load balancer or an interface: the first rule by priority that matches decides; the last holds for everyone.
 * What a rule in the expression language matches is not known here, nor what a rate limit lets through.
 * https://cloud.google.com/armor/docs/security-policy-overview
 */
export function cloudArmorLayer(index: GcpIndex, link: string): Layer {
  const policy = index.find(link);
  const kind = "inspection";
  if (policy === null) {
    const missing = `the rules of Cloud Armor policy ${linkPath(link)} (compute.securityPolicies.aggregatedList)`;
    const resource = unseenResource(
      link,
      type,
      index.targets[0] ?? { cloud: "gcp", account: "unknown", region: "global" },
    );
    return plainLayer(
      { kind, name: `Cloud Armor policy ${linkName(link)}`, opensBy: `knowing ${missing}`, resources: [resource] },
      [missing],
    );
  }
  const name = `Cloud Armor policy ${policy.name}`;
  return {
    kind,
    name,
    resources: [gcpResource(policy, type)],
    filter: filterOf(policy, name),
    opensBy: `a rule in ${name} that allows it`,
  };
}

function filterOf({ data }: GcpResource, name: string): Filter {
  const list = Object.hasOwn(data, "rules") ? objectList(data, "rules") : malformed;
  const rules: readonly (VendorObject | Malformed)[] = list === malformed ? [malformed] : list;
  const read = rules.map((rule) =>
    rule === malformed ? { priority: -1, rules: unreadable(name) } : readRule(rule, name),
  );
  return {
    kind: "firstMatch",
    layer: name,
    // Every policy ends in a rule for everyone; one without it was not read whole.
    rules: [...read.toSorted((a, b) => a.priority - b.priority).flatMap((each) => each.rules), ...unreadable(name)],
    otherwise: "deny",
  };
}

function readRule(data: VendorObject, name: string): { readonly priority: number; readonly rules: readonly Rule[] } {
  const priority = wholeNumber(data, "priority");
  const at = typeof priority === "number" ? priority : -1;
  if (flag(data, "preview") === true) return { priority: at, rules: [] };
  const action = text(data, "action")?.toLowerCase() ?? "";
  const called = `rule ${at} of ${name}`;
  const { remote: matched, l4, says } = matchOf(data, called);
  const remote = doubted(matched, [
    ...(typeof priority === "number" ? [] : [`where a rule of ${name} stands`]),
    ...(isGiven(data["preview"]) && flag(data, "preview") === null ? [`whether ${called} is in force`] : []),
  ]);
  const rule = (does: "allow" | "deny", extent: Extent, more = ""): Rule => ({
    key: `${at} ${shorten(action)} ${says}${more}`,
    id: String(at),
    action: does,
    peer: { kind: "any" },
    remote: extent,
    l4,
    sourcePorts: null,
    description: text(data, "description"),
  });
  if (action === "allow") return { priority: at, rules: [rule("allow", remote)] };
  // Whoever is redirected does not get to what stands behind.
  if (action === "deny" || action.startsWith("deny(") || action === "redirect")
    return { priority: at, rules: [rule("deny", remote)] };
  const why = `what ${action === "" ? "a rule without an action" : shorten(action)} (${called}) lets through`;
  return {
    priority: at,
    rules: [rule("allow", doubted(remote, [why])), rule("deny", remote, " (stopped)")],
  };
}

function matchOf(
  data: VendorObject,
  rule: string,
): { readonly remote: Extent; readonly l4: L4Set; readonly says: string } {
  const match = object(data, "match");
  const network = object(data, "networkMatch");
  const config = object(match ?? {}, "config");
  if (text(match ?? {}, "versionedExpr")?.toUpperCase() === "SRC_IPS_V1" && config !== null) {
    return { ...rangesOf(textList(config, "srcIpRanges"), rule), l4: allL4 };
  }
  if (network !== null) {
    const ranges = textList(network, "srcIpRanges");
    const { remote, says } =
      ranges.items.length === 0 && ranges.isWhole
        ? { remote: knownExtent(allAddresses), says: "everyone" }
        : rangesOf(ranges, rule);
    const protocols = textList(network, "ipProtocols");
    const ports = textList(network, "destPorts");
    const configs = protocols.items.map((ipProtocol) => ({ ipProtocol, ports: ports.items }));
    const traffic = readTraffic({ layer4Configs: configs }, "layer4Configs", "ipProtocol");
    const isOdd = !protocols.isWhole || !ports.isWhole || (protocols.items.length === 0 && ports.items.length > 0);
    const other = Object.keys(network).some((member) => !networkMembers.has(member) && isGiven(network[member]));
    return {
      remote: doubted(remote, [...traffic.problems, ...(other || isOdd ? [`what ${rule} matches`] : [])]),
      l4: isOdd ? allL4 : traffic.l4,
      says,
    };
  }
  const expression = text(object(match ?? {}, "expr") ?? {}, "expression");
  const missing =
    expression === null ? `what ${rule} matches` : `what the expression of ${rule} matches: ${shorten(expression)}`;
  return { remote: unknownExtent(allAddresses, missing), l4: allL4, says: `expression ${shorten(expression ?? "")}` };
}

/** What of a network edge rule's match is understood. */
const networkMembers: ReadonlySet<string> = new Set(["srcIpRanges", "ipProtocols", "destPorts"]);

function rangesOf(
  { items: ranges, isWhole }: ReadList<string>,
  rule: string,
): { readonly remote: Extent; readonly says: string } {
  const sets = ranges.map((range) => (range === "*" ? allAddresses : parseCidr(range)));
  const must = unionAddresses(sets.flatMap((set) => set ?? []));
  const says = ranges.toSorted().join(",").slice(0, 200);
  if (isWhole && ranges.length > 0 && !sets.includes(null)) return { remote: knownExtent(must), says };
  return { remote: { must, may: allAddresses, missing: [`an address range of ${rule} cannot be read`] }, says };
}

function unreadable(name: string): readonly Rule[] {
  const remote = unknownExtent(allAddresses, `a rule of ${name} cannot be read`);
  return (["allow", "deny"] as const).map((action) => ({
    key: `unreadable ${action}`,
    id: null,
    action,
    peer: { kind: "any" },
    remote,
    l4: allL4,
    sourcePorts: null,
    description: null,
  }));
}
