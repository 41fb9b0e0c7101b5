import type { Finding, Json } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { globalRegion } from "../../src/model/resource.ts";
import type { Severity } from "../../src/model/severity.ts";
import { byKey } from "../by-key.ts";
import { jsonText } from "../escape/json.ts";
import type { Rendered } from "../format.ts";
import {
  findingsPerBatch,
  longestDescription,
  longestField,
  longestFieldName,
  longestId,
  longestRecommendation,
  longestRequirement,
  longestTagValue,
  longestTitle,
  requirementsPerFinding,
  tagsPerResource,
} from "./limits.ts";
import { hubPlace, hubResourceType } from "./place.ts";
import type { HubPlace } from "./place.ts";
import { hubText } from "./text.ts";

type JsonObject = { readonly [key: string]: Json };

const labels = { critical: "CRITICAL", high: "HIGH", medium: "MEDIUM", low: "LOW" } as const satisfies Record<
  Severity,
  string
>;

/** The partitions that `Resource.Partition` knows. */
const toldPartitions: ReadonlySet<string> = new Set(["aws", "aws-cn", "aws-us-gov"]);

/**
 * The AWS Security Finding Format, for `aws securityhub batch-import-findings --findings file://FILE`: each document is the array of findings of one
 * call. A call speaks for one account in one Region and takes at most 100 findings, so there are as many documents as that takes.
 *
 * - Only what belongs to an AWS account. The rest is counted in the remarks.
 * - What could not be judged has the compliance status WARNING (information is missing) and is informational.
 * - Suppressed findings are archived. Their workflow status is left alone: it belongs to the people who work in Security Hub, and an import could not
 *   take it back when the suppression expires.
 * - What is fixed since the baseline is imported once more, archived and passed. Without a baseline Security Hub learns of that only by the finding's age.
 */
export function renderAsff(report: Report): Rendered {
  const batches = new Map<string, JsonObject[]>();
  let elsewhere = 0;
  let homeless = 0;
  let unplaced = 0;
  const all = [
    ...report.findings.map((finding) => ({ finding, isFixed: false })),
    ...(report.baseline?.fixed ?? []).map((finding) => ({ finding, isFixed: true })),
  ];
  const titles = new Map(report.checks.map(({ id, title }) => [id, title]));
  for (const { finding, isFixed } of all) {
    const place = hubPlace(finding.resource);
    if (place === null) {
      if (finding.resource.cloud === "aws") unplaced++;
      else elsewhere++;
      continue;
    }
    if (finding.resource.region === globalRegion) homeless++;
    const key = `${place.account} ${place.region}`;
    const batch = batches.get(key) ?? [];
    batches.set(key, batch);
    batch.push(securityFinding(report, finding, isFixed, place, titles.get(finding.check) ?? finding.check));
  }
  const documents = [...batches]
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([, findings]) => chunks(findings, findingsPerBatch));
  return {
    documents: (documents.length === 0 ? [[]] : documents).map(jsonText),
    remarks: remarks({ elsewhere, unplaced, homeless, files: documents.length }),
  };
}

function remarks(counts: {
  readonly elsewhere: number;
  readonly unplaced: number;
  readonly homeless: number;
  readonly files: number;
}): string[] {
  const { elsewhere, unplaced, homeless, files } = counts;
  return [
    ...(elsewhere > 0
      ? [`ASFF: ${elsewhere} findings of other clouds are not in it; Security Hub takes AWS alone.`]
      : []),
    ...(unplaced > 0
      ? [`ASFF: ${unplaced} findings are not in it, because their AWS account or Region is not known.`]
      : []),
    ...(homeless > 0
      ? [`ASFF: ${homeless} findings on what belongs to no Region (IAM) are for the partition's home Region.`]
      : []),
    ...(files > 1
      ? [
          `ASFF: one call of BatchImportFindings takes ${findingsPerBatch} findings of one account and Region, so there are ${files} documents; send each with credentials of its AwsAccountId to the Region in its ProductArn.`,
        ]
      : []),
  ];
}

function securityFinding(
  report: Report,
  finding: Finding,
  isFixed: boolean,
  place: HubPlace,
  title: string,
): JsonObject {
  const { partition, account, region } = place;
  const { check, status, severity, suppression, message, remediation } = finding;
  const rating = {
    Label: status === "fail" ? labels[severity] : "INFORMATIONAL",
    Original: severity,
  };
  const types = ["Software and Configuration Checks/AWS Security Best Practices"];
  const requirements = byKey(finding.controls).flatMap(([framework, ids]) =>
    ids.map((id) => hubText(`${framework} ${id}`, longestRequirement)),
  );
  return {
    SchemaVersion: "2018-10-08",
    Id: hubText(`rampart/${finding.id}`, longestId),
    ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    ProductName: "Rampart",
    CompanyName: "Rampart",
    GeneratorId: hubText(`rampart/${check}`, longestId),
    AwsAccountId: account,
    Types: types,
    CreatedAt: report.scan.finishedAt,
    UpdatedAt: report.scan.finishedAt,
    Severity: rating,
    Title: hubText(title, longestTitle),
    Description: hubText(message, longestDescription),
    Remediation: { Recommendation: { Text: hubText(remediation.console, longestRecommendation) } },
    ProductFields: productFields(report, finding),
    Resources: [hubResource(finding, place)],
    Compliance: {
      Status: isFixed ? "PASSED" : status === "fail" ? "FAILED" : "WARNING",
      RelatedRequirements: [...new Set(requirements)].slice(0, requirementsPerFinding),
    },
    RecordState: isFixed || suppression !== null ? "ARCHIVED" : "ACTIVE",
    FindingProviderFields: { Severity: rating, Types: types },
  };
}

function hubResource({ resource, tags }: Finding, { partition, account, region }: HubPlace): JsonObject {
  const { type, id, arn } = resource;
  const pairs = byKey(tags)
    .slice(0, tagsPerResource)
    .map(([key, value]) => [hubText(key, longestFieldName), hubText(value, longestTagValue)]);
  return {
    Type: hubResourceType(type),
    // An account has no ARN; Security Hub has a notation of its own.
    Id: type === "aws:account" ? `AWS::::Account:${account}` : hubText(arn ?? id, longestId),
    ...(toldPartitions.has(partition) ? { Partition: partition } : {}),
    Region: region,
    ...(pairs.length === 0 ? {} : { Tags: Object.fromEntries(pairs) }),
  };
}

function productFields(report: Report, finding: Finding): JsonObject {
  const { check, resource, remediation, suppression, attack, baseline, evidence } = finding;
  const fields: Readonly<Record<string, string | null>> = {
    check,
    version: report.tool.version,
    resourceType: resource.type,
    resourceId: resource.id,
    resourceName: resource.name,
    evidence: JSON.stringify(evidence),
    commands: remediation.cli.join("; "),
    attack: [...attack.techniques, ...attack.mitigations].join(" "),
    baseline,
    suppression: suppression?.reason ?? null,
    suppressionOwner: suppression?.owner ?? null,
    suppressionTicket: suppression?.ticket ?? null,
    suppressionExpires: suppression?.expires ?? null,
  };
  const told = Object.entries(fields).flatMap(([name, value]) =>
    value === null || value.trim() === "" ? [] : [[`rampart/${name}`, hubText(value, longestField)]],
  );
  return Object.fromEntries(told);
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
