import type { Principal } from "../../../../identity/principal.ts";
import type { Groups } from "./groups.ts";
import type { Member } from "./members.ts";
import { isServiceAgent, type Place, type Places } from "./places.ts";

/** Someone whom policies may speak of. */
export interface Someone {
  readonly member: Member;
  readonly home: Principal["home"];
  /** Where a service account or a pool lies; null for everyone else, and for those of places that were not scanned. */
  readonly place: Place | null;
}

/** What telling who is meant rests on. */
export interface AmongInput {
  readonly places: Places;
  readonly groups: Groups;
  /** The id of the organization's own customer; null where it was not told. */
  readonly customer: string | null;
}

/**
 * Whether a principal of a policy takes someone in; null where what was read does not tell.
 * https://docs.cloud.google.com/iam/docs/principal-identifiers#deny
 */
export function isAmong(who: Someone, named: Member, { places, groups, customer }: AmongInput): boolean | null {
  const { member, home, place } = who;
  switch (named.kind) {
    case "public":
      return named.id === "allUsers" || member.id !== "allUsers";
    case "user":
    case "service-account":
      return member.id === named.id;
    case "group":
      return member.id === named.id || groups.has(named.address, member.id);
    case "domain":
      return member.id === named.id || (member.kind === "user" && member.address.endsWith(`@${named.address}`));
    case "customer":
      if (member.kind !== "user" && member.kind !== "group" && member.kind !== "domain") return false;
      if (home !== "own") return home === "outside" ? false : null;
      return customer === null ? null : customer === named.customer;
    case "accounts-of": {
      if (member.kind !== "service-account" || isServiceAgent(member.address) !== named.agents) return false;
      if (place === null) return home === "own" ? false : null;
      const above = places.find(named.place);
      if (above !== null) return places.isBelow(place, above);
      return place.above === null ? null : place.above.includes(named.place);
    }
    case "federated":
      if (member.kind !== "federated" || !isSamePool(member.pool, named.pool, places)) return false;
      if (member.id === named.id || named.told === null || member.told === named.told) return true;
      // Everyone of a pool is not one of it, and neither is somebody else; one attribute says nothing of another.
      if (member.told === null || [member.told, named.told].every((told) => told.startsWith("subject/"))) return false;
      return null;
    case "convenience":
    case "deleted":
      return false;
    case "unknown":
      return null;
  }
}

/** A pool is named by its project's number or id; those of clusters by themselves, too, for each project has one. */
export function isSamePool(a: string, b: string, places: Places): boolean {
  if (a === b) return true;
  const [cluster, same] = [a, b].map(
    (pool) => /(?:^|\/workloadIdentityPools\/)([\w.:-]+\.svc\.id\.goog)$/.exec(pool)?.[1],
  );
  if (cluster !== undefined && same !== undefined) return cluster === same;
  const [project, ...rest] = [a, b].map((pool) => /^(projects\/[^/]+)\/(.+)$/.exec(pool));
  const other = rest[0];
  if (project === null || project === undefined || other === null || other === undefined) return false;
  const [, first = "", below] = project;
  const [, second = "", under] = other;
  const place = places.find(first);
  return below === under && place !== null && place === places.find(second);
}
