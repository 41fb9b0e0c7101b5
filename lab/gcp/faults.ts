import type { Fault as OrderedFault } from "../faults.ts";

/**
 * What goes wrong to order.
 * - `access-denied`, `throttled` (429 with Retry-After), `rate-limited` (403 rateLimitExceeded, as Compute Engine says it too),
 *   `server-error` (500), `unavailable` (503 with Retry-After): errors in Google's own words.
 * - `expired-token`: the token is taken for one that has expired. `api-disabled`: the API is switched off for the project that asks.
 * - `gone`: what was asked about was deleted. `precondition`: 400, as for a resource that is not ready.
 * - `timeout`: the request is never answered. `reset`: the connection is cut before the answer. `cut-off`: in the middle of it.
 * - `malformed`: an HTML page with status 200. `wrong-shape`: JSON that is not what was asked for. `slow`: the right answer, late.
 *   `redirect`: to another host.
 * - `repeated-token`: every page names the same next page. `empty-page`: a listing begins with a page that has no items but a token.
 * - `unreachable-scope`: an aggregated listing does without the last scope that holds anything, and warns of it.
 */
export type FaultKind =
  | "access-denied"
  | "throttled"
  | "rate-limited"
  | "server-error"
  | "unavailable"
  | "expired-token"
  | "api-disabled"
  | "gone"
  | "precondition"
  | "timeout"
  | "reset"
  | "cut-off"
  | "malformed"
  | "wrong-shape"
  | "slow"
  | "redirect"
  | "repeated-token"
  | "empty-page"
  | "unreachable-scope";

/**
 * A fault to order. The operation is a Discovery method id, `compute.instances.aggregatedList`, or `compute.*`, or `*`; requests for a token
 * are `token`, and what else the metadata server is asked is `metadata`. The account is a project by id, or `organizations/<id>`, or
 * `folders/<id>`; the region is a region or zone, or `global`.
 */
export type Fault = OrderedFault<FaultKind>;
