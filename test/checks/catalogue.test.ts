import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { checks } from "../../checks/registry.ts";
import type { Json } from "../../src/model/finding.ts";
import { severities } from "../../src/model/severity.ts";
import { awsProvider } from "../../src/providers/aws/provider.ts";
import { findAwsOperation } from "../../src/providers/aws/operations.ts";
import { parseJsonText } from "../../src/snapshot/json-text.ts";
import { isObject, text } from "../../src/providers/read.ts";
import { controlsOn, remediationOn } from "../../src/scan/check.ts";
import { awsEstate, type SmallEstate } from "../support/aws-estate.ts";
import { azureEstate } from "../support/azure-estate.ts";
import { gcpEstate } from "../support/gcp-estate.ts";
import { judgeEstate } from "../support/check-tester.ts";

const root = resolve(import.meta.dirname, "../..");
const folders = ["aws", "azure", "gcp", "identity", "network"] as const;
const files = folders.flatMap((folder) => readdirSync(join(root, "checks", folder)).map((name) => `${folder}/${name}`));
const stem = (file: string): string => file.replace(/^.*\//, "").replace(/\.[a-z]+$/, "");

const headings = [
  "What it looks at",
  "Why it matters",
  "When it fails",
  "When it is unknown",
  "How to fix it",
  "Fails",
  "Passes",
  "References",
];

/** A check's page: its first lines and the text under each heading. */
function pageOf(id: string) {
  const file = files.find((name) => name.endsWith(`/${id}.md`));
  const page = file === undefined ? "" : readFileSync(join(root, "checks", file), "utf8");
  const [front = "", ...parts] = page.split(/^## /m);
  const sections = parts.map((part) => {
    const end = part.indexOf("\n");
    return { heading: part.slice(0, end).trim(), text: part.slice(end + 1).trim() };
  });
  const section = (heading: string): string => sections.find((one) => one.heading === heading)?.text ?? "";
  return { front: front.trim(), headings: sections.map(({ heading }) => heading), section };
}

/** Examples are bodies of Google's REST APIs, told by their kind or by what they are called, ARM bodies, told by their id, or else what the AWS CLI prints. */
function estateOf(documents: readonly Json[]): SmallEstate {
  const bodies = documents.filter((each) => isObject(each));
  const says = (member: string, start: string): boolean =>
    bodies.some((body) => (text(body, member) ?? "").startsWith(start));
  if (says("kind", "compute#") || says("name", "projects/")) return gcpEstate(bodies);
  return says("id", "/subscriptions/") ? azureEstate(bodies) : awsEstate(documents);
}

/** The examples of a section: each block of JSON is one, and holds one or several documents, as `--import` reads them. */
function examplesOf(section: string): readonly (readonly Json[])[] {
  return [...section.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([block, text = ""]) => {
    const { documents, problems } = parseJsonText(text);
    if (problems.length > 0 || documents.length === 0) throw new Error(`an example is not JSON: ${block}`);
    return documents;
  });
}

describe("the registry", () => {
  it("holds every check of the folders, sorted by id", () => {
    const ids = files.filter((file) => file.endsWith(".ts")).map(stem);
    expect(checks.map(({ id }) => id)).toEqual(ids.toSorted());
  });

  it("names each id once", () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });

  it("the folders hold a page for each check, and nothing else", () => {
    const pages = files.filter((file) => file.endsWith(".md")).map(stem);
    expect(pages.toSorted()).toEqual(checks.map(({ id }) => id));
    expect(files.filter((file) => !/\.(ts|md)$/.test(file))).toEqual([]);
  });
});

describe.each(checks.map((check) => [check.id, check] as const))("%s", (id, check) => {
  it("has the file name as its id", () => {
    expect(files).toContainEqual(expect.stringMatching(new RegExp(`/${id}\\.ts$`)));
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("has a title that states the compliant state in one sentence", () => {
    expect(check.title.length).toBeGreaterThan(10);
    expect(check.title.length).toBeLessThanOrEqual(150);
    expect(check.title).toMatch(/^[A-Z]/);
    expect(check.title).not.toMatch(/^(Ensure|Check|Verify|Make sure)\b|\b(should|must)\b|[.\n]$/i);
  });

  it("says why it matters and how to fix it", () => {
    expect(check.rationale.length).toBeGreaterThan(40);
    expect(check.remediation.console.length).toBeGreaterThan(40);
    expect(check.remediation.cli.length).toBeGreaterThan(0);
    const texts = check.clouds.map((cloud) => remediationOn(check, cloud).terraform ?? ".");
    for (const text of [check.rationale, check.remediation.console, ...texts]) expect(text).toMatch(/\.$/);
    for (const command of check.remediation.cli) expect(command).toMatch(/^(aws|az|gcloud|rampart) \S/);
  });

  it("tells each of its clouds how to fix it in that cloud's own words", () => {
    const foreign = {
      aws: /\bazurerm_|\baz |Azure|\bgoogle_|\bgcloud |Google/,
      azure: /\baws[_ ]|AWS|EC2|VPC|\bgoogle_|\bgcloud |Google/,
      gcp: /\baws[_ ]|\baz |azurerm_|AWS|EC2|Azure/,
    };
    const frameworks = { aws: /azure|defender|gcp/, azure: /aws|gcp/, gcp: /aws|azure|defender/ };
    for (const cloud of check.clouds) {
      const { console: words, cli, terraform } = remediationOn(check, cloud);
      expect(cli.length, cloud).toBeGreaterThan(0);
      expect([words, ...cli, terraform ?? ""].join("\n"), cloud).not.toMatch(foreign[cloud]);
      if (check.clouds.length > 1) {
        expect(terraform, cloud).not.toBeNull();
        expect(Object.keys(controlsOn(check, cloud)).join(" "), cloud).not.toMatch(frameworks[cloud]);
      }
    }
  });

  it("carries both ATT&CK ids and both mitigations", () => {
    expect(check.attack.techniques).toEqual(expect.arrayContaining(["T1562.007", "T1686.001"]));
    expect(check.attack.mitigations).toEqual(expect.arrayContaining(["M1047", "M1018"]));
  });

  // https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
  it("fits into a SARIF rule", () => {
    // GitHub keeps ten tags: `security`, then ATT&CK, then as many controls as fit.
    expect(check.attack.techniques.length + check.attack.mitigations.length).toBeLessThan(10);
    expect(id.length).toBeLessThanOrEqual(255);
    expect(check.title.length).toBeLessThanOrEqual(1024);
    expect(check.rationale.length).toBeLessThanOrEqual(1024);
    expect(severities).toContain(check.severity);
  });

  it("names controls by framework and id", () => {
    for (const [framework, ids] of Object.entries(check.controls)) {
      expect(framework).toMatch(/^[a-z]+(-[a-z0-9.]+)*$/);
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it("needs facets that have operations, and names none twice", () => {
    const facets = [...check.needs.subjects, ...check.needs.context];
    expect(facets.length).toBeGreaterThan(0);
    expect(new Set(facets).size).toBe(facets.length);
    expect(check.clouds.length).toBeGreaterThan(0);
    if (!check.clouds.includes("aws")) return;
    for (const facet of facets) {
      const operations = awsProvider.operations(facet, null);
      expect(operations.length, facet).toBeGreaterThan(0);
      for (const operation of operations) {
        expect(findAwsOperation(operation), operation).toBeDefined();
        expect(awsProvider.permissionsFor(operation).length, operation).toBeGreaterThan(0);
      }
    }
  });

  it("has a page with the fixed headings, its id and its title", () => {
    const page = pageOf(id);
    expect(page.headings).toEqual(headings);
    expect(page.front).toBe(`# ${id}\n\n${check.title}`);
    for (const heading of headings) expect(page.section(heading).length, heading).toBeGreaterThan(0);
  });

  it("has references, all by https", () => {
    const links = [
      ...pageOf(id)
        .section("References")
        .matchAll(/[a-z]+:\/\/[^\s)>]+/g),
    ].map(([link]) => link);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !link.startsWith("https://"))).toEqual([]);
  });

  const page = pageOf(id);
  const fails = examplesOf(page.section("Fails"));
  const passes = examplesOf(page.section("Passes"));

  it("shows an example that fails and one that passes", () => {
    expect(fails.length).toBeGreaterThan(0);
    expect(passes.length).toBeGreaterThan(0);
  });

  it.each(fails.map((documents, index) => [index + 1, documents] as const))(
    "fails example %i",
    (_number, documents) => {
      const { findings } = judgeEstate(check, estateOf(documents));
      expect(findings.map(({ status }) => status)).toContain("fail");
    },
  );

  it.each(passes.map((documents, index) => [index + 1, documents] as const))(
    "passes example %i",
    (_number, documents) => {
      const { findings, tallies } = judgeEstate(check, estateOf(documents));
      expect(findings.map(({ message }) => message)).toEqual([]);
      expect(tallies.reduce((sum, { pass }) => sum + pass, 0)).toBeGreaterThan(0);
    },
  );
});
