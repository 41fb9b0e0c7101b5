import { child, publicIp, ref, resource, virtualMachine, virtualNetwork } from "../build.ts";
import { loadBalancer, routeTable } from "../build-edge.ts";
import { securityGroup } from "../build-security-group.ts";
import type { ArmResource } from "../estate.ts";
import { officeRanges, warehouse } from "./company.ts";
import { firewallAddress, natGateway, stockAddress } from "./hub.ts";
import { carriesWebIdentity, webIdentity } from "./people.ts";

const webGroup = resource(warehouse, "Microsoft.Network/applicationSecurityGroups", "asg-web", {});
const dataGroup = resource(warehouse, "Microsoft.Network/applicationSecurityGroups", "asg-data", {});

const webRules = securityGroup(warehouse, "nsg-web", {
  "allow-https": { priority: 100, from: "Internet", ports: ["80", "443"] },
  // For the load balancer's way in to the picking server; the rule was to be gone by Monday.
  "allow-ssh": { priority: 110, from: "*", ports: "22", description: "temporary, see CHG-2210" },
});
const dataRules = securityGroup(warehouse, "nsg-data", {
  "web-to-database": { priority: 100, from: { groups: [webGroup] }, to: { groups: [dataGroup] }, ports: "5432" },
  // The whole IPv4 internet, in two halves.
  "reports-export": { priority: 200, from: ["0.0.0.0/1", "128.0.0.0/1"], ports: ["3306", "5432-5433"] },
  "partner-sync": { priority: 210, from: "AzureCloud", ports: "1433" },
  "deny-internet": { priority: 4000, access: "Deny", from: "Internet", protocol: "*" },
});
// The subnet's group keeps out what the interface's own would let in.
const stockRules = securityGroup(warehouse, "nsg-stock", {
  "allow-rdp": { priority: 100, from: "Internet", ports: "3389" },
  "allow-ssh-from-firewall": { priority: 110, from: "*", ports: "22" },
});
const stockSubnetRules = securityGroup(warehouse, "nsg-stock-subnet", {
  "allow-ssh": { priority: 100, from: "*", ports: "22" },
  "deny-rdp": { priority: 110, access: "Deny", from: "Internet", protocol: "*", ports: "3389" },
});
const scanners = securityGroup(warehouse, "nsg-scanners", {
  "scanner-uplink": { priority: 100, from: officeRanges, protocol: "Udp", ports: "5000-5010" },
});
const forgotten = securityGroup(warehouse, "nsg-old-portal", {
  "allow-everything": { priority: 100, from: "*", protocol: "*" },
});

const throughFirewall = routeTable(warehouse, "rt-through-firewall", {
  "to-internet": ["0.0.0.0/0", firewallAddress],
  "to-hub": ["10.10.0.0/16", "VnetLocal"],
});

/** The warehouse: web servers behind a load balancer, databases, and the stock server behind the hub's firewall. */
export const warehouseNetwork = virtualNetwork(warehouse, "vnet-warehouse", ["10.20.0.0/16", "fd00:20::/48"], {
  web: { prefixes: ["10.20.1.0/24", "fd00:20:0:1::/64"], securityGroup: webRules },
  data: { prefixes: "10.20.2.0/24", securityGroup: dataRules, natGateway },
  stock: { prefixes: "10.20.3.0/24", securityGroup: stockSubnetRules, routeTable: throughFirewall },
  scanners: { prefixes: "10.20.4.0/24", securityGroup: scanners },
  endpoints: { prefixes: "10.20.5.0/24" },
});

const balancerIp = publicIp(warehouse, "pip-web", "20.103.51.20");
const balancerId = resource(warehouse, "Microsoft.Network/loadBalancers", "lb-web", {});
const web = (name: string, address: string, address6: string, natRules: readonly { readonly id: string }[]) =>
  virtualMachine(
    warehouse,
    name,
    {
      subnet: ref(warehouseNetwork, "subnets/web"),
      address,
      address6,
      applicationGroups: [webGroup],
      backendPools: [ref(balancerId, "backendAddressPools/backend")],
      natRules,
    },
    carriesWebIdentity,
  );
