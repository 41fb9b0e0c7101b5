// An interpreter of Azure's access control for one whole request, written from Azure's documentation and sharing no code with the engine: it knows nothing
// of unknowns, sets or patterns in common, only whether one request is allowed. Slow and simple on purpose.

export interface NaiveRole {
  readonly name: string;
  readonly permissions: readonly { readonly actions: readonly string[]; readonly notActions: readonly string[] }[];
}

export interface NaiveAssignment {
  readonly principal: string;
  readonly role: string;
  readonly scope: string;
  readonly eligible: boolean;
  /** The value that the request's attribute has to have; null for none. */
  readonly wants: string | null;
}

export interface NaiveDeny {
  readonly scope: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly principals: readonly string[];
  readonly excluded: readonly string[];
  readonly onlyHere: boolean;
}

export interface NaiveLock {
  readonly scope: string;
  readonly level: "ReadOnly" | "CanNotDelete";
}

export interface NaiveWorld {
  /** The management groups above each subscription, the nearest first. */
  readonly above: Readonly<Record<string, readonly string[]>>;
  /** The groups that each principal or group is in directly. */
  readonly memberOf: Readonly<Record<string, readonly string[]>>;
  readonly roles: readonly NaiveRole[];
  readonly assignments: readonly NaiveAssignment[];
  readonly denies: readonly NaiveDeny[];
  readonly locks: readonly NaiveLock[];
}

export interface NaiveRequest {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** What is open: which roles were activated, the attribute that conditions ask about, whether locks that can be deleted were. */
  readonly activated: readonly string[];
  readonly attribute: string | null;
  readonly deletesLocks: boolean;
}

const everyone = "00000000-0000-0000-0000-000000000000";

/** https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource */
export function isAllowed(world: NaiveWorld, request: NaiveRequest): boolean {
  const { principal, action, resource, activated, attribute, deletesLocks } = request;
  const token = tokenOf(world, principal);
  if (world.denies.some((deny) => isDenied(world, deny, token, action, resource))) return false;
  const isLocked = world.locks.some(
    (lock) =>
      lies(world, resource, lock.scope) && stops(lock, action) && !(deletesLocks && mayDelete(world, token, lock)),
  );
  if (isLocked) return false;
  return world.assignments.some(
    (assignment) =>
      token.includes(assignment.principal) &&
      lies(world, resource, assignment.scope) &&
      allows(world, assignment.role, action) &&
      (!assignment.eligible || activated.includes(assignment.role)) &&
      (assignment.wants === null || assignment.wants === attribute),
  );
}

/** Whoever holds a role with it at the lock's scope, in force or not, and is not denied it. */
function mayDelete(world: NaiveWorld, token: readonly string[], { scope }: NaiveLock): boolean {
  const action = "Microsoft.Authorization/locks/delete";
  if (world.denies.some((deny) => !deny.onlyHere && isDenied(world, deny, token, action, scope))) return false;
  return world.assignments.some(
    (assignment) =>
      token.includes(assignment.principal) &&
      lies(world, scope, assignment.scope) &&
      allows(world, assignment.role, action),
  );
}

function tokenOf({ memberOf }: NaiveWorld, principal: string): readonly string[] {
  const token = [principal];
  for (let at = 0; at < token.length; at++) {
    for (const group of memberOf[token[at] ?? ""] ?? []) if (!token.includes(group)) token.push(group);
  }
  return token;
}

function isDenied(
  world: NaiveWorld,
  deny: NaiveDeny,
  token: readonly string[],
  action: string,
  resource: string,
): boolean {
  const { principals, excluded, actions, notActions, scope, onlyHere } = deny;
  const concerned = principals.includes(everyone) || principals.some((id) => token.includes(id));
  if (!concerned || excluded.some((id) => token.includes(id))) return false;
  const here = onlyHere ? same(resource, scope) : lies(world, resource, scope);
  return here && matches(actions, action) && !matches(notActions, action);
}

function allows({ roles }: NaiveWorld, name: string, action: string): boolean {
  const role = roles.find((each) => each.name === name);
  return (
    role?.permissions.some(({ actions, notActions }) => matches(actions, action) && !matches(notActions, action)) ===
    true
  );
}

function stops({ level }: NaiveLock, action: string): boolean {
  const name = action.toLowerCase();
  if (name.startsWith("microsoft.authorization/locks/")) return false;
  return level === "CanNotDelete" ? name.endsWith("/delete") : !name.endsWith("/read");
}

function matches(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const source = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", "[^]*");
    return new RegExp(`^${source}$`, "i").test(action);
  });
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether a resource is in a scope. */
function lies({ above }: NaiveWorld, resource: string, scope: string): boolean {
  if (scope === "/" || same(resource, scope)) return true;
  if (resource.toLowerCase().startsWith(`${scope.toLowerCase()}/`)) return true;
  const group = /managementGroups\/([^/]+)$/i.exec(scope)?.[1];
  const subscription = resource.split("/")[2] ?? "";
  return group !== undefined && (above[subscription] ?? []).some((name) => same(name, group));
}
