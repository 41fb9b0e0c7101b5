import type { RecordIndex } from "../../../../snapshot/records.ts";
import { text } from "../../../read.ts";

/** What a user signs in with, as the credential report tells it. */
export interface Credentials {
  readonly accessKeys: number;
  readonly hasPassword: boolean;
}

/**
 * The credential reports, by the user's ARN.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export function readCredentials(index: RecordIndex): ReadonlyMap<string, Credentials> {
  const credentials = new Map<string, Credentials>();
  for (const { data } of index.all("iam:GetCredentialReport")) {
    const arn = text(data, "arn");
    if (arn === null) continue;
    // A key that was never made has no date; one that is switched off still counts for the most that a user may have.
    const hasKey = (number: 1 | 2): boolean => {
      const rotated = text(data, `access_key_${number}_last_rotated`) ?? "N/A";
      return text(data, `access_key_${number}_active`) === "true" || /^\d/.test(rotated);
    };
    credentials.set(arn, {
      accessKeys: (hasKey(1) ? 1 : 0) + (hasKey(2) ? 1 : 0),
      hasPassword: text(data, "password_enabled") === "true",
    });
  }
  return credentials;
}
