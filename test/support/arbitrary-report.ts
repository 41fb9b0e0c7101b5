import * as fc from "fast-check";
import type { Coverage, CoverageGap } from "../../src/model/coverage.ts";
import type { Attack, Controls, Finding, Json, Remediation, Suppression } from "../../src/model/finding.ts";
import type { CheckSummary, Report, ReportTarget } from "../../src/model/report.ts";
import type { ResourceRef, Target } from "../../src/model/resource.ts";
import { clouds } from "../../src/model/resource.ts";
import { severities } from "../../src/model/severity.ts";

/** Text that has broken out of one output format or another. */
export const hostileTexts: readonly string[] = [
  "",
  " ",
  "plain",
  "::error::pwned",
  "::add-mask::x",
  "x\n::error file=a,line=1::pwned",
  "##[error]pwned",
  "##vso[task.setvariable variable=x]y",
  "line\r\nbreak\ttab",
  "\u001B[2J\u001B[31mred",
  "\u009B31m\u0007\u0000",
  "\u202Egnp.exe\u202C \u2066x",
  "zero\u200Bwidth\u2060\uFEFF",
  "\u2028\u2029",
  "\uD800 lone \uDC00",
  "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
  "\u0301starts with a mark",
  "日本語の名前",
  "👩‍👩‍👧‍👦 🇩🇪 ❤️",
  "\u3164\u115F",
  "..",
  ".",
  "a/../../b",
  "https://evil.example/a?b#c",
  "[click](https://evil.example)",
  "`code` ``` ~~~ *bold* _it_ <script>alert(1)</script> & | $x$",
  "# heading",
  "- item",
  "1. item",
  '=cmd|"/c calc"!A1',
  "100% #fragment ?query {0} {{x}}",
  "x".repeat(3000),
  "constructor",
  "__proto__",
  "]]>",
  "<!-- x --> <![CDATA[ x ]]> <?php x ?>",
  "&lt;script&gt; &amp;#64;octocat &#x40;octocat",
  '<img src=x onerror=alert(1)> " onmouseover="alert(1)',
  "![x](https://evil.example/x.png) <https://evil.example> [x]: https://evil.example [^1]",
  "@octocat octo/repo#1 #2 GH-3 octocat@evil.example www.evil.example ftp://evil.example :shipit: a@_b.example",
  "\\| a \\\\| b | c",
  "` a `` b ` | \\` c",
  "> [!CAUTION]",
  "=== \n---\n***",
  "```\n~~~~\n<details>\n</details>",
  "＝1+1",
  "@SUM(1+1)",
  "+1",
  "-1",
  "\t=1",
  " =1",
  "x;=1;\u3000@y",
  'x","=1',
  "\uFFFE\uFFFF\uFDD0",
  "</failure></testcase>",
  "</script><script>alert(1)</script>",
  "a: b\n- c: [d, e]\n# f",
];

/** Any text, hostile more often than not. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme" }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...hostileTexts), fc.constantFrom(...hostileTexts))
      .map((parts) => parts.join(" ")),
  },
);

const textOrNull = fc.option(anyText, { nil: null });
const severity = fc.constantFrom(...severities);
const cloud = fc.constantFrom(...clouds);
const amount = fc.nat({ max: 100_000 });
/** JSON as a parser gives it back: no negative zero. */
const json: fc.Arbitrary<Json> = fc.json({ maxDepth: 3 }).map((text): Json => JSON.parse(text));
const evidence: fc.Arbitrary<Finding["evidence"]> = fc.dictionary(anyText, json, { maxKeys: 3, noNullPrototype: true });
const remediation: fc.Arbitrary<Remediation> = fc.record({
  console: anyText,
  cli: fc.array(anyText, { maxLength: 2 }),
  terraform: textOrNull,
});
const attack: fc.Arbitrary<Attack> = fc.record({
  techniques: fc.array(anyText, { maxLength: 12 }),
  mitigations: fc.array(anyText, { maxLength: 3 }),
});
const controls: fc.Arbitrary<Controls> = fc.dictionary(anyText, fc.array(anyText, { maxLength: 3 }), {
  maxKeys: 3,
  noNullPrototype: true,
});
const texts: fc.Arbitrary<Readonly<Record<string, string>>> = fc.dictionary(anyText, anyText, {
  maxKeys: 3,
  noNullPrototype: true,
});
const suppression: fc.Arbitrary<Suppression> = fc.record({
  reason: anyText,
  owner: textOrNull,
  ticket: textOrNull,
  expires: fc.constantFrom("2027-01-31", null),
  matched: fc.record({ where: anyText, fields: texts }),
});
const instant = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Few accounts and Regions, so that findings, coverage and targets meet. */
const anyTarget: fc.Arbitrary<Target> = fc.record({
  cloud,
  account: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("111122223333", "444455556666") },
    { weight: 1, arbitrary: anyText },
  ),
  region: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("eu-west-1", "us-east-1", "global") },
    { weight: 1, arbitrary: anyText },
  ),
});
const checkId = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("open-admin-rule", "guardduty-off", "unused-firewall") },
  anyText,
);

