import { textResponse, type WireRequest, type WireResponse } from "../http.ts";
import type { ArmObject } from "./estate.ts";

/** An error as ARM answers it. */
export class ArmFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What a page of an answer goes by. */
export interface Paging {
  /** How many items a page holds at most. */
  readonly size: number;
  readonly endpoint: string;
  readonly fault: "repeated-token" | "empty-page" | "foreign-link" | null;
  readonly request: WireRequest;
}

/** A JSON response. */
export function jsonResponse(
  status: number,
  body: ArmObject,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  return textResponse(status, "application/json; charset=utf-8", JSON.stringify(body), headers);
}

/** An error in the words of ARM. */
export function armError({ status, code, message, headers }: ArmFailure): WireResponse {
  return jsonResponse(status, { error: { code, message } }, headers);
}

/** An error in the words of OAuth, as Microsoft Entra ID speaks them. */
export function oauthError({ status, code, message, headers }: ArmFailure): WireResponse {
  const number = Number(/^AADSTS(\d+)/.exec(message)?.[1] ?? 0);
  return jsonResponse(status, { error: code, error_description: message, error_codes: [number] }, headers);
}

/** One page of a listing of ARM, with the link to the next where there is one. */
export function linkedPage(items: readonly ArmObject[], paging: Paging): WireResponse {
  return pageWith("nextLink", items, paging);
}

/** One page of a listing of Microsoft Graph: https://learn.microsoft.com/graph/paging */
export function odataPage(items: readonly ArmObject[], paging: Paging): WireResponse {
  return pageWith("@odata.nextLink", items, paging);
}

function pageWith(member: string, items: readonly ArmObject[], paging: Paging): WireResponse {
  const { request, endpoint, fault } = paging;
  const { start, page, next } = cut(items, paging, request.query.get("$skiptoken"));
  const link = (offset: string, host = endpoint): string => {
    const query = new URLSearchParams(request.query);
    query.set("$skiptoken", offset);
    return `${host}${request.path}?${query.toString()}`;
  };
  if (fault === "repeated-token") return jsonResponse(200, { value: page, [member]: link("again") });
  if (fault === "foreign-link" && start === 0) {
    return jsonResponse(200, { value: page, [member]: link("2", "https://elsewhere.example") });
  }
  return jsonResponse(200, { value: page, ...(next === null ? {} : { [member]: link(next) }) });
}

/** One page of the rows of a query, with the token of the next where there is one. */
export function queriedPage(rows: readonly ArmObject[], paging: Paging, token: string | null): WireResponse {
  const { page, next } = cut(rows, paging, token);
  const skip = paging.fault === "repeated-token" ? "again" : next;
  return jsonResponse(200, {
    totalRecords: rows.length,
    count: page.length,
    data: page,
    facets: [],
    resultTruncated: "false",
    ...(skip === null ? {} : { $skipToken: skip }),
  });
}

function cut(
  items: readonly ArmObject[],
  { size, fault }: Paging,
  token: string | null,
): { readonly start: number; readonly page: readonly ArmObject[]; readonly next: string | null } {
  if (fault === "empty-page" && token === null) return { start: 0, page: [], next: "0" };
  const start = token === null || token === "again" ? 0 : Number(token);
  if (!Number.isInteger(start)) throw new ArmFailure(400, "InvalidSkipToken", "The skip token is not valid.");
  const end = start + size;
  return { start, page: items.slice(start, end), next: end < items.length ? String(end) : null };
}
