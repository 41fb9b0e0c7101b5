import { textResponse, type WireRequest, type WireResponse } from "../http.ts";
import type { JsonObject, JsonValue } from "./estate.ts";

/** An error as Google answers it. */
export class GoogleFailure extends Error {
  readonly code: number;
  /** A canonical code: `PERMISSION_DENIED`. */
  readonly status: string;
  /** What the older APIs say besides, in `errors`: `{ reason: "forbidden", domain: "global" }`. */
  readonly legacy: JsonObject | null;
  readonly details: readonly JsonObject[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: number,
    status: string,
    message: string,
    more: {
      readonly legacy?: JsonObject;
      readonly details?: readonly JsonObject[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.legacy = more.legacy ?? null;
    this.details = more.details ?? [];
    this.headers = more.headers ?? {};
  }
}

/** A JSON response. */
export function jsonResponse(
  status: number,
  body: JsonValue,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  return textResponse(status, "application/json; charset=UTF-8", JSON.stringify(body, null, 2), headers);
}

/** An error in the words of Google's APIs: https://docs.cloud.google.com/apis/design/errors */
export function googleError({ code, status, message, legacy, details, headers }: GoogleFailure): WireResponse {
  return jsonResponse(
    code,
    {
      error: {
        code,
        message,
        ...(legacy === null ? {} : { errors: [{ message, ...legacy }] }),
        status,
        ...(details.length === 0 ? {} : { details }),
      },
    },
    headers,
  );
}

/** An error in the words of OAuth, as Google's token endpoint speaks them. */
export function oauthError({ code, status, message, headers }: GoogleFailure): WireResponse {
  return jsonResponse(code, { error: status, error_description: message }, headers);
}

/** What a page of an answer goes by. */
export interface Paging {
  /** How many items a page holds at most. */
  readonly size: number;
  readonly fault: "repeated-token" | "empty-page" | "unreachable-scope" | null;
  readonly request: WireRequest;
}

/** A page of a listing. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

const repeated = "again";

/** Cuts the page that a request asks for, by `pageToken` and `maxResults` or `pageSize`. */
export function pageOf<T>(items: readonly T[], { size, fault, request }: Paging): Page<T> {
  const { query } = request;
  const token = query.get("pageToken");
  const asked = query.get("maxResults") ?? query.get("pageSize");
  if (fault === "empty-page" && token === null) return { items: [], next: tokenOf(0) };
  const start = token === null || token === "" ? 0 : offsetOf(token);
  const end = start + Math.min(size, asked === null || asked === "0" ? size : Number(asked));
  const next = end < items.length ? tokenOf(end) : null;
  return { items: items.slice(start, end), next: fault === "repeated-token" ? tokenOf(repeated) : next };
}

/** Page tokens are opaque, and must go into a query encoded. */
function tokenOf(offset: number | string): string {
  return `${Buffer.from(`offset:${offset}`).toString("base64")}==`;
}

function offsetOf(token: string): number {
  const text = /^offset:(.+)$/.exec(Buffer.from(token, "base64").toString())?.[1];
  if (text === repeated) return 0;
  const offset = Number(text ?? "none");
  if (Number.isInteger(offset)) return offset;
  const message = `Invalid value for field 'pageToken': '${token}'. The provided page token is invalid.`;
  throw new GoogleFailure(400, "INVALID_ARGUMENT", message, { legacy: { domain: "global", reason: "invalid" } });
}
