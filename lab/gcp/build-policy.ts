import { computeResource, computeRoot, defined, numberOf, projectOf, type Traffic, trafficOf } from "./build.ts";
import type { GcpResource, JsonObject } from "./estate.ts";

/** What a rule of a firewall policy matches on one side. What is absent matches all. */
export interface Match {
  readonly ranges?: readonly string[];
  readonly addressGroups?: readonly GcpResource[];
  readonly fqdns?: readonly string[];
  /** ISO 3166 codes: `RU`. */
  readonly countries?: readonly string[];
  /** Google's lists: `iplist-known-malicious-ips`. */
  readonly threatLists?: readonly string[];
  /** Tag values, for sources alone: `tagValues/281475012345678`. */
  readonly secureTags?: readonly string[];
  readonly context?: "INTERNET" | "NON_INTERNET" | "INTRA_VPC" | "VPC_NETWORKS";
  /** For `VPC_NETWORKS`. */
  readonly networks?: readonly GcpResource[];
}

/** A rule of a firewall policy. What is absent is INGRESS and every protocol. */
export interface PolicyRuleWords {
  readonly action: "allow" | "deny" | "goto_next" | "apply_security_profile_group";
  readonly direction?: "INGRESS" | "EGRESS";
  readonly name?: string;
  readonly from?: Match;
  readonly to?: Match;
  readonly traffic?: Traffic;
  readonly disabled?: boolean;
  readonly logged?: boolean;
  readonly description?: string;
  /** Networks, for hierarchical policies. */
  readonly targetNetworks?: readonly GcpResource[];
  readonly targetServiceAccounts?: readonly string[];
  /** Tag values; with ` (INEFFECTIVE)` after one that was deleted. */
  readonly targetSecureTags?: readonly string[];
  readonly targetType?: "INSTANCES" | "INTERNAL_MANAGED_LB";
  readonly more?: JsonObject;
}

/** The rules of a policy by priority. */
export type PolicyRules = Readonly<Record<number, PolicyRuleWords>>;

/** A hierarchical firewall policy of an organization or folder, associated with the given nodes (`organizations/1`, `folders/2`). */
export function hierarchicalPolicy(
  parent: string,
  shortName: string,
  rules: PolicyRules,
  associatedWith: readonly string[] = [parent],
): GcpResource {
  const id = numberOf(`${parent}/${shortName}`);
  const selfLink = `${computeRoot}locations/global/firewallPolicies/${id}`;
  return {
    ...policyBody(selfLink, id, rules),
    name: id,
    selfLink,
    shortName,
    displayName: shortName,
    parent,
    associations: associatedWith.map((attachmentTarget) => ({
      name: attachmentTarget.replace("/", "-"),
      attachmentTarget,
      firewallPolicyId: id,
      shortName,
      displayName: shortName,
    })),
  };
}

/** A network firewall policy: global, or of a region. It is associated with the given networks of its project. */
export function networkPolicy(
  project: string,
  scope: string,
  name: string,
  rules: PolicyRules,
  associatedWith: readonly GcpResource[],
): GcpResource {
  const bare = computeResource({ project, scope }, "firewallPolicies", "compute#firewallPolicy", name, {});
  const id = numberOf(bare.selfLink);
  return {
    ...bare,
    ...policyBody(bare.selfLink, id, rules),
    name,
    selfLink: bare.selfLink,
    associations: associatedWith.map((vpc) => ({
      name: `${name}-${vpc.name}`,
      attachmentTarget: vpc.selfLink,
      firewallPolicyId: id,
    })),
  };
}

function policyBody(selfLink: string, id: string, rules: PolicyRules): JsonObject {
  // Members whose names are numbers come in their order.
  const own = Object.entries(rules).map(([priority, words]) => policyRule(Number(priority), words));
  return {
    kind: "compute#firewallPolicy",
    id,
    creationTimestamp: "2024-03-11T02:49:51.226-08:00",
    description: "",
    rules: [...own, ...predefinedRules],
    fingerprint: "pJ2qX0yKc1M=",
    selfLinkWithId: selfLink.replace(/[^/]+$/, id),
    ruleTupleCount: own.length * 2 + predefinedRules.length * 2,
  };
}

