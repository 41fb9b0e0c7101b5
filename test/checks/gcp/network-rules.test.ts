import { describe, expect, it } from "vitest";
import { checks } from "../../../checks/registry.ts";
import { check as defaultInUse } from "../../../checks/network/default-firewall-in-use.ts";
import { check as openAdmin } from "../../../checks/network/open-admin-rule.ts";
import { check as openAll } from "../../../checks/network/open-all-rule.ts";
import { check as openData } from "../../../checks/network/open-data-rule.ts";
import { check as openEgress } from "../../../checks/network/open-egress-rule.ts";
import { check as openPort } from "../../../checks/network/open-port-rule.ts";
import { check as redundant } from "../../../checks/network/redundant-rule.ts";
import { check as shadowed } from "../../../checks/network/shadowed-rule.ts";
import { check as unlogged } from "../../../checks/network/unlogged-firewall.ts";
import { check as unmatchable } from "../../../checks/network/unmatchable-rule.ts";
import { check as unused } from "../../../checks/network/unused-firewall.ts";
import { check as wideSource } from "../../../checks/network/wide-source-rule.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { checkCases, judgeEstate } from "../../support/check-tester.ts";
import {
  computeProject,
  gcpEstate,
  hierarchicalPolicy,
  instance,
  link,
  network,
  networkPolicy,
  organization,
  policyRule,
  projectRecord,
  region,
  subnet,
  surroundings,
  tagged,
  vpcRule,
} from "../../support/gcp-estate.ts";

const tcp = (...ports: readonly string[]) => ({ allowed: [{ IPProtocol: "tcp", ports }] });
const noTcp = (...ports: readonly string[]) => ({ denied: [{ IPProtocol: "tcp", ports }] });
const group = "projects/shop/locations/global/addressGroups/office";
const idle: VendorObject = { associations: [] };
const addressGroup = (...items: readonly string[]): VendorObject => ({
  name: group,
  type: "IPV4",
  capacity: 100,
  items,
  createTime: "2026-01-01T00:00:00Z",
});
const fromGroup = policyRule(100, {}, { srcIpRanges: [], srcAddressGroups: [group] });

checkCases(openAdmin, {
  pass: [
    {
      name: "Identity-Aware Proxy, with a tag",
      estate: gcpEstate([...surroundings, vpcRule("ssh", { sourceRanges: ["35.235.240.0/20"], sourceTags: ["x"] })]),
    },
    { name: "disabled", estate: gcpEstate([...surroundings, vpcRule("ssh", { disabled: true })]) },
    {
      name: "a denial of the same priority",
      estate: gcpEstate([...surroundings, vpcRule("ssh"), vpcRule("no", noTcp("22"))]),
    },
    {
      name: "the policy hands it on",
      estate: gcpEstate([...surroundings, networkPolicy("web", [policyRule(1, { action: "goto_next" })])]),
    },
  ],
  fail: [
    {
      name: "VPC firewall rules, with the rule's command",
      estate: gcpEstate([...surroundings, vpcRule("ssh")]),
      resources: ["projects/shop/global/networks/default"],
      message:
        "VPC firewall of network default (project shop) opens SSH (tcp 22) to all of the IPv4 internet (0.0.0.0/0).",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual(["gcloud compute firewall-rules delete ssh --project=shop"]);
        expect(finding?.remediation.terraform).toContain("google_compute_firewall");
        expect(finding?.controls["gcp-security-command-center"]).toContain("OPEN_SSH_PORT");
        expect(Object.keys(finding?.controls ?? {}).join(" ")).not.toMatch(/aws|azure|defender/);
      },
    },
    {
      name: "every rule for targets of its own, whose other sources stay",
      estate: gcpEstate([
        ...surroundings,
        vpcRule("ssh", { sourceRanges: ["0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8"], targetTags: ["db"] }),
        vpcRule("by-tag", { sourceTags: ["bastion"], targetTags: ["web"] }),
      ]),
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute firewall-rules update ssh --source-ranges=10.0.0.0/8 --project=shop",
          "gcloud compute firewall-rules update by-tag --source-ranges --project=shop",
        ]);
      },
    },
    {
      name: "a denial for some instances only",
      estate: gcpEstate([
        ...surroundings,
        vpcRule("ssh"),
        vpcRule("no", { ...noTcp("22"), priority: 10, targetTags: ["closed"] }),
      ]),
    },
    {
      name: "every kind of policy, associated or not",
      estate: gcpEstate([
        projectRecord(organization),
        network(),
        hierarchicalPolicy([policyRule(10)]),
        networkPolicy("web", [policyRule(20, {}, { srcIpRanges: ["0.0.0.0/0", "10.0.0.0/8"] })]),
        networkPolicy("east", [policyRule(30)], {
          ...idle,
          region: link(`regions/${region}`),
          selfLink: link(`regions/${region}/firewallPolicies/east`),
        }),
      ]),
      also: (findings) => {
        expect(findings.flatMap(({ remediation }) => remediation.cli).toSorted()).toEqual([
          "gcloud compute firewall-policies rules delete 10 --firewall-policy=987654321098",
          "gcloud compute network-firewall-policies rules delete 30 --firewall-policy=east --firewall-policy-region=europe-west1 --project=shop",
          "gcloud compute network-firewall-policies rules update 20 --firewall-policy=web --global-firewall-policy --src-ip-ranges=10.0.0.0/8 --project=shop",
        ]);
      },
    },
    {
      name: "a policy's rule that nothing documents how to narrow",
      estate: gcpEstate([...surroundings, networkPolicy("web", [policyRule(1, {}, { srcRegionCodes: ["XX"] })])]),
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute network-firewall-policies rules delete 1 --firewall-policy=web --global-firewall-policy --project=shop",
        ]);
        expect(finding?.remediation.console).toContain("Give what else 1 names (region code XX) a rule of its own");
      },
    },
    {
      name: "IPv6 alone",
      estate: gcpEstate([...surroundings, vpcRule("ssh", { sourceRanges: ["::/0"] })]),
      message: "all of the IPv6 internet (::/0)",
    },
    {
      name: "an address group",
      estate: gcpEstate([...surroundings, networkPolicy("web", [fromGroup]), addressGroup("0.0.0.0/1", "128.0.0.0/1")]),
    },
    {
      name: "names that would run a command",
      estate: gcpEstate([
        ...surroundings,
        vpcRule("a", { name: "--quiet", targetTags: ["db"] }),
        vpcRule("b", { name: "x;id", targetTags: ["web"] }),
      ]),
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute firewall-rules delete RULE --project=shop",
          "gcloud compute firewall-rules delete 'x;id' --project=shop",
        ]);
      },
    },
  ],
  unknown: [
    {
      name: "an address group that was not read",
      estate: gcpEstate([...surroundings, networkPolicy("web", [fromGroup])]),
      message: "may open SSH (tcp 22) to the internet",
    },
    {
      name: "a source that is no range",
      estate: gcpEstate([...surroundings, vpcRule("ssh", { sourceRanges: ["789"] })]),
    },
    {
      name: "VPC firewall rules that were denied: the project, once",
      estate: gcpEstate(surroundings, { "compute.firewalls.list": "denied" }),
      also: (findings) => expect(findings.map(({ message }) => message).join()).toContain("compute.firewalls.list"),
    },
  ],
});

