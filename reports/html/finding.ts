import { createHash } from "node:crypto";
import type { Finding, Suppression } from "../../src/model/finding.ts";
import { htmlLines } from "../escape/html.ts";
import { suppressionSnippet } from "../suppression-snippet.ts";
import { chainFigure } from "./chain-picture.ts";
import { accessChains, exposureChains } from "./chains.ts";
import { evidenceTables } from "./evidence.ts";
import { html, trusted, type Content, type Html } from "./markup.ts";
import type { NameOf } from "./names.ts";

/** Everything about one finding that its line in the list does not say. */
export function findingDetails(finding: Finding, anchor: string, nameOf: NameOf): Html {
  const grants = accessChains(finding, nameOf);
  // Where a workload is reached and carries the right as well, one picture shows the whole way.
  const ways = grants.length > 0 ? [] : exposureChains(finding, nameOf);
  const figures = [
    ...ways.map((chain, index) => chainFigure(chain, `${anchor}-w${index}`, "How the internet gets there")),
    ...grants.map((chain, index) => chainFigure(chain, `${anchor}-g${index}`, "How it changes firewalls")),
  ];
  const tables = evidenceTables(finding, figures.length > 0);
  return html`${finding.suppression === null ? null : suppressed(finding.suppression)}${
      figures.length === 0 ? null : html`<div class="figures">${figures}</div>`
    }
    <div class="facts">
      ${
        tables.length === 0
          ? null
          : html`<h4>Evidence</h4>
              ${tables}`
      }${remediation(finding)}
      <h4>About this finding</h4>
      ${about(finding, anchor)}
    </div>`;
}

function suppressed({ reason, owner, ticket, expires, matched }: Suppression): Html {
  const fields = Object.entries(matched.fields);
  return html`<div class="suppressed">
    <p><strong>Suppressed:</strong> ${reason}</p>
    <dl>
      ${[
        entry("Owner", owner),
        entry("Ticket", ticket),
        entry("Expires", expires ?? "never"),
        entry("Matched", matched.where === "" ? null : matched.where),
        entry(
          "By",
          fields.length === 0 ? null : fields.map(([field, value]) => html`<code>${field}: ${value}</code> `),
        ),
      ]}
    </dl>
  </div>`;
}

function remediation(finding: Finding): Html {
  const { console: words, cli, terraform } = finding.remediation;
  return html`<h4>How to fix it</h4>
    ${[
      words === ""
        ? null
        : html`<h5>Console</h5>
            ${copyable(words, "prose")}`,
      cli.length === 0
        ? null
        : html`<h5>Command line</h5>
            ${copyable(cli.join("\n"), "code")}`,
      terraform === null || terraform === ""
        ? null
        : html`<h5>Terraform</h5>
            ${copyable(terraform, terraform.includes("{") ? "code" : "prose")}`,
    ]}
    <div class="meant">
      <h4>If it is meant to be so</h4>
      <p>
        This entry under <code>suppressions</code> in <code>rampart.yaml</code>, with a reason, silences exactly this
        finding.
      </p>
      ${copyable(suppressionSnippet(finding).trimEnd(), "code")}
    </div>`;
}

/** Text that a button copies; the page's script adds the button. */
function copyable(text: string, kind: "prose" | "code"): Html {
  if (kind === "prose") return html`<div class="copy"><p class="lines">${trusted(htmlLines(text))}</p></div>`;
  // A long line goes on below, indented: nothing is out of sight, and what is copied is still one line.
  const lines = htmlLines(text).split("\n");
  const ends = (index: number): string => (index < lines.length - 1 ? "\n" : "");
  return html`<div class="copy">
    <pre>${lines.map((line, index) => trusted(`<span>${unbroken(line)}${ends(index)}</span>`))}</pre>
  </div>`;
}

/** Keeps options and ids, which browsers break at each hyphen, on one line where they fit every screen. Takes and gives markup. */
function unbroken(line: string): string {
  return line.replaceAll(/\S+/g, (word) =>
    word.includes("-") && word.length <= 36 ? `<span class="whole">${word}</span>` : word,
  );
}

function about(finding: Finding, anchor: string): Html {
  const { id, check, resource, attack, controls, tags } = finding;
  return html`<dl class="about">
    ${[
      entry("Resource", code(resource.id)),
      entry("Type", code(resource.type)),
      entry("ARN", resource.arn === null || resource.arn === resource.id ? null : code(resource.arn)),
      entry("Account", code(resource.account)),
      entry("Region", code(resource.region)),
      entry(
        "Tags",
        Object.entries(tags).map(([key, value]) => [code(`${key}=${value}`), " "]),
      ),
      entry("Check", code(check)),
      entry(
        "ATT&CK",
        [...attack.techniques, ...attack.mitigations].map((reference) => [attackReference(reference), " "]),
      ),
      ...Object.entries(controls).map(([framework, ids]) => entry(framework, ids.join(", "))),
      entry("Finding", html`<a href="#${anchor}"><code>${id}</code></a>`),
    ]}
  </dl>`;
}

function entry(name: string, content: Content): Content {
  const isEmpty = content === null || content === "" || (Array.isArray(content) && content.length === 0);
  return isEmpty
    ? null
    : html`<dt>${name}</dt>
        <dd>${content}</dd>`;
}

function code(text: string): Html {
  return html`<code>${text}</code>`;
}

/** An id of ATT&CK, leading to its page where it is one; nothing is fetched before somebody follows it. */
function attackReference(id: string): Html {
  const [, technique, sub] = /^(T\d{4})(?:\.(\d{3}))?$/.exec(id) ?? [];
  const path =
    technique === undefined
      ? /^M\d{4}$/.test(id)
        ? `mitigations/${id}`
        : null
      : `techniques/${technique}${sub === undefined ? "" : `/${sub}`}`;
  return path === null
    ? html`<span>${id}</span>`
    : html`<a href="https://attack.mitre.org/${path}/" rel="noreferrer noopener">${id}</a>`;
}

/**
 * The anchor of each finding, for links to it: `f-` and its id, which never changes. An id that cannot stand in a link, or is there
 * twice (which no scan gives), is told by a hash or a number.
 */
export function anchorsOf(findings: readonly Finding[]): ReadonlyMap<Finding, string> {
  const anchors = new Map<Finding, string>();
  const taken = new Set<string>();
  for (const finding of findings) {
    const name = /^[\w.-]{1,80}$/.test(finding.id)
      ? finding.id
      : createHash("sha256").update(finding.id).digest("hex").slice(0, 32);
    let anchor = `f-${name}`;
    for (let number = 2; taken.has(anchor); number += 1) anchor = `f-${name}-${number}`;
    taken.add(anchor);
    anchors.set(finding, anchor);
  }
  return anchors;
}
