import { expect } from "vitest";
import { check } from "../../../checks/aws/guardduty-suppression.ts";
import type { Json } from "../../../src/model/finding.ts";
import { account, awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases, type CheckCase } from "../../support/check-tester.ts";
import { administrator, detector, detectorId, filter } from "../../support/guardduty.ts";

const here = `${account}/${region}`;
const rule = (name: string, criterion: Json): CheckCase => ({
  name,
  estate: awsEstate([...detector(), ...filter(criterion)]),
});
const type = { Eq: ["Recon:EC2/PortProbeUnprotectedPort"] };
const types = (count: number): string[] => Array.from({ length: count }, (_, index) => `Recon:EC2/Family${index}`);
const remoteIp = "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4";
const instance = "resource.instanceDetails.instanceId";

checkCases(check, {
  pass: [
    { name: "there is no suppression rule", estate: awsEstate(detector()) },
    {
      name: "a saved search archives nothing",
      estate: awsEstate([...detector(), ...filter({ severity: { Gte: 1 } }, { Action: "NOOP" })]),
    },
    rule("one finding type", { type }),
    rule("one finding type of low severity", { type, severity: { Lt: 4 } }),
    rule("ten finding types", { type: { Equals: types(10) } }),
    rule("one instance, any finding", { [instance]: { Eq: ["i-0123456789abcdef0"] } }),
    rule("one finding type, negated instances", { type, [instance]: { Neq: ["i-0123456789abcdef0"] } }),
    rule("a family, for one user", {
      type: { Matches: ["Recon:*"] },
      "resource.accessKeyDetails.userName": { Eq: ["scanner"] },
    }),
    rule("the office's addresses", { [remoteIp]: { Eq: ["203.0.113.0/24"] } }),
    rule("one bucket's objects by pattern", {
      "resource.s3BucketDetails.s3ObjectDetails.objectArn": { Matches: ["arn:aws:s3:::scan-results/*"] },
    }),
    rule("a name pattern that is somebody's", { "resource.eksClusterDetails.name": { Matches: ["scanner-*"] } }),
  ],
  fail: [
    {
      ...rule("no criteria at all", {}),
      resources: ["quiet"],
      message: /has no criteria: it archives every finding/,
      also: ([finding]) =>
        expect(finding?.remediation.cli).toEqual([
          `aws guardduty get-filter --detector-id ${detectorId} --filter-name quiet --region ${region}`,
          `aws guardduty delete-filter --detector-id ${detectorId} --filter-name quiet --region ${region}`,
        ]),
    },
    { ...rule("a severity", { severity: { Gte: 1 } }), message: /only severity Gte 1\.$/ },
    rule("severities one by one", { severity: { Eq: ["4", "5", "6"] } }),
    {
      ...rule("a family of types", { type: { Matches: ["UnauthorizedAccess:*"] } }),
      message: /only type Matches UnauthorizedAccess:\*\.$/,
    },
    rule("every type by pattern, although one is named", { type: { Eq: ["Recon:EC2/Portscan", "*"] } }),
    { ...rule("eleven finding types", { type: { Equals: types(11) } }), message: /or 8 more/ },
    rule("a negated type", { type: { Neq: ["Recon:EC2/Portscan"] } }),
    rule("a negated instance", { [instance]: { NotEquals: ["i-0123456789abcdef0"] } }),
    rule("a whole account", { accountId: { Eq: [account] } }),
    rule("a resource type", { "resource.resourceType": { Eq: ["Instance"] } }),
    rule("a country", {
      "service.action.networkConnectionAction.remoteIpDetails.country.countryName": { Eq: ["Germany"] },
    }),
    rule("every resource with some tag", { "resource.instanceDetails.tags.key": { Eq: ["Name"] } }),
    rule("any instance by pattern", { [instance]: { Matches: ["i-*"] } }),
    rule("any subnet by pattern", { "resource.instanceDetails.networkInterfaces.subnetId": { Matches: ["subnet-*"] } }),
    rule("any role of the account by pattern", {
      "resource.accessKeyDetails.userIdentity.arn": { Matches: [`arn:aws:iam::${account}:role/*`] },
    }),
    rule("any principal by pattern", { "resource.accessKeyDetails.userIdentity.arn": { Matches: ["arn:aws:iam::*"] } }),
    rule("the whole internet as remote address", { [remoteIp]: { Eq: ["0.0.0.0/0"] } }),
    rule("ranges that only together are the internet", {
      [remoteIp]: { Eq: Array.from({ length: 50 }, (_, index) => `${index + 20}.0.0.0/9`) },
    }),
    rule("a time", { updatedAt: { GreaterThanOrEqual: 1486685375000 } }),
    {
      name: "one broad rule beside a narrow one",
      estate: awsEstate([
        ...detector(),
        { DetectorId: detectorId, FilterNames: ["narrow", "broad"] },
        ...filter({ type }, {}, "narrow").slice(1),
        ...filter({ severity: { Lte: 8 } }, {}, "broad").slice(1),
      ]),
      resources: ["broad"],
    },
  ],
  unknown: [
    {
      name: "the filters could not be read",
      estate: awsEstate(detector(), { unread: { "guardduty:GetFilter": "denied" } }),
      resources: [here],
      message: /guardduty:GetFilter was denied/,
    },
    {
      name: "criteria that are not as documented",
      estate: awsEstate([...detector(), ...filter({ severity: 4 })]),
      resources: ["quiet"],
    },
    {
      name: "an action that AWS does not document",
      estate: awsEstate([...detector(), ...filter({}, { Action: "HIDE" })]),
      resources: ["quiet"],
    },
    {
      name: "a member whose administrator was not scanned",
      estate: awsEstate([...detector(), administrator("444455556666")]),
      resources: [detectorId],
      message: /Which suppression rules apply .* its administrator account 444455556666 decides/,
    },
    {
      name: "whether there is an administrator could not be read",
      estate: awsEstate(detector(), { unread: { "guardduty:GetAdministratorAccount": "denied" } }),
      resources: [here],
    },
  ],
  mixed: [
    {
      name: "a broad rule among those that could be read",
      estate: awsEstate([...detector(), ...filter({ severity: { Gte: 4 } })], {
        unread: { "guardduty:GetFilter": "throttled" },
      }),
      resources: [here, "quiet"],
    },
  ],
  silent: [{ name: "there is no detector", estate: awsEstate([]) }],
});
