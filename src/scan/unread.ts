import { isKnown, type Coverage, type CoverageStatus } from "../model/coverage.ts";
import type { Facet } from "../model/facet.ts";
import type { Remediation } from "../model/finding.ts";
import { globalRegion, type Cloud, type Target } from "../model/resource.ts";
import type { Provider } from "../providers/provider.ts";
import { indexRecords, type RecordIndex } from "../snapshot/records.ts";

/** An operation that something needed and that was not read completely on a target. */
export interface Unread {
  readonly operation: string;
  readonly status: CoverageStatus;
  /** What the coverage record says of it, for people; null where it says nothing. */
  readonly error: string | null;
  /** Whether a part of it was read all the same: pages of a dump, answers about some resources. */
  readonly inPart: boolean;
  /** What the operation needs, in the words of the cloud's access control. */
  readonly permissions: readonly string[];
}

/**
 * A function that tells which operations behind some facets were not read completely on a target, each once, in the order of the
 * facets. A facet that a cloud does not have needs nothing; an operation without a coverage record was never asked (`skipped`).
 */
export function unreadOperations(
  coverage: readonly Coverage[],
  providers: readonly Pick<Provider, "cloud" | "operations" | "permissionsFor">[],
): (target: Target, facets: readonly Facet[]) => readonly Unread[] {
  const index = indexRecords({ records: [], coverage });
  return (target, facets) => {
    const provider = providers.find(({ cloud }) => cloud === target.cloud);
    if (provider === undefined) throw new Error(`no provider for the cloud ${target.cloud}`);
    const operations = new Set(facets.flatMap((facet) => provider.operations(facet, target)));
    return [...operations].flatMap((operation): readonly Unread[] => {
      const row = rowFor(index, target, operation);
      if (row !== null && isKnown(row.status)) return [];
      const permissions = provider.permissionsFor(operation);
      const inPart = row !== null && row.operation === operation && row.items > 0;
      return [{ operation, status: row?.status ?? "skipped", error: row?.error ?? null, inPart, permissions }];
    });
  };
}

/**
 * The coverage record that speaks for an operation on a target: its own, the one for every operation of the target, or, for services
 * without Regions, the account's global one. What a whole account lacks explains a missing record, but makes nothing known.
 */
function rowFor(index: RecordIndex, target: Target, operation: string): Coverage | null {
  const own = index.coverage(target, operation);
  if (own !== null) return own;
  const global = index.coverage({ ...target, region: globalRegion }, operation);
  const speaksOfAll = global?.operation === "*";
  return speaksOfAll && isKnown(global.status) ? null : global;
}

/** `ec2:DescribeNetworkAcls was denied (needs ec2:DescribeNetworkAcls)`: one unread operation in words. */
export function describeUnread({ operation, status, inPart, permissions }: Unread): string {
  if (status === "skipped" && inPart) return `${operation} was read only in part`;
  const needs = permissions.length === 0 ? "" : ` (needs ${permissions.join(", ")})`;
  return `${operation} ${statusWords[status]}${needs}`;
}

const statusWords: Readonly<Record<CoverageStatus, string>> = {
  complete: "was read",
  disabled: "is switched off",
  denied: "was denied",
  throttled: "was throttled",
  unreachable: "could not be reached",
  malformed: "gave a malformed answer",
  skipped: "was not asked",
};

/** How to get to know what could not be read. */
export function unreadRemediation(cloud: Cloud, unread: readonly Unread[]): Remediation {
  const lacking = unread.filter(({ status, inPart }) => status === "denied" || (status === "skipped" && !inPart));
  const permissions = [...new Set(lacking.flatMap(({ permissions: needed }) => needed))];
  const cutShort = unread.filter(({ status, inPart }) => status === "skipped" && inPart);
  const grant =
    permissions.length === 0 && cutShort.length > 0
      ? `Add what is missing of ${cutShort.map(({ operation }) => operation).join(", ")}, or find out why it was not read whole, and scan again.`
      : permissions.length === 0
        ? "Scan again; if it stays so, look at the coverage of the report for what went wrong."
        : `Let the scanning identity use ${permissions.join(", ")}, or add the missing answers to the import, and scan again.`;
  return { console: grant, cli: [`rampart permissions ${cloud}`], terraform: null };
}
