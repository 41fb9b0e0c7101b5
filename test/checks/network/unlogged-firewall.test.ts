import { check } from "../../../checks/network/unlogged-firewall.ts";
import { checkCases } from "../../support/check-tester.ts";
import { awsEstate } from "../../support/aws-estate.ts";
import { networkInterface } from "../../support/security-groups.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

const vpc = (more: VendorObject = {}) => ({
  Vpcs: [
    {
      VpcId: "vpc-1",
      OwnerId: "111122223333",
      CidrBlock: "10.0.0.0/16",
      Tags: [{ Key: "Name", Value: "prod" }],
      ...more,
    },
  ],
});
const logs = (...items: readonly VendorObject[]) => ({ FlowLogs: items.map(flowLog) });
const flowLog = (item: VendorObject, index: number): VendorObject => ({
  FlowLogId: `fl-${index}`,
  ResourceId: "vpc-1",
  TrafficType: "ALL",
  FlowLogStatus: "ACTIVE",
  DeliverLogsStatus: "SUCCESS",
  ...item,
});
const subnets = {
  Subnets: ["subnet-1", "subnet-2"].map((SubnetId) => ({ SubnetId, VpcId: "vpc-1", OwnerId: "111122223333" })),
};

checkCases(check, {
  pass: [
    { name: "all traffic", estate: awsEstate([vpc(), logs({})]) },
    {
      name: "accepted and rejected by two logs",
      estate: awsEstate([vpc(), logs({ TrafficType: "ACCEPT" }, { TrafficType: "REJECT" })]),
    },
    {
      name: "every subnet",
      estate: awsEstate([vpc(), subnets, logs({ ResourceId: "subnet-1" }, { ResourceId: "subnet-2" })]),
    },
  ],
  fail: [
    {
      name: "no flow log",
      estate: awsEstate([vpc()]),
      resources: ["vpc-1"],
      message: "VPC prod (vpc-1) records none of its traffic; no network interface lives in it.",
    },
    {
      name: "with an interface in it",
      estate: awsEstate([vpc(), { NetworkInterfaces: [networkInterface("eni-1", [])] }]),
      message: "; 1 network interface lives in it.",
    },
    {
      name: "delivery that fails",
      estate: awsEstate([vpc(), logs({ DeliverLogsStatus: "FAILED", DeliverLogsErrorMessage: "Access error" })]),
      message: "flow log fl-0 delivers nothing: FAILED (Access error)",
    },
    {
      name: "rejected traffic alone",
      estate: awsEstate([vpc(), logs({ TrafficType: "REJECT" })]),
      message: "in part: accepted traffic is not recorded",
    },
    {
      name: "one subnet of two",
      estate: awsEstate([vpc(), subnets, logs({ ResourceId: "subnet-1" })]),
      message: "in part: only subnet-1 is logged",
    },
  ],
  unknown: [
    {
      name: "flow logs that were denied: the account and Region, once",
      estate: awsEstate([vpc()], { unread: { "ec2:DescribeFlowLogs": "denied" } }),
      resources: ["111122223333/eu-west-1"],
      message: "ec2:DescribeFlowLogs",
    },
    {
      name: "trap 14: a VPC that another account shares",
      estate: awsEstate({ "111122223333/eu-west-1": [vpc({ OwnerId: "444455556666" })] }),
      resources: ["vpc-1"],
      message: "Whether VPC prod (vpc-1) records its traffic could not be read: the flow logs of account 444455556666",
    },
  ],
});
