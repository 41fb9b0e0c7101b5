import type { ResourceRef } from "../../model/resource.ts";
import { allAddresses, allIpv4, allIpv6, noAddresses, type AddressSet } from "../../network/addresses.ts";
import type { Layer, LayerKind } from "../../network/endpoint.ts";
import { knownExtent } from "../../network/extent.ts";
import type { Extent, Rule } from "../../network/filter.ts";
import { allL4, type L4Set } from "../../network/l4.ts";

export type Family = 4 | 6;

/** Every address of a family. */
export function allOf(family: Family): AddressSet {
  return family === 4 ? allIpv4 : allIpv6;
}

/** The part of a set that belongs to a family. */
export function ofFamily(set: AddressSet, family: Family): AddressSet {
  return family === 4 ? { v4: set.v4, v6: [] } : { v4: [], v6: set.v6 };
}

/** Nothing for certain and everything perhaps, for what is missing. */
export function perhaps(may: AddressSet, missing: readonly string[]): Extent {
  return { must: noAddresses, may, missing };
}

/** A rule of a layer that has none of its own: what it stands for is its key. */
export function passes(key: string, remote: Extent, l4: L4Set = allL4): Rule {
  return {
    key,
    id: null,
    action: "allow",
    peer: { kind: "any" },
    remote,
    l4,
    sourcePorts: null,
    description: null,
  };
}

/** What a layer without rules of its own says about itself. */
export interface About {
  readonly kind: LayerKind;
  readonly name: string;
  readonly opensBy: string;
  readonly resources?: readonly ResourceRef[];
}

/** A layer that lets through what any of its synthetic rules says. */
export function layerOf({ kind, name, opensBy, resources = [] }: About, rules: readonly Rule[]): Layer {
  return { kind, name, resources, filter: { kind: "anyOf", layer: name, rules }, opensBy };
}

/** A layer that lets through everything, nothing, or nobody knows what (a list of what is missing). */
export function plainLayer(about: About, lets: "everything" | "nothing" | readonly string[]): Layer {
  if (lets === "nothing") return layerOf(about, []);
  if (lets === "everything") return layerOf(about, [passes(about.name, knownExtent(allAddresses))]);
  return layerOf(about, [passes(about.name, perhaps(allAddresses, lets))]);
}
