import { createHash } from "node:crypto";

import type { VendorObject } from "../../snapshot/record.ts";

/** More pages than any listing has; beyond it the service goes round in circles. */
export const pageLimit = 10_000;

/** What the answer is when something else than the cloud gave it: a proxy, a gateway, an emulator that lacks the operation. */
export const htmlPage = "an HTML page";

/**
 * An answer that is not what the vendor documents: an HTML page, a body cut short, a page token that leads back. It never counts as an
 * empty answer. `worthRetrying`: a cut-off body is worth another attempt.
 */
export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
  readonly worthRetrying: boolean;
  /** What the AWS SDK's retry strategy reads for the same. */
  readonly $retryable: { readonly throttling: false } | undefined;

  constructor(message: string, worthRetrying = false) {
    super(message);
    this.worthRetrying = worthRetrying;
    this.$retryable = worthRetrying ? { throttling: false } : undefined;
  }
}

/** Whether a body is an HTML page. */
export function isHtmlPage(body: string): boolean {
  return /^\s*<(?:!doctype\s+html|html)\b/i.test(body);
}

/** The JSON object that a body is, member names untouched. Throws {@link MalformedAnswer} when it is none. */
export function parseJsonObject(body: string): VendorObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new MalformedAnswer("no JSON, or cut off", true);
  }
  if (!isJsonObject(parsed)) throw new MalformedAnswer("no JSON object");
  return parsed;
}

/** Whether something that JSON.parse gave is an object. */
export function isJsonObject(value: unknown): value is VendorObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The token of the next page, or undefined on the last. Throws {@link MalformedAnswer} when it leads back to a page that was read. */
export function nextToken(token: unknown, seen: Set<string>): string | undefined {
  if (typeof token !== "string" || token === "") return undefined;
  if (seen.has(token)) throw new MalformedAnswer("a page whose token leads back to it");
  seen.add(token);
  return token;
}

/** The page itself. Throws {@link MalformedAnswer} when it repeats one that was read, as when a token leads back under another name. */
export function distinctPage(page: readonly VendorObject[], seen: Set<string>): readonly VendorObject[] {
  if (page.length === 0) return page;
  const digest = createHash("sha256").update(JSON.stringify(page)).digest("base64");
  if (seen.has(digest)) throw new MalformedAnswer("a page that was read before");
  seen.add(digest);
  return page;
}
