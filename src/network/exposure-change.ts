import type { ExposureChange, Traffic } from "../model/diff.ts";
import type { Endpoint } from "./endpoint.ts";
import { explainWay } from "./exposure-blame.ts";
import { bothMaps, mapOfBoxes } from "./exposure-maps.ts";
import { exposuresOf, type Exposure, type ExposureAnalysis, type ExposureEstate } from "./exposure.ts";
import { pairById } from "./firewall-change.ts";
import { allL4 } from "./l4.ts";
import type { PacketBox } from "./packet.ts";
import { trafficBetween, type Bounds } from "./packet-change.ts";
import { differenceOf, permittedBoxes } from "./permitted.ts";
import { globallyRoutable } from "./width.ts";
import { brief, nameOf, sentenceNameOf } from "./words.ts";

/** Rules that a summary names; the rest is counted. */
const rulesShown = 3;

/** Whether the endpoints around one were read: on both sides, so that one which is not there is gone or new; on the old side; on the new. */
export type EndpointReadings = Readonly<Record<"both" | "before" | "after", (endpoint: Endpoint) => boolean>>;

/**
 * What became of what the internet can reach, endpoint by endpoint: for TCP sessions that can be made, for all else packets that can enter.
 * Endpoints that only one side has count with what was or is open to them. What a side tells of an endpoint by other ways than reading endpoints (a
 * machine names its interfaces) may not be all. Endpoints whose layers mean the same on each side are worked out once.
 */
export function changesOfExposure(
  before: ExposureEstate,
  after: ExposureEstate,
  readings: EndpointReadings,
): readonly ExposureChange[] {
  const [old, fresh] = [exposuresOf(before), exposuresOf(after)];
  const known = new Map<string, Traffic>();
  return pairById(before.endpoints, after.endpoints).flatMap((pair): readonly ExposureChange[] => {
    const endpoint = pair.after ?? pair.before;
    if (endpoint === null) return [];
    if ((pair.before === null || pair.after === null) && !readings.both(endpoint)) return [];
    const was: Reading | null =
      pair.before === null ? null : { exposure: old.exposureOf(pair.before), isWhole: readings.before(pair.before) };
    const is: Reading | null =
      pair.after === null ? null : { exposure: fresh.exposureOf(pair.after), isWhole: readings.after(pair.after) };
    const key = `${readingKey(was)}/${readingKey(is)}`;
    const reached = known.get(key) ?? reachedBetween(was, is);
    known.set(key, reached);
    if (reached.opened === null && reached.closed === null) return [];
    const by = is === null || reached.opened === null ? [] : openedBy(was, is, fresh);
    const change = was === null ? "appeared" : is === null ? "disappeared" : "changed";
    return [
      {
        change,
        resource: endpoint.resource,
        workload: endpoint.workload,
        summary: summaryOf(endpoint, change, reached, by),
        reached,
        by,
      },
    ];
  });
}

/** What one side tells of an endpoint, and whether that is certainly all. */
interface Reading {
  readonly exposure: Exposure;
  readonly isWhole: boolean;
}

function readingKey(reading: Reading | null): string {
  return reading === null ? "" : `${reading.exposure.class}${reading.isWhole ? "" : "?"}`;
}

function reachedBetween(was: Reading | null, is: Reading | null): Traffic {
  const missing = [was, is].flatMap((reading) => reading?.exposure.endpoint.missing ?? []);
  return trafficBetween(boundsOf(was), boundsOf(is), [...new Set(missing)], "ingress", "internet");
}

function boundsOf(reading: Reading | null): Bounds {
  if (reading === null) return { must: [], may: [] };
  const { exposure, isWhole } = reading;
  const spaces = exposure.ways.map(({ space }) => space("reached"));
  const must = spaces.flatMap((each) => each.must);
  // What was not read may be a way in of its own.
  if (!isWhole || exposure.endpoint.missing.length > 0) {
    return { must, may: [{ remote: globallyRoutable, l4: allL4, sourcePorts: null }] };
  }
  const isSure = spaces.every((each) => each.must === each.may);
  return { must, may: isSure ? must : spaces.flatMap((each) => each.may) };
}

/** The rules of firewalls that let in what is certainly open now and was not even possibly. */
function openedBy(was: Reading | null, is: Reading, analysis: ExposureAnalysis): ExposureChange["by"] {
  const opened = mapOfBoxes(differenceOf(mapOfBoxes(boundsOf(was).may), mapOfBoxes(boundsOf(is).must)).gained);
  const rules = new Map<string, ExposureChange["by"][number]>();
  for (const { way, space } of is.exposure.ways) {
    const boxes: readonly PacketBox[] = permittedBoxes(bothMaps(mapOfBoxes(space("reached").must), opened));
    if (boxes.length === 0) continue;
    for (const { layer, letting } of explainWay(way, "reached", boxes, analysis)) {
      for (const { rule, firewall } of letting) {
        if (firewall === null) continue;
        const own = layer.standsFor?.get(rule) ?? rule;
        const { resource } = firewall;
        const entry = { firewall: resource.id, name: nameOf(resource), rule: own.id ?? `"${own.key}"`, says: own.key };
        rules.set(`${entry.firewall} ${entry.rule}`, entry);
      }
    }
  }
  return [...rules.values()];
}

function summaryOf(
  { resource, workload }: Endpoint,
  change: ExposureChange["change"],
  { opened, closed }: Traffic,
  by: ExposureChange["by"],
): string {
  const name =
    workload === null
      ? sentenceNameOf(resource)
      : `${sentenceNameOf(workload)}, interface ${resource.name ?? resource.id},`;
  const rules = brief(
    by.map(({ rule, name }) => `rule ${rule} of ${name}`),
    rulesShown,
  );
  const parts = [
    ...(opened === null ? [] : [`can be reached at ${opened.says}${rules === "" ? "" : `, by ${rules}`}`]),
    ...(closed === null ? [] : [`can no longer be reached at ${closed.says}`]),
  ];
  const start = change === "appeared" ? " is new and" : change === "disappeared" ? " is gone and" : "";
  return `${name}${start} ${parts.join("; ")}.`;
}
