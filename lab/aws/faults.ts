/**
 * What goes wrong to order.
 * - `access-denied`, `throttled` (with Retry-After), `server-error` (500), `unavailable` (503): errors in the service's own words.
 * - `region-off`: the Region knows none of the credentials, as when it is not opted in.
 * - `timeout`: the request is never answered. `reset`: the connection is cut before the answer. `cut-off`: in the middle of it.
 * - `malformed`: an HTML page with status 200. `slow`: the right answer, late.
 * - `repeated-token`: every page names the same next page. `empty-page`: a listing begins with a page that has no items but a token.
 */
export type FaultKind =
  | "access-denied"
  | "throttled"
  | "server-error"
  | "unavailable"
  | "region-off"
  | "timeout"
  | "reset"
  | "cut-off"
  | "malformed"
  | "slow"
  | "repeated-token"
  | "empty-page";

/** A fault to order. It hits every call that fits, unless `from` and `times` say otherwise. */
export interface Fault {
  /** `ec2:DescribeNetworkAcls`, `guardduty:*`, `*`. */
  readonly operation: string;
  readonly kind: FaultKind;
  readonly account?: string;
  readonly region?: string;
  /** The first fitting call that it hits, counted from 1 (the default). */
  readonly from?: number;
  /** How many calls it hits; absent means all from then on. */
  readonly times?: number;
  /** For `throttled` and `unavailable`: the Retry-After header in seconds. 1 when absent. */
  readonly retryAfterSeconds?: number;
  /** For `slow`: how late the answer is, in milliseconds. 200 when absent. */
  readonly delayMs?: number;
}

/** The faults of a running lab, which may be changed while it runs. */
export interface FaultControl {
  /** Orders one more fault. */
  add(fault: Fault): void;
  /** Puts these in the place of all others; their counts begin anew. */
  set(faults: readonly Fault[]): void;
  /** Ends all faults. */
  clear(): void;
}

/** The call that a fault may hit. */
export interface FaultTarget {
  readonly operation: string;
  readonly account: string | null;
  readonly region: string;
}

/** Keeps the ordered faults and their counts. `next` counts the call and tells the first fault that hits it. */
export function createFaults(
  initial: readonly Fault[],
): FaultControl & { readonly next: (target: FaultTarget) => Fault | null } {
  let orders = initial.map(order);
  return {
    add(fault) {
      orders.push(order(fault));
    },
    set(faults) {
      orders = faults.map(order);
    },
    clear() {
      orders = [];
    },
    next(target) {
      let hit: Fault | null = null;
      for (const entry of orders) {
        if (!fits(entry.fault, target)) continue;
        entry.seen += 1;
        const first = entry.fault.from ?? 1;
        const last = first + (entry.fault.times ?? Infinity) - 1;
        if (entry.seen >= first && entry.seen <= last) hit ??= entry.fault;
      }
      return hit;
    },
  };
}

/** Whether an operation is among those that a pattern names: `ec2:DescribeVpcs`, `ec2:*`, `*`. */
export function namesOperation(pattern: string, operation: string): boolean {
  return pattern === "*" || pattern === operation || pattern === `${operation.split(":")[0] ?? ""}:*`;
}

function order(fault: Fault): { readonly fault: Fault; seen: number } {
  return { fault, seen: 0 };
}

function fits(fault: Fault, target: FaultTarget): boolean {
  return (
    namesOperation(fault.operation, target.operation) &&
    (fault.account === undefined || fault.account === target.account) &&
    (fault.region === undefined || fault.region === target.region)
  );
}
