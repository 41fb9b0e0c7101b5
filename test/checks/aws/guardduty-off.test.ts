import { expect } from "vitest";
import { check } from "../../../checks/aws/guardduty-off.ts";
import { account, awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { administrator, detector, detectorId } from "../../support/guardduty.ts";

const here = `${account}/${region}`;
const elsewhere = `${account}/eu-west-2`;

checkCases(check, {
  pass: [{ name: "the detector is enabled", estate: awsEstate(detector()) }],
  fail: [
    {
      name: "there is no detector",
      estate: awsEstate([]),
      resources: [here],
      message: `GuardDuty has no detector for account ${account} in ${region}`,
      also: ([finding]) =>
        expect(finding?.remediation.cli).toEqual([`aws guardduty create-detector --enable --region ${region}`]),
    },
    {
      name: "the detector is suspended",
      estate: awsEstate(detector("DISABLED")),
      resources: [detectorId],
      message: /is suspended/,
      also: ([finding]) =>
        expect(finding?.remediation.cli).toEqual([
          `aws guardduty update-detector --detector-id ${detectorId} --enable --region ${region}`,
        ]),
    },
    {
      name: "an administrator account suspended it",
      estate: awsEstate([...detector("DISABLED"), administrator("444455556666", "Disabled")]),
      message: /account 444455556666 administers it/,
    },
    {
      name: "one Region of several lacks a detector",
      estate: awsEstate({ [here]: detector() }, { targets: [here, elsewhere] }),
      resources: [elsewhere],
    },
  ],
  unknown: [
    {
      name: "the detectors could not be listed",
      estate: awsEstate([], { unread: { "guardduty:ListDetectors": "denied", "guardduty:GetDetector": "skipped" } }),
      resources: [here],
      message: /guardduty:ListDetectors was denied.*guardduty:GetDetector was not asked/,
    },
    {
      name: "the detector could not be read",
      estate: awsEstate(detector().slice(0, 1), { unread: { "guardduty:GetDetector": "throttled" } }),
      resources: [here],
    },
    {
      name: "the detector is in a state that AWS does not document",
      estate: awsEstate(detector("PAUSED")),
      resources: [detectorId],
    },
  ],
  silent: [
    {
      name: "GuardDuty is not offered in the Region",
      estate: awsEstate([], { unread: { "guardduty:ListDetectors": "disabled" } }),
    },
  ],
});
