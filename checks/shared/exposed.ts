import type { Json, Remediation } from "../../src/model/finding.ts";
import { targetKey, type ResourceRef } from "../../src/model/resource.ts";
import type { Endpoint } from "../../src/network/endpoint.ts";
import type { NetworkEstate } from "../../src/network/estate.ts";
import type { ExplainedOpening } from "../../src/network/exposure-blame.ts";
import {
  exposuresOf,
  type Exposure,
  type ExposureAnalysis,
  type InternetOpening,
  type InternetOpenings,
} from "../../src/network/exposure.ts";
import { allL4, includesL4, l4Ports, protocolNumber, unionL4, type L4Set } from "../../src/network/l4.ts";
import { l4OfServices, servicesIn, type PortService } from "../../src/network/port-groups.ts";
import type { Verdict } from "../../src/scan/check.ts";
import { attachSecurityGroup, changeAdminRules } from "./azure-remediation.ts";
import { guardLoadBalancer } from "./gcp-remediation.ts";
import { closingRules, remediationFor, rulesInWords, servesBesides } from "./closing.ts";
import { explained, exposureEvidence, onlyThroughWords, readableParts } from "./exposure-evidence.ts";
import { briefPorts, eachPart } from "./open-ports.ts";
import { brief, listed, nameOf, sentenceNameOf } from "./words.ts";

/** What a check on exposure asks of every endpoint, and how it says what it found. */
export interface ExposureQuestions {
  /** What is open to the internet of what the check is about. */
  readonly openings: (analysis: ExposureAnalysis, exposure: Exposure) => InternetOpenings;
  /** Ports meant to be public: what comes in by a load balancer's listener on one of these is left out. */
  readonly publicListeners?: readonly PortService[];
  /** Ports and protocols in words: `SSH (tcp 22)`. */
  readonly what: (l4: L4Set) => string;
  /** Services that listen there, for the evidence. */
  readonly services: (l4: L4Set) => readonly string[];
  /** Share of globally routable space from which sources are the internet. */
  readonly share: number;
  /** Points to show in the witness packet, the gravest first. */
  readonly prefer: readonly L4Set[];
}

/**
 * The questions of a check on some services: is any of their ports open?
 * @param every what all of them together are called: `every remote-administration port`
 */
export function serviceQuestions(services: readonly PortService[], share: number, every: string): ExposureQuestions {
  const question = { l4: l4OfServices(services), share };
  const names = (l4: L4Set): readonly string[] => servicesIn(services, l4).map(({ name }) => name);
  return {
    openings: (analysis, exposure) => analysis.openToInternet(exposure, question),
    what: (l4) =>
      services.length > 4 && includesL4(l4, question.l4) ? every : `${brief(names(l4), 4)} (${briefPorts(l4)})`,
    services: names,
    share,
    prefer: services.map(({ l4 }) => l4),
  };
}

/**
 * Judges every endpoint by what the internet reaches of it: one verdict each. What an endpoint has in common with others of its class is
 * worked out once; what is said of it names its own rules.
 */
export function* judgeExposure(network: NetworkEstate, questions: ExposureQuestions): Iterable<Verdict> {
  const analysis = exposuresOf(network);
  const blind = new Map<string, Endpoint[]>();
  for (const endpoint of network.endpoints) {
    const exposure = withoutPublicListeners(analysis, endpoint, questions.publicListeners ?? []);
    const { certain, perhaps } = questions.openings(analysis, exposure);
    if (certain !== null) yield failure(analysis, exposure, certain, questions);
    else if (perhaps === null) yield { status: "pass", resource: endpoint.resource };
    else if (endpoint.missing.length > 0) addBlind(blind, endpoint);
    else yield doubt(analysis, exposure, perhaps, questions);
  }
  yield* blindVerdicts(blind);
}

function failure(
  analysis: ExposureAnalysis,
  exposure: Exposure,
  opening: InternetOpening,
  { what, services, share, prefer }: ExposureQuestions,
): Verdict {
  const { endpoint } = exposure;
  const { opening: how, ways } = explained(analysis, exposure, opening, prefer);
  const closing = closingRules(how, opening, share);
  const besides = servesBesides(closing, endpoint, opening);
  const at = brief([...new Set(ways.map(({ name }) => name))], 2);
  const bypasses = closing.length === 0 ? bypassesOf(how) : [];
  return {
    status: "fail",
    resource: endpoint.resource,
    message:
      `${subjectOf(endpoint)} is open on ${eachPart({ parts: readableParts(opening) }, what)} at ${at}${onlyThroughWords(how)}; ` +
      `${closing.length === 0 ? unclosedWords(bypasses) : `${rulesInWords(closing)} ${closing.length === 1 ? "lets" : "let"} it in`}.`,
    evidence: {
      services: services(opening.l4),
      ...exposureEvidence(endpoint, opening, how, ways),
      closing: besides.evidence,
    },
    ...(closing.length === 0
      ? withoutRules(endpoint, bypasses)
      : remediationFor(closing, besides.sentence, opening.l4)),
  };
}

/** Names of the security admin rules that deliver packets past every network security group: Azure's AlwaysAllow. */
function bypassesOf({ ways }: ExplainedOpening): readonly string[] {
  const names = ways.flatMap(({ steps }) =>
    steps
      .filter(({ layer, direction }) => layer.kind === "admin-firewall" && direction !== "reply")
      .flatMap(({ letting }) => letting.map(({ rule }) => rule))
      .filter(({ key }) => /^ingress \d+ alwaysallow /.test(key))
      .map(({ id, key }) => id ?? key),
  );
  return [...new Set(names)];
}

