import type { VendorObject } from "../../../snapshot/record.ts";
import { object, objects, text } from "../../read.ts";
import { subscriptionOf } from "../understand/arm.ts";
import type { DumpDocument } from "../../../snapshot/dump.ts";
import { type FoundAnswer, type FoundResource, subscriptionType } from "./shapes.ts";

/** An answer with the document that it was found in. */
export interface FoundIn {
  readonly document: DumpDocument;
  readonly answer: FoundAnswer;
}

/** What a dump says of subscriptions and of what lies above them. */
export interface Subscriptions {
  /** The subscriptions in whose listings a resource of a document stands: its own, or those that inherit it. */
  readonly of: (resource: FoundResource, document: DumpDocument) => readonly string[];
  /** The tenant that a subscription trusts; null where the dump does not say. */
  readonly tenantOf: (subscription: string) => string | null;
}

/** Finds out which subscriptions a dump is about. */
export function subscriptionsIn(found: readonly FoundIn[]): Subscriptions {
  const named = new Map(
    found.map(({ document, answer }) => [document, new Set(answer.resources.flatMap((each) => ownOf(each) ?? []))]),
  );
  const all = new Set(
    found.flatMap(({ answer }) =>
      answer.resources.flatMap((each) => (each.type === subscriptionType ? [] : (ownOf(each) ?? []))),
    ),
  );
  const bodies = found.flatMap(({ answer }) => answer.resources.filter(({ type }) => type === subscriptionType));
  const tenants = new Map(bodies.map(({ id, data }) => [subscriptionOf(id) ?? "", text(data, "tenantId")]));
  const chains = new Map(
    bodies.flatMap(({ id, data }) => {
      const chain = chainOf(data);
      return chain === null ? [] : [[subscriptionOf(id) ?? "", chain] as const];
    }),
  );
  return {
    of(resource, document) {
      const own = ownOf(resource);
      if (own !== null) return [own];
      if (!resource.type.startsWith("microsoft.authorization/")) return [];
      // What is inherited comes with the listing of a subscription, which the rest of the same document names.
      const here = [...(named.get(document) ?? [])];
      const group = managementGroupOf(resource);
      const hosts = here.length > 0 ? here : [...all];
      return hosts.filter((host) => group === null || (chains.get(host)?.has(group) ?? true));
    },
    tenantOf: (subscription) => tenants.get(subscription) ?? null,
  };
}

/** The subscription that a resource lies in; null for what lies above subscriptions. */
function ownOf({ id, data }: FoundResource): string | null {
  const row = text(data, "subscriptionId")?.toLowerCase() ?? null;
  return subscriptionOf(id) ?? row;
}

/** The management group that an assignment lies at, in lower case. */
function managementGroupOf({ id }: FoundResource): string | null {
  return /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)\//i.exec(id)?.[1]?.toLowerCase() ?? null;
}

/** The management groups above a subscription, in lower case. */
function chainOf(data: VendorObject): ReadonlySet<string> | null {
  const properties = object(data, "properties") ?? {};
  if (properties["managementGroupAncestorsChain"] === undefined) return null;
  return new Set(
    objects(properties, "managementGroupAncestorsChain").flatMap((each) => text(each, "name")?.toLowerCase() ?? []),
  );
}
