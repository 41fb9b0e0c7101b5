import { allIpv4, allIpv6, parseCidr, toCidrs, type AddressSet } from "../../../network/addresses.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { malformed, objectList, text, texts } from "../../read.ts";
import { linkPath } from "../links.ts";

/** One thing that a rule names on a side. */
export type Term =
  | { readonly kind: "cidr"; readonly text: string; readonly set: AddressSet }
  /** A network tag: interfaces of the rule's own network whose instance carries it. */
  | { readonly kind: "tag"; readonly text: string }
  /** A service account that instances run as. */
  | { readonly kind: "account"; readonly text: string }
  /** A secure tag by its value's id (`tagValues/1`). */
  | { readonly kind: "secure-tag"; readonly text: string }
  /** An address group, by its resource name. */
  | { readonly kind: "group"; readonly text: string }
  | { readonly kind: "fqdn"; readonly text: string }
  /** A country, or the like, by its code. */
  | { readonly kind: "region-code"; readonly text: string }
  | { readonly kind: "threat-list"; readonly text: string }
  /** Something that cannot be read: the text says what, for people, and stands for anybody. */
  | { readonly kind: "malformed"; readonly text: string };

/** Every IPv4 address: what a rule means that names nobody. */
export const everyIpv4: Term = { kind: "cidr", text: "0.0.0.0/0", set: allIpv4 };
/** Every address of both families. */
export const everyAddress: readonly Term[] = [everyIpv4, { kind: "cidr", text: "::/0", set: allIpv6 }];

/** What a list member holds; not whole where it, or something in it, is not what it should be. */
export interface ReadList<T> {
  readonly items: readonly T[];
  readonly isWhole: boolean;
}

/** A list of texts. An absent list is empty, and whole. */
export function textList(data: VendorObject, member: string): ReadList<string> {
  const value = data[member];
  const items = texts(data, member);
  const isWhole = value === undefined || value === null || (Array.isArray(value) && value.length === items.length);
  return { items, isWhole };
}

/** Secure tags of a rule by the ids of their values. Those that are gone (INEFFECTIVE) are told apart: they stand for nothing. */
export function secureTagList(data: VendorObject, member: string): ReadList<string> & { readonly areGone: boolean } {
  const list = objectList(data, member);
  if (list === malformed) return { items: [], isWhole: false, areGone: false };
  const effective = list.filter((tag) => tag === malformed || text(tag, "state")?.toUpperCase() !== "INEFFECTIVE");
  const items = effective.flatMap((tag) => (tag === malformed ? [] : (text(tag, "name") ?? [])));
  return {
    items,
    isWhole: items.length === effective.length,
    areGone: list.length > 0 && effective.length === 0,
  };
}

/** Terms of a list member; what of it cannot be read becomes a term that may be anybody. */
export function termsIn(data: VendorObject, member: string, make: (item: string) => Term): readonly Term[] {
  const { items, isWhole } = textList(data, member);
  return isWhole ? items.map(make) : [...items.map(make), { kind: "malformed", text: `its ${member}` }];
}

/** A range of addresses, or a single one. */
export function addressTerm(range: string): Term {
  const set = parseCidr(range);
  return set === null
    ? { kind: "malformed", text: `its address range ${JSON.stringify(shorten(range))}` }
    : { kind: "cidr", text: toCidrs(set)[0] ?? range, set };
}

/** What a policy rule's match names on a side: with `src` sources, with `dest` destinations. */
export function matchTerms(match: VendorObject, side: "src" | "dest"): readonly Term[] {
  const named = (member: string, kind: "fqdn" | "region-code" | "threat-list"): readonly Term[] =>
    termsIn(match, `${side}${member}`, (item) => ({ kind, text: item }));
  const tags = secureTagList(match, `${side}SecureTags`);
  return [
    ...termsIn(match, `${side}IpRanges`, addressTerm),
    ...tags.items.map((name): Term => ({ kind: "secure-tag", text: name })),
    ...(tags.isWhole ? [] : [{ kind: "malformed", text: `its ${side}SecureTags` } as const]),
    ...termsIn(match, `${side}AddressGroups`, (item) => ({ kind: "group", text: linkPath(item) })),
    ...named("Fqdns", "fqdn"),
    ...named("RegionCodes", "region-code"),
    ...named("ThreatIntelligences", "threat-list"),
  ];
}

/** Members that a match may have. Google adds to them; one that is not known here may narrow a rule. */
const matchMembers: ReadonlySet<string> = new Set([
  "layer4Configs",
  "srcNetworks",
  ...["src", "dest"].flatMap((side) =>
    [
      "IpRanges",
      "SecureTags",
      "AddressGroups",
      "Fqdns",
      "RegionCodes",
      "ThreatIntelligences",
      "NetworkContext",
      "NetworkType",
    ].map((member) => `${side}${member}`),
  ),
]);

/** Members of a match that nobody documents, and that hold something. */
export function strangeMatchMembers(match: VendorObject): readonly string[] {
  return Object.keys(match).filter((member) => !matchMembers.has(member) && isGiven(match[member]));
}

/** Whether a member holds anything: empty lists are as good as absent. */
export function isGiven(value: VendorObject[string] | undefined): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

/** Each term once. */
export function distinctTerms(terms: readonly Term[]): readonly Term[] {
  return [...new Map(terms.map((term) => [`${term.kind} ${term.text}`, term])).values()];
}

/** Untrusted text, cut to what fits in a message. */
export function shorten(untrusted: string): string {
  return untrusted.length > 80 ? `${untrusted.slice(0, 80)}...` : untrusted;
}
