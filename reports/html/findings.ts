import type { Finding } from "../../src/model/finding.ts";
import { clouds } from "../../src/model/resource.ts";
import type { Report } from "../../src/model/report.ts";
import { severities, type Severity } from "../../src/model/severity.ts";
import { shorten } from "../escape/shorten.ts";
import { failuresBySeverity, suppressedByCheck, unknownsByCheck, type CheckGroup } from "../grouping.ts";
import { cloudWords, count } from "../table/words.ts";
import { findingDetails } from "./finding.ts";
import { html, type Content, type Html } from "./markup.ts";
import { accountIndex, namesOf, placeWords, resourceWords, type Account } from "./names.ts";
import { pack, type Packed } from "./pack.ts";

/** What has become of the findings of a group. */
type Status = "fail" | "unknown" | "suppressed";

/** The findings of one check that fared alike, as they stand on the page. */
interface Group extends CheckGroup {
  readonly severity: Severity;
  readonly status: Status;
  readonly anchor: string;
}

const prefixes: Readonly<Record<Status, string>> = { fail: "c", unknown: "u", suppressed: "s" };

/** Every group in the order of the page: failures from the gravest on, what could not be judged, what is suppressed. */
function groupsOf(report: Report): readonly Group[] {
  const groups = [
    ...failuresBySeverity(report).flatMap(({ checks }) => checks.map((group) => ({ group, status: "fail" as const }))),
    ...unknownsByCheck(report).map((group) => ({ group, status: "unknown" as const })),
    ...suppressedByCheck(report).map((group) => ({ group, status: "suppressed" as const })),
  ];
  const anchors = groupAnchors();
  return groups.map(({ group: { check, summary, findings }, status }) => ({
    check,
    summary,
    findings,
    status,
    severity: findings[0]?.severity ?? "low",
    anchor: anchors(status, check),
  }));
}

function groupAnchors(): (status: Status, check: string) => string {
  const taken = new Set<string>();
  return (status, check) => {
    const name = groupAnchor(status, check);
    const anchor = taken.has(name) ? `${name}-${taken.size}` : name;
    taken.add(anchor);
    return anchor;
  };
}

/** The anchor of a check's findings. */
export function groupAnchor(status: Status, check: string): string {
  return `${prefixes[status]}-${/^[\w.-]{1,80}$/.test(check) ? check : "check"}`;
}

/** The findings with their filter, and the packed details that belong to them. */
export function findingsSection(
  report: Report,
  accounts: readonly Account[],
  anchors: ReadonlyMap<Finding, string>,
): { readonly section: Html; readonly blocks: readonly Html[] } {
  const groups = groupsOf(report);
  const accountOf = accountIndex(accounts);
  const nameOf = namesOf(report);
  const ordered = groups.flatMap(({ findings }) => findings);
  const { places, blocks } = pack(eachDetails());
  const placeOfFinding = new Map(ordered.map((finding, index) => [finding, places[index]]));
  const parts = [
    ...severities.map((severity) => ({
      id: severity,
      title: severity,
      groups: groups.filter((group) => group.status === "fail" && group.severity === severity),
    })),
    { id: "unknown", title: "not judged", groups: groups.filter(({ status }) => status === "unknown") },
    { id: "suppressed", title: "suppressed", groups: groups.filter(({ status }) => status === "suppressed") },
  ].filter((part) => part.groups.length > 0);
  const section = html`<section id="findings" aria-labelledby="findings-h">
    <h2 id="findings-h" tabindex="-1">Findings</h2>
    ${ordered.length === 0 ? html`<p>There are none.</p>` : filterForm(report, groups, accounts)}
    <div id="groups">
      ${parts.map(
        ({ id, title, groups: own }) =>
          html`<div class="part-of-list" id="${id}">
            <p class="divider ${id}">${title} <span>${count(total(own), "finding")}</span></p>
            ${own.map(groupMarkup)}
          </div> `,
      )}
    </div>
    <p id="nothing" hidden>No finding matches. <button type="button" data-reset>Show all</button></p>
  </section>`;
  return { section, blocks };

  function* eachDetails(): Iterable<Html> {
    for (const finding of ordered) yield findingDetails(finding, anchors.get(finding) ?? "f", nameOf);
  }

  function groupMarkup({ check, summary, findings, severity, status, anchor }: Group): Html {
    return html`<section
      class="group ${status === "fail" ? severity : status}${findings.length > perList ? " long" : ""}"
      id="${anchor}"
      data-check="${check}"
      data-severity="${severity}"
      data-status="${status}"
      aria-labelledby="${anchor}-h"
    >
      <div class="head">
        <h3 id="${anchor}-h"><span class="mark"></span>${check} <span class="n">${findings.length}</span></h3>
        ${
          summary === null
            ? null
            : html`<p>Expected: ${summary.title}</p>
                <details class="why">
                  <summary>Why it matters</summary>
                  <p>${summary.rationale}</p>
                </details>`
        }
      </div>
      ${chunks(findings).map(
        (chunk) =>
          html`<ul>
            ${chunk.map((finding) => findingMarkup(finding, placeOfFinding.get(finding) ?? null))}
          </ul>`,
      )}
    </section> `;
  }

  function findingMarkup(finding: Finding, place: Packed | null): Html {
    const { resource, message, baseline, tags } = finding;
    const account = accountOf(resource);
    const { name, beside } = resourceWords(resource);
    const keys = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
    // Attributes that are empty are left out: this stands on the page once for every finding.
    return html`<li
      id="${anchors.get(finding) ?? ""}"
      data-a="${account?.index ?? -1}"
      ${baseline === "new" ? html` data-new` : null}${
        keys.length === 0 ? null : html` data-tags="${shorten(keys.join(" "), 500)}"`
      }
    >
      <details>
        <summary>
          <b>${shorten(name, 160)}</b>
          ${beside === null ? null : html`<span class="id">${shorten(beside, 160)}</span> `}<span class="at"
            >${shorten(placeWords(resource, account), 120)}</span
          >${baseline === "new" ? html` <span class="new">new</span>` : null}
          <span class="msg">${shorten(message, 1200)}</span>
        </summary>
        ${details(place)}
      </details>
    </li> `;
  }
}

