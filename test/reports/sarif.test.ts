import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import type { Log, Result, Run } from "sarif";
import { describe, expect, it } from "vitest";
import type { SarifOptions } from "../../reports/format.ts";
import { categoryId } from "../../reports/sarif/paths.ts";
import { renderSarif } from "../../reports/sarif/render.ts";
import { isKnown } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import type { ResourceRef, Target } from "../../src/model/resource.ts";
import { targetKey } from "../../src/model/resource.ts";
import { severities } from "../../src/model/severity.ts";
import { anyReport } from "../support/arbitrary-report.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

const uploaded: SarifOptions = { includeSuppressed: false, includeIncomplete: false };
const everything: SarifOptions = { includeSuppressed: true, includeIncomplete: true };
const anyOptions: fc.Arbitrary<SarifOptions> = fc.record({
  includeSuppressed: fc.boolean(),
  includeIncomplete: fc.boolean(),
});

const schema: object = JSON.parse(readFileSync(new URL("../fixtures/sarif-2.1.0.json", import.meta.url), "utf8"));
const validate = new Ajv2020({
  allErrors: true,
  strict: false,
  formats: {
    uri: /^[a-z][a-z0-9+.-]*:[!-~]+$/i,
    "uri-reference": (text: string) => /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*$/.test(text),
    uuid: /^[0-9a-f-]{36}$/,
    "date-time": /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/,
  },
}).compile(schema);

function logs(report: Report, options: SarifOptions): Log[] {
  return renderSarif(report, options).documents.map((text): Log => JSON.parse(text));
}

function runs(report: Report, options: SarifOptions): Run[] {
  return logs(report, options).flatMap((log) => log.runs);
}

function results(report: Report, options: SarifOptions): Result[] {
  return runs(report, options).flatMap((run) => run.results ?? []);
}

const place: Target = { cloud: "aws", account: "111122223333", region: "eu-west-1" };
const securityGroup: ResourceRef = { ...place, type: "aws:ec2:security-group", id: "sg-1", name: null, arn: null };

/** A complete report about `targets`, with `findings`. */
function reportOf(targets: readonly Target[], findings: readonly Finding[]): Report {
  const operation = "ec2:DescribeSecurityGroups";
  return {
    ...sampleReport(),
    scan: {
      ...sampleReport().scan,
      complete: true,
      targets: targets.map((target) =>
        Object.assign({}, target, { name: null, status: "scanned" as const, note: null }),
      ),
    },
    findings,
    coverage: targets.map((target) =>
      Object.assign({}, target, { operation, status: "complete" as const, items: 1, error: null }),
    ),
  };
}

function manyFindings(count: number, changes: (index: number) => Partial<Finding>): Finding[] {
  return Array.from({ length: count }, (_, index) =>
    sampleFinding(
      openAdminRule,
      `id${index}`,
      { ...securityGroup, id: `sg-${index}` },
      `Message ${index}.`,
      changes(index),
    ),
  );
}

