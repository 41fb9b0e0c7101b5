import type { Json } from "../../src/model/finding.ts";
import { formatAddress } from "../../src/network/addresses.ts";
import type { Endpoint, Inspection, Layer, Way } from "../../src/network/endpoint.ts";
import {
  explainOpening,
  type DecidingRule,
  type ExplainedOpening,
  type LayerStep,
  type PathWitness,
} from "../../src/network/exposure-blame.ts";
import type { Exposure, ExposureAnalysis, InternetOpening, OpenPart } from "../../src/network/exposure.ts";
import { l4Entries, type L4Set } from "../../src/network/l4.ts";
import { readableInternet } from "../../src/network/reach-sources.ts";
import { addressEvidence, listed, nameOf, peerName } from "./words.ts";

/** An opening explained for one endpoint: how it comes about, and over which of the endpoint's ways. */
export interface ExplainedExposure {
  readonly opening: ExplainedOpening;
  readonly ways: readonly Way[];
}

interface Kept {
  readonly opening: ExplainedOpening;
  /** Which of the endpoint's ways the opening's are. */
  readonly indices: readonly number[];
}

/** Explanations by opening (one for each class of endpoints) and by the layers themselves, which endpoints of a class need not share. */
const kept = new WeakMap<InternetOpening, Map<string, Kept>>();
const serials = new WeakMap<Layer, number>();
let lastSerial = 0;

/** Explains an opening by the endpoint's own rules; endpoints with the very same layers share the work. */
export function explained(
  analysis: ExposureAnalysis,
  exposure: Exposure,
  opening: InternetOpening,
  prefer: readonly L4Set[],
): ExplainedExposure {
  const { ways } = exposure.endpoint;
  const answers = kept.get(opening) ?? new Map<string, Kept>();
  kept.set(opening, answers);
  const key = ways.map((way) => `${serialsOf(way.packets)}/${serialsOf(way.replies)}`).join(";");
  const known = answers.get(key);
  const answer = known ?? explain(analysis, exposure, opening, prefer);
  answers.set(key, answer);
  return { opening: answer.opening, ways: answer.indices.flatMap((index) => ways[index] ?? []) };
}

function explain(
  analysis: ExposureAnalysis,
  exposure: Exposure,
  found: InternetOpening,
  prefer: readonly L4Set[],
): Kept {
  const opening = explainOpening(analysis, exposure, found, "reached", prefer);
  return { opening, indices: opening.ways.map(({ way }) => exposure.endpoint.ways.indexOf(way)) };
}

function serialsOf(layers: readonly Layer[]): string {
  return layers
    .map((layer) => {
      const known = serials.get(layer);
      if (known !== undefined) return known;
      lastSerial += 1;
      serials.set(layer, lastSerial);
      return lastSerial;
    })
    .join(" ");
}

const readable = new WeakMap<InternetOpening, readonly OpenPart[]>();

/** The parts of an opening with their addresses in few blocks: 0.0.0.0/0, not sixty blocks around what is private. */
export function readableParts(opening: InternetOpening): readonly OpenPart[] {
  const known = readable.get(opening);
  if (known !== undefined) return known;
  const parts = opening.parts.map(({ l4, addresses }) => ({ l4, addresses: readableInternet(addresses) }));
  readable.set(opening, parts);
  return parts;
}

/** `, only through firewall X`: the appliances that every way leads through, as part of a sentence. */
export function onlyThroughWords({ onlyThrough }: Pick<ExplainedOpening, "onlyThrough">): string {
  if (onlyThrough.length === 0) return "";
  const names = onlyThrough.map(({ resource, seesReplies }) =>
    seesReplies === false ? `${nameOf(resource)}, which does not see the replies` : nameOf(resource),
  );
  return `, only through ${names.join(" and ")}`;
}

/** What is open to whom, part by part. */
export function openEvidence(opening: InternetOpening): Json {
  return listed(readableParts(opening), ({ l4, addresses }) => ({
    ports: l4Entries(l4).map(({ protocol, ports }) => ({ protocol, ports })),
    to: addressEvidence(addresses),
  }));
}

/** What is open, over which ways, by which rules layer by layer, and a packet that proves it. */
export function exposureEvidence(
  { workload, firewalls, missing }: Endpoint,
  opening: InternetOpening,
  how: ExplainedOpening,
  ways: readonly Way[],
): Readonly<Record<string, Json>> {
  const unread = [...new Set([...opening.missing, ...missing])];
  return {
    workload: workload === null ? null : { type: workload.type, id: workload.id, name: workload.name },
    firewalls: listed(firewalls, (id) => id),
    open: openEvidence(opening),
    ways: listed(
      how.ways.map(({ way, steps }, index) => ({ way: ways[index] ?? way, steps })),
      ({ way, steps }) => ({
        name: way.name,
        kind: way.kind,
        clientPort: way.clientPort,
        layers: steps.map(stepEvidence),
        inspections: way.inspections.map(inspectionEvidence),
      }),
    ),
    onlyThrough: how.onlyThrough.map(inspectionEvidence),
    witness: how.witness === null ? null : witnessEvidence(how.witness),
    ...(unread.length === 0 ? {} : { missing: unread }),
  };
}

/** One layer as evidence: which rules of which firewall let through what is open. */
export function stepEvidence({ layer, direction, letting, missing }: LayerStep): Json {
  return {
    layer: layer.name,
    kind: layer.kind,
    direction,
    rules: listed(letting, (each) => ruleOfFirewall(each, layer)),
    ...(missing.length === 0 ? {} : { missing: [...missing] }),
  };
}

/** A rule as its firewall has it, also where the layer holds it with a load balancer's ports. */
function ruleOfFirewall({ rule, firewall }: DecidingRule, { standsFor }: Layer): Json {
  const { id, key, peer, description } = standsFor?.get(rule) ?? rule;
  return { firewall: firewall?.resource.id ?? null, id, key, peer: peerName(peer), description };
}

function inspectionEvidence({ resource, seesReplies }: Inspection): Json {
  return { type: resource.type, id: resource.id, name: resource.name, seesReplies };
}

function witnessEvidence({ packet, certain, steps }: PathWitness): Json {
  const [entry] = l4Entries([{ first: packet.l4, last: packet.l4 }]);
  return {
    source: formatAddress(packet.remote),
    sourcePort: packet.sourcePort,
    protocol: entry?.protocol ?? null,
    port: entry?.ports ?? null,
    certain,
    layers: steps.map(({ layer, blame }) => ({
      layer: layer.name,
      rules: blame.flatMap(({ rule }) => (rule === null ? [] : [rule.id ?? rule.key])),
    })),
  };
}