checkCases(openData, {
  pass: [
    {
      name: "from inside",
      estate: gcpEstate([network(), vpcRule("db", { ...tcp("3306"), sourceRanges: ["10.0.0.0/8"] })]),
    },
  ],
  fail: [
    {
      name: "a range that holds it",
      estate: gcpEstate([network(), vpcRule("db", tcp("3000-4000"))]),
      message: "opens MySQL (tcp 3306)",
    },
  ],
});

checkCases(openAll, {
  pass: [{ name: "one protocol", estate: gcpEstate([network(), vpcRule("gre", { allowed: [{ IPProtocol: "47" }] })]) }],
  fail: [
    {
      name: "tcp without ports",
      estate: gcpEstate([network(), vpcRule("tcp", { allowed: [{ IPProtocol: "tcp" }] })]),
      message: "opens every TCP port",
    },
    {
      name: "all",
      estate: gcpEstate([network(), vpcRule("all", { allowed: [{ IPProtocol: "all" }] })]),
      message: "opens every protocol",
    },
  ],
});

checkCases(openPort, {
  pass: [{ name: "HTTPS", estate: gcpEstate([network(), vpcRule("web", tcp("80", "443"))]) }],
  fail: [{ name: "8080", estate: gcpEstate([network(), vpcRule("dev", tcp("8080"))]), message: "tcp 8080" }],
});

checkCases(wideSource, {
  pass: [{ name: "a /16", estate: gcpEstate([network(), vpcRule("r", { sourceRanges: ["20.0.0.0/16"] })]) }],
  fail: [{ name: "a /12", estate: gcpEstate([network(), vpcRule("r", { sourceRanges: ["20.0.0.0/12"] })]) }],
});

const out = (members: VendorObject, name = "out") => vpcRule(name, { direction: "EGRESS", ...members });
const nothingOut = out({ denied: [{ IPProtocol: "all" }], priority: 65534 }, "nothing-out");
const denyOut = policyRule(900, { direction: "EGRESS", action: "deny" }, { layer4Configs: [{ ipProtocol: "all" }] });
const dualStack = instance(
  "web-1",
  {},
  { ipv6AccessConfigs: [{ externalIpv6: "2600:1900:4000::1", externalIpv6PrefixLength: 96 }] },
);

