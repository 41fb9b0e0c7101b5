import { createHash } from "node:crypto";
import type { Report } from "../../src/model/report.ts";
import { coverageSection, unreadSection } from "./coverage.ts";
import { anchorsOf } from "./finding.ts";
import { findingsSection } from "./findings.ts";
import { accessSection, exposureSection } from "./maps.ts";
import { html, trusted, type Html } from "./markup.ts";
import { accountsOf } from "./names.ts";
import { accountsSection, changesSection, overviewSection, pageHeader, verdict } from "./overview.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/**
 * The report as one HTML file for people: it opens offline, asks the network for nothing, and its policy lets no script and no style
 * run but its own, told by hash. Everything that stands in it is text of the report, escaped; what a browser does without script is to
 * show all of it but the filter, the copy buttons and, in very large reports, the details of the lesser findings.
 */
export function renderHtml(report: Report): string {
  const accounts = accountsOf(report);
  const anchors = anchorsOf(report.findings);
  const { section: findings, blocks } = findingsSection(report, accounts, anchors);
  const sections = [
    { id: "overview", title: "Overview", markup: overviewSection(report, unreadSection(report)) },
    { id: "changes", title: "Changes", markup: changesSection(report) },
    { id: "exposure", title: "Exposure", markup: exposureSection(report, anchors) },
    { id: "access", title: "Who can change", markup: accessSection(report, accounts, anchors) },
    { id: "accounts", title: "Accounts", markup: accountsSection(report, accounts) },
    { id: "findings", title: "Findings", markup: findings },
    { id: "coverage", title: "Coverage", markup: coverageSection(report) },
  ].filter(({ markup }) => markup !== null);
  const [overview, ...rest] = sections.map(({ markup }) => markup);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${`Rampart: ${verdict(report)}`}</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#findings-h">To the findings</a>
        ${pageHeader(report)}
        <nav aria-label="Parts of the report">
          <ul>
            ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
          </ul>
        </nav>
        <main>${overview ?? null} ${noScript} ${rest}</main>
        <footer>
          <p>
            Rampart ${report.tool.version}. MITRE ATT&amp;CK T1562.007 / T1686.001 Disable or Modify Cloud Firewall,
            mitigations M1047 and M1018. On paper critical findings are printed whole, others as one line unless they
            were open.
          </p>
        </footer>
        ${blocks} ${trusted(`<script>${script}</script>`)}
      </body>
    </html> `;
  return `${page.markup.trimEnd()}\n`;
}

const noScript: Html = html`<noscript
  ><p class="notice">
    JavaScript is off. Everything is listed below; searching, filtering, grouping by resource and the copy buttons need
    it, and in reports too large for one page so does the evidence of the lesser findings.
  </p></noscript
>`;

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** What the page may do: run its own script, use its own style, nothing else. */
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
