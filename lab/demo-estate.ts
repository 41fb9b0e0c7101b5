import { mergeRegion } from "./build-vpc.ts";
import { europeNetwork, pacificNetwork, playgroundEuropeNetwork, playgroundNetwork } from "./demo/branches.ts";
import {
  auditRole,
  europe,
  pacific,
  playground,
  playgroundEurope,
  production,
  sandbox,
  shopHome,
} from "./demo/company.ts";
import { demoOrganization, demoOrganizationTree } from "./demo/organization.ts";
import { demoIdentityCenter, productionPeople, sandboxPeople, shopWorkloads } from "./demo/people.ts";
import { shopNetwork } from "./demo/shop-network.ts";
import {
  demoBuckets,
  europeDetector,
  homeDetector,
  sandboxDetector,
  suspendedDetector,
} from "./demo/threat-detection.ts";
import type { AwsEstate } from "./estate.ts";

/**
 * The sample estate of `rampart demo`: Harbour Books, one organization with two accounts in three Regions, and a fourth Region
 * that is switched off. Every first check finds something here, and something that is in order.
 */
export const demoAwsEstate: AwsEstate = {
  organization: demoOrganization,
  organizationTree: demoOrganizationTree,
  regions: [
    { name: "us-east-1", optIn: "opt-in-not-required" },
    { name: "eu-west-1", optIn: "opt-in-not-required" },
    { name: "ap-southeast-2", optIn: "opt-in-not-required" },
    { name: "af-south-1", optIn: "not-opted-in" },
  ],
  buckets: demoBuckets,
  accounts: [
    {
      id: production,
      name: "production",
      email: "aws@harbourbooks.example",
      joinedAt: new Date("2021-04-01T08:00:00.000Z"),
      roles: [{ name: auditRole, trusts: [production] }],
      identities: productionPeople(),
      regions: {
        [shopHome.region]: mergeRegion(shopNetwork(), {
          Detectors: [homeDetector],
          IdentityCenter: demoIdentityCenter,
          ...shopWorkloads,
        }),
        [europe.region]: mergeRegion(europeNetwork(), { Detectors: [europeDetector] }),
        [pacific.region]: pacificNetwork(),
      },
    },
    {
      id: sandbox,
      name: "sandbox",
      email: "sandbox@harbourbooks.example",
      joinedAt: new Date("2021-04-02T08:00:00.000Z"),
      roles: [{ name: auditRole, trusts: [production] }],
      identities: sandboxPeople(),
      regions: {
        [playground.region]: mergeRegion(playgroundNetwork(), { Detectors: [sandboxDetector] }),
        [playgroundEurope.region]: mergeRegion(playgroundEuropeNetwork(), { Detectors: [suspendedDetector] }),
      },
    },
  ],
};

/** How `rampart demo` scans it: as production, through the audit role, over the whole organization. */
export const demoScan = { caller: "production", organization: true, role: auditRole } as const;
