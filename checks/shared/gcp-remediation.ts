import type { Remediation } from "../../src/model/finding.ts";
import type { ResourceRef } from "../../src/model/resource.ts";
import type { Firewall } from "../../src/network/estate.ts";
import type { Peer, Rule } from "../../src/network/filter.ts";
import type { TagRule } from "../../src/providers/gcp/controls.ts";
import { shellQuote } from "./aws-remediation.ts";
import { brief, nameOf, peerName, trafficInWords } from "./words.ts";

/** How many rules one finding prints commands for. */
const ruleLimit = 50;

type Direction = "ingress" | "egress";

/** A command of gcloud aimed at a project; without one where what it is about lies in none. */
export function gcloudCommand(project: string | null, ...words: readonly string[]): string {
  return ["gcloud", ...words, ...(project === null ? [] : [`--project=${project}`])].map(shellQuote).join(" ");
}

/** A name as a word that is no flag: names come from records that anybody may have written. */
function positional(name: string, placeholder: string): string {
  return name.startsWith("-") || name.includes(" ") || name === "" ? placeholder : name;
}

/** A list of rules that gcloud knows: how it is called there. */
interface RuleList {
  readonly project: string | null;
  /** The words before the action and the rule. */
  readonly command: readonly string[];
  /** The words after the rule that say which list it is in. */
  readonly where: readonly string[];
  readonly console: string;
  /** The resource of Terraform that a rule is. */
  readonly terraform: string;
}

/**
 * https://cloud.google.com/sdk/gcloud/reference/compute/firewall-rules,
 * https://cloud.google.com/sdk/gcloud/reference/compute/network-firewall-policies/rules and
 * https://cloud.google.com/sdk/gcloud/reference/compute/firewall-policies/rules
 */
function ruleListOf({ type, id, account, name }: ResourceRef): RuleList | null {
  const last = positional(id.split("/").at(-1) ?? "", "POLICY");
  if (type === "gcp:compute:vpc-firewall-rules") {
    return {
      project: account,
      command: ["compute", "firewall-rules"],
      where: [],
      console: "In the Google Cloud console, open VPC network, then Firewall",
      terraform: "google_compute_firewall",
    };
  }
  const console = `In the Google Cloud console, open VPC network, then Firewall policies, and choose ${name ?? last}`;
  if (type === "gcp:compute:firewall-policy") {
    return {
      project: null,
      command: ["compute", "firewall-policies", "rules"],
      where: [`--firewall-policy=${last}`],
      console,
      terraform: "google_compute_firewall_policy_rule",
    };
  }
  if (type !== "gcp:compute:network-firewall-policy") return null;
  const region = /\/regions\/([^/]+)\//.exec(id)?.[1] ?? null;
  return {
    project: account,
    command: ["compute", "network-firewall-policies", "rules"],
    where: [
      `--firewall-policy=${last}`,
      region === null ? "--global-firewall-policy" : `--firewall-policy-region=${region}`,
    ],
    console,
    terraform: `google_compute_${region === null ? "" : "region_"}network_firewall_policy_rule`,
  };
}

/**
 * How to take rules off a network's VPC firewall rules or a firewall policy. A rule of Google's names several sources (or destinations), which
 * are rules of their own here: where only some are to go, the others stay in it. Empty for lists of another kind.
 */
export function removeGoogleRules(
  firewall: Firewall,
  rules: readonly Rule[],
  direction: Direction,
): { readonly remediation?: Remediation } {
  const list = ruleListOf(firewall.resource);
  const changes = changesTo(firewall, rules, direction);
  if (list === null || changes.length === 0) return {};
  const [preposition, other] =
    direction === "ingress" ? (["from", "source"] as const) : (["to", "destination"] as const);
  const says = changes.slice(0, 5).map(({ id, going }) => {
    const peers = going.map(({ peer }) => peerName(peer));
    return `${id} (${trafficInWords(going[0]?.l4 ?? [])} ${preposition} ${brief([...new Set(peers)], 3)})`;
  });
  const more = changes.length > 5 ? ` and ${changes.length - 5} more` : "";
  const shared = changes.filter((change) => isDeleted(change, list, direction) && change.staying.length > 0);
  const besides =
    shared.length === 0
      ? ""
      : ` Give what else ${brief(
          shared.map(({ id }) => id),
          3,
        )} names (${brief([...new Set(shared.flatMap(({ staying }) => staying.map(({ peer }) => peerName(peer))))], 3)}) a rule of its own before you delete it.`;
  const ranges =
    list.project !== null && list.where.length === 0
      ? `${other}_ranges`
      : direction === "ingress"
        ? "src_ip_ranges in its match block"
        : "dest_ip_ranges in its match block";
  return {
    remediation: {
      console: `${list.console}. Delete ${says.join(", ")}${more}, or set a narrower ${other}, and save.${besides}`,
      cli: changes.slice(0, ruleLimit).map((change) => commandFor(change, list, direction)),
      terraform: `In the ${list.terraform} that stands for it, name narrower ${ranges}, or remove it.`,
    },
  };
}

