import { describe, expect, it } from "vitest";

import type { CoverageStatus } from "../../../../src/model/coverage.ts";
import { settleReadElsewhere } from "../../../../src/providers/aws/understand/read-elsewhere.ts";
import type { Snapshot, SnapshotRecord } from "../../../../src/snapshot/record.ts";

const [management, member] = ["111111111111", "222222222222"];

interface Row {
  readonly account: string;
  readonly operation: string;
  readonly status: CoverageStatus;
}

function settled(region: string, rows: readonly Row[], records: readonly (readonly [string, string, object])[]) {
  const snapshot: Snapshot = {
    source: "snapshot",
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:00:00Z",
    targets: [],
    notes: [],
    coverage: rows.map((row) => ({ cloud: "aws", region, items: 0, error: null, ...row })),
    records: records.map(([account, operation, data]): SnapshotRecord => ({
      cloud: "aws",
      account,
      region,
      operation,
      data: { ...data },
    })),
  };
  return settleReadElsewhere(snapshot).map(({ account, operation, status, error }) =>
    [account === management ? "management" : "member", operation, status, error].join(" "),
  );
}

describe("the policies of an organization, denied to a member", () => {
  const members = [management, member].map((Id) => [management, "organizations:ListAccounts", { Id }] as const);
  const read = ["organizations:ListRoots", "organizations:DescribePolicy"].map((operation): Row => ({
    account: management,
    operation,
    status: "complete",
  }));
  const denied: Row = { account: member, operation: "organizations:ListRoots", status: "denied" };
  const skipped: Row = { account: member, operation: "organizations:DescribePolicy", status: "skipped" };

  it("are known from the account that read them", () => {
    expect(settled("global", [...read, denied, skipped], members).slice(2)).toEqual([
      `member organizations:ListRoots disabled read in account ${management}`,
      `member organizations:DescribePolicy disabled read in account ${management}`,
    ]);
  });

  it.each([
    ["nobody read them", [denied, skipped], members],
    ["the account is no member of what was read", [...read, denied, skipped], members.slice(0, 1)],
  ])("stay unknown where %s", (_why, rows, records) => {
    expect(settled("global", rows, records).slice(-2)).toEqual([
      "member organizations:ListRoots denied ",
      "member organizations:DescribePolicy skipped ",
    ]);
  });

  it("stay unknown as far as the other account lacks them too", () => {
    const [roots] = read;
    const lacking: Row = { account: management, operation: "organizations:DescribePolicy", status: "denied" };
    expect(settled("global", [...(roots === undefined ? [] : [roots]), lacking, skipped], members).at(-1)).toBe(
      "member organizations:DescribePolicy skipped ",
    );
  });
});

describe("what is in the organization's instance of IAM Identity Center, denied to a member", () => {
  const instance = { InstanceArn: "arn:aws:sso:::instance/ssoins-1" };
  const seen = [management, member].map((account) => [account, "sso:ListInstances", instance] as const);
  const row = (account: string, operation: string, status: CoverageStatus): Row => ({ account, operation, status });
  const readBy = (account: string, status: CoverageStatus = "complete"): readonly Row[] => [
    row(account, "sso:ListInstances", "complete"),
    row(account, "sso:ListPermissionSets", status),
    row(account, "identitystore:ListUsers", status === "complete" ? "complete" : "skipped"),
  ];

  it("is known from the account that read it", () => {
    expect(settled("us-east-1", [...readBy(management), ...readBy(member, "denied")], seen).slice(3)).toEqual([
      "member sso:ListInstances complete ",
      `member sso:ListPermissionSets disabled read in account ${management}`,
      `member identitystore:ListUsers disabled read in account ${management}`,
    ]);
  });

  it("is unknown where nobody read it, and where it is not known which instances there are", () => {
    expect(settled("us-east-1", readBy(member, "denied"), seen)[1]).toBe("member sso:ListPermissionSets denied ");
    const unlisted = [...readBy(management), row(member, "sso:ListPermissionSets", "skipped")];
    expect(settled("us-east-1", unlisted, seen).at(-1)).toBe("member sso:ListPermissionSets skipped ");
  });

  it("is unknown where another instance is denied beside it", () => {
    const other = { InstanceArn: "arn:aws:sso:::instance/ssoins-2" };
    const rows = [...readBy(management), ...readBy(member, "denied")];
    expect(settled("us-east-1", rows, [...seen, [member, "sso:ListInstances", other]])[4]).toBe(
      "member sso:ListPermissionSets denied ",
    );
  });
});
