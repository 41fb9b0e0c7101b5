import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { awsRecogniser } from "../../../src/providers/aws/import/recognise.ts";
import { importFiles } from "../../../src/snapshot/import.ts";
import { statusOf } from "./import-dump.ts";

const dump = resolve(import.meta.dirname, "../../../../shared/data/aws-cli-dump");

describe.skipIf(!existsSync(dump))("a real dump", () => {
  it("gives everything it holds about firewalls, under its own account and Region", async () => {
    const snapshot = await importFiles([dump], [awsRecogniser]);
    const here = (operation: string): unknown[] =>
      snapshot.records
        .filter((record) => record.operation === operation)
        .map(({ account: owner, region: place }) => `${owner}/${place}`);
    const counts = {
      "ec2:DescribeSecurityGroups": 8,
      "ec2:DescribeInstances": 1,
      "ec2:DescribeNetworkInterfaces": 1,
      "ec2:DescribeSubnets": 4,
      "ec2:DescribeVpcs": 1,
      "ec2:DescribeVpcEndpoints": 2,
      "elasticloadbalancing:DescribeLoadBalancers": 1,
      "elasticloadbalancingv2:DescribeLoadBalancers": 1,
    };
    for (const [operation, count] of Object.entries(counts)) {
      expect(here(operation), operation).toEqual(Array.from({ length: count }, () => "123456789012/us-east-1"));
      expect(statusOf(snapshot, operation, "us-east-1")).toBe(`complete ${count}`);
    }
    expect(snapshot.targets.map(({ account: owner, region: place }) => `${owner}/${place}`)).toEqual([
      "123456789012/us-east-1",
    ]);
    expect(statusOf(snapshot, "guardduty:ListDetectors", "us-east-1")).toBe("complete 0");
    expect(statusOf(snapshot, "guardduty:GetIPSet", "us-east-1")).toBe("complete 0");
    expect(statusOf(snapshot, "ec2:DescribeNetworkAcls", "us-east-1")).toBe("skipped 0");
    expect(snapshot.unused).toHaveLength(33);
    expect(snapshot.notes).toEqual([
      expect.stringMatching(/^33 files in .*aws-cli-dump.* hold nothing that Rampart reads: /),
    ]);
  });

  it("gives what it holds about identities", async () => {
    const snapshot = await importFiles([dump], [awsRecogniser]);
    const requests = (operation: string): unknown[] =>
      snapshot.records
        .filter((record) => record.operation === operation && record.account === "123456789012")
        .map(({ request }) => request ?? null);
    const kinds = requests("iam:GetAccountAuthorizationDetails").map((request) => JSON.stringify(request));
    expect(
      Object.fromEntries([...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => [kind, all.length])),
    ).toEqual({
      '{"Kind":"user"}': 2,
      '{"Kind":"group"}': 1,
      '{"Kind":"role"}': 4,
      '{"Kind":"policy"}': 2,
    });
    expect(statusOf(snapshot, "iam:GetAccountAuthorizationDetails", "global")).toBe("complete 9");
    expect(statusOf(snapshot, "iam:GetCredentialReport", "global")).toBe("complete 3");
    expect(statusOf(snapshot, "iam:ListSAMLProviders", "global")).toBe("complete 0");
    expect(statusOf(snapshot, "lambda:ListFunctions", "us-east-1")).toBe("complete 1");
    expect(statusOf(snapshot, "ecs:DescribeTasks", "us-east-1")).toBe("complete 1");
    // The files are named after the job alone: what began it says whom it is about.
    expect(requests("iam:GetServiceLastAccessedDetails")).toContainEqual({
      Arn: "arn:aws:iam::123456789012:role/service-role/level1",
    });
  });

  it("gives the same from its files, named one by one in any order", async () => {
    const files = ["us-east-1", "describe-regions.json"].map((name) => join(dump, name));
    const [whole, parts] = [
      await importFiles([dump], [awsRecogniser]),
      await importFiles(files.toReversed(), [awsRecogniser]),
    ];
    expect(parts.records).toEqual(whole.records);
    expect(parts.coverage).toEqual(whole.coverage);
  });
});
