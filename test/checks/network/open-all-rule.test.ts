import { expect } from "vitest";
import { check } from "../../../checks/network/open-all-rule.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { allow, securityGroup } from "../../support/security-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

const group = (...ingress: readonly VendorObject[]) =>
  awsEstate([{ SecurityGroups: [securityGroup("sg-all", ingress)] }]);

checkCases(check, {
  pass: [
    {
      name: "every protocol from private space and a group",
      estate: group(allow("-1", null, "10.0.0.0/8", "fd00::/8", "sg-all")),
    },
    {
      name: "every TCP port but one",
      estate: group(allow("tcp", [0, 21], "0.0.0.0/0"), allow("tcp", [23, 65535], "0.0.0.0/0")),
    },
    { name: "every ICMP message", estate: group(allow("icmp", [-1, -1], "0.0.0.0/0"), allow("icmpv6", null, "::/0")) },
    { name: "every protocol from a range that is not the internet", estate: group(allow("-1", null, "52.0.0.0/16")) },
    {
      name: "a port 0 of TCP and an ICMP type 0 are no wildcard",
      estate: group(allow("tcp", [0, 0], "0.0.0.0/0"), allow("icmp", [0, 0], "0.0.0.0/0")),
    },
  ],
  fail: [
    {
      name: "every protocol; ports given mean nothing",
      estate: group(allow("-1", 80, "0.0.0.0/0")),
      message: "Security group all (sg-all) opens every protocol to all of the IPv4 internet (0.0.0.0/0).",
    },
    {
      name: "every TCP port, IPv6",
      estate: group(allow("tcp", [0, 65535], "::/0")),
      message: "opens every TCP port to all of the IPv6 internet (::/0).",
    },
    { name: "every TCP port but 0", estate: group(allow("tcp", [1, 65535], "0.0.0.0/0")), message: "every TCP port" },
    { name: "ports left out", estate: group(allow("udp", null, "0.0.0.0/0")), message: "every UDP port" },
    {
      name: "two ranges that leave none out",
      estate: group(allow("tcp", [0, 1023], "0.0.0.0/0"), allow("6", [1024, 65535], "0.0.0.0/1", "128.0.0.0/1")),
      message: "every TCP port",
    },
    {
      name: "TCP and UDP",
      estate: group(allow("tcp", null, "::/0"), allow("udp", null, "::/0")),
      message: "every TCP and UDP port",
    },
    {
      name: "the rule for one public port is not to blame",
      estate: group(allow("-1", null, "::/0"), allow("tcp", 443, "0.0.0.0/0")),
      message: "opens every protocol to all of the IPv6 internet (::/0).",
      also: ([finding]) => expect(finding?.remediation.cli.join()).not.toContain("443"),
    },
  ],
  unknown: [
    {
      name: "a prefix list that nobody described",
      estate: group(allow("-1", null, "pl-1")),
      message: "may open every protocol to the internet: prefix list pl-1",
    },
    {
      name: "half of the ports certain, half unknown",
      estate: group(allow("tcp", [0, 1000], "0.0.0.0/0"), allow("tcp", [1001, 65535], "pl-1")),
      message: "may open every TCP port",
    },
  ],
});
