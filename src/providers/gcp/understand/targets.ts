import { includesAddresses, isEmptyAddresses, overlapsAddresses, type AddressSet } from "../../../network/addresses.ts";
import { projectIn } from "../links.ts";
import type { FirewallRule, RuleTargets } from "./rules.ts";
import type { Sources } from "./sources.ts";
import type { Nic } from "./topology.ts";

/** Whether a rule holds for an interface; `perhaps` with what would settle it. */
export type Holding = { readonly is: "yes" | "no" } | { readonly is: "perhaps"; readonly missing: string };

const yes: Holding = { is: "yes" };
const no: Holding = { is: "no" };

/** What targets are looked for in: an interface's network, its instance's tags and accounts. */
export type Targeted = Pick<Nic, "network" | "tags" | "accounts" | "secureTags" | "doubtfulTags" | "instance">;

/**
 * Whether a rule's targets hold an interface. Kinds of targets that are given must all fit; of one kind any may.
 * https://cloud.google.com/firewall/docs/firewall-policies-rule-details#targets
 */
export function targetsHold(
  targets: RuleTargets,
  { network, tags, accounts, secureTags, doubtfulTags, instance }: Targeted,
): Holding {
  if (targets.isElsewhere) return no;
  const there = network === null ? null : new Set([network]);
  const byNetwork = anyOf(targets.networks, there);
  const byTag = anyOf(targets.tags, tags);
  const byAccount = anyOf(targets.accounts, accounts);
  const bySecureTag = anyOf(targets.secureTags, secureTags);
  const doubted = bySecureTag === "no" ? targets.secureTags?.find((each) => doubtfulTags.has(each)) : undefined;
  if (byNetwork === "no" || byTag === "no" || byAccount === "no") return no;
  if (bySecureTag === "no" && doubted === undefined) return no;
  const { path, target } = instance;
  if (byNetwork === "perhaps") return { is: "perhaps", missing: `the network of ${path}` };
  if (byTag === "perhaps") return { is: "perhaps", missing: `the network tags of ${path}` };
  if (byAccount === "perhaps") return { is: "perhaps", missing: `the service accounts of ${path}` };
  if (bySecureTag === "yes") return yes;
  const owners = `instances of ${projectIn(path) ?? target.account}`;
  const missing =
    doubted === undefined
      ? `the secure tags of ${owners} (cloudresourcemanager.effectiveTags.list)`
      : `whether secure tag ${doubted} holds for interfaces of ${owners} that inherit it, or lie in several networks`;
  return { is: "perhaps", missing };
}

/** Whether one of the wanted is there; null: nothing in particular is wanted, or it is not known what is there. */
function anyOf(wanted: readonly string[] | null, there: ReadonlySet<string> | null): Holding["is"] {
  if (wanted === null) return "yes";
  if (wanted.length === 0) return "no";
  if (there === null) return "perhaps";
  return wanted.some((each) => there.has(each)) ? "yes" : "no";
}

/**
 * Whether a rule speaks of the addresses that packets have on the target's side, for each family: an address of one is never sent to from
 * the other. Where it speaks of some of them only, what it allows counts, for some address is open; what it denies or hands on counts perhaps.
 */
export function localHolds(
  rule: FirewallRule,
  addresses: AddressSet,
  sources: Sources,
): { readonly v4: Holding; readonly v6: Holding } {
  if (rule.local.length === 0) return { v4: yes, v6: yes };
  if (isEmptyAddresses(addresses)) {
    const missing = `the address that packets are sent to (rule ${rule.id})`;
    return { v4: { is: "perhaps", missing }, v6: { is: "perhaps", missing } };
  }
  const { must, may, missing } = sources.extentOf(rule.local, "inside");
  const ofFamily = (own: AddressSet): Holding => {
    if (isEmptyAddresses(own) || !overlapsAddresses(may, own)) return no;
    if (includesAddresses(must, own)) return yes;
    if (rule.action === "allow" && overlapsAddresses(must, own)) return yes;
    return { is: "perhaps", missing: missing[0] ?? `which of its addresses packets are sent to (rule ${rule.id})` };
  };
  return { v4: ofFamily({ v4: addresses.v4, v6: [] }), v6: ofFamily({ v4: [], v6: addresses.v6 }) };
}

/** Whether both hold. */
export function bothHold(a: Holding, b: Holding): Holding {
  if (a.is === "no" || b.is === "no") return no;
  return a.is === "yes" ? b : a;
}

/** Whether targets hold everything in the network. */
export function holdsAll({ tags, accounts, secureTags, networks, isElsewhere }: RuleTargets): boolean {
  return tags === null && accounts === null && secureTags === null && networks === null && !isElsewhere;
}

/** Whether `outer` certainly holds whatever `inner` holds. */
export function targetsCover(outer: RuleTargets, inner: RuleTargets): boolean {
  const covers = (out: readonly string[] | null, own: readonly string[] | null): boolean =>
    out === null || (own !== null && own.every((each) => out.includes(each)));
  return (
    outer.isElsewhere === inner.isElsewhere &&
    covers(outer.tags, inner.tags) &&
    covers(outer.accounts, inner.accounts) &&
    covers(outer.secureTags, inner.secureTags) &&
    covers(outer.networks, inner.networks)
  );
}

/** The same text for the same targets. */
export function targetsKey({ tags, accounts, secureTags, networks, isElsewhere }: RuleTargets): string {
  const part = (items: readonly string[] | null): string => (items === null ? "*" : items.toSorted().join(","));
  return [part(tags), part(accounts), part(secureTags), part(networks), isElsewhere ? "elsewhere" : ""].join(" ");
}
