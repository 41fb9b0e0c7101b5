/**
 * What changing something does to a firewall.
 * - `rules`: what a firewall lets through.
 * - `membership`: which firewall applies to what.
 * - `address-list`: a list of addresses, domains or patterns that rules refer to.
 * - `path`: routes, gateways, public addresses, published endpoints: what the firewall stands in the way of.
 * - `guard`: what keeps firewalls or exposure in check from above: switches over whole accounts, central management, policies that others may edit.
 * - `detection`: what would notice: threat detection, audit trails, logs, alarms.
 */
export type FirewallEffect = "rules" | "membership" | "address-list" | "path" | "guard" | "detection";

const words: Readonly<Record<FirewallEffect, string>> = {
  rules: "firewall rules",
  membership: "which firewall applies",
  "address-list": "address lists",
  path: "ways round firewalls",
  guard: "what guards firewalls",
  detection: "what watches firewalls",
};

/** Every effect, in the order in which people think of firewalls. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the record is a literal, so its keys are exactly the effects
export const firewallEffects = Object.keys(words) as readonly FirewallEffect[];

/** What is to be said of somebody who changes these and no rule: that this is no small thing; nothing of anyone else. Follows the names of the actions. */
export function withoutRules(effects: readonly FirewallEffect[]): string {
  const isIndirect =
    effects.some((effect) => effect !== "rules" && effect !== "detection") && !effects.includes("rules");
  return isIndirect ? "; edits no firewall rule, and changes the effect of them all the same" : "";
}

/** Some effects as the object of "change": `firewall rules, address lists and ways round firewalls`. */
export function effectsInWords(effects: readonly FirewallEffect[]): string {
  const named = firewallEffects.filter((effect) => effects.includes(effect)).map((effect) => words[effect]);
  const last = named.pop() ?? "";
  return named.length === 0 ? last : `${named.join(", ")} and ${last}`;
}