function details(place: Packed | null): Html {
  return place === null || place.inside !== null
    ? html`<div class="d">${place?.inside ?? null}</div>`
    : html`<div class="d" data-pack="${place.place}"></div>`;
}

/** Browsers leave out what is not in view list by list; of shorter ones the bookkeeping itself is slow, of longer ones drawing. */
const perList = 50;

function chunks(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const starts = Array.from({ length: Math.ceil(findings.length / perList) }, (_none, index) => index * perList);
  return starts.map((start) => findings.slice(start, start + perList));
}

function total(groups: readonly Group[]): number {
  return groups.reduce((sum, { findings }) => sum + findings.length, 0);
}

/** Shown by the page's script, which does the filtering. */
function filterForm(report: Report, groups: readonly Group[], accounts: readonly Account[]): Html {
  const used = new Set(report.findings.map(({ resource }) => resource.cloud));
  const named = severities.filter((severity) => groups.some((group) => group.severity === severity));
  const statuses = (["fail", "unknown", "suppressed"] as const).filter((status) =>
    groups.some((group) => group.status === status),
  );
  return html`<form id="filter" role="search" aria-label="Filter findings" hidden>
    <label class="wide"
      >Search
      <input type="search" name="text" autocomplete="off" spellcheck="false" placeholder="name, id, tag or words"
    /></label>
    ${select(
      "severity",
      "Severity",
      "any",
      named.map((severity) => option(severity, severity)),
    )}
    ${select("status", "Status", "any", [...statuses.map((status) => option(status, statusWords[status])), ...(report.baseline === null ? [] : [option("new", "new since last time")])])}
    ${select(
      "cloud",
      "Cloud",
      "all",
      clouds.filter((cloud) => used.has(cloud)).map((cloud) => option(cloud, cloudWords[cloud].name)),
    )}
    ${select(
      "account",
      "Account",
      "all",
      accounts.map(
        ({ cloud, id, name, index }) =>
          html`<option value="${index}" data-cloud="${cloud}">
            ${shorten(name === null ? id : `${name} (${id})`, 70)}
          </option>`,
      ),
    )}
    ${select(
      "check",
      "Check",
      "all",
      [...new Set(groups.map(({ check }) => check))].toSorted().map((check) => option(check, shorten(check, 70))),
    )}
    ${select("group", "Group by", null, [option("check", "check"), option("resource", "resource")])}
    <div class="actions">
      <p id="count" role="status" aria-live="polite"></p>
      <button type="button" data-open>Open all shown</button><button type="button" data-reset>Reset</button>
    </div>
  </form>`;
}

const statusWords: Readonly<Record<Status, string>> = {
  fail: "failed",
  unknown: "not judged",
  suppressed: "suppressed",
};

function select(name: string, label: string, everything: string | null, choices: readonly Content[]): Html {
  return html`<label
    >${label}
    <select name="${name}">
      ${everything === null ? null : html`<option value="">${everything}</option>`}${choices}
    </select></label
  >`;
}

function option(value: string, label: string): Html {
  return html`<option value="${value}">${label}</option>`;
}
