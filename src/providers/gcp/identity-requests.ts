import type { Json } from "../../model/finding.ts";
import type { SnapshotRecord, VendorObject } from "../../snapshot/record.ts";
import { object, objects, text, texts } from "../read.ts";
import type { ParentRequest } from "../shared/ask.ts";

/** What is to be asked of one record. */
type RequestsOf = (parent: SnapshotRecord) => readonly ParentRequest[];

const strangeName = "it is no name that Google gives";

/** A name as it goes into a path under `member`; what cannot go into one is said. */
function named(member: string, name: Json | undefined, pattern: RegExp): readonly ParentRequest[] {
  if (typeof name === "string" && pattern.test(name)) return [{ members: { [member]: name } }];
  return [{ members: { [member]: typeof name === "string" ? name : JSON.stringify(name ?? null) }, skip: strangeName }];
}

/** Each service account, by its name: `projects/p/serviceAccounts/a@p.iam.gserviceaccount.com`. */
export const serviceAccounts: RequestsOf = ({ data }) =>
  named("serviceAccount", data["name"], /^projects\/[\w.:-]+\/serviceAccounts\/[\w.+:@-]+$/);

/** Each deny policy: a listing tells everything of it but its rules. Its name is encoded as it comes. */
export const denyPolicies: RequestsOf = ({ data }) =>
  named("name", data["name"], /^policies\/[\w.-]+(?:%2F[\w.:-]+|%3A)+\/denypolicies\/[a-z][\w.-]*$/i);

/** Each pool of identities from outside, of workloads or of people. */
export const pools: RequestsOf = ({ data }) =>
  named(
    "pool",
    data["name"],
    /^(?:projects\/[\w.:-]+\/)?locations\/[\w-]+\/(?:workloadIdentityPools|workforcePools)\/[\w.-]+$/,
  );

/** Each predefined role that an allow policy binds: custom roles are listed with what they hold. */
export const predefinedRoles: RequestsOf = ({ data }) =>
  [...new Set(objects(data, "bindings").map((binding) => text(binding, "role")))]
    .filter((role) => role?.startsWith("roles/") === true)
    .flatMap((role) => named("name", role ?? "", /^roles\/[\w.]+$/));

/**
 * Each group that an allow policy binds, that a deny policy names, or that is a member of another group, by its address.
 * https://docs.cloud.google.com/iam/docs/principal-identifiers
 */
export const groups: RequestsOf = ({ data }) => {
  const bound = objects(data, "bindings").flatMap((binding) => texts(binding, "members").map(boundGroup));
  const denied = objects(data, "rules").flatMap((rule) => {
    const deny: VendorObject = object(rule, "denyRule") ?? {};
    return [...texts(deny, "deniedPrincipals"), ...texts(deny, "exceptionPrincipals")].map(deniedGroup);
  });
  const nested = text(data, "type") === "GROUP" ? [memberAddress(data)] : [];
  return [...new Set([...bound, ...denied, ...nested].filter((address) => address !== null))].map((group) => ({
    members: { group },
  }));
};

function boundGroup(member: string): string | null {
  return /^group:([^?]+)$/.exec(member)?.[1] ?? null;
}

function deniedGroup(principal: string): string | null {
  return /^principalSet:\/\/goog\/group\/([^/?]+)$/.exec(principal)?.[1] ?? null;
}

/** The address of a group's member, as a membership tells it. */
function memberAddress(membership: VendorObject): string | null {
  return text(object(membership, "preferredMemberKey") ?? {}, "id");
}
