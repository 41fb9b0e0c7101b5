import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/error.ts";
import { describeL4, hasL4, l4Ports, tcp, udp } from "../../src/network/l4.ts";
import {
  adminPorts,
  dataPorts,
  defaultPublicPorts,
  l4OfServices,
  parsePortService,
  servicesIn,
} from "../../src/network/port-groups.ts";

describe("the built-in groups", () => {
  it.each([
    [
      "admin",
      adminPorts,
      [22, 23, 5985, 5986, 3389, 5500, 5800, 5900, 5910, 2375, 2376, 6443, 10250, 10255, 2379, 2380, 135, 445],
      [69, 161, 3389, 445, 137, 389, 111, 2049],
    ],
    [
      "data",
      dataPorts,
      [
        3306, 5432, 1433, 1521, 27017, 27019, 6379, 11211, 9042, 61621, 9200, 5601, 9092, 2181, 5672, 5984, 8086, 7687,
        50070, 8983, 53, 25, 110, 143,
      ],
      [5432, 1434, 2483, 11211, 53],
    ],
  ])("%s", (_name, services, tcpPorts, udpPorts) => {
    const l4 = l4OfServices(services);
    expect(tcpPorts.filter((port) => !hasL4(l4, (tcp << 16) | port))).toEqual([]);
    expect(udpPorts.filter((port) => !hasL4(l4, (udp << 16) | port))).toEqual([]);
  });

  it("keeps the public ports out of both", () => {
    expect(servicesIn([...adminPorts, ...dataPorts], l4OfServices(defaultPublicPorts))).toEqual([]);
  });

  it("names what listens", () => {
    expect(servicesIn(adminPorts, l4Ports(tcp, 20, 22)).map(({ name }) => name)).toEqual(["SSH", "FTP"]);
  });
});

describe("ports as users write them", () => {
  it.each([
    ["443", "tcp 443"],
    [443, "tcp 443"],
    ["udp/443", "udp 443"],
    ["TCP/8000-8080", "tcp 8000-8080"],
    ["sctp/22", "sctp 22"],
    ["0", "tcp 0"],
    ["gre", "all gre"],
  ])("%j is %s", (text, words) => expect(describeL4(parsePortService(text).l4)).toBe(words));

  it.each(["", "http", "tcp", "icmp/8", "65536", "9-1", "22,23", "tcp/", "-1", "foo/22"])(
    "%j is refused in words",
    (text) => {
      expect(() => parsePortService(text)).toThrow(UsageError);
    },
  );
});
