import type { Automata } from "../../../../identity/automaton.ts";
import { keysOf, type Vocabulary } from "../../../../identity/bind.ts";
import { allOf, always, anyOf, leavesOf, never, not, type Condition } from "../../../../identity/condition.ts";
import { judge } from "../../../../identity/outcome.ts";
import type { Verdict } from "../../../../identity/estate.ts";
import { knownFact, settle, type Fact, type Facts } from "../../../../identity/facts.ts";
import { matchesGlob, type Globs } from "../../../../identity/glob.ts";
import type { Admission } from "../../../../identity/identity.ts";
import { eitherLevels, levelsOf, noLevels, type Levels } from "../../../../identity/levels.ts";
import type { Statement } from "../../../../identity/statement.ts";
import { residualOf } from "../../../../identity/words.ts";
import { cognito } from "./issuers.ts";
import { principalsOf, type NamedPrincipal, type Principals } from "./principals.ts";
import type { ReadStatement } from "./statements.ts";

/** How a role is assumed. */
export type AssumeAction = "sts:assumerole" | "sts:assumerolewithsaml" | "sts:assumerolewithwebidentity";

/** A role that trusts someone. */
export interface TrustingRole {
  /** Its index among identities. */
  readonly index: number;
  readonly arn: string;
  readonly account: string;
  /** Its trust policy. */
  readonly statements: readonly ReadStatement[];
  /** What the organization's resource control policies deny on it. */
  readonly controls: readonly Statement[];
}

/** Someone who would assume a role. */
export interface Caller {
  /** As trust policies may name it. */
  readonly principal: NamedPrincipal;
  readonly account: string;
  /** What is known of keys of its requests. */
  readonly facts: (key: string) => Fact | null;
  readonly action: AssumeAction;
  /** Whether it has a permissions boundary. */
  readonly isBounded: boolean;
}

/** A statement of a trust policy, with who it speaks of. */
export interface TrustEntry {
  readonly role: TrustingRole;
  readonly statement: ReadStatement;
  readonly principals: Principals;
}

/** The roles that let someone in, each as certainly as it does. */
export interface Admitted {
  readonly named: Levels;
  readonly delegated: Levels;
}

/** Who is let in by whom. */
export interface Trust {
  /** Statements that allow, of every role. */
  readonly allows: readonly TrustEntry[];
  /** The roles that let a caller in: by name, or by its account, whose own policies then have to allow it too. */
  readonly admits: (caller: Caller) => Admitted;
  readonly admission: (caller: Caller, target: number) => Admission;
  /** The roles that one of some services can assume. */
  readonly byServices: (services: readonly string[]) => Levels;
  /** The roles that a provider of the kind, in the role's own account, can vouch for. */
  readonly byProviders: (kind: "saml" | "oidc") => Levels;
}

export interface TrustInput {
  readonly roles: readonly TrustingRole[];
  /** How many identities there are. */
  readonly size: number;
  readonly globs: Globs;
  readonly automata: Automata;
  readonly vocabulary: Vocabulary;
}

/**
 * Role trust policies. A role that anyone may assume trusts by name; an account delegates to its own policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
 */
