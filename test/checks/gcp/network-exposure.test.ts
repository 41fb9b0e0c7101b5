import { expect, it } from "vitest";
import { check as exposedAdmin } from "../../../checks/network/exposed-admin-port.ts";
import { check as exposedAll } from "../../../checks/network/exposed-all-ports.ts";
import { check as exposedData } from "../../../checks/network/exposed-data-port.ts";
import { check as exposedWorkload } from "../../../checks/network/exposed-workload.ts";
import { check as latent } from "../../../checks/network/latent-exposure.ts";
import { check as unfiltered } from "../../../checks/network/unfiltered-endpoint.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { checkCases, judgeEstate } from "../../support/check-tester.ts";
import {
  computeProject,
  gcpEstate,
  hierarchicalPolicy,
  instance,
  internetRoute,
  link,
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

const ssh = vpcRule("allow-ssh");
const tcp = (...ports: readonly string[]) => ({ allowed: [{ IPProtocol: "tcp", ports }] });
const without = [projectRecord(), computeProject, network(), subnet(), internetRoute];
const hidden = instance("web-1", {}, { accessConfigs: [] });
const below = [projectRecord(organization), computeProject, network(), subnet(), instance(), internetRoute];
const nic = "projects/shop/zones/europe-west1-b/instances/web-1/networkInterfaces/nic0";

/** A proxy load balancer that listens on a port, with Cloud Armor before it or without. */
function loadBalancer(port: string, armor: VendorObject = {}): readonly VendorObject[] {
  const of = (kind: string, path: string, members: VendorObject): VendorObject => ({
    kind: `compute#${kind}`,
    name: path.split("/").at(-1) ?? path,
    selfLink: link(path),
    ...members,
  });
  return [
    of("forwardingRule", "global/forwardingRules/front", {
      IPAddress: "34.120.1.1",
      IPProtocol: "TCP",
      portRange: `${port}-${port}`,
      loadBalancingScheme: "EXTERNAL_MANAGED",
      target: link("global/targetTcpProxies/proxy"),
    }),
    of("targetTcpProxy", "global/targetTcpProxies/proxy", { service: link("global/backendServices/back") }),
    of("backendService", "global/backendServices/back", armor),
  ];
}

checkCases(exposedAdmin, {
  pass: [
    { name: "no external address", estate: gcpEstate([...without, hidden, ssh]) },
    {
      name: "Identity-Aware Proxy",
      estate: gcpEstate([...surroundings, vpcRule("iap", { sourceRanges: ["35.235.240.0/20"] })]),
    },
    {
      name: "a rule for other instances",
      estate: gcpEstate([...surroundings, vpcRule("allow-ssh", { targetTags: ["bastion"] })]),
    },
    {
      name: "the organization denies it",
      estate: gcpEstate([...below, ssh, hierarchicalPolicy([policyRule(1, { action: "deny" })])]),
    },
    {
      name: "a policy that comes after the network's denial",
      estate: gcpEstate([
        ...surroundings,
        vpcRule("no", { denied: [{ IPProtocol: "tcp", ports: ["22"] }] }),
        networkPolicy("web", [policyRule(1)]),
      ]),
    },
    { name: "a load balancer on HTTPS", estate: gcpEstate([...surroundings, ...loadBalancer("443")]) },
  ],
  fail: [
    {
      name: "SSH",
      estate: gcpEstate([...surroundings, ssh]),
      resources: [nic],
      message:
        "Instance web-1 (project shop, europe-west1-b) is open on SSH (tcp 22) to all of the IPv4 internet (0.0.0.0/0) at external address 34.76.1.2; " +
        "rule allow-ssh (allow tcp 22 from 0.0.0.0/0) of VPC firewall of network default (project shop) lets it in.",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual(["gcloud compute firewall-rules delete allow-ssh --project=shop"]);
        expect(finding?.remediation.console).toContain("also serves whatever else it is for in network default.");
      },
    },
    {
      name: "by its tag",
      estate: gcpEstate([
        ...without,
        instance("web-1", tagged("bastion")),
        vpcRule("allow-ssh", { targetTags: ["bastion"], sourceRanges: ["0.0.0.0/0", "10.0.0.0/8"] }),
      ]),
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute firewall-rules update allow-ssh --source-ranges=10.0.0.0/8 --project=shop",
        ]);
      },
    },
    {
      name: "the organization allows it before the network's denial",
      estate: gcpEstate([
        ...below,
        vpcRule("no", { denied: [{ IPProtocol: "all" }] }),
        hierarchicalPolicy([policyRule(100)]),
      ]),
      message: "rule 100 (allow tcp 22 from 0.0.0.0/0) of hierarchical firewall policy baseline",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute firewall-policies rules delete 100 --firewall-policy=987654321098",
        ]);
      },
    },
    {
      name: "a network policy, where no VPC rule decides",
      estate: gcpEstate([...surroundings, networkPolicy("web", [policyRule(7)])]),
      message: "rule 7 (allow tcp 22 from 0.0.0.0/0) of network firewall policy web (project shop) lets it in",
    },
    {
      name: "a load balancer, with Cloud Armor as the way to close it",
      estate: gcpEstate([...surroundings, ...loadBalancer("22")]),
      resources: ["projects/shop/global/forwardingRules/front"],
      message: "no firewall rule stands in between",
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          "gcloud compute backend-services update SERVICE --security-policy=POLICY --global --project=shop",
          "gcloud compute forwarding-rules delete front --global --project=shop",
        ]);
      },
    },
  ],
  unknown: [
    {
      name: "VPC firewall rules that were not read",
      estate: gcpEstate(surroundings, {
        "compute.firewalls.list": "denied",
        "compute.networks.getEffectiveFirewalls": "denied",
        "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls": "denied",
      }),
    },
    {
      name: "an address group that was not read",
      estate: gcpEstate([
        ...surroundings,
        networkPolicy("web", [
          policyRule(1, {}, { srcIpRanges: [], srcAddressGroups: ["projects/shop/locations/global/addressGroups/x"] }),
        ]),
      ]),
      message: "address group projects/shop/locations/global/addressGroups/x",
    },
    {
      name: "instances that could not be listed: the project, once",
      estate: gcpEstate([network(), ssh], { "compute.instances.aggregatedList": "denied" }),
      resources: ["shop/global"],
    },
  ],
});

