import type { Fault as OrderedFault } from "../faults.ts";

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

/** A fault to order: `ec2:DescribeNetworkAcls`, `guardduty:*`, `*`. */
export type Fault = OrderedFault<FaultKind>;
