import { placeOf, type Cloud, type ResourceRef, type Target } from "../../src/model/resource.ts";
import { globalRegion } from "../../src/model/resource.ts";
import type { Report } from "../../src/model/report.ts";
import { identityNames } from "./identities.ts";
import { listOf, objectOf, textOf } from "./json-shapes.ts";

/** One account, subscription, project, folder or organization of the report. */
export interface Account {
  readonly cloud: Cloud;
  readonly id: string;
  /** What it is called; null where nobody told, or where it is called by its id. Untrusted. */
  readonly name: string | null;
  /** Its place in {@link accountsOf}, by which findings name it on the page. */
  readonly index: number;
}

/** Every account that a target or a finding is of, by cloud and name. */
export function accountsOf(report: Report): readonly Account[] {
  const names = new Map<string, { cloud: Cloud; id: string; name: string | null }>();
  for (const { cloud, account, name } of report.scan.targets) {
    const known = names.get(accountKey(cloud, account));
    names.set(accountKey(cloud, account), {
      cloud,
      id: account,
      name: known?.name ?? (name === account ? null : name),
    });
  }
  for (const { resource } of report.findings) {
    const key = accountKey(resource.cloud, resource.account);
    if (names.has(key)) continue;
    names.set(key, { cloud: resource.cloud, id: resource.account, name: tenantName(resource) });
  }
  return [...names.values()]
    .toSorted((a, b) => compare(a.cloud, b.cloud) || compare(a.name ?? a.id, b.name ?? b.id) || compare(a.id, b.id))
    .map(({ cloud, id, name }, index) => ({ cloud, id, name, index }));
}

/** Accounts by cloud and id. */
export function accountIndex(
  accounts: readonly Account[],
): (target: Pick<Target, "cloud" | "account">) => Account | null {
  const byKey = new Map(accounts.map((account) => [accountKey(account.cloud, account.id), account]));
  return ({ cloud, account }) => byKey.get(accountKey(cloud, account)) ?? null;
}

/** What the report calls a resource or an identity of some id; null where it does not tell. Untrusted. */
export type NameOf = (id: string) => string | null;

/** Names by id, from the resources of findings and from the workloads and identities of their evidence. An id with two names has none. */
export function namesOf(report: Report): NameOf {
  const names = new Map<string, string | null>();
  const learn = (id: string | null, name: string | null): void => {
    if (id === null || name === null || name === "") return;
    const known = names.get(id);
    names.set(id, known === undefined || known === name ? name : null);
  };
  for (const { resource, evidence } of report.findings) {
    learn(resource.id, resource.name);
    const { id, name } = objectOf(evidence["workload"]);
    learn(textOf(id), textOf(name));
    for (const grant of listOf(evidence["grants"]).items) {
      for (const step of listOf(objectOf(grant)["path"]).items) {
        const { via, viaName } = objectOf(step);
        learn(textOf(via), textOf(viaName));
      }
    }
  }
  return (id) => names.get(id) ?? null;
}

/** `production us-east-1`: where a resource lies, in the shortest words. */
export function placeWords(resource: ResourceRef, account: Account | null): string {
  const where = account?.name ?? resource.account;
  return resource.region === globalRegion ? where : `${where} ${resource.region}`;
}

/** What a resource is called, and what tells it from its namesakes: its id, or where it lies. */
export function resourceWords(resource: ResourceRef): { readonly name: string; readonly beside: string | null } {
  const { id, name } = resource;
  if (name === null || name === "" || name === id) {
    if (id.length <= 80) return { name: id, beside: null };
    const identity = identityNames(id, null, resource.account);
    return identity.name === id ? { name: lastPart(id), beside: null } : identity;
  }
  const beside = placeOf(resource) ?? (id.startsWith("arn:") ? lastPart(id) : id);
  return { name, beside: beside === name ? null : beside };
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1) || id;
}

/** What belongs to no subscription on Azure belongs to the tenant, whose directory names people and applications. */
function tenantName({ cloud, account }: ResourceRef): string | null {
  return cloud === "azure" ? `tenant ${account.slice(0, 8)}` : null;
}

function accountKey(cloud: Cloud, id: string): string {
  return `${cloud} ${id}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
