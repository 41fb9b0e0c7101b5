import type { ActionFacts, ResourceItem, ResourceKind } from "../../../../identity/resources.ts";
import { knownFact, type Fact } from "../../../../identity/facts.ts";
import { matchesGlob, type GlobPart, type Globs } from "../../../../identity/glob.ts";
import type { Need, Use } from "../../../../identity/identity.ts";
import type { AuthorizedAction, AuthorizedResource, ResourceNeed } from "./data/types.ts";
import type { Membership } from "./organization.ts";

/** What making kinds of resource rests on. */
export interface KindsInput {
  readonly globs: Globs;
  /** Resources of the snapshot by the account in their ARN. */
  readonly items: (account: string) => readonly ResourceItem[];
  /** Whether everything of a Region was read that {@link items} hold of these types: then an id that is not among them is of nothing that exists. */
  readonly isGone: (account: string, text: string) => boolean;
  readonly partition: (account: string) => string;
  readonly membership: (account: string) => Membership;
}

/** The resources that actions name, account by account. */
export interface Kinds {
  readonly needsOf: (action: AuthorizedAction, account: string) => readonly Need[];
  /** What an action that the data does not know may name: anything. */
  readonly anything: (account: string) => readonly Need[];
  readonly kindOf: (resource: AuthorizedResource, part: ResourceNeed["part"], account: string) => ResourceKind;
  /** The kind of one given resource alone. */
  readonly only: (item: ResourceItem) => ResourceKind;
}

/** Services whose calls are signed for one Region, wherever they come from. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion */
const homeRegions: ReadonlyMap<string, string> = new Map([
  ["iam", "us-east-1"],
  ["organizations", "us-east-1"],
  ["cloudfront", "us-east-1"],
  ["route53", "us-east-1"],
  ["waf", "us-east-1"],
  ["shield", "us-east-1"],
  ["globalaccelerator", "us-west-2"],
]);

export function createKinds(input: KindsInput): Kinds {
  const { globs } = input;
  const kinds = new Map<string, ResourceKind>();

  const remember = (id: string, make: () => ResourceKind): ResourceKind => {
    const known = kinds.get(id) ?? make();
    kinds.set(id, known);
    return known;
  };

  const factsOf =
    (account: string, service: string, isGlobal: boolean) =>
    (key: string): Fact | null => {
      if (key === "aws:resourceaccount") return knownFact([account], "resource");
      if (key === "aws:requestedregion") {
        const home = isGlobal ? homeRegions.get(service) : undefined;
        return home === undefined ? null : knownFact([home], "caller");
      }
      if (key !== "aws:resourceorgid" && key !== "aws:resourceorgpaths") return null;
      return organizationFact(key, input.membership(account));
    };

  const kindOf: Kinds["kindOf"] = ({ arn }, part, account) =>
    remember(`${arn} ${account} ${part === "made"}`, () => {
      const universe = globs.of(universeOf(arn, account, input.partition(account)));
      const [, , service = "", region = ""] = arn.split(":");
      return {
        id: `${arn} ${account} ${part === "made"}`,
        universe,
        isClosed: false,
        // What is not made yet is none of those that exist.
        items: part === "made" ? [] : input.items(account).filter(({ text }) => matchesGlob(universe, text)),
        // Ids that EC2 gives cannot be foretold, so no statement that names one in full speaks of what is made.
        isGone: part === "made" && service === "ec2" ? () => true : (text) => input.isGone(account, text),
        fact: factsOf(account, service, region === ""),
        unnamed: null,
      };
    });

  const unnamed = (service: string, account: string): ResourceKind =>
    remember(`unnamed ${service} ${account}`, () => ({
      id: `unnamed ${service} ${account}`,
      universe: globs.literal("*"),
      isClosed: false,
      items: [],
      isGone: () => false,
      fact: factsOf(account, service, homeRegions.has(service)),
      unnamed: {
        about: globs.of([
          { kind: "part", text: `arn:*:${service}:` },
          { kind: "pattern", text: "*" },
        ]),
        missing: `whether AWS applies a statement for some resources to an action of ${service} that names none`,
      },
    }));

  const needs = new WeakMap<AuthorizedAction, Map<string, readonly Need[]>>();
  const makeNeeds = (action: AuthorizedAction, account: string): readonly Need[] => {
    const service = action.action.split(":")[0] ?? "";
    if (action.needs.length === 0) {
      const kind = unnamed(service, account);
      return [{ changed: true, oneOf: [{ kind, given: actionFacts(action, null) }] }];
    }
    return action.needs.map(({ part, oneOf }) => ({
      changed: part === "changed",
      oneOf: oneOf.map((resource): Use => ({
        kind: kindOf(resource, part, account),
        given: actionFacts(action, resource),
      })),
    }));
  };

  return {
    kindOf,
    needsOf: (action, account) => {
      const ofAction = needs.get(action) ?? new Map<string, readonly Need[]>();
      needs.set(action, ofAction);
      const known = ofAction.get(account) ?? makeNeeds(action, account);
      ofAction.set(account, known);
      return known;
    },
    anything: (account) => [
      {
        changed: true,
        oneOf: [
          {
            kind: remember(`anything ${account}`, () => ({
              id: `anything ${account}`,
              universe: globs.all,
              isClosed: false,
              items: [],
              isGone: () => false,
              fact: factsOf(account, "", false),
              unnamed: null,
            })),
            given: { id: "", fact: () => null },
          },
        ],
      },
    ],
    only: (item) =>
      remember(`only ${item.text}`, () => ({
        id: `only ${item.text}`,
        universe: globs.literal(item.text),
        isClosed: true,
        items: [item],
        isGone: () => false,
        fact: item.fact,
        unnamed: null,
      })),
  };
}

