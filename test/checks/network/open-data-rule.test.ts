import { check } from "../../../checks/network/open-data-rule.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { allow, securityGroup } from "../../support/security-groups.ts";
import { parsePortService } from "../../../src/network/port-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

const group = (...ingress: readonly VendorObject[]) =>
  awsEstate([{ SecurityGroups: [securityGroup("sg-db", ingress)] }]);

checkCases(check, {
  pass: [
    {
      name: "PostgreSQL from private space and a group",
      estate: group(allow("tcp", 5432, "10.0.0.0/8", "fd00::/8", "sg-app")),
    },
    {
      name: "admin and public ports from everywhere",
      estate: group(allow("tcp", 22, "0.0.0.0/0"), allow("tcp", 443, "::/0")),
    },
    { name: "SQL Server's UDP port over TCP", estate: group(allow("tcp", 1434, "0.0.0.0/0")) },
  ],
  fail: [
    {
      name: "PostgreSQL, IPv4",
      estate: group(allow("tcp", 5432, "0.0.0.0/0")),
      message: "opens PostgreSQL (tcp 5432) to all of the IPv4 internet (0.0.0.0/0).",
    },
    {
      name: "MongoDB, IPv6 by halves",
      estate: group(allow("tcp", [27000, 28000], "::/1", "8000::/1")),
      message: "MongoDB (tcp 27017-27019) to all of the IPv6 internet",
    },
    { name: "DNS over UDP by number", estate: group(allow("17", 53, "0.0.0.0/0")), message: "DNS (udp 53)" },
    {
      name: "two ports open to different families are told apart",
      estate: group(allow("tcp", 6379, "0.0.0.0/0"), allow("tcp", 9200, "::/0")),
      message:
        "Redis (tcp 6379) to all of the IPv4 internet (0.0.0.0/0) and Elasticsearch, OpenSearch (tcp 9200) to all of the IPv6 internet (::/0).",
    },
    {
      name: "every protocol: no other check's finding makes this one pass",
      estate: group(allow("-1", null, "0.0.0.0/0")),
      message: "MySQL, PostgreSQL, SQL Server, Oracle and 18 more",
    },
    {
      name: "a port of the user's own",
      estate: group(allow("tcp", 5984, "0.0.0.0/0")),
      settings: { dataPorts: [parsePortService("5984")] },
    },
  ],
  unknown: [
    {
      name: "a prefix list that nobody described",
      estate: group(allow("tcp", 3306, "pl-1")),
      message: "may open MySQL (tcp 3306) to the internet: prefix list pl-1",
    },
  ],
});
