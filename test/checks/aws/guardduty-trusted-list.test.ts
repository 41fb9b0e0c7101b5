import { expect } from "vitest";
import { check } from "../../../checks/aws/guardduty-trusted-list.ts";
import { account, awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import {
  administrator,
  buckets,
  detector,
  detectorId,
  list,
  listFile,
  listId,
  listUrl,
  otherListId,
} from "../../support/guardduty.ts";

const here = `${account}/${region}`;
const global = `${account}/global`;
const boss = "444455556666";
const bossHere = `${boss}/${region}`;
const bossDetector = "77aa34d567e8fa901bc2d34e56789abc";
const organization = {
  Accounts: [account, boss].map((id) => ({
    Id: id,
    Arn: `arn:aws:organizations::${account}:account/o-exampleorgid/${id}`,
    Status: "ACTIVE",
    JoinedMethod: "CREATED",
  })),
};
const ours = buckets("security-lists");
const trusted = [...detector(), ...list("IpSet")];

/** The trusted list, whose file was asked for and not had. */
function withFile(status: "denied" | "disabled", error: string): ReturnType<typeof awsEstate> {
  const coverage = { cloud: "aws", account, region, operation: "s3:GetObject", status, items: 0, error } as const;
  return awsEstate([...trusted, buckets("something-else")], { rows: [coverage] });
}

checkCases(check, {
  pass: [
    { name: "a detector without trusted lists", estate: awsEstate(detector()) },
    {
      name: "a trusted list is not active",
      estate: awsEstate([...detector(), ...list("IpSet", { Status: "INACTIVE" })]),
    },
    {
      name: "a trusted list is in error, so GuardDuty does not use it",
      estate: awsEstate([...detector(), ...list("IpSet", { Status: "ERROR" })]),
    },
    { name: "only a threat list is active", estate: awsEstate([...detector(), ...list("ThreatIntelSet")]) },
    {
      name: "an administrator that is no longer one",
      estate: awsEstate([...detector(), administrator(boss, "Removed")]),
    },
  ],
  fail: [
    {
      name: "Pacu: one public address, in a stranger's bucket",
      estate: awsEstate([...trusted, listFile("8.8.8.8\n"), buckets("something-else")]),
      resources: [listId],
      message:
        /is active: no finding is raised for 1 public address, less than 0.01 % of the IPv4 internet \(8\.8\.8\.8\/32\); its file \S+ lies in a bucket that no scanned account owns: a stranger's, unless an account of yours was not scanned/,
      also: ([finding]) => {
        expect(finding?.remediation.cli).toEqual([
          `aws guardduty update-ip-set --detector-id ${detectorId} --ip-set-id ${listId} --no-activate --region ${region}`,
          `aws guardduty delete-ip-set --detector-id ${detectorId} --ip-set-id ${listId} --region ${region}`,
        ]);
        expect(finding?.evidence).toMatchObject({
          publicAddresses: 1,
          bucket: { owner: "outside", account: null },
          location: listUrl,
        });
      },
    },
    {
      name: "half the internet by two blocks, in a bucket of the account",
      estate: awsEstate({ [here]: [...trusted, listFile("0.0.0.0/1\n128.0.0.0/1\n")], [global]: [ours] }),
      message:
        /no finding is raised for 3,[67]\d\d,\d{3},\d{3} public addresses, all of the IPv4 internet .*a bucket of this account\.$/,
    },
    {
      name: "a bucket of another account of the organization",
      estate: awsEstate(
        { [here]: [...trusted, listFile("9.9.9.0/24\n")], [global]: [organization], [`${boss}/global`]: [ours] },
        { targets: [here, bossHere] },
      ),
      message: /256 public addresses, .*a bucket of our account 444455556666\.$/,
    },
    {
      name: "the expected bucket owner is a stranger",
      estate: awsEstate([
        ...detector(),
        ...list("IpSet", { ExpectedBucketOwner: "999988887777" }),
        listFile("9.9.9.9\n"),
      ]),
      message: /a bucket of account 999988887777, which was not scanned: a stranger's, unless it is yours/,
    },
    {
      name: "an organization that is known, and owns no such bucket",
      estate: awsEstate(
        { [here]: [...trusted, listFile("9.9.9.9\n")], [global]: [organization] },
        { targets: [here, bossHere] },
      ),
      // The administrator's own detector is missing in this Region; that is for guardduty-off to say.
      message: /no account of the organization owns it/,
    },
    {
      name: "the expected bucket owner is outside an organization that is known",
      estate: awsEstate({
        [here]: [...detector(), ...list("IpSet", { ExpectedBucketOwner: "999988887777" })],
        [global]: [organization],
      }),
      message: /a stranger's bucket: its owner 999988887777 is no account of the organization/,
    },
    {
      name: "the buckets of one account could not be listed",
      estate: awsEstate([...trusted, listFile("9.9.9.9\n")], { unread: { "s3:ListBuckets": "denied" } }),
      message: /a bucket whose owner is not known \(s3:ListBuckets was not read in every account of the scan\)/,
    },
    {
      name: "an account of the organization was not scanned, so the bucket may be its",
      estate: awsEstate({ [here]: [...trusted, listFile("9.9.9.10\n")], [global]: [organization] }),
      message: /a bucket whose owner is not known/,
    },
    {
      name: "the location is no object in S3",
      estate: awsEstate([...detector(), ...list("IpSet", { Location: "https://example.com/list.txt" })]),
      message: /any address there is \(not known: .*its location is no address of an S3 object/,
    },
    {
      name: "the file was denied: it may cover anything",
      estate: awsEstate(trusted, { unread: { "s3:GetObject": "denied" } }),
      message: /no finding is raised for any address there is \(not known: the list's file: s3:GetObject denied/,
      also: ([finding]) => expect(finding?.evidence["missing"]).toHaveLength(1),
    },
    {
      name: "the file is gone: what the list covers is not known, and no bucket holds it any more",
      estate: withFile("disabled", "the file does not exist (NoSuchKey)"),
      message:
        /any address there is \(not known: the list's file does not exist, and what GuardDuty last read of it is not known\); its file \S+ no longer exists in a bucket that no scanned account owns/,
      also: ([finding]) => expect(finding?.evidence["fileIsGone"]).toBe(true),
    },
    {
      name: "the bucket is gone: whoever makes one of that name fills the list",
      estate: withFile("disabled", "the bucket of the file does not exist (NoSuchBucket)"),
      message: /its file \S+ is gone with its bucket: whoever makes a bucket of that name decides/,
      also: ([finding]) => expect(finding?.evidence["bucket"]).toEqual({ owner: "none" }),
    },
    {
      name: "the file is a stranger's, who lets nobody read it",
      estate: withFile("denied", "denied (AccessDenied); it needs the permission s3:GetObject"),
      message:
        /any address there is \(not known: the list's file may not be read\); its file \S+ lies in a bucket that no scanned/,
    },
    {
      name: "the file was cut off, in the middle of an address",
      estate: awsEstate([...trusted, listFile("9.9.9.9\n8.8.8.8/3", { Truncated: true })]),
      message: /1 public address, .* \(9\.9\.9\.9\/32\), and perhaps any address there is \(not known: .*larger than/,
    },
    {
      name: "the file is not in its format",
      estate: awsEstate([...detector(), ...list("IpSet", { Format: "STIX" }), listFile("9.9.9.9\n")]),
      message: /any address there is \(not known: the list's file: it is not a STIX 1 package\)/,
    },
    {
      name: "private addresses have no effect, and the message says what they are",
      estate: awsEstate([...trusted, listFile("10.0.0.0/8\n")]),
      message: /addresses that are not public \(10\.0\.0\.0\/8\)/,
    },
    {
      name: "an empty file",
      estate: awsEstate([...trusted, listFile("\n")]),
      message: /nothing: its file is empty/,
    },
    {
      name: "a trusted entity list with domains, being activated",
      estate: awsEstate([
        ...detector(),
        ...list("TrustedEntitySet", { Status: "ACTIVATING" }),
        listFile("example.com\n*.example.org\n9.9.9.9\n"),
      ]),
      message:
        /trusted entity list "office" .* is being activated: no finding is raised for 1 public address, .* and 2 entries other than IPv4 addresses/,
      also: ([finding]) => {
        expect(finding?.remediation.cli[0]).toMatch(
          /^aws guardduty update-trusted-entity-set .*--trusted-entity-set-id \w+ --no-activate/,
        );
        expect(finding?.remediation.terraform).toBeNull();
      },
    },
    {
      name: "a name that would run in a shell is quoted",
      estate: awsEstate([...detector("ENABLED", "x;rm -rf ~"), ...list("IpSet", {}, "$(id)", "x;rm -rf ~")]),
      also: ([finding]) =>
        expect(finding?.remediation.cli[0]).toBe(
          `aws guardduty update-ip-set --detector-id 'x;rm -rf ~' --ip-set-id '$(id)' --no-activate --region ${region}`,
        ),
    },
    {
      name: "the administrator is in the scan: its list is judged once, there",
      estate: awsEstate({
        [here]: [...detector(), administrator(boss), ...list("IpSet")],
        [bossHere]: [...detector("ENABLED", bossDetector), ...list("IpSet", {}, listId, bossDetector)],
      }),
      resources: [listId],
      also: ([finding]) => expect(finding?.resource.account).toBe(boss),
    },
    {
      name: "the detector is suspended and would trust the list when it is taken up again",
      estate: awsEstate([...detector("DISABLED"), ...list("IpSet")]),
      resources: [listId],
    },
  ],
  unknown: [
    {
      name: "a member whose administrator was not scanned",
      estate: awsEstate([...detector(), administrator(boss)]),
      resources: [detectorId],
      message: /its administrator account 444455556666 decides, and was not scanned in this Region/,
    },
    {
      name: "a member whose administrator was scanned in another Region only",
      estate: awsEstate({
        [here]: [...detector(), administrator(boss)],
        [`${boss}/eu-west-2`]: detector("ENABLED", bossDetector),
      }),
      resources: [detectorId],
    },
    {
      name: "a member whose administrator has no detector in this Region",
      estate: awsEstate({ [here]: [...detector(), administrator(boss)] }, { targets: [here, bossHere] }),
      resources: [detectorId],
    },
    {
      name: "whether there is an administrator could not be read",
      estate: awsEstate(detector(), { unread: { "guardduty:GetAdministratorAccount": "denied" } }),
      resources: [here],
      message: /guardduty:GetAdministratorAccount was denied/,
    },
    {
      name: "the lists could not be read",
      estate: awsEstate(detector(), { unread: { "guardduty:ListIPSets": "denied" } }),
      resources: [here],
    },
    {
      name: "its status is none that AWS documents",
      estate: awsEstate([...detector(), ...list("IpSet", { Status: "RESTING" })]),
      resources: [listId],
    },
  ],
  mixed: [
    {
      name: "one list was read and another was not",
      estate: awsEstate(trusted, { unread: { "guardduty:GetTrustedEntitySet": "throttled" } }),
      resources: [here, listId],
    },
    {
      name: "a member shows an active list, and its administrator was not scanned",
      estate: awsEstate([...trusted, administrator(boss)]),
      resources: [detectorId, listId],
    },
  ],
  silent: [
    { name: "there is no detector", estate: awsEstate([]) },
    {
      name: "GuardDuty is not offered in the Region",
      estate: awsEstate([], { unread: { "guardduty:ListDetectors": "disabled" } }),
    },
  ],
});

checkCases(check, {
  pass: [
    {
      name: "a member inherits: nothing is said of it beside its administrator's clean detector",
      estate: awsEstate({
        [here]: [...detector(), administrator(boss)],
        [bossHere]: detector("ENABLED", bossDetector),
      }),
    },
  ],
  fail: [
    {
      name: "a member that has a list its administrator has not",
      estate: awsEstate({
        [here]: [...detector(), administrator(boss), ...list("IpSet", {}, otherListId)],
        [bossHere]: detector("ENABLED", bossDetector),
      }),
      resources: [otherListId],
      also: ([finding]) => expect(finding?.resource.account).toBe(account),
    },
  ],
});
