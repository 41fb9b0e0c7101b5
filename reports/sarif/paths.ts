import { createHash } from "node:crypto";
import type { ResourceRef, Target } from "../../src/model/resource.ts";
import { longestSegment } from "./limits.ts";

/**
 * Where a finding lies, for a reader that only knows files: a relative path in a repository that has no such file. GitHub rejects
 * any scheme but `file:` and any result without a path; it takes a path that does not exist, and lets people filter by it.
 *
 * `aws/<account>/<region>/<service>/<kind>/<id>`. It rests on ids alone: a path that changes from scan to scan (a name, a time)
 * would open new alerts every night until GitHub blocks uploads.
 */
export function virtualPath(resource: ResourceRef): string {
  const [, ...kind] = resource.type.split(":");
  return [...targetSegments(resource), ...kind, ...idSegments(resource)].map(pathSegment).join("/");
}

/**
 * The category under which GitHub files a target's alerts, in `automationDetails.id`: `rampart/<cloud>/<account>/<region>/`.
 * An upload closes every alert of its category that it does not repeat, so a category must never be wider than what is read
 * together: one per account and Region, or `--region eu-west-1` today would close what `--region us-east-1` found yesterday.
 */
export function categoryId(target: Target): string {
  return `rampart/${targetSegments(target).map(pathSegment).join("/")}/`;
}

function targetSegments(target: Target): string[] {
  return [target.cloud, target.account, target.region];
}

/** ARM ids and Google paths open with the account that the path already has: `subscriptions/<id>`, `projects/<id>`; ARNs of IAM with kind and account. */
function idSegments({ id: whole, account, type }: ResourceRef): string[] {
  const kind = `${type.split(":").at(-1) ?? ""}/`;
  const [scheme, , service, , owner, ...rest] = whole.split(":");
  const own = rest.join(":");
  const isOwn = scheme === "arn" && service === "iam" && owner === account && own.startsWith(kind);
  const id = isOwn ? own.slice(kind.length) : whole;
  const segments = id.split("/").filter((segment) => segment !== "");
  return segments[1] === account ? segments.slice(2) : segments;
}

/**
 * One segment, percent-encoded; different texts give different segments, short of a hash collision. `.` and `..` would climb and
 * an empty one would vanish, so an underscore holds their place.
 */
function pathSegment(segment: string): string {
  if (/^_*\.{0,2}$/.test(segment)) {
    return `_${segment}`;
  }
  if (segment.length <= longestSegment && segment.isWellFormed()) {
    return encodeURIComponent(segment);
  }
  const digest = createHash("sha256").update(JSON.stringify(segment)).digest("hex").slice(0, 16);
  return encodeURIComponent(`${segment.slice(0, longestSegment).toWellFormed()}~${digest}`);
}
