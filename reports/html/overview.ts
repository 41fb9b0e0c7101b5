import { clouds } from "../../src/model/resource.ts";
import type { Report } from "../../src/model/report.ts";
import { severities } from "../../src/model/severity.ts";
import { unreadOperations } from "../grouping.ts";
import { isKnown } from "../../src/model/coverage.ts";
import { sources, when } from "../table/header.ts";
import { cloudWords, count, inThousands } from "../table/words.ts";
import { html, type Html } from "./markup.ts";
import { accountIndex, type Account } from "./names.ts";

/** Counts in the order in which a page shows them. */
const tones = [...severities, "unknown", "suppressed"] as const;
type Tone = (typeof tones)[number];

const toneWords: Readonly<Record<Tone, string>> = {
  critical: "critical",
  high: "high",
  medium: "medium",
  low: "low",
  unknown: "not judged",
  suppressed: "suppressed",
};

/** What the report comes to, in one sentence. */
export function verdict(report: Report): string {
  const { summary, scan, baseline } = report;
  const incomplete = !scan.complete;
  const failed = failures(report);
  const gravest = severities.find((severity) => summary[severity] > 0);
  if (gravest === undefined) {
    if (incomplete) return "Nothing was found in what could be read, which is not everything.";
    if (summary.unknown > 0) return `Nothing was found, and ${count(summary.unknown, "verdict")} could not be reached.`;
    return "Everything was read, and nothing was found.";
  }
  const rest = failed - summary[gravest];
  const first = count(summary[gravest], `${gravest} finding`);
  const found = rest === 0 ? first : `${first} and ${inThousands(rest)} more`;
  const names = clouds
    .filter((cloud) => report.findings.some(({ resource }) => resource.cloud === cloud))
    .map((cloud) => cloudWords[cloud].name);
  const where = names.length === 0 ? "" : ` in ${listInWords(names)}`;
  const fresh =
    baseline === null
      ? ""
      : baseline.new === 0
        ? ", none of them new"
        : `, ${inThousands(baseline.new)} new since the last report`;
  return `${found}${where}${fresh}${incomplete ? "; not everything could be read" : ""}.`;
}

export function pageHeader(report: Report): Html {
  const { scan, tool } = report;
  return html`<header>
    <p class="brand"><strong>Rampart</strong> ${tool.version}</p>
    <p class="when">${capital(sources[scan.source])}, ${when(scan.startedAt, scan.finishedAt)}</p>
  </header>`;
}

/**
 * The verdict and the counts that stand behind it.
 * @param unread what could not be read, which is to be seen before anything is concluded from the counts; null when everything was
 */
export function overviewSection(report: Report, unread: Html | null): Html {
  const { summary, tallies, checks, scan } = report;
  const good = tallies.reduce((sum, { pass }) => sum + pass, 0);
  const scanned = scan.targets.filter(({ status }) => status === "scanned").length;
  return html`<section id="overview" aria-labelledby="verdict">
    <h1 id="verdict">${verdict(report)}</h1>
    <p class="lede">
      ${count(checks.length, "check")} on ${count(scanned, "target")}: ${count(good, "verdict")} good,
      ${inThousands(failures(report))} bad, ${inThousands(summary.unknown)} unknown.
    </p>
    ${severityBar(report)}
    <ul class="counts">
      ${tones.map(
        (tone) =>
          html`<li class="${tone}${summary[tone] === 0 ? " none" : ""}">${countMarkup(tone, summary[tone])}</li>`,
      )}
    </ul>
    ${unread}
  </section>`;
}

function countMarkup(tone: Tone, amount: number): Html {
  const inside = html`<span class="amount">${inThousands(amount)}</span>
    <span class="tone"><span class="mark"></span>${toneWords[tone]}</span>`;
  return amount === 0 ? inside : html`<a href="#${tone}" data-filter="${tone}">${inside}</a>`;
}

/** The shares of the severities as one bar; the numbers beside it say the same. */
function severityBar({ summary }: Report): Html {
  const shown = tones.filter((tone) => tone !== "suppressed" && summary[tone] > 0);
  const all = shown.reduce((sum, tone) => sum + summary[tone], 0);
  if (all === 0) return html``;
  let x = 0;
  return html`<svg class="bar" aria-hidden="true" focusable="false" viewBox="0 0 1000 8" preserveAspectRatio="none">
    ${shown.map((tone) => {
      const share = (summary[tone] / all) * 1000;
      const rect = html`<rect
        class="${tone}"
        x="${x.toFixed(1)}"
        width="${Math.max(2, share - 2).toFixed(1)}"
        height="8"
      />`;
      x += share;
      return rect;
    })}
  </svg>`;
}

