import { check } from "../../../checks/network/open-port-rule.ts";
import { parsePortService } from "../../../src/network/port-groups.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { allow, securityGroup } from "../../support/security-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

const group = (...ingress: readonly VendorObject[]) =>
  awsEstate([{ SecurityGroups: [securityGroup("sg-app", ingress)] }]);

checkCases(check, {
  pass: [
    {
      name: "HTTP and HTTPS from everywhere",
      estate: group(allow("tcp", 80, "0.0.0.0/0", "::/0"), allow("tcp", 443, "0.0.0.0/0", "::/0")),
    },
    {
      name: "admin and data ports: other checks speak of them",
      estate: group(allow("tcp", 22, "0.0.0.0/0"), allow("tcp", 5432, "::/0")),
    },
    { name: "ping", estate: group(allow("icmp", [-1, -1], "0.0.0.0/0"), allow("icmpv6", null, "::/0")) },
    { name: "8080 from private space", estate: group(allow("tcp", 8080, "10.0.0.0/8")) },
    {
      name: "QUIC where the user says so",
      estate: group(allow("udp", 443, "0.0.0.0/0")),
      settings: { publicPorts: [parsePortService("udp/443")] },
    },
  ],
  fail: [
    {
      name: "8080, IPv4",
      estate: group(allow("tcp", 8080, "0.0.0.0/0")),
      message: "opens ports that are not meant to be public: tcp 8080 to all of the IPv4 internet (0.0.0.0/0).",
    },
    { name: "8080, IPv6", estate: group(allow("tcp", 8080, "::/0")), message: "tcp 8080 to all of the IPv6 internet" },
    { name: "UDP 443 is not TCP 443", estate: group(allow("udp", 443, "0.0.0.0/0")), message: "udp 443" },
    {
      name: "a range that begins with a public port",
      estate: group(allow("tcp", [80, 82], "0.0.0.0/0")),
      message: "public: tcp 81-82 to",
    },
    { name: "a protocol without ports", estate: group(allow("47", null, "0.0.0.0/0")), message: "all gre" },
    {
      name: "every protocol: true by itself, whatever open-all-rule says",
      estate: group(allow("-1", null, "::/0")),
      message: "public: all of them to all of the IPv6 internet",
    },
    {
      name: "a public port taken off the list",
      estate: group(allow("tcp", 80, "0.0.0.0/0")),
      settings: { publicPorts: [parsePortService("443")] },
      message: "tcp 80",
    },
  ],
  unknown: [
    {
      name: "a prefix list that nobody described",
      estate: group(allow("tcp", 8080, "pl-1")),
      message: "may open ports that are not meant to be public, tcp 8080, to the internet",
    },
  ],
});