function unclosedWords(bypasses: readonly string[]): string {
  if (bypasses.length === 0) return "no firewall rule stands in between";
  const [rules, deliver] = bypasses.length === 1 ? ["rule", "delivers"] : ["rules", "deliver"];
  return `security admin ${rules} ${brief(bypasses, 2)} ${deliver} it past every network security group`;
}

/** What to do where no rule of a firewall can be taken away; empty where the check's own words hold. */
function withoutRules(
  { resource, firewalls }: Endpoint,
  bypasses: readonly string[],
): { readonly remediation?: Remediation } {
  if (bypasses.length > 0) return { remediation: changeAdminRules(bypasses) };
  if (resource.type === "gcp:compute:forwarding-rule") return { remediation: guardLoadBalancer(resource) };
  if (resource.type !== "azure:network:network-interface" || firewalls.length > 0) return {};
  return { remediation: attachSecurityGroup(resource) };
}

function doubt(
  analysis: ExposureAnalysis,
  exposure: Exposure,
  opening: InternetOpening,
  { what, services, prefer }: ExposureQuestions,
): Verdict {
  const { endpoint } = exposure;
  const { opening: how, ways } = explained(analysis, exposure, opening, prefer);
  return {
    status: "unknown",
    resource: endpoint.resource,
    message: `${subjectOf(endpoint)} may be open to the internet on ${what(opening.l4)}${onlyThroughWords(how)}; what would tell: ${brief(opening.missing, 3)}.`,
    evidence: { services: services(opening.l4), ...exposureEvidence(endpoint, opening, how, ways) },
  };
}

/**
 * The exposure of an endpoint but for ways by which clients speak to a load balancer's public port: whatever port the load balancer
 * speaks to behind it, what is public there is what was meant to be.
 */
export function withoutPublicListeners(
  analysis: ExposureAnalysis,
  endpoint: Endpoint,
  publicPorts: readonly PortService[],
): Exposure {
  const meant = l4OfServices(publicPorts);
  const ways = endpoint.ways.filter(
    ({ clientPort }) => clientPort === null || !includesL4(meant, listenerL4(clientPort)),
  );
  return analysis.exposureOf(ways.length === endpoint.ways.length ? endpoint : { ...endpoint, ways });
}

/** `tcp 443`, `tcp, udp 53`: a listener's port as points of the L4 axis; everything where it cannot be told. */
function listenerL4(clientPort: string): L4Set {
  const [, protocols = "", port = ""] = /^([a-z, ]+) (\d+)$/.exec(clientPort) ?? [];
  const numbers = protocols.split(", ").flatMap((name) => protocolNumber(name) ?? []);
  if (numbers.length === 0) return allL4;
  return unionL4(numbers.map((protocol) => l4Ports(protocol, Number(port), Number(port))));
}

/** An endpoint as the subject of a sentence, by what runs behind it; the finding's resource is the interface itself. */
export function subjectOf({ resource, workload }: Endpoint): string {
  return sentenceNameOf(workload ?? resource);
}

/**
 * What takes no connection of its own, on AWS: a NAT gateway drops what it was not asked for; a transit gateway attachment, and the endpoint
 * of a gateway load balancer, only pass on what routes send them; and no VPC endpoint can be given a public address.
 */
export function isForwarder({ workload }: Endpoint): boolean {
  return workload !== null && forwarders.has(workload.type);
}

const forwarders: ReadonlySet<string> = new Set([
  "aws:ec2:natgateway",
  "aws:ec2:transit-gateway-attachment",
  "aws:ec2:vpc-endpoint",
  // Before an Azure private endpoint stands the firewall of the service behind it; groups look at its packets only where a subnet's policies ask for it.
  "azure:network:private-endpoint",
]);

/**
 * Endpoints of which a whole way in may be unread, and nothing is known to be open: they are told of together, one verdict for each account,
 * Region and cause, for there is nothing to say of any one of them.
 */
export function addBlind(blind: Map<string, Endpoint[]>, endpoint: Endpoint): void {
  const key = `${targetKey(endpoint.resource)}\n${endpoint.missing.join("\n")}`;
  const known = blind.get(key);
  if (known === undefined) blind.set(key, [endpoint]);
  else known.push(endpoint);
}

/** The verdicts on what {@link addBlind} collected. */
export function* blindVerdicts(blind: ReadonlyMap<string, readonly Endpoint[]>): Iterable<Verdict> {
  for (const endpoints of blind.values()) {
    const [first] = endpoints;
    if (first === undefined) continue;
    const { cloud, account, region } = first.resource;
    const resource: ResourceRef = {
      cloud,
      account,
      region,
      type: `${cloud}:account-region`,
      id: `${account}/${region}`,
      name: null,
      arn: null,
    };
    const evidence: Readonly<Record<string, Json>> = {
      endpoints: listed(endpoints, (endpoint) => endpoint.resource.id),
      missing: [...first.missing],
    };
    const [isAre, named] =
      endpoints.length === 1 ? ["is", nameOf(first.resource)] : ["are", `${endpoints.length} endpoints`];
    yield {
      status: "unknown",
      resource,
      discriminator: first.missing.join("; "),
      message: `Whether ${named} in ${targetKey(first.resource)} ${isAre} open to the internet could not be told: ${brief(first.missing, 3)}.`,
      evidence,
    };
  }
}
