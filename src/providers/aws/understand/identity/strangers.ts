import { leavesOf, type Condition, type Test } from "../../../../identity/condition.ts";
import { knownFact, openFact, unreadFact, type Fact } from "../../../../identity/facts.ts";
import type { Principal } from "../../../../identity/principal.ts";
import { globalRegion } from "../../../../model/resource.ts";
import { cognito, publicIssuers } from "./issuers.ts";
import type { Organization } from "./organization.ts";
import type { NamedPrincipal } from "./principals.ts";
import type { AssumeAction, Caller, TrustEntry } from "./trust.ts";

/** Someone outside of the scanned accounts whom a role trusts. */
export interface Stranger {
  readonly principal: Principal;
  readonly caller: Caller;
}

/** What telling strangers from one's own rests on. */
export interface Surroundings {
  /** Accounts of the scan. */
  readonly scanned: ReadonlySet<string>;
  /** Accounts of the scan and of their organization. */
  readonly own: ReadonlySet<string>;
  /** Whether an account that is not in `own` is certainly outside. */
  readonly organizationKnown: boolean;
  readonly organization: Organization;
}

/**
 * Everyone whom trust policies let in from outside of the scanned accounts: other accounts and what they name in them, anyone at all, and whom SAML and
 * OIDC providers vouch for. Each once, but for providers once per role's own words on whom it takes.
 */
export function strangersIn(allows: readonly TrustEntry[], around: Surroundings): readonly Stranger[] {
  const strangers = new Map<string, Stranger>();
  for (const entry of allows) {
    const { list, negated } = entry.principals;
    const named: readonly NamedPrincipal[] = negated ? [{ kind: "anyone" }] : list;
    for (const each of named) {
      const stranger = strangerOf(each, entry, around);
      if (stranger !== null && !strangers.has(stranger.principal.id)) strangers.set(stranger.principal.id, stranger);
    }
  }
  return [...strangers.values()];
}

function strangerOf(each: NamedPrincipal, entry: TrustEntry, around: Surroundings): Stranger | null {
  switch (each.kind) {
    case "service":
    case "nobody":
      return null;
    case "anyone":
      return stranger("*", "public", "outside", entry, each, "sts:assumerole", factsOfOutsider(null, null, around));
    case "account":
    case "identity": {
      if (around.scanned.has(each.account)) return null;
      const id = each.kind === "account" ? `arn:aws:iam::${each.account}:root` : each.arn;
      const home = homeOf(each.account, around);
      const arn = each.kind === "identity" ? each.arn : null;
      return stranger(id, "account", home, entry, each, "sts:assumerole", factsOfOutsider(each.account, arn, around));
    }
    case "federated":
      return federated(each, entry, around);
  }
}

function homeOf(account: string, { own, organizationKnown }: Surroundings): Principal["home"] {
  return own.has(account) ? "own" : organizationKnown ? "outside" : "unknown";
}

function stranger(
  id: string,
  kind: Principal["kind"],
  home: Principal["home"],
  { role }: TrustEntry,
  principal: NamedPrincipal,
  action: AssumeAction,
  facts: Caller["facts"],
): Stranger {
  const account = principal.kind === "account" || principal.kind === "identity" ? principal.account : "";
  return {
    principal: {
      id,
      names: [],
      kind,
      // Who is not of the account is told of where it is let in.
      resource: {
        cloud: "aws",
        account: role.account,
        region: globalRegion,
        type: `aws:iam:${kind}`,
        id,
        name: null,
        arn: id.startsWith("arn:") ? id : null,
      },
      home,
      managedBy: null,
      createdAt: null,
      uses: null,
    },
    caller: { principal, account, facts, action, isBounded: false },
  };
}

/** What is known of requests from another account, or from anyone. */
function factsOfOutsider(account: string | null, arn: string | null, around: Surroundings): Caller["facts"] {
  const organization = organizationOf(account, around);
  return (key) => {
    switch (key) {
      case "aws:principalaccount":
        return account === null ? openFact("authentication", "always") : knownFact([account], "authentication");
      case "aws:principalarn":
        return arn === null ? openFact("authentication", "always") : knownFact([arn], "authentication");
      case "aws:principalorgid":
        return organization;
      case "aws:principalorgpaths":
        return organization.missing !== null || account !== null ? openFact("authentication") : organization;
      case "aws:principalisawsservice":
        return knownFact(["false"]);
      case "aws:sourceaccount":
      case "aws:sourcearn":
      case "aws:sourceorgid":
      case "aws:sourceorgpaths":
        return knownFact([]);
      default:
        return key.startsWith("aws:principaltag/") ? openFact("authentication") : null;
    }
  };
}

