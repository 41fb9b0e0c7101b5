import { normaliseRuns, numbers, type Run } from "../../../network/intervals.ts";
import {
  allL4,
  hasPorts,
  l4Ports,
  l4Protocol,
  protocolName,
  protocolNumber,
  unionL4,
  type L4Set,
} from "../../../network/l4.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { malformed, objectList } from "../../read.ts";

/** The protocols and ports a rule speaks of. */
export interface Traffic {
  /** Everything it may be; exact when there are no problems. */
  readonly l4: L4Set;
  /** As a stable text: `tcp/22,8000-8080 udp`, `all`. */
  readonly text: string;
  /** What could not be read, in words. */
  readonly problems: readonly string[];
}

/**
 * The traffic of a rule: `allowed` or `denied` of a VPC firewall rule (`IPProtocol`, `ports`), `layer4Configs` of a policy rule (`ipProtocol`,
 * `ports`). A protocol without ports is every port of it; `all` is every protocol; none at all is every protocol in a policy rule and in doubt elsewhere.
 * https://cloud.google.com/firewall/docs/firewalls#protocols_and_ports
 */
export function readTraffic(data: VendorObject, member: string, protocolMember: string): Traffic {
  const configs = objectList(data, member);
  if (configs === malformed) return { l4: allL4, text: "?", problems: ["its protocols"] };
  if (configs.length === 0) {
    return member === "layer4Configs"
      ? { l4: allL4, text: "all", problems: [] }
      : { l4: allL4, text: "?", problems: ["its protocols"] };
  }
  const parts = configs.map((config): Traffic =>
    config === malformed
      ? { l4: allL4, text: "?", problems: ["one of its protocols"] }
      : readConfig(config, protocolMember),
  );
  return {
    l4: unionL4(parts.map(({ l4 }) => l4)),
    text: [...new Set(parts.map((part) => part.text))].toSorted().join(" ").slice(0, 200),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

function readConfig(config: VendorObject, protocolMember: string): Traffic {
  const said = protocolText(config[protocolMember]);
  if (said.toLowerCase() === "all") {
    return { l4: allL4, text: "all", problems: isListed(config["ports"]) ? ["its ports of every protocol"] : [] };
  }
  const number = said === "" ? null : protocolNumber(said);
  if (number === null) {
    const shown = JSON.stringify(said.slice(0, 60));
    return { l4: allL4, text: `protocol ${said.slice(0, 60)}`, problems: [`its protocol ${shown}`] };
  }
  const name = protocolName(number);
  const { runs, problems, isAbsent } = readPorts(config["ports"]);
  if (isAbsent) return { l4: l4Protocol(number), text: name, problems };
  if (!hasPorts(number)) return { l4: l4Protocol(number), text: name, problems: [`its ports of ${name}`] };
  if (problems.length > 0) return { l4: l4Protocol(number), text: `${name}/?`, problems };
  const l4 = unionL4(runs.map(({ first, last }) => l4Ports(number, first, last)));
  return { l4, text: `${name}/${runs.map(inWords).join(",")}`, problems };
}

/** A protocol by name or number; Google also answers numbers as text. ICMP is ICMP of IPv4 alone: IPv6 has its own, `58`. */
function protocolText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function inWords({ first, last }: Run<number>): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function isListed(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function readPorts(value: unknown): {
  readonly runs: readonly Run<number>[];
  readonly problems: readonly string[];
  readonly isAbsent: boolean;
} {
  if (!isListed(value)) return { runs: [], problems: [], isAbsent: true };
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const runs: Run<number>[] = [];
  const problems: string[] = [];
  for (const item of items) {
    const said = typeof item === "string" || typeof item === "number" ? String(item).trim() : "";
    const match = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(said);
    const first = Number(match?.[1] ?? Number.NaN);
    const last = Number(match?.[2] ?? match?.[1] ?? Number.NaN);
    if (first <= last && last <= 0xffff) runs.push({ first, last });
    else problems.push(`its port ${JSON.stringify(said.slice(0, 60))}`);
  }
  return { runs: normaliseRuns(numbers, runs), problems, isAbsent: false };
}
