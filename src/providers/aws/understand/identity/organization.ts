import type { Globs } from "../../../../identity/glob.ts";
import type { Cap, Statement } from "../../../../identity/statement.ts";
import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion, type Target } from "../../../../model/resource.ts";
import type { Snapshot, SnapshotRecord } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text } from "../../../read.ts";
import { readDocument } from "./policy-document.ts";
import { readStatements, unreadPolicy } from "./statements.ts";

const describeOrganization = "organizations:DescribeOrganization";
const listRoots = "organizations:ListRoots";
const listUnits = "organizations:ListOrganizationalUnitsForParent";
const listChildAccounts = "organizations:ListAccountsForParent";
const listPolicies = "organizations:ListPolicies";
const describePolicy = "organizations:DescribePolicy";
const listTargets = "organizations:ListTargetsForPolicy";

/** What is told of the organization that an account belongs to. */
export interface Membership {
  /** Whether anybody could say. */
  readonly known: boolean;
  /** The organization's id; null when the account is in none, or nobody could say. */
  readonly organization: string | null;
  readonly isManagement: boolean;
  /** `o-1/r-1/ou-1/`, as aws:PrincipalOrgPaths has it; null when it is not known. */
  readonly path: string | null;
  /** What could not be read, in words, where anything about it is unknown. */
  readonly missing: string;
}

/** The organization's say on what its accounts may do. */
export interface Organization {
  readonly membership: (account: string) => Membership;
  /**
   * The service control policies of every level above an account and of the account itself: each level has to allow. None for the management account and
   * where there is no organization.
   * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
   */
  readonly serviceControls: (account: string) => readonly Cap[];
  /**
   * What the resource control policies above an account deny on its resources. AWS keeps a policy that allows everything at every level, so only denies count.
   * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
   */
  readonly resourceControls: (account: string) => readonly Statement[];
  /**
   * Whether an account manages IAM Identity Center: the organization's management account and one delegated administrator do.
   * https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
   */
  readonly managesIdentityCenter: (account: string) => "yes" | "unknown" | "no";
}

type PolicyType = "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY";

export function readOrganization(snapshot: Snapshot, index: RecordIndex, globs: Globs): Organization {
  const accounts = new Set(snapshot.targets.filter(({ cloud }) => cloud === "aws").map(({ account }) => account));
  const described =
    index
      .all(describeOrganization)
      .map(organizationIn)
      .find((each) => each !== null) ?? null;
  const tree = readTree(index);
  const incomplete = unreadOf(index, accounts, [
    listRoots,
    listUnits,
    listChildAccounts,
    listPolicies,
    describePolicy,
    listTargets,
  ]);
  const attached = readAttachments(index);
  const levels = new Map<string, Cap>();
  const resources = new Map<string, readonly Statement[]>();

  const listed = new Set(index.all("organizations:ListAccounts").flatMap(({ data }) => text(data, "Id") ?? []));

  const membership = (account: string): Membership => {
    const told = index.at(at(account), describeOrganization).map(organizationIn)[0] ?? null;
    const path = pathTo(account, tree);
    // An account that was not asked itself is in the organization whose account list or tree has it.
    const found = told ?? (path !== null || listed.has(account) ? described : null);
    const missing = `${describeOrganization} of account ${account} (${statusOf(index, account, describeOrganization)})`;
    if (found === null) {
      const known = standsAlone(index, account);
      return { known, organization: null, isManagement: false, path: null, missing };
    }
    const orgPath = path === null ? null : `${found.id}/${path.join("/")}/`;
    return { known: true, organization: found.id, isManagement: found.management === account, path: orgPath, missing };
  };

  const policiesAt = (target: string, type: PolicyType): readonly Statement[] =>
    (attached.get(`${type} ${target}`) ?? []).flatMap((id) => {
      const layer = type === "SERVICE_CONTROL_POLICY" ? "service control policy" : "resource control policy";
      const place = {
        policy: attached.names.get(id) ?? id,
        layer,
        attachedTo: target,
        padsArns: false,
        names: "resources",
      } as const;
      const document = attached.documents.get(id);
      return document === undefined
        ? unreadPolicy(`${layer} ${place.policy} was not read`, place, globs)
        : readStatements(document, place, globs);
    });

  const unreadLevel = (account: string, why: string): Cap => ({
    name: `the service control policies above account ${account}`,
    kind: "organization",
    statements: unreadPolicy(
      `the service control policies above account ${account}: ${why}`,
      unreadPlace(account),
      globs,
    ),
  });

  return {
    membership,
    serviceControls: (account) => {
      const { known, organization, isManagement, missing } = membership(account);
      if (!known) return [unreadLevel(account, missing)];
      if (organization === null || isManagement) return [];
      const path = pathTo(account, tree);
      if (incomplete !== null || path === null) return [unreadLevel(account, incomplete ?? nowhere)];
      if (!tree.enabled.has("SERVICE_CONTROL_POLICY")) return [];
      return [...path, account].map((target) => {
        const before = levels.get(target);
        if (before !== undefined) return before;
        const cap: Cap = {
          name: `the service control policies of ${target}`,
          kind: "organization",
          statements: policiesAt(target, "SERVICE_CONTROL_POLICY"),
        };
        levels.set(target, cap);
        return cap;
      });
    },
    resourceControls: (account) => {
      const before = resources.get(account);
      if (before !== undefined) return before;
      const { known, organization, isManagement, missing } = membership(account);
      const path = pathTo(account, tree);
      const unread = !known ? missing : (incomplete ?? (path === null ? nowhere : null));
      const place = { ...unreadPlace(account), layer: "resource control policy" };
      const made =
        known && (organization === null || isManagement)
          ? []
          : unread !== null
            ? unreadPolicy(`the resource control policies above account ${account}: ${unread}`, place, globs)
            : [...(path ?? []), account].flatMap((target) => policiesAt(target, "RESOURCE_CONTROL_POLICY"));
      const denies = made.filter(({ effect }) => effect === "deny");
      resources.set(account, denies);
      return denies;
    },
    managesIdentityCenter: identityCenterManagers(index, described?.management ?? null),
  };
}