/** Where the findings lie, and whether all of it was read. */
export function accountsSection(report: Report, accounts: readonly Account[]): Html {
  const accountOf = accountIndex(accounts);
  const counts = accounts.map(() => ({ critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }));
  for (const { resource, status, severity, suppression } of report.findings) {
    const own = counts[accountOf(resource)?.index ?? -1];
    if (own === undefined || suppression !== null) continue;
    own[status === "unknown" ? "unknown" : severity] += 1;
  }
  const read = accounts.map(() => ({ all: 0, missing: 0 }));
  for (const row of report.coverage) {
    const own = read[accountOf(row)?.index ?? -1];
    if (own === undefined) continue;
    own.all += 1;
    if (!isKnown(row.status)) own.missing += 1;
  }
  const columns = ["critical", "high", "medium", "low", "unknown"] as const;
  return html`<section id="accounts" aria-labelledby="accounts-h">
    <h2 id="accounts-h">Clouds and accounts</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Findings by account">
      <table class="accounts">
        <thead>
          <tr>
            <th scope="col">Account</th>
            ${columns.map((tone) => html`<th scope="col" class="num">${capital(toneWords[tone])}</th>`)}
            <th scope="col">Read</th>
          </tr>
        </thead>
        ${clouds.map((cloud) => {
          const own = accounts.filter((account) => account.cloud === cloud);
          if (own.length === 0) return null;
          return html`<tbody>
            <tr class="cloud">
              <th scope="rowgroup" colspan="7">${cloudWords[cloud].name}</th>
            </tr>
            ${own.map(
              ({ id, name, index }) =>
                html`<tr>
                  <th scope="row">${name === null ? html`<code>${id}</code>` : html`${name} <code>${id}</code>`}</th>
                  ${columns.map((tone) => {
                    const amount = counts[index]?.[tone] ?? 0;
                    return html`<td class="num ${amount === 0 ? "none" : tone}">${inThousands(amount)}</td>`;
                  })}
                  <td>${readWords(report, { cloud, id }, read[index] ?? { all: 0, missing: 0 })}</td>
                </tr>`,
            )}
          </tbody>`;
        })}
      </table>
    </div>
  </section>`;
}

function readWords(
  report: Report,
  account: Pick<Account, "cloud" | "id">,
  read: { all: number; missing: number },
): Html {
  const targets = report.scan.targets.filter(({ cloud, account: id }) => cloud === account.cloud && id === account.id);
  const [target] = targets;
  if (target !== undefined && targets.every(({ status }) => status !== "scanned")) {
    return html`<span class="warn">not scanned</span>${target.note === null ? null : html`: ${target.note}`}`;
  }
  if (read.missing > 0)
    return html`<strong class="warn">${inThousands(read.missing)} of ${inThousands(read.all)} not read</strong>`;
  return read.all === 0 ? html`<span class="quiet">nothing</span>` : html`<span class="quiet">complete</span>`;
}

/** What was new and what is gone since an earlier report; nothing where there was none. */
export function changesSection({ baseline }: Report): Html | null {
  if (baseline === null) return null;
  const { comparedWith, fixed } = baseline;
  return html`<section id="changes" aria-labelledby="changes-h">
    <h2 id="changes-h">Since the report of ${comparedWith.slice(0, 16).replace("T", " ")}</h2>
    <ul class="counts">
      <li class="${baseline.new === 0 ? "none" : "high"}">
        ${
          baseline.new === 0
            ? html`<span class="amount">0</span> <span class="tone">new</span>`
            : html`<a href="#findings" data-filter="new"
                ><span class="amount">${inThousands(baseline.new)}</span> <span class="tone">new</span></a
              >`
        }
      </li>
      <li><span class="amount">${inThousands(fixed.length)}</span> <span class="tone">fixed</span></li>
      <li><span class="amount">${inThousands(baseline.unchanged)}</span> <span class="tone">unchanged</span></li>
    </ul>
    ${
      fixed.length === 0
        ? null
        : html`<details${fixed.length <= 10 ? html` open` : null}><summary>Fixed (${inThousands(fixed.length)})</summary><ul class="fixed">${fixed.map(
            ({ check, severity, message }) =>
              html`<li class="${severity}"><span class="mark"></span><code>${check}</code> <s>${message}</s></li>`,
          )}</ul></details>`
    }
  </section>`;
}

/** Whether anything at all was left unread. */
export function isIncomplete(report: Report): boolean {
  return !report.scan.complete || unreadOperations(report).length > 0;
}

function failures({ summary }: Report): number {
  return severities.reduce((sum, severity) => sum + summary[severity], 0);
}

function listInWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
