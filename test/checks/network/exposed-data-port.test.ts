import { check } from "../../../checks/network/exposed-data-port.ts";
import { parsePortService } from "../../../src/network/port-groups.ts";
import { checkCases } from "../../support/check-tester.ts";
import { aclEntry, oneInstance, openAcl } from "../../support/one-instance.ts";
import { allow } from "../../support/security-groups.ts";

const mysql = allow("tcp", 3306, "0.0.0.0/0", "::/0");

checkCases(check, {
  pass: [
    { name: "MySQL for the private network", estate: oneInstance({ ingress: [allow("tcp", 3306, "10.0.0.0/8")] }) },
    {
      name: "MySQL from everywhere without a public address",
      estate: oneInstance({ ingress: [mysql], publicIp: null }),
    },
    { name: "an administration port", estate: oneInstance({ ingress: [allow("tcp", 22, "0.0.0.0/0")] }) },
    {
      name: "block public access in both directions",
      estate: oneInstance({ ingress: [mysql], blockPublicAccess: "block-bidirectional" }),
    },
  ],
  fail: [
    {
      name: "MySQL from everywhere",
      estate: oneInstance({ ingress: [mysql] }),
      resources: ["eni-1"],
      message: "MySQL (tcp 3306)",
    },
    {
      name: "the same for IPv6 alone",
      estate: oneInstance({ ingress: [mysql], publicIp: null, ipv6: "2600:1f18::5" }),
      message: "all of the IPv6 internet (::/0)",
    },
    {
      name: "a third of the internet is denied by the network ACL, the rest is the internet still",
      estate: oneInstance({ ingress: [mysql], acl: [aclEntry(50, "deny", "0.0.0.0/2"), ...openAcl] }),
      message: /% of the IPv4 internet \(64\.0\.0\.0\/2, 128\.0\.0\.0\/1\)/,
    },
    {
      name: "a port of the user's own",
      estate: oneInstance({ ingress: [allow("tcp", 4000, "0.0.0.0/0")] }),
      settings: { dataPorts: [parsePortService("4000")] },
      message: "4000 (tcp 4000)",
    },
  ],
  unknown: [
    {
      name: "an entry of the network ACL cannot be read",
      estate: oneInstance({ ingress: [mysql], acl: [aclEntry(50, "deny", "0.0.0.0/0/0"), ...openAcl] }),
      resources: ["eni-1"],
      message: "its address block",
    },
    {
      name: "the mode of block public access is none that AWS documents",
      estate: oneInstance({ ingress: [mysql], blockPublicAccess: "block-sometimes" }),
      resources: ["eni-1"],
    },
  ],
});
