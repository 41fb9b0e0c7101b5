import { always } from "../../../../identity/condition.ts";
import type { ResourceItem } from "../../../../identity/resources.ts";
import { knownFact, openFact, type Fact } from "../../../../identity/facts.ts";
import { matchesGlob, type Globs } from "../../../../identity/glob.ts";
import type { Identity } from "../../../../identity/identity.ts";
import type { Principal, ServiceUse } from "../../../../identity/principal.ts";
import type { Cap, Statement } from "../../../../identity/statement.ts";
import { globalRegion, type ResourceRef } from "../../../../model/resource.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { text } from "../../../read.ts";
import { itemOf } from "./inventory.ts";
import { organizationFact } from "./kinds.ts";
import type { Organization } from "./organization.ts";
import { permissionSetName, type PermissionSets } from "./permission-sets.ts";
import type { Policies } from "./policies.ts";
import { readDocument } from "./policy-document.ts";
import { policyKey, type IamGroup, type IamRole, type IamUser, type ManagedPolicy, type Roster } from "./roster.ts";
import { readStatements, type ReadStatement } from "./statements.ts";
import type { Stranger } from "./strangers.ts";

/** An identity with what it was made from. */
export interface AwsIdentity {
  readonly identity: Identity;
  /** As a resource that others act on; null for identities that no policy can name. */
  readonly item: ResourceItem | null;
  readonly entity: IamUser | IamRole | IamGroup | null;
  /** The trust policy of a role; empty for all else. */
  readonly trust: readonly ReadStatement[];
  /** For whom a role may be assumed: null for identities of the scanned accounts, who are callers by their own ARN. */
  readonly stranger: Stranger | null;
  /** Stands for an identity that someone could make in its account. */
  readonly isNew: boolean;
  /** The managed policy of which another version than the default one counts; null for identities as they are. */
  readonly otherVersion: ManagedPolicy | null;
}

/** What identities are made from. */
export interface IdentitiesInput {
  readonly roster: Roster;
  readonly policies: Policies;
  readonly organization: Organization;
  readonly permissionSets: PermissionSets;
  readonly index: RecordIndex;
  readonly globs: Globs;
}

/** Every identity of the scanned accounts: users, roles, groups, each account's root user, and one that stands for whatever could be made there. */
export function ownIdentities(input: IdentitiesInput): readonly AwsIdentity[] {
  const { roster, organization } = input;
  const uses = readUses(input.index);
  const caps = new Map<string, readonly Cap[]>();
  const capsOf = (account: string): readonly Cap[] => {
    const known = caps.get(account) ?? organization.serviceControls(account);
    caps.set(account, known);
    return known;
  };
  const everything = allowAll(input.globs, "the root user's own right");
  const chosen = allowAll(input.globs, "a policy of the caller's choosing");
  const accounts = new Set([...roster.users, ...roster.roles, ...roster.groups].map(({ account }) => account));
  const members = new Map<string, number[]>();
  for (const [number, user] of roster.users.entries()) {
    for (const group of user.groups) {
      const key = policyKey(user.account, group);
      const list = members.get(key);
      if (list === undefined) members.set(key, [number]);
      else list.push(number);
    }
  }
  return [
    // Users come first: groups name their members by number.
    ...roster.users.map((user) => ofEntity(user, input, capsOf(user.account), uses)),
    ...roster.roles.map((role) => ofEntity(role, input, isServiceLinked(role) ? [] : capsOf(role.account), uses)),
    ...roster.groups.map((group): AwsIdentity => {
      const { account, arn, name, resource } = group;
      const facts = factsOfAccount(account, organization);
      const made = plain(null, arn, account, input.policies.grantsOfGroup(group), capsOf(account), facts);
      const identity = { ...made.identity, members: members.get(policyKey(account, name)) ?? [] };
      return { ...made, identity, item: itemOf(resource, arn, null), entity: group };
    }),
    ...[...accounts].flatMap((account) => {
      const partition = partitionIn(account, roster);
      const id = `arn:${partition}:iam::${account}:root`;
      const facts = factsOfAccount(account, organization);
      const root = principalOf("root", id, refOf(account, "root", id), [], null, null);
      const own = (key: string): Fact | null =>
        key === "aws:principalarn"
          ? knownFact([id])
          : key === "aws:principaltype"
            ? knownFact(["Account"])
            : facts(key);
      return [
        plain(root, id, account, everything, capsOf(account), own),
        {
          ...plain(null, `a new role or user of account ${account}`, account, chosen, capsOf(account), facts),
          isNew: true,
        },
      ];
    }),
  ];
}

