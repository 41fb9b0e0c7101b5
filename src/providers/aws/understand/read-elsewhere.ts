import { isKnown, type Coverage } from "../../../model/coverage.ts";
import { globalRegion } from "../../../model/resource.ts";
import type { Snapshot } from "../../../snapshot/record.ts";
import { indexRecords, type RecordIndex } from "../../../snapshot/records.ts";
import { text } from "../../read.ts";
import { findAwsOperation } from "../operations.ts";

const listRoots = "organizations:ListRoots";
const listInstances = "sso:ListInstances";
const listPermissionSets = "sso:ListPermissionSets";

/**
 * The coverage with what one account is denied because AWS tells it to another one, whose records are there: the policies of an organization,
 * and what is in its instance of IAM Identity Center. Where nobody's records have it, a denial stays one.
 */
export function settleReadElsewhere(snapshot: Snapshot): readonly Coverage[] {
  const index = indexRecords(snapshot);
  const organizationReaders = readersByMember(index, snapshot.coverage);
  return snapshot.coverage.map((row) => {
    if (row.cloud !== "aws" || isKnown(row.status)) return row;
    const operation = findAwsOperation(row.operation);
    const reader =
      operation?.scope === "organization"
        ? organizationReaders.get(row.account)
        : operation?.service === "sso" || operation?.service === "identitystore"
          ? instanceReader(index, row)
          : undefined;
    if (reader === undefined) return row;
    const { gaps: _, ...rest } = row;
    const told = index.coverage({ ...row, account: reader }, row.operation);
    return told !== null && isKnown(told.status)
      ? { ...rest, status: "disabled" as const, error: `read in account ${reader}` }
      : row;
  });
}

/** For each account of an organization the account that could read it, where there is one. */
function readersByMember(index: RecordIndex, coverage: readonly Coverage[]): ReadonlyMap<string, string> {
  const readers = coverage.filter(
    ({ cloud, region, operation, status }) =>
      cloud === "aws" && region === globalRegion && operation === listRoots && status === "complete",
  );
  return new Map(
    readers.flatMap((reader) =>
      ["organizations:ListAccounts", "organizations:ListAccountsForParent"]
        .flatMap((operation) => index.at(reader, operation))
        .flatMap(({ data }) => {
          const member = text(data, "Id");
          return member === null || member === reader.account ? [] : [[member, reader.account] as const];
        }),
    ),
  );
}

/** The account that could read everything that the row's account sees in its Region but may not read; undefined when there is none. */
function instanceReader(index: RecordIndex, row: Coverage): string | undefined {
  if (row.operation === listInstances || index.coverage(row, listInstances)?.status !== "complete") return undefined;
  const seen = index.at(row, listInstances).flatMap(({ data }) => text(data, "InstanceArn") ?? []);
  const gaps = index.coverage(row, listPermissionSets)?.gaps?.flatMap(({ request }) => request["InstanceArn"] ?? []);
  const readers = (gaps ?? seen).map((instance) =>
    index
      .all(listInstances)
      .find(
        ({ account, region, data }) =>
          account !== row.account &&
          region === row.region &&
          text(data, "InstanceArn") === instance &&
          index.coverage({ cloud: "aws", account, region }, listPermissionSets)?.status === "complete",
      ),
  );
  return readers.every((reader) => reader !== undefined) ? readers[0]?.account : undefined;
}
