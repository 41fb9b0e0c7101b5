import type { Coverage } from "../../../../src/model/coverage.ts";
import type { ReportTarget } from "../../../../src/model/report.ts";
import type { Target } from "../../../../src/model/resource.ts";
import { understandAws } from "../../../../src/providers/aws/understand/understand.ts";
import type { Understanding } from "../../../../src/providers/provider.ts";
import type { Snapshot, VendorObject } from "../../../../src/snapshot/record.ts";

/** The account and Region that answers come from where nothing else is said. */
export const here: Target = { cloud: "aws", account: "111122223333", region: "eu-west-1" };

/** What one operation of one account and Region gave. */
export interface Answer {
  readonly operation: string;
  readonly items: readonly VendorObject[];
  readonly target?: Target;
  readonly request?: Readonly<Record<string, string>>;
}

/** A snapshot of some answers; every operation of the targets was read completely, but for the rows given. */
export function smallSnapshot(
  answers: readonly Answer[],
  {
    coverage = [],
    source = "live",
  }: { readonly coverage?: readonly Coverage[]; readonly source?: Snapshot["source"] } = {},
): Snapshot {
  const targets = new Map(
    [here, ...answers.map(({ target = here }) => target)].map((each) => [JSON.stringify(each), each]),
  );
  return {
    source,
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:00:01Z",
    targets: [...targets.values()].map(scanned),
    records: answers.flatMap(({ operation, items, target = here, request }) =>
      items.map((data) => ({ ...target, operation, data, ...(request === undefined ? {} : { request }) })),
    ),
    coverage: [...[...targets.values()].map((target) => ended("*", "complete", target)), ...coverage],
    notes: [],
  };
}

function scanned({ cloud, account, region }: Target): ReportTarget {
  return { cloud, account, region, name: null, status: "scanned", note: null };
}

/** How an operation ended; denied unless said otherwise. */
export function ended(operation: string, status: Coverage["status"] = "denied", target: Target = here): Coverage {
  return { ...target, operation, status, items: 0, error: status === "complete" ? null : `${operation} ${status}` };
}

/** What AWS's answers mean. */
export function understood(answers: readonly Answer[], options?: Parameters<typeof smallSnapshot>[1]): Understanding {
  return understandAws(smallSnapshot(answers, options));
}
