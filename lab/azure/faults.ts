import type { Fault as OrderedFault } from "../faults.ts";

/**
 * What goes wrong to order.
 * - `access-denied`, `throttled` (with Retry-After), `server-error` (500), `unavailable` (503): errors in ARM's own words.
 * - `expired-token`: ARM takes the token for one that has expired. `unregistered`: the resource provider is not registered.
 * - `unlicensed`: the tenant has no licence for it.
 * - `gone`: what was asked about was deleted.
 * - `timeout`: the request is never answered. `reset`: the connection is cut before the answer. `cut-off`: in the middle of it.
 * - `malformed`: an HTML page with status 200. `slow`: the right answer, late. `redirect`: to another host.
 * - `repeated-token`: every page names the same next page. `empty-page`: a listing begins with a page that has no items but a link.
 * - `foreign-link`: the next page is said to be at another host.
 */
export type FaultKind =
  | "access-denied"
  | "throttled"
  | "server-error"
  | "unavailable"
  | "expired-token"
  | "unregistered"
  | "unlicensed"
  | "gone"
  | "timeout"
  | "reset"
  | "cut-off"
  | "malformed"
  | "slow"
  | "redirect"
  | "repeated-token"
  | "empty-page"
  | "foreign-link";

/**
 * A fault to order. The operation is the action of Azure's access control, `Microsoft.Network/routeTables/read`, or `Microsoft.Network/*`,
 * or `*`; what Microsoft Graph is asked is `microsoft.graph/groups` and the like; requests for a token are `token`. The account is a
 * subscription, or the tenant for Microsoft Graph.
 */
export type Fault = OrderedFault<FaultKind>;