export function createTrust(input: TrustInput): Trust {
  const { roles, size, globs, automata, vocabulary } = input;
  const none = noLevels(size);
  const byIndex = new Map(roles.map((role) => [role.index, role]));
  const entries = new Map(
    roles.map((role) => [role.index, role.statements.map((statement) => entryOf(role, statement))]),
  );
  const allows = [...entries.values()].flat().filter(({ statement }) => statement.effect === "allow");
  const sorted = sortEntries(allows);

  /** What a role says to a caller: by name or by account, and what speaks against it. */
  const conditions = (
    role: TrustingRole,
    caller: Caller,
  ): { readonly named: Condition; readonly delegated: Condition } => {
    const facts: Facts = (key) => caller.facts(key) ?? vocabulary.fact(key);
    const own = entries.get(role.index) ?? [];
    const speaking = own.filter(({ statement }) => takesIn(statement, caller.action));
    const denies = [
      ...speaking
        .filter(({ statement, principals }) => statement.effect === "deny" && isDenied(principals, caller))
        .map(({ statement }) => statement),
      ...role.controls
        .filter((statement) => takesIn(statement, caller.action))
        .map((statement) => ({ condition: allOf([isOn(statement, role), statement.condition]) })),
    ];
    const allowedBy = (how: "named" | "delegated"): Condition =>
      anyOf(
        speaking
          .filter(({ statement, principals }) => statement.effect === "allow" && relationTo(principals, caller) === how)
          .map(({ statement, principals }) => allOf([statement.condition, sessionOf(principals, caller)])),
      );
    const against = denies.map(({ condition }) => not(condition));
    const whole = (how: "named" | "delegated"): Condition => settle(allOf([allowedBy(how), ...against]), facts, globs);
    return { named: whole("named"), delegated: whole("delegated") };
  };

  const verdictOf = (condition: Condition, caller: Caller): Verdict => {
    const facts: Facts = (key) => caller.facts(key) ?? vocabulary.fact(key);
    return judge(condition, { facts, globs, automata }).verdict;
  };

  const levelsFor = (indexes: Iterable<number>, caller: Caller): Admitted => {
    const named: [number, Verdict][] = [];
    const delegated: [number, Verdict][] = [];
    for (const index of new Set(indexes)) {
      const role = byIndex.get(index);
      if (role === undefined) continue;
      const said = conditions(role, caller);
      named.push([index, verdictOf(said.named, caller)]);
      delegated.push([index, verdictOf(said.delegated, caller)]);
    }
    const levels = (members: readonly (readonly [number, Verdict])[]): Levels =>
      members.every(([, verdict]) => verdict === "no") ? none : levelsOf(size, members);
    return { named: levels(named), delegated: levels(delegated) };
  };

  /** Roles whose trust says the same to everyone in an account but to those that it names. */
  const shared = new Map<string, Admitted>();
  const asksOfPrincipal = (index: number): boolean => {
    const role = byIndex.get(index);
    const statements = role === undefined ? [] : [...role.statements, ...role.controls];
    return statements.some(
      ({ condition, resources }) =>
        resources.include.some(({ kind }) => kind === "template") ||
        keysOf(condition).some((key) => vocabulary.level(key) === "principal"),
    );
  };
  const personal = new Map(
    roles.map(({ index }) => [index, asksOfPrincipal(index) || tellsApart(entries.get(index) ?? [])]),
  );

  const admits: Trust["admits"] = (caller) => {
    const broad = [...sorted.anyone, ...(sorted.accounts.get(caller.account) ?? [])];
    const isOfAccount = caller.principal.kind === "identity" || caller.principal.kind === "account";
    // What is shared is what holds for anyone of the account: whoever a trust names comes below.
    const anyone: Caller = isOfAccount
      ? { ...caller, principal: { kind: "account", account: caller.account } }
      : caller;
    const key = `${caller.account} ${caller.action}`;
    const impersonal = (): Admitted =>
      levelsFor(
        broad.filter((index) => personal.get(index) !== true),
        anyone,
      );
    const common = (isOfAccount ? shared.get(key) : undefined) ?? impersonal();
    if (isOfAccount) shared.set(key, common);
    const own = [...broad.filter((index) => personal.get(index) === true), ...namedFor(caller, sorted)];
    if (own.length === 0) return common;
    const special = levelsFor(own, caller);
    return {
      named: eitherLevels(common.named, special.named),
      delegated: eitherLevels(common.delegated, special.delegated),
    };
  };

  const services = new Map<string, Levels>();
  /** Cognito is passed roles like a service, and trusted like a provider. */
  const isTrustedAsProvider = (service: string): boolean => service === cognito;
  const byService = (service: string): Levels => {
    const known = services.get(service);
    if (known !== undefined) return known;
    const lists = isTrustedAsProvider(service) ? sorted.providers : sorted.services;
    const indexes = [...(lists.get(service) ?? []), ...sorted.anyone];
    const members = [...new Set(indexes)].flatMap((index): readonly (readonly [number, Verdict])[] => {
      const role = byIndex.get(index);
      if (role === undefined) return [];
      const caller = isTrustedAsProvider(service)
        ? providerCaller(service, role.account)
        : serviceCaller(service, role.account);
      return [[index, verdictOf(conditions(role, caller).named, caller)]];
    });
    const made = levelsOf(size, members);
    services.set(service, made);
    return made;
  };

  return {
    allows,
    admits,
    admission: (caller, target) => {
      const role = byIndex.get(target);
      if (role === undefined) return { statement: null, named: false, condition: null, missing: [] };
      const said = conditions(role, caller);
      const named = verdictOf(said.named, caller);
      const how = named === "no" ? "delegated" : "named";
      const facts: Facts = (key) => caller.facts(key) ?? vocabulary.fact(key);
      const condition = said[how];
      const { verdict, atMost, ways } = judge(condition, { facts, globs, automata });
      const entry = (entries.get(target) ?? []).find(
        ({ statement, principals }) =>
          statement.effect === "allow" && takesIn(statement, caller.action) && relationTo(principals, caller) === how,
      );
      return {
        statement: entry?.statement.ref ?? null,
        named: how === "named",
        condition: verdict === "yes" || atMost === "yes" ? null : residualOf(ways, facts, vocabulary),
        missing: [...leavesOf(condition)].flatMap((leaf) => (leaf.kind === "unread" ? [leaf.missing] : [])),
      };
    },
    byServices: (names) => names.map(byService).reduce(eitherLevels, none),
    byProviders: (kind) => {
      const part = kind === "saml" ? ":saml-provider/" : ":oidc-provider/";
      const members = allows.flatMap(({ role, principals }): readonly (readonly [number, Verdict])[] =>
        principals.list.some((each) => each.kind === "federated" && each.provider.includes(part))
          ? [[role.index, "yes"]]
          : [],
      );
      return levelsOf(size, members);
    },
  };
}

