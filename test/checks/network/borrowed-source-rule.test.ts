import { expect } from "vitest";
import { check } from "../../../checks/network/borrowed-source-rule.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { allow, securityGroup } from "../../support/security-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

const group = (...ingress: readonly VendorObject[]) => ({ SecurityGroups: [securityGroup("sg-app", ingress)] });
const list = (owner: string, family = "IPv4") => ({
  PrefixLists: [{ PrefixListId: "pl-1", PrefixListName: "partners", AddressFamily: family, OwnerId: owner }],
});
const account = (id: string) => ({
  Id: id,
  Arn: `arn:aws:organizations::111122223333:account/o-1/${id}`,
  Name: id,
  Status: "ACTIVE",
  JoinedMethod: "CREATED",
});
const organization = { Accounts: [account("111122223333"), account("444455556666")] };
const noOrganization = { "organizations:ListAccounts": "denied" } as const;

checkCases(check, {
  pass: [
    { name: "address blocks, whatever their width", estate: awsEstate([group(allow("tcp", 22, "0.0.0.0/0", "::/0"))]) },
    {
      name: "a list and a group of the same account",
      estate: awsEstate([group(allow("tcp", 22, "pl-1", "sg-other")), list("111122223333")], {
        unread: noOrganization,
      }),
    },
    {
      name: "a list and a group of another account of the organization",
      estate: awsEstate([group(allow("tcp", 22, "pl-1", "444455556666/sg-x")), list("444455556666"), organization]),
    },
    {
      name: "a list of another account of the scan",
      estate: awsEstate(
        {
          "111122223333/eu-west-1": [group(allow("tcp", 22, "pl-1")), list("444455556666")],
          "444455556666/eu-west-1": [{ Vpcs: [{ VpcId: "vpc-9", OwnerId: "444455556666" }] }],
        },
        { unread: noOrganization },
      ),
    },
    {
      name: "trap 6: a list that AWS manages (CloudFront, S3)",
      estate: awsEstate([group(allow("tcp", 443, "pl-1")), list("AWS"), organization]),
    },
    {
      name: "the group of a Classic Load Balancer",
      estate: awsEstate([group(allow("tcp", 80, "amazon-elb/sg-elb")), organization]),
    },
  ],
  fail: [
    {
      name: "trap 6: a list that a stranger shares",
      estate: awsEstate([group(allow("tcp", 8443, "pl-1")), list("999988887777"), organization]),
      resources: ["sg-app"],
      message:
        "takes who may reach it (ingress allow tcp/8443 pl-1) from prefix list pl-1, which account 999988887777 outside the organization can change.",
    },
    {
      name: "the same for IPv6",
      estate: awsEstate([group(allow("tcp", 8443, "pl-1")), list("999988887777", "IPv6"), organization]),
    },
    {
      name: "a stranger's group and list in two rules are two findings",
      estate: awsEstate([
        group(allow("tcp", 22, "999988887777/sg-x"), allow("tcp", 443, "pl-1")),
        list("999988887777"),
        organization,
      ]),
      resources: ["sg-app", "sg-app"],
      also: (findings) => {
        expect(new Set(findings.map(({ id }) => id)).size).toBe(2);
        expect(findings.map(({ remediation }) => remediation.cli.length)).toEqual([1, 1]);
      },
    },
  ],
  unknown: [
    {
      name: "a list that nobody described: whose it is was not read",
      estate: awsEstate([group(allow("tcp", 443, "pl-1")), organization]),
      message: "whose owner could not be read (ec2:DescribeManagedPrefixLists)",
    },
    {
      name: "another account's list, and no organization's accounts were read: it may be ours",
      estate: awsEstate([group(allow("tcp", 443, "pl-1")), list("999988887777")], { unread: noOrganization }),
      message: "whether that account is part of your organization could not be read",
    },
    {
      name: "another account's group, likewise",
      estate: awsEstate([group(allow("tcp", 443, "999988887777/sg-x"))], { unread: noOrganization }),
    },
  ],
});
