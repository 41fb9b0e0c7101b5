import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/model/finding.ts";
import { keptBy } from "../../../src/providers/aws/operation.ts";
import { awsOperations } from "../../../src/providers/aws/operations.ts";
import { at, importDump, placed, recordsIn } from "./import-dump.ts";
import { account, detector, furtherSamples, region, samples } from "./import-samples.ts";

describe("what an answer is, by its content", () => {
  const importable = awsOperations.filter(({ answer, ask }) => answer.kind !== "secret" && ask.how !== "within");
  it.each(importable)("$id", (operation) => {
    const { id, scope } = operation;
    const sample = samples[id];
    expect(sample, `a sample of ${id} in import-samples.ts`).toBeDefined();
    const snapshot = importDump({ [`${at}/x`]: sample ?? null });
    expect(snapshot.notes).toEqual([]);
    expect(snapshot.records).toHaveLength(1);
    const [record] = snapshot.records;
    expect(record).toMatchObject({ operation: id, account, region: scope === "region" ? region : "global" });
    expect(Object.keys(record?.request ?? {}).toSorted()).toEqual(keptBy(operation).toSorted());
  });

  it("takes in the whole dump of every operation at once, and finds nothing missing", () => {
    const snapshot = importDump({ [`${at}/all.json`]: [...Object.values(samples), ...furtherSamples] });
    expect(snapshot.coverage.filter(({ status }) => status !== "complete")).toEqual([]);
    expect(new Set(snapshot.coverage.map(({ operation }) => operation))).toEqual(
      new Set(importable.map(({ id }) => id)),
    );
  });

  it("never takes in credentials", () => {
    const secret = {
      Credentials: { AccessKeyId: "ASIA", SecretAccessKey: "s", SessionToken: "t" },
      AssumedRoleUser: { Arn: "a" },
    };
    expect(importDump({ [`${at}/x`]: secret })).toMatchObject({ used: 0, records: [] });
  });

  it("takes nothing in that may hold a secret, and of people their names alone", () => {
    const snapshot = importDump({ [`${at}/all.json`]: Object.values(samples) });
    expect(JSON.stringify(snapshot.records)).not.toMatch(/s3cret|ada@example/);
  });

  it("keeps records as the vendor wrote them", () => {
    const { records } = importDump({ [`${at}/x`]: samples["ec2:DescribeSecurityGroups"] ?? null });
    expect([records[0]?.data]).toEqual(Object.values(samples["ec2:DescribeSecurityGroups"] ?? {})[0]);
  });

  const groups: Json = [{ GroupId: "sg-00000001", GroupName: "a", OwnerId: account, IpPermissions: [] }];
  const instance = { InstanceId: "i-00000001", ImageId: "ami-1", State: { Name: "running" } };
  const shapes: readonly { name: string; files: Readonly<Record<string, Json>>; records: readonly string[] }[] = [
    { name: "a bare list (--query SecurityGroups)", files: { x: groups }, records: ["ec2:DescribeSecurityGroups"] },
    {
      name: "a bare item (--query 'SecurityGroups[0]')",
      files: { x: groups[0] ?? null },
      records: ["ec2:DescribeSecurityGroups"],
    },
    {
      name: "items as JSON Lines",
      files: {
        x: `${JSON.stringify(groups[0])}\n${JSON.stringify({ GroupId: "sg-00000002", GroupName: "b", OwnerId: account })}`,
      },
      records: ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroups"],
    },
    {
      name: "bare instances (--query 'Reservations[].Instances[]')",
      files: { x: [instance] },
      records: ["ec2:DescribeInstances"],
    },
    {
      name: "nested bare instances",
      files: { x: [[instance], [{ ...instance, InstanceId: "i-00000002" }]] },
      records: ["ec2:DescribeInstances", "ec2:DescribeInstances"],
    },
    {
      name: "several lists in one object",
      files: { x: { SecurityGroups: groups, Vpcs: [{ VpcId: "vpc-00000001" }], DetectorIds: [] } },
      records: ["ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"],
    },
    {
      name: "several documents in one list (jq -s)",
      files: { x: [{ SecurityGroups: groups }, { Vpcs: [{ VpcId: "vpc-00000001" }] }] },
      records: ["ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"],
    },
    {
      name: "documents gathered under names",
      files: {
        x: {
          "security-groups": { SecurityGroups: groups },
          vpcs: [{ VpcId: "vpc-00000001", CidrBlock: "10.0.0.0/8" }],
        },
      },
      records: ["ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"],
    },
    {
      name: "a document and a list in one object",
      files: { x: { VpcBlockPublicAccessOptions: {}, SecurityGroups: groups } },
      records: ["ec2:DescribeSecurityGroups", "ec2:DescribeVpcBlockPublicAccessOptions"],
    },
    {
      name: "an SDK's answer with metadata",
      files: { x: { ResponseMetadata: { HTTPStatusCode: 200 }, SecurityGroups: groups } },
      records: ["ec2:DescribeSecurityGroups"],
    },
    {
      name: "bare ids under the operation's name",
      files: { "guardduty-list-detectors": [detector] },
      records: ["guardduty:ListDetectors"],
    },
    {
      name: "no administrator",
      files: { "guardduty-list-detectors": [detector], "guardduty-get-administrator-account.json": {} },
      records: ["guardduty:GetAdministratorAccount", "guardduty:ListDetectors"],
    },
    {
      name: "account authorization details",
      files: {
        x: {
          UserDetailList: [{ UserName: "u" }],
          GroupDetailList: [],
          RoleDetailList: [{ RoleName: "r" }],
          Policies: [],
        },
      },
      records: ["iam:GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails"],
    },
  ];
  it.each(shapes)("reads $name", ({ files, records }) => {
    expect(recordsIn(importDump(placed(files))).map((record) => record.split(" ")[0])).toEqual(records);
  });

  const strangers: readonly { name: string; value: Json }[] = [
    {
      name: "WAF's rule groups",
      value: { RuleGroups: [{ Name: "g", Id: "1", ARN: `arn:aws:wafv2:${region}:${account}:regional/rulegroup/g/1` }] },
    },
    {
      name: "Global Accelerator's listeners",
      value: { Listeners: [{ ListenerArn: "arn:aws:globalaccelerator::1:accelerator/1", Protocol: "TCP" }] },
    },
    {
      name: "OpenSearch's VPC endpoints",
      value: { VpcEndpoints: [{ VpcEndpointId: "aos-1", VpcOptions: { VPCId: "vpc-00000001" } }] },
    },
    {
      name: "describe-prefix-lists",
      value: { PrefixLists: [{ PrefixListId: "pl-63a5400a", PrefixListName: "s3", Cidrs: [] }] },
    },
    {
      name: "a load balancer's attributes",
      value: {
        Attributes: [
          { Key: "deletion_protection.enabled", Value: "true" },
          { Key: "load_balancing.cross_zone.enabled", Value: "true" },
        ],
      },
    },
    { name: "Security Hub's administrator", value: { Administrator: { AccountId: account, MemberStatus: "ENABLED" } } },
    {
      name: "Security Hub's organization configuration",
      value: { AutoEnable: true, MemberAccountLimitReached: false, AutoEnableStandards: "NONE" },
    },
    { name: "Account Management's Regions", value: { Regions: [{ RegionName: region, RegionOptStatus: "ENABLED" }] } },
    {
      name: "the empty list of groups of a load balancer",
      value: { LoadBalancerName: "nlb", Scheme: "internal", SecurityGroups: [] },
    },
    {
      name: "subnets of a Redshift cluster",
      value: { ClusterSubnetGroups: [{ VpcId: "vpc-1", Subnets: [{ SubnetIdentifier: "subnet-1" }] }] },
    },
    {
      name: "empty lists inside of other services' answers",
      value: { Functions: [{ VpcConfig: { SubnetIds: [] }, SecurityGroups: [] }] },
    },
    { name: "an empty object", value: {} },
    { name: "a list of words", value: ["a", "b"] },
    { name: "null", value: null },
  ];
  it.each(strangers)("leaves alone $name", ({ value }) => {
    expect(importDump({ [`${at}/x.json`]: value })).toMatchObject({ used: 0, records: [], coverage: [] });
  });

  it("never fails on JSON that looks like an answer", () => {
    const names = awsOperations.flatMap(({ answer }) => ("member" in answer ? [answer.member] : []));
    const key = fc.oneof(
      fc.constantFrom(...names, "GroupId", "Location", "Format", "Status", "Account", "__proto__"),
      fc.string(),
    );
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 3 }),
        (values) => void importDump({ "a/b": values, "a/c": values[0] ?? null }),
      ),
    );
  });
});
