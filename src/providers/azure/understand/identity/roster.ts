import { always, type Condition } from "../../../../identity/condition.ts";
import type { Principal } from "../../../../identity/principal.ts";
import { globalRegion, type ResourceRef } from "../../../../model/resource.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { flag, object, text, texts } from "../../../read.ts";
import { propertiesOf } from "../arm.ts";
import { parentMember } from "../../operation.ts";
import type { Directory, DirectoryObject, ObjectKind } from "./directory.ts";
import type { Holding } from "./holdings.ts";
import { nameOfGroup } from "./rights.ts";
import type { Tree } from "./tree.ts";
import type { ManagedIdentity } from "./workloads.ts";

/** Somebody, or a group, that holds rights or may come by them. */
export interface Being {
  /** Unique among beings. */
  readonly key: string;
  /** Its object id, in lower case. */
  readonly objectId: string;
  /** Null for a group whose members are known: they have its rights. */
  readonly principal: Principal | null;
  readonly account: string;
  /** The tenant that it comes from where that is another one and it acts by a delegation. */
  readonly tenant: string | null;
  /** The groups that it is in. */
  readonly groups: readonly string[];
  /** As role assignments tell kinds apart: `User`. */
  readonly type: "User" | "Group" | "ServicePrincipal" | null;
  /** What has to be so for it to be anybody: that its account is enabled, that it still exists. */
  readonly standing: Condition;
  /** For whom an identity provider vouches: as which identities they may sign in. */
  readonly federation: Federation | null;
}

/** A credential by which a token of somebody else's signs in. */
export interface Federation {
  /** The credential's own id. */
  readonly id: string;
  readonly name: string;
  /** Object ids of the service principals. */
  readonly identities: readonly string[];
}

/** Who there is. */
export interface Roster {
  readonly beings: readonly Being[];
  readonly holdings: readonly Holding[];
  /** What somebody holds by themselves. */
  readonly holdingsOf: (id: string, tenant: string | null) => readonly Holding[];
  /** Whether somebody is in a group; null where nobody read its members. */
  readonly isInGroup: (being: Being, group: string) => boolean | null;
  /** What a group is called; null where the id is no group's. */
  readonly groupName: (id: string) => string | null;
}

interface RosterInput {
  readonly index: RecordIndex;
  readonly directory: Directory;
  readonly holdings: readonly Holding[];
  readonly managedIdentities: readonly ManagedIdentity[];
  readonly tree: Tree;
  /** Whether somebody has rights in the directory. */
  readonly hasDirectoryRights: (id: string) => boolean;
}

/** The tenants that Microsoft's own service principals come from. https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in */
const microsoftTenants = new Set(["f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"]);