/** A statement that does not say of whom it speaks may speak of anyone. */
function entryOf(role: TrustingRole, statement: ReadStatement): TrustEntry {
  const principals = principalsOf(statement);
  if (principals !== null) return { role, statement, principals };
  const missing = `Principal of statement ${statement.ref.statement} of ${statement.ref.layer} ${statement.ref.policy} cannot be understood`;
  const condition = allOf([statement.condition, { kind: "unread", missing }]);
  return { role, statement: { ...statement, condition }, principals: { list: [{ kind: "anyone" }], negated: false } };
}

interface Sorted {
  readonly anyone: readonly number[];
  readonly accounts: ReadonlyMap<string, readonly number[]>;
  readonly identities: ReadonlyMap<string, readonly number[]>;
  readonly services: ReadonlyMap<string, readonly number[]>;
  readonly providers: ReadonlyMap<string, readonly number[]>;
}

/** Role indexes by whom they let in, so that nobody has to be compared with every role. */
function sortEntries(allows: readonly TrustEntry[]): Sorted {
  const anyone: number[] = [];
  const accounts = new Map<string, number[]>();
  const identities = new Map<string, number[]>();
  const services = new Map<string, number[]>();
  const providers = new Map<string, number[]>();
  const put = (map: Map<string, number[]>, key: string, index: number): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [index]);
    else list.push(index);
  };
  for (const { role, principals } of allows) {
    if (principals.negated) anyone.push(role.index);
    for (const each of principals.list) {
      if (each.kind === "anyone") anyone.push(role.index);
      else if (each.kind === "account") put(accounts, each.account, role.index);
      else if (each.kind === "identity") put(identities, each.arn, role.index);
      else if (each.kind === "service") put(services, each.name, role.index);
      else if (each.kind === "federated") put(providers, each.provider, role.index);
    }
  }
  return { anyone, accounts, identities, services, providers };
}

function namedFor({ principal }: Caller, sorted: Sorted): readonly number[] {
  if (principal.kind === "identity") return sorted.identities.get(principal.arn) ?? [];
  if (principal.kind === "federated") return sorted.providers.get(principal.provider) ?? [];
  return [];
}

