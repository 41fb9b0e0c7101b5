import * as v from "valibot";
import type { Json } from "../../src/model/finding.ts";
import type { Severity } from "../../src/model/severity.ts";
import type { Cloud } from "../../src/model/resource.ts";
import { clouds } from "../../src/model/resource.ts";
import { severities } from "../../src/model/severity.ts";

/**
 * The JSON report's contract, said once: parseReport checks with it, renderJson is typed by it, and schemas/report.schema.json is
 * generated from it (scripts/report-schema.ts). Within one schemaVersion members may be added, never changed or removed, so
 * unknown members are let through, and members that came later have a default for the reports of before.
 */

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

const text = v.string();
const textOrNull = v.nullable(v.string());
const texts = v.array(v.string());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const severity = v.picklist(severities satisfies readonly Severity[]);
const cloud = v.picklist(clouds satisfies readonly Cloud[]);
/** `YYYY-MM-DDThh:mm:ss[.sss]Z`: one spelling, so that reports can be compared as text. */
const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/, "is not a time like 2026-01-31T09:30:00Z"),
);

// valibot's record leaves out keys like `constructor`; these maps hold vendor data and must come back whole.
const stringMap = v.custom<Readonly<Record<string, string>>>(
  (value) => isObject(value) && Object.values(value).every((item) => typeof item === "string"),
  "must be an object of strings",
);
const listMap = v.custom<Readonly<Record<string, readonly string[]>>>(
  (value) => isObject(value) && Object.values(value).every(isListOfStrings),
  "must be an object of lists of strings",
);
/** What JSON.parse gave is JSON by nature; only its outermost shape needs a look. */
const jsonMap = v.custom<Readonly<Record<string, Json>>>(isObject, "must be an object");

/** JSON Schema for the three schemas that valibot can't describe by itself. */
export const mapSchemas = new Map<unknown, Record<string, unknown>>([
  [stringMap, { type: "object", additionalProperties: { type: "string" } }],
  [listMap, { type: "object", additionalProperties: { type: "array", items: { type: "string" } } }],
  [jsonMap, { type: "object" }],
]);

const target = {
  cloud: v.pipe(cloud, v.description("The cloud.")),
  account: v.pipe(text, v.description("AWS account id, Azure subscription id or Google project id.")),
  region: v.pipe(text, v.description("The Region; `global` for services without one.")),
};
const remediation = v.pipe(
  v.object({
    console: v.pipe(text, v.description("Steps in the vendor's console, in words.")),
    cli: v.pipe(texts, v.description("Commands of the vendor's CLI.")),
    terraform: v.pipe(textOrNull, v.description("What to change in Terraform; null where it has no resource for it.")),
  }),
  v.description("How to make the finding go away."),
);
const attack = v.pipe(v.object({ techniques: texts, mitigations: texts }), v.description("MITRE ATT&CK ids."));
const controls = v.pipe(listMap, v.description("Controls of published frameworks, by framework and id."));

const reportTarget = v.object({
  ...target,
  name: v.pipe(textOrNull, v.description("The account's own name, where it is known.")),
  status: v.pipe(
    v.picklist(["scanned", "disabled", "skipped"]),
    v.description("skipped: listed but not entered; disabled: a Region that is switched off."),
  ),
  note: v.pipe(textOrNull, v.description("Why it was not scanned; null when it was.")),
});

