import { isKnown } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report, Tally } from "../../src/model/report.ts";
import type { Target } from "../../src/model/resource.ts";
import { targetKey } from "../../src/model/resource.ts";
import { shorten } from "../escape/shorten.ts";
import { guardLine } from "../escape/terminal.ts";
import { xmlText } from "../escape/xml.ts";
import { count } from "../table/words.ts";

/** What became of one test case. `lines` are the text below the message. */
interface TestCase {
  /** With dots: Jenkins shows what stands before the last one as the package, the rest as the class. */
  readonly classname: string;
  readonly name: string;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  readonly type: string;
  readonly message: string;
  readonly lines: readonly string[];
}

/** Lines of one test case beyond which JSON is the better place to read. */
const unreadShown = 100;
const longestEvidence = 2000;

/**
 * JUnit XML as Jenkins, GitLab and Azure Pipelines read it (https://github.com/jenkinsci/xunit-plugin, junit-10.xsd). A suite for each target, and
 * in it a test case for
 * - each failed finding: a failure, of its severity as the type;
 * - each finding that could not be judged: an error, which is what JUnit calls a test that did not come to a verdict. Not `skipped`, which reads as
 *   done on purpose and turns nothing red;
 * - each suppressed finding: skipped, with the reason;
 * - each check that found something good: passed, with how many resources.
 *
 * The first suite is the scan itself; its one case is an error when not everything could be read. Names rest on what the resource is called and on fingerprints, so a case
 * is the same from one night to the next, which is how GitLab tells new failures from old.
 */
export function renderJunit(report: Report): string {
  const suites = [
    suite(
      "scan",
      [wholeScan(report)],
      [property("version", report.tool.version), property("source", report.scan.source)],
      report,
    ),
    ...targetSuites(report),
  ];
  const all = suites.flatMap(({ cases }) => cases);
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="rampart" ${counts(all)}>`,
    ...suites.flatMap(({ lines: own }) => own),
    "</testsuites>",
  ];
  return `${lines.map(guardLine).join("\n")}\n`;
}

interface Suite {
  readonly cases: readonly TestCase[];
  readonly lines: readonly string[];
}

function suite(name: string, cases: readonly TestCase[], properties: readonly string[], report: Report): Suite {
  const skipped = cases.filter(({ outcome }) => outcome === "skipped").length;
  const attributes = `name="${xmlText(name)}" ${counts(cases)} skipped="${skipped}" timestamp="${xmlText(report.scan.finishedAt)}"`;
  const lines = [
    `  <testsuite ${attributes}>`,
    ...(properties.length === 0 ? [] : ["    <properties>", ...properties, "    </properties>"]),
    ...cases.flatMap(caseLines),
    "  </testsuite>",
  ];
  return { cases, lines };
}

function counts(cases: readonly TestCase[]): string {
  const failures = cases.filter(({ outcome }) => outcome === "failure").length;
  const errors = cases.filter(({ outcome }) => outcome === "error").length;
  return `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
}

function property(name: string, value: string): string {
  return `      <property name="${xmlText(name)}" value="${xmlText(value)}"/>`;
}

function caseLines({ classname, name, outcome, type, message, lines }: TestCase): string[] {
  const open = `    <testcase classname="${xmlText(classname)}" name="${xmlText(name)}"`;
  const text = lines.map((line) => `        ${xmlText(line)}`);
  if (outcome === "passed") {
    return text.length === 0
      ? [`${open}/>`]
      : [`${open}>`, "      <system-out>", ...text, "      </system-out>", "    </testcase>"];
  }
  const attributes = `type="${xmlText(type)}" message="${xmlText(message)}"`;
  return [`${open}>`, `      <${outcome} ${attributes}>`, ...text, `      </${outcome}>`, "    </testcase>"];
}

