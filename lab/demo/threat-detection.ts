import type { AwsBucket, DetectorEstate } from "../estate.ts";
import { freightPartner, production, sandbox } from "./company.ts";

const ownBucket = "harbour-books-security";
const partnerBucket = "freight-partner-exchange";

/** The buckets behind the lists: the company's own, and one that a partner lets everyone read. */
export const demoBuckets: Readonly<Record<string, AwsBucket>> = {
  [ownBucket]: {
    owner: production,
    region: "us-east-1",
    readers: [sandbox],
    objects: {
      "guardduty/offices.txt": { body: "51.15.96.0/24\n51.15.97.16/28\n139.99.120.8/29\n" },
      "guardduty/scanners.txt": { body: "71.6.146.0/24\n80.82.77.0/24\n" },
      "guardduty/known-bad.txt": { body: "162.142.125.0/24\n167.94.138.0/24\n" },
    },
  },
  [partnerBucket]: {
    owner: freightPartner,
    region: "us-east-1",
    readers: ["*"],
    objects: {
      "depots/allow.txt": { body: "44.0.0.0/8\r\n185.0.0.0/8\r\n91.134.20.7\r\n" },
    },
  },
};

/** Production in us-east-1 administers GuardDuty for the organization, and trusts a list that a stranger writes. */
export const homeDetector: DetectorEstate = {
  ...detector("12abc34d567e8fa901bc2d34e56789f0", "2023-01-10T09:00:00.000Z"),
  IpSets: [
    {
      IpSetId: "0cb0141ab9fbde177613ab9436212e90",
      Name: "freight-partner",
      Format: "TXT",
      Location: `https://s3.amazonaws.com/${partnerBucket}/depots/allow.txt`,
      Status: "ACTIVE",
      Tags: {},
    },
  ],
  ThreatIntelSets: [
    {
      ThreatIntelSetId: "8cb094db7082fd0db09479755d215dba",
      Name: "known-bad",
      Format: "TXT",
      Location: `https://s3.amazonaws.com/${ownBucket}/guardduty/known-bad.txt`,
      Status: "INACTIVE",
      Tags: { owner: "security" },
    },
    {
      ThreatIntelSetId: "4d51f0c8a2b94c5e9e0f7a6b1c2d3e4f",
      Name: "scanners",
      Format: "TXT",
      Location: `https://s3.amazonaws.com/${ownBucket}/guardduty/scanners.txt`,
      Status: "ACTIVE",
      Tags: { owner: "security" },
    },
  ],
  Filters: [
    {
      Name: "quiet-weekend",
      Description: "Too many mails. Back on Monday.",
      Action: "ARCHIVE",
      Rank: 1,
      FindingCriteria: { Criterion: {} },
      Tags: {},
    },
    {
      Name: "own-vulnerability-scanner",
      Description: "Port probes of our own scanner against the staging host",
      Action: "ARCHIVE",
      Rank: 2,
      FindingCriteria: {
        Criterion: {
          type: { Eq: ["Recon:EC2/PortProbeUnprotectedPort"] },
          "service.action.portProbeAction.portProbeDetails.remoteIpDetails.ipAddressV4": { Eq: ["51.15.96.20"] },
          "resource.instanceDetails.tags.value": { Eq: ["staging"] },
        },
      },
      Tags: {},
    },
  ],
  Members: [
    {
      AccountId: sandbox,
      DetectorId: "34cd56ef789012ab34cd56ef789012ab",
      MasterId: production,
      AdministratorId: production,
      Email: "sandbox@harbourbooks.example",
      RelationshipStatus: "Enabled",
      UpdatedAt: "2023-01-10T09:05:00.000Z",
    },
  ],
  OrganizationConfiguration: {
    AutoEnable: false,
    AutoEnableOrganizationMembers: "NONE",
    MemberAccountLimitReached: false,
    Features: [],
  },
};

/** Production in eu-west-1: its own trusted list, well kept, and a filter that archives whatever is not grave. */
export const europeDetector: DetectorEstate = {
  ...detector("56ef78ab901234cd56ef78ab901234cd", "2023-01-10T09:10:00.000Z"),
  IpSets: [
    {
      IpSetId: "3ab9436212e900cb0141ab9fbde17761",
      Name: "offices",
      Format: "TXT",
      Location: `s3://${ownBucket}/guardduty/offices.txt`,
      Status: "ACTIVE",
      ExpectedBucketOwner: production,
      Tags: {},
    },
  ],
  Filters: [
    {
      Name: "nothing-below-eight",
      Description: "Only what is grave",
      Action: "ARCHIVE",
      Rank: 1,
      FindingCriteria: { Criterion: { severity: { LessThan: 8 } } },
      Tags: {},
    },
  ],
};

/** The sandbox in us-east-1, which production administers: its own detector shows no lists. */
export const sandboxDetector: DetectorEstate = {
  ...detector("34cd56ef789012ab34cd56ef789012ab", "2023-01-10T09:05:00.000Z"),
  Administrator: {
    AccountId: production,
    InvitationId: "d6b94fb03a66ff665f7db8764example",
    RelationshipStatus: "Enabled",
    InvitedAt: "2023-01-10T09:04:00.000Z",
  },
};

/** The sandbox in eu-west-1: suspended, to save money. */
export const suspendedDetector: DetectorEstate = {
  ...detector("78ab90cd12345678ab90cd12345678ef", "2023-03-21T10:00:00.000Z"),
  Status: "DISABLED",
};

function detector(DetectorId: string, CreatedAt: string): DetectorEstate {
  return {
    DetectorId,
    Status: "ENABLED",
    CreatedAt,
    UpdatedAt: CreatedAt,
    FindingPublishingFrequency: "FIFTEEN_MINUTES",
    ServiceRole: `arn:aws:iam::${production}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
    Features: [
      { Name: "CLOUD_TRAIL", Status: "ENABLED", UpdatedAt: new Date(CreatedAt) },
      { Name: "DNS_LOGS", Status: "ENABLED", UpdatedAt: new Date(CreatedAt) },
      { Name: "FLOW_LOGS", Status: "ENABLED", UpdatedAt: new Date(CreatedAt) },
    ],
    Tags: {},
  };
}
