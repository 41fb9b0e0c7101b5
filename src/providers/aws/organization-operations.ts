import type { SnapshotRecord } from "../../snapshot/record.ts";
import type { ParentRequest } from "../shared/ask.ts";
import { type Ask, type AwsOperation, nextToken, operation, perRecord } from "./operation.ts";

const disabledBy = ["AWSOrganizationsNotInUseException"];

/** Members that stand alone know roots of no organization; other members are denied the roots, and nothing more is asked of them. */
const listRoots = "organizations:ListRoots";
const listUnits = "organizations:ListOrganizationalUnitsForParent";

/** One request for the organization, once its root is known. */
const onceRooted = (...members: readonly Readonly<Record<string, string>>[]): Ask => ({
  how: "per-parent",
  parents: [listRoots],
  requests: () => members.map((each): ParentRequest => ({ members: each })),
  keep: [...new Set(members.flatMap(Object.keys))],
});

/** One request per root and organizational unit. */
const perParent = (record: SnapshotRecord): readonly ParentRequest[] => {
  const { Id: id } = record.data;
  return typeof id === "string" ? [{ members: { ParentId: id } }] : [];
};

const perPolicy = (keep: readonly string[]): Ask => perRecord("organizations:ListPolicies", "Id", "PolicyId", keep);

function listing(name: string, member: string, ask: Ask): AwsOperation {
  return operation("organizations", name, {
    scope: "organization",
    answer: { kind: "list", member },
    paging: nextToken(20),
    ask,
    disabledBy,
  });
}

/**
 * What AWS Organizations says: its accounts, how they hang together, and the policies that limit them. Any member may ask what it belongs
 * to; the rest is told to the management account and delegated administrators alone.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html
 */
export const organizationOperations: readonly AwsOperation[] = [
  operation("organizations", "DescribeOrganization", {
    scope: "account",
    ask: { how: "connecting" },
    answer: { kind: "document" },
    disabledBy,
  }),
  operation("organizations", "ListAccounts", {
    scope: "account",
    ask: { how: "connecting" },
    answer: { kind: "list", member: "Accounts" },
    paging: nextToken(20),
    disabledBy,
  }),
  listing("ListRoots", "Roots", { how: "once", members: {} }),
  listing("ListOrganizationalUnitsForParent", "OrganizationalUnits", {
    how: "per-parent",
    parents: [listRoots],
    requests: perParent,
    keep: ["ParentId"],
    recurs: true,
  }),
  listing("ListAccountsForParent", "Accounts", {
    how: "per-parent",
    parents: [listRoots, listUnits],
    requests: perParent,
    keep: ["ParentId"],
  }),
  listing("ListDelegatedAdministrators", "DelegatedAdministrators", onceRooted({})),
  listing(
    "ListPolicies",
    "Policies",
    onceRooted({ Filter: "SERVICE_CONTROL_POLICY" }, { Filter: "RESOURCE_CONTROL_POLICY" }),
  ),
  operation("organizations", "DescribePolicy", {
    scope: "organization",
    answer: { kind: "document" },
    ask: perPolicy([]),
    goneBy: ["PolicyNotFoundException"],
  }),
  {
    ...listing("ListTargetsForPolicy", "Targets", perPolicy(["PolicyId"])),
    goneBy: ["PolicyNotFoundException"],
  },
];
