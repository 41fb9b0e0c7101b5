import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { canonicalId } from "../../src/model/resource.ts";
import { count } from "../table/words.ts";
import { accessChains, exposureChains, type Chain } from "./chains.ts";
import { mapFigure, type MapColumn, type MapRow } from "./map-picture.ts";
import { html, type Html } from "./markup.ts";
import { accountIndex, namesOf, type Account } from "./names.ts";

/** Lines of one picture; what lies beyond has its own picture with its finding. */
const rowsShown = 12;

const exposureColumns: readonly MapColumn[] = [
  column("way in", 1, ["load balancer", "address", "way in"]),
  column("admin layer", 0.95, ["admin firewall", "inspection", "public access"]),
  column("subnet firewall", 1, ["subnet firewall"]),
  column("firewall", 1.2, ["firewall"]),
  { title: "reached", weight: 0.75, find: (stops) => stops.filter(({ kind }) => kind === "goal") },
];

/** The stops with one of some roles, those of the first role first. */
function column(title: string, weight: number, roles: readonly string[]): MapColumn {
  return {
    title,
    weight,
    find: (stops) => roles.flatMap((role) => stops.filter((stop) => stop.role === role && stop.kind !== "reply")),
  };
}

const accessColumns: readonly MapColumn[] = [
  { title: "principal", weight: 1, find: (stops) => stops.filter(({ kind }) => kind === "source") },
  column("first", 1.05, ["step"]),
  column("allowed by", 1.2, ["grant"]),
  { title: "can change", weight: 0.95, find: (stops) => stops.filter(({ kind }) => kind === "goal") },
];

/** What the internet reaches, through which layers, by which rules. Null when nothing is known to be reached. */
export function exposureSection(report: Report, anchors: ReadonlyMap<Finding, string>): Html | null {
  const nameOf = namesOf(report);
  const rows = firstPerSubject(
    report,
    (finding) => exposureChains(finding, nameOf),
    ({ resource }) => canonicalId(resource),
    anchors,
  ).filter(({ chain }) => !chain.stops.some(({ kind }) => kind === "held"));
  if (rows.length === 0) return null;
  const shown = rows.slice(0, rowsShown);
  return html`<section id="exposure" aria-labelledby="exposure-h">
    <h2 id="exposure-h">What the internet reaches</h2>
    <p>
      Each line is a way in, through every layer that it passes. A filled square is a firewall; a coloured one holds the
      rule that, taken away, ends it. Gateways, routes and the way back are in the picture of each finding.
    </p>
    ${mapFigure({
      id: "exposure-map",
      title: "What the internet reaches",
      description: `${count(shown.length, "line")} from the internet to what it reaches, through the layers in between, with the deciding rule at each.`,
      rows: shown,
      more: rows.length - shown.length,
      columns: exposureColumns,
      from: "The internet",
      to: null,
    })}
  </section>`;
}

/** Who can change firewalls, by which steps and grants. Null when nobody is known to be able to. */
export function accessSection(
  report: Report,
  accounts: readonly Account[],
  anchors: ReadonlyMap<Finding, string>,
): Html | null {
  const accountOf = accountIndex(accounts);
  const nameOf = namesOf(report);
  const isPrincipal = ({ evidence }: Finding): boolean => typeof evidence["principal"] === "string";
  const rows = firstPerSubject(
    report,
    (finding) => (isPrincipal(finding) ? accessChains(finding, nameOf).map((chain) => ofAccount(chain, finding)) : []),
    ({ evidence, resource }) => JSON.stringify([resource.cloud, evidence["principal"]]),
    anchors,
  );
  if (rows.length === 0) return null;
  const shown = rows.slice(0, rowsShown);
  return html`<section id="access" aria-labelledby="access-h">
    <h2 id="access-h">Who can change the firewalls</h2>
    <p>
      Each line is a principal that a check names, the steps it takes to more rights, and the statement without which it
      could not.
    </p>
    ${mapFigure({
      id: "access-map",
      title: "Who can change the firewalls",
      description: `${count(shown.length, "line")} from principals to the firewalls that they can change, with the steps and the grant in between.`,
      rows: shown,
      more: rows.length - shown.length,
      columns: accessColumns,
      from: null,
      to: "Firewalls",
    })}
  </section>`;

  /** Names alone do not tell the principals of several accounts apart. */
  function ofAccount({ title, stops, more }: Chain, { resource }: Finding): Chain {
    const account = accountOf(resource)?.name ?? null;
    // An account without a name says less than what stands beside the principal already, and would push it out of the picture.
    const isTold = stops.some(({ kind, says }) => kind === "source" && says.length > 0);
    const whereabouts = account !== null ? [account] : isTold ? [] : [resource.account];
    const named = stops.map(({ kind, role, title: stop, says }) => ({
      kind,
      role,
      title: stop,
      says: kind === "source" ? [[...says, ...whereabouts].join(", ")] : says,
    }));
    return { title, stops: named, more };
  }
}

/** Of each subject the first of its failures that can be drawn; one with every port open goes before those with some. */
function firstPerSubject(
  report: Report,
  chainsOf: (finding: Finding) => readonly Chain[],
  subjectOf: (finding: Finding) => string,
  anchors: ReadonlyMap<Finding, string>,
): readonly MapRow[] {
  const rows = new Map<string, MapRow>();
  for (const finding of report.findings) {
    if (finding.status !== "fail" || finding.suppression !== null) continue;
    const subject = subjectOf(finding);
    if (rows.has(subject) && finding.check !== "exposed-all-ports") continue;
    const [chain] = chainsOf(finding);
    if (chain === undefined) continue;
    rows.set(subject, { chain, severity: finding.severity, anchor: anchors.get(finding) ?? "" });
  }
  return [...rows.values()];
}
