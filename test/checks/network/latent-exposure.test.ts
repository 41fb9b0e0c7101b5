import { expect } from "vitest";
import { check } from "../../../checks/network/latent-exposure.ts";
import { account, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { aclEntry, oneInstance, openAcl, route } from "../../support/one-instance.ts";
import { allow } from "../../support/security-groups.ts";

const ssh = allow("tcp", 22, "0.0.0.0/0");
const denySsh = aclEntry(90, "deny", "0.0.0.0/0", { protocol: "6", ports: [22, 22] });
const nat = [route("0.0.0.0/0", "nat-1")];

checkCases(check, {
  pass: [
    { name: "exposed already: that is another check's", estate: oneInstance({ ingress: [ssh] }) },
    { name: "nothing is open, everything else is", estate: oneInstance({ ingress: [] }) },
    { name: "two changes away", estate: oneInstance({ ingress: [ssh], publicIp: null, routes: nat }) },
    {
      name: "HTTPS is meant to be public",
      estate: oneInstance({ ingress: [allow("tcp", 443, "0.0.0.0/0")], publicIp: null }),
    },
    {
      name: "an office's rule, however close",
      estate: oneInstance({ ingress: [allow("tcp", 22, "198.20.0.0/24")], publicIp: null }),
    },
  ],
  fail: [
    {
      name: "a public address would do",
      estate: oneInstance({ ingress: [ssh], publicIp: null }),
      resources: ["eni-1"],
      message:
        'Instance i-1 is one change away from the internet: a public IPv4 address (an Elastic IP) would open SSH (tcp 22) to all of the IPv4 internet (0.0.0.0/0); rule "allow tcp 22 from 0.0.0.0/0" of security group web (sg-web) already lets it in.',
      also: ([finding]) => {
        expect(finding?.evidence).toMatchObject({ heldBackBy: { count: 1, first: [{ kind: "public-address" }] } });
        expect(finding?.remediation.cli[0]).toContain("revoke-security-group-ingress --group-id sg-web");
      },
    },
    {
      name: "a route would do",
      estate: oneInstance({ ingress: [ssh], routes: nat }),
      message: "a route to an internet gateway for IPv4 in rtb-1",
    },
    {
      name: "a gateway would do",
      estate: oneInstance({ ingress: [ssh], hasGateway: false }),
      message: "attaching an internet gateway to vpc-1 would open",
    },
    {
      name: "the network ACL alone is in the way",
      estate: oneInstance({ ingress: [ssh], acl: [denySsh, ...openAcl] }),
      message: "an inbound rule in acl-1 that allows it",
    },
    {
      name: "the network ACL lets no reply out",
      estate: oneInstance({ ingress: [ssh], acl: openAcl.slice(0, 2) }),
      message: "an outbound rule in acl-1",
    },
    {
      name: "block public access alone",
      estate: oneInstance({ ingress: [ssh], blockPublicAccess: "block-ingress" }),
      message: "block public access",
    },
    {
      name: "over IPv6: the way out is egress-only",
      estate: oneInstance({
        ingress: [allow("tcp", 22, "::/0")],
        publicIp: null,
        ipv6: "2600:1f18::5",
        routes: [route("::/0", "eigw-1")],
      }),
      message: "for IPv6 in rtb-1",
    },
  ],
  unknown: [
    {
      name: "the open rule is a list that was denied",
      estate: oneInstance(
        { ingress: [allow("tcp", 22, "pl-1")], publicIp: null },
        { unread: { "ec2:GetManagedPrefixListEntries": "denied" } },
      ),
      resources: ["eni-1"],
      message: "prefix list pl-1",
    },
    {
      name: "whether it is open already is not known",
      estate: oneInstance({ ingress: [ssh], blockPublicAccess: "block-sometimes" }),
      resources: ["eni-1"],
    },
    {
      name: "load balancers were denied: all endpoints together",
      estate: oneInstance({ ingress: [] }, { unread: { "elasticloadbalancing:DescribeLoadBalancers": "denied" } }),
      resources: [`${account}/${region}`],
    },
  ],
});
