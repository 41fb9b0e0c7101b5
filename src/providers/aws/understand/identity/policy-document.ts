import type { Json } from "../../../../model/finding.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { isObject } from "../../../read.ts";

/**
 * A policy document as a record holds it: a JSON object (as the AWS CLI prints it), JSON text, or JSON text that is URL-encoded
 * (as the API answers). Null when it is none of them.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
 */
export function readDocument(value: Json | undefined): VendorObject | null {
  if (isObject(value)) return value;
  if (typeof value !== "string") return null;
  const text = value.trimStart();
  return parseObject(text.startsWith("{") ? text : decode(text));
}

function decode(text: string): string {
  try {
    // RFC 3986: a plus sign is a plus sign.
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseObject(text: string): VendorObject | null {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