/** The organization of an outsider: any but that of the scan. */
function organizationOf(account: string | null, { scanned, own, organization, organizationKnown }: Surroundings): Fact {
  const memberships = [...scanned].map((each) => organization.membership(each));
  const unread = memberships.find(({ known }) => !known);
  const [ours] = memberships.flatMap(({ organization: id }) => id ?? []);
  if (account !== null && own.has(account) && ours !== undefined) return knownFact([ours], "authentication");
  if (unread !== undefined) return unreadFact(unread.missing);
  if (account !== null && !organizationKnown) return unreadFact(`which organization account ${account} is in`);
  return { ...openFact("authentication"), except: memberships.flatMap(({ organization: id }) => id ?? []) };
}

function federated(
  each: NamedPrincipal & { readonly kind: "federated" },
  entry: TrustEntry,
  around: Surroundings,
): Stranger {
  const { provider } = each;
  const facts: Caller["facts"] = (key) => {
    if (/^aws:principal(?:arn|account|orgid|orgpaths|tag\/)/.test(key)) return openFact("authentication");
    if (key.startsWith("aws:source")) return key === "aws:sourceip" ? null : knownFact([]);
    return key === "aws:principalisawsservice" ? knownFact(["false"]) : null;
  };
  if (provider.includes(":saml-provider/")) {
    const home = homeOf(provider.split(":")[4] ?? "", around);
    return stranger(provider, "federated", home, entry, each, "sts:assumerolewithsaml", facts);
  }
  const host = provider.replace(/^arn:[^:]*:iam::[^:]*:oidc-provider\//, "");
  const tests = testsOf(entry.statement.condition, host);
  const bound = isBound(host, tests);
  const subject = subjectOf(host, tests);
  const id = subject === null ? provider : `${provider} ${subject}`;
  return stranger(id, "federated", bound ? "own" : "outside", entry, each, "sts:assumerolewithwebidentity", facts);
}

/** What a trust says of a token's claims, by claim: positive tests alone, for what is not excluded is still anyone. */
function testsOf(condition: Condition, host: string): ReadonlyMap<string, readonly Test[]> {
  const prefix = `${host.toLowerCase()}:`;
  const tests = new Map<string, Test[]>();
  for (const leaf of leavesOf(condition)) {
    if (leaf.kind !== "test" || !leaf.test.key.startsWith(prefix)) continue;
    const { negated, absent, match } = leaf.test;
    if (negated || absent || match?.kind !== "text") continue;
    const claim = leaf.test.key.slice(prefix.length);
    tests.set(claim, [...(tests.get(claim) ?? []), leaf.test]);
  }
  return tests;
}

function valuesOf({ match }: Test): readonly string[] {
  if (match?.kind !== "text") return [];
  return match.anyOf.map((pattern) => (pattern.kind === "glob" ? pattern.glob.text : pattern.template.text));
}

/** Whether those whom the trust takes are of named customers of the issuer. */
function isBound(host: string, tests: ReadonlyMap<string, readonly Test[]>): boolean {
  if (host.toLowerCase() === cognito) {
    const isBoundTo = (claim: string, allowed: RegExp): boolean =>
      (tests.get(claim) ?? []).some(
        (test) => valuesOf(test).length > 0 && valuesOf(test).every((value) => allowed.test(value)),
      );
    // A guest of an identity pool needs no account anywhere.
    return isBoundTo("aud", /^[^*?]+$/) && isBoundTo("amr", /^(?!unauthenticated)[^*?]+$/);
  }
  const issuer = publicIssuers.find(
    (each) => host.toLowerCase() === each.host || host.toLowerCase().startsWith(`${each.host}/`),
  );
  if (issuer === undefined) return true;
  return Object.entries(issuer.claims).some(([claim, bound]) =>
    (tests.get(claim) ?? []).some(
      (test) => valuesOf(test).length > 0 && valuesOf(test).every((value) => bound.test(value)),
    ),
  );
}

/** Whom the trust takes, in its own words: `sub repo:org/app:*`; null when it takes everyone whom the provider vouches for. */
function subjectOf(host: string, tests: ReadonlyMap<string, readonly Test[]>): string | null {
  const said = [...tests].filter(([claim]) => claim !== "aud" || host.toLowerCase() === cognito);
  if (said.length === 0) return null;
  return said
    .map(([claim, list]) => `${claim} ${list.map((test) => valuesOf(test).join(" or ")).join(" and ")}`)
    .join(", ");
}
