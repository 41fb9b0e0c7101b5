import { check as exclusionCheck } from "../../../checks/aws/aws-public-access-exclusion.ts";
import { check as unblockedCheck } from "../../../checks/aws/aws-public-access-unblocked.ts";
import type { Json } from "../../../src/model/finding.ts";
import { account, awsEstate, region } from "../../support/aws-estate.ts";
import { checkCases } from "../../support/check-tester.ts";
import { expect } from "vitest";

const options = (mode: string, managedBy = "account"): Json => ({
  VpcBlockPublicAccessOptions: {
    AwsRegion: region,
    State: "update-complete",
    InternetGatewayBlockMode: mode,
    ManagedBy: managedBy,
  },
});
const exclusions = (mode: string, state = "create-complete"): Json => ({
  VpcBlockPublicAccessExclusions: [
    {
      ExclusionId: "vpcbpa-exclude-0123456789abcdef0",
      InternetGatewayExclusionMode: mode,
      ResourceArn: `arn:aws:ec2:${region}:${account}:vpc/vpc-0a1b2c3d4e5f60718`,
      State: state,
    },
  ],
});
const exclusion = ["vpcbpa-exclude-0123456789abcdef0"];
const here = `${account}/${region}`;

checkCases(unblockedCheck, {
  pass: [
    { name: "ingress is blocked", estate: awsEstate([options("block-ingress")]) },
    { name: "both directions are blocked", estate: awsEstate([options("block-bidirectional")]) },
    { name: "the organization blocks", estate: awsEstate([options("block-ingress", "declarative-policy")]) },
  ],
  fail: [
    {
      name: "the mode is off",
      estate: awsEstate([options("off")]),
      resources: [here],
      message: `VPC block public access is off for account ${account} in ${region}`,
      also: ([finding]) =>
        expect(finding?.remediation.cli).toEqual([
          `aws ec2 modify-vpc-block-public-access-options --internet-gateway-block-mode block-ingress --region ${region}`,
        ]),
    },
    {
      name: "the organization's policy switches it off",
      estate: awsEstate([options("off", "declarative-policy")]),
      message: /declarative-policy manages it/,
      also: ([finding]) => expect(finding?.remediation.console).toMatch(/AWS Organizations/),
    },
  ],
  unknown: [
    {
      name: "the options were denied",
      estate: awsEstate([], { unread: { "ec2:DescribeVpcBlockPublicAccessOptions": "denied" } }),
      resources: [here],
      message: /ec2:DescribeVpcBlockPublicAccessOptions was denied \(needs ec2:DescribeVpcBlockPublicAccessOptions\)/,
    },
    {
      name: "the mode is none that AWS documents",
      estate: awsEstate([options("block-everything")]),
      resources: [here],
    },
  ],
});

checkCases(exclusionCheck, {
  pass: [
    {
      name: "it is deleted",
      estate: awsEstate([options("block-ingress"), exclusions("allow-bidirectional", "delete-complete")]),
    },
    {
      name: "it never came to be",
      estate: awsEstate([options("block-ingress"), exclusions("allow-bidirectional", "create-failed")]),
    },
    {
      name: "the organization's policy forbids exclusions",
      estate: awsEstate([
        options("block-ingress", "declarative-policy"),
        exclusions("allow-bidirectional", "disable-complete"),
      ]),
    },
    {
      name: "allow-egress only applies when block public access is bidirectional",
      estate: awsEstate([options("block-ingress"), exclusions("allow-egress")]),
    },
    { name: "allow-egress while the mode is off", estate: awsEstate([options("off"), exclusions("allow-egress")]) },
  ],
  fail: [
    {
      name: "allow-bidirectional lets the internet in",
      estate: awsEstate([options("block-bidirectional"), exclusions("allow-bidirectional")]),
      resources: exclusion,
      message:
        /opens arn:aws:ec2:\S+vpc-0a1b2c3d4e5f60718 to the internet in both directions, although .* is block-bidirectional/,
      also: ([finding]) =>
        expect(finding?.remediation.cli).toEqual([
          `aws ec2 delete-vpc-block-public-access-exclusion --exclusion-id ${exclusion[0]} --region ${region}`,
        ]),
    },
    {
      name: "allow-egress under a bidirectional block lets traffic out",
      estate: awsEstate([options("block-bidirectional"), exclusions("allow-egress")]),
      message: /lets \S+ send to the internet/,
    },
    {
      name: "it exists while the mode is off, and will open when that changes",
      estate: awsEstate([options("off"), exclusions("allow-bidirectional")]),
      message: /will keep \S+ open to the internet when VPC block public access, now off, is turned on/,
    },
    {
      name: "a change under way counts as in force",
      estate: awsEstate([options("block-ingress"), exclusions("allow-bidirectional", "delete-in-progress")]),
      resources: exclusion,
    },
  ],
  unknown: [
    {
      name: "the account's mode was denied",
      estate: awsEstate([exclusions("allow-bidirectional")], {
        unread: { "ec2:DescribeVpcBlockPublicAccessOptions": "denied" },
      }),
      resources: [here],
    },
    {
      name: "the exclusions were denied",
      estate: awsEstate([options("block-ingress")], {
        unread: { "ec2:DescribeVpcBlockPublicAccessExclusions": "denied" },
      }),
      resources: [here],
      message: /could not be judged: ec2:DescribeVpcBlockPublicAccessExclusions was denied/,
    },
    {
      name: "its mode is none that AWS documents",
      estate: awsEstate([options("block-ingress"), exclusions("allow-sometimes")]),
      resources: exclusion,
    },
  ],
  silent: [{ name: "there are no exclusions", estate: awsEstate([options("block-ingress")]) }],
});
