import {
  allL4,
  hasPorts,
  icmp,
  icmpv6,
  l4Icmp,
  l4Ports,
  l4Protocol,
  protocolName,
  protocolNumber,
  sctp,
  type L4Set,
} from "../../../network/l4.ts";

import type { VendorObject } from "../../../snapshot/record.ts";
import { malformed, object, wholeNumber, type Malformed } from "../../read.ts";

/** The protocols and ports a rule speaks of. */
export interface Traffic {
  /** Everything it may be; exact unless `problem` says otherwise. */
  readonly l4: L4Set;
  /** The same as a stable text, for rule keys: `tcp/22`, `icmp/8/*`, `all`. */
  readonly text: string;
  /** What in the record could not be read; null when all of it could. */
  readonly problem: string | null;
}

type Number = number | null | Malformed;

/** Every protocol. */
export const allTraffic: Traffic = { l4: allL4, text: "all", problem: null };

/**
 * A security group permission's protocol and ports. `-1` is everything whatever ports are given; TCP, UDP, ICMP and ICMPv6 have ports
 * or a type and code; any other protocol has none. Where ports are missing, all of them are meant.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
 */
export function permissionTraffic(data: VendorObject): Traffic {
  return trafficOf(data["IpProtocol"], {
    portFrom: wholeNumber(data, "FromPort"),
    portTo: wholeNumber(data, "ToPort"),
    type: wholeNumber(data, "FromPort"),
    code: wholeNumber(data, "ToPort"),
  });
}

/**
 * A network ACL entry's protocol and ports. The protocol is a number in a string; -1 is everything.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html
 */
export function aclEntryTraffic(data: VendorObject): Traffic {
  const ports = object(data, "PortRange") ?? {};
  const message = object(data, "IcmpTypeCode") ?? {};
  return trafficOf(data["Protocol"], {
    portFrom: wholeNumber(ports, "From"),
    portTo: wholeNumber(ports, "To"),
    type: wholeNumber(message, "Type"),
    code: wholeNumber(message, "Code"),
  });
}

function trafficOf(
  protocol: unknown,
  given: { readonly portFrom: Number; readonly portTo: Number; readonly type: Number; readonly code: Number },
): Traffic {
  const said = typeof protocol === "string" || typeof protocol === "number" ? String(protocol).trim() : "";
  if (said === "-1" || said.toLowerCase() === "all") return allTraffic;
  const number = said === "" ? null : protocolNumber(said);
  if (number === null) {
    return { l4: allL4, text: `protocol ${shorten(said)}`, problem: `its protocol ${JSON.stringify(shorten(said))}` };
  }
  if (number === icmp || number === icmpv6) return messages(number, given.type, given.code);
  // Rules on SCTP carry no ports here: a protocol number other than those four allows all of it.
  if (hasPorts(number) && number !== sctp) return ports(number, given.portFrom, given.portTo);
  return { l4: l4Protocol(number), text: protocolName(number), problem: null };
}

function ports(protocol: number, from: Number, to: Number): Traffic {
  const name = protocolName(protocol);
  if (isAbsent(from) && isAbsent(to)) return { l4: l4Protocol(protocol), text: name, problem: null };
  // One missing end stands for the end of the port range: what may be open is never left out.
  const first = isAbsent(from) ? 0 : from;
  const last = isAbsent(to) ? 0xffff : to;
  if (first === malformed || last === malformed || first < 0 || last > 0xffff || first > last) {
    const said = `${String(first === malformed ? "?" : first)}-${String(last === malformed ? "?" : last)}`;
    return { l4: l4Protocol(protocol), text: `${name}/${said}`, problem: `its ports ${said}` };
  }
  if (first === 0 && last === 0xffff) return { l4: l4Protocol(protocol), text: name, problem: null };
  return {
    l4: l4Ports(protocol, first, last),
    text: `${name}/${first === last ? first : `${first}-${last}`}`,
    problem: null,
  };
}

function messages(protocol: number, type: Number, code: Number): Traffic {
  const name = protocolName(protocol);
  if (isAbsent(type) && isAbsent(code)) return { l4: l4Protocol(protocol), text: name, problem: null };
  const isValid = (value: Number): value is number => typeof value === "number" && value >= 0 && value <= 255;
  // A code without a type is no message: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
  if (!isValid(type) || !(isAbsent(code) || isValid(code))) {
    const said = [type, code].map((value) => (value === malformed ? "?" : (value ?? "*"))).join("/");
    return { l4: l4Protocol(protocol), text: `${name}/${said}`, problem: `its ICMP type and code ${said}` };
  }
  return {
    l4: l4Icmp(protocol, type, isAbsent(code) ? null : code),
    text: `${name}/${type}/${isAbsent(code) ? "*" : code}`,
    problem: null,
  };
}

/** -1 and nothing at all both stand for every port, type or code. */
function isAbsent(value: Number): value is null | -1 {
  return value === null || value === -1;
}

/** Untrusted text, cut to what fits in a message. */
export function shorten(untrusted: string): string {
  return untrusted.length > 60 ? `${untrusted.slice(0, 60)}...` : untrusted;
}
