import type { PacketSet, PacketSets, ReachBlame, ReachPathReport, ReachReport, ReachStep } from "../model/reach.ts";
import { placeOf, type ResourceRef } from "../model/resource.ts";
import { formatAddress, toCidrs, unionAddresses } from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import type { LayerStep, PathWitness } from "./exposure-blame.ts";
import { partsOf } from "./exposure-openings.ts";
import type { OpenPart } from "./exposure-openings.ts";
import type { PacketSpace } from "./exposure-maps.ts";
import { allL4, describeL4, hasPorts, l4Entries, protocolName, unionL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import type { PacketBox } from "./packet.ts";
import type { ReachAnswer, ReachSource } from "./reach.ts";
import type { Path, ReachPath } from "./reach-paths.ts";
import { readableInternet } from "./reach-sources.ts";
import { internetShare } from "./width.ts";

/** Rules that one layer lists at most. */
const rulesShown = 50;

/** An answer as its renderers and readers take it: plain data. */
export function reportReach(answer: ReachAnswer): ReachReport {
  const { question, verdict, paths } = answer;
  const { from, to } = question;
  const [first] = paths;
  const deciding = verdict === "closed" ? paths : first === undefined ? [] : [first];
  return {
    to: to.resource.id,
    from: nameOfSource(from),
    verdict,
    summary: sentenceOf(answer),
    packets: packetSets(answer.packets, from),
    session: packetSets(answer.session, from),
    blame: deciding
      .flatMap(({ steps }) => steps.flatMap(blameOf))
      .map(({ layer, firewall, rule, action }) => ({ layer, firewall, rule, action })),
    witness: answer.witness === null ? null : witnessReport(answer.witness),
    missing: answer.missing,
    notes: answer.notes,
    target: { resource: to.resource, workload: to.workload },
    paths: paths.map((path) => pathReport(path, from)),
  };
}

function pathReport(judged: ReachPath, from: ReachSource): ReachPathReport {
  return {
    name: nameOfPath(judged.path),
    verdict: judged.verdict,
    clientPort: judged.path.kind === "way" ? judged.path.way.clientPort : null,
    packets: packetSets(judged.packets, from),
    session: packetSets(judged.session, from),
    steps: judged.steps.map((step): ReachStep => ({
      layer: step.layer.name,
      kind: step.layer.kind,
      direction: step.direction,
      passes: step.passes,
      rules: blameOf(step),
      opensBy: step.passes === "all" ? null : step.layer.opensBy,
      missing: step.missing,
    })),
    inspections: judged.inspections,
  };
}

function nameOfPath(path: Path): string {
  switch (path.kind) {
    case "way":
      return path.way.name;
    case "between":
      return `from ${nameOf(path.sender.resource)}`;
    case "unrouted":
      return "from private addresses that no endpoint has";
  }
}

/** What decides in a layer: the rules that let packets through, and whatever stops some. */
function blameOf({ layer, letting, stopping, stoppedByDefault, passes }: LayerStep): ReachStep["rules"] {
  const holder = layer.resources.length === 1 ? layer.resources[0] : undefined;
  const entry = (
    { rule, firewall }: LayerStep["letting"][number],
    action: ReachBlame["action"],
  ): ReachStep["rules"][number] => ({
    layer: layer.name,
    firewall: firewall?.resource.id ?? holder?.id ?? null,
    rule: rule.id ?? rule.key,
    action,
    name: firewall?.resource.name ?? null,
    says: rule.key,
  });
  const allows = letting.slice(0, rulesShown).map((each) => entry(each, "allow"));
  if (passes === "all") return allows;
  const denies = stopping.slice(0, rulesShown).map((each) => entry(each, "deny"));
  const ids = layer.resources.map(({ id }) => id).join(", ");
  const implicit: ReachStep["rules"][number] = {
    layer: layer.name,
    firewall: ids === "" ? null : ids,
    rule: null,
    action: "implicit",
    name: null,
    says: null,
  };
  return [...(passes === "none" ? [] : allows), ...denies, ...(stoppedByDefault ? [implicit] : [])];
}

function witnessReport({ packet }: PathWitness): NonNullable<ReachReport["witness"]> {
  const protocol = packet.l4 >> 16;
  return {
    source: formatAddress(packet.remote),
    protocol: protocolName(protocol),
    port: hasPorts(protocol) ? packet.l4 & 0xffff : null,
  };
}

function packetSets({ must, may }: PacketSpace, from: ReachSource): PacketSets {
  const certain = packetSetsOf(must, from);
  return { must: certain, may: must === may ? certain : packetSetsOf(may, from) };
}

function packetSetsOf(boxes: readonly PacketBox[], from: ReachSource): readonly PacketSet[] {
  return mergedParts(boxes).flatMap(({ l4, addresses }) => {
    const sources = cidrsOf(addresses, from);
    return l4Entries(l4).map(({ protocol, ports }) => ({ sources, protocol, ports }));
  });
}

/** Parts with the same addresses as one. */
function mergedParts(boxes: readonly PacketBox[]): readonly OpenPart[] {
  const merged = new Map<string, { readonly l4: L4Set[]; readonly addresses: AddressSet }>();
  for (const { l4, addresses } of partsOf(boxes)) {
    const key = [...addresses.v4, null, ...addresses.v6]
      .map((run) => (run === null ? "|" : `${run.first}-${run.last}`))
      .join(" ");
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { l4: [l4], addresses });
    else known.l4.push(l4);
  }
  return [...merged.values()].map(({ l4, addresses }) => ({ l4: unionL4(l4), addresses }));
}

