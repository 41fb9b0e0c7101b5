import type { ActionTable } from "../../../../identity/actions.ts";
import { isEmptyBits, subtractBits, unionBits, type Bits } from "../../../../identity/bits.ts";
import type { Statement } from "../../../../identity/statement.ts";
import type { AwsIdentity } from "./identities.ts";
import type { Policies } from "./policies.ts";
import { policyKey, type ManagedPolicy, type Roster } from "./roster.ts";

/**
 * The users and roles as they would be if another version of one of their policies were the default one. Only versions that allow an action which is
 * asked about, and which the default one does not allow, make any difference.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
 */
export function variantsOf(
  identities: readonly AwsIdentity[],
  roster: Roster,
  policies: Policies,
  table: ActionTable,
): readonly AwsIdentity[] {
  const others = new Map<
    string,
    { readonly policy: ManagedPolicy; readonly versions: readonly (readonly Statement[])[] }
  >();
  for (const policy of roster.policies.values()) {
    if (policy.arn.includes(":iam::aws:") || policy.versions.length < 2) continue;
    const standard = policy.versions
      .filter(({ isDefault }) => isDefault)
      .flatMap((each) => policies.versionOf(policy, each));
    const versions = policy.versions
      .filter(({ isDefault }) => !isDefault)
      .map((each) => policies.versionOf(policy, each))
      .filter((statements) => !isEmptyBits(subtractBits(allowed(statements, table), allowed(standard, table))));
    if (versions.length > 0) others.set(policyKey(policy.account, policy.arn), { policy, versions });
  }
  if (others.size === 0) return [];
  return identities.flatMap(({ identity, entity, trust }, index) => {
    if (entity === null || entity.kind === "group") return [];
    const { grants, caps } = identity.assigned;
    const held = new Set(grants.map(({ ref }) => policyKey(entity.account, ref.policy)));
    return [...held].flatMap((key) => {
      const { policy, versions = [] } = others.get(key) ?? {};
      if (policy === undefined) return [];
      const rest = grants.filter(({ ref }) => ref.policy !== policy.arn);
      return versions.map((version): AwsIdentity => ({
        identity: {
          ...identity,
          principal: null,
          id: `${identity.id} with ${version[0]?.ref.policy ?? "another version"}`,
          assigned: { grants: [...rest, ...version], caps },
          variantOf: index,
        },
        item: null,
        entity: null,
        trust,
        stranger: null,
        isNew: false,
        otherVersion: policy,
      }));
    });
  });
}

function allowed(statements: readonly Statement[], table: ActionTable): Bits {
  return unionBits(
    table.names.length,
    statements.filter(({ effect }) => effect === "allow").map(({ actions }) => table.bitsOf(actions)),
  );
}
