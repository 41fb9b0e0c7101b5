import type { SnapshotRecord } from "../../snapshot/record.ts";

/** Request members by name. */
export type RequestMembers = Readonly<Record<string, string>>;

/** One request that a parent's record gives rise to; `skip` says why it can't be sent. */
export interface ParentRequest {
  readonly members: RequestMembers;
  readonly skip?: string;
}

/** How often an operation is sent. */
export type Ask =
  | { readonly how: "once" }
  | {
      /** Once for each request that the records of other operations on the same target give rise to. */
      readonly how: "per-parent";
      readonly parents: readonly string[];
      /** `all`: everything that the parents left, for what one record alone does not tell. */
      readonly requests: (parent: SnapshotRecord, all: readonly SnapshotRecord[]) => readonly ParentRequest[];
      /** The members that the answer does not repeat, which therefore go into the record's `request`. */
      readonly keep: readonly string[];
      /** Whether the operation's own records are parents too, as units of an organization hold units. */
      readonly recurs?: true;
    }
  /** As a part of another operation, which leaves the records and the coverage row. */
  | { readonly how: "within" }
  /** While finding out what to scan, with what only the provider's connect.ts knows. */
  | { readonly how: "connecting" };

/** What is common to the operations of every cloud. */
export interface ReadOperation {
  /** How records and coverage name it. */
  readonly id: string;
  readonly ask: Ask;
}
