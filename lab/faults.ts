/** A fault to order. It hits every call that fits, unless `from` and `times` say otherwise. */
export interface Fault<Kind> {
  /** `ec2:DescribeNetworkAcls`, `guardduty:*`, `Microsoft.Network/*`, `*`. */
  readonly operation: string;
  readonly kind: Kind;
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
export interface FaultControl<Kind> {
  /** Orders one more fault. */
  add(fault: Fault<Kind>): void;
  /** Puts these in the place of all others; their counts begin anew. */
  set(faults: readonly Fault<Kind>[]): void;
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
export function createFaults<Kind>(
  initial: readonly Fault<Kind>[],
): FaultControl<Kind> & { readonly next: (target: FaultTarget) => Fault<Kind> | null } {
  let orders = initial.map((fault) => order(fault));
  return {
    add(fault) {
      orders.push(order(fault));
    },
    set(faults) {
      orders = faults.map((fault) => order(fault));
    },
    clear() {
      orders = [];
    },
    next(target) {
      let hit: Fault<Kind> | null = null;
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

/** Whether an operation is among those that a pattern names: `ec2:DescribeVpcs`, `ec2:*`, `Microsoft.Network/*`, `*`. */
export function namesOperation(pattern: string, operation: string): boolean {
  return pattern === operation || (pattern.endsWith("*") && operation.startsWith(pattern.slice(0, -1)));
}

function order<Kind>(fault: Fault<Kind>): { readonly fault: Fault<Kind>; seen: number } {
  return { fault, seen: 0 };
}

function fits(fault: Fault<unknown>, target: FaultTarget): boolean {
  return (
    namesOperation(fault.operation, target.operation) &&
    (fault.account === undefined || fault.account === target.account) &&
    (fault.region === undefined || fault.region === target.region)
  );
}