export function readRoster(input: RosterInput): Roster {
  const { directory, holdings, tree } = input;
  const byHolder = Map.groupBy(holdings, ({ principal, tenant }) => `${tenant ?? ""} ${principal}`);
  const holdingsOf: Roster["holdingsOf"] = (id, tenant) => byHolder.get(`${tenant ?? ""} ${id}`) ?? [];
  const groups = new Set(
    holdings.flatMap(({ principal, principalType, tenant }) =>
      tenant === null && /^(?:foreign)?group$/i.test(principalType ?? "") ? [principal] : [],
    ),
  );
  const isGroup = (id: string): boolean => groups.has(id) || directory.find(id)?.kind === "group";
  const isKnown = (group: string, seen: ReadonlySet<string> = new Set()): boolean =>
    directory.membersKnown(group) &&
    [...(directory.members.get(group) ?? [])].every(
      (member) => !isGroup(member) || seen.has(member) || isKnown(member, new Set([...seen, group])),
    );
  const wholly = new Map<string, boolean>();
  const isWhollyKnown = (group: string): boolean => {
    const known = wholly.get(group) ?? isKnown(group);
    wholly.set(group, known);
    return known;
  };

  const told = new Map<string, string>();
  for (const { principal, principalName } of holdings) if (principalName !== null) told.set(principal, principalName);

  const beings: Being[] = [];
  const seen = new Set<string>();
  const matters = (id: string): boolean =>
    [id, ...directory.groupsOf(id)].some((each) => holdingsOf(each, null).length > 0 || input.hasDirectoryRights(each));
  const add = (id: string, found: DirectoryObject | null, holding: Holding | null): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const kind = found?.kind ?? kindIn(holding?.principalType ?? null);
    const account = found?.account ?? holding?.account ?? "";
    const asGroup = kind === "group" || isGroup(id);
    const knownGroup = asGroup && directory.membersKnown(id);
    beings.push({
      key: id,
      objectId: id,
      principal: knownGroup ? null : principalOf(id, asGroup ? "group" : kind, account, found, holding),
      account,
      tenant: null,
      groups: directory.groupsOf(id),
      type: asGroup ? "Group" : kind === "user" ? "User" : kind === "service-principal" ? "ServicePrincipal" : null,
      standing: standingOf(id, found, holding, input),
      federation: null,
    });
  };
  for (const holding of holdings)
    if (holding.tenant === null) add(holding.principal, directory.find(holding.principal), holding);
  for (const found of directory.all) {
    // A group without rights is of no use, and a service principal without any is one of the hundreds that every tenant has.
    if (found.kind === "user" || matters(found.id)) add(found.id, found, null);
  }
  // Members whose own record says nothing of them.
  for (const [group, members] of directory.members) {
    if (!matters(group)) continue;
    const holding = holdingsOf(group, null)[0] ?? null;
    for (const member of members)
      add(
        member,
        directory.find(member),
        holding === null ? null : { ...holding, principalType: null, principalName: null },
      );
  }
  for (const holding of holdings) if (holding.tenant !== null) addDelegate(holding);
  beings.push(...federatedBeings(input));

  function addDelegate(holding: Holding): void {
    const { tenant, principal, principalName, account, id } = holding;
    const key = `${tenant ?? ""} ${principal}`;
    if (seen.has(key) || tenant === null) return;
    seen.add(key);
    const resource = refOf(account, "azure:entra:foreign-principal", principal, principalName);
    const home = tree.accounts.includes(tenant) ? "own" : "outside";
    beings.push({
      key,
      objectId: principal,
      principal: {
        id: principal,
        names: [principalName, `tenant ${tenant}`].filter((name) => name !== null),
        // A delegation does not say what it is that it lets in; most are groups, and who is in them is the other tenant's affair.
        kind: "group",
        resource,
        home,
        managedBy: `tenant ${tenant}, by the Lighthouse delegation ${id}`,
        createdAt: null,
        uses: null,
      },
      account,
      tenant,
      groups: [],
      type: null,
      standing: always,
      federation: null,
    });
  }

  return {
    beings,
    holdings,
    holdingsOf,
    groupName: (id) => {
      if (!isGroup(id)) return null;
      const found = directory.find(id);
      return nameOfGroup((found === null ? null : text(found.data, "displayName")) ?? told.get(id) ?? null, id);
    },
    isInGroup: (being, group) => {
      if (being.groups.includes(group)) return true;
      const found = directory.find(group);
      if (found !== null && found.kind !== "group") return false;
      return isWhollyKnown(group) ? false : null;
    },
  };
}

/** Where somebody of a kind is told of. */
const listings: Readonly<Record<ObjectKind, string>> = {
  user: "microsoft.graph/users",
  group: "microsoft.graph/groups",
  "service-principal": "microsoft.graph/servicePrincipals",
};

/** Nobody signs in to a disabled account, and some may enable it. */
const enabled: Condition = {
  kind: "free",
  text: "its account, which is disabled, is enabled first",
  key: "accountEnabled",
  control: "activation",
};

/**
 * Whether somebody is anybody. Role assignments outlast those who held them: whom the directory was asked for and does not know may be no more.
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignments-with-identity-not-found
 */
function standingOf(
  id: string,
  found: DirectoryObject | null,
  holding: Holding | null,
  { index }: Pick<RosterInput, "index">,
): Condition {
  if (found !== null) return found.kind !== "group" && flag(found.data, "accountEnabled") === false ? enabled : always;
  const type = holding?.principalType?.toLowerCase() ?? "";
  const kind = kindIn(type);
  if (holding === null || kind === null || type === "foreigngroup" || type === "device") return always;
  const row = index.coverage({ cloud: "azure", account: holding.account, region: globalRegion }, listings[kind]);
  if (row?.status !== "complete" || row.operation !== listings[kind]) return always;
  return { kind: "unread", missing: `whether ${id} still exists, whom the directory does not know` };
}

function kindIn(type: string | null): ObjectKind | null {
  switch (type?.toLowerCase() ?? "") {
    case "user":
      return "user";
    case "group":
    case "foreigngroup":
      return "group";
    case "serviceprincipal":
    case "msi":
    case "device":
      return "service-principal";
    default:
      return null;
  }
}

function refOf(account: string, type: string, id: string, name: string | null): ResourceRef {
  return { cloud: "azure", account, region: globalRegion, type, id, name, arn: null };
}

