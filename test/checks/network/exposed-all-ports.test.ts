import { check } from "../../../checks/network/exposed-all-ports.ts";
import { checkCases } from "../../support/check-tester.ts";
import { aclEntry, oneInstance, openAcl } from "../../support/one-instance.ts";
import { allow } from "../../support/security-groups.ts";

const everything = allow("-1", null, "0.0.0.0/0");
const deny = aclEntry(90, "deny", "0.0.0.0/0", { protocol: "6", ports: [22, 22] });

checkCases(check, {
  pass: [
    {
      name: "every TCP port but the low ones",
      estate: oneInstance({ ingress: [allow("tcp", [1024, 65535], "0.0.0.0/0")] }),
    },
    { name: "every protocol from private space", estate: oneInstance({ ingress: [allow("-1", null, "10.0.0.0/8")] }) },
    {
      name: "every TCP port in the group, and the network ACL denies one",
      estate: oneInstance({ ingress: [allow("tcp", [0, 65535], "0.0.0.0/0")], acl: [deny, ...openAcl] }),
    },
    { name: "IPv6 only, and the address is IPv4", estate: oneInstance({ ingress: [allow("-1", null, "::/0")] }) },
  ],
  fail: [
    {
      name: "every protocol",
      estate: oneInstance({ ingress: [everything] }),
      resources: ["eni-1"],
      message: "open on every protocol to all of the IPv4 internet",
    },
    {
      name: "every protocol over IPv6",
      estate: oneInstance({ ingress: [allow("-1", null, "::/0")], ipv6: "2600:1f18::5" }),
      message: "all of the IPv6 internet",
    },
    {
      name: "every port from 1 in pieces, each to other halves of the internet",
      estate: oneInstance({
        ingress: [allow("tcp", [1, 999], "0.0.0.0/1"), allow("tcp", [1000, 65535], "128.0.0.0/1")],
      }),
      message: "every TCP port",
    },
    {
      name: "the network ACL denies one TCP port: UDP is whole still",
      estate: oneInstance({ ingress: [everything], acl: [deny, ...openAcl] }),
      message: "every UDP port",
    },
  ],
  unknown: [
    {
      name: "some of the ports are open to a list that was denied",
      estate: oneInstance(
        { ingress: [allow("tcp", [1, 999], "0.0.0.0/0"), allow("tcp", [1000, 65535], "pl-1")] },
        { unread: { "ec2:GetManagedPrefixListEntries": "denied" } },
      ),
      resources: ["eni-1"],
      message: "may be open to the internet on every TCP port",
    },
  ],
});
