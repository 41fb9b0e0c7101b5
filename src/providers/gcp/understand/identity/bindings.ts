import type { ActionSet } from "../../../../identity/actions.ts";
import { always, type Condition } from "../../../../identity/condition.ts";
import type { StatementRef } from "../../../../identity/estate.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Statement } from "../../../../identity/statement.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { malformed, object, objectList, text, texts } from "../../../read.ts";
import { readCel } from "./conditions.ts";
import type { Groups } from "./groups.ts";
import { readMember, type Member } from "./members.ts";
import type { Place, Places } from "./places.ts";
import type { Role, Roles } from "./roles.ts";
import type { Scopes } from "./scopes.ts";

/** A binding of an allow policy, as whoever takes it away has to name it. */
export interface Bound {
  /** The project, folder or organization, or the service account: `projects/p/serviceAccounts/a@p...`. */
  readonly resource: string;
  readonly place: Place;
  readonly role: Role;
  /** The condition as it is written; null where there is none. */
  readonly condition: {
    readonly title: string | null;
    readonly description: string | null;
    readonly expression: string;
  } | null;
  /** The roles that may be granted, where the binding limits which: its condition names them. */
  readonly limitsGrants: boolean;
}

/** What somebody holds by one binding. */
export interface Holding {
  readonly bound: Bound;
  readonly statements: readonly Statement[];
  /** The group that somebody has it by; null for a binding of one's own. */
  readonly by: string | null;
}

/** A principal that allow policies name, directly or as a member of a group. */
export interface Holder {
  readonly member: Member;
  readonly holdings: Holding[];
  /** The places whose policies name it. */
  readonly places: Set<Place>;
}

/** Everything that allow policies grant. */
export interface Allowed {
  /** By {@link Member.id}, in the order of the places from the top. */
  readonly holders: ReadonlyMap<string, Holder>;
  /** The binding behind a statement, to speak of its removal. */
  readonly boundOf: (ref: StatementRef) => Bound | null;
  /** What could not be read: groups, and what is not as documented, in words. */
  readonly missing: readonly string[];
}

export interface BindingsInput {
  readonly index: RecordIndex;
  readonly places: Places;
  readonly scopes: Scopes;
  readonly roles: Roles;
  readonly groups: Groups;
  readonly globs: Globs;
  /** The text of a service account as a resource; null for one that lies in no place of the scan. */
  readonly accountText: (name: string) => string | null;
}

const serviceAccountPolicies = "iam.projects.serviceAccounts.getIamPolicy";
const basicRoles: ReadonlySet<string> = new Set(["roles/owner", "roles/editor", "roles/viewer"]);

/** Reads allow policies: of organizations, folders and projects, whose bindings are inherited, and of service accounts. https://docs.cloud.google.com/iam/docs/allow-policies */
export function readBindings(input: BindingsInput): Allowed {
  const { index, places, groups } = input;
  const holders = new Map<string, Holder>();
  const bounds = new Map<StatementRef, Bound>();
  const missing = new Set<string>();

  const hold = (member: Member, place: Place, holding: Holding): void => {
    const holder = holders.get(member.id) ?? { member, holdings: [], places: new Set() };
    holders.set(member.id, holder);
    holder.places.add(place);
    holder.holdings.push(holding);
  };
  const give = (member: Member, binding: ReadBinding): void => {
    const { bound } = binding;
    const own = (by: string | null): Holding => ({ bound, statements: binding.statementsBy(by, bounds), by });
    if (member.kind === "deleted") return;
    if (member.kind !== "group") {
      hold(member, bound.place, own(null));
      return;
    }
    const { members, missing: unread } = groups.membersOf(member.address);
    const byGroup = own(member.id);
    for (const each of members) hold(each, bound.place, byGroup);
    if (unread === null) return;
    missing.add(unread);
    hold(member, bound.place, own(null));
  };

  for (const place of places.all) {
    const operation = `cloudresourcemanager.${place.kind}s.getIamPolicy`;
    for (const { data } of index.at(place.ref, operation)) {
      for (const binding of readPolicy(data, place.name, place, input, missing)) {
        for (const member of binding.members) give(member, binding);
      }
    }
  }
  for (const { account, data, request } of index.all(serviceAccountPolicies)) {
    const place = places.find(account);
    const name = request?.["serviceAccount"];
    if (place === null || name === undefined) continue;
    for (const binding of readPolicy(data, name, place, input, missing)) {
      for (const member of binding.members) give(member, binding);
    }
  }
  spreadConvenience(holders);
  return { holders, boundOf: (ref) => bounds.get(ref) ?? null, missing: [...missing] };
}

interface ReadBinding {
  readonly bound: Bound;
  readonly members: readonly Member[];
  /** One list of statements for everyone who has it by the same group. */
  readonly statementsBy: (group: string | null, bounds: Map<StatementRef, Bound>) => readonly Statement[];
}