function principalOf(
  id: string,
  kind: ObjectKind | null,
  account: string,
  found: DirectoryObject | null,
  holding: Holding | null,
): Principal {
  const data = found?.data ?? {};
  const display = text(data, "displayName");
  const names = [text(data, "userPrincipalName"), display, text(data, "appId"), holding?.principalName ?? null];
  const told = [...new Set(names.filter((name) => name !== null))];
  const origin = text(data, "appOwnerOrganizationId")?.toLowerCase() ?? null;
  const isMicrosofts = origin !== null && microsoftTenants.has(origin) && !microsoftTenants.has(account);
  return {
    id,
    names: told,
    kind: isMicrosofts
      ? "service"
      : kind === "group"
        ? "group"
        : kind === "service-principal"
          ? "service-account"
          : "user",
    resource: refOf(account, `azure:entra:${kind ?? "principal"}`, id, display ?? told[0] ?? null),
    home: isForeign(data, origin, account, holding) && !isMicrosofts ? "outside" : "own",
    managedBy: isMicrosofts ? "Microsoft" : managedIdentityOf(data),
    createdAt: text(data, "createdDateTime"),
    uses: null,
  };
}

/**
 * Whether somebody certainly belongs to another organization: a guest, an application that another tenant keeps the credentials of, a group of
 * another tenant. https://learn.microsoft.com/entra/external-id/user-properties
 */
function isForeign(
  data: Parameters<typeof text>[0],
  origin: string | null,
  account: string,
  holding: Holding | null,
): boolean {
  if (text(data, "userType")?.toLowerCase() === "guest") return true;
  if (holding?.principalType?.toLowerCase() === "foreigngroup") return true;
  const isApplication = text(data, "servicePrincipalType")?.toLowerCase() !== "managedidentity";
  return isApplication && origin !== null && origin !== account;
}

function managedIdentityOf(data: Parameters<typeof text>[0]): string | null {
  if (text(data, "servicePrincipalType")?.toLowerCase() !== "managedidentity") return null;
  const resource = texts(data, "alternativeNames").find((name) => name.startsWith("/subscriptions/"));
  return resource === undefined ? "Azure, as a managed identity" : `Azure, as the managed identity of ${resource}`;
}

/** Whoever an identity provider vouches for. https://learn.microsoft.com/entra/workload-id/workload-identity-federation */
function federatedBeings({ index, directory, managedIdentities, tree }: RosterInput): readonly Being[] {
  const carried = new Map(managedIdentities.map(({ resource, principal }) => [resource.key, { resource, principal }]));
  const found = new Map<string, Being>();
  const add = (
    data: Parameters<typeof text>[0],
    account: string,
    identities: readonly string[],
    credential: string,
  ): void => {
    const properties = propertiesOf(data);
    const issuer = text(properties, "issuer");
    const expression = properties["claimsMatchingExpression"];
    const flexible =
      typeof expression === "string" ? expression : text(object(properties, "claimsMatchingExpression") ?? {}, "value");
    const subject = text(properties, "subject") ?? flexible;
    if (issuer === null || subject === null || identities.length === 0) return;
    const id = `${issuer} ${subject}`;
    const key = `federated ${id} ${credential}`;
    found.set(key, {
      key,
      objectId: id,
      principal: {
        id,
        names: [subject],
        kind: "federated",
        resource: refOf(account, "azure:entra:federated-subject", id, subject),
        home: isOpen(subject) ? "outside" : "own",
        managedBy: null,
        createdAt: null,
        uses: null,
      },
      account,
      tenant: null,
      groups: [],
      type: null,
      standing: always,
      federation: { id: credential, name: text(data, "name") ?? credential, identities },
    });
  };
  for (const { data, account } of index.all(
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read",
  )) {
    const id = text(data, "id");
    const parent = /^(.*)\/federatedIdentityCredentials\/[^/]+$/i.exec(id ?? "")?.[1]?.toLowerCase();
    const identity = parent === undefined ? undefined : carried.get(parent);
    if (id !== null && identity !== undefined) add(data, tree.accountOf(account), [identity.principal], id);
  }
  for (const { data, account, request } of index.all("microsoft.graph/applications/federatedIdentityCredentials")) {
    const parent = request?.[parentMember]?.toLowerCase();
    const application = directory.applications.find(({ id }) => id === parent);
    if (application === undefined || flag(data, "isEnabled") === false) continue;
    const credential = `${application.id}/federatedIdentityCredentials/${text(data, "id") ?? ""}`;
    add(data, account, application.servicePrincipals, credential);
  }
  return together([...found.values()]);
}

/** Several credentials may let in the same subject: it is one principal. */
function together(beings: readonly Being[]): readonly Being[] {
  const groups = Map.groupBy(beings, ({ objectId, account }) => `${account} ${objectId}`);
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first?.federation === undefined || first.federation === null) return [];
    const identities = [...new Set(same.flatMap(({ federation }) => federation?.identities ?? []))];
    return [{ ...first, federation: { ...first.federation, identities } }];
  });
}

/** Whether a subject's pattern binds nothing that is somebody's own: `claims['sub'] matches 'repo:*'`. */
function isOpen(subject: string): boolean {
  const pattern = /matches\s+'([^']*)'/i.exec(subject)?.[1];
  return pattern !== undefined && /^(?:[a-z_-]+:)?\*/i.test(pattern);
}
