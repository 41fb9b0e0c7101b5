import { globalRegion } from "../../../model/resource.ts";
import type { Snapshot } from "../../../snapshot/record.ts";
import type { RecordIndex } from "../../../snapshot/records.ts";
import { text } from "../../read.ts";

const describeOrganization = "organizations:DescribeOrganization";
const listAccounts = "organizations:ListAccounts";

/** Whose accounts these are. */
export interface Accounts {
  /** Accounts of the scan and, where it was read, of their organization. */
  readonly own: ReadonlySet<string>;
  /**
   * True when an organization's account list was read to its end, or every account of the scan is in no organization, so that an account not in `own` is
   * certainly outside.
   */
  readonly organizationKnown: boolean;
}

/** The accounts that belong to whoever is scanned. */
export function understandAccounts(snapshot: Snapshot, index: RecordIndex): Accounts {
  const scanned = snapshot.targets.filter(({ cloud }) => cloud === "aws").map(({ account }) => account);
  const standAlone = scanned.filter((account) => {
    const row = index.coverage({ cloud: "aws", account, region: globalRegion }, describeOrganization);
    return row?.operation === describeOrganization && row.status === "disabled";
  });
  const listed = index.all(listAccounts).flatMap(({ data }) => text(data, "Id") ?? []);
  return {
    own: new Set([...scanned, ...listed]),
    organizationKnown:
      (scanned.length > 0 && standAlone.length === scanned.length) ||
      snapshot.coverage.some(({ operation, status }) => operation === listAccounts && status === "complete"),
  };
}