function merge<Rest>([target, rest]: [Target, Rest]): Target & Rest {
  return { ...target, ...rest };
}

const reportTarget: fc.Arbitrary<ReportTarget> = fc
  .tuple(
    anyTarget,
    fc.record({ name: textOrNull, status: fc.constantFrom("scanned", "disabled", "skipped"), note: textOrNull }),
  )
  .map(merge);
const resource: fc.Arbitrary<ResourceRef> = fc
  .tuple(
    anyTarget,
    fc.record({
      type: fc.oneof(fc.constantFrom("aws:ec2:security-group", "aws:account"), anyText),
      id: anyText,
      name: textOrNull,
      arn: textOrNull,
    }),
  )
  .map(merge);
const check: fc.Arbitrary<CheckSummary> = fc.record({
  id: checkId,
  title: anyText,
  severity,
  clouds: fc.subarray([...clouds]),
  rationale: anyText,
  remediation,
  attack,
  controls,
});

/** Any finding. */
export const anyFinding: fc.Arbitrary<Finding> = fc.record({
  id: fc.oneof(fc.stringMatching(/^[0-9a-f]{16}$/), anyText),
  check: checkId,
  status: fc.constantFrom("fail", "fail", "unknown"),
  severity,
  resource,
  message: anyText,
  evidence,
  remediation,
  attack,
  controls,
  tags: texts,
  suppression: fc.option(suppression, { nil: null, freq: 3 }),
  baseline: fc.constantFrom("new", "unchanged", null),
});
const gap: fc.Arbitrary<CoverageGap> = fc.record({
  request: fc.dictionary(anyText, anyText, { maxKeys: 2, noNullPrototype: true }),
  status: fc.constantFrom("denied", "throttled", "unreachable", "malformed", "disabled", "skipped"),
  error: anyText,
});
const coverage: fc.Arbitrary<Coverage> = fc
  .tuple(
    anyTarget,
    fc.record(
      {
        operation: fc.oneof(fc.constantFrom("ec2:DescribeSecurityGroups", "*"), anyText),
        status: fc.constantFrom<Coverage["status"][]>(
          "complete",
          "complete",
          "complete",
          "disabled",
          "denied",
          "malformed",
        ),
        items: amount,
        error: textOrNull,
        gaps: fc.array(gap, { maxLength: 2 }),
      },
      { requiredKeys: ["operation", "status", "items", "error"] },
    ),
  )
  .map(merge);

/** Any report that fits the types, sensible or not: a renderer may rely on nothing else. */
export const anyReport: fc.Arbitrary<Report> = fc.record({
  schemaVersion: fc.constant(1),
  tool: fc.record({ name: fc.constant("rampart"), version: fc.oneof(fc.constant("0.1.0"), anyText) }),
  scan: fc.record({
    startedAt: instant,
    finishedAt: instant,
    complete: fc.boolean(),
    source: fc.constantFrom("live", "snapshot", "import"),
    targets: fc.array(reportTarget, { maxLength: 5 }),
    notes: fc.array(anyText, { maxLength: 3 }),
  }),
  summary: fc.record({
    critical: amount,
    high: amount,
    medium: amount,
    low: amount,
    unknown: amount,
    suppressed: amount,
  }),
  checks: fc.uniqueArray(check, { maxLength: 4, selector: ({ id }) => id }),
  findings: fc.array(anyFinding, { maxLength: 8 }),
  baseline: fc.option(
    fc.record({
      comparedWith: instant,
      new: amount,
      unchanged: amount,
      fixed: fc.array(anyFinding, { maxLength: 2 }),
    }),
    { nil: null },
  ),
  coverage: fc.array(coverage, { maxLength: 8 }),
  tallies: fc.array(fc.record({ check: checkId, target: anyText, pass: amount, fail: amount, unknown: amount }), {
    maxLength: 3,
  }),
});
