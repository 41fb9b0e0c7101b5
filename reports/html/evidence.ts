import type { Finding, Json } from "../../src/model/finding.ts";
import { count } from "../table/words.ts";
import { portsInWords, ruleInWords } from "./chains.ts";
import { asList, isObject, listOf, objectOf, textOf, textsOf, type JsonObject } from "./json-shapes.ts";
import { html, type Content, type Html } from "./markup.ts";

/** Parts of the evidence that the pictures and their lists say already. */
const pictured: ReadonlySet<string> = new Set(["ways", "workload", "heldBackBy", "openRules"]);

/**
 * What a check found, as tables and lists. What several checks put into their evidence alike is worded; everything else is shown as it
 * is, whatever it is. What is empty is left out.
 * @param drawn whether pictures of the finding stand beside it
 */
export function evidenceTables({ evidence }: Finding, drawn: boolean): readonly Html[] {
  return Object.entries(evidence)
    .filter(([key, value]) => !isEmpty(value) && !(drawn && pictured.has(key)))
    .map(([key, value]) => {
      const part = (worded.get(key) ?? plain)(value);
      return html`<div class="part">
        <h5>${titles.get(key) ?? words(key)}</h5>
        ${part ?? plain(value)}
      </div>`;
    });
}

const titles: ReadonlyMap<string, string> = new Map([
  ["open", "What is open, and to whom"],
  ["witness", "A packet that gets through"],
  ["closing", "Rules that let it in"],
  ["grants", "What it can do, and by what"],
  ["missing", "What would tell"],
  ["unread", "What was not read"],
  ["rules", "Rules"],
  ["onlyThrough", "Only through"],
]);

/** Parts that are worded; each gives null for evidence of another shape. */
const worded: ReadonlyMap<string, (value: Json) => Content> = new Map([
  ["open", openTable],
  ["witness", witness],
  ["closing", closingTable],
  ["rules", rulesTable],
  ["coveredBy", rulesTable],
  ["shadowedBy", rulesTable],
  ["loadBearingDenies", rulesTable],
  ["grants", grantList],
  ["services", (value) => textsOf(value).join("; ")],
]);

function openTable(value: Json): Content {
  const { items, count: all } = listOf(value);
  if (items.length === 0 || !items.every((item) => asList(objectOf(item)["ports"]) !== null)) return null;
  const rows = items.map((item) => {
    const { ports, to } = objectOf(item);
    return [
      listOf(ports)
        .items.map((entry) => portsInWords(objectOf(entry)))
        .join("; "),
      audience(objectOf(to)),
    ];
  });
  return table(["ports", "from or to"], rows, all);
}

function audience(to: JsonObject): Content {
  const shares = internetShares(to["internetShare"]);
  const cidrs = to["cidrs"];
  return isEmpty(cidrs) ? shares : html`${shares}${shares === null ? null : ": "}${inline(cidrs)}`;
}

/** `100 % of the IPv4 internet`; null when there is nothing to say. */
function internetShares(value: Json | undefined): string | null {
  const { ipv4, ipv6 } = objectOf(value);
  const shares = [
    { name: "IPv4", share: ipv4 },
    { name: "IPv6", share: ipv6 },
  ].flatMap(({ name, share }) =>
    typeof share === "number" && share > 0 ? [`${percent(share)} of the ${name} internet`] : [],
  );
  return shares.length === 0 ? null : shares.join(", ");
}

function percent(share: number): string {
  if (share > 0.9999) return "all";
  return share < 0.0001 ? "less than 0.01 %" : `${Number((share * 100).toPrecision(3))} %`;
}

function witness(value: Json): Content {
  const packet = objectOf(value);
  const [source, protocol] = [textOf(packet["source"]), textOf(packet["protocol"])];
  if (source === null || protocol === null) return null;
  const [sourcePort, port] = [textOf(packet["sourcePort"]), textOf(packet["port"])];
  const layers = listOf(packet["layers"]);
  const rows = layers.items.map(objectOf).map((layer) => {
    const [title, rules] = [textOf(layer["layer"]) ?? "", textsOf(layer["rules"])];
    // Layers that are no firewall repeat their own name as their rule.
    const own = rules.filter((rule) => rule !== title);
    return [title, own.length === 0 ? html`<span class="quiet">lets it pass</span>` : code(own.join(", "))];
  });
  return html`<p class="packet">
      <code>${source}${sourcePort === null ? null : ` port ${sourcePort}`}</code> →
      <code>${protocol}${port === null ? null : ` ${port}`}</code>${
        packet["certain"] === false ? " if what is not known does not stand in the way" : null
      }
    </p>
    ${rows.length === 0 ? null : table(["layer", "by rule"], rows, layers.count)}`;
}

