import type { Globs } from "../../../../identity/glob.ts";
import type { Cap, Statement } from "../../../../identity/statement.ts";
import { readDocument } from "./policy-document.ts";
import {
  policyKey,
  type IamGroup,
  type IamRole,
  type IamUser,
  type ManagedPolicy,
  type PolicyVersion,
  type Roster,
} from "./roster.ts";
import { readStatements, unreadPolicy, type PolicyPlace } from "./statements.ts";

/** The statements of policies that identities have; those that many have are read once. */
export interface Policies {
  /** What the policies of a user or role grant and deny, those of a user's groups among them. */
  readonly grantsOf: (entity: IamUser | IamRole) => readonly Statement[];
  readonly grantsOfGroup: (group: IamGroup) => readonly Statement[];
  /** The cap of a permissions boundary; null where there is none. */
  readonly boundaryOf: (entity: IamUser | IamRole) => Cap | null;
  /** The statements of one version of a managed policy, as an identity policy. */
  readonly versionOf: (policy: ManagedPolicy, version: PolicyVersion) => readonly Statement[];
}

export function createPolicies(roster: Roster, globs: Globs): Policies {
  const managed = new Map<string, readonly Statement[]>();
  const boundaries = new Map<string, Cap>();
  const groups = new Map(roster.groups.map((group) => [policyKey(group.account, group.name), group]));

  const managedStatements = (
    account: string,
    arn: string,
    layer: string,
    attachedTo: string | null,
  ): readonly Statement[] => {
    // AWS's own policies say the same in every account, but an account tells only of those that it uses.
    const key = JSON.stringify([account, arn, layer, attachedTo]);
    const known = managed.get(key);
    if (known !== undefined) return known;
    const place: PolicyPlace = { policy: arn, layer, attachedTo, padsArns: true, names: "resources" };
    const version = roster.policies.get(policyKey(account, arn))?.versions.find(({ isDefault }) => isDefault);
    const statements =
      version === undefined
        ? unreadPolicy(`${layer} ${arn} was not read`, place, globs)
        : readStatements(readDocument(version.document), place, globs);
    managed.set(key, statements);
    return statements;
  };

  const own = (entity: IamUser | IamRole | IamGroup, attachedTo: string | null): readonly Statement[] => {
    const written = entity.inline.flatMap(({ name, document }) => {
      const place: PolicyPlace = {
        policy: `${entity.arn} inline policy ${name}`,
        layer: "identity policy",
        attachedTo,
        padsArns: true,
        names: "resources",
      };
      return readStatements(readDocument(document), place, globs);
    });
    const given = entity.attached.flatMap((arn) =>
      managedStatements(entity.account, arn, "identity policy", attachedTo),
    );
    return [...written, ...given];
  };

  const ofGroups = (user: IamUser): readonly Statement[] =>
    user.groups.flatMap((name) => {
      const group = groups.get(policyKey(user.account, name));
      if (group !== undefined) return groupStatements(group);
      const place: PolicyPlace = {
        policy: `group ${name}`,
        layer: "identity policy",
        attachedTo: name,
        padsArns: true,
        names: "resources",
      };
      return unreadPolicy(`the policies of group ${name} were not read`, place, globs);
    });

  const perGroup = new Map<IamGroup, readonly Statement[]>();
  const groupStatements = (group: IamGroup): readonly Statement[] => {
    const known = perGroup.get(group);
    if (known !== undefined) return known;
    const statements = own(group, group.arn);
    perGroup.set(group, statements);
    return statements;
  };

  return {
    grantsOf: (entity) => [...own(entity, null), ...(entity.kind === "user" ? ofGroups(entity) : [])],
    grantsOfGroup: groupStatements,
    boundaryOf: ({ account, boundary }) => {
      if (boundary === null) return null;
      const key = policyKey(account, boundary);
      const known = boundaries.get(key);
      if (known !== undefined) return known;
      const statements = managedStatements(account, boundary, "permissions boundary", null);
      const cap: Cap = { name: `the permissions boundary ${boundary}`, kind: "boundary", statements };
      boundaries.set(key, cap);
      return cap;
    },
    versionOf: ({ arn }, { id, document }) => {
      const place: PolicyPlace = {
        policy: `${arn} version ${id}`,
        layer: "identity policy",
        attachedTo: null,
        padsArns: true,
        names: "resources",
      };
      return readStatements(readDocument(document), place, globs);
    },
  };
}
