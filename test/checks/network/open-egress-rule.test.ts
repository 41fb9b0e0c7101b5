import { check } from "../../../checks/network/open-egress-rule.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { allow, securityGroup } from "../../support/security-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

const group = (...egress: readonly VendorObject[]) =>
  awsEstate([{ SecurityGroups: [securityGroup("sg-app", [], { IpPermissionsEgress: egress })] }]);

checkCases(check, {
  pass: [
    { name: "no way out", estate: group() },
    { name: "HTTPS to everywhere", estate: group(allow("tcp", 443, "0.0.0.0/0", "::/0")) },
    { name: "everything, inside", estate: group(allow("-1", null, "10.0.0.0/8", "sg-db")) },
    {
      name: "what comes in plays no part",
      estate: awsEstate([{ SecurityGroups: [securityGroup("sg-app", [allow("-1", null, "0.0.0.0/0")])] }]),
    },
  ],
  fail: [
    {
      name: "the rule every new group has",
      estate: group(allow("-1", null, "0.0.0.0/0")),
      message: "Security group app (sg-app) lets every protocol out to all of the IPv4 internet (0.0.0.0/0).",
    },
    { name: "the same for IPv6", estate: group(allow("-1", null, "::/0")), message: "all of the IPv6 internet (::/0)" },
    {
      name: "every TCP port by halves",
      estate: group(allow("tcp", [0, 65535], "0.0.0.0/1", "128.0.0.0/1")),
      message: "lets every TCP port out",
    },
  ],
  unknown: [
    {
      name: "everything to a prefix list that nobody described",
      estate: group(allow("-1", null, "pl-1")),
      message: "may let every protocol out",
    },
  ],
});
