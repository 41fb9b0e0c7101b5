import { child, publicIp, ref, resource, virtualNetwork } from "../build.ts";
import { azureFirewall, dnatRule, firewallPolicy, networkRule, ruleCollectionGroup } from "../build-edge.ts";
import { hub, officeRanges } from "./company.ts";

/** The address that the hub's firewall has inside. */
export const firewallAddress = "10.10.1.4";
/** The stock server, which the firewall lets the whole internet reach by SSH. */
export const stockAddress = "10.20.3.10";

const firewallIp = publicIp(hub, "pip-firewall", "20.103.44.10");
const bastionIp = publicIp(hub, "pip-bastion", "20.103.44.11");
const natIp = publicIp(hub, "pip-outbound", "20.103.44.12");

/** The hub: Azure Firewall and Bastion, through which everybody else goes. */
export const hubNetwork = virtualNetwork(hub, "vnet-hub", ["10.10.0.0/16"], {
  AzureFirewallSubnet: { prefixes: "10.10.1.0/26" },
  AzureBastionSubnet: { prefixes: "10.10.2.0/26" },
});

const suppliers = resource(hub, "Microsoft.Network/ipGroups", "ipg-suppliers", {
  ipAddresses: ["198.51.100.0/25", "203.0.113.77"],
  firewalls: [],
});

const basePolicy = firewallPolicy(hub, "afwp-company");
const baseRules = ruleCollectionGroup(basePolicy, "company", 100, {
  "never-in": {
    priority: 100,
    action: "Deny",
    rules: [networkRule("no-smb", { addresses: ["*"] }, ["*"], ["445"])],
  },
});

const policy = firewallPolicy(hub, "afwp-hub", basePolicy);
const rules = ruleCollectionGroup(policy, "hub", 200, {
  published: {
    priority: 100,
    action: "DNAT",
    rules: [
      // Somebody needed the stock server for an evening.
      dnatRule("stock-ssh", ["*"], ["20.103.44.10", "2222"], [stockAddress, "22"]),
      dnatRule("supplier-portal", officeRanges, ["20.103.44.10", "8443"], ["10.20.1.10", "443"]),
    ],
  },
  suppliers: {
    priority: 200,
    action: "Allow",
    rules: [networkRule("suppliers-edi", { ipGroups: [suppliers] }, ["10.20.2.0/24"], ["5022"])],
  },
});

const firewall = azureFirewall(hub, "afw-hub", {
  network: hubNetwork,
  publicIp: firewallIp,
  address: firewallAddress,
  policy,
});

const bastionShell = resource(hub, "Microsoft.Network/bastionHosts", "bas-hub", {}, { sku: { name: "Standard" } });
const bastion = {
  ...bastionShell,
  properties: {
    ...bastionShell.properties,
    dnsName: "bst-5f1d.bastion.azure.com",
    scaleUnits: 2,
    ipConfigurations: [
      child(bastionShell, "bastionHostIpConfigurations", "outside", {
        privateIPAllocationMethod: "Dynamic",
        publicIPAddress: ref(bastionIp),
        subnet: ref(hubNetwork, "subnets/AzureBastionSubnet"),
      }),
    ],
  },
};

/** The way out of the subnets that have one of their own. */
export const natGateway = resource(
  hub,
  "Microsoft.Network/natGateways",
  "ng-outbound",
  { idleTimeoutInMinutes: 4, publicIpAddresses: [ref(natIp)] },
  { sku: { name: "Standard" } },
);

/** Everything in the hub but its network, which is peered first. */
export const hubEdge = [
  firewallIp,
  bastionIp,
  natIp,
  suppliers,
  basePolicy,
  baseRules,
  policy,
  rules,
  firewall,
  bastion,
  natGateway,
];
