/**
 * Limits of AWS Security Hub for findings that are imported.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
 * https://docs.aws.amazon.com/securityhub/latest/partnerguide/guidelines-batchimportfindings.html
 *
 * Lengths are of texts in bytes of UTF-8 here: the documentation says characters, support says bytes, and bytes are never fewer.
 */

/** Findings in one call of BatchImportFindings. A call may have 6 MB and a finding 240 kB: with the lengths below neither is reached. */
export const findingsPerBatch = 100;
export const longestId = 512;
export const longestTitle = 256;
export const longestDescription = 1024;
export const longestRecommendation = 512;
export const longestFieldName = 128;
export const longestField = 2048;
export const longestTagValue = 256;
export const tagsPerResource = 50;
export const requirementsPerFinding = 32;
export const longestRequirement = 64;