/** Whether everything was read; with the notes of the scan. */
function wholeScan(report: Report): TestCase {
  const unread = report.coverage.filter(({ status }) => !isKnown(status));
  const shown = unread
    .slice(0, unreadShown)
    .map((row) => `${targetKey(row)} ${row.operation}: ${row.status}${row.error === null ? "" : ` (${row.error})`}`);
  const more = unread.length - shown.length;
  return {
    classname: "rampart.scan",
    name: "everything was read",
    outcome: report.scan.complete ? "passed" : "error",
    type: "incomplete",
    message:
      unread.length === 0
        ? "the scan ended before everything was read; what rests on the rest is unknown, not good"
        : `${count(unread.length, "operation")} could not be read; what rests on the rest is unknown, not good`,
    lines: [
      ...shown,
      ...(more > 0 ? [`and ${more} more; --format json lists all`] : []),
      ...report.scan.notes.slice(0, unreadShown),
    ],
  };
}

/** A suite for each target with findings or tallies, in the order of their names. */
function targetSuites(report: Report): Suite[] {
  const titles = new Map(report.checks.map(({ id, title }) => [id, title]));
  const cases = new Map<string, TestCase[]>();
  const add = (target: string, testCase: TestCase): void => {
    const known = cases.get(target);
    if (known === undefined) cases.set(target, [testCase]);
    else known.push(testCase);
  };
  for (const finding of report.findings) {
    add(targetKey(finding.resource), findingCase(finding, titles.get(finding.check) ?? ""));
  }
  for (const tally of report.tallies) if (tally.pass > 0) add(tally.target, passedCase(tally));
  return [...cases]
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([target, ofTarget]) => suite(target, ofTarget, [], report));
}

function findingCase(finding: Finding, title: string): TestCase {
  const { resource, suppression, remediation, status } = finding;
  const named = resource.name === null || resource.name === resource.id ? "" : ` (${resource.name})`;
  const outcome = suppression !== null ? "skipped" : status === "fail" ? "failure" : "error";
  return {
    classname: classname(targetKey(resource), finding.check),
    // Two rules of one firewall may fail one check.
    name: `${resource.id}${named} ${finding.id}`,
    outcome,
    type: outcome === "skipped" ? "suppressed" : outcome === "error" ? "unknown" : finding.severity,
    message: suppression === null ? finding.message : `Suppressed: ${suppression.reason}`,
    lines: [
      ...(suppression === null ? [] : [finding.message, ...suppressedLines(suppression)]),
      ...(title === "" ? [] : [`Expected: ${title}`]),
      `Resource: ${resource.arn ?? resource.id} (${placeOfTarget(resource)})`,
      ...(finding.baseline === null ? [] : [`Baseline: ${finding.baseline}`]),
      `Evidence: ${shorten(JSON.stringify(finding.evidence), longestEvidence)}`,
      `Fix: ${remediation.console}`,
      ...remediation.cli.map((command) => `  $ ${command}`),
      `More: rampart explain ${finding.check}`,
    ],
  };
}

function suppressedLines({ owner, ticket, expires, matched }: NonNullable<Finding["suppression"]>): string[] {
  return [
    ...(owner === null ? [] : [`Owner: ${owner}`]),
    ...(ticket === null ? [] : [`Ticket: ${ticket}`]),
    ...(expires === null ? [] : [`Expires: ${expires}`]),
    ...(matched.where === "" ? [] : [`Suppressed by: ${matched.where}`]),
  ];
}

/** What a check found good on a target: it has no names of the resources, only how many they were. */
function passedCase({ check, target, pass }: Tally): TestCase {
  return {
    classname: classname(target, check),
    name: "resources found good",
    outcome: "passed",
    type: "",
    message: "",
    lines: [count(pass, "resource")],
  };
}

/** `aws/1111/eu-west-1` and a check: `aws.1111.eu-west-1.open-admin-rule`. Dots of their own would make more packages. */
function classname(target: string, check: string): string {
  return [...target.split("/"), check].map((part) => part.replaceAll(".", "_")).join(".");
}

function placeOfTarget({ cloud, account, region }: Target): string {
  return `${cloud} ${account} ${region}`;
}
