import type { ResourceRef } from "./resource.ts";
import type { Severity } from "./severity.ts";

/** Plain JSON, as reports carry it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** How to make a finding go away. */
export interface Remediation {
  /** In the words of the vendor's console, one or more sentences. */
  readonly console: string;
  /** Commands of the vendor's CLI, with the real ids where they are known. */
  readonly cli: readonly string[];
  /** What to change in Terraform; null where Terraform has no resource for it. */
  readonly terraform: string | null;
}

/** MITRE ATT&CK ids a check belongs to. */
export interface Attack {
  readonly techniques: readonly string[];
  readonly mitigations: readonly string[];
}

/** Controls of published frameworks, by id: `{ "aws-security-hub": ["EC2.19"] }`. */
export type Controls = Readonly<Record<string, readonly string[]>>;

/** Which suppression matched, and by what. */
export interface SuppressionMatch {
  /** Where it is written, for people: `rampart.yaml suppressions[2]`, `tag rampart:suppress`. Empty in reports of versions that did not tell. */
  readonly where: string;
  /** The fields that had to match, as they are written: `{ check: "open-*", account: "111122223333", "tags.env": "lab" }`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Why a finding does not count: the suppression that matched. Every text is untrusted: a tag's owner may have written it. */
export interface Suppression {
  readonly reason: string;
  readonly owner: string | null;
  readonly ticket: string | null;
  /** `YYYY-MM-DD`; null when it never expires. */
  readonly expires: string | null;
  readonly matched: SuppressionMatch;
}

/** One thing a check found wrong, or could not judge. */
export interface Finding {
  /** Stable fingerprint of check, resource and offending rule or principal; see scan/fingerprint.ts. */
  readonly id: string;
  readonly check: string;
  readonly status: "fail" | "unknown";
  readonly severity: Severity;
  readonly resource: ResourceRef;
  /** One sentence that stands on its own. Holds untrusted names: escape before printing. */
  readonly message: string;
  readonly evidence: Readonly<Record<string, Json>>;
  readonly remediation: Remediation;
  readonly attack: Attack;
  readonly controls: Controls;
  /** The resource's own tags or labels where they were read, else none. Untrusted text. */
  readonly tags: Readonly<Record<string, string>>;
  readonly suppression: Suppression | null;
  /** Against the report of an earlier scan: see `Baseline` in report.ts; null when the scan was given none. */
  readonly baseline: "new" | "unchanged" | null;
}
