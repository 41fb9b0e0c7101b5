import { expect } from "vitest";
import { check as enforcementOrder } from "../../../checks/gcp/gcp-enforcement-order.ts";
import { check as allowOverrides } from "../../../checks/gcp/gcp-policy-allow-overrides.ts";
import { check as mutableTarget } from "../../../checks/gcp/gcp-tag-mutable-target.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { checkCases } from "../../support/check-tester.ts";
import {
  gcpEstate,
  hierarchicalPolicy,
  instance,
  network,
  networkPolicy,
  organization,
  policyRule,
  projectRecord,
  subnet,
  surroundings,
  tagged,
  vpcRule,
} from "../../support/gcp-estate.ts";

const ssh = [{ IPProtocol: "tcp", ports: ["22"] }];
const denySsh = vpcRule("deny-ssh", { denied: ssh, priority: 10 });
const first: VendorObject = { networkFirewallPolicyEnforcementOrder: "BEFORE_CLASSIC_FIREWALL" };
const inOrganization = [projectRecord(organization), network(), subnet(), instance()];
const group = "projects/shop/locations/global/addressGroups/office";

checkCases(allowOverrides, {
  pass: [
    {
      name: "a hierarchical allow that no VPC rule denies",
      estate: gcpEstate([...inOrganization, hierarchicalPolicy([policyRule(100)])]),
    },
    {
      name: "a denial of another port",
      estate: gcpEstate([
        ...inOrganization,
        hierarchicalPolicy([policyRule(100)]),
        vpcRule("deny-rdp", { denied: [{ IPProtocol: "tcp", ports: ["3389"] }] }),
      ]),
    },
    {
      name: "a denial for other instances",
      estate: gcpEstate([
        ...inOrganization,
        hierarchicalPolicy([policyRule(100)]),
        vpcRule("deny-ssh", { denied: ssh, targetTags: ["nobody"] }),
      ]),
    },
    {
      name: "a denial from elsewhere",
      estate: gcpEstate([
        ...inOrganization,
        hierarchicalPolicy([policyRule(100, {}, { srcIpRanges: ["10.0.0.0/8"] })]),
        vpcRule("deny-ssh", { denied: ssh, sourceRanges: ["203.0.113.0/24"] }),
      ]),
    },
  ],
  fail: [
    {
      name: "a hierarchical allow before a denial",
      estate: gcpEstate([...inOrganization, hierarchicalPolicy([policyRule(100)]), denySsh]),
      message:
        "Hierarchical firewall policy baseline (locations/global/firewallPolicies/987654321098) lets in tcp 22 from all of the IPv4 internet (0.0.0.0/0) by rule 100, " +
        "before VPC firewall rules are asked: deny-ssh in network default denies it and can no longer stop it.",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute firewall-policies rules update 100 --firewall-policy=987654321098 --action=goto_next",
        ]);
      },
    },
    {
      name: "a network policy that the network evaluates first, from inside",
      estate: gcpEstate([
        projectRecord(),
        network(first),
        subnet(),
        instance(),
        networkPolicy("web", [policyRule(7, {}, { srcIpRanges: ["10.0.0.0/8"] })]),
        denySsh,
      ]),
      message: "from 10.0.0.0/8 by rule 7",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute network-firewall-policies rules update 7 --firewall-policy=web --global-firewall-policy --action=goto_next --project=shop",
        ]);
      },
    },
  ],
  unknown: [
    {
      name: "VPC rules that were not read",
      estate: gcpEstate([...inOrganization, hierarchicalPolicy([policyRule(100)])], {
        "compute.firewalls.list": "denied",
        "compute.networks.getEffectiveFirewalls": "denied",
      }),
    },
    {
      name: "an address group that was not read, where something is denied",
      estate: gcpEstate([
        ...inOrganization,
        hierarchicalPolicy([policyRule(100, {}, { srcIpRanges: [], srcAddressGroups: [group] })]),
        denySsh,
      ]),
      message: "address group projects/shop/locations/global/addressGroups/office",
    },
  ],
});

