import type { Reference } from "./build.ts";
import type { ArmObject, ArmResource, ArmValue } from "./estate.ts";

/** What each resource is attached to, as ARM tells it on the other side too. Call it once, with everything of a subscription. */
export function joined(resources: readonly ArmResource[]): readonly ArmResource[] {
  const uses = resources.flatMap((entry) => usesOf(entry));
  const users = (id: string, member: string): readonly Reference[] =>
    uses.filter((use) => use.member === member && use.id === id).map(({ by }) => ({ id: by }));
  const back = (entry: ArmResource, found: Readonly<Record<string, readonly Reference[]>>): ArmResource => {
    const told = Object.entries(found).filter(([, list]) => list.length > 0);
    return told.length === 0 ? entry : { ...entry, properties: { ...entry.properties, ...Object.fromEntries(told) } };
  };
  return resources.map((entry) => {
    if (entry.type.endsWith("/networkSecurityGroups")) {
      const all = users(entry.id, "networkSecurityGroup");
      const isSubnet = ({ id }: Reference): boolean => id.includes("/subnets/");
      return back(entry, { subnets: all.filter(isSubnet), networkInterfaces: all.filter((user) => !isSubnet(user)) });
    }
    if (entry.type.endsWith("/routeTables")) return back(entry, { subnets: users(entry.id, "routeTable") });
    if (entry.type.endsWith("/publicIPAddresses")) {
      const [user] = users(entry.id, "publicIPAddress");
      return user === undefined ? entry : { ...entry, properties: { ...entry.properties, ipConfiguration: user } };
    }
    if (!entry.type.endsWith("/virtualNetworks")) return entry;
    const subnets = childrenOf(entry, "subnets").map((subnet) =>
      back(subnet, { ipConfigurations: users(subnet.id, "subnet") }),
    );
    return { ...entry, properties: { ...entry.properties, subnets } };
  });
}

interface Use {
  readonly member: string;
  readonly id: string;
  readonly by: string;
}

/** Which resources a resource and everything within it names, with the id of the innermost part that names them. */
function usesOf(entry: ArmResource): readonly Use[] {
  const found: Use[] = [];
  const visit = (value: ArmValue | undefined, by: string): void => {
    if (Array.isArray(value)) value.forEach((item: ArmValue) => visit(item, by));
    else if (isObject(value)) {
      const { id, properties } = value;
      const here = typeof id === "string" && properties !== undefined ? id : by;
      for (const [member, inner] of Object.entries(value)) {
        if (isObject(inner) && typeof inner["id"] === "string") found.push({ member, id: inner["id"], by: here });
        visit(inner, here);
      }
    }
  };
  visit(entry, entry.id);
  return found;
}

function isObject(value: ArmValue | undefined): value is ArmObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function childrenOf(entry: ArmResource, member: string): readonly ArmResource[] {
  const children = entry.properties[member];
  if (!Array.isArray(children)) return [];
  return children.filter((part: ArmValue): part is ArmResource => isObject(part) && typeof part["id"] === "string");
}
