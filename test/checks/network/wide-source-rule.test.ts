import { check } from "../../../checks/network/wide-source-rule.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { allow, securityGroup } from "../../support/security-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

const group = (...ingress: readonly VendorObject[]) =>
  awsEstate([{ SecurityGroups: [securityGroup("sg-app", ingress)] }]);

checkCases(check, {
  pass: [
    { name: "at the limit in both families", estate: group(allow("tcp", 22, "52.1.0.0/16", "2001:4860::/32")) },
    { name: "wide, but private", estate: group(allow("-1", null, "10.0.0.0/8", "fd00::/8", "100.64.0.0/10")) },
    { name: "wide, on a public port", estate: group(allow("tcp", 443, "52.0.0.0/10")) },
    { name: "wide, for ping", estate: group(allow("icmp", [-1, -1], "52.0.0.0/10")) },
    { name: "the internet itself: other checks speak of that", estate: group(allow("tcp", 22, "0.0.0.0/0", "::/0")) },
    {
      name: "many ranges at the limit, none beside another",
      estate: group(allow("tcp", 22, "52.1.0.0/16", "52.3.0.0/16", "52.5.0.0/16")),
    },
    {
      name: "a wider limit of one's own",
      estate: group(allow("tcp", 22, "52.0.0.0/12")),
      settings: { wideSource: { ipv4: 12, ipv6: 32 } },
    },
  ],
  fail: [
    {
      name: "IPv4",
      estate: group(allow("tcp", 8443, "52.0.0.0/10")),
      message: "lets public ranges wider than /16 (IPv4) or /32 (IPv6) in on tcp 8443: 52.0.0.0/10.",
    },
    { name: "IPv6", estate: group(allow("tcp", 8443, "2600::/24")), message: "2600::/24" },
    {
      name: "the public part of a range around private space",
      estate: group(allow("tcp", 22, "172.0.0.0/10")),
      message: "172.0.0.0/12, 172.32.0.0/11.",
    },
    {
      name: "neighbours that begin in no block of their own",
      estate: group(allow("tcp", 22, "52.1.0.0/16"), allow("tcp", [20, 30], "52.2.0.0/16")),
      message: "in on tcp 22: 52.1.0.0/16, 52.2.0.0/16.",
    },
    {
      name: "IPv6 beside IPv4 that is the internet",
      estate: group(allow("tcp", 22, "0.0.0.0/0", "2600::/24")),
      message: "2600::/24",
    },
    {
      name: "a narrower limit of one's own",
      estate: group(allow("tcp", 22, "52.1.0.0/16")),
      settings: { wideSource: { ipv4: 24, ipv6: 48 } },
    },
    {
      name: "a prefix list's entries",
      estate: awsEstate([
        { SecurityGroups: [securityGroup("sg-app", [allow("tcp", 22, "pl-1")])] },
        { PrefixLists: [{ PrefixListId: "pl-1", AddressFamily: "IPv4", OwnerId: "111122223333" }] },
        { Entries: [{ Cidr: "52.0.0.0/10" }], PrefixListId: "pl-1" },
      ]),
    },
  ],
  unknown: [
    {
      name: "a prefix list that nobody described",
      estate: group(allow("tcp", 22, "pl-1")),
      message: "may let wide public ranges in on tcp 22: prefix list pl-1",
    },
  ],
});
