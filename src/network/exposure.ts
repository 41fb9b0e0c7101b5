import type { Endpoint, Layer, LayerKind, Way } from "./endpoint.ts";
import type { Firewall } from "./estate.ts";
import { bothMaps, createLayerMaps, spaceOf, whereRepliesMatter } from "./exposure-maps.ts";
import type { LayerMaps, LayerReading, PacketSpace } from "./exposure-maps.ts";
import { isEmptyL4, subtractL4, unionL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import { internetParts, keyOf, openingOf } from "./exposure-openings.ts";
import type { InternetOpening, InternetOpenings, InternetQuestion, Measure } from "./exposure-openings.ts";
import type { Rule } from "./filter.ts";
import { canonicalId } from "../model/resource.ts";
import { mapDecisions } from "./packet-map.ts";
import { globallyRoutable } from "./width.ts";

export type { InternetOpening, InternetOpenings, InternetQuestion, Measure, OpenPart } from "./exposure-openings.ts";

/** What comes in over one way from globally routable addresses, on the endpoint's own ports. */
export interface WayExposure {
  readonly way: Way;
  /** Worked out when asked, once for all ways that mean the same. */
  readonly space: (measure: Measure) => PacketSpace;
}

/** What the internet can do to one endpoint. */
export interface Exposure {
  readonly endpoint: Endpoint;
  readonly ways: readonly WayExposure[];
  /** The equivalence class: endpoints with the same number are exposed alike (though by rules of their own). */
  readonly class: number;
}

/** Every endpoint's exposure, worked out once for each class of endpoints whose layers mean the same. */
export interface ExposureAnalysis {
  readonly exposureOf: (endpoint: Endpoint) => Exposure;
  /** All endpoints in the estate's order, one at a time. */
  readonly exposures: () => Iterable<Exposure>;
  /** See {@link openToInternet}; the answer is kept for the class. */
  readonly openToInternet: (exposure: Exposure, question: InternetQuestion) => InternetOpenings;
  /** Every {@link HeldBack} of what is closed, by what counts as reached. Layers that do not hold anything back alone are left out. */
  readonly heldBack: (
    exposure: Exposure,
    question: Pick<InternetQuestion, "l4" | "share">,
    /** Only layers of these kinds; others are not worked out. Every kind when absent. */
    kinds?: ReadonlySet<LayerKind>,
  ) => readonly HeldBack[];
  /** The firewall that a rule of a layer belongs to; null for rules that stand for something else (a route, a switch). */
  readonly firewallOf: (rule: Rule, layer: Layer) => Firewall | null;
  /** The layers read and compiled so far, for whoever looks closer. */
  readonly maps: LayerMaps;
  /** How many classes of ways and of endpoints were met so far; one that was forgotten and met again counts twice. */
  readonly counts: () => { readonly ways: number; readonly endpoints: number };
}

/**
 * A latent exposure: something would be open to the internet if this one layer let it through, everything else being as it is.
 * `certain` is false where other layers rest on something unread.
 */
export interface HeldBack {
  readonly way: Way;
  readonly layer: Layer;
  readonly opening: InternetOpening;
  readonly certain: boolean;
}

/** What exposure is worked out from; a part of a network estate. */
export interface ExposureEstate {
  readonly endpoints: readonly Endpoint[];
  readonly firewalls: readonly Firewall[];
}

/** Classes whose answers are kept; beyond, the estate has so many that keeping them all would take more memory than asking again. */
const keptClasses = 50_000;

const analyses = new WeakMap<readonly Endpoint[], ExposureAnalysis>();

/**
 * The exposure of an estate's endpoints. Asked again for the same list of endpoints, it is the same object, so that checks share the work.
 * Nothing is worked out before it is asked for, and nothing is kept per endpoint: memory follows the classes, up to a bound.
 */
export function exposuresOf(estate: ExposureEstate): ExposureAnalysis {
  const known = analyses.get(estate.endpoints);
  if (known !== undefined) return known;
  const analysis = analyseExposure(estate);
  analyses.set(estate.endpoints, analysis);
  return analysis;
}

/** What all ways with the same layers have in common. */
interface WayClass {
  readonly number: number;
  readonly packets: readonly LayerReading[];
  readonly replies: readonly LayerReading[];
  readonly spaces: Map<Measure, PacketSpace>;
  /** The replies' layers as they bear on being reached; worked out when asked. */
  readonly answers: () => readonly LayerReading[];
}

interface EndpointClass {
  readonly number: number;
  readonly ways: readonly WayClass[];
  readonly openings: Map<string, InternetOpenings>;
  readonly held: Map<
    string,
    readonly {
      readonly way: number;
      readonly layer: number;
      readonly opening: InternetOpening;
      readonly certain: boolean;
    }[]
  >;
}

function analyseExposure({ endpoints, firewalls }: ExposureEstate): ExposureAnalysis {
  const maps = createLayerMaps();
  const wayClasses = new Map<string, WayClass>();
  const endpointClasses = new Map<string, EndpointClass>();
  const classOfExposure = new WeakMap<Exposure, EndpointClass>();
  const firewallOf = createFirewallIndex(firewalls);

  const met = { ways: 0, endpoints: 0 };
  const answered = new Map<number, LayerReading>();

  function answering(reply: LayerReading): LayerReading {
    const known = answered.get(reply.meaning);
    if (known !== undefined) return known;
    const fresh = { ...reply, map: whereRepliesMatter(reply.map), needsReply: true };
    answered.set(reply.meaning, fresh);
    return fresh;
  }

  function wayClass(way: Way): WayClass {
    const packets = way.packets.map(maps.read);
    const replies = ownReplies(way).map(maps.read);
    const key = `${packets.map(({ meaning }) => meaning).join(" ")}/${replies.map(({ meaning }) => meaning).join(" ")}`;
    const known = wayClasses.get(key);
    if (known !== undefined) return known;
    const fresh: WayClass = {
      number: met.ways,
      packets,
      replies,
      spaces: new Map(),
      answers: () => replies.map(answering),
    };
    if (wayClasses.size >= keptClasses) wayClasses.clear();
    wayClasses.set(key, fresh);
    met.ways += 1;
    return fresh;
  }

  function exposureOf(endpoint: Endpoint): Exposure {
    const ways = endpoint.ways.map(wayClass);
    const key = `${ways.map(({ number }) => number).join(" ")}/${endpoint.missing.join("\n")}`;
    let found = endpointClasses.get(key);
    if (found === undefined) {
      found = { number: met.endpoints, ways, openings: new Map(), held: new Map() };
      if (endpointClasses.size >= keptClasses) endpointClasses.clear();
      endpointClasses.set(key, found);
      met.endpoints += 1;
    }
    const exposure: Exposure = {
      endpoint,
      class: found.number,
      ways: endpoint.ways.map((way, index) => ({
        way,
        space: (measure) => {
          const each = ways[index];
          if (each === undefined) throw new Error("an exposure has a way without a class");
          return spaceOfWay(each, measure, maps);
        },
      })),
    };
    classOfExposure.set(exposure, found);
    return exposure;
  }

  function classOf(exposure: Exposure): EndpointClass {
    const known = classOfExposure.get(exposure);
    if (known === undefined) throw new Error("the exposure is of another analysis");
    return known;
  }

  return {
    maps,
    exposureOf,
    *exposures() {
      for (const endpoint of endpoints) yield exposureOf(endpoint);
    },
    openToInternet(exposure, question) {
      const { openings, ways } = classOf(exposure);
      const key = keyOf(question);
      const known = openings.get(key);
      if (known !== undefined) return known;
      const fresh = openingsOf(ways, question, exposure.endpoint.missing, maps);
      openings.set(key, fresh);
      return fresh;
    },
    heldBack(exposure, question, kinds) {
      const { held, ways } = classOf(exposure);
      const layers = exposure.endpoint.ways.map((way) => [...way.packets, ...ownReplies(way)]);
      const asked = layers.map((each) => each.map(({ kind }) => kinds?.has(kind) ?? true));
      // Endpoints of one class may have layers of different kinds that mean the same.
      const key = `${keyOf(question)} ${asked.map((each) => each.map(Number).join("")).join()}`;
      const known = held.get(key) ?? heldBackOf(ways, question, maps, (way, layer) => asked[way]?.[layer] === true);
      held.set(key, known);
      return known.flatMap(({ way: wayIndex, layer: layerIndex, opening, certain }) => {
        const way = exposure.endpoint.ways[wayIndex];
        const layer = layers[wayIndex]?.[layerIndex];
        return way === undefined || layer === undefined ? [] : [{ way, layer, opening, certain }];
      });
    },
    firewallOf,
    counts: () => ({ ...met }),
  };
}

/** Looks rules up by themselves, else by what they stand for, else by what they say in the firewalls that the layer names. */
function createFirewallIndex(firewalls: readonly Firewall[]): (rule: Rule, layer: Layer) => Firewall | null {
  let owners: Map<Rule, Firewall> | null = null;
  let byId: Map<string, Firewall> | null = null;
  return (rule, layer) => {
    if (owners === null) {
      owners = new Map();
      for (const firewall of firewalls) {
        for (const each of firewall.ingressRules) owners.set(each, firewall);
        for (const each of firewall.egressRules) owners.set(each, firewall);
      }
    }
    const known = owners.get(rule) ?? owners.get(layer.standsFor?.get(rule) ?? rule);
    if (known !== undefined) return known;
    byId ??= new Map(firewalls.map((firewall) => [canonicalId(firewall.resource), firewall]));
    for (const resource of layer.resources) {
      const firewall = byId.get(canonicalId(resource));
      const says = (each: Rule): boolean => each.key === rule.key;
      if (firewall?.ingressRules.some(says) === true || firewall?.egressRules.some(says) === true) return firewall;
    }
    return null;
  };
}

/** The layers that only the reply passes: one that stands in both lists is asked once. */
export function ownReplies(way: Pick<Way, "packets" | "replies">): readonly Layer[] {
  return way.replies.filter((layer) => !way.packets.includes(layer));
}

function spaceOfWay(way: WayClass, measure: Measure, maps: LayerMaps): PacketSpace {
  const known = way.spaces.get(measure);
  if (known !== undefined) return known;
  const packets = maps.compose(way.packets);
  const map =
    measure === "packets" || way.replies.length === 0
      ? packets
      : measure === "session"
        ? maps.compose([...way.packets, ...way.replies])
        : bothMaps(packets, whereRepliesMatter(maps.compose(way.replies)));
  const space = spaceOf(map, globallyRoutable);
  way.spaces.set(measure, space);
  return space;
}

function openingsOf(
  ways: readonly WayClass[],
  question: InternetQuestion,
  missing: readonly string[],
  maps: LayerMaps,
): InternetOpenings {
  const spaces = ways.map((way) => spaceOfWay(way, question.measure ?? "reached", maps));
  const certain = openingOf(
    internetParts(
      spaces.flatMap(({ must }) => must),
      question,
    ),
    [],
  );
  const rest = subtractL4(question.l4, certain?.l4 ?? []);
  if (isEmptyL4(rest)) return { certain, perhaps: null };
  if (missing.length > 0) {
    // What was not read may be a way in of its own: nothing can be ruled out.
    return { certain, perhaps: openingOf([{ l4: rest, addresses: globallyRoutable }], missing) };
  }
  const possible = internetParts(
    spaces.flatMap(({ may }) => may),
    { ...question, l4: rest },
  );
  return { certain, perhaps: openingOf(possible, missingOf(ways, spaces)) };
}

/** What could not be read of the ways over which more may get through than certainly does. */
function missingOf(ways: readonly WayClass[], spaces: readonly PacketSpace[]): readonly string[] {
  const unsure = ways.filter((_, index) => spaces[index]?.must !== spaces[index]?.may);
  return [
    ...new Set(unsure.flatMap(({ packets, replies }) => [...packets, ...replies].flatMap((layer) => layer.missing))),
  ];
}

function heldBackOf(
  ways: readonly WayClass[],
  question: InternetQuestion,
  maps: LayerMaps,
  isAsked: (way: number, layer: number) => boolean,
): readonly {
  readonly way: number;
  readonly layer: number;
  readonly opening: InternetOpening;
  readonly certain: boolean;
}[] {
  const open = ways.flatMap((way) => spaceOfWay(way, "reached", maps).may);
  const openParts = internetParts(open, question);
  const closed = subtractL4(question.l4, unionL4(openParts.map(({ l4 }) => l4)));
  if (isEmptyL4(closed)) return [];
  const left = { ...question, l4: closed };
  return ways.flatMap((way, wayIndex) =>
    heldSpaces(way, question.l4, maps).flatMap((space, layerIndex) => {
      if (space.may.length === 0 || !isAsked(wayIndex, layerIndex)) return [];
      const certain = openingOf(internetParts([...space.must, ...open], left), []);
      const perhaps = certain ?? openingOf(internetParts([...space.may, ...open], left), missingOf([way], [space]));
      return perhaps === null
        ? []
        : [{ way: wayIndex, layer: layerIndex, opening: perhaps, certain: certain !== null }];
    }),
  );
}

/** For each layer of a way, what it alone stops of some points. */
function heldSpaces(way: WayClass, l4: L4Set, maps: LayerMaps): readonly PacketSpace[] {
  const layers = [...way.packets, ...way.answers()];
  const blockers = maps.soleBlockers(layers, l4);
  const sole = new Set(blockers.decisions.map(({ winners }) => winners[0] ?? -1));
  return layers.map((_, index) => {
    if (!sole.has(index)) return nothing;
    const own = mapDecisions(blockers, ({ outcome, winners }) => ({
      outcome: winners[0] === index ? outcome : "deny",
      winners: [],
    }));
    return spaceOf(own, globallyRoutable);
  });
}

const nothing: PacketSpace = { must: [], may: [] };
