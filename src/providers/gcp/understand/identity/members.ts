/** Whom a policy speaks of, in the terms of allow policies. */
export type Member =
  /** A person, a service account, a group or everyone of a domain, by address. */
  | { readonly kind: "user" | "service-account" | "group" | "domain"; readonly id: string; readonly address: string }
  /** Anyone, or anyone who signs in with Google. */
  | { readonly kind: "public"; readonly id: string }
  /** Whoever an identity pool lets in, one by one or by an attribute. The pool is its name; of clusters `<project>.svc.id.goog`. */
  | { readonly kind: "federated"; readonly id: string; readonly pool: string; readonly told: string | null }
  /** Every service account, or every service agent, of a project, a folder or an organization. */
  | { readonly kind: "accounts-of"; readonly id: string; readonly place: string; readonly agents: boolean }
  /** Everyone of a Google Workspace or Cloud Identity account. */
  | { readonly kind: "customer"; readonly id: string; readonly customer: string }
  /** Whoever has a basic role on a project. */
  | { readonly kind: "convenience"; readonly id: string; readonly role: string; readonly project: string }
  | { readonly kind: "deleted" | "unknown"; readonly id: string };

const addressed: Readonly<Record<string, "user" | "service-account" | "group" | "domain">> = {
  user: "user",
  serviceAccount: "service-account",
  group: "group",
  domain: "domain",
};

const basic: Readonly<Record<string, string>> = {
  projectOwner: "roles/owner",
  projectEditor: "roles/editor",
  projectViewer: "roles/viewer",
};

const known = new Map<string, Member>();

/**
 * Reads a member of an allow policy or a principal of a deny policy: both name the same with other words.
 * https://docs.cloud.google.com/iam/docs/principal-identifiers
 */
export function readMember(text: string): Member {
  const before = known.get(text);
  if (before !== undefined) return before;
  const made = read(text);
  // Bounded, for policies may come from anybody's file.
  if (known.size < 200_000) known.set(text, made);
  return made;
}

function read(text: string): Member {
  if (text === "allUsers" || text === "principalSet://goog/public:all") return { kind: "public", id: "allUsers" };
  if (text === "allAuthenticatedUsers") return { kind: "public", id: text };
  if (text.startsWith("deleted:")) return { kind: "deleted", id: text };
  const [, scheme = "", rest = ""] = /^(principal|principalSet):\/\/(.+)$/s.exec(text) ?? [];
  if (scheme !== "") return readPrincipal(text, scheme, rest);
  const [, type = "", name = ""] = /^([A-Za-z]+):(.+)$/s.exec(text) ?? [];
  const cluster = type === "serviceAccount" ? /^([\w.:-]+\.svc\.id\.goog)\[(.+)\]$/.exec(name) : null;
  if (cluster !== null) {
    const [, namespace = "", account = ""] = /^([^/]*)\/(.*)$/s.exec(cluster[2] ?? "") ?? [];
    return { kind: "federated", id: text, pool: cluster[1] ?? "", told: `subject/ns/${namespace}/sa/${account}` };
  }
  const kind = Object.hasOwn(addressed, type) ? addressed[type] : undefined;
  if (kind !== undefined) return byAddress(kind, name);
  const role = Object.hasOwn(basic, type) ? basic[type] : undefined;
  return role === undefined ? { kind: "unknown", id: text } : { kind: "convenience", id: text, role, project: name };
}

const prefixes = { user: "user", "service-account": "serviceAccount", group: "group", domain: "domain" } as const;

/** Addresses fold case. What allow policies append of a deleted one's id is left as it is. */
export function byAddress(kind: "user" | "service-account" | "group" | "domain", name: string): Member {
  const address = name.toLowerCase();
  return { kind, id: `${prefixes[kind]}:${address}`, address };
}

function readPrincipal(id: string, scheme: string, rest: string): Member {
  const address = scheme === "principal" ? /^goog\/subject\/(.+)$/s.exec(rest)?.[1] : undefined;
  if (address !== undefined) {
    return byAddress(/\.gserviceaccount\.com$/i.test(address) ? "service-account" : "user", address);
  }
  const account = /^iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/(.+)$/s.exec(rest)?.[1];
  if (account !== undefined) return byAddress("service-account", account);
  const group = /^goog\/group\/(.+)$/s.exec(rest)?.[1];
  if (group !== undefined) return byAddress("group", group);
  const customer = /^goog\/cloudIdentityCustomerId\/(.+)$/s.exec(rest)?.[1];
  if (customer !== undefined) return { kind: "customer", id, customer };
  const [, place, type] =
    /^cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/type\/(ServiceAccount|ServiceAgent)$/.exec(
      rest,
    ) ?? [];
  if (place !== undefined) return { kind: "accounts-of", id, place, agents: type === "ServiceAgent" };
  const [, pool, told] =
    /^iam\.googleapis\.com\/((?:projects\/[^/]+\/)?locations\/[^/]+\/(?:workloadIdentityPools|workforcePools)\/[^/]+)\/(.+)$/s.exec(
      rest,
    ) ?? [];
  if (pool !== undefined && told !== undefined) {
    return { kind: "federated", id, pool, told: told === "*" ? null : told };
  }
  return { kind: "unknown", id };
}
