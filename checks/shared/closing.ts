import type { Json, Remediation } from "../../src/model/finding.ts";
import { intersectAddresses } from "../../src/network/addresses.ts";
import type { Endpoint, Layer } from "../../src/network/endpoint.ts";
import type { Firewall } from "../../src/network/estate.ts";
import type { DecidingRule, ExplainedOpening, LayerStep } from "../../src/network/exposure-blame.ts";
import type { InternetOpening } from "../../src/network/exposure.ts";
import type { Rule } from "../../src/network/filter.ts";
import { isEmptyL4, subtractL4, type L4Set } from "../../src/network/l4.ts";
import { denyPorts } from "./aws-remediation.ts";
import { removeRules } from "./remediation.ts";
import { briefPorts, culpritsOf, internetFamilies } from "./open-ports.ts";
import { brief, listed, nameOf, ruleName } from "./words.ts";

/** A rule whose removal closes a way, and the firewall it belongs to. */
export interface ClosingRule {
  readonly rule: Rule;
  readonly firewall: Firewall;
}

/**
 * The rules to take away so that nothing of an opening is left: on each way those of the outermost firewall that is attached to something
 * on it, for that is the line drawn for it; where no such firewall stands there, those of the subnet's.
 */
export function closingRules(
  { ways }: ExplainedOpening,
  opening: Pick<InternetOpening, "addresses">,
  share: number,
): readonly ClosingRule[] {
  const found = new Map<Rule, ClosingRule>();
  for (const { steps } of ways) {
    for (const each of wayClosing(steps, opening, share)) found.set(each.rule, each);
  }
  return [...found.values()];
}

function wayClosing(
  steps: readonly LayerStep[],
  opening: Pick<InternetOpening, "addresses">,
  share: number,
): readonly ClosingRule[] {
  for (const kind of ["endpoint-firewall", "subnet-firewall"]) {
    for (const { layer, direction, letting } of steps) {
      if (layer.kind !== kind || direction === "reply") continue;
      const rules = culprits(letting, opening, share, layer);
      if (rules.length > 0) return rules;
    }
  }
  return [];
}

/** The rules of firewalls that let the internet in, alone or together, as the firewalls have them; those for an office or a neighbour stay. */
export function culprits(
  letting: readonly DecidingRule[],
  { addresses }: Pick<InternetOpening, "addresses">,
  share: number,
  layer: Layer,
): readonly ClosingRule[] {
  const chosen = culpritsOf(
    letting.map(({ rule }) => rule),
    (set) => internetFamilies(intersectAddresses(set, addresses), share),
  );
  return letting.flatMap(({ rule, firewall }) =>
    firewall === null || !chosen.includes(rule) ? [] : [{ rule: layer.standsFor?.get(rule) ?? rule, firewall }],
  );
}

/** The rules in words, firewall by firewall: `rule sgr-1 (allow tcp 22 from 0.0.0.0/0) of security group web (sg-1)`. */
export function rulesInWords(closing: readonly ClosingRule[]): string {
  const byFirewall = Map.groupBy(closing, ({ firewall }) => firewall);
  const words = [...byFirewall].map(([{ resource }, rules]) => {
    const named = rules.map(({ rule }) => ruleName(rule, "ingress"));
    return `${brief(named, 2)} of ${nameOf(resource)}`;
  });
  return words.length > 2 ? brief(words, 2) : words.join(" and ");
}

/** What the rules serve besides what they are to be removed for: as evidence, and as a sentence that warns; empty when there is nothing. */
export function servesBesides(
  closing: readonly ClosingRule[],
  endpoint: Endpoint,
  opening: Pick<InternetOpening, "l4">,
): { readonly evidence: Json; readonly sentence: string } {
  const warnings: string[] = [];
  const evidence = listed(closing, ({ rule, firewall }) => {
    const { resource, attachments } = firewall;
    const own = new Set([endpoint.resource.id, endpoint.subnet ?? ""]);
    // Of a group on a hundred thousand interfaces a few suffice.
    // A firewall of whole networks holds for what its rules name as targets there.
    const called = (id: string): string =>
      firewall.scope === "network" && id === endpoint.network
        ? `whatever else it is for in network ${id.split("/").at(-1) ?? id}`
        : id;
    const others = attachments
      .slice(0, 50)
      .filter((id) => !own.has(id))
      .map(called);
    const count = attachments.length - (attachments.some((id) => own.has(id)) ? 1 : 0);
    const ports = subtractL4(rule.l4, opening.l4);
    const serves = [
      ...(count === 0 ? [] : [`${brief(others, 3)}${count > 3 ? ` (${count} in all)` : ""}`]),
      ...(isEmptyL4(ports) ? [] : [briefPorts(ports)]),
    ];
    if (serves.length > 0) warnings.push(`${capital(ruleName(rule, "ingress"))} also serves ${serves.join(" and ")}.`);
    return {
      firewall: resource.id,
      rule: rule.id,
      key: rule.key,
      alsoServes: {
        attachments: { count, first: others.slice(0, 20) },
        ports: isEmptyL4(ports) ? null : briefPorts(ports),
      },
    };
  });
  const more = warnings.length - 3;
  const rest = more > 0 ? [`${more} more of these rules ${more === 1 ? "serves" : "serve"} something besides.`] : [];
  return { evidence, sentence: [...warnings.slice(0, 3), ...rest].join(" ") };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html */
function tracked(closing: readonly ClosingRule[]): readonly string[] {
  if (!closing.some(({ firewall }) => firewall.resource.type === "aws:ec2:security-group")) return [];
  return ["Connections that the group tracks already go on until they end; a network ACL cuts them at once."];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How to remove the rules, firewall by firewall, as the part of a verdict; empty where there are none and the check's own words hold. */
export function remediationFor(
  closing: readonly ClosingRule[],
  caution: string,
  l4: L4Set,
): { readonly remediation?: Remediation } {
  const byFirewall = Map.groupBy(closing, ({ firewall }) => firewall);
  const ways = [...byFirewall].flatMap(([firewall, found]) => {
    const rules = found.map(({ rule }) => rule);
    return denyPorts(firewall, rules, l4).remediation ?? removeRules(firewall, rules, "ingress").remediation ?? [];
  });
  if (ways.length === 0) return {};
  return {
    remediation: {
      console: [...ways.map((way) => way.console), ...(caution === "" ? [] : [caution]), ...tracked(closing)].join(" "),
      cli: ways.flatMap(({ cli }) => cli),
      terraform: ways.map(({ terraform }) => terraform ?? "").join(" "),
    },
  };
}