describe("SARIF of the sample", () => {
  const [run] = runs(sampleReport(), uploaded);
  const [result] = run?.results ?? [];
  const [rule] = run?.tool.driver.rules ?? [];

  it("places a finding at a virtual path, line 1, and names the resource by its ARN", () => {
    expect(result?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: "aws/111122223333/eu-west-1/ec2/security-group/sg-0a1b2c3d4e5f60718" },
          region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
        },
        logicalLocations: [
          {
            fullyQualifiedName: "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718",
            name: "bastion",
            kind: "resource",
          },
        ],
      },
    ]);
  });

  it("gives the finding's fingerprint under GitHub's name and our own", () => {
    expect(result?.partialFingerprints).toEqual({
      primaryLocationLineHash: "a0f4c3b2d1e0",
      "rampartFindingId/v1": "a0f4c3b2d1e0",
    });
  });

  it("says what is wrong in the first sentence and where in the second", () => {
    expect(result?.message.text).toBe(
      "Rule sgr-0f1e2d3c4b5a69780 admits SSH (tcp 22) from 0.0.0.0/0, which is the whole IPv4 internet. " +
        "Resource sg-0a1b2c3d4e5f60718, 111122223333 eu-west-1.",
    );
  });

  it("grades by rule, and tags with ATT&CK", () => {
    expect(rule).toMatchObject({
      id: "open-admin-rule",
      name: "OpenAdminRule",
      shortDescription: { text: openAdminRule.title },
      defaultConfiguration: { level: "error" },
      properties: {
        "security-severity": "8.0",
        precision: "high",
        "problem.severity": "error",
        tags: expect.arrayContaining(["security", "external/mitre/T1562.007", "external/mitre/M1047"]),
      },
    });
    expect(rule?.help?.markdown).toContain("```sh\naws ec2 revoke-security-group-ingress");
  });

  it("leaves out what is suppressed or could not be judged, and counts it", () => {
    const rendered = renderSarif(sampleReport(), uploaded);
    expect(rendered.documents.join("")).not.toMatch(/c9f4c3b2d1e0|d0d0d0d0/);
    expect(rendered.remarks).toContainEqual(expect.stringContaining("1 could not be judged"));
    expect(rendered.remarks).toContainEqual(expect.stringContaining("1 suppressed findings are not in it"));
  });

  it("leaves out a target that was not read completely, because uploading it would close alerts, and says so", () => {
    const rendered = renderSarif(sampleReport(), uploaded);
    const [log] = logs(sampleReport(), uploaded);
    expect(log?.runs.map((one) => one.automationDetails?.id)).toEqual([
      "rampart/aws/111122223333/eu-west-1/",
      "rampart/aws/444455556666/eu-west-1/",
    ]);
    expect(rendered.remarks[0]).toContain("aws/111122223333/us-east-1 is left out: ec2:DescribeFlowLogs (denied)");
    expect(log?.properties?.["incompleteTargets"]).toEqual([
      { target: "aws/111122223333/us-east-1", reason: expect.stringContaining("ec2:DescribeFlowLogs (denied)") },
    ]);
  });

  it("has a run without results for a target that is clean, which closes its alerts", () => {
    expect(runs(sampleReport(), uploaded)[1]?.results).toEqual([]);
  });

  it("includes on request what is incomplete, with notifications, and what is suppressed, marked", () => {
    const all = runs(sampleReport(), everything);
    const virginia = all.find((one) => one.automationDetails?.id?.includes("us-east-1") === true);
    expect(virginia?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toContain(
      "ec2:DescribeFlowLogs was not read (denied)",
    );
    const marked = all.flatMap((one) => one.results ?? []).filter((one) => one.suppressions !== undefined);
    expect(marked.map((one) => one.suppressions)).toEqual([
      [{ kind: "external", status: "accepted", justification: "honeypot" }],
    ]);
  });

  it("gives a log without runs, and says why, when no target was read completely", () => {
    const rendered = renderSarif({ ...sampleReport(), coverage: [] }, uploaded);
    expect(rendered.documents.map((text) => JSON.parse(text).runs)).toEqual([[]]);
    expect(rendered.remarks).toContainEqual(expect.stringContaining("nothing to upload"));
    expect(rendered.remarks).toContainEqual(expect.stringContaining("nothing says that any of it was read"));
  });
});