/** What an organization says of a resource's or a principal's account. */
export function organizationFact(key: string, { known, organization, path, missing }: Membership): Fact {
  if (!known) return { presence: "maybe", values: null, within: [], except: [], missing, control: "unknown" };
  if (organization === null) return knownFact([], "resource");
  if (!key.endsWith("orgpaths")) return knownFact([organization], "resource");
  return path === null
    ? {
        presence: "always",
        values: null,
        within: [],
        except: [],
        missing: "where the account is in the organization",
        control: "unknown",
      }
    : knownFact([path], "resource");
}

/** The texts that an ARN of the reference can be: its open parts are anything but colons. */
function universeOf(arn: string, account: string, partition: string): readonly GlobPart[] {
  if (arn === "*") return [{ kind: "literal", text: "*" }];
  const parts: GlobPart[] = [];
  let at = 0;
  for (const match of arn.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push({ kind: "literal", text: arn.slice(at, match.index) });
    at = match.index + match[0].length;
    const name = match[1] ?? "";
    if (name === "Partition") parts.push({ kind: "literal", text: partition });
    else if (name === "Account") parts.push({ kind: "literal", text: account });
    else if (name === "Region") parts.push({ kind: "part", text: "*" });
    // Ids and names hold no colons: without this, a pattern for another account's resources would match the rest of a name.
    else parts.push({ kind: "part", text: "?*" });
  }
  return [...parts, { kind: "literal", text: arn.slice(at) }];
}

const facts = new WeakMap<AuthorizedAction, Map<AuthorizedResource | null, ActionFacts>>();

/**
 * What an action fixes of the request's keys: keys of its service, and those of tags, that the reference does not list for it are not there.
 * @param resource null where it names none
 */
export function actionFacts(action: AuthorizedAction, resource: AuthorizedResource | null): ActionFacts {
  const ofAction = facts.get(action) ?? new Map<AuthorizedResource | null, ActionFacts>();
  facts.set(action, ofAction);
  const known = ofAction.get(resource);
  if (known !== undefined) return known;
  const service = `${action.action.split(":")[0] ?? ""}:`;
  const keys = new Set<string>();
  const families: string[] = [];
  for (const key of [...action.conditionKeys, ...(resource?.conditionKeys ?? [])]) {
    const open = key.indexOf("${");
    if (open < 0) keys.add(key.toLowerCase());
    else families.push(key.slice(0, open).toLowerCase());
  }
  const listed = (key: string): boolean => keys.has(key) || families.some((family) => key.startsWith(family));
  const absent = knownFact([]);
  const isTag = /^aws:(?:resourcetag\/|requesttag\/|tagkeys$)/;
  const made: ActionFacts = {
    id: `${action.action} ${resource?.type ?? ""} #${ofAction.size}`,
    fact: (key) => ((key.startsWith(service) || isTag.test(key)) && !listed(key) ? absent : null),
  };
  ofAction.set(resource, made);
  return made;
}

/** The same, with one key's value fixed by how the action is used. */
export function withFact(given: ActionFacts, key: string, fact: Fact): ActionFacts {
  const name = key.toLowerCase();
  return {
    id: `${given.id} ${name}=${fact.values?.join(" ") ?? ""}`,
    fact: (asked) => (asked === name ? fact : given.fact(asked)),
  };
}