checkCases(openEgress, {
  pass: [
    { name: "HTTPS, and a denial", estate: gcpEstate([...surroundings, out(tcp("443")), nothingOut]) },
    {
      name: "a denial in a policy of the network",
      estate: gcpEstate([...surroundings, networkPolicy("out", [denyOut])]),
    },
    {
      name: "a denial in the organization's policy",
      estate: gcpEstate([
        projectRecord(organization),
        network(),
        hierarchicalPolicy([denyOut]),
        networkPolicy("web", [policyRule(1)]),
      ]),
    },
  ],
  fail: [
    {
      name: "no rule at all",
      estate: gcpEstate(surroundings),
      message:
        "VPC firewall of network default (project shop) lets every protocol out to all of the IPv4 internet (0.0.0.0/0), for no rule denies it.",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute firewall-rules create deny-egress-of-default --network=default --direction=EGRESS --action=DENY --rules=all --destination-ranges=0.0.0.0/0 --priority=65534 --project=shop",
        ]);
      },
    },
    {
      name: "a rule that allows it before the policy is asked",
      estate: gcpEstate([...surroundings, out({ allowed: [{ IPProtocol: "all" }] }), networkPolicy("out", [denyOut])]),
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual(["gcloud compute firewall-rules delete out --project=shop"]);
      },
    },
    {
      name: "IPv6, which nothing denies",
      estate: gcpEstate([projectRecord(), computeProject, network(), subnet(), dualStack, nothingOut]),
      message: "all of the IPv6 internet (::/0), for no rule denies it.",
    },
    {
      name: "a policy that lets everything out",
      estate: gcpEstate([
        ...surroundings,
        nothingOut,
        networkPolicy("out", [policyRule(1, { direction: "EGRESS" }, { layer4Configs: [{ ipProtocol: "all" }] })]),
      ]),
      message: "Network firewall policy out (project shop) lets every protocol out",
    },
  ],
});

checkCases(shadowed, {
  pass: [
    {
      name: "a rule before it for other instances",
      estate: gcpEstate([
        network(),
        vpcRule("all", { targetTags: ["a"] }),
        vpcRule("no", { ...noTcp("22"), priority: 2000, targetTags: ["b"] }),
      ]),
    },
  ],
  fail: [
    {
      name: "behind a rule for all instances",
      estate: gcpEstate([
        network(),
        vpcRule("ssh"),
        vpcRule("no", { ...noTcp("22"), priority: 2000, targetTags: ["closed"] }),
      ]),
      message: /never gets to its ingress rule no \(deny tcp 22 from 0\.0\.0\.0\/0\)/,
      also: (findings) => expect(findings).toHaveLength(1),
    },
    {
      name: "in a policy",
      estate: gcpEstate([network(), networkPolicy("web", [policyRule(1), policyRule(2, { action: "deny" })])]),
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute network-firewall-policies rules delete 2 --firewall-policy=web --global-firewall-policy --project=shop",
        ]);
      },
    },
  ],
});

checkCases(redundant, {
  pass: [{ name: "one rule", estate: gcpEstate([network(), vpcRule("ssh")]) }],
  fail: [
    {
      name: "one source that another holds",
      estate: gcpEstate([network(), vpcRule("ssh", { sourceRanges: ["0.0.0.0/0", "203.0.113.0/24"] })]),
      also: (findings) => {
        expect(findings.map(({ remediation }) => remediation.cli)).toEqual([
          ["gcloud compute firewall-rules update ssh --source-ranges=0.0.0.0/0 --project=shop"],
        ]);
      },
    },
  ],
});

checkCases(unmatchable, {
  pass: [
    {
      name: "a tag that is carried, and a list of Google's",
      estate: gcpEstate([
        projectRecord(),
        computeProject,
        network(),
        instance("web-1", tagged("web")),
        vpcRule("from-web", { sourceRanges: [], sourceTags: ["web"] }),
        networkPolicy("geo", [policyRule(1, { action: "deny" }, { srcIpRanges: [], srcRegionCodes: ["XX"] })]),
      ]),
    },
  ],
  fail: [
    {
      name: "a tag that no instance carries",
      estate: gcpEstate([...surroundings, vpcRule("r", { sourceRanges: ["10.0.0.0/8"], sourceTags: ["old"] })]),
      message: "no instance of its network goes by tag old.",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute firewall-rules update r --source-tags --project=shop",
        ]);
      },
    },
    {
      name: "an address group without entries",
      estate: gcpEstate([...surroundings, networkPolicy("web", [fromGroup]), addressGroup()]),
      message: `address group ${group} has no entries`,
    },
  ],
  unknown: [
    {
      name: "a network that the project shares",
      estate: gcpEstate([
        projectRecord(),
        { ...computeProject, xpnProjectStatus: "HOST" },
        network(),
        instance(),
        vpcRule("r", { sourceRanges: [], sourceTags: ["old"] }),
      ]),
    },
  ],
});

