import type { Cloud, Target } from "../../src/model/resource.ts";
import { globalRegion } from "../../src/model/resource.ts";

/** What each cloud calls itself and the things a target is made of. */
export const cloudWords: Readonly<Record<Cloud, { readonly name: string; readonly account: string }>> = {
  aws: { name: "AWS", account: "account" },
  azure: { name: "Azure", account: "subscription" },
  gcp: { name: "Google Cloud", account: "project" },
};

/** `1 account`, `2 accounts`, `2,000 addresses`, `3 policies`. */
export function count(amount: number, noun: string): string {
  return `${inThousands(amount)} ${amount === 1 ? noun : plural(noun)}`;
}

/** `12,345` */
export function inThousands(amount: number): string {
  return String(amount).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function plural(noun: string): string {
  const [, set, rest] = /^(set|list)( of .+)$/.exec(noun) ?? [];
  if (set !== undefined) return `${set}s${rest ?? ""}`;
  if (/(?:s|x|ch|sh)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

/** `111122223333 eu-west-1`; the Region of services without one is not worth a word. Not escaped. */
export function place(target: Target): string {
  return target.region === globalRegion ? target.account : `${target.account} ${target.region}`;
}

/** The first `limit` of `items`, and in words how many there are beyond. */
export function firstFew(items: readonly string[], limit: number): string {
  const beyond = items.length - limit;
  return beyond > 0 ? `${items.slice(0, limit).join(", ")} and ${beyond} more` : items.join(", ");
}

/** What a cloud's targets are, by their accounts: folders and organizations of Google Cloud are targets too, and are no projects. */
export function accountKinds(accounts: Iterable<string>): {
  /** Accounts, subscriptions or projects. */
  readonly own: readonly string[];
  /** `1 organization`, `2 folders`. */
  readonly above: readonly string[];
} {
  const all = [...new Set(accounts)];
  const isAbove = (account: string): boolean => /^(?:folders|organizations)\//.test(account);
  const above = ["organization", "folder"].flatMap((kind) => {
    const found = all.filter((account) => account.startsWith(`${kind}s/`)).length;
    return found === 0 ? [] : [count(found, kind)];
  });
  return { own: all.filter((account) => !isAbove(account)), above };
}