function readPolicy(
  policy: VendorObject,
  resource: string,
  place: Place,
  input: BindingsInput,
  missing: Set<string>,
): readonly ReadBinding[] {
  const { scopes, roles, globs, accountText } = input;
  const isAccount = resource !== place.name;
  const textOfAccount = isAccount ? accountText(resource) : null;
  if (isAccount && textOfAccount === null) return [];
  const strange = (): readonly ReadBinding[] => {
    missing.add(`a binding of the allow policy of ${resource}, which is not as Google documents it`);
    return [];
  };
  const list = objectList(policy, "bindings");
  if (list === malformed) return strange();
  return list.flatMap((binding): readonly ReadBinding[] => {
    if (binding === malformed) return strange();
    const named = text(binding, "role");
    const { members } = binding;
    if (named === null || !Array.isArray(members) || texts(binding, "members").length < members.length) strange();
    if (named === null) return [];
    // Who asks for a policy of an old version is told a role's name with a hash in place of its condition.
    const withheld = /^(.+)_withcond_[\da-f]+$/.exec(named)?.[1];
    const role = roles.find(withheld ?? named);
    const expr = object(binding, "condition");
    const expression = expr === null ? null : text(expr, "expression");
    const hasCondition = binding["condition"] !== undefined && binding["condition"] !== null;
    // No condition can be put on basic roles: https://docs.cloud.google.com/iam/docs/conditions-overview
    const isBasic = basicRoles.has(role.name);
    const unread = (why: string): Condition => ({
      kind: "unread",
      missing: `the condition of ${role.name} on ${resource}: ${why}`,
    });
    const condition: Condition =
      withheld !== undefined
        ? unread("the policy was not asked for at version 3")
        : !hasCondition || isBasic
          ? always
          : expression === null
            ? unread("it is not as Google documents it")
            : readCel(expression, globs);
    const bound: Bound = {
      resource,
      place,
      role,
      condition:
        expression === null
          ? null
          : { title: text(expr ?? {}, "title"), description: text(expr ?? {}, "description"), expression },
      limitsGrants: expression?.includes("modifiedGrantsByRole") ?? false,
    };
    const made = new Map<string | null, readonly Statement[]>();
    const statementsBy: ReadBinding["statementsBy"] = (group, bounds) => {
      const before = made.get(group);
      if (before !== undefined) return before;
      const title = bound.condition?.title ?? null;
      const ref: StatementRef = {
        policy: resource,
        statement: title === null ? role.name : `${role.name} (${title})`,
        effect: "allow",
        layer: "allow policy",
        attachedTo: group,
      };
      bounds.set(ref, bound);
      const statements = statementsOf(role, isAccount, condition, ref, textOfAccount, place, roles, scopes, globs);
      made.set(group, statements);
      return statements;
    };
    return [{ bound, members: [...new Set(texts(binding, "members"))].map(readMember), statementsBy }];
  });
}

function statementsOf(
  role: Role,
  isAccount: boolean,
  condition: Condition,
  ref: StatementRef,
  textOfAccount: string | null,
  place: Place,
  roles: Roles,
  scopes: Scopes,
  globs: Globs,
): readonly Statement[] {
  const all = roles.actionsOf(role);
  const actions: ActionSet = isAccount ? onAccounts(all, globs) : all;
  // Whatever a custom role holds today, somebody may write more into it.
  if (actions.include.length === 0 && (isAccount || role.owner === null)) return [];
  const unread: Condition = { kind: "unread", missing: roles.why(role) };
  const when: Condition =
    role.permissions === null ? (condition === always ? unread : { kind: "all", of: [condition, unread] }) : condition;
  const said = { effect: "allow", actions, condition: when, ref, breadth: role.breadth } as const;
  if (textOfAccount === null) return scopes.in(place, said);
  return [
    scopes.at(
      globs.of([
        { kind: "literal", text: textOfAccount },
        { kind: "pattern", text: "*" },
      ]),
      said,
    ),
  ];
}

/** On a service account nothing counts but what is done to it. */
function onAccounts({ include, except }: ActionSet, globs: Globs): ActionSet {
  const prefixes = ["iam.serviceaccounts.", "iam.serviceaccountkeys."];
  if (include.some(({ literal }) => literal === null)) {
    return { include: prefixes.map((prefix) => globs.pattern(`${prefix}*`)), except };
  }
  return { include: include.filter(({ literal }) => prefixes.some((prefix) => literal?.startsWith(prefix))), except };
}

/** Owners, editors and viewers of a project, where another policy means them by that. */
function spreadConvenience(holders: Map<string, Holder>): void {
  for (const { member, holdings } of holders.values()) {
    if (member.kind !== "convenience") continue;
    const named = `projects/${member.project}`;
    for (const holder of holders.values()) {
      if (holder.member.kind === "convenience") continue;
      const has = holder.holdings.some(({ bound }) => bound.resource === named && bound.role.name === member.role);
      if (has) holder.holdings.push(...holdings);
    }
  }
  for (const [id, { member }] of holders) if (member.kind === "convenience") holders.delete(id);
}
