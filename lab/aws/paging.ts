import type { Call } from "./call.ts";
import { serviceError } from "./errors.ts";
import { memberOf } from "./shapes.ts";
import type { Fields } from "./wire/protocols.ts";

const tokenNames = [
  { request: "NextToken", answer: "NextToken" },
  { request: "nextToken", answer: "nextToken" },
  { request: "Marker", answer: "NextMarker" },
  { request: "Marker", answer: "Marker" },
  { request: "ContinuationToken", answer: "ContinuationToken" },
];
const sizeNames = ["MaxResults", "maxResults", "PageSize", "MaxBuckets", "MaxItems"];
/** The token that a listing with the fault `repeated-token` gives out again and again. */
const repeatedToken = "AAAAAAAAAAAAAAAAAAAAAA==";

/**
 * One page of a listing under the output's member `name`, with the token of the next page where there is one.
 * Token and size go by whichever names the operation has; an operation without any answers with everything at once.
 */
export function page(call: Call, name: string, items: readonly unknown[]): Fields {
  const tokens = tokenNames.find(
    ({ request, answer }) =>
      memberOf(call.operation.input, request) !== null && memberOf(call.operation.output, answer) !== null,
  );
  if (tokens === undefined) return { [name]: items };
  const token = call.input[tokens.request];
  if (call.pageFault === "empty-page" && token === undefined) {
    return { [name]: [], [tokens.answer]: writeToken(call, 0) };
  }
  const start = readToken(call, token);
  const end = start + pageLength(call);
  const listing = { [name]: items.slice(start, end) };
  if (call.pageFault === "repeated-token") return { ...listing, [tokens.answer]: repeatedToken };
  return end < items.length ? { ...listing, [tokens.answer]: writeToken(call, end) } : listing;
}

function pageLength(call: Call): number {
  const name = sizeNames.find((size) => memberOf(call.operation.input, size) !== null);
  const asked = name === undefined ? undefined : call.input[name];
  if (typeof asked !== "number" || asked < 1) return call.pageSize;
  return Math.min(asked, call.pageSize);
}

/** A token is good for the operation, account and Region that gave it out and for nothing else. */
function writeToken(call: Call, offset: number): string {
  return Buffer.from(JSON.stringify([...scope(call), offset])).toString("base64url");
}

function readToken(call: Call, token: unknown): number {
  if (token === undefined || token === "" || token === repeatedToken) return 0;
  const parts = decode(typeof token === "string" ? token : "");
  const offset = parts.at(-1);
  if (typeof offset === "number" && JSON.stringify(parts.slice(0, -1)) === JSON.stringify(scope(call))) return offset;
  throw serviceError(call.errors.invalidToken, "The token is not valid for this listing.");
}

function decode(token: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function scope(call: Call): readonly string[] {
  return [call.operation.name, call.account.id, call.region];
}
