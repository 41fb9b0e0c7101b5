import type { VendorObject } from "../../snapshot/record.ts";
import { htmlPage, isHtmlPage, MalformedAnswer, parseJsonObject } from "../shared/answer.ts";
import { object, objects, text } from "../read.ts";

/** An answer of one of Google's APIs that is no success. */
export class GoogleError extends Error {
  override readonly name = "GoogleError";
  readonly status: number;
  /** The most exact of the words that Google has for it: `SERVICE_DISABLED`, `rateLimitExceeded`, `PERMISSION_DENIED`; the status if none. */
  readonly code: string;
  /** The project that the call was counted by, as the error names it: `projects/123`; null where it names none. */
  readonly consumer: string | null;
  /** What Retry-After says, in milliseconds; null where it says nothing. */
  readonly retryAfterMs: number | null;

  constructor(
    status: number,
    code: string,
    message: string,
    { consumer, retryAfterMs }: { readonly consumer: string | null; readonly retryAfterMs: number | null },
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.consumer = consumer;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Gateways say what they suffer from by status alone, on an HTML page of their own. */
const overloaded: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * What a body with another status than 200 says. Newer APIs tell the reason in `details`, Compute Engine and others in `errors` as well.
 * https://docs.cloud.google.com/apis/design/errors
 */
export function readGoogleError(status: number, body: string, retryAfterMs: number | null): Error {
  if (isHtmlPage(body) && !overloaded.has(status)) return new MalformedAnswer(htmlPage, status >= 500);
  const error = errorIn(body);
  const info = objects(error, "details").find((detail) => text(detail, "@type")?.endsWith(".ErrorInfo") === true) ?? {};
  const reason = text(info, "reason") ?? text(objects(error, "errors")[0] ?? {}, "reason");
  const message = text(error, "message") ?? "";
  const consumer =
    text(object(info, "metadata") ?? {}, "consumer") ?? /\bin project (\d+) before\b/.exec(message)?.[1] ?? null;
  return new GoogleError(status, reason ?? text(error, "status") ?? `status ${status}`, message, {
    consumer: consumer === null || consumer.startsWith("projects/") ? consumer : `projects/${consumer}`,
    retryAfterMs,
  });
}

function errorIn(body: string): VendorObject {
  try {
    return object(parseJsonObject(body), "error") ?? {};
  } catch {
    return {};
  }
}