function cidrsOf(addresses: AddressSet, from: ReachSource): readonly string[] {
  return toCidrs(from.kind === "internet" ? readableInternet(addresses) : addresses);
}

function nameOfSource(from: ReachSource): string {
  switch (from.kind) {
    case "internet":
      return "internet";
    case "addresses":
      return toCidrs(from.addresses).map(bareAddress).join(", ");
    case "endpoint":
      return from.endpoint.resource.id;
  }
}

/** A block of one address as the address it is. */
function bareAddress(cidr: string): string {
  const [address = "", prefix] = cidr.split("/");
  return prefix === (address.includes(":") ? "128" : "32") ? address : cidr;
}

function nameOf({ id, name }: ResourceRef): string {
  const place = placeOf({ id, name });
  if (place !== null) return `${name ?? id} (${place})`;
  return name === null || name === "" || name === id ? id : `${id} (${name})`;
}

/** The verdict in one sentence, by what counts as reached. */
function sentenceOf({ question, verdict, packets, reached, paths, missing }: ReachAnswer): string {
  const { from, to, l4 } = question;
  const target = nameOf(to.resource);
  const source =
    from.kind === "internet"
      ? "the internet"
      : from.kind === "endpoint"
        ? nameOf(from.endpoint.resource)
        : nameOfSource(from);
  const what = l4 === null ? target : `${describeL4(l4)} of ${target}`;
  if (verdict === "closed") {
    const half = packets.must.length > 0 ? " Packets enter, but no session can be made: the replies are stopped." : "";
    const stops = Math.min(
      ...paths.map(({ steps }) => steps.filter(({ passes }) => passes === "none" || passes === "some").length),
    );
    const by =
      half !== "" || paths.length === 0 || stops === 0
        ? ""
        : `: ${stops} ${stops === 1 ? "layer stops" : "layers stop"} it`;
    return `Closed: nothing from ${source} reaches ${what}${by}.${half}`;
  }
  if (verdict === "unknown") {
    const why =
      missing.length === 0
        ? "something could not be read"
        : `not known: ${missing.slice(0, 3).join("; ")}${missing.length > 3 ? `; and ${missing.length - 3} more` : ""}`;
    return `Unknown: whether ${source} reaches ${what} cannot be told (${why}).`;
  }
  const boxes = reached.must;
  const open = unionL4(boxes.map((box) => box.l4));
  const points = l4 === null || verdict === "partial" ? `${briefL4(open)} of ${target}` : what;
  const parts = mergedParts(boxes);
  const who = audience(
    parts.length === 1 && parts[0] !== undefined
      ? parts[0].addresses
      : unionAddresses(parts.map(({ addresses }) => addresses)),
    from,
  );
  const differs = parts.length > 1 ? ", though not every port from all of them" : "";
  return verdict === "open"
    ? `Open: ${points} can be reached from ${who}${l4 === null ? differs : ""}.`
    : `Partly open: ${points} can be reached from ${who}${differs}, but not everything asked.`;
}

function briefL4(l4: L4Set): string {
  if (l4 === allL4) return "every protocol";
  const text = describeL4(l4);
  if (text.length <= 100) return text;
  const cut = text.slice(0, 100);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(","), cut.lastIndexOf(";")))} and more`;
}

function audience(set: AddressSet, from: ReachSource): string {
  if (from.kind === "endpoint") return nameOf(from.endpoint.resource);
  const cidrs = cidrsOf(set, from).map(bareAddress);
  const listed = `${cidrs.slice(0, 4).join(", ")}${cidrs.length > 4 ? ` and ${cidrs.length - 4} more` : ""}`;
  if (from.kind === "addresses") return listed;
  const { v4, v6 } = internetShare(set);
  const whole = (share: number): boolean => share > 0.9999;
  if (whole(v4) && whole(v6)) return `the whole internet (${listed})`;
  const families = [
    ...(v4 > 0 ? [`${percent(v4)} the IPv4 internet`] : []),
    ...(v6 > 0 ? [`${percent(v6)} the IPv6 internet`] : []),
  ];
  return `${families.join(" and ")} (${listed})`;
}

function percent(share: number): string {
  if (share > 0.9999) return "all of";
  const value = share * 100;
  return value < 0.01 ? "less than 0.01 % of" : `${Number(value.toPrecision(3))} % of`;
}
