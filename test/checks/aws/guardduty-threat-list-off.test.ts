import { expect } from "vitest";
import { check } from "../../../checks/aws/guardduty-threat-list-off.ts";
import { awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { detector, detectorId, list, listId } from "../../support/guardduty.ts";

checkCases(check, {
  pass: [
    { name: "a threat IP list is active", estate: awsEstate([...detector(), ...list("ThreatIntelSet")]) },
    {
      name: "a threat entity list is being activated",
      estate: awsEstate([...detector(), ...list("ThreatEntitySet", { Status: "ACTIVATING" })]),
    },
    {
      name: "a list is being deleted",
      estate: awsEstate([...detector(), ...list("ThreatIntelSet", { Status: "DELETE_PENDING" })]),
    },
  ],
  fail: [
    {
      name: "a threat IP list is not active",
      estate: awsEstate([...detector(), ...list("ThreatIntelSet", { Status: "INACTIVE" })]),
      resources: [listId],
      message: /threat IP list "office" \(\w+\) is not active/,
      also: ([finding]) =>
        expect(finding?.remediation.cli).toEqual([
          `aws guardduty update-threat-intel-set --detector-id ${detectorId} --threat-intel-set-id ${listId} --activate --region ${region}`,
        ]),
    },
    {
      name: "a threat entity list is in error, with what AWS says about it",
      estate: awsEstate([
        ...detector(),
        ...list("ThreatEntitySet", { Status: "ERROR", ErrorDetails: "access denied to the bucket" }),
      ]),
      message: /threat entity list .* is in error .*: access denied to the bucket/,
      also: ([finding]) =>
        expect(finding?.remediation.cli[0]).toMatch(/update-threat-entity-set .*--threat-entity-set-id/),
    },
  ],
  unknown: [
    {
      name: "the lists could not be read",
      estate: awsEstate(detector(), { unread: { "guardduty:ListThreatIntelSets": "denied" } }),
      message: /guardduty:ListThreatIntelSets was denied/,
    },
    {
      name: "its status is none that AWS documents",
      estate: awsEstate([...detector(), ...list("ThreatIntelSet", { Status: "RESTING" })]),
    },
  ],
  silent: [
    { name: "there is no threat list", estate: awsEstate(detector()) },
    {
      name: "only a trusted list is there",
      estate: awsEstate([...detector(), ...list("IpSet", { Status: "INACTIVE" })]),
    },
  ],
});
