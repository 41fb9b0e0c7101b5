import type { Remediation } from "../../src/model/finding.ts";
import type { Json } from "../../src/model/finding.ts";
import type { ResourceRef } from "../../src/model/resource.ts";
import type { Firewall } from "../../src/network/estate.ts";
import type { Peer, Rule } from "../../src/network/filter.ts";
import { allL4, equalL4, icmp, icmpv6, tcp, udp, type L4Set } from "../../src/network/l4.ts";
import { peerName, ruleName, trafficInWords } from "./words.ts";

/** How many rules one finding prints commands for. */
const ruleLimit = 50;

/** Text as one word of a POSIX shell. Ids and names come from records that anybody may have written. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command of the AWS CLI aimed at the Region where the resource lives. */
export function awsCommand(resource: ResourceRef, ...words: readonly string[]): string {
  return ["aws", ...words, "--region", resource.region].map(shellQuote).join(" ");
}

/** How to take rules off a firewall, as the part of a verdict; empty where there are no words for its kind, and the check's own hold. */
export function removeRules(
  firewall: Firewall,
  rules: readonly Rule[],
  direction: "ingress" | "egress",
): { readonly remediation?: Remediation } {
  if (rules.length === 0) return {};
  switch (firewall.resource.type) {
    case "aws:ec2:security-group":
      return { remediation: revocation(firewall, rules, direction) };
    case "aws:ec2:network-acl":
      return { remediation: deletedEntries(firewall, rules, direction) };
    default:
      return {};
  }
}

/** https://docs.aws.amazon.com/cli/latest/reference/ec2/delete-network-acl-entry.html */
function deletedEntries({ resource }: Firewall, rules: readonly Rule[], direction: "ingress" | "egress"): Remediation {
  const { id, name } = resource;
  const side = direction === "ingress" ? "inbound" : "outbound";
  const numbers = [...new Set(rules.flatMap((rule) => rule.id ?? []))];
  const named = rules.slice(0, 5).map((rule) => ruleName(rule, direction));
  const more = rules.length > 5 ? ` and ${rules.length - 5} more` : "";
  return {
    console:
      `In the VPC console, open Network ACLs, choose ${name === null ? id : `${id} (${name})`}, then Edit ${side} rules, ` +
      `and remove or narrow ${named.join(", ")}${more}.`,
    cli: numbers
      .slice(0, ruleLimit)
      .map((number) =>
        awsCommand(
          resource,
          "ec2",
          "delete-network-acl-entry",
          "--network-acl-id",
          id,
          `--${direction}`,
          "--rule-number",
          number,
        ),
      ),
    terraform: `In the aws_network_acl_rule (or the ${direction} block of aws_network_acl or aws_default_network_acl) of ${id} that stands for it, name a narrower cidr_block, or remove it.`,
  };
}

/**
 * How to close some ports of a network ACL without touching what else its rules let in: denials that come before them. Empty where the
 * rules leave no number before them, or the ports are too many for an ACL's twenty rules.
 * https://docs.aws.amazon.com/cli/latest/reference/ec2/create-network-acl-entry.html
 */
export function denyPorts(
  firewall: Firewall,
  rules: readonly Rule[],
  l4: L4Set,
): { readonly remediation?: Remediation } {
  const { resource, ingressRules } = firewall;
  const before = Math.min(...rules.map(({ id }) => Number(id ?? Number.NaN)));
  if (resource.type !== "aws:ec2:network-acl" || !(before > 1)) return {};
  const taken = new Set(ingressRules.map(({ id }) => Number(id)));
  const free = Array.from({ length: before - 1 }, (_, index) => before - 1 - index).filter((each) => !taken.has(each));
  const families = [
    { option: "--cidr-block", cidr: "0.0.0.0/0", isOpen: rules.some(({ remote }) => remote.may.v4.length > 0) },
    { option: "--ipv6-cidr-block", cidr: "::/0", isOpen: rules.some(({ remote }) => remote.may.v6.length > 0) },
  ].filter(({ isOpen }) => isOpen);
  const entries = l4.flatMap((run) => families.map((family) => ({ run, family })));
  if (entries.length > 6 || entries.length > free.length) return {};
  const cli = entries.flatMap(({ run, family }, index) => {
    const [protocol, until] = [run.first >> 16, run.last >> 16];
    if (protocol !== until || (protocol !== tcp && protocol !== udp)) return [];
    const range = `From=${run.first & 0xffff},To=${run.last & 0xffff}`;
    const number = String(free[index] ?? before - 1);
    const what = ["--protocol", String(protocol), "--port-range", range, family.option, family.cidr];
    const words = [
      "--network-acl-id",
      resource.id,
      "--ingress",
      "--rule-number",
      number,
      "--rule-action",
      "deny",
      ...what,
    ];
    return [awsCommand(resource, "ec2", "create-network-acl-entry", ...words)];
  });
  if (cli.length < entries.length) return {};
  const remediation: Remediation = {
    console:
      `In the VPC console, open Network ACLs, choose ${resource.id}, then Edit inbound rules, and add rules that deny ${trafficInWords(l4)} with numbers ` +
      `lower than ${before}; they hold for everything in the ACL's subnets.`,
    cli,
    terraform: `Add aws_network_acl_rule resources to ${resource.id} that deny ${trafficInWords(l4)} with a rule_number lower than ${before}.`,
  };
  return { remediation };
}

