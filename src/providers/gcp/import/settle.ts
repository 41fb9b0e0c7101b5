import type { VendorObject } from "../../../snapshot/record.ts";
import { objects } from "../../read.ts";
import { canonicalJson, listed } from "../../shared/dump.ts";
import { operationNamed } from "../operations.ts";
import { withoutSecrets } from "../secrets.ts";
import type { Told } from "./asked.ts";
import { askedKey } from "./asked.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { HeldResource } from "./holdings.ts";
import { hierarchicalPolicies, networkPolicies } from "./resources.ts";

/** What of a dump becomes records: each resource once, and each answer by what was asked. */
export interface Settled {
  readonly resources: readonly HeldResource[];
  /** Custom roles of which the dump holds what they are called, and not what they hold: of no use as records. */
  readonly bareRoles: readonly HeldResource[];
  /** By {@link askedKey}. */
  readonly answers: ReadonlyMap<string, Told>;
  readonly notes: readonly string[];
}

/**
 * Takes each resource and each answer once. Of two that say different things of the same, the later in the dump counts, and a note says so.
 * A policy that is described with its rules where the listing left them out answers the question for them.
 */
export function settle(held: readonly HeldResource[], told: readonly Told[], hierarchy: Hierarchy): Settled {
  const differing = new Map<string, string[]>();
  const differ = (file: string, id: string): void => {
    const ids = differing.get(file) ?? [];
    ids.push(id);
    differing.set(file, ids);
  };
  const ancestors = hierarchy.told.flatMap(({ operation, account, id, data }): readonly HeldResource[] =>
    operation === null || account === null ? [] : [{ operation, account, id, data, file: "" }],
  );
  const byKey = new Map<string, HeldResource>();
  const described = new Map<string, HeldResource>();
  const put = (map: Map<string, HeldResource>, resource: HeldResource): void => {
    const key = keyOf(resource);
    const before = map.get(key);
    if (before !== undefined && wordsOf(before.data) === wordsOf(resource.data)) return;
    const isMore = before !== undefined && isRole(before) && isLess(before, resource);
    if (before !== undefined && !isMore) differ(resource.file, resource.id);
    map.set(key, resource);
  };
  const withoutRules = new Set(
    held.filter((resource) => isPolicy(resource) && !hasRules(resource)).map(({ id }) => id),
  );
  for (const each of [...ancestors, ...held]) {
    const resource = { ...each, data: trimmed(each.operation, each.data) };
    // A listing of roles leaves out what they hold.
    if (isRole(resource) && isLess(resource, byKey.get(keyOf(resource)))) continue;
    const isDescription = isPolicy(resource) && hasRules(resource) && withoutRules.has(resource.id);
    put(isDescription ? described : byKey, resource);
  }
  const answers = new Map<string, Told>();
  for (const { operation, account, id, data, file } of described.values()) {
    const answer = { request: {}, operation: descriptionOf(operation, id), account, items: [data], file, more: false };
    answers.set(askedKey(answer.operation, { policy: id }), answer);
  }
  for (const each of told) {
    const answer = { ...each, items: each.items.map((item) => trimmed(each.operation, item)) };
    const key = `${askedKey(answer.operation, answer.request)}${isOfProject(answer) ? ` ${answer.account}` : ""}`;
    const before = answers.get(key);
    // The next page of the same file.
    if (before?.more === true && before.file === answer.file) {
      answers.set(key, { ...answer, items: [...before.items, ...answer.items] });
      continue;
    }
    if (before !== undefined && wordsOf(before.items) !== wordsOf(answer.items)) {
      differ(answer.file, Object.values(answer.request).join(" in ") || answer.account);
    }
    answers.set(key, answer);
  }
  const notes = [...differing].map(
    ([file, ids]) => `${file} describes ${listed(ids)} differently from another answer; the later one counts.`,
  );
  // A listing that tells of any role what it holds tells it of all, but for those that hold nothing.
  const full = new Set(held.filter((resource) => isRole(resource) && holds(resource)).map(({ file }) => file));
  const isBare = (resource: HeldResource): boolean => isRole(resource) && !holds(resource) && !full.has(resource.file);
  const resources = [...byKey.values()];
  return {
    resources: resources.filter((resource) => !isBare(resource)),
    bareRoles: resources.filter(isBare),
    answers,
    notes,
  };
}

function trimmed(operation: string, data: VendorObject): VendorObject {
  return operationNamed(operation).trim(withoutSecrets(data));
}

/** Whether what was asked is told by the target alone. */
function isOfProject({ request }: Told): boolean {
  return Object.keys(request).length === 0;
}

function keyOf({ operation, account, id }: HeldResource): string {
  return `${operation} ${account} ${id}`;
}

function isRole({ operation }: HeldResource): boolean {
  return operation.endsWith(".roles.list");
}

function holds({ data }: HeldResource): boolean {
  return "includedPermissions" in data;
}

/** Whether a role is told without what it holds, and elsewhere with it. */
function isLess(role: HeldResource, other: HeldResource | undefined): boolean {
  return other !== undefined && !holds(role) && holds(other);
}

function isPolicy({ operation }: HeldResource): boolean {
  return operation === hierarchicalPolicies || operation === networkPolicies;
}

function hasRules({ data }: HeldResource): boolean {
  return objects(data, "rules").length > 0;
}

/** The operation that gives one policy. */
function descriptionOf(operation: string, id: string): string {
  if (operation === hierarchicalPolicies) return "compute.firewallPolicies.get";
  return id.includes("/regions/") ? "compute.regionNetworkFirewallPolicies.get" : "compute.networkFirewallPolicies.get";
}

/** Some tools leave `kind` out. */
const unsaid: ReadonlySet<string> = new Set(["kind"]);

function wordsOf(value: unknown): string {
  return canonicalJson(value, unsaid);
}