function closingTable(value: Json): Content {
  const { items, count: all } = listOf(value);
  const rows = items.map(objectOf).map((rule) => {
    const { attachments, ports } = objectOf(rule["alsoServes"]);
    const others = [
      ...(listOf(attachments).count === 0 ? [] : [count(listOf(attachments).count, "other attachment")]),
      ...(textOf(ports) === null ? [] : [`ports ${textOf(ports)}`]),
    ];
    return [
      code(ruleInWords(rule)),
      inline(rule["firewall"]),
      others.length === 0 ? "nothing else" : others.join(", "),
    ];
  });
  return rows.length === 0 ? null : table(["rule", "firewall", "also serves"], rows, all);
}

function rulesTable(value: Json): Content {
  const { items, count: all } = listOf(value);
  if (items.length === 0 || !items.every((item) => textOf(objectOf(item)["key"]) !== null)) return null;
  const rules = items.map(objectOf);
  const told = rules.some((rule) => textOf(rule["description"]) !== null);
  const rows = rules.map((rule) => {
    const cells = [code(ruleInWords(rule)), inline(rule["peer"])];
    return told ? [cells, textOf(rule["description"]) ?? ""].flat() : cells;
  });
  return table(["rule", "other side", ...(told ? ["description"] : [])], rows, all);
}

function grantList(value: Json): Content {
  const { items, count: all } = listOf(value);
  if (items.length === 0) return null;
  return html`${items.map((item) => {
    const grant = objectOf(item);
    return html`<dl class="grant">
      ${Object.entries(grant)
        .filter(
          ([key, member]) => !isEmpty(member) && key !== "path" && !(key === "atMost" && member === grant["decision"]),
        )
        .map(
          ([key, member]) =>
            html`<dt>${words(key)}</dt>
              <dd>${grantMember(key, member)}</dd>`,
        )}
    </dl>`;
  })}${beyond(all - items.length)}`;
}

function grantMember(key: string, value: Json): Content {
  const member = objectOf(value);
  if (key === "removal") return textOf(member["text"]) ?? inline(value);
  if (key === "condition") return textOf(member["text"]) ?? inline(value);
  if (key === "statements") {
    const { items, count: all } = listOf(value);
    const rows = items
      .map(objectOf)
      .map(({ effect, statement, policy, layer }) => [effect, statement, policy, layer].map(inline));
    return table(["effect", "statement", "policy", "layer"], rows, all);
  }
  return inline(value);
}

/** Any value as a block of its own. */
function plain(value: Json): Content {
  const list = asList(value);
  if (list !== null && list.items.length > 0 && list.items.every(isObject)) {
    const rows = list.items.filter(isObject);
    const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    if (keys.length <= 6)
      return table(
        keys.map(words),
        rows.map((row) => keys.map((key) => inline(row[key]))),
        list.count,
      );
  }
  if (list === null && isObject(value)) return definitions(value, 0);
  return html`<p>${inline(value)}</p>`;
}

function definitions(value: JsonObject, depth: number): Html {
  return html`<dl>
    ${Object.entries(value)
      .filter(([, member]) => !isEmpty(member))
      .map(
        ([key, member]) =>
          html`<dt>${words(key)}</dt>
            <dd>${inline(member, depth + 1)}</dd>`,
      )}
  </dl>`;
}

/** Nested deeper than this, a value is shown as JSON. */
const deepest = 3;

/** Any value inside a cell or a line. */
function inline(value: Json | undefined, depth = 0): Content {
  if (value === undefined || value === null) return html`<span class="quiet">none</span>`;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" || typeof value === "number") return code(String(value));
  if (depth >= deepest) return code(JSON.stringify(value));
  const list = asList(value);
  if (list !== null) {
    const scalar = list.items.every((item) => typeof item !== "object");
    const separator = scalar ? ", " : "; ";
    return html`${list.items.map((item, index) => [index === 0 ? null : separator, inline(item, depth + 1)])}${
      list.count > list.items.length ? ` and ${list.count - list.items.length} more` : null
    }${list.count === 0 ? html`<span class="quiet">none</span>` : null}`;
  }
  return isObject(value) ? (internetShares(value) ?? definitions(value, depth)) : null;
}

function table(heads: readonly string[], rows: readonly (readonly Content[])[], all: number): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table: ${heads.join(", ")}">
      <table>
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col">${words(head)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell) => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${beyond(all - rows.length)}`;
}

function beyond(more: number): Content {
  return more > 0 ? html`<p class="quiet">and ${more} more</p>` : null;
}

/** Words up to this many characters fit every screen on one line. */
const longestWhole = 40;

/** Browsers would break an id at each hyphen, and a longer one nowhere: then columns beside it would be left no room. */
function code(text: string): Html {
  if (!/\s/.test(text) && text.length <= longestWhole) return html`<code class="whole">${text}</code>`;
  const isLong = text.split(/\s+/).some((word) => word.length > longestWhole);
  return isLong ? html`<code class="long">${text}</code>` : html`<code>${text}</code>`;
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  const list = asList(value);
  if (list !== null) return list.count === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}

/** `publicAddresses` as people write it. */
function words(key: string): string {
  const spaced = key.replaceAll(
    /([a-z0-9])([A-Z])/g,
    (_pair, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
