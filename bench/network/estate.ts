import type { StackLayer } from "../../src/network/classes.ts";
import type { Filter } from "../../src/network/filter.ts";
import { nestedRules } from "./rule-sets.ts";
import { seededRandom } from "./random.ts";

/** An endpoint of a made-up estate: what guards it, and where it lies. */
export interface BenchEndpoint {
  readonly id: number;
  readonly layers: readonly StackLayer[];
  readonly zone: string;
}

/**
 * An estate without a cloud: groups of a dozen rules of which many repeat each other, lists of thirty rules for each of the subnets,
 * and endpoints with one to five groups. Group choice is skewed as in real estates: few groups are worn by many. Always the same for
 * the same sizes and seed.
 */
export function benchEstate(
  endpoints: number,
  groups: number,
  subnets: number,
  seed: number,
): readonly BenchEndpoint[] {
  const random = seededRandom(seed);
  // Two groups in three are copies of a template: modules and stacks stamp them out by the hundred.
  const templates = Math.max(1, Math.floor(groups / 3));
  const groupFilters = Array.from({ length: groups }, (_, index): Filter => {
    const rules = nestedRules(4 + (index % 17), index < templates ? index : index % Math.ceil(templates / 8), [
      "allow",
    ]);
    return { kind: "anyOf", layer: `group ${index}`, rules };
  });
  const lists = Array.from({ length: subnets }, (_, index): Filter => {
    const rules = nestedRules(30, 1_000_000 + (index % 40), ["allow", "deny"]);
    return { kind: "firstMatch", layer: `list ${index}`, rules, otherwise: "deny" };
  });
  return Array.from({ length: endpoints }, (_, id): BenchEndpoint => {
    // Endpoints come in fleets that wear the same groups.
    const fleet = seededRandom(Math.floor(id / (1 + random(60))));
    const worn = Array.from(
      { length: 1 + fleet(5) },
      () => groupFilters[Math.floor((fleet(1000) * fleet(1000) * groups) / 1e6)],
    );
    const list = lists[fleet(subnets)];
    return {
      id,
      layers: [
        { layer: "groups", filters: worn.flatMap((each) => each ?? []) },
        { layer: "list", filters: list === undefined ? [] : [list] },
      ],
      zone: String(fleet(3)),
    };
  });
}
