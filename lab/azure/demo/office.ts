import { publicIp, ref, resource, virtualMachine, virtualNetwork } from "../build.ts";
import { networkManager } from "../build-manager.ts";
import { securityGroup } from "../build-security-group.ts";
import { office, officeRanges } from "./company.ts";
import { automation } from "./people.ts";

const officeRules = securityGroup(office, "nsg-office", {
  "allow-vpn": { priority: 100, from: officeRanges, protocol: "Udp", ports: "1194" },
  "deny-rdp": { priority: 200, access: "Deny", from: "*", protocol: "*", ports: "3389" },
});

const officeNetwork = virtualNetwork(office, "vnet-office", ["10.30.0.0/16"], {
  desks: { prefixes: "10.30.1.0/24", securityGroup: officeRules },
});

const deskIp = publicIp(office, "pip-desk", "52.138.200.31");
const desk = virtualMachine(office, "vm-desk", {
  subnet: ref(officeNetwork, "subnets/desks"),
  address: "10.30.1.10",
  publicIp: deskIp,
});

/** The company's guardrails, one of which opens what the office's own group closes. */
const manager = networkManager(office, "avnm-company", {
  group: "offices",
  members: [officeNetwork],
  configuration: "guardrails",
  rules: {
    "deny-high-risk": { priority: 10, ports: ["23", "445"], description: "never from outside" },
    "always-allow-support": {
      priority: 5,
      access: "AlwaysAllow",
      from: "Internet",
      ports: ["3389"],
      description: "remote support of the desks",
    },
  },
});

/** Defender for Cloud opens SSH to the desk for those who ask. */
const justInTime = {
  ...resource(office, "Microsoft.Security/locations", "northeurope", {}),
  id: `/subscriptions/${office.subscription}/resourceGroups/${office.group}/providers/Microsoft.Security/locations/northeurope/jitNetworkAccessPolicies/default`,
  name: "default",
  type: "Microsoft.Security/locations/jitNetworkAccessPolicies",
  kind: "Basic",
  properties: {
    provisioningState: "Succeeded",
    virtualMachines: [
      {
        id: desk[0].id,
        ports: [{ number: 22, protocol: "TCP", allowedSourceAddressPrefix: "*", maxRequestAccessDuration: "PT3H" }],
      },
    ],
    requests: [],
  },
};

/** The back office. */
export const officeParts = [officeRules, officeNetwork, deskIp, ...desk, ...manager.resources, justInTime, automation];
/** What Resource Graph tells of the guardrails. */
export const officeGraph = manager.inForce;
