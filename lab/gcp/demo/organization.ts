import { hierarchicalPolicy } from "../build-policy.ts";
import { listenProject, officeRanges, organization, production, serviceAccount } from "./company.ts";
import { mainNetwork, partners } from "./networks.ts";

/** What holds all over the company: some things never, the company's own networks decide for themselves. */
export const companyPolicy = hierarchicalPolicy(`organizations/${organization}`, "company-baseline", {
  100: {
    action: "deny",
    description: "never from outside",
    from: { ranges: ["0.0.0.0/0"] },
    traffic: ["tcp:23,139,445"],
    logged: true,
  },
  200: {
    action: "deny",
    direction: "EGRESS",
    description: "known bad addresses",
    to: { threatLists: ["iplist-known-malicious-ips"] },
  },
  1000: {
    action: "goto_next",
    description: "the company's own networks",
    from: { ranges: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] },
  },
  1100: {
    action: "goto_next",
    direction: "EGRESS",
    description: "the company's own networks",
    to: { ranges: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] },
  },
  2000: { action: "deny", description: "retired", traffic: ["udp:69"], disabled: true },
});

/** What holds in production. The rule for the pricing desk was to be gone by the end of the migration. */
export const productionPolicy = hierarchicalPolicy(`folders/${production}`, "production-guardrails", {
  100: { action: "allow", from: { ranges: officeRanges }, traffic: ["tcp:22"], logged: true },
  300: {
    action: "allow",
    description: "remote support of the pricing desk, CHG-2894",
    from: { ranges: ["0.0.0.0/0"] },
    traffic: ["tcp:3389"],
    targetNetworks: [mainNetwork],
    targetServiceAccounts: [serviceAccount("pricing", listenProject)],
  },
  400: { action: "goto_next", from: { ranges: ["0.0.0.0/0"] }, traffic: ["tcp:80,443"] },
});

/** What the organization itself holds. */
export const organizationParts = [companyPolicy, partners];
