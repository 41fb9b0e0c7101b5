import type { ActionSet } from "../../../../identity/actions.ts";
import { allOf, always, type Condition } from "../../../../identity/condition.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Statement } from "../../../../identity/statement.ts";
import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion } from "../../../../model/resource.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { malformed, object, objectList, text, texts } from "../../../read.ts";
import { isAmong, type AmongInput, type Someone } from "./among.ts";
import { readCel } from "./conditions.ts";
import { readMember, type Member } from "./members.ts";
import type { Place, Places } from "./places.ts";
import type { Scopes } from "./scopes.ts";

/** Whom deny policies bind, and how. */
export interface Denials {
  /** The denies that hold for someone. The same objects for everyone of whom the same is known. */
  readonly of: (who: Someone) => readonly Statement[];
}

const listing = "iam.policies.listPolicies";
const getting = "iam.policies.get";

/** What a rule of a deny policy says, and whom. */
interface Rule {
  readonly denied: readonly Member[];
  readonly except: readonly Member[];
  readonly certain: readonly Statement[];
  readonly perhaps: readonly Statement[];
}

/**
 * Reads deny policies. They are inherited, are looked at before anything that allows, and nothing but their own exceptions takes them back.
 * A condition that cannot be told counts as one that may hold. https://docs.cloud.google.com/iam/docs/deny-overview
 */
export function readDenials(
  index: RecordIndex,
  places: Places,
  scopes: Scopes,
  among: AmongInput,
  globs: Globs,
): Denials {
  const rules = index.all(getting).flatMap(({ account, data }): readonly Rule[] => {
    const place = places.find(account);
    if (place === null) return [];
    const name = text(data, "name") ?? `a deny policy of ${place.name}`;
    const list = objectList(data, "rules");
    if (list === malformed) return readRule(null, name, 0, place, scopes, globs);
    return list.flatMap((rule, at) => readRule(rule === malformed ? null : rule, name, at, place, scopes, globs));
  });
  const unread = unreadDenials(index, places, scopes, globs);
  return {
    of: (who) => [
      ...rules.flatMap(({ denied, except, certain, perhaps }) => {
        const meant = anyOfThem(who, denied, among);
        const spared = meant === false ? true : anyOfThem(who, except, among);
        if (meant === false || spared === true) return [];
        return meant === true && spared === false ? certain : perhaps;
      }),
      ...unread,
    ],
  };
}

function anyOfThem(who: Someone, members: readonly Member[], among: AmongInput): boolean | null {
  let answer: boolean | null = false;
  for (const member of members) {
    const is = isAmong(who, member, among);
    if (is === true) return true;
    if (is === null) answer = null;
  }
  return answer;
}

/** @param rule null where it is not as documented */
function readRule(
  rule: VendorObject | null,
  policy: string,
  at: number,
  place: Place,
  scopes: Scopes,
  globs: Globs,
): readonly Rule[] {
  const deny = rule === null ? null : object(rule, "denyRule");
  const ref = { policy, statement: `#${at}`, effect: "deny", layer: "deny policy", attachedTo: place.name } as const;
  const place_ = (condition: Condition, actions: ActionSet): readonly Statement[] =>
    scopes.in(place, { effect: "deny", actions, condition, ref, breadth: null });
  if (deny === null || !isDocumented(deny)) {
    // Another kind of rule than those that are documented, or one that is not written as they are.
    const missing = `what rule #${at} of deny policy ${policy} says`;
    const everything: ActionSet = { include: [globs.pattern("*")], except: [] };
    const statements = place_({ kind: "unread", missing }, everything);
    return [{ denied: [{ kind: "public", id: "allUsers" }], except: [], certain: statements, perhaps: statements }];
  }
  const actions: ActionSet = {
    include: texts(deny, "deniedPermissions").map((each) => permissionGlob(each, globs)),
    except: texts(deny, "exceptionPermissions").map((each) => permissionGlob(each, globs)),
  };
  const expression = text(object(deny, "denialCondition") ?? {}, "expression");
  const condition = expression === null ? always : readCel(expression, globs);
  const missing = `whom deny policy ${policy} binds (${[...texts(deny, "deniedPrincipals"), ...texts(deny, "exceptionPrincipals")].slice(0, 3).join(", ")})`;
  return [
    {
      denied: texts(deny, "deniedPrincipals").map(readMember),
      except: texts(deny, "exceptionPrincipals").map(readMember),
      certain: place_(condition, actions),
      perhaps: place_(allOf([condition, { kind: "unread", missing }]), actions),
    },
  ];
}