checkCases(exposedData, {
  pass: [
    {
      name: "from inside",
      estate: gcpEstate([...surroundings, vpcRule("db", { ...tcp("3306"), sourceRanges: ["10.0.0.0/8"] })]),
    },
  ],
  fail: [
    { name: "MySQL", estate: gcpEstate([...surroundings, vpcRule("db", tcp("3306"))]), message: "MySQL (tcp 3306)" },
  ],
});

checkCases(exposedAll, {
  pass: [{ name: "one port", estate: gcpEstate([...surroundings, ssh]) }],
  fail: [
    {
      name: "every protocol",
      estate: gcpEstate([...surroundings, vpcRule("all", { allowed: [{ IPProtocol: "all" }] })]),
      message: "is open on every protocol",
    },
  ],
});

checkCases(exposedWorkload, {
  pass: [
    { name: "HTTPS", estate: gcpEstate([...surroundings, vpcRule("web", tcp("443"))]) },
    { name: "a load balancer on HTTPS", estate: gcpEstate([...surroundings, ...loadBalancer("443")]) },
  ],
  fail: [
    { name: "8080", estate: gcpEstate([...surroundings, vpcRule("dev", tcp("8080"))]), message: "tcp 8080" },
    { name: "a load balancer on 8080", estate: gcpEstate([...surroundings, ...loadBalancer("8080")]) },
  ],
});

checkCases(latent, {
  pass: [
    { name: "open already, which others tell", estate: gcpEstate([...surroundings, ssh]) },
    { name: "no open rule", estate: gcpEstate([...without, hidden]) },
  ],
  fail: [
    {
      name: "an external address away",
      estate: gcpEstate([...without, hidden, ssh]),
      resources: [nic],
      message:
        "Instance web-1 (project shop, europe-west1-b) is one change away from the internet: an external IPv4 address for web-1 would open SSH (tcp 22)",
    },
    {
      name: "a hierarchical policy holds it back",
      estate: gcpEstate([...below, ssh, hierarchicalPolicy([policyRule(1, { action: "deny" })])]),
      message: "a hierarchical firewall policy that no longer denies it would open SSH (tcp 22)",
    },
  ],
});

// No endpoint of Google can fail it.
it.each<readonly [string, VendorObject, "pass" | "unknown"]>([
  ["passes any instance, whatever its network lets in", instance(), "pass"],
  ["does not know an instance that says nothing of its network", instance("web-1", {}, { network: null }), "unknown"],
])("unfiltered-endpoint %s", (_name, machine, status) => {
  const all = vpcRule("all", { allowed: [{ IPProtocol: "all" }] });
  const { tallies } = judgeEstate(unfiltered, gcpEstate([...without, machine, all]));
  expect(tallies).toMatchObject([{ pass: 0, fail: 0, unknown: 0, [status]: 1 }]);
});
