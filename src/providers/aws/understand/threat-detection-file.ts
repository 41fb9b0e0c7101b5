import {
  allIpv4,
  noAddresses,
  parseAddress,
  parseCidr,
  unionAddresses,
  type AddressSet,
} from "../../../network/addresses.ts";

/**
 * What the file behind a GuardDuty list says. `unread` when it is not in the format it claims, or in none that is documented: then it
 * may hold anything.
 */
export type ListFile =
  | {
      readonly kind: "read";
      readonly addresses: AddressSet;
      /** Entries that are no IPv4 address or block: domains, IPv6 (GuardDuty takes IPv4 only), broken lines. */
      readonly otherEntries: number;
    }
  | { readonly kind: "unread"; readonly reason: string };

/** All that a GuardDuty list can cover: "Only IPv4 addresses are accepted. IPv6 addresses are not supported." */
export const listSpace: AddressSet = allIpv4;

/**
 * Reads the file of a GuardDuty list in one of the six formats.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html#prepare_list
 */
export function parseListFile(format: string, text: string): ListFile {
  const body = text.replace(/^\uFEFF/, "");
  switch (format) {
    case "TXT":
      return gather(linesOf(body));
    case "ALIEN_VAULT":
      return gather(linesOf(body).map((line) => line.split("#", 1)[0] ?? ""));
    case "OTX_CSV":
      return table(body, ["indicator"], "Indicator type, Indicator, Description");
    case "PROOF_POINT":
      return table(body, ["ip", "domain"], "ip, category, score, first_seen, last_seen, ports (|)");
    case "FIRE_EYE":
      return table(body, ["cidr", "ip", "domain"], "reportId, title, ..., cidr, domain, ..., ip, ...");
    case "STIX":
      return stix(body);
    default:
      return { kind: "unread", reason: `its format ${format} is not one that GuardDuty documents` };
  }
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== "");
}

/** Sorts entries into IPv4 addresses and the rest. Host bits are masked away: what may be covered counts. */
function gather(entries: readonly string[]): ListFile {
  const sets: AddressSet[] = [];
  let otherEntries = 0;
  for (const entry of entries) {
    const set = parseCidr(entry.trim());
    if (set !== null && set.v6.length === 0) sets.push(set);
    else otherEntries++;
  }
  return { kind: "read", addresses: unionAddresses(sets), otherEntries };
}

/** A file of comma-separated values whose first line names the columns; the entries stand in some of them. */
function table(text: string, columns: readonly string[], header: string): ListFile {
  const [first, ...rows] = linesOf(text).map(fieldsOf);
  if (first === undefined) return { kind: "read", addresses: noAddresses, otherEntries: 0 };
  const names = first.map((name) => name.toLowerCase());
  const places = columns.map((column) => names.indexOf(column)).filter((place) => place >= 0);
  if (places.length === 0) return { kind: "unread", reason: `its first line is not the header "${header}"` };
  // A row that names nothing in any of the columns is still a line of the file, so it counts as one other entry.
  return gather(
    rows.flatMap((row) => {
      const entries = places.map((place) => row[place] ?? "").filter((entry) => entry !== "");
      return entries.length === 0 ? [""] : entries;
    }),
  );
}

/** The fields of one line, without the blanks around them; a field in double quotes may hold commas and doubled quotes. */
function fieldsOf(line: string): readonly string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character !== "," || quoted) field += character;
    else {
      fields.push(field.trim());
      field = "";
    }
  }
  return [...fields, field.trim()];
}

/** How STIX writes several values in one element. */
const stixComma = "##comma##";

/**
 * STIX 1.x: the values of address objects, and of domain names, wherever in the package they stand.
 * https://stixproject.github.io/documentation/idioms/ip-watchlist/
 */
function stix(text: string): ListFile {
  const xml = withoutComments(text);
  if (!/<(?:[\w.-]+:)?STIX_Package\b/.test(xml)) return { kind: "unread", reason: "it is not a STIX 1 package" };
  if (xml.includes("<![CDATA[")) return { kind: "unread", reason: "it holds XML CDATA sections" };
  const sets: AddressSet[] = [];
  let otherEntries = [...xml.matchAll(/<DomainNameObj:Value\b/g)].length;
  // The vendor's own example lacks the blank between the element's name and its `condition`.
  for (const [, attributes = "", content = ""] of xml.matchAll(/<(?:[\w.-]+:)?Address_Value([^<>]*)>([^<]*)</g)) {
    if (content.includes("&")) return { kind: "unread", reason: "it writes addresses as XML character references" };
    const condition = /condition\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1] ?? "Equals";
    const values = content.split(stixComma).map((value) => value.trim());
    if (condition === "InclusiveBetween") {
      const range = rangeOf(values);
      if (range === null) otherEntries++;
      else sets.push(range);
    } else if (condition === "Equals") {
      const read = gather(values);
      if (read.kind === "unread") return read;
      sets.push(read.addresses);
      otherEntries += read.otherEntries;
    } else {
      return { kind: "unread", reason: `it matches addresses by the STIX condition "${condition}"` };
    }
  }
  return { kind: "read", addresses: unionAddresses(sets), otherEntries };
}

/** By hand, for a regular expression would take quadratic time on a stranger's file full of unclosed comments. */
function withoutComments(xml: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let open = xml.indexOf("<!--"); open >= 0; open = xml.indexOf("<!--", from)) {
    kept.push(xml.slice(from, open));
    const close = xml.indexOf("-->", open + 4);
    if (close < 0) return kept.join("");
    from = close + 3;
  }
  return kept.join("") + xml.slice(from);
}

function rangeOf(values: readonly string[]): AddressSet | null {
  const ends = values.map(parseAddress);
  const [first, last] = ends;
  if (ends.length !== 2 || first?.family !== 4 || last?.family !== 4 || first.value > last.value) return null;
  return { v4: [{ first: first.value, last: last.value }], v6: [] };
}
