import { expect, it } from "vitest";
import { peerName, trafficInWords } from "../../../checks/shared/words.ts";
import {
  allL4,
  l4Icmp,
  l4Ports,
  l4Protocol,
  noL4,
  subtractL4,
  tcp,
  udp,
  unionL4,
  type L4Set,
} from "../../../src/network/l4.ts";

const but = (...sets: readonly L4Set[]): L4Set => subtractL4(allL4, unionL4(sets));

it.each([
  ["nothing", noL4, "nothing"],
  ["everything", allL4, "every protocol"],
  ["a few ports", unionL4([l4Ports(tcp, 22, 22), l4Ports(udp, 53, 53)]), "tcp 22; udp 53"],
  ["all but a port", but(l4Ports(tcp, 25, 25)), "every protocol but tcp 25"],
  ["all but a protocol", but(l4Protocol(tcp)), "every protocol but tcp"],
  [
    "all but two protocols and a message",
    but(l4Protocol(50), l4Ports(udp, 53, 53), l4Icmp(1, 8, null)),
    "every protocol but icmp echo-request; udp 53; esp",
  ],
  ["half of the protocols", unionL4(Array.from({ length: 128 }, (_, number) => l4Protocol(number))), "protocols 0-127"],
])("%s in words", (_what, l4, words) => {
  expect(trafficInWords(l4)).toBe(words);
});

it.each([
  [{ kind: "tag", name: "web" }, "tag web"],
  [
    { kind: "tag", name: "service account web@shop.iam.gserviceaccount.com" },
    "service account web@shop.iam.gserviceaccount.com",
  ],
  [{ kind: "tag", name: "secure tag tagValues/1" }, "secure tag tagValues/1"],
  [{ kind: "list", id: "pl-1", owner: null }, "prefix list pl-1"],
  [
    { kind: "list", id: "projects/p/locations/global/addressGroups/g", owner: "p" },
    "address group projects/p/locations/global/addressGroups/g",
  ],
] as const)("the other side %j is %s", (peer, words) => {
  expect(peerName(peer)).toBe(words);
});
