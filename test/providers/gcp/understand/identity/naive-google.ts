// An interpreter of Google's policies for one whole request, written from Google's documentation and sharing no code with the engine: it reads the REST
// bodies themselves, knows nothing of unknowns or sets, and is slow and simple on purpose. Conditions come as functions beside their text.

/** Everything that a request says. */
export interface Request {
  /** A member as allow policies write it. */
  readonly principal: string;
  readonly permission: string;
  /** From the top: `organizations/1`, `folders/2`, `projects/shop`, and a service account's name where it is about one. */
  readonly way: readonly string[];
  readonly type: string;
  readonly name: string;
  readonly context: Context;
}

/** What no record tells. */
export interface Context {
  /** ISO 8601. */
  readonly time: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The roles that the request grants. */
  readonly grants: readonly string[];
}

export interface Condition {
  readonly text: string;
  readonly holds: (request: Request) => boolean;
}

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition: Condition | null;
}

export interface DenyRule {
  readonly deniedPrincipals: readonly string[];
  readonly exceptionPrincipals: readonly string[];
  readonly deniedPermissions: readonly string[];
  readonly exceptionPermissions: readonly string[];
  readonly condition: Condition | null;
}

export interface Boundary {
  readonly resources: readonly string[];
  readonly version: number;
  /** Whom it binds. */
  readonly binds: "everyone" | "service accounts";
}

/** A whole estate of policies. */
export interface Policies {
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** By project, folder, organization or service account. */
  readonly allow: Readonly<Record<string, readonly Binding[]>>;
  readonly deny: Readonly<Record<string, readonly DenyRule[]>>;
  readonly boundaries: readonly Boundary[];
}

/** https://docs.cloud.google.com/iam/docs/policy-types#evaluation */
export function isAllowed(request: Request, policies: Policies): boolean {
  const { principal, permission, way } = request;
  const binding = policies.boundaries.filter(
    ({ binds, version }) =>
      (binds === "everyone" || principal.startsWith("serviceAccount:")) && blockedFrom(permission) <= version,
  );
  if (binding.length > 0 && !binding.some(({ resources }) => resources.some((each) => way.includes(each))))
    return false;
  for (const place of way) {
    for (const rule of policies.deny[place] ?? []) {
      const denied = rule.deniedPrincipals.some((each) => isMeant(each, principal, policies));
      const spared = rule.exceptionPrincipals.some((each) => isMeant(each, principal, policies));
      const covers = rule.deniedPermissions.some((each) => isPermission(each, permission));
      const except = rule.exceptionPermissions.some((each) => isPermission(each, permission));
      const holds = rule.condition === null || rule.condition.holds(request);
      if (denied && !spared && covers && !except && holds) return false;
    }
  }
  return way.some((place) =>
    (policies.allow[place] ?? []).some(
      ({ role, members, condition }) =>
        (policies.roles[role] ?? []).includes(permission) &&
        members.some((each) => isHeldBy(each, principal, policies)) &&
        (condition === null || condition.holds(request)),
    ),
  );
}

function isHeldBy(member: string, principal: string, { groups }: Policies): boolean {
  if (member === principal) return true;
  return member.startsWith("group:") && (groups[member.slice("group:".length)] ?? []).includes(principal);
}

function isMeant(named: string, principal: string, { groups }: Policies): boolean {
  if (named === "principalSet://goog/public:all") return true;
  const [kind = "", address = ""] = principal.split(":");
  if (named === `principal://goog/subject/${address}`) return kind === "user";
  if (named === `principal://iam.googleapis.com/projects/-/serviceAccounts/${address}`) return true;
  if (named.startsWith("principalSet://goog/group/")) {
    return (groups[named.slice("principalSet://goog/group/".length)] ?? []).includes(principal);
  }
  return named.endsWith("/type/ServiceAccount") && kind === "serviceAccount";
}

/** `compute.googleapis.com/firewalls.*`. */
function isPermission(named: string, permission: string): boolean {
  const v1 = named.replace("cloudresourcemanager.googleapis.com/", "resourcemanager.").replace(".googleapis.com/", ".");
  return v1.endsWith("*") ? permission.startsWith(v1.slice(0, -1)) : v1 === permission;
}

/** The first version of enforcement that blocks it. https://docs.cloud.google.com/iam/docs/pab-blocked-permissions */
function blockedFrom(permission: string): number {
  if (permission.startsWith("resourcemanager.")) return 2;
  if (permission.startsWith("iam.serviceAccounts.")) return 3;
  return permission.startsWith("compute.firewalls.") || permission.startsWith("compute.networks.") ? 3 : Infinity;
}
