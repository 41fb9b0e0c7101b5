import { describe, expect, it } from "vitest";
import type { Network } from "../../../../src/network/estate.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { networkInterface } from "../../../support/security-groups.ts";
import { ended, here, understood, type Answer } from "./small-snapshot.ts";

const participant = { ...here, account: "444455556666" };
const vpc = (more: VendorObject = {}): Answer => ({
  operation: "ec2:DescribeVpcs",
  items: [
    { VpcId: "vpc-1", OwnerId: "111122223333", IsDefault: true, Tags: [{ Key: "Name", Value: "prod" }], ...more },
  ],
});
const subnets: Answer = {
  operation: "ec2:DescribeSubnets",
  items: [
    { SubnetId: "subnet-1", VpcId: "vpc-1" },
    { SubnetId: "subnet-2", VpcId: "vpc-1" },
    { SubnetId: "subnet-3", VpcId: "vpc-2" },
  ],
};
const interfaces: Answer = {
  operation: "ec2:DescribeNetworkInterfaces",
  items: [
    networkInterface("eni-1", []),
    networkInterface("eni-2", []),
    networkInterface("eni-3", [], { VpcId: "vpc-2" }),
  ],
};
const log = (on: string, traffic = "ALL", more: VendorObject = {}): VendorObject => ({
  FlowLogId: `fl-${on}`,
  ResourceId: on,
  TrafficType: traffic,
  FlowLogStatus: "ACTIVE",
  DeliverLogsStatus: "SUCCESS",
  ...more,
});

function networkOf(answers: readonly Answer[]): Network {
  const [network] = understood(answers).network.networks;
  if (network === undefined) throw new Error("no network");
  return network;
}

function loggingOf(...items: readonly VendorObject[]): Network["logging"] {
  return networkOf([vpc(), subnets, interfaces, { operation: "ec2:DescribeFlowLogs", items }]).logging;
}

describe("a VPC", () => {
  it("has a name, an ARN and a count of the interfaces in it", () => {
    expect(networkOf([vpc(), subnets, interfaces])).toMatchObject({
      resource: { type: "aws:ec2:vpc", id: "vpc-1", name: "prod", arn: "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1" },
      isDefault: true,
      endpoints: 2,
    });
  });

  it("trap 14: one that is shared is told once, by its owner", () => {
    const { networks } = understood([{ ...vpc(), target: participant }, vpc()]).network;
    expect(networks.map(({ resource }) => resource.account)).toEqual(["111122223333"]);
  });

  it("trap 14: flow logs of a shared VPC are the owner's to see: unknown, not unlogged", () => {
    expect(networkOf([{ ...vpc(), target: participant }]).logging).toMatchObject({
      status: "unknown",
      missing: expect.stringContaining("account 111122223333"),
    });
  });
});

describe("what flow logs record of a VPC", () => {
  it("is unknown, not nothing, where subnets have logs and nobody could list the subnets", () => {
    const coverage = [ended("ec2:DescribeSubnets")];
    const withLogs = (...items: readonly VendorObject[]) =>
      understood([vpc(), interfaces, { operation: "ec2:DescribeFlowLogs", items }], { coverage }).network.networks[0]
        ?.logging;
    expect(withLogs(log("subnet-1"), log("subnet-2"))).toEqual({
      status: "unknown",
      missing: "which of the subnets with flow logs are its own (ec2:DescribeSubnets)",
    });
    expect(withLogs()).toEqual({ status: "unlogged", reason: null });
  });

  it.each([
    ["all traffic", [log("vpc-1")], { status: "logged" }],
    ["accepted and rejected by two logs", [log("vpc-1", "ACCEPT"), log("vpc-1", "REJECT")], { status: "logged" }],
    ["every subnet", [log("subnet-1"), log("subnet-2")], { status: "logged" }],
    [
      "one half on the VPC, the other on every subnet",
      [log("vpc-1", "REJECT"), log("subnet-1"), log("subnet-2", "ACCEPT")],
      { status: "logged" },
    ],
    ["rejected alone", [log("vpc-1", "REJECT")], { status: "partial", gap: "accepted traffic is not recorded" }],
    ["accepted alone", [log("vpc-1", "ACCEPT")], { status: "partial", gap: "rejected traffic is not recorded" }],
    ["one subnet of two", [log("subnet-1")], { status: "partial", gap: "only subnet-1 is logged" }],
    ["an interface", [log("eni-1")], { status: "partial", gap: "only eni-1 is logged" }],
    ["nothing", [], { status: "unlogged", reason: null }],
    [
      "another VPC, another VPC's subnet, a transit gateway",
      [log("vpc-2"), log("subnet-3"), log("tgw-1", "")],
      { status: "unlogged", reason: null },
    ],
    [
      "delivery that fails",
      [log("vpc-1", "ALL", { DeliverLogsStatus: "FAILED", DeliverLogsErrorMessage: "Access error" })],
      { status: "unlogged", reason: "flow log fl-vpc-1 delivers nothing: FAILED (Access error)" },
    ],
    [
      "delivery that is not told",
      [log("vpc-1", "ALL", { DeliverLogsStatus: null })],
      { status: "unknown", missing: "what the flow log fl-vpc-1 records (ec2:DescribeFlowLogs)" },
    ],
    [
      "delivery that is not told, of another VPC's log",
      [log("vpc-2", "ALL", { DeliverLogsStatus: null })],
      { status: "unlogged", reason: null },
    ],
    [
      "delivery that is not told of a log that is not active",
      [log("vpc-1", "ALL", { DeliverLogsStatus: null, FlowLogStatus: "INACTIVE" })],
      { status: "unlogged", reason: "flow log fl-vpc-1 is INACTIVE" },
    ],
    [
      "a log that is not active",
      [log("vpc-1", "ALL", { FlowLogStatus: "INACTIVE" })],
      { status: "unlogged", reason: "flow log fl-vpc-1 is INACTIVE" },
    ],
    [
      "a log that fails beside one that works",
      [log("vpc-1", "ALL", { DeliverLogsStatus: "FAILED" }), log("vpc-1")],
      { status: "logged" },
    ],
    [
      "a log on nobody knows what",
      [{ ...log("x"), ResourceId: 7 }],
      { status: "unknown", missing: "what the flow log fl-x records (ec2:DescribeFlowLogs)" },
    ],
    [
      "a log of nobody knows what",
      [log("vpc-1", "SOME")],
      { status: "unknown", missing: "what the flow log fl-vpc-1 records (ec2:DescribeFlowLogs)" },
    ],
  ] satisfies readonly (readonly [string, readonly VendorObject[], Network["logging"]])[])(
    "%s",
    (_, logs, expected) => {
      expect(loggingOf(...logs)).toEqual(expected);
    },
  );

  it("a log of another account or Region says nothing of this VPC", () => {
    const elsewhere = { operation: "ec2:DescribeFlowLogs", items: [log("vpc-1")], target: participant };
    expect(networkOf([vpc(), elsewhere]).logging.status).toBe("unlogged");
  });
});
