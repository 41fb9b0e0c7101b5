import type { Json } from "../../src/model/finding.ts";
import type { Endpoint, Layer, LayerKind } from "../../src/network/endpoint.ts";
import { explainLayer } from "../../src/network/exposure-blame.ts";
import { exposuresOf, type Exposure, type ExposureAnalysis, type HeldBack } from "../../src/network/exposure.ts";
import { allL4, icmp, icmpv6, includesL4, l4Protocol, subtractL4, unionL4, type L4Set } from "../../src/network/l4.ts";
import { l4OfServices, servicesIn } from "../../src/network/port-groups.ts";
import { cloudFirewallAttack, type Check, type CheckSettings, type Verdict } from "../../src/scan/check.ts";
import { culprits, remediationFor, rulesInWords, servesBesides, type ClosingRule } from "../shared/closing.ts";
import { addBlind, blindVerdicts, isForwarder, subjectOf, withoutPublicListeners } from "../shared/exposed.ts";
import { openEvidence, readableParts } from "../shared/exposure-evidence.ts";
import { briefPorts, eachPart } from "../shared/open-ports.ts";
import { brief, listed, nameOf, ruleEvidence } from "../shared/words.ts";

/**
 * Layers whose opening is a change that somebody may make for another reason. The endpoint's own firewall is where the open rule is looked
 * for, and a listener is made in order to publish a port.
 */
const holding: ReadonlySet<LayerKind> = new Set([
  "public-address",
  "public-access-block",
  "gateway",
  "route",
  "subnet-firewall",
  "admin-firewall",
  "inspection",
]);

export const check: Check = {
  id: "latent-exposure",
  title: "No open rule is a single change in another layer away from exposing an endpoint",
  severity: "medium",
  subject: "endpoint",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "The rule is open already and one other layer alone holds it back; whoever changes that layer for a reason of their own, a route or a public " +
    "address, puts the endpoint on the internet without touching a firewall.",
  remediation: {
    console: "Narrow the source of the open rule, so that the endpoint no longer rests on the other layer.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
      "gcloud compute firewall-rules update RULE --source-ranges=RANGES --project=PROJECT",
    ],
    terraform: {
      aws: "Name a narrower cidr_ipv4, cidr_ipv6 or prefix_list_id in the aws_vpc_security_group_ingress_rule, or remove it.",
      azure: "Name narrower source_address_prefixes in the azurerm_network_security_rule, or remove it.",
      gcp: "Name narrower source_ranges in the google_compute_firewall (src_ip_ranges in the match block of a firewall policy's rule), or remove it.",
    },
  },
  attack: cloudFirewallAttack,
  controls: { "aws-security-hub": ["EC2.18", "EC2.19"] },
  needs: { subjects: ["endpoints"], context: [] },
  *judge({ network }, settings) {
    const analysis = exposuresOf(network);
    const isOpen = { l4: portsThatMatter(settings), share: settings.internetShare };
    const blind = new Map<string, Endpoint[]>();
    for (const endpoint of network.endpoints) {
      const exposure = withoutPublicListeners(analysis, endpoint, settings.publicPorts);
      if (isForwarder(endpoint)) {
        yield { status: "pass", resource: endpoint.resource };
        continue;
      }
      const held = analysis.heldBack(exposure, isOpen, holding).filter(({ layer }) => holds(layer, endpoint));
      const sure = held.filter(({ certain }) => certain);
      if (sure.length > 0) yield failure(analysis, exposure, sure, settings);
      else if (endpoint.missing.length > 0) addBlind(blind, endpoint);
      else if (held.length > 0) yield doubt(exposure, held, settings);
      else yield unreadOrPass(endpoint, analysis.openToInternet(exposure, isOpen).perhaps?.missing ?? []);
    }
    yield* blindVerdicts(blind);
  },
};

/** A load balancer's nodes get their addresses from its scheme, which is for ever. */
function holds({ kind }: Layer, { workload }: Endpoint): boolean {
  return (
    holding.has(kind) && !(kind === "public-address" && workload?.type === "aws:elasticloadbalancing:loadbalancer")
  );
}

