import type { Report } from "../../src/model/report.ts";
import { unknownsByCheck, unreadOperations, type CoverageGroup } from "../grouping.ts";
import { cloudWords, count, firstFew, inThousands, place } from "../table/words.ts";
import { groupAnchor } from "./findings.ts";
import { html, type Html } from "./markup.ts";
import { isIncomplete } from "./overview.ts";

/** Places named before the rest is only counted. */
const placesShown = 4;
const rowsShown = 12;

/** What could not be read and what that leaves unknown: stands right below the verdict. Null when everything was read. */
export function unreadSection(report: Report): Html | null {
  if (!isIncomplete(report)) return null;
  const unread = unreadOperations(report);
  const unknown = unknownsByCheck(report);
  const amount = unread.reduce((sum, { rows }) => sum + rows.length, 0);
  const denied = new Set(
    unread.filter(({ status }) => status === "denied").flatMap(({ rows }) => rows.map(({ cloud }) => cloud)),
  );
  return html`<section id="unread" class="incomplete" aria-labelledby="unread-h">
    <h2 id="unread-h">Not everything was read</h2>
    <p>
      ${
        amount === 0
          ? "The scan ended before everything was read."
          : `${count(amount, "read")} of ${inThousands(report.coverage.length)} failed or ${amount === 1 ? "was" : "were"} not made.`
      }
      What rests on the rest is unknown, not good.
    </p>
    ${unread.length === 0 ? null : unreadTable(unread.slice(0, rowsShown))}
    ${
      unread.length <= rowsShown
        ? null
        : html`<details>
            <summary>${count(unread.length - rowsShown, "more operation")}</summary>
            ${unreadTable(unread.slice(rowsShown))}
          </details>`
    }
    ${
      unknown.length === 0
        ? null
        : html`<h3>What that leaves unknown</h3>
            <ul class="checks">
              ${unknown.map(
                ({ check, findings }) =>
                  html`<li>
                    <a href="#${groupAnchor("unknown", check)}"><code>${check}</code></a>
                    <span class="quiet">${inThousands(findings.length)}</span>
                  </li>`,
              )}
            </ul>`
    }
    ${[...denied].map(
      (cloud) =>
        html`<p><code>rampart permissions ${cloud}</code> prints what a scan of ${cloudWords[cloud].name} needs.</p>`,
    )}
  </section>`;
}

function unreadTable(groups: readonly CoverageGroup[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="What was not read">
    <table>
      <thead>
        <tr>
          <th scope="col">Operation</th>
          <th scope="col">How it ended</th>
          <th scope="col">Where</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        ${groups.map(({ operation, status, rows }) => {
          const failed = rows.reduce((sum, row) => sum + (row.gaps?.length ?? 0), 0);
          return html`<tr>
            <td><code>${operation === "*" ? "everything" : operation}</code></td>
            <td>${status}${failed > 0 ? ` (${count(failed, "request")} of it)` : null}</td>
            <td>${firstFew(rows.map(place), placesShown)}</td>
            <td>${rows.find(({ error }) => error !== null)?.error ?? null}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** Everything that was asked, what it gave, and remarks of the scan: for whoever must say how far the report can be trusted. */
export function coverageSection(report: Report): Html {
  const { coverage, scan, tallies, checks } = report;
  const operations = Map.groupBy(coverage, ({ operation, status }) => `${operation} ${status}`);
  const left = Map.groupBy(
    scan.targets.filter(({ status }) => status !== "scanned"),
    ({ status, note }) => `${status} ${note ?? ""}`,
  );
  const known = coverage.filter(({ status }) => status === "complete").length;
  const absent = coverage.filter(({ status }) => status === "disabled").length;
  const notes = [
    ...scan.notes,
    ...[...left.values()].flatMap((targets) => {
      const [first] = targets;
      if (first === undefined) return [];
      const how = first.status === "skipped" ? "not scanned" : "switched off";
      return [
        `${count(targets.length, "target")} ${how}${first.note === null ? "" : ` (${first.note})`}: ${firstFew(targets.map(place), placesShown)}`,
      ];
    }),
  ];
  return html`<section id="coverage" aria-labelledby="coverage-h">
    <h2 id="coverage-h">Coverage</h2>
    <p>
      ${inThousands(known)} of ${count(coverage.length, "read")}
      complete${absent > 0 ? `, ${inThousands(absent)} with nothing to read` : ""}.
    </p>
    ${
      notes.length === 0
        ? null
        : html`<ul>
            ${notes.map((note) => html`<li>${note}</li>`)}
          </ul>`
    }
    <details>
      <summary>Every operation</summary>
      <div class="scroll" tabindex="0" role="group" aria-label="Operations">
        <table>
          <thead>
            <tr>
              <th scope="col">Operation</th>
              <th scope="col">Ended</th>
              <th scope="col" class="num">Times</th>
              <th scope="col" class="num">Records</th>
            </tr>
          </thead>
          <tbody>
            ${[...operations.values()].map((rows) => {
              const [first] = rows;
              if (first === undefined) return null;
              return html`<tr>
                <td><code>${first.operation}</code></td>
                <td>${first.status}</td>
                <td class="num">${inThousands(rows.length)}</td>
                <td class="num">${inThousands(rows.reduce((sum, { items }) => sum + items, 0))}</td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
    </details>
    <details>
      <summary>Every check</summary>
      <div class="scroll" tabindex="0" role="group" aria-label="Checks">
        <table>
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col" class="num">Good</th>
              <th scope="col" class="num">Bad</th>
              <th scope="col" class="num">Unknown</th>
            </tr>
          </thead>
          <tbody>
            ${checks.map(({ id, title }) => {
              const own = tallies.filter(({ check }) => check === id);
              const total = (member: "pass" | "fail" | "unknown"): number =>
                own.reduce((sum, tally) => sum + tally[member], 0);
              return html`<tr>
                <td><code>${id}</code> ${title}</td>
                <td class="num">${inThousands(total("pass"))}</td>
                <td class="num">${inThousands(total("fail"))}</td>
                <td class="num">${inThousands(total("unknown"))}</td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}