checkCases(enforcementOrder, {
  pass: [
    { name: "VPC rules first", estate: gcpEstate([network(), denySsh, networkPolicy("web", [policyRule(7)])]) },
    { name: "no policy", estate: gcpEstate([network(first), denySsh]) },
    {
      name: "VPC rules that only allow: what they do not, policies decide in either order",
      estate: gcpEstate([network(first), vpcRule("allow-ssh"), networkPolicy("web", [policyRule(7)])]),
    },
  ],
  fail: [
    {
      name: "policies before rules that deny",
      estate: gcpEstate([network(first), denySsh, networkPolicy("web", [policyRule(7)])]),
      resources: ["projects/shop/global/networks/default"],
      message:
        "VPC network default (project shop) evaluates network firewall policy web before its VPC firewall rules (BEFORE_CLASSIC_FIREWALL): what is allowed there, deny-ssh can no longer deny.",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute networks update default --network-firewall-policy-enforcement-order=AFTER_CLASSIC_FIREWALL --project=shop",
        ]);
      },
    },
  ],
  unknown: [
    {
      name: "an order that nobody documents",
      estate: gcpEstate([
        network({ networkFirewallPolicyEnforcementOrder: "SIDEWAYS" }),
        denySsh,
        networkPolicy("web", [policyRule(7)]),
      ]),
    },
    {
      name: "networks that were not read",
      estate: gcpEstate([denySsh, networkPolicy("web", [policyRule(7)])], { "compute.networks.list": "denied" }),
    },
  ],
});

checkCases(mutableTarget, {
  pass: [
    {
      name: "targets by service account",
      estate: gcpEstate([
        ...surroundings,
        vpcRule("by-account", { targetServiceAccounts: ["web@shop.iam.gserviceaccount.com"] }),
        vpcRule("inside", { targetTags: ["web"], sourceRanges: ["10.0.0.0/8"] }),
      ]),
    },
    {
      name: "tags as sources alone",
      estate: gcpEstate([...surroundings, vpcRule("from-web", { sourceTags: ["web"] })]),
    },
  ],
  fail: [
    {
      name: "an allow from everywhere, with the instances that carry the tag",
      estate: gcpEstate([
        projectRecord(),
        network(),
        instance("web-1", tagged("bastion")),
        instance("web-2", tagged("bastion", "other")),
        instance("web-3"),
        vpcRule("allow-ssh", { targetTags: ["bastion"] }),
      ]),
      resources: ["projects/shop/global/networks/default"],
      message:
        "VPC firewall of network default (project shop) allows tcp 22 from all of the IPv4 internet (0.0.0.0/0) by rule allow-ssh wherever network tag bastion stands, " +
        "on 2 instances today: whoever may set tags (compute.instances.setTags) can put it on any other instance.",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute firewall-rules create NEW_RULE --network=default --direction=INGRESS --action=ALLOW --rules=RULES --source-ranges=RANGES --priority=1000 --target-service-accounts=ACCOUNT --project=shop",
          "gcloud compute firewall-rules delete allow-ssh --project=shop",
        ]);
      },
    },
    {
      name: "a denial that goes with its tag",
      estate: gcpEstate([...surroundings, vpcRule("deny-ssh", { denied: ssh, targetTags: ["closed"] })]),
      message: /denies tcp 22 .* on no instance today: .* can take it off\.$/,
    },
    {
      name: "the way out",
      estate: gcpEstate([
        ...surroundings,
        vpcRule("out", { direction: "EGRESS", allowed: [{ IPProtocol: "all" }], targetTags: ["out"] }),
      ]),
      message: "allows every protocol to all of the IPv4 internet (0.0.0.0/0) by rule out",
    },
    {
      name: "two rules that say the same",
      estate: gcpEstate([
        ...surroundings,
        vpcRule("one", { targetTags: ["web"] }),
        vpcRule("two", { targetTags: ["web"] }),
      ]),
      also: (findings) => expect(findings).toHaveLength(2),
    },
  ],
  unknown: [
    {
      name: "a source that is no address range",
      estate: gcpEstate([...surroundings, vpcRule("odd", { targetTags: ["web"], sourceRanges: ["789"] })]),
    },
    {
      name: "VPC rules that were denied",
      estate: gcpEstate(surroundings, { "compute.firewalls.list": "denied" }),
    },
  ],
});