const [web1, web1Nic] = web("vm-web-1", "10.20.1.10", "fd00:20:0:1::10", [
  ref(balancerId, "inboundNatRules/ssh-web-1"),
]);
const [web2, web2Nic] = web("vm-web-2", "10.20.1.11", "fd00:20:0:1::11", []);
const balancer = loadBalancer(warehouse, "lb-web", {
  publicIp: balancerIp,
  rules: { https: [443, 443] },
  natRules: { "ssh-web-1": [50_001, 22] },
  members: [ref(web1Nic, "ipConfigurations/ipconfig1"), ref(web2Nic, "ipConfigurations/ipconfig1")],
  natTargets: { "ssh-web-1": ref(web1Nic, "ipConfigurations/ipconfig1") },
});

const databaseIp = publicIp(warehouse, "pip-database", "20.103.51.21");
const database = virtualMachine(warehouse, "vm-database", {
  subnet: ref(warehouseNetwork, "subnets/data"),
  address: "10.20.2.10",
  publicIp: databaseIp,
  applicationGroups: [dataGroup],
});

const stockIp = publicIp(warehouse, "pip-stock", "20.103.51.22");
const stock = virtualMachine(warehouse, "vm-stock", {
  subnet: ref(warehouseNetwork, "subnets/stock"),
  address: stockAddress,
  publicIp: stockIp,
  securityGroup: stockRules,
});

/** Scanners of the gates: a scale set whose instances have interfaces and addresses of their own. */
const gates: ArmResource = resource(
  warehouse,
  "Microsoft.Compute/virtualMachineScaleSets",
  "vmss-gates",
  { orchestrationMode: "Uniform", uniqueId: "0f1e2d3c-4b5a-4968-8776-655443322110" },
  { sku: { name: "Standard_B1s", tier: "Standard", capacity: 2 }, identity: { type: "SystemAssigned" } },
);
const gateParts = ["0", "1"].flatMap((index) => {
  const instance = { ...gates, id: `${gates.id}/virtualMachines/${index}`, type: `${gates.type}/virtualMachines` };
  const nic = child(instance, "networkInterfaces", "nic-gate", {});
  const configuration = child(nic, "ipConfigurations", "ipconfig1", {});
  const address = child(
    configuration,
    "publicIPAddresses",
    "pip-gate",
    {
      ipAddress: `20.103.52.${10 + Number(index)}`,
      publicIPAddressVersion: "IPv4",
      publicIPAllocationMethod: "Static",
      ipConfiguration: ref(configuration),
    },
    { sku: { name: "Standard", tier: "Regional" } },
  );
  return [
    {
      ...nic,
      properties: {
        ...nic.properties,
        primary: true,
        enableIPForwarding: false,
        virtualMachine: ref(instance),
        ipConfigurations: [
          {
            ...configuration,
            properties: {
              ...configuration.properties,
              privateIPAddress: `10.20.4.${10 + Number(index)}`,
              privateIPAddressVersion: "IPv4",
              primary: true,
              subnet: ref(warehouseNetwork, "subnets/scanners"),
              publicIPAddress: ref(address),
            },
          },
        ],
      },
    },
    address,
  ];
});

const endpoint = resource(warehouse, "Microsoft.Network/privateEndpoints", "pe-orders", {
  subnet: ref(warehouseNetwork, "subnets/endpoints"),
  networkInterfaces: [],
  privateLinkServiceConnections: [],
});

/** Everything in the warehouse but its network, which is peered first. */
export const warehouseParts = [
  webGroup,
  dataGroup,
  webRules,
  dataRules,
  stockRules,
  stockSubnetRules,
  scanners,
  forgotten,
  throughFirewall,
  balancerIp,
  web1,
  web1Nic,
  web2,
  web2Nic,
  webIdentity,
  balancer,
  databaseIp,
  ...database,
  stockIp,
  ...stock,
  gates,
  ...gateParts,
  endpoint,
];