const finding = v.object({
  id: v.pipe(text, v.description("Stable fingerprint of check, resource and offending rule or principal.")),
  check: text,
  status: v.pipe(
    v.picklist(["fail", "unknown"]),
    v.description("unknown: it could not be judged, which is not a pass."),
  ),
  severity,
  ...target,
  resource: v.object({
    type: v.pipe(text, v.description("`<cloud>:<service>:<kind>`")),
    id: v.pipe(text, v.description("The vendor's own id.")),
    name: v.pipe(textOrNull, v.description("What people call it. Untrusted text.")),
    arn: v.pipe(textOrNull, v.description("The AWS ARN, where there is one.")),
  }),
  message: v.pipe(text, v.description("One sentence. Holds untrusted names.")),
  evidence: v.pipe(jsonMap, v.description("What the verdict rests on; its members differ by check.")),
  remediation,
  attack,
  controls,
  tags: v.optional(v.pipe(stringMap, v.description("The resource's tags or labels, where they were read.")), {}),
  suppression: v.pipe(
    v.nullable(
      v.object({
        reason: text,
        owner: textOrNull,
        ticket: textOrNull,
        expires: v.pipe(textOrNull, v.description("The last day on which it counts, `YYYY-MM-DD`.")),
        matched: v.optional(
          v.pipe(
            v.object({
              where: v.pipe(text, v.description("Where the suppression is written.")),
              fields: v.pipe(stringMap, v.description("What had to match, as it is written.")),
            }),
            v.description("Which suppression it was."),
          ),
          { where: "", fields: {} },
        ),
      }),
    ),
    v.description("The suppression that matched; null when the finding counts."),
  ),
  baseline: v.pipe(
    v.nullable(v.picklist(["new", "unchanged"])),
    v.description("Against the baseline; null when the scan had none."),
  ),
});

const baseline = v.pipe(
  v.nullable(
    v.object({
      comparedWith: v.pipe(instant, v.description("`finishedAt` of the earlier report.")),
      new: v.pipe(count, v.description("Findings that count now and did not then.")),
      unchanged: v.pipe(count, v.description("Findings that counted then too.")),
      fixed: v.pipe(
        v.array(finding),
        v.description("Failures of the earlier report that were judged again and are gone, as that report has them."),
      ),
    }),
  ),
  v.description("Comparison with an earlier report; null when the scan had none."),
);

const gap = v.object({
  request: v.pipe(stringMap, v.description("The parameters that told this request from its siblings.")),
  status: v.picklist(["denied", "throttled", "unreachable", "malformed", "disabled", "skipped"]),
  error: text,
});

const coverage = v.object({
  ...target,
  operation: v.pipe(text, v.description("`<service>:<Operation>`; `*` stands for every operation of the target.")),
  status: v.pipe(
    v.picklist(["complete", "denied", "throttled", "unreachable", "malformed", "disabled", "skipped"]),
    v.description("How it ended, at worst. Only complete and disabled (there is nothing to read) count as known."),
  ),
  items: v.pipe(count, v.description("How many records it left.")),
  error: v.pipe(textOrNull, v.description("One line for people; null when complete.")),
  gaps: v.exactOptional(
    v.pipe(v.array(gap), v.description("For operations asked once per parent resource: the requests that failed.")),
  ),
});

const check = v.object({
  id: text,
  title: v.pipe(text, v.description("The compliant state.")),
  severity,
  clouds: v.array(cloud),
  rationale: text,
  remediation,
  attack,
  controls,
});

const tally = v.object({
  check: text,
  target: v.pipe(text, v.description("`<cloud>/<account>/<region>`")),
  pass: count,
  fail: count,
  unknown: count,
});

export const jsonReportSchema = v.object({
  schemaVersion: v.literal(1),
  tool: v.object({ name: v.literal("rampart"), version: text }),
  scan: v.object({
    startedAt: instant,
    finishedAt: instant,
    complete: v.pipe(v.boolean(), v.description("False when any operation was not read; see coverage.")),
    source: v.picklist(["live", "snapshot", "import"]),
    targets: v.array(reportTarget),
    notes: v.pipe(texts, v.description("Lines for people.")),
  }),
  summary: v.pipe(
    v.object({ critical: count, high: count, medium: count, low: count, unknown: count, suppressed: count }),
    v.description("Failed findings by severity, and what could not be judged or is suppressed."),
  ),
  checks: v.pipe(v.array(check), v.description("Every check that took part.")),
  findings: v.pipe(v.array(finding), v.description("Sorted by severity, check and resource.")),
  baseline: v.optional(baseline, null),
  coverage: v.pipe(v.array(coverage), v.description("What became of each operation on each target.")),
  tallies: v.pipe(v.array(tally), v.description("How each check fared on each target.")),
});

/** A report as its JSON text has it: a finding tells cloud, account and Region beside its resource. */
export type JsonReport = v.InferOutput<typeof jsonReportSchema>;
