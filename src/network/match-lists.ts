import { noAddresses, subtractAddresses } from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import { sourcePortClasses } from "./compile-layer.ts";
import { isKnownExtent } from "./extent.ts";
import type { Rule } from "./filter.ts";
import { lastL4 } from "./l4.ts";
import { endOfLine } from "./packet.ts";
import { sweepAddresses, sweepNumbers } from "./sweep.ts";

/** A rule that matches some packets, for certain or only if what is unknown turns out so. */
export interface Match {
  /** Index of the rule in its layer. */
  readonly rule: number;
  readonly certain: boolean;
}

/** All packets that the same rules match, in the layer's order: whatever the layer decides, it decides for all of them alike. */
export interface MatchList {
  readonly matches: readonly Match[];
  /** How many packets there are, roughly: a weight to compare lists by. */
  readonly volume: number;
}

/** Every distinct list of matches of a layer's rules; packets that no rule matches are left out. */
export function matchLists(rules: readonly Rule[]): readonly MatchList[] {
  const items = rules.flatMap((rule, index): (Match & { readonly remote: AddressSet })[] => {
    const certain = { rule: index, certain: true, remote: rule.remote.must };
    if (isKnownExtent(rule.remote)) return [certain];
    return [certain, { rule: index, certain: false, remote: subtractAddresses(rule.remote.may, rule.remote.must) }];
  });
  const l4Of = items.map(({ rule }) => rules[rule]?.l4 ?? []);
  const volumes = new Map<string, { readonly items: readonly number[]; volume: number }>();
  const classes = sourcePortClasses(rules);
  for (const [each, { firstPort, applies }] of classes.entries()) {
    const ports = (classes[each + 1]?.firstPort ?? 0x10000) - firstPort;
    const byAddress = sweepAddresses(items.map(({ rule, remote }) => (applies(rule) ? remote : noAddresses)));
    const addresses = byAddress.lists.map(() => 0);
    for (const [segment, list] of byAddress.cover.entries()) {
      const size = (byAddress.starts[segment + 1] ?? endOfLine) - (byAddress.starts[segment] ?? 0n);
      addresses[list] = (addresses[list] ?? 0) + Number(size);
    }
    for (const [list, active] of byAddress.lists.entries()) {
      const byL4 = sweepNumbers(
        [...active].map((item) => l4Of[item] ?? []),
        lastL4 + 1,
      );
      const points = byL4.lists.map(() => 0);
      for (const [segment, cover] of byL4.cover.entries()) {
        points[cover] = (points[cover] ?? 0) + (byL4.starts[segment + 1] ?? lastL4 + 1) - (byL4.starts[segment] ?? 0);
      }
      for (const [cover, local] of byL4.lists.entries()) {
        if (local.length === 0) continue;
        const matched = [...local].map((position) => active[position] ?? 0);
        const volume = ports * (addresses[list] ?? 0) * (points[cover] ?? 0);
        const key = matched.join(" ");
        const known = volumes.get(key);
        if (known === undefined) volumes.set(key, { items: matched, volume });
        else known.volume += volume;
      }
    }
  }
  const matches = items.map(({ rule, certain }): Match => ({ rule, certain }));
  return [...volumes.values()].map(({ items: matched, volume }) => ({
    matches: matched.flatMap((item) => matches[item] ?? []),
    volume,
  }));
}
