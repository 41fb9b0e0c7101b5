import { knownFact, type Fact } from "../../../../identity/facts.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { ActionFacts } from "../../../../identity/resources.ts";
import { firewallPermissions } from "./data/firewall-permissions.ts";
import { kinds } from "./data/kinds.ts";
import type { PermissionKind } from "./data/types.ts";
import { grantedRoles, shapeKey } from "./keys.ts";

/** What the kind of resource that a permission is used on says of its attributes, but for the name. */
export function factsOfKind({ type, service, name }: PermissionKind): (key: string) => Fact | null {
  const known: Readonly<Record<string, Fact | null>> = {
    "resource.service": knownFact([service], "resource"),
    "resource.type": type === null ? null : knownFact([type], "resource"),
    [shapeKey]: name === null ? null : knownFact([name], "resource"),
    // Only a request that changes a policy grants anything.
    [grantedRoles]: knownFact([], "caller"),
  };
  return (key) => (Object.hasOwn(known, key) ? (known[key] ?? null) : null);
}

/** What the use of permissions fixes of requests: one object for each kind of resource. */
export interface Uses {
  readonly of: (permission: string) => ActionFacts;
  /** The use of a permission on one resource, whose name is known. */
  readonly named: (permission: string) => ActionFacts;
  /** A change of a policy that grants a role. */
  readonly granting: (permission: string, role: string) => ActionFacts;
}

const kindsOfPermissions: ReadonlyMap<string, PermissionKind> = new Map([
  ...firewallPermissions.map(({ permission, kind }) => [permission, kind] as const),
  ...firewallPermissions
    .flatMap(({ besides }) => besides.flatMap(({ oneOf }) => oneOf))
    .map(({ permission, kind }) => [permission, kind] as const),
  ["resourcemanager.projects.setIamPolicy", kinds.project],
  ["resourcemanager.folders.setIamPolicy", kinds.folder],
  ["resourcemanager.organizations.setIamPolicy", kinds.organization],
  ["iam.roles.update", kinds.role],
  ["compute.instances.create", kinds.instance],
  ["compute.instances.setMetadata", kinds.instance],
  ["compute.instances.osLogin", kinds.instance],
  ["compute.instances.osAdminLogin", kinds.instance],
  ["compute.projects.setCommonInstanceMetadata", kinds.project],
]);

/** What a permission is used on, as far as it matters to conditions. */
export function kindOf(permission: string): PermissionKind {
  const known = kindsOfPermissions.get(permission);
  if (known !== undefined) return known;
  if (/^iam\.serviceAccount(?:s|Keys)\./.test(permission)) return kinds.serviceAccount;
  return {
    type: null,
    service: `${permission.split(".")[0] ?? ""}.googleapis.com`,
    name: null,
    lies: "anywhere",
    refs: [],
  };
}

export function createUses(globs: Globs): Uses {
  const known = new Map<string, ActionFacts>();
  const remember = (id: string, make: () => ActionFacts["fact"]): ActionFacts => {
    const before = known.get(id) ?? { id, fact: make() };
    known.set(id, before);
    return before;
  };
  const idOf = ({ type, service, name }: PermissionKind): string => `${service} ${type ?? ""} ${name ?? ""}`;
  const of = (permission: string): ActionFacts => {
    const kind = kindOf(permission);
    return remember(idOf(kind), () => {
      const facts = factsOfKind(kind);
      const within =
        kind.name === null
          ? []
          : [{ kind: "text" as const, anyOf: [{ kind: "glob" as const, glob: globs.pattern(kind.name) }] }];
      const name: Fact = { presence: "always", values: null, within, except: [], missing: null, control: "resource" };
      return (key) => (key === "resource.name" ? name : facts(key));
    });
  };
  return {
    of,
    named: (permission) => {
      const kind = kindOf(permission);
      return remember(`named ${idOf(kind)}`, () => factsOfKind(kind));
    },
    granting: (permission, role) => {
      const base = of(permission);
      return remember(`${base.id} grants ${role}`, () => {
        const roles = knownFact([role], "caller");
        return (key) => (key === grantedRoles ? roles : base.fact(key));
      });
    },
  };
}