/** Every port but those meant to be public; ICMP has none. */
function portsThatMatter({ publicPorts }: Pick<CheckSettings, "publicPorts">): L4Set {
  return subtractL4(allL4, unionL4([l4OfServices(publicPorts), l4Protocol(icmp), l4Protocol(icmpv6)]));
}

function what({ adminPorts, dataPorts, publicPorts }: CheckSettings): (l4: L4Set) => string {
  const all = portsThatMatter({ publicPorts });
  return (l4) => {
    if (includesL4(l4, all)) return "every port";
    const names = servicesIn([...adminPorts, ...dataPorts], l4).map(({ name }) => name);
    return names.length === 0 ? briefPorts(l4) : `${brief(names, 4)} (${briefPorts(l4)})`;
  };
}

function failure(
  analysis: ExposureAnalysis,
  { endpoint }: Exposure,
  held: readonly HeldBack[],
  settings: CheckSettings,
): Verdict {
  const [first] = held;
  if (first === undefined) return { status: "pass", resource: endpoint.resource };
  const rules = openRules(analysis, first, settings.internetShare);
  const besides = servesBesides(rules, endpoint, first.opening);
  const whom = eachPart({ parts: readableParts(first.opening) }, what(settings));
  return {
    status: "fail",
    resource: endpoint.resource,
    message:
      `${subjectOf(endpoint)} is one change away from the internet: ${first.layer.opensBy} would open ${whom}` +
      `${rules.length === 0 ? "; no firewall rule stops it" : `; ${rulesInWords(rules)} already ${rules.length === 1 ? "lets" : "let"} it in`}.`,
    evidence: {
      ...heldEvidence(endpoint, held),
      openRules: ruleEvidence(rules.map(({ rule }) => rule)),
      closing: besides.evidence,
    },
    ...remediationFor(rules, besides.sentence, first.opening.l4),
  };
}

/** The rules of firewalls, other than the layer that holds them back, that let in what it stops. */
function openRules(
  analysis: ExposureAnalysis,
  { way, layer, opening }: HeldBack,
  share: number,
): readonly ClosingRule[] {
  const region = opening.parts.map(({ l4, addresses }) => ({ l4, remote: addresses, sourcePorts: null }));
  for (const kind of ["endpoint-firewall", "subnet-firewall"]) {
    for (const each of way.packets.filter((other) => other.kind === kind && other !== layer)) {
      const chosen = culprits(explainLayer(each, "packet", region, analysis).letting, opening, share, each);
      if (chosen.length > 0) return chosen;
    }
  }
  return [];
}

function doubt({ endpoint }: Exposure, held: readonly HeldBack[], settings: CheckSettings): Verdict {
  const missing = [...new Set(held.flatMap(({ opening }) => opening.missing))];
  const changes = held.map(({ layer, opening }) => `${layer.opensBy} (${what(settings)(opening.l4)})`);
  return {
    status: "unknown",
    resource: endpoint.resource,
    message: `${subjectOf(endpoint)} may be one change away from being open to the internet, ${brief(changes, 2)}; what would tell: ${brief(missing, 3)}.`,
    evidence: { ...heldEvidence(endpoint, held), missing },
  };
}

function unreadOrPass({ resource }: Endpoint, missing: readonly string[]): Verdict {
  if (missing.length === 0) return { status: "pass", resource };
  return {
    status: "unknown",
    resource,
    message: `Whether ${nameOf(resource)} is open to the internet already, or one change away from it, is not known: ${brief(missing, 3)}.`,
    evidence: { missing: [...missing] },
  };
}

function heldEvidence({ workload, firewalls }: Endpoint, held: readonly HeldBack[]): Readonly<Record<string, Json>> {
  return {
    workload: workload === null ? null : { type: workload.type, id: workload.id, name: workload.name },
    firewalls: listed(firewalls, (id) => id),
    heldBackBy: listed(held, ({ way, layer, opening }) => ({
      way: way.name,
      layer: layer.name,
      kind: layer.kind,
      opensBy: layer.opensBy,
      resources: layer.resources.map(({ id }) => id),
      wouldOpen: openEvidence(opening),
    })),
  };
}