checkCases(unused, {
  pass: [
    { name: "a policy of a network", estate: gcpEstate([network(), networkPolicy("web", [policyRule(1)])]) },
    { name: "the rules of an empty network", estate: gcpEstate([network(), vpcRule("ssh")]) },
  ],
  fail: [
    {
      name: "policies without associations",
      estate: gcpEstate([
        network(),
        networkPolicy("old", [policyRule(1)], idle),
        hierarchicalPolicy([policyRule(1)], idle),
      ]),
      also: (findings) => {
        expect(findings.flatMap(({ remediation }) => remediation.cli).toSorted()).toEqual([
          "gcloud compute firewall-policies delete 987654321098",
          "gcloud compute network-firewall-policies delete old --global --project=shop",
        ]);
      },
    },
  ],
  unknown: [
    {
      name: "policies that could not be listed",
      estate: gcpEstate([network()], { "compute.networkFirewallPolicies.aggregatedList": "denied" }),
    },
  ],
});

checkCases(defaultInUse, {
  pass: [{ name: "the default network with rules of one's own", estate: gcpEstate([network(), vpcRule("allow-iap")]) }],
  fail: [
    {
      name: "with rules that Google made",
      estate: gcpEstate([
        network(),
        vpcRule("default-allow-ssh", { priority: 65534 }),
        vpcRule("default-allow-icmp", { priority: 65534, allowed: [{ IPProtocol: "icmp" }] }),
        vpcRule("mine"),
      ]),
      message:
        "VPC firewall of network default (project shop) still has rules that Google made the default network with: default-allow-ssh, default-allow-icmp.",
      also: ([finding]) => {
        expect(finding?.remediation.cli.toSorted()).toEqual([
          "gcloud compute firewall-rules delete default-allow-icmp --project=shop",
          "gcloud compute firewall-rules delete default-allow-ssh --project=shop",
        ]);
      },
    },
  ],
  silent: [
    {
      name: "a network of another name",
      estate: gcpEstate([network({}, "prod"), vpcRule("default-allow-ssh", { network: link("global/networks/prod") })]),
    },
  ],
});

checkCases(unlogged, {
  pass: [
    { name: "flow logs", estate: gcpEstate([network(), subnet({ logConfig: { enable: true } })]) },
    {
      name: "every rule logs",
      estate: gcpEstate([network(), subnet(), vpcRule("r", { logConfig: { enable: true } })]),
    },
  ],
  fail: [
    {
      name: "neither",
      estate: gcpEstate([network(), subnet(), vpcRule("r")]),
      message: "VPC network default (project shop) records none of its traffic; no network interface lives in it.",
      also: ([finding]) => {
        expect(finding?.remediation.cli.at(-1)).toBe(
          "gcloud compute networks subnets update SUBNET --region=REGION --enable-flow-logs --project=shop",
        );
      },
    },
    {
      name: "one subnet of two",
      estate: gcpEstate([network(), subnet(), subnet({ logConfig: { enable: true } }, "other")]),
      message: "in part: subnet web is not logged",
    },
  ],
  unknown: [
    {
      name: "subnets that were denied",
      estate: gcpEstate([network()], { "compute.subnetworks.aggregatedList": "denied" }),
    },
  ],
});

describe("every check, on records that nobody documents", () => {
  const odd: readonly (readonly [string, readonly VendorObject[]])[] = [
    ["two rules that say the same", [vpcRule("a"), vpcRule("b"), networkPolicy("p", [policyRule(1), policyRule(1)])]],
    ["rules that are no objects", [networkPolicy("p", [1, null, "x"])]],
    ["rules that are no list", [networkPolicy("p", [], { rules: "none" })]],
    ["a rule without anything", [vpcRule("a", { allowed: null, sourceRanges: null, priority: "high" })]],
    ["tags that are no texts", [vpcRule("a", { targetTags: [1, {}], sourceTags: "x" })]],
  ];
  it.each(odd)("%s: no check throws, and none speaks of another cloud", (_name, bodies) => {
    const small = gcpEstate([...surroundings, ...bodies]);
    for (const check of checks.filter(({ clouds }) => clouds.includes("gcp"))) {
      for (const finding of judgeEstate(check, small).findings) {
        const { console: words, cli, terraform } = finding.remediation;
        expect([words, ...cli, terraform].join(), check.id).not.toMatch(/\baws |\baz |azurerm_|\baws_|Security groups/);
        expect(finding.message, check.id).toMatch(/^\S.*\.$/s);
      }
    }
  });
});
