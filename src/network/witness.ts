import { hasAddress, intersectAddresses, isEmptyAddresses, parseAddress } from "./addresses.ts";
import type { Address, AddressSet } from "./addresses.ts";
import { explainPacket } from "./blame.ts";
import type { Explanation } from "./blame.ts";
import type { Compiled } from "./compile.ts";
import { describeL4, hasL4, intersectL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";
import { certainlyPasses, matches, possiblyPasses } from "./naive.ts";
import type { Packet, PacketBox } from "./packet.ts";
import { permittedBoxes } from "./permitted.ts";
import { publicPart } from "./width.ts";

/** A packet that gets through, as proof that something is open. */
export interface Witness {
  readonly packet: Packet;
  readonly explanation: Explanation;
}

/** What a witness is wanted for. */
export interface WitnessQuery {
  /** `must`: a packet that certainly gets through; `may`: one that could. */
  readonly bound: "must" | "may";
  /** Where it is to come from (or go to, on egress). Anywhere when absent. */
  readonly remote?: AddressSet;
  /** What it is to be. Anything when absent. */
  readonly l4?: L4Set;
  /** Sets of L4 points to try first, in order: the grave ports. */
  readonly prefer?: readonly L4Set[];
}

/**
 * Addresses that witnesses come from if they can: public resolvers (Quad9), globally routable and stable, so that the same finding
 * shows the same packet in every scan. Documentation ranges will not do, they are not routable.
 */
const samples: readonly Address[] = ["9.9.9.9", "2620:fe::9"].flatMap((text) => parseAddress(text) ?? []);

/** The first port of the range IANA keeps for clients, RFC 6335 section 6. */
const clientPort = 49_152;

/**
 * Finds a packet that gets through and replays it through the naive interpreter. The smallest by preference: preferred ports first, then
 * the lowest L4 point; a sample address, else the lowest globally routable one, else the lowest; a client's source port if that will do.
 * Null when nothing that is asked for gets through.
 * @throws {Error} when the packet does not replay, which is a bug in the engine and not a finding.
 */
export function findWitness(compiled: Compiled, query: WitnessQuery): Witness | null {
  const boxes = permittedBoxes(compiled[query.bound]).flatMap((box) => narrowBox(box, query) ?? []);
  for (const preferred of [...(query.prefer ?? []), null]) {
    const packet = smallestPacket(boxes, preferred);
    if (packet === null) continue;
    return { packet, explanation: replayPacket(compiled, packet, query.bound) };
  }
  return null;
}

/**
 * Explains a packet that the engine says gets through, after asking the naive interpreter too.
 * @throws {Error} when the two do not agree, or when a layer blames a rule that does not match.
 */
export function replayPacket(compiled: Compiled, packet: Packet, bound: "must" | "may"): Explanation {
  const explanation = explainPacket(compiled, packet, bound);
  const agreed = bound === "must" ? certainlyPasses(compiled.filter, packet) : possiblyPasses(compiled.filter, packet);
  const blamed = explanation.layers.find(({ rule }) => rule !== null && matches(rule, packet) === "no");
  if (agreed && explanation.allowed && blamed === undefined) return explanation;
  const point = describeL4([{ first: packet.l4, last: packet.l4 }]);
  throw new Error(
    `witness does not replay: ${point} with IPv${packet.remote.family} address ${packet.remote.value} (engine: ${explanation.allowed}, ` +
      `interpreter: ${agreed}${blamed === undefined ? "" : `, layer ${blamed.layer} blames rule ${blamed.rule?.key ?? ""}`})`,
  );
}

function narrowBox(box: PacketBox, { remote, l4 }: WitnessQuery): PacketBox | null {
  const narrowed: PacketBox = {
    remote: remote === undefined ? box.remote : intersectAddresses(box.remote, remote),
    l4: l4 === undefined ? box.l4 : intersectL4(box.l4, l4),
    sourcePorts: box.sourcePorts,
  };
  return isEmptyAddresses(narrowed.remote) || narrowed.l4.length === 0 ? null : narrowed;
}

function smallestPacket(boxes: readonly PacketBox[], preferred: L4Set | null): Packet | null {
  let best: { readonly box: PacketBox; readonly l4: number; readonly remote: Address; readonly rank: number } | null =
    null;
  for (const box of boxes) {
    const l4 = (preferred === null ? box.l4 : intersectL4(box.l4, preferred))[0]?.first;
    const found = preferredAddress(box.remote);
    if (l4 === undefined || found === null) continue;
    const better =
      best === null ||
      found.rank < best.rank ||
      (found.rank === best.rank && (l4 < best.l4 || (l4 === best.l4 && found.address.value < best.remote.value)));
    if (better) best = { box, l4, remote: found.address, rank: found.rank };
  }
  if (best === null) return null;
  const { sourcePorts } = best.box;
  const sourcePort = sourcePorts === null || hasL4(sourcePorts, clientPort) ? clientPort : (sourcePorts[0]?.first ?? 0);
  return { remote: best.remote, l4: best.l4, sourcePort };
}

/** The address of a set to show, and how good it is: lower ranks are shown first. */
function preferredAddress(set: AddressSet): { readonly address: Address; readonly rank: number } | null {
  for (const [rank, address] of samples.entries()) if (hasAddress(set, address)) return { address, rank };
  const routable = lowestAddress(publicPart(set));
  if (routable !== null) return { address: routable, rank: samples.length };
  const lowest = lowestAddress(set);
  return lowest === null ? null : { address: lowest, rank: samples.length + 1 };
}

function lowestAddress({ v4, v6 }: AddressSet): Address | null {
  const [first4, first6] = [v4[0], v6[0]];
  if (first4 !== undefined) return { family: 4, value: first4.first };
  return first6 === undefined ? null : { family: 6, value: first6.first };
}
