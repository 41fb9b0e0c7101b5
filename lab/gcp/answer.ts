import { type createFaults, namesOperation } from "../faults.ts";
import { textResponse, type WireRequest, type WireResponse } from "../http.ts";
import { denied, orderedError, serviceDisabled, unauthenticated } from "./errors.ts";
import type { GcpEstate, GcpProject, JsonObject } from "./estate.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { partial } from "./fields.ts";
import { GoogleFailure, googleError, jsonResponse, oauthError, type Paging } from "./http.ts";
import { type GcpCall, route } from "./routing.ts";
import { tokenLifetime, type Tokens } from "./tokens.ts";

/** A request that the lab received, for tests to look at. */
export interface LabRequest {
  /** The Discovery method id: `compute.instances.aggregatedList`; `token` and `metadata` for how tokens are come by. */
  readonly operation: string;
  /** A project by id, `organizations/<id>` or `folders/<id>`; null for what belongs to none. */
  readonly account: string | null;
  readonly region: string;
  readonly method: string;
  /** With the query, as it came. */
  readonly path: string;
  readonly body: string;
  /** The service account whose good token it carried; null without one. */
  readonly principal: string | null;
  /** The project that it asked to be counted by; null where it named none. */
  readonly quotaProject: string | null;
  readonly fault: FaultKind | null;
  /** The status that was answered, before any fault of the connection. */
  readonly status: number;
}

/** What a running lab consists of. */
export interface World {
  readonly estate: GcpEstate;
  readonly tokens: Tokens;
  readonly faults: ReturnType<typeof createFaults<FaultKind>>;
  readonly requests: LabRequest[];
  readonly pageSize: number;
}

const htmlPage =
  "<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>Error 502 (Server Error)!!1</title><p>That’s all we know.</html>\n";

/** What is asked for a token or about the machine, and not of an API. */
interface SignIn {
  readonly operation: "token" | "metadata";
  readonly answer: (request: WireRequest) => WireResponse;
}

/** Answers one request, and says which fault is to hit it, for those that are a matter of the connection. */
export function answer(world: World, request: WireRequest): { response: WireResponse; fault: Fault | null } {
  const principal = world.tokens.holderOf(request.headers["authorization"]);
  const call = signIn(world, request) ?? impersonation(world, request, principal) ?? route(world.estate, request);
  const about = "subject" in call ? call : { operation: call.operation, account: null, region: "global" };
  const fault = world.faults.next(about);
  const response = respond(world, request, call, { fault, principal });
  world.requests.push({
    operation: about.operation,
    account: about.account,
    region: about.region,
    method: request.method,
    path: `${request.path}${request.query.size === 0 ? "" : `?${request.query.toString()}`}`,
    body: Buffer.from(request.body).toString(),
    principal,
    quotaProject: request.headers["x-goog-user-project"] ?? null,
    fault: fault?.kind ?? null,
    status: response.status,
  });
  return { response, fault };
}

function signIn({ tokens }: World, { path, method }: WireRequest): SignIn | null {
  if (method === "POST" && path === "/token") return { operation: "token", answer: tokens.exchange };
  if (!path.startsWith("/computeMetadata/")) return null;
  return { operation: path.endsWith("/token") ? "token" : "metadata", answer: tokens.metadata };
}

/** https://docs.cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
function impersonation({ estate, tokens }: World, request: WireRequest, principal: string | null): GcpCall | null {
  const account = /^\/v1\/projects\/-\/serviceAccounts\/([^/]+):generateAccessToken$/.exec(
    decodeURIComponent(request.path),
  )?.[1];
  if (account === undefined || request.method !== "POST") return null;
  const { serviceAccount, mayActAs = [] } = estate.identity;
  const subject = {
    api: "iamcredentials" as const,
    permission: "iam.serviceAccounts.getAccessToken",
    resource: `projects/-/serviceAccounts/${account}`,
    consumer: estate.projects.find(({ id }) => id === estate.identity.project)?.number ?? "0",
  };
  return {
    operation: "iamcredentials.projects.serviceAccounts.generateAccessToken",
    account: null,
    region: "global",
    subject,
    holder: null,
    answer() {
      if (principal !== serviceAccount || !mayActAs.includes(account)) throw denied(subject);
      const expireTime = new Date(Date.now() + tokenLifetime * 1000).toISOString();
      return { accessToken: tokens.give(account), expireTime };
    },
  };
}

function respond(
  world: World,
  request: WireRequest,
  call: SignIn | GcpCall,
  { fault, principal }: { readonly fault: Fault | null; readonly principal: string | null },
): WireResponse {
  try {
    if (fault?.kind === "malformed") return textResponse(200, "text/html; charset=UTF-8", htmlPage);
    if (fault?.kind === "wrong-shape") return jsonResponse(200, ["not", "what", "was", "asked", "for"]);
    if (fault?.kind === "redirect") return redirect(request);
    if (!("subject" in call)) return signedIn(call, request, fault);
    const ordered = orderedError(fault?.kind, call.subject, fault?.retryAfterSeconds ?? 1);
    if (ordered !== null) throw ordered;
    if (principal === null) throw unauthenticated(request.headers["authorization"]);
    refuse(world.estate, call);
    const body: JsonObject = call.answer(pagingOf(world, request, fault));
    return jsonResponse(200, partial(body, request.query.get("fields") ?? request.query.get("$fields")));
  } catch (error) {
    if (error instanceof GoogleFailure) return "subject" in call ? googleError(error) : oauthError(error);
    // Anything else is a defect of the lab or of the estate: a status that no client retries brings it to light.
    return googleError(new GoogleFailure(400, "LAB_DEFECT", String(error)));
  }
}

function signedIn(call: SignIn, request: WireRequest, fault: Fault | null): WireResponse {
  const kind = fault?.kind;
  const headers = { "retry-after": String(fault?.retryAfterSeconds ?? 1) };
  if (kind === "access-denied" || kind === "expired-token") {
    throw new GoogleFailure(400, "invalid_grant", "Invalid grant: account not found");
  }
  if (kind === "gone") throw new GoogleFailure(404, "not_found", "The service account was not found.");
  if (kind === "throttled" || kind === "rate-limited") {
    throw new GoogleFailure(429, "rate_limit_exceeded", "Too many requests.", { headers });
  }
  if (kind === "server-error") throw new GoogleFailure(500, "internal_failure", "Internal error.");
  if (kind === "unavailable") throw new GoogleFailure(503, "unavailable", "Try again later.", { headers });
  return call.answer(request);
}

function pagingOf({ pageSize }: World, request: WireRequest, fault: Fault | null): Paging {
  const kind = fault?.kind;
  const fits = kind === "repeated-token" || kind === "empty-page" || kind === "unreachable-scope";
  return { size: pageSize, fault: fits ? kind : null, request };
}

function redirect({ path }: WireRequest): WireResponse {
  return jsonResponse(302, {}, { location: `https://elsewhere.example${path}` });
}

/** What the estate refuses: an API that is off, a project that is being deleted, a permission that is missing. */
function refuse({ projects }: GcpEstate, { operation, account, subject, holder }: GcpCall): void {
  const project: GcpProject | undefined = projects.find(({ id }) => id === account);
  if (project?.disabledApis?.includes(`${subject.api}.googleapis.com`) === true) throw serviceDisabled(subject);
  if (project?.state === "DELETE_REQUESTED" && subject.api !== "cloudresourcemanager") throw denied(subject);
  if (holder?.denies?.some((pattern) => namesOperation(pattern, operation)) === true) throw denied(subject);
}