/** Whether what the statements say to a caller of an account depends on who it is, beyond those whom they let in by name. */
function tellsApart(entries: readonly TrustEntry[]): boolean {
  return entries.some(
    ({ statement, principals }) =>
      principals.negated ||
      (statement.effect === "deny" && principals.list.some(({ kind }) => kind !== "anyone" && kind !== "account")),
  );
}

function serviceCaller(name: string, account: string): Caller {
  const isService = (key: string): Fact | null => {
    const values =
      key === "aws:principalisawsservice"
        ? ["true"]
        : key === "aws:principalservicename"
          ? [name]
          : key === "aws:sourceaccount"
            ? [account]
            : null;
    return values === null ? null : knownFact(values, "authentication");
  };
  return {
    principal: { kind: "service", name },
    account,
    facts: isService,
    action: "sts:assumerole",
    isBounded: false,
  };
}

function providerCaller(provider: string, account: string): Caller {
  return {
    principal: { kind: "federated", provider },
    account,
    facts: (key) => (key === "aws:principalisawsservice" ? knownFact(["false"]) : null),
    action: "sts:assumerolewithwebidentity",
    isBounded: false,
  };
}

/** Whether the statement speaks of the caller: by itself, by its account, or not at all. */
function relationTo({ list, negated }: Principals, caller: Caller): "named" | "delegated" | null {
  const relations = list.map((each) => relationToOne(each, caller));
  if (negated) return relations.every((each) => each === null) ? "named" : null;
  return relations.includes("named") ? "named" : relations.includes("delegated") ? "delegated" : null;
}

/**
 * Whether a Deny speaks of the caller. One that speaks of everyone but some speaks of whoever has a permissions boundary, whatever it excepts.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
function isDenied(principals: Principals, caller: Caller): boolean {
  return (principals.negated && caller.isBounded) || relationTo(principals, caller) !== null;
}

function relationToOne(each: NamedPrincipal, { principal, account }: Caller): "named" | "delegated" | null {
  switch (each.kind) {
    case "anyone":
      return "named";
    case "account":
      return (principal.kind === "identity" || principal.kind === "account") && each.account === account
        ? "delegated"
        : null;
    case "identity":
      return principal.kind === "identity" && each.arn === principal.arn ? "named" : null;
    case "service":
      return principal.kind === "service" && each.name === principal.name ? "named" : null;
    case "federated":
      return principal.kind === "federated" && each.provider === principal.provider ? "named" : null;
    case "nobody":
      return null;
  }
}

/** A statement for one session of a role holds for callers who named their session so. */
function sessionOf({ list, negated }: Principals, { principal }: Caller): Condition {
  if (negated || principal.kind !== "identity") return always;
  const own = list.filter((each) => each.kind === "identity" && each.arn === principal.arn);
  const sessions = own.flatMap((each) => (each.kind === "identity" && each.session !== null ? [each.session] : []));
  if (own.length === 0 || sessions.length < own.length) return always;
  return anyOf(
    sessions.map((session): Condition => ({
      kind: "free",
      text: `the session of the role is called ${session}`,
      key: "sts:RoleSessionName",
      control: "caller",
    })),
  );
}

function takesIn({ actions }: Statement, action: AssumeAction): boolean {
  return (
    actions.include.some((glob) => matchesGlob(glob, action)) &&
    !actions.except.some((glob) => matchesGlob(glob, action))
  );
}

/** Whether a resource control policy's statement is about the role; a pattern that depends on the request may be. */
function isOn({ resources, ref }: Statement, { arn }: TrustingRole): Condition {
  const hits = (patterns: Statement["resources"]["include"]): Condition =>
    anyOf(
      patterns.map((pattern): Condition =>
        pattern.kind === "glob"
          ? matchesGlob(pattern.glob, arn)
            ? always
            : never
          : { kind: "unread", missing: `what ${pattern.template.text} in ${ref.policy} stands for` },
      ),
    );
  return allOf([hits(resources.include), not(hits(resources.except))]);
}
