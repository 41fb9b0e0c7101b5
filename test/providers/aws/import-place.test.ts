import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/model/finding.ts";
import type { Snapshot } from "../../../src/snapshot/record.ts";
import { importDump, recordsIn } from "./import-dump.ts";
import { account, samples } from "./import-samples.ts";

describe("the account and Region of an answer", () => {
  const subnets = (zone: string | null, owner?: string): Json => ({
    Subnets: [
      {
        SubnetId: "subnet-0000000a",
        VpcId: "vpc-0000000a",
        ...(zone === null ? {} : { AvailabilityZone: zone }),
        ...(owner === undefined ? {} : { OwnerId: owner }),
      },
    ],
  });
  const groups = (owner: string, vpc = "vpc-0000000a"): Json => ({
    SecurityGroups: [{ GroupId: `sg-0000000${owner.at(-1) ?? "0"}`, GroupName: "g", OwnerId: owner, VpcId: vpc }],
  });
  const caller = (id: string): Json => ({ Account: id, UserId: "U", Arn: `arn:aws:iam::${id}:user/u` });
  const [ours, other] = [account, "444455556666"];

  const cases: readonly { name: string; files: Readonly<Record<string, Json>>; records: readonly string[] }[] = [
    {
      name: "folders are named after both",
      files: { "111122223333/eu-west-1/x": subnets(null) },
      records: [`ec2:DescribeSubnets ${ours}/eu-west-1`],
    },
    {
      name: "the file is named after both",
      files: { "dump/111122223333_eu-west-1_subnets.json": subnets(null) },
      records: [`ec2:DescribeSubnets ${ours}/eu-west-1`],
    },
    {
      name: "an Availability Zone tells the Region",
      files: { x: subnets("us-east-1f", ours) },
      records: [`ec2:DescribeSubnets ${ours}/us-east-1`],
    },
    {
      name: "a Local Zone tells the Region",
      files: { x: subnets("us-west-2-lax-1a", ours) },
      records: [`ec2:DescribeSubnets ${ours}/us-west-2`],
    },
    {
      name: "a Wavelength Zone tells the Region",
      files: { x: subnets("us-east-1-wl1-bos-wlz-1", ours) },
      records: [`ec2:DescribeSubnets ${ours}/us-east-1`],
    },
    {
      name: "a zone is believed before a folder's name",
      files: { "us-east-1/x": subnets("eu-west-1a", ours) },
      records: [`ec2:DescribeSubnets ${ours}/eu-west-1`],
    },
    {
      name: "its own ARN tells both",
      files: { x: samples["elasticloadbalancingv2:DescribeLoadBalancers"] ?? null },
      records: [`elasticloadbalancingv2:DescribeLoadBalancers ${ours}/eu-west-1`],
    },
    {
      name: "the same VPC is told of elsewhere",
      files: {
        a: subnets("us-east-1a", ours),
        b: groups(ours, "vpc-0000000c"),
        c: { Subnets: [{ SubnetId: "subnet-0000000c", VpcId: "vpc-0000000c", AvailabilityZone: "eu-north-1a" }] },
      },
      records: [
        `ec2:DescribeSecurityGroups ${ours}/eu-north-1`,
        `ec2:DescribeSubnets ${ours}/eu-north-1`,
        `ec2:DescribeSubnets ${ours}/us-east-1`,
      ],
    },
    {
      name: "the caller's identity lies below, beside what another account owns",
      files: { "d/us-east-1/a": caller(ours), "d/us-east-1/b": groups(other), "d/eu-west-1/c": subnets(null) },
      records: [
        `ec2:DescribeSecurityGroups ${ours}/us-east-1`,
        `ec2:DescribeSubnets ${ours}/eu-west-1`,
        `sts:GetCallerIdentity ${ours}/global`,
      ],
    },
    {
      name: "documents of several Regions are merged",
      files: {
        x: {
          Subnets: [
            { SubnetId: "subnet-0000000a", AvailabilityZone: "us-east-1a" },
            { SubnetId: "subnet-0000000b", AvailabilityZone: "eu-west-1b" },
          ],
        },
        y: caller(ours),
      },
      records: [
        `ec2:DescribeSubnets ${ours}/eu-west-1`,
        `ec2:DescribeSubnets ${ours}/us-east-1`,
        `sts:GetCallerIdentity ${ours}/global`,
      ],
    },
    {
      name: "documents are gathered by account and Region",
      files: { x: { [ours]: { "eu-west-1": groups(ours) }, [other]: { "us-east-1": groups(other) } } },
      records: [`ec2:DescribeSecurityGroups ${ours}/eu-west-1`, `ec2:DescribeSecurityGroups ${other}/us-east-1`],
    },
    {
      name: "the caller's identity stands beside a shared network",
      files: { "us-east-1/a": caller(ours), "us-east-1/b": subnets(null, other) },
      records: [`ec2:DescribeSubnets ${ours}/us-east-1`, `sts:GetCallerIdentity ${ours}/global`],
    },
    {
      name: "the caller's identity stands in a folder below",
      files: { "d/us-east-1/a": caller(ours), "d/r": samples["ec2:DescribeRegions"] ?? null },
      records: [`ec2:DescribeRegions ${ours}/global`, `sts:GetCallerIdentity ${ours}/global`],
    },
    {
      name: "two accounts have a folder each, and one has no identity",
      files: { "d/prod/sts": caller(ours), "d/prod/us-east-1/x": groups(ours), "d/dev/us-east-1/x": groups(other) },
      records: [
        `ec2:DescribeSecurityGroups ${ours}/us-east-1`,
        `ec2:DescribeSecurityGroups ${other}/us-east-1`,
        `sts:GetCallerIdentity ${ours}/global`,
      ],
    },
    {
      name: "two accounts lie in one folder",
      files: { "us-east-1/a": groups(ours), "us-east-1/b": groups(other) },
      records: [`ec2:DescribeSecurityGroups ${ours}/us-east-1`, `ec2:DescribeSecurityGroups ${other}/us-east-1`],
    },
    {
      name: "two accounts are merged in one document",
      files: { "us-east-1/x": [groups(ours), groups(other)] },
      records: [`ec2:DescribeSecurityGroups ${ours}/us-east-1`, `ec2:DescribeSecurityGroups ${other}/us-east-1`],
    },
    {
      name: "groups tell the account of a shared network's subnets",
      files: { "us-east-1/a": groups(ours), "us-east-1/b": subnets(null, other) },
      records: [`ec2:DescribeSecurityGroups ${ours}/us-east-1`, `ec2:DescribeSubnets ${ours}/us-east-1`],
    },
    {
      name: "a folder's name is a time, not an account",
      files: { "202601020304/us-east-1/x": groups(ours) },
      records: [`ec2:DescribeSecurityGroups ${ours}/us-east-1`],
    },
    {
      name: "nothing tells either",
      files: { x: { SecurityGroups: [{ GroupId: "sg-0000000a" }] } },
      records: ["ec2:DescribeSecurityGroups unknown/unknown"],
    },
  ];
  it.each(cases)("$name", ({ files, records }) => {
    expect(recordsIn(importDump(files))).toEqual(records.toSorted());
  });

  it("is asked for in a note when nothing tells it", () => {
    expect(importDump({ "d/x.json": { SecurityGroups: [{ GroupId: "sg-0000000a" }] } }).notes).toEqual([
      expect.stringMatching(/^Nothing tells the account of d\/x\.json\. .*get-caller-identity/),
      expect.stringMatching(/^Nothing tells the Region of d\/x\.json\./),
    ]);
  });

  it("is noted where folder and owner disagree", () => {
    const { notes } = importDump({ "us-east-1/a": caller(ours), "us-east-1/b": groups(other) });
    expect(notes).toEqual([expect.stringMatching(/us-east-1\/b holds is owned by 444455556666, but .* 111122223333/)]);
  });

  it("does not hang on the order of the files", () => {
    const files = Object.fromEntries(
      cases.flatMap((entry, index) =>
        Object.entries(entry.files).map(([name, value]) => [`${index}/${name}`, value] as const),
      ),
    );
    const sorted = (snapshot: Snapshot): unknown => [
      recordsIn(snapshot),
      snapshot.coverage.map((row) => JSON.stringify({ ...row, error: null })).toSorted(),
      snapshot.targets,
    ];
    const expected = sorted(importDump(files));
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.keys(files), { minLength: Object.keys(files).length }), (paths) => {
        expect(sorted(importDump(files, () => paths))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});
