import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import * as fc from "fast-check";
import { unknownBetween } from "../../../../src/network/estate.ts";
import { describe, expect, it } from "vitest";
import { checks } from "../../../../checks/registry.ts";
import { awsProvider } from "../../../../src/providers/aws/provider.ts";
import { judge } from "../../../../src/scan/judge.ts";
import { checkSettings } from "../../../../src/scan/settings.ts";
import type { Json } from "../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { understandAws } from "../../../../src/providers/aws/understand/understand.ts";
import { ended, here, smallSnapshot, understood, type Answer } from "./small-snapshot.ts";

const operations = [
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSecurityGroupRules",
  "ec2:DescribeSecurityGroupVpcAssociations",
  "ec2:DescribeNetworkAcls",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeInstances",
  "ec2:DescribeVpcs",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeFlowLogs",
  "ec2:DescribeManagedPrefixLists",
  "ec2:GetManagedPrefixListEntries",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancingv2:DescribeLoadBalancers",
  "organizations:ListAccounts",
];

const members = [
  "GroupId",
  "GroupName",
  "OwnerId",
  "VpcId",
  "IpPermissions",
  "IpPermissionsEgress",
  "IpProtocol",
  "FromPort",
  "ToPort",
  "IpRanges",
  "CidrIp",
  "Ipv6Ranges",
  "CidrIpv6",
  "PrefixListIds",
  "PrefixListId",
  "UserIdGroupPairs",
  "UserId",
  "IsEgress",
  "ReferencedGroupInfo",
  "NetworkAclId",
  "Entries",
  "RuleNumber",
  "RuleAction",
  "Egress",
  "Protocol",
  "PortRange",
  "From",
  "CidrBlock",
  "Associations",
  "SubnetId",
  "NetworkInterfaceId",
  "Groups",
  "PrivateIpAddresses",
  "PrivateIpAddress",
  "Ipv6Addresses",
  "Instances",
  "NetworkInterfaces",
  "SecurityGroups",
  "FlowLogId",
  "ResourceId",
  "TrafficType",
  "AddressFamily",
  "Cidr",
  "Tags",
  "Key",
  "Value",
  "Id",
  "State",
] as const;

/** JSON whose members have AWS's names and anybody's values. */
const { record } = fc.letrec<{ record: { [member: string]: Json }; value: Json }>((tie) => ({
  record: fc.dictionary(fc.constantFrom(...members), tie("value"), { maxKeys: 8 }),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      null,
      true,
      -1,
      0,
      22,
      70000,
      1.5,
      "",
      "-1",
      "tcp",
      "0.0.0.0/0",
      "::/0",
      "x/y",
      "sg-1",
      "pl-1",
      "vpc-1",
      "ALL",
    ),
    fc.string(),
    tie("record"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
}));

describe("records that are not what AWS documents", () => {
  it("never crash understanding or any check, and every extent's certain part is within its possible part", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...operations), record), { maxLength: 12 }), (records) => {
        const snapshot = smallSnapshot(
          records.map(([operation, data]) => ({ operation, items: [data], request: { PrefixListId: "pl-1" } })),
        );
        const understanding = understandAws(snapshot);
        const { network } = understanding;
        expect(() =>
          judge({
            checks,
            estate: { ...understanding, targets: snapshot.targets, asOf: snapshot.finishedAt },
            settings: checkSettings({}),
            coverage: snapshot.coverage,
            providers: [awsProvider],
            tagsOf: understanding.tagsOf,
          }),
        ).not.toThrow();
        for (const { resource, ingressRules, egressRules } of network.firewalls) {
          expect(resource.id).not.toBe("");
          for (const { remote } of [...ingressRules, ...egressRules]) {
            const within = remote.must.v4.every(({ first, last }) =>
              remote.may.v4.some((run) => run.first <= first && last <= run.last),
            );
            expect(within).toBe(true);
            if (remote.missing.length === 0) expect(remote.must).toEqual(remote.may);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("another cloud's snapshot gives an empty estate", () => {
    const snapshot = { ...smallSnapshot([]), targets: [], records: [], coverage: [] };
    expect(understandAws(snapshot)).toMatchObject({
      network: { firewalls: [], networks: [], addressLists: [], endpoints: [], between: unknownBetween },
      organizationKnown: false,
    });
  });
});

describe("whose accounts these are", () => {
  const accounts = {
    operation: "organizations:ListAccounts",
    items: [{ Id: "111122223333" }, { Id: "444455556666" }, { Id: 7 }],
    target: { ...here, region: "global" },
  };

  it("the scanned ones and those of the organization", () => {
    const { ownAccounts, organizationKnown } = understood([accounts], {
      coverage: [ended("organizations:ListAccounts", "complete", { ...here, region: "global" })],
    });
    expect([...ownAccounts].toSorted()).toEqual(["111122223333", "444455556666"]);
    expect(organizationKnown).toBe(true);
  });

  it("an account that is in no organization has strangers all around", () => {
    const { organizationKnown } = understood([], {
      coverage: [ended("organizations:DescribeOrganization", "disabled", { ...here, region: "global" })],
    });
    expect(organizationKnown).toBe(true);
  });

  it.each(["denied", "skipped", "malformed"] as const)(
    "an account list that ended %s is no proof that others are strangers",
    (status) => {
      const { organizationKnown } = understood([accounts], {
        coverage: [ended("organizations:ListAccounts", status, { ...here, region: "global" })],
      });
      expect(organizationKnown).toBe(false);
    },
  );
});

const dump = resolve(import.meta.dirname, "../../../../../shared/data/aws-cli-dump/us-east-1");

describe.skipIf(!existsSync(dump))("a real dump", () => {
  const read = (file: string, member: string, operation: string): Answer => {
    const document: Readonly<Record<string, readonly VendorObject[]>> = JSON.parse(
      readFileSync(resolve(dump, file), "utf8"),
    );
    return {
      operation,
      items: document[member] ?? [],
      target: { cloud: "aws", account: "123456789012", region: "us-east-1" },
    };
  };

  it("gives its groups, with what carries them and who names them", () => {
    expect(globSync(resolve(dump, "ec2-*.json")).map((file) => basename(file))).toContain(
      "ec2-describe-security-groups.json",
    );
    const { network } = understood([
      read("ec2-describe-security-groups.json", "SecurityGroups", "ec2:DescribeSecurityGroups"),
      read("ec2-describe-network-interfaces.json", "NetworkInterfaces", "ec2:DescribeNetworkInterfaces"),
      read("ec2-describe-instances.json", "Reservations", "ec2:DescribeInstances"),
      read("ec2-describe-vpcs.json", "Vpcs", "ec2:DescribeVpcs"),
    ]);
    expect(network.firewalls).toHaveLength(8);
    const attached = network.firewalls.filter(({ attachments }) => attachments.length > 0);
    expect(attached.map(({ resource }) => resource.id).toSorted()).toEqual(["sg-00000002", "sg-00000008"]);
    expect(
      network.firewalls.flatMap(({ ingressRules }) => ingressRules.flatMap(({ remote }) => remote.missing)),
    ).toEqual([]);
    expect(network.networks).toMatchObject([
      { resource: { id: "vpc-12345678", name: "Prod" }, logging: { status: "unlogged" } },
    ]);
  });
});