/** What is to happen to one rule of Google's. */
interface Change {
  /** Its name, or its priority in a policy. */
  readonly id: string;
  readonly going: readonly Rule[];
  /** What it names besides. */
  readonly staying: readonly Rule[];
}

function changesTo(
  { ingressRules, egressRules }: Firewall,
  rules: readonly Rule[],
  direction: Direction,
): readonly Change[] {
  const side = direction === "ingress" ? ingressRules : egressRules;
  const named = Map.groupBy(
    rules.filter(({ id }) => id !== null),
    ({ id }) => id ?? "",
  );
  return [...named].map(([id, going]): Change => {
    const peers = new Set(going.map(({ peer }) => peerName(peer)));
    return { id, going, staying: side.filter((rule) => rule.id === id && !peers.has(peerName(rule.peer))) };
  });
}

function commandFor(change: Change, list: RuleList, direction: Direction): string {
  const rule = positional(change.id, list.where.length === 0 ? "RULE" : "PRIORITY");
  const narrowed = narrowing(change, list, direction);
  return narrowed === null
    ? gcloudCommand(list.project, ...list.command, "delete", rule, ...list.where)
    : gcloudCommand(list.project, ...list.command, "update", rule, ...list.where, ...narrowed);
}

function isDeleted(change: Change, list: RuleList, direction: Direction): boolean {
  return narrowing(change, list, direction) === null;
}

/**
 * Flags that set what stays of each list that something goes from; null where nothing stays, or no flag can say it. A flag without a value
 * empties a VPC firewall rule's list; of policies nothing documents how to.
 */
function narrowing({ going, staying }: Change, list: RuleList, direction: Direction): readonly string[] | null {
  if (staying.length === 0) return null;
  const isVpc = list.where.length === 0;
  const termsOf = (rules: readonly Rule[]) => rules.map(({ peer }) => termOf(peer, isVpc, direction));
  const [gone, kept] = [termsOf(going), termsOf(staying)];
  const flags = new Set(gone.map((term) => term?.flag ?? null));
  const words = [...flags].map((flag) => {
    const values = kept.flatMap((term) => (term !== null && term.flag === flag ? [term.value] : []));
    if (flag === null || (values.length === 0 && !isVpc)) return null;
    return values.length === 0 ? flag : `${flag}=${[...new Set(values)].join(",")}`;
  });
  const said = words.filter((word) => word !== null);
  return said.length === words.length ? said : null;
}

/** The flag by which gcloud sets the list that a rule's other side stands in; null where there is none. */
function termOf(
  peer: Peer,
  isVpc: boolean,
  direction: Direction,
): { readonly flag: string; readonly value: string } | null {
  const side = isVpc ? vpcSides[direction] : policySides[direction];
  if (peer.kind === "cidr") return { flag: `--${side}${isVpc ? "ranges" : "ip-ranges"}`, value: peer.cidr };
  if (peer.kind === "list") return isVpc ? null : { flag: `--${side}address-groups`, value: peer.id };
  if (peer.kind !== "tag") return null;
  const [, kind = "tag", value = peer.name] = /^(.+) (\S+)$/.exec(peer.name) ?? [];
  const lists: ReadonlyMap<string, string> = isVpc ? vpcLists : policyLists;
  const named = lists.get(kind);
  return named === undefined ? null : { flag: `--${side}${named}`, value };
}

const vpcSides = { ingress: "source-", egress: "destination-" } as const;
const policySides = { ingress: "src-", egress: "dest-" } as const;
const vpcLists: ReadonlyMap<string, string> = new Map([
  ["tag", "tags"],
  ["service account", "service-accounts"],
]);
const policyLists: ReadonlyMap<string, string> = new Map([
  ["secure tag", "secure-tags"],
  ["domain name", "fqdns"],
  ["region code", "region-codes"],
  ["threat list", "threat-intelligence"],
]);

