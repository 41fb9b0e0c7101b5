import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/model/finding.ts";
import { awsOperations } from "../../../src/providers/aws/operations.ts";
import { at, importDump, placed, statusOf } from "./import-dump.ts";
import { account, detector, firewall, loadBalancer, region } from "./import-samples.ts";

describe("the coverage of an import", () => {
  const groups: Json = {
    SecurityGroups: [{ GroupId: "sg-00000001", GroupName: "a", OwnerId: account, VpcId: "vpc-1" }],
  };
  const page = (token: string | null, id = "sg-00000001"): string =>
    JSON.stringify({
      SecurityGroups: [{ GroupId: id, OwnerId: account }],
      ...(token === null ? {} : { NextToken: token }),
    });
  const arns = (...names: string[]): Json => ({
    LoadBalancers: names.map((name) => ({ LoadBalancerArn: `${loadBalancer}${name}` })),
  });
  const listener = (name: string): Json => ({
    Listeners: [{ ListenerArn: `l${name}`, LoadBalancerArn: `${loadBalancer}${name}` }],
  });
  const listeners = "elasticloadbalancingv2:DescribeListeners";
  const [sg, entries] = ["ec2:DescribeSecurityGroups", "ec2:GetManagedPrefixListEntries"];
  const prefixLists: Json = { PrefixLists: [{ PrefixListId: "pl-0000000a", OwnerId: account, State: "x" }] };

  const cases: readonly { name: string; files: Readonly<Record<string, Json>>; operation: string; status: string }[] = [
    { name: "what is there whole is complete", files: { x: groups }, operation: sg, status: "complete 1" },
    { name: "an empty answer is complete", files: { x: { SecurityGroups: [] } }, operation: sg, status: "complete 0" },
    {
      name: "what is not there is skipped",
      files: { x: groups },
      operation: "ec2:DescribeNetworkAcls",
      status: "skipped 0",
    },
    { name: "an answer with a next page is not whole", files: { x: page("more") }, operation: sg, status: "skipped 1" },
    { name: "an empty token ends an answer", files: { x: page("") }, operation: sg, status: "complete 1" },
    {
      name: "pages in one file that end are whole",
      files: { x: `${page("more")}\n${page(null, "sg-00000002")}` },
      operation: sg,
      status: "complete 2",
    },
    {
      name: "pages in several files may lack one",
      files: { a: page("more"), b: page(null, "sg-00000002") },
      operation: sg,
      status: "skipped 2",
    },
    {
      name: "an answer that is cut off is malformed",
      files: { a: groups, b: '{"SecurityGroups": [{"GroupId": "sg-' },
      operation: sg,
      status: "malformed 1",
    },
    {
      name: "a cut-off answer alone is malformed",
      files: { a: { Vpcs: [] }, b: '{"SecurityGroups": [{"GroupId": "sg-' },
      operation: sg,
      status: "malformed 0",
    },
    {
      name: "a broken line among items is malformed",
      files: { x: `{"GroupId":"sg-00000001","GroupName":"a","OwnerId":"${account}"}\n{"GroupId":"sg-` },
      operation: sg,
      status: "malformed 1",
    },
    {
      name: "a cut-off file is known by its name",
      files: { a: { Vpcs: [] }, "describe-security-groups.json": '[{"GroupId": "sg-' },
      operation: sg,
      status: "malformed 0",
    },
    {
      name: "items that are no objects are malformed",
      files: { x: { SecurityGroups: [{ GroupId: "sg-00000001" }, "sg-2"] } },
      operation: sg,
      status: "malformed 1",
    },
    { name: "the same answer twice counts once", files: { a: groups, b: groups }, operation: sg, status: "complete 1" },
    {
      name: "without detectors there is nothing more to ask",
      files: { x: { DetectorIds: [] } },
      operation: "guardduty:GetIPSet",
      status: "complete 0",
    },
    {
      name: "with a detector there is",
      files: { x: { DetectorIds: [detector] } },
      operation: "guardduty:GetIPSet",
      status: "skipped 0",
    },
    {
      name: "without the parents' list nothing is complete",
      files: { [`pl-0000000a`]: { Entries: [{ Cidr: "10.0.0.0/8" }] } },
      operation: entries,
      status: "skipped 1",
    },
    {
      name: "every parent is answered",
      files: { a: prefixLists, "pl-0000000a": { Entries: [] } },
      operation: entries,
      status: "complete 0",
    },
    { name: "a parent is not answered", files: { a: prefixLists }, operation: entries, status: "skipped 0" },
    {
      name: "every load balancer's listeners are there",
      files: { a: arns("1", "2"), b: listener("1"), c: listener("2") },
      operation: listeners,
      status: "complete 2",
    },
    {
      name: "as many empty answers as load balancers",
      files: { a: arns("1", "2"), b: { Listeners: [] }, c: listener("2") },
      operation: listeners,
      status: "complete 1",
    },
    {
      name: "a load balancer's listeners are not there",
      files: { a: arns("1", "2"), b: listener("1") },
      operation: listeners,
      status: "skipped 1",
    },
    {
      name: "a described firewall answers its parent",
      files: {
        a: { Firewalls: [{ FirewallArn: firewall, FirewallName: "e" }] },
        b: { Firewall: { FirewallArn: firewall } },
      },
      operation: "network-firewall:DescribeFirewall",
      status: "complete 1",
    },
  ];
  it.each(cases)("$name", ({ files, operation, status }) => {
    expect(statusOf(importDump(placed(files)), operation)).toBe(status);
  });

  it("a cut-off answer of no known Region leaves no Region's whole", () => {
    const [here, there] = [region, "us-east-1"];
    const snapshot = importDump({
      [`${account}/${here}/x`]: groups,
      [`${account}/${there}/x`]: { SecurityGroups: [] },
      [`${account}/cut`]: '{"SecurityGroups": [{"GroupId": "sg-',
    });
    expect([here, there].map((place) => statusOf(snapshot, sg, place))).toEqual(["malformed 1", "malformed 0"]);
    expect(statusOf(snapshot, "ec2:DescribeNetworkAcls", here)).toBe("skipped 0");
  });

  it("names the requests that lack, and the command that would help", () => {
    const { coverage } = importDump({ [`${at}/a`]: arns("1", "2"), [`${at}/b`]: listener("1") });
    const row = coverage.find(({ operation }) => operation === listeners);
    expect(row?.gaps).toEqual([
      {
        request: { LoadBalancerArn: `${loadBalancer}2` },
        status: "skipped",
        error: expect.stringContaining("aws elbv2 describe-listeners --region eu-west-1"),
      },
    ]);
  });

  it("leaves one row for every operation in each Region, and none for what only finds targets", () => {
    const { coverage } = importDump({ [`${at}/x`]: groups, [`${account}/us-east-1/x`]: { Vpcs: [] } });
    const wanted = awsOperations.filter(
      ({ ask, answer }) => ask.how !== "connecting" && ask.how !== "within" && answer.kind !== "secret",
    );
    const rows = coverage.map(({ region: place, operation }) => `${place} ${operation}`);
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.toSorted()).toEqual(
      wanted
        .flatMap(({ id, scope }) => (scope === "region" ? [`eu-west-1 ${id}`, `us-east-1 ${id}`] : [`global ${id}`]))
        .toSorted(),
    );
  });

  it("knows Regions that the dump lacks, and those that are switched off", () => {
    const endpoint = (name: string, status: string): Json => ({ RegionName: name, Endpoint: "e", OptInStatus: status });
    const regions = {
      Regions: [
        endpoint(region, "opt-in-not-required"),
        endpoint("us-east-1", "opt-in-not-required"),
        endpoint("me-south-1", "not-opted-in"),
      ],
    };
    const snapshot = importDump({ [`${account}/regions`]: regions, [`${at}/x`]: groups });
    expect(snapshot.targets.map(({ region: place, status }) => `${place} ${status}`)).toEqual([
      "eu-west-1 scanned",
      "us-east-1 skipped",
      "me-south-1 disabled",
    ]);
    expect(statusOf(snapshot, "*", "us-east-1")).toBe("skipped 0");
    expect(statusOf(snapshot, "*", "me-south-1")).toBe("disabled 0");
  });

  it("says when two files describe one resource differently", () => {
    const older: Json = {
      SecurityGroups: [{ GroupId: "sg-00000001", GroupName: "a", OwnerId: account, IpPermissions: [] }],
    };
    const { notes, records } = importDump({ [`${at}/a`]: groups, [`${at}/b`]: older });
    expect(records).toHaveLength(2);
    expect(notes).toEqual([expect.stringContaining("describe sg-00000001 differently")]);
  });
});