const lists = ["deniedPrincipals", "exceptionPrincipals", "deniedPermissions", "exceptionPermissions"];

function isDocumented(deny: VendorObject): boolean {
  const { denialCondition } = deny;
  const isOpen = denialCondition === undefined || denialCondition === null;
  if (!isOpen && text(object(deny, "denialCondition") ?? {}, "expression") === null) return false;
  return lists.every((member) => {
    const list = deny[member];
    return list === undefined || (Array.isArray(list) && texts(deny, member).length === list.length);
  });
}

/** Services that allow policies call by another name. https://docs.cloud.google.com/iam/docs/deny-permissions-support */
const services: ReadonlyMap<string, string> = new Map([["cloudresourcemanager", "resourcemanager"]]);

/** `compute.googleapis.com/firewalls.*` as allow policies write it: `compute.firewalls.*`. */
export function permissionGlob(permission: string, globs: Globs): ReturnType<Globs["pattern"]> {
  const [, service = "", rest = ""] = /^([^/]+?)(?:\.googleapis\.com)?\/(.+)$/.exec(permission) ?? [];
  if (service === "") return globs.pattern(permission.toLowerCase());
  return globs.pattern(`${services.get(service) ?? service}.${rest.replaceAll(/\s+/g, "")}`.toLowerCase());
}

/** Where deny policies could not be read, anything may be denied. */
function unreadDenials(index: RecordIndex, places: Places, scopes: Scopes, globs: Globs): readonly Statement[] {
  const everything: ActionSet = { include: [globs.pattern("*")], except: [] };
  const statements: Statement[] = [];
  const add = (place: string, why: string, make: (said: Parameters<Scopes["in"]>[1]) => readonly Statement[]): void => {
    const missing = `the deny policies of ${place} (${why})`;
    const ref = {
      policy: `deny policies of ${place}`,
      statement: "*",
      effect: "deny",
      layer: "deny policy",
      attachedTo: place,
    } as const;
    statements.push(
      ...make({ effect: "deny", actions: everything, condition: { kind: "unread", missing }, ref, breadth: null }),
    );
  };
  const missingAbove = new Map<string, Place>();
  for (const place of places.all) {
    const why = unreadAt(index, place);
    if (why !== null) add(place.name, why, (said) => scopes.in(place, said));
    if (place.above === null) {
      add(`whatever lies above ${place.name}`, "where it lies is not known", (said) => [scopes.at(place.below, said)]);
    }
    for (const above of place.above ?? []) if (places.find(above) === null) missingAbove.set(above, place);
  }
  for (const [above, below] of missingAbove) {
    const path = below.path.slice(0, below.path.indexOf(`${above}/`) + above.length + 1);
    const glob = globs.of([
      { kind: "literal", text: path },
      { kind: "pattern", text: "*" },
    ]);
    add(above, `${listing}: not asked`, (said) => [scopes.at(glob, said)]);
  }
  return statements;
}

function unreadAt(index: RecordIndex, { account }: Place): string | null {
  const target = { cloud: "gcp", account, region: globalRegion } as const;
  const listed = index.coverage(target, listing);
  if (listed === null || !isKnown(listed.status)) return `${listing}: ${listed?.status ?? "not asked"}`;
  if (index.at(target, listing).length === 0 && index.at(target, getting).length === 0) return null;
  const got = index.coverage(target, getting);
  return got !== null && isKnown(got.status) ? null : `${getting}: ${got?.status ?? "not asked"}`;
}
