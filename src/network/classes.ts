import { compile, composeAll, composeAny, rulesOf } from "./compile.ts";
import type { Compiled } from "./compile.ts";
import { isKnownExtent } from "./extent.ts";
import type { Filter } from "./filter.ts";
import { combine, constantMap } from "./packet-map.ts";
import type { PacketMap } from "./packet-map.ts";
import { permittedOf, permittedText } from "./permitted.ts";

/**
 * One layer around an endpoint: a packet passes it if any of its filters passes it. All groups of an interface are one layer of several
 * `anyOf` filters; an ordered list, a route or a switch is a layer of one.
 */
export interface StackLayer {
  readonly layer: string;
  readonly filters: readonly Filter[];
}

/** Endpoints around which the same packets get through, so that the work is done once for all of them. */
export interface EndpointClass<Endpoint> {
  readonly members: readonly Endpoint[];
  /** The layers of the first member; those of the others mean the same, though rules may be written differently. */
  readonly layers: readonly StackLayer[];
  /** What the class was told apart by besides its layers. */
  readonly extra: string;
}

/** Work shared by a whole estate: each filter is compiled once, and filters that mean the same have the same number. */
export interface NetworkEngine {
  /** The filter compiled; the same object each time. */
  readonly compiled: (filter: Filter) => Compiled;
  /**
   * A number for what a filter means: equal exactly when the same packets certainly and possibly get through, and the same data is
   * missing. Numbers are given in the order of asking and mean nothing outside this engine.
   */
  readonly meaning: (filter: Filter) => number;
  /** What gets through all layers, with blame; compiled parts are shared. */
  readonly compose: (layers: readonly StackLayer[]) => Compiled;
  /**
   * What gets through all layers, without blame, and so much faster: for asking of every class whether there is anything to explain.
   * `must` and `may` are the same map when nothing is unknown.
   */
  readonly permitted: (layers: readonly StackLayer[]) => { readonly must: PacketMap; readonly may: PacketMap };
  /** Sorts endpoints into classes by the meaning of their layers, whatever their order, and by `extra`. Classes come in the order of their first member. */
  readonly classify: <Endpoint>(
    endpoints: Iterable<Endpoint>,
    describe: (endpoint: Endpoint) => { readonly layers: readonly StackLayer[]; readonly extra: string },
  ) => readonly EndpointClass<Endpoint>[];
}

/** An engine with nothing in it. Keep one for as long as the filters live. */
export function createNetworkEngine(): NetworkEngine {
  const compiledOf = new WeakMap<Filter, Compiled>();
  const meaningOf = new WeakMap<Filter, number>();
  const numbers = new Map<string, number>();
  const unions = new Map<string, Compiled>();
  const plainUnions = new Map<string, Plain>();
  const plainOf = new Map<number, Plain>();
  const serials = new WeakMap<Filter, number>();
  let lastSerial = 0;

  function compiled(filter: Filter): Compiled {
    const known = compiledOf.get(filter);
    if (known !== undefined) return known;
    const fresh = compile(filter);
    compiledOf.set(filter, fresh);
    return fresh;
  }

  function meaning(filter: Filter): number {
    const known = meaningOf.get(filter);
    if (known !== undefined) return known;
    // Not kept with its blame: of most filters nobody will ask for it.
    const { must, may } = compiledOf.get(filter) ?? compile(filter);
    const text =
      must === may
        ? permittedText(must)
        : `${permittedText(must)}|${permittedText(may)}|${missingIn(filter).join("|")}`;
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    meaningOf.set(filter, number);
    if (!plainOf.has(number)) plainOf.set(number, plain(must, may));
    return number;
  }

  function plainUnion({ filters }: StackLayer): Plain {
    const meanings = filters.map(meaning);
    const key = layerKey(meanings);
    const known = plainUnions.get(key);
    if (known !== undefined) return known;
    const fresh = merge(
      [...new Set(meanings)].flatMap((each) => plainOf.get(each) ?? []),
      "any",
    );
    plainUnions.set(key, fresh);
    return fresh;
  }

  function serial(filter: Filter): number {
    const known = serials.get(filter);
    if (known !== undefined) return known;
    lastSerial += 1;
    serials.set(filter, lastSerial);
    return lastSerial;
  }

  function union({ layer, filters }: StackLayer): Compiled {
    const [only, second] = filters;
    if (only !== undefined && second === undefined) return compiled(only);
    // By the filters themselves and not by their meaning: blame is to name the rules of these very groups.
    const key = `${filters.map(serial).join(" ")} ${layer}`;
    const known = unions.get(key);
    if (known !== undefined) return known;
    const fresh = composeAny(layer, filters.map(compiled));
    unions.set(key, fresh);
    return fresh;
  }

  function classify<Endpoint>(
    endpoints: Iterable<Endpoint>,
    describe: (endpoint: Endpoint) => { readonly layers: readonly StackLayer[]; readonly extra: string },
  ): readonly EndpointClass<Endpoint>[] {
    const classes = new Map<
      string,
      { readonly members: Endpoint[]; readonly layers: readonly StackLayer[]; readonly extra: string }
    >();
    for (const endpoint of endpoints) {
      const { layers, extra } = describe(endpoint);
      const key = `${layers
        .map(({ filters }) => layerKey(filters.map(meaning)))
        .toSorted()
        .join("&")} ${extra}`;
      const known = classes.get(key);
      if (known === undefined) classes.set(key, { members: [endpoint], layers, extra });
      else known.members.push(endpoint);
    }
    return [...classes.values()];
  }

  return {
    compiled,
    meaning,
    compose: (layers) => composeAll(layers.map(union)),
    permitted: (layers) => merge(layers.map(plainUnion), "all"),
    classify,
  };
}

/** What gets through and nothing else. */
interface Plain {
  readonly must: PacketMap;
  readonly may: PacketMap;
}

function plain(must: PacketMap, may: PacketMap): Plain {
  const certain = permittedOf(must);
  return { must: certain, may: must === may ? certain : permittedOf(may) };
}

function merge(parts: readonly Plain[], passes: "any" | "all"): Plain {
  const stops = passes === "any" ? "allow" : "deny";
  const none = constantMap({ outcome: passes === "any" ? "deny" : "allow", winners: [] });
  const fold = (maps: readonly PacketMap[]): PacketMap => {
    const [first, ...others] = maps;
    return others.reduce((all, map) => combine(all, map, (a, b) => (a.outcome === stops ? a : b)), first ?? none);
  };
  const must = fold(parts.map((part) => part.must));
  return { must, may: parts.every((part) => part.must === part.may) ? must : fold(parts.map((part) => part.may)) };
}

/** A union does not change when its parts are reordered or repeated. */
function layerKey(meanings: readonly number[]): string {
  return [...new Set(meanings)].toSorted((a, b) => a - b).join("|");
}

function missingIn(filter: Filter): readonly string[] {
  const missing = rulesOf(filter).flatMap((rule) => (isKnownExtent(rule.remote) ? [] : rule.remote.missing));
  return [...new Set(missing)].toSorted();
}