function policyRule(priority: number, words: PolicyRuleWords): JsonObject {
  const { action, direction = "INGRESS", name, from = {}, to = {}, traffic = ["all"], description } = words;
  const { disabled = false, logged = false, targetNetworks, targetServiceAccounts, targetType } = words;
  return {
    kind: "compute#firewallPolicyRule",
    ...defined({ ruleName: name, description }),
    priority,
    match: {
      ...side("src", from),
      ...side("dest", to),
      layer4Configs: trafficOf(traffic).map(([ipProtocol, ports]) =>
        ports.length === 0 ? { ipProtocol } : { ipProtocol, ports },
      ),
    },
    action,
    direction,
    ...defined({
      targetResources: targetNetworks?.map(({ selfLink }) => selfLink),
      targetServiceAccounts,
      targetSecureTags: words.targetSecureTags?.map((tag) => secureTag(tag)),
      targetType,
    }),
    enableLogging: logged,
    ruleTupleCount: 2,
    disabled,
    ...words.more,
  };
}

function side(prefix: "src" | "dest", match: Match): JsonObject {
  const { ranges, addressGroups, fqdns, countries, threatLists, secureTags, context, networks } = match;
  return defined({
    [`${prefix}IpRanges`]: ranges,
    [`${prefix}AddressGroups`]: addressGroups?.map(({ name }) => name),
    [`${prefix}Fqdns`]: fqdns,
    [`${prefix}RegionCodes`]: countries,
    [`${prefix}ThreatIntelligences`]: threatLists,
    [`${prefix}SecureTags`]: secureTags?.map((tag) => secureTag(tag)),
    [`${prefix}NetworkType`]: context,
    [`${prefix}Networks`]: networks?.map(({ selfLink }) => selfLink),
  });
}

function secureTag(words: string): JsonObject {
  const [name = "", state = ""] = words.split(" ");
  return { name, state: state === "" ? "EFFECTIVE" : state.replace(/[()]/g, "") };
}

/** What every policy ends with: https://docs.cloud.google.com/firewall/docs/firewall-policies-overview#predefined-rules */
const predefinedRules: readonly JsonObject[] = [
  ["EGRESS", "IPv6", 2_147_483_644],
  ["INGRESS", "IPv6", 2_147_483_645],
  ["EGRESS", "IPv4", 2_147_483_646],
  ["INGRESS", "IPv4", 2_147_483_647],
].map(([direction, family, priority]) => ({
  kind: "compute#firewallPolicyRule",
  description: `default ${direction === "EGRESS" ? "egress" : "ingress"} rule${family === "IPv6" ? " ipv6" : ""}`,
  priority,
  match: {
    [direction === "EGRESS" ? "destIpRanges" : "srcIpRanges"]: [family === "IPv6" ? "::/0" : "0.0.0.0/0"],
    layer4Configs: [{ ipProtocol: "all" }],
  },
  action: "goto_next",
  direction,
  enableLogging: false,
  ruleTupleCount: 2,
  disabled: false,
}));

/** An address group of a project or organization (`projects/p`, `organizations/1`) at a location: `global` or a region. */
export function addressGroup(parent: string, location: string, name: string, items: readonly string[]): GcpResource {
  const path = `${parent}/locations/${location}/addressGroups/${name}`;
  return {
    name: path,
    description: "",
    createTime: "2024-03-11T10:47:19.803Z",
    updateTime: "2024-03-11T10:47:19.803Z",
    type: items.some((item) => item.includes(":")) ? "IPV6" : "IPV4",
    items,
    capacity: 100,
    selfLink: `https://networksecurity.googleapis.com/v1/${path}`,
    purpose: ["DEFAULT"],
  };
}

/** The global firewall policy of a network's project, associated with that network alone. */
export function globalPolicy(vpc: GcpResource, name: string, rules: PolicyRules): GcpResource {
  return networkPolicy(projectOf(vpc), "global", name, rules, [vpc]);
}
