import { renderReachJson } from "../../../reports/reach/json.ts";
import { terminalText } from "../../../reports/escape/terminal.ts";
import { renderReachTable } from "../../../reports/reach/table.ts";
import { nearest } from "../../config/nearest.ts";
import type { Options } from "../../config/options.ts";
import { isKnown } from "../../model/coverage.ts";
import { UsageError } from "../../model/error.ts";
import type { ResourceRef } from "../../model/resource.ts";
import { parseCidr, toCidrs } from "../../network/addresses.ts";
import type { Endpoint } from "../../network/endpoint.ts";
import { hasPorts, l4Ports, l4Protocol, protocolNumber, tcp } from "../../network/l4.ts";
import type { L4Set } from "../../network/l4.ts";
import { findEndpoint, namesOf } from "../../network/reach-endpoints.ts";
import { reportReach } from "../../network/reach-report.ts";
import { maximumSenders, reach, type ReachSource } from "../../network/reach.ts";
import { combine, settledCoverage } from "../../scan/analyse.ts";
import type { Snapshot } from "../../snapshot/record.ts";
import { acquire } from "../acquire.ts";
import { answerFormat } from "../answer-format.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";
import { providers } from "../providers.ts";
import { startProgress } from "../progress.ts";
import { speaksUnicode } from "../publish.ts";
import { wantsColour } from "../style.ts";

/**
 * `rampart reach`: what gets to an endpoint, and by which rules. Exits with 3 when the answer rests on something that was not read.
 * @throws UsageError for an endpoint that is not there or not the only one, and for ports and protocols that do not go together
 */
export async function reachCommand(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options } = await configure(invocation, io);
  const { to } = options;
  if (to === null) throw new UsageError("reach: --to is missing: the id, name, ARN or address of an endpoint");
  const format = answerFormat("reach", options);
  const l4 = l4Of(options);
  const progress = startProgress(io, options.quiet);
  try {
    const { snapshot, interrupted } = await acquire(invocation.operands, options, io, progress.onEvent);
    progress.stop();
    if (interrupted) return exitCodes.interrupted;
    const { network } = combine(snapshot, providers);
    const target = onlyEndpoint(network.endpoints, to, "--to", snapshot);
    const from = sourceOf(network.endpoints, options.from ?? "internet", snapshot);
    const answer = reach(network, { from, to: target, l4 });
    if ("kind" in answer) {
      throw new UsageError(
        `--from ${options.from ?? ""}: ${answer.senders} endpoints have addresses there, and at most ${maximumSenders} can be answered for; name a narrower range`,
      );
    }
    const report = reportReach(answer);
    const terminal = { colour: wantsColour(options.color, io), width: io.columns, unicode: speaksUnicode(io) };
    await io.out(format === "json" ? renderReachJson(report) : renderReachTable(report, terminal));
    return report.verdict === "unknown" ? exitCodes.incomplete : exitCodes.clean;
  } finally {
    progress.stop();
  }
}

/**
 * The protocols and ports that are asked about; null when none are named.
 * @throws UsageError for what is no port or protocol, and for ports of a protocol without any
 */
export function l4Of({ port, protocol }: Pick<Options, "port" | "protocol">): L4Set | null {
  const isEvery = protocol === null || /^(?:all|any|-1)$/i.test(protocol.trim());
  const number = isEvery ? null : protocolNumber(protocol);
  if (!isEvery && number === null) {
    throw new UsageError(
      `--protocol ${protocol}: is no protocol. Write tcp, udp, icmp or the like, or a number from 0 to 255`,
    );
  }
  if (port === null) return number === null ? null : l4Protocol(number);
  const asked = number ?? tcp;
  if (!hasPorts(asked)) {
    throw new UsageError(
      `--port ${port}: ${protocol ?? ""} has no ports. Leave --port out, or ask for tcp, udp or sctp`,
    );
  }
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(port.trim());
  const first = Number(match?.[1]);
  const last = match?.[2] === undefined ? first : Number(match[2]);
  if (match === null || last > 0xffff || first > last) {
    throw new UsageError(`--port ${port}: is no port. Write 22, or 8000-8080 for a range; ports go from 0 to 65535`);
  }
  return l4Ports(asked, first, last);
}

/** Sources by what a person calls them: `internet`, an address or a block of them, or an endpoint. */
function sourceOf(endpoints: readonly Endpoint[], text: string, snapshot: Snapshot): ReachSource {
  const word = text.trim();
  if (word.toLowerCase() === "internet" || word === "0.0.0.0/0" || word === "::/0") return { kind: "internet" };
  const addresses = parseCidr(word);
  if (addresses !== null) return { kind: "addresses", addresses };
  if (/^[\d.:/]+$/.test(word)) throw new UsageError(`--from ${word}: is no address and no CIDR block`);
  return { kind: "endpoint", endpoint: onlyEndpoint(endpoints, word, "--from", snapshot) };
}

function onlyEndpoint(endpoints: readonly Endpoint[], text: string, option: string, snapshot: Snapshot): Endpoint {
  const found = findEndpoint(endpoints, text);
  if (found.kind === "one") return found.endpoint;
  if (found.kind === "several") {
    const shown = terminalText(found.endpoints.slice(0, 10).map(describeEndpoint).join("; "), true);
    const more = found.endpoints.length > 10 ? `; and ${found.endpoints.length - 10} more` : "";
    throw new UsageError(
      `${option} ${text}: ${found.endpoints.length} endpoints are called that. Name one by its id: ${shown}${more}`,
    );
  }
  if (endpoints.length === 0) {
    throw new UsageError(`${option} ${text}: no endpoint was found at all; ${readWords(snapshot)}`);
  }
  throw new UsageError(
    `${option} ${text}: no endpoint of the ${endpoints.length} that were read has this id, name, ARN or address` +
      `${guess(text, endpoints)} (${readWords(snapshot)})`,
  );
}

/** Of each endpoint the shortest name that holds what was typed, or else the nearest of all. */
function guess(text: string, endpoints: readonly Endpoint[]): string {
  const names = endpoints.map(namesOf);
  const holds = (name: string): boolean => name.toLowerCase().includes(text.toLowerCase());
  const shortest = names.flatMap((own) =>
    own
      .filter(holds)
      .toSorted((a, b) => a.length - b.length)
      .slice(0, 1),
  );
  const holding = [...new Set(shortest)].slice(0, 3);
  const near = holding.length > 0 ? null : nearest(text, names.flat());
  const candidates = near === null ? holding : [near];
  return candidates.length === 0 ? "" : `; did you mean ${terminalText(candidates.join(" or "), true)}?`;
}

function describeEndpoint({ resource, workload, privateAddresses }: Endpoint): string {
  const of = workload === null || workload.id === resource.id ? "" : ` of ${nameOf(workload)}`;
  const addresses = toCidrs(privateAddresses)
    .slice(0, 2)
    .map((cidr) => cidr.replace(/\/(?:32|128)$/, ""));
  return `${resource.id}${of}${addresses.length === 0 ? "" : ` (${addresses.join(", ")})`}`;
}

function nameOf({ id, name }: ResourceRef): string {
  return name === null || name === id ? id : `${name} (${id})`;
}

/** What was read, for someone whose endpoint is not there. */
function readWords(snapshot: Snapshot): string {
  const unread = settledCoverage(snapshot, providers).filter(({ status }) => !isKnown(status)).length;
  const entered = snapshot.targets.filter(({ status }) => status === "scanned").length;
  const places = `${entered} ${entered === 1 ? "target was" : "targets were"} read`;
  return unread === 0 ? places : `${places}, ${unread} calls of which failed`;
}