/** How to deny what no rule of a network denies on the way out. https://cloud.google.com/firewall/docs/firewalls#default_firewall_rules */
export function denyEgress({ account, name }: ResourceRef, families: readonly ("0.0.0.0/0" | "::/0")[]): Remediation {
  const network = positional(name ?? "", "NETWORK");
  return {
    console: `In the Google Cloud console, open VPC network, then Firewall; in network ${network}, allow outbound what is needed, and deny everything else by an egress rule of a high priority number.`,
    cli: families.map((range) =>
      gcloudCommand(
        account,
        "compute",
        "firewall-rules",
        "create",
        `deny-${range === "::/0" ? "ipv6-" : ""}egress-of-${network.toLowerCase()}`,
        `--network=${network}`,
        "--direction=EGRESS",
        "--action=DENY",
        "--rules=all",
        `--destination-ranges=${range}`,
        "--priority=65534",
      ),
    ),
    terraform:
      'Add a google_compute_firewall with direction = "EGRESS", a deny block of every protocol and priority = 65534, after one for each destination that is needed.',
  };
}

/** How to delete a firewall policy that guards nothing; null for a resource that is none. */
export function deletePolicy(resource: ResourceRef): Remediation | null {
  const list = ruleListOf(resource);
  if (list === null || list.where.length === 0) return null;
  const { id, account } = resource;
  const policy = positional(id.split("/").at(-1) ?? "", "POLICY");
  const region = /\/regions\/([^/]+)\//.exec(id)?.[1] ?? null;
  const isHierarchical = list.project === null;
  return {
    console: `${list.console}, then Delete, once you are sure that nothing is meant to be associated with it.`,
    cli: [
      isHierarchical
        ? gcloudCommand(null, "compute", "firewall-policies", "delete", policy)
        : gcloudCommand(
            account,
            "compute",
            "network-firewall-policies",
            "delete",
            policy,
            region === null ? "--global" : `--region=${region}`,
          ),
    ],
    terraform: `Remove the ${list.terraform.replace(/_rule$/, "")} of ${nameOf(resource)}, and its rules.`,
  };
}

/** How to put Cloud Armor before a load balancer, or to take the load balancer away. https://cloud.google.com/armor/docs/configure-security-policies */
export function guardLoadBalancer({ id, account, name }: ResourceRef): Remediation {
  const region = /\/regions\/([^/]+)\//.exec(id)?.[1] ?? null;
  const scope = region === null ? "--global" : `--region=${region}`;
  const rule = positional(name ?? "", "FORWARDING_RULE");
  return {
    console: `In the Google Cloud console, open Network services, then Load balancing; give the backend services behind ${rule} a Cloud Armor policy that names who may use it, or delete the forwarding rule.`,
    cli: [
      gcloudCommand(account, "compute", "backend-services", "update", "SERVICE", "--security-policy=POLICY", scope),
      gcloudCommand(account, "compute", "forwarding-rules", "delete", rule, scope),
    ],
    terraform:
      "Name a security_policy in the google_compute_backend_service behind it, or remove the google_compute_global_forwarding_rule or google_compute_forwarding_rule.",
  };
}

/** A command that updates a rule of a firewall policy; null for a resource that is none. */
export function policyRuleCommand(policy: ResourceRef, priority: string, ...flags: readonly string[]): string | null {
  const list = ruleListOf(policy);
  if (list === null || list.where.length === 0) return null;
  return gcloudCommand(list.project, ...list.command, "update", priority, ...list.where, ...flags);
}

/** A command that updates a network. */
export function updateNetwork({ account, name }: ResourceRef, ...flags: readonly string[]): string {
  return gcloudCommand(account, "compute", "networks", "update", positional(name ?? "", "NETWORK"), ...flags);
}

/** Commands that put a VPC firewall rule for a service account in the place of one for network tags. */
export function replaceVpcRule(
  { account, name }: ResourceRef,
  { rule, action, direction }: Pick<TagRule, "rule" | "action" | "direction">,
): readonly string[] {
  const side = direction === "ingress" ? "--source-ranges=RANGES" : "--destination-ranges=RANGES";
  const command = ["compute", "firewall-rules"];
  return [
    gcloudCommand(
      account,
      ...command,
      "create",
      "NEW_RULE",
      `--network=${name ?? "NETWORK"}`,
      `--direction=${direction.toUpperCase()}`,
      `--action=${action.toUpperCase()}`,
      "--rules=RULES",
      side,
      `--priority=${rule.priority}`,
      "--target-service-accounts=ACCOUNT",
    ),
    gcloudCommand(account, ...command, "delete", positional(rule.name, "RULE")),
  ];
}