/** A stranger as an identity: what it may do at home is for others to say, so it may do everything; only what lets it in counts. */
export function strangerIdentity(stranger: Stranger, globs: Globs): AwsIdentity {
  const { principal, caller } = stranger;
  const identity: Identity = {
    principal,
    id: principal.id,
    account: caller.account === "" ? principal.id : caller.account,
    assigned: { grants: allowAll(globs, `the rights of ${principal.id} at home`), caps: [] },
    facts: caller.facts,
    isStranger: true,
    members: [],
    variantOf: null,
  };
  return { identity, item: null, entity: null, trust: [], stranger, isNew: false, otherVersion: null };
}

function plain(
  principal: Principal | null,
  id: string,
  account: string,
  grants: readonly Statement[],
  caps: readonly Cap[],
  facts: (key: string) => Fact | null,
): AwsIdentity {
  const identity: Identity = {
    principal,
    id,
    account,
    assigned: { grants, caps },
    facts,
    isStranger: false,
    members: [],
    variantOf: null,
  };
  return { identity, item: null, entity: null, trust: [], stranger: null, isNew: false, otherVersion: null };
}

function allowAll(globs: Globs, policy: string): readonly Statement[] {
  return [
    {
      effect: "allow",
      actions: { include: [globs.pattern("*", true)], except: [] },
      resources: { include: [{ kind: "glob", glob: globs.all }], except: [] },
      condition: always,
      ref: { policy, statement: "*", effect: "allow", layer: "identity policy", attachedTo: null },
      breadth: null,
    },
  ];
}

function ofEntity(
  entity: IamUser | IamRole,
  input: IdentitiesInput,
  organizationCaps: readonly Cap[],
  uses: ReadonlyMap<string, readonly ServiceUse[]>,
): AwsIdentity {
  const { policies, globs } = input;
  const boundary = policies.boundaryOf(entity);
  const trust = entity.kind === "role" ? trustOf(entity, globs) : [];
  const { names, managedBy } = entity.kind === "role" ? aboutRole(entity, input) : { names: [], managedBy: null };
  const principal = principalOf(
    entity.kind === "role" && isServiceLinked(entity) ? "service" : entity.kind,
    entity.arn,
    entity.resource,
    [entity.name, ...names],
    managedBy,
    uses.get(entity.arn) ?? null,
    entity.createdAt,
  );
  const identity: Identity = {
    principal,
    id: entity.arn,
    account: entity.account,
    assigned: {
      grants: policies.grantsOf(entity),
      caps: [...(boundary === null ? [] : [boundary]), ...organizationCaps],
    },
    facts: factsOfEntity(entity, trust, input.organization),
    isStranger: false,
    members: [],
    variantOf: null,
  };
  return { identity, item: entityItem(entity), entity, trust, stranger: null, isNew: false, otherVersion: null };
}

function entityItem(entity: IamUser | IamRole): ResourceItem {
  const { resource, arn, tags, account } = entity;
  return {
    ref: resource,
    text: arn,
    fact: (key) => {
      if (key === "aws:resourceaccount") return knownFact([account], "resource");
      if (key === "aws:requestedregion") return knownFact(["us-east-1"], "caller");
      const tag = /^(?:aws|iam):resourcetag\/(.*)$/s.exec(key)?.[1];
      if (tag === undefined) return null;
      const value = tags.get(tag);
      return knownFact(value === undefined ? [] : [value], "tag");
    },
  };
}

function principalOf(
  kind: Principal["kind"],
  id: string,
  resource: ResourceRef,
  names: readonly string[],
  managedBy: string | null,
  uses: readonly ServiceUse[] | null,
  createdAt: string | null = null,
): Principal {
  return { id, names, kind, resource, home: "own", managedBy, createdAt, uses };
}

function refOf(account: string, kind: string, id: string): ResourceRef {
  return { cloud: "aws", account, region: globalRegion, type: `aws:iam:${kind}`, id, name: null, arn: id };
}

