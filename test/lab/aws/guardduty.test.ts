import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAwsLab } from "../../../lab/aws/server.ts";
import type { AwsLab } from "../../../lab/aws/server.ts";
import type { DetectorEstate } from "../../../lab/estate.ts";
import { createSdk } from "./sdk.ts";

const list = (Name: string, Format: "TXT" | "STIX") =>
  ({ Name, Format, Location: `s3://lists/${Name}`, Status: "ACTIVE", Tags: {} }) as const;
const entities = { CreatedAt: new Date("2026-01-02T03:04:05.678Z"), ErrorDetails: "none" };
const criteria = { Criterion: { severity: { GreaterThanOrEqual: 0, Eq: ["1"] } } };

const detector: DetectorEstate = {
  DetectorId: "d-1",
  Status: "ENABLED",
  ServiceRole: "arn:aws:iam::111122223333:role/x",
  Tags: { team: '<security> & "friends"' },
  IpSets: [
    { IpSetId: "id-1", ...list("one", "TXT") },
    { IpSetId: "id-2", ...list("two", "STIX") },
    { IpSetId: "id-3", ...list("three", "TXT") },
  ],
  ThreatIntelSets: [
    { ThreatIntelSetId: "id-1", ...list("one", "TXT") },
    { ThreatIntelSetId: "id-2", ...list("two", "STIX") },
  ],
  TrustedEntitySets: [
    { TrustedEntitySetId: "id-1", ...list("one", "TXT") },
    { TrustedEntitySetId: "id-2", ...list("two", "STIX"), ...entities },
  ],
  ThreatEntitySets: [
    { ThreatEntitySetId: "id-1", ...list("one", "TXT") },
    { ThreatEntitySetId: "id-2", ...list("two", "STIX"), ...entities },
  ],
  Filters: [
    { Name: "one", Action: "NOOP", FindingCriteria: {} },
    { Name: "two", Action: "ARCHIVE", FindingCriteria: criteria, Rank: 3 },
  ],
  Members: ["Enabled", "Created", "Resigned"].map((RelationshipStatus, index) => ({
    AccountId: `44445555666${index}`,
    MasterId: "111122223333",
    Email: "x@example.com",
    RelationshipStatus,
    UpdatedAt: "2026-01-01T00:00:00Z",
  })),
};

let lab: AwsLab;
let sdk: ReturnType<typeof createSdk>;
beforeAll(async () => {
  lab = await startAwsLab({
    regions: [{ name: "us-east-1", optIn: "opt-in-not-required" }],
    accounts: [{ id: "111122223333", name: "one", regions: { "us-east-1": { Detectors: [detector] } } }],
  });
  sdk = createSdk(lab, { account: "one", region: "us-east-1" });
});
afterAll(async () => {
  sdk.destroy();
  await lab.close();
});

describe("GuardDuty's lists and filters", () => {
  const DetectorId = "d-1";
  it.each([
    ["IPSet", "IpSet", { ...list("two", "STIX") }],
    ["ThreatIntelSet", "ThreatIntelSet", { ...list("two", "STIX") }],
    ["TrustedEntitySet", "TrustedEntitySet", { ...list("two", "STIX"), ...entities }],
    ["ThreatEntitySet", "ThreatEntitySet", { ...list("two", "STIX"), ...entities }],
  ])("%s: ids in pages, then one by one", async (operation, member, expected) => {
    const listing = await sdk.send(`guardduty:List${operation}s`, { DetectorId });
    expect(listing[`${member}Ids`]).toEqual(["id-1", "id-2"]);
    expect(listing["NextToken"] !== undefined).toBe(operation === "IPSet");
    expect(await sdk.send(`guardduty:Get${operation}`, { DetectorId, [`${member}Id`]: "id-2" })).toEqual(expected);
    await expect(sdk.send(`guardduty:Get${operation}`, { DetectorId, [`${member}Id`]: "id-9" })).rejects.toMatchObject({
      name: "BadRequestException",
    });
  });

  it("filters by name", async () => {
    expect(await sdk.send("guardduty:ListFilters", { DetectorId })).toEqual({ FilterNames: ["one", "two"] });
    expect(await sdk.send("guardduty:GetFilter", { DetectorId, FilterName: "two" })).toEqual(detector.Filters?.[1]);
  });

  it.each([
    [{}, 1],
    [{ OnlyAssociated: "TRUE" }, 1],
    [{ OnlyAssociated: "false" }, 2],
  ])("members, asked with %j", async (input, count) => {
    const { Members } = await sdk.send("guardduty:ListMembers", { DetectorId, ...input });
    expect(Members).toHaveLength(count);
  });

  it("an account that nobody administers has no administrator and no organization's configuration", async () => {
    expect(await sdk.send("guardduty:GetAdministratorAccount", { DetectorId })).toEqual({});
    await expect(sdk.send("guardduty:DescribeOrganizationConfiguration", { DetectorId })).rejects.toMatchObject({
      name: "BadRequestException",
    });
  });
});
