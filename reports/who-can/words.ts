import { effectsInWords, withoutRules } from "../../src/model/firewall-effect.ts";
import { azurePlace, type ResourceRef } from "../../src/model/resource.ts";
import type { WhoCanGrant } from "../../src/model/who-can.ts";
import { count } from "../table/words.ts";

/** Actions, resources and statements that are named before the rest is only counted. */
const actionsNamed = 3;
const resourcesNamed = 3;
const kindsNamed = 4;

/** `change firewall rules and address lists (119 actions), on 20 security groups and any other`. Untrusted. */
export function canWords(
  { actions, effects, scopes, resources }: WhoCanGrant,
  known: ReadonlyMap<string, ResourceRef>,
): string {
  const changes = effectsInWords(effects);
  const named = actions.length > actionsNamed ? count(actions.length, "action") : actions.join(", ");
  const what = changes === "" ? `use ${named}` : `change ${changes} (${named}${withoutRules(effects)})`;
  const found = resourceWords(
    resources.flatMap((id) => known.get(id) ?? []),
    resources.length,
  );
  const beyonds = new Set(scopes.map(({ beyond }) => beyond));
  const others = beyonds.has("any") ? "any" : beyonds.has("matching") ? "whatever matches a pattern" : "";
  if (found === "") return others === "" ? what : `${what}, on ${others}`;
  const rest = others === "any" ? " and any other" : others === "" ? "" : ` and ${others}`;
  return `${what}, on ${found}${rest}`;
}

/** Few resources by name, many by how many of which kind. */
function resourceWords(resources: readonly ResourceRef[], amount: number): string {
  if (amount <= resourcesNamed) {
    return resources.map(resourceInWords).join(", ");
  }
  const kinds = [...Map.groupBy(resources, ({ type }) => type)].toSorted(([, a], [, b]) => b.length - a.length);
  const named = kinds
    .slice(0, kindsNamed)
    .map(([type, all]) => count(all.length, kindNames[type] ?? (type.split(":").at(-1) ?? type).replaceAll("-", " ")));
  const others = kinds.slice(kindsNamed).reduce((sum, [, all]) => sum + all.length, 0);
  return [...named, ...(others === 0 ? [] : [`${others} more`])].join(", ");
}

/** An Azure resource by its name and where it lies, any other by its id. */
function resourceInWords(resource: ResourceRef): string {
  const { id, name } = resource;
  const place = azurePlace(resource);
  if (place !== null && name !== null) return `${name} (${place})`;
  return name === null || name === "" || name === id ? id : `${id} (${name})`;
}

/** Kinds whose names are no words. */
const kindNames: Readonly<Record<string, string>> = {
  "aws:ec2:network-acl": "network ACL",
  "azure:network:public-ip-address": "public IP address",
  "azure:network:public-ip-prefix": "public IP prefix",
  "azure:network:ip-group": "IP group",
  "azure:network:nat-gateway": "NAT gateway",
  "gcp:compute:vpc-firewall-rules": "set of VPC firewall rules",
};