/** Roles that only the service they are linked to can use; organizations' policies do not bind them. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html */
export function isServiceLinked({ path }: IamRole): boolean {
  return path.startsWith("/aws-service-role/");
}

/** Roles that nobody in the account can edit or pass: service-linked ones, and those that IAM Identity Center keeps. */
export function isReserved(role: IamRole): boolean {
  return isServiceLinked(role) || role.path.startsWith("/aws-reserved/");
}

function aboutRole(
  role: IamRole,
  { permissionSets }: IdentitiesInput,
): { readonly names: readonly string[]; readonly managedBy: string | null } {
  if (isServiceLinked(role)) {
    return { names: [], managedBy: `AWS, as the service-linked role of ${role.path.split("/")[2] ?? "a service"}` };
  }
  const name = permissionSetName(role);
  if (name === null) return { names: [], managedBy: isReserved(role) ? "AWS" : null };
  const set = permissionSets.ofRole(role);
  const assigned = set === null ? [] : permissionSets.assigned(set, role.account);
  return { names: [name, ...assigned], managedBy: `IAM Identity Center, permission set ${name}` };
}

function trustOf(role: IamRole, globs: Globs): readonly ReadStatement[] {
  const place = {
    policy: role.arn,
    layer: "trust policy",
    attachedTo: null,
    padsArns: false,
    names: "principals",
  } as const;
  return readStatements(readDocument(role.trust), place, globs);
}

/** What every request from an account's own principals says. */
function factsOfAccount(account: string, organization: Organization): (key: string) => Fact | null {
  return (key) => {
    switch (key) {
      case "aws:principalaccount":
        return knownFact([account]);
      case "aws:principalorgid":
      case "aws:principalorgpaths":
        return organizationFact(key, organization.membership(account));
      case "aws:principalisawsservice":
        return knownFact(["false"]);
      // Only requests that an AWS service makes by itself hold these.
      case "aws:principalservicename":
      case "aws:principalservicenameslist":
      case "aws:sourceaccount":
      case "aws:sourcearn":
      case "aws:sourceorgid":
      case "aws:sourceorgpaths":
        return knownFact([]);
      default:
        return null;
    }
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
function factsOfEntity(
  entity: IamUser | IamRole,
  trust: readonly ReadStatement[],
  organization: Organization,
): (key: string) => Fact | null {
  const common = factsOfAccount(entity.account, organization);
  const { arn, name, tags } = entity;
  // Whoever assumes the role may be let choose tags for the session, and those outweigh the role's own.
  const choosesTags = trust.some(
    ({ effect, actions }) => effect === "allow" && actions.include.some((glob) => matchesGlob(glob, "sts:tagsession")),
  );
  return (key) => {
    switch (key) {
      case "aws:principalarn":
        return knownFact([arn]);
      case "aws:principaltype":
        return knownFact([entity.kind === "user" ? "User" : "AssumedRole"]);
      case "aws:username":
        return knownFact(entity.kind === "user" ? [name] : []);
      case "aws:userid":
        return entity.kind === "user" && entity.id !== null
          ? knownFact([entity.id])
          : openFact("authentication", "always");
      case "aws:federatedprovider":
      case "identitystore:userid":
      case "identitystore:identitystorearn":
        return entity.kind === "user" ? knownFact([]) : null;
      default: {
        if (!key.startsWith("aws:principaltag/")) return common(key);
        if (choosesTags) return openFact("tag");
        const value = tags.get(key.slice("aws:principaltag/".length));
        return knownFact(value === undefined ? [] : [value], "tag");
      }
    }
  };
}

function partitionIn(account: string, { users, roles }: Roster): string {
  const arn = [...users, ...roles].find((entity) => entity.account === account)?.arn;
  return arn?.split(":")[1] ?? "aws";
}

/** When each identity last used which service, by its ARN. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html */
function readUses(index: RecordIndex): ReadonlyMap<string, readonly ServiceUse[]> {
  const uses = new Map<string, ServiceUse[]>();
  for (const { data, request } of index.all("iam:GetServiceLastAccessedDetails")) {
    const arn = request?.["Arn"];
    const service = text(data, "ServiceNamespace");
    if (arn === undefined || service === null) continue;
    const list = uses.get(arn) ?? [];
    list.push({ service, lastUsed: text(data, "LastAuthenticated") });
    uses.set(arn, list);
  }
  return uses;
}