const nowhere = "where the account is in the organization";

function unreadPlace(account: string) {
  return {
    policy: "?",
    layer: "service control policy",
    attachedTo: account,
    padsArns: false,
    names: "resources",
  } as const;
}

interface Described {
  readonly id: string;
  readonly management: string;
}

function organizationIn({ data }: SnapshotRecord): Described | null {
  const organization = object(data, "Organization") ?? data;
  const id = text(organization, "Id");
  const management = text(organization, "MasterAccountId") ?? text(organization, "ManagementAccountId");
  return id === null || management === null ? null : { id, management };
}

/** What hangs under what. */
interface Tree {
  /** By id of a unit or account: the id of the root or unit that it is in. */
  readonly parents: ReadonlyMap<string, string>;
  readonly roots: ReadonlySet<string>;
  /** Kinds of policy that are switched on. */
  readonly enabled: ReadonlySet<string>;
}

function readTree(index: RecordIndex): Tree {
  const roots = index.all(listRoots).map(({ data }) => data);
  const parents = new Map<string, string>();
  for (const { data, request } of [...index.all(listUnits), ...index.all(listChildAccounts)]) {
    const id = text(data, "Id");
    const parent = request?.["ParentId"];
    if (id !== null && parent !== undefined) parents.set(id, parent);
  }
  const enabled = roots.flatMap((root) =>
    objects(root, "PolicyTypes")
      .filter((type) => text(type, "Status") !== "PENDING_DISABLE")
      .flatMap((type) => text(type, "Type") ?? []),
  );
  return { parents, roots: new Set(roots.flatMap((root) => text(root, "Id") ?? [])), enabled: new Set(enabled) };
}

/** Roots and units above an account, the root first; null where the records do not say. */
function pathTo(account: string, { parents, roots }: Tree): readonly string[] | null {
  const path: string[] = [];
  for (let at = parents.get(account); at !== undefined; at = parents.get(at)) {
    // Records that lead round in a circle say nothing.
    if (path.includes(at)) return null;
    path.unshift(at);
  }
  const [root] = path;
  return root !== undefined && roots.has(root) ? path : null;
}

interface Attachments {
  /** By `<type> <target>`: policy ids. */
  readonly get: (key: string) => readonly string[] | undefined;
  readonly names: ReadonlyMap<string, string>;
  readonly documents: ReadonlyMap<string, ReturnType<typeof readDocument>>;
}

function readAttachments(index: RecordIndex): Attachments {
  const types = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { data } of index.all(listPolicies)) {
    const id = text(data, "Id");
    if (id === null) continue;
    types.set(id, text(data, "Type") ?? "");
    const name = text(data, "Name");
    names.set(id, name === null ? id : `${id} (${name})`);
  }
  const documents = new Map<string, ReturnType<typeof readDocument>>();
  for (const { data } of index.all(describePolicy)) {
    const policy = object(data, "Policy") ?? data;
    const summary = object(policy, "PolicySummary");
    const id = summary === null ? null : text(summary, "Id");
    if (id !== null) documents.set(id, readDocument(policy["Content"]));
  }
  const byTarget = new Map<string, string[]>();
  for (const { data, request } of index.all(listTargets)) {
    const target = text(data, "TargetId");
    const policy = request?.["PolicyId"];
    if (target === null || policy === undefined) continue;
    const key = `${types.get(policy) ?? "SERVICE_CONTROL_POLICY"} ${target}`;
    const list = byTarget.get(key);
    if (list === undefined) byTarget.set(key, [policy]);
    else if (!list.includes(policy)) list.push(policy);
  }
  return { get: (key) => byTarget.get(key), names, documents };
}

/** Why the organization's policies are not known as a whole; null when some account read all of them. */
function unreadOf(index: RecordIndex, accounts: ReadonlySet<string>, operations: readonly string[]): string | null {
  let why = "no account of the scan was asked";
  for (const account of accounts) {
    const unread = operations.filter(
      (operation) => !isKnown(index.coverage(at(account), operation)?.status ?? "skipped"),
    );
    if (unread.length === 0) return null;
    const [first = ""] = unread;
    why = `${first} (${statusOf(index, account, first)})`;
  }
  return why;
}

function at(account: string): Target {
  return { cloud: "aws", account, region: globalRegion };
}

function statusOf(index: RecordIndex, account: string, operation: string): string {
  return index.coverage(at(account), operation)?.status ?? "not asked";
}

/** Whether the account said itself that it is in no organization. */
function standsAlone(index: RecordIndex, account: string): boolean {
  const row = index.coverage(at(account), describeOrganization);
  return row?.operation === describeOrganization && row.status === "disabled";
}

function identityCenterManagers(index: RecordIndex, management: string | null): Organization["managesIdentityCenter"] {
  const delegated = new Set(
    index.all("organizations:ListDelegatedAdministrators").flatMap(({ data }) => text(data, "Id") ?? []),
  );
  // Which service an administrator is delegated for is not among its members; only the one for Identity Center can read permission sets.
  const readers = new Set(index.all("sso:DescribePermissionSet").map(({ account }) => account));
  const known = [...delegated].some((account) => readers.has(account));
  return (account) => {
    if (management === null) return "unknown";
    if (account === management) return "yes";
    if (!delegated.has(account)) return "no";
    return known ? (readers.has(account) ? "yes" : "no") : "unknown";
  };
}