function revocation(firewall: Firewall, rules: readonly Rule[], direction: "ingress" | "egress"): Remediation {
  const { id, name } = firewall.resource;
  const tab = direction === "ingress" ? "Inbound" : "Outbound";
  const other = direction === "ingress" ? "source" : "destination";
  const named = rules.slice(0, 5).map(({ id: rule, l4, peer }) => {
    const says = `${trafficInWords(l4)} ${direction === "ingress" ? "from" : "to"} ${peerName(peer)}`;
    return rule === null ? says : `${rule} (${says})`;
  });
  const more = rules.length > 5 ? ` and ${rules.length - 5} more` : "";
  return {
    console:
      `In the VPC console, open Security groups, choose ${name === null ? id : `${id} (${name})`}, then Edit ${tab.toLowerCase()} rules. ` +
      `Delete ${named.join(", ")}${more}, or set a narrower ${other}, and save.`,
    cli: revokeCommands(firewall.resource, rules.slice(0, ruleLimit), direction),
    terraform:
      `In the aws_vpc_security_group_${direction}_rule (or aws_security_group_rule, or the ${direction} block of aws_security_group) ` +
      `of ${id} that stands for it, name a narrower ${other}, or remove it.`,
  };
}

/** https://docs.aws.amazon.com/cli/latest/reference/ec2/revoke-security-group-ingress.html */
function revokeCommands(group: ResourceRef, rules: readonly Rule[], direction: "ingress" | "egress"): string[] {
  const command = `revoke-security-group-${direction}`;
  const ids = rules.flatMap(({ id }) => id ?? []);
  const permissions = rules.filter(({ id }) => id === null).flatMap((rule) => permissionOf(rule) ?? []);
  return [
    ...(ids.length === 0
      ? []
      : [awsCommand(group, "ec2", command, "--group-id", group.id, "--security-group-rule-ids", ...ids)]),
    ...(permissions.length === 0
      ? []
      : [awsCommand(group, "ec2", command, "--group-id", group.id, "--ip-permissions", JSON.stringify(permissions))]),
  ];
}

/** The rule as the API takes it; null when it is none that can be written down (its record could not be read). */
function permissionOf({ l4, peer, remote }: Rule): Json | null {
  const target = peerPermission(peer);
  const traffic = trafficPermission(l4);
  const isReadable = peer.kind === "list" || peer.kind === "group" || remote.missing.length === 0;
  return target === null || traffic === null || !isReadable ? null : { ...traffic, ...target };
}

function trafficPermission(l4: L4Set): Readonly<Record<string, Json>> | null {
  if (equalL4(l4, allL4)) return { IpProtocol: "-1" };
  const run = l4[0];
  if (run === undefined || l4.length > 1) return null;
  const protocol = run.first >> 16;
  const [first, last] = [run.first & 0xffff, run.last & 0xffff];
  if (protocol === tcp || protocol === udp) {
    return { IpProtocol: protocol === tcp ? "tcp" : "udp", FromPort: first, ToPort: last };
  }
  if (protocol === icmp || protocol === icmpv6) {
    const isWhole = first === 0 && last === 0xffff;
    return {
      IpProtocol: protocol === icmp ? "icmp" : "icmpv6",
      FromPort: isWhole ? -1 : first >> 8,
      ToPort: first === last ? first & 0xff : -1,
    };
  }
  return { IpProtocol: String(protocol) };
}

function peerPermission(peer: Peer): Readonly<Record<string, Json>> | null {
  switch (peer.kind) {
    case "cidr":
      return peer.cidr.includes(":")
        ? { Ipv6Ranges: [{ CidrIpv6: peer.cidr }] }
        : { IpRanges: [{ CidrIp: peer.cidr }] };
    case "list":
      return { PrefixListIds: [{ PrefixListId: peer.id }] };
    case "group":
      return {
        UserIdGroupPairs: [peer.owner === null ? { GroupId: peer.id } : { GroupId: peer.id, UserId: peer.owner }],
      };
    case "tag":
    case "any":
      return null;
    default:
      return peer satisfies never;
  }
}