describe("what belongs to no Region", () => {
  const global: Target = { ...place, region: "global" };
  const role: ResourceRef = {
    ...global,
    type: "aws:iam:role",
    id: "arn:aws:iam::111122223333:role/network-admin",
    name: "network-admin",
    arn: "arn:aws:iam::111122223333:role/network-admin",
  };
  const reading = (findings: readonly Finding[], status: "complete" | "denied", pass: number): Report => {
    const report = reportOf([place], findings);
    const row = { ...global, operation: "iam:GetAccountAuthorizationDetails", status, items: 1, error: null };
    const tallies = [{ check: "unexpected-firewall-admin", target: targetKey(global), pass, fail: 0, unknown: 0 }];
    return { ...report, coverage: [...report.coverage, row], tallies };
  };
  const categories = (report: Report): readonly (string | undefined)[] =>
    runs(report, uploaded).map((run) => run.automationDetails?.id);

  it("has a run of its own, where principals have a path", () => {
    const report = reading([sampleFinding(openAdminRule, "id1", role, "It can.")], "complete", 1);
    expect(categories(report)).toContain(categoryId(global));
    expect(results(report, uploaded)[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(
      "aws/111122223333/global/iam/role/network-admin",
    );
  });

  it("has it without findings too, which closes the alerts of what is mended", () => {
    expect(categories(reading([], "complete", 1))).toContain(categoryId(global));
  });

  it("has none when it was not read", () => {
    expect(categories(reading([], "denied", 1))).toEqual([categoryId(place)]);
  });
});

describe("GitHub's limits", () => {
  it("20 runs in a file: more targets make more files", () => {
    const targets = Array.from({ length: 45 }, (_, index) => Object.assign({}, place, { region: `r${index}` }));
    const rendered = renderSarif(reportOf(targets, []), uploaded);
    expect(rendered.documents.map((text) => JSON.parse(text).runs.length)).toEqual([20, 20, 5]);
    expect(rendered.remarks).toContainEqual(expect.stringContaining("there are 3 files"));
  });

  it("5,000 results are shown of a run: the gravest are kept and the rest is counted", () => {
    const findings = manyFindings(5100, (index) =>
      index < 5050 ? { check: "minor", severity: "low" } : { severity: "critical" },
    );
    const report = reportOf([place], findings);
    const kept = results(report, uploaded);
    expect(kept).toHaveLength(5000);
    expect(kept.filter((result) => result.ruleId === "open-admin-rule")).toHaveLength(50);
    expect(renderSarif(report, uploaded).remarks).toEqual([
      expect.stringContaining("has 5100 findings and a run holds 5000; the 100 least grave are left out"),
    ]);
  });

  it("10 MB after gzip: what does not fit is cut and counted, or goes into another file", () => {
    // Text that gzip can't shrink, as much of it as one finding may carry.
    let seed = 1;
    const noise = (length: number) =>
      Array.from({ length }, () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return String.fromCharCode(0x4e00 + (seed % 20_000));
      }).join("");
    const other = { ...place, region: "us-east-1" };
    const findings = manyFindings(4500, (index) => ({
      message: noise(1000),
      evidence: { noise: noise(900) },
      resource: { ...securityGroup, ...(index % 4 === 0 ? other : place), id: `sg-${index}`, name: noise(100) },
    }));
    const { documents, remarks } = renderSarif(reportOf([place, other], findings), uploaded);
    expect(documents.map((text) => gzipSync(text).length).filter((bytes) => bytes > 10_000_000)).toEqual([]);
    const written = documents.flatMap((text): Run[] => JSON.parse(text).runs).flatMap((run) => run.results ?? []);
    const cut = remarks.reduce((sum, remark) => sum + Number(/the (\d+) least grave/.exec(remark)?.[1] ?? 0), 0);
    expect(cut).toBeGreaterThan(0);
    expect(written.length + cut).toBe(4500);
    expect(documents.length).toBeGreaterThan(1);
  });
});

/** Estates of every size up to more targets than a file holds, with few different findings. */
const wideReport: fc.Arbitrary<Report> = fc
  .array(
    fc.record({
      account: fc.integer({ min: 0, max: 40 }).map((index) => `${111_122_223_333 + index}`),
      region: fc.constantFrom("eu-west-1", "us-east-1", "global"),
      amount: fc.oneof({ weight: 20, arbitrary: fc.nat({ max: 20 }) }, { weight: 1, arbitrary: fc.constant(5200) }),
      severity: fc.constantFrom(...severities),
    }),
    { minLength: 1, maxLength: 90 },
  )
  .map((parts) => {
    const checks = severities.map((severity) =>
      Object.assign({}, openAdminRule, { id: `check-${severity}`, severity }),
    );
    const targets = parts.map(({ account, region }): Target => ({ cloud: "aws", account, region }));
    const findings = parts.flatMap(({ amount, severity }, part) =>
      manyFindings(amount, (index) => ({
        check: `check-${severity}`,
        severity,
        resource: Object.assign({}, securityGroup, targets[part], { id: `sg-${part}-${index}` }),
      })),
    );
    return Object.assign(reportOf(targets, findings), { checks });
  });

describe("whatever the size of the estate, SARIF", () => {
  it("has at most 20 runs and 10 MB a file, 5,000 results a run, and each category once, over all files", () => {
    fc.assert(
      fc.property(wideReport, (report) => {
        const { documents, remarks } = renderSarif(report, uploaded);
        const files = documents.map((text): Log => JSON.parse(text));
        for (const { runs: own } of files) {
          expect(own.length).toBeLessThanOrEqual(20);
          for (const { results: found = [] } of own) expect(found.length).toBeLessThanOrEqual(5000);
        }
        expect(documents.filter((text) => gzipSync(text).length > 10_000_000)).toEqual([]);
        const all = files.flatMap((file) => file.runs);
        const categories = all.map((run) => run.automationDetails?.id);
        expect(new Set(categories).size).toBe(categories.length);
        expect(new Set(categories)).toEqual(new Set(report.scan.targets.map(categoryId)));
        const written = all.reduce((sum, { results: found = [] }) => sum + found.length, 0);
        const cut = remarks.reduce((sum, remark) => sum + Number(/the (\d+) least grave/.exec(remark)?.[1] ?? 0), 0);
        expect(written + cut).toBe(report.findings.length);
      }),
      { numRuns: 25 },
    );
  });

  it("leaves out nothing graver than what it keeps", () => {
    fc.assert(
      fc.property(wideReport, (report) => {
        const kept = new Set(
          results(report, uploaded).map(
            ({ partialFingerprints }) => partialFingerprints?.["rampartFindingId/v1"] ?? "",
          ),
        );
        const rank = ({ severity }: Finding): number => severities.indexOf(severity);
        for (const [, ofTarget] of Map.groupBy(report.findings, ({ resource }) => targetKey(resource))) {
          const lost = ofTarget.filter(({ id }) => !kept.has(id)).map(rank);
          const held = ofTarget.filter(({ id }) => kept.has(id)).map(rank);
          expect(Math.min(...lost, 9)).toBeGreaterThanOrEqual(held.reduce((worst, one) => Math.max(worst, one), 0));
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe("whatever the report holds, SARIF", () => {
  it("keeps every text short of what a file of 5,000 results can hold, and every list below GitHub's limits", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        for (const run of runs(report, options)) {
          expect(run.tool.driver.rules?.length).toBeLessThanOrEqual(25_000);
          for (const { id, name, help, properties } of run.tool.driver.rules ?? []) {
            expect(id).toMatch(/^.{1,255}$/u);
            expect(name).toMatch(/^.{1,255}$/u);
            expect(help?.text.length).toBeLessThanOrEqual(8000);
            expect(help?.markdown?.length).toBeLessThanOrEqual(100_000);
            expect(properties?.tags?.filter((tag) => !/^[!-~]+$/.test(tag))).toEqual([]);
          }
          for (const result of run.results ?? []) {
            expect(result.message.text?.length).toBeLessThanOrEqual(4000);
            expect(result.locations?.[0]?.physicalLocation?.artifactLocation?.uri?.length).toBeGreaterThan(0);
            expect(result.locations?.[0]?.physicalLocation?.artifactLocation).not.toHaveProperty("uriBaseId");
            expect(JSON.stringify(result).length).toBeLessThan(20_000);
          }
        }
      }),
    );
  });

  it("has the security-severity of its check's band: over 9.0, 7.0, 4.0 and 0.1", () => {
    const bands = { critical: [9, 10], high: [7, 8.9], medium: [4, 6.9], low: [0.1, 3.9] } as const;
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        const severityOf = new Map(
          [...report.findings.toReversed(), ...report.checks].map((one) => [
            "check" in one ? one.check : one.id,
            one.severity,
          ]),
        );
        for (const rule of runs(report, options).flatMap((run) => run.tool.driver.rules ?? [])) {
          const severity = severityOf.get(rule.id);
          // Ids that had to be made harmless are not found again.
          if (severity === undefined || severity === null || !report.checks.some(({ id }) => id === rule.id)) continue;
          const [least, most] = bands[severity];
          const value = Number(rule.properties?.["security-severity"]);
          expect(value).toBeGreaterThanOrEqual(least);
          expect(value).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it("keeps an alert the same whatever is said of it: another wording, name, remedy, evidence or day", () => {
    const identity = (report: Report): unknown =>
      results(report, everything).map(({ ruleId, partialFingerprints, locations }) => ({
        ruleId,
        partialFingerprints,
        uri: locations?.[0]?.physicalLocation?.artifactLocation?.uri,
      }));
    fc.assert(
      fc.property(anyReport, anyReport, (report, other) => {
        const findings = report.findings.map((finding, index) => {
          const words = other.findings[index % Math.max(1, other.findings.length)] ?? finding;
          const { message, remediation, evidence, attack, controls, tags } = words;
          const resource = { ...finding.resource, name: words.resource.name, arn: words.resource.arn };
          return Object.assign({}, finding, { message, remediation, evidence, attack, controls, tags, resource });
        });
        const scan = { ...other.scan, targets: report.scan.targets };
        expect(identity({ ...report, scan, findings, tool: other.tool })).toEqual(identity(report));
      }),
    );
  });

  it("is valid by the schema of SARIF 2.1.0", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        for (const log of logs(report, options)) {
          validate(log);
          expect(validate.errors ?? []).toEqual([]);
        }
      }),
    );
  });

  it("gives every result one place: a relative path that climbs nowhere, and line 1", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        for (const result of results(report, options)) {
          expect(result.locations).toHaveLength(1);
          const location = result.locations?.[0]?.physicalLocation;
          const uri = location?.artifactLocation?.uri ?? "";
          expect(uri).toMatch(/^(aws|azure|gcp)(\/([A-Za-z0-9_.!~*'()-]|%[0-9A-F]{2})+)+$/);
          const resolved = new URL(uri, "file:///checkout/");
          expect(resolved.href).toBe(`file:///checkout/${uri}`);
          expect(location?.region).toEqual({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 });
        }
      }),
    );
  });

  it("gives every result a one-line message, a fingerprint and a rule of its run", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        for (const run of runs(report, options)) {
          for (const result of run.results ?? []) {
            expect(result.message.text).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u);
            expect(result.message.text).not.toContain("](");
            expect(result.partialFingerprints?.["primaryLocationLineHash"]).toBeTruthy();
            expect(run.tool.driver.rules?.[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
          }
        }
      }),
    );
  });

  it("describes exactly the rules that its results use, in order, within GitHub's limits", () => {
    const grades: readonly unknown[] = ["9.5", "8.0", "5.5", "2.0"];
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        for (const run of runs(report, options)) {
          const rules = run.tool.driver.rules ?? [];
          const used = new Set((run.results ?? []).map((result) => result.ruleId ?? ""));
          expect(rules.map(({ id }) => id)).toEqual([...used].toSorted());
          for (const rule of rules) {
            expect(rule.name?.length).toBeLessThanOrEqual(255);
            expect(rule.shortDescription?.text.length).toBeLessThanOrEqual(1024);
            expect(rule.fullDescription?.text.length).toBeLessThanOrEqual(1024);
            expect([rule.name, rule.shortDescription?.text, rule.fullDescription?.text, rule.help?.text]).not.toContain(
              "",
            );
            expect(rule.help?.markdown).toBeTruthy();
            expect(rule.properties?.tags?.length).toBeLessThanOrEqual(10);
            expect(grades).toContain(rule.properties?.["security-severity"]);
          }
        }
      }),
    );
  });

  it("grades a result as its rule", () => {
    const levels = { critical: "error", high: "error", medium: "warning", low: "note" } as const;
    for (const severity of severities) {
      const finding = sampleFinding({ ...openAdminRule, severity }, "id", securityGroup, "Open.");
      const report = { ...reportOf([place], [finding]), checks: [{ ...openAdminRule, severity }] };
      expect(results(report, uploaded).map((result) => result.level)).toEqual([levels[severity]]);
    }
  });

  it("uses a category once, and closes it with a slash", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        const ids = runs(report, options).map((run) => run.automationDetails?.id ?? "");
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => !/^rampart(\/[^/]+){3}\/$/.test(id))).toEqual([]);
      }),
    );
  });

  it("has a run for a target only if everything about it is known", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const categories = new Set(runs(report, uploaded).map((run) => run.automationDetails?.id));
        for (const row of report.coverage.filter(({ status }) => !isKnown(status))) {
          expect(categories).not.toContain(categoryId(row));
        }
      }),
    );
  });

  it("holds every failed finding of a complete target, or says that the target is left out", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const failed = report.findings.filter(({ status, suppression }) => status === "fail" && suppression === null);
        const { remarks } = renderSarif(report, uploaded);
        const leftOut = new Set(
          logs(report, uploaded)
            .flatMap((log): readonly { target: string }[] => log.properties?.["incompleteTargets"] ?? [])
            .map(({ target }) => target),
        );
        expect(remarks.filter((remark) => remark.includes("is left out"))).toHaveLength(leftOut.size);
        const complete = new Set(report.coverage.map(targetKey));
        for (const row of report.coverage) if (!isKnown(row.status)) complete.delete(targetKey(row));
        // What belongs to no target of the scan rests on everything that its cloud told.
        const isTold = ({ cloud, account }: Target): boolean =>
          report.scan.targets.some((target) => target.cloud === cloud && target.account === account) ||
          report.coverage.every((row) => row.cloud !== cloud || isKnown(row.status));
        const expected = failed.filter(({ resource }) => complete.has(targetKey(resource)) && isTold(resource));
        expect(results(report, uploaded)).toHaveLength(expected.length);
        expect(results(report, everything).length).toBeGreaterThanOrEqual(failed.length);
      }),
    );
  });

  it("does not change with the time of the scan, but for the two times", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        const on = (day: string): Report => {
          const scan = { ...report.scan, startedAt: `${day}T00:00:00Z`, finishedAt: `${day}T00:00:09Z` };
          return { ...report, scan };
        };
        const timeless = (text: string) => text.replaceAll(/"(start|end)TimeUtc": "[^"]*"/g, "");
        const today = renderSarif(on("2026-11-21"), options).documents.map(timeless);
        expect(renderSarif(on("2041-01-01"), options).documents.map(timeless)).toEqual(today);
        expect(renderSarif(structuredClone(report), options)).toEqual(renderSarif(report, options));
      }),
    );
  });

  it("never lets a run end before it began", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        for (const { startTimeUtc = "", endTimeUtc = "" } of runs(report, options).flatMap(
          (run) => run.invocations ?? [],
        )) {
          expect(endTimeUtc >= startTimeUtc).toBe(true);
        }
      }),
    );
  });

  it("is safe to print, remarks included", () => {
    fc.assert(
      fc.property(anyReport, anyOptions, (report, options) => {
        const { documents, remarks } = renderSarif(report, options);
        expect(documents.join("").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[|##vso\[/iu);
        expect(remarks.join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[|##vso\[/iu);
      }),
    );
  });
});

describe("what belongs to no target of the scan", () => {
  const subscription = { cloud: "azure", account: "s-1", region: "global" } as const;
  const tenant = { ...subscription, account: "t-1" };
  const report = (status: "complete" | "denied"): Report => {
    const row = { items: 0, error: null } as const;
    const owner = { ...tenant, type: "azure:entra:user", id: "u-1", name: "ada", arn: null };
    return {
      ...sampleReport(),
      scan: { ...sampleReport().scan, targets: [{ ...subscription, name: null, status: "scanned", note: null }] },
      findings: [sampleFinding(openAdminRule, "f-1", owner, "Ada can change firewalls.")],
      tallies: [],
      coverage: [
        { ...subscription, ...row, operation: "Microsoft.Authorization/roleAssignments/read", status },
        { ...tenant, ...row, operation: "microsoft.graph/users", status: "complete" },
      ],
    };
  };
  const categories = (status: "complete" | "denied"): readonly (string | undefined)[] =>
    logs(report(status), uploaded).flatMap(({ runs }) => runs.map(({ automationDetails }) => automationDetails?.id));

  it("has a run where all that tells of it was read", () => {
    expect(categories("complete")).toContain("rampart/azure/t-1/global/");
  });

  it("has none where a subscription did not tell who holds rights: its alerts would be closed", () => {
    expect(categories("denied")).toEqual([]);
  });
});
