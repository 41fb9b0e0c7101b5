import { objects } from "../../read.ts";
import { canonicalJson, listed } from "../../shared/dump.ts";
import { withoutSecrets } from "../secrets.ts";
import type { Told } from "./asked.ts";
import { askedKey } from "./asked.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { HeldResource } from "./holdings.ts";
import { hierarchicalPolicies, networkPolicies } from "./resources.ts";

/** What of a dump becomes records: each resource once, and each answer by what was asked. */
export interface Settled {
  readonly resources: readonly HeldResource[];
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
    const key = `${resource.operation} ${resource.account} ${resource.id}`;
    const before = map.get(key);
    if (before !== undefined && wordsOf(before.data) === wordsOf(resource.data)) return;
    if (before !== undefined) differ(resource.file, resource.id);
    map.set(key, resource);
  };
  const withoutRules = new Set(
    held.filter((resource) => isPolicy(resource) && !hasRules(resource)).map(({ id }) => id),
  );
  for (const each of [...ancestors, ...held]) {
    const resource = { ...each, data: withoutSecrets(each.data) };
    const isDescription = isPolicy(resource) && hasRules(resource) && withoutRules.has(resource.id);
    put(isDescription ? described : byKey, resource);
  }
  const answers = new Map<string, Told>();
  for (const { operation, account, id, data, file } of described.values()) {
    const answer = { request: {}, operation: descriptionOf(operation, id), account, items: [data], file, more: false };
    answers.set(askedKey(answer.operation, { policy: id }), answer);
  }
  for (const each of told) {
    const answer = { ...each, items: each.items.map(withoutSecrets) };
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
  return { resources: [...byKey.values()], answers, notes };
}

/** Whether what was asked is told by the target alone. */
function isOfProject({ request }: Told): boolean {
  return Object.keys(request).length === 0;
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
