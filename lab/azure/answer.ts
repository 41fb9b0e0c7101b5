import { type createFaults, namesOperation } from "../faults.ts";
import { textResponse, type WireRequest, type WireResponse } from "../http.ts";
import type { AzureEstate, AzureSubscription } from "./estate.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { armError, ArmFailure, jsonResponse, oauthError, type Paging } from "./http.ts";
import { type LabCall, route } from "./routing.ts";
import type { Tokens } from "./tokens.ts";

/** A request that the lab received, for tests to look at. */
export interface LabRequest {
  /**
   * The action of Azure's access control: `Microsoft.Network/routeTables/read`; `microsoft.graph/groups` and the like for Microsoft Graph;
   * `token` and `discovery` for Microsoft Entra ID.
   */
  readonly operation: string;
  /** Null for what belongs to no subscription. */
  readonly subscription: string | null;
  readonly method: string;
  /** With the query, as it came. */
  readonly path: string;
  readonly body: string;
  /** Whether it carried a token that is good. */
  readonly signedIn: boolean;
  readonly fault: FaultKind | null;
  /** The status that was answered, before any fault of the connection. */
  readonly status: number;
}

/** What a running lab consists of. */
export interface World {
  readonly estate: AzureEstate;
  readonly tokens: Tokens;
  readonly faults: ReturnType<typeof createFaults<FaultKind>>;
  readonly requests: LabRequest[];
  readonly pageSize: number;
  /** `https://127.0.0.1:<port>`. */
  readonly endpoint: () => string;
  /** `https://localhost:<port>`. */
  readonly graphEndpoint: () => string;
}

const htmlPage =
  "<!DOCTYPE html>\n<html><head><title>It works</title></head><body><p>It works!</p><hr></body></html>\n";

/** Answers one request, and says which fault is to hit it, for those that are a matter of the connection. */
export function answer(world: World, request: WireRequest): { response: WireResponse; fault: Fault | null } {
  const call = route(world.estate, request);
  const account = call.kind === "graph" ? world.estate.tenant.id : call.subscription;
  const fault = world.faults.next({ operation: call.operation, account, region: "global" });
  const signedIn = world.tokens.isGood(request.headers["authorization"], audienceOf(world, call));
  const response = respond(world, request, call, { fault, signedIn });
  world.requests.push({
    operation: call.operation,
    subscription: call.subscription,
    method: request.method,
    path: `${request.path}${request.query.size === 0 ? "" : `?${request.query.toString()}`}`,
    body: Buffer.from(request.body).toString(),
    signedIn,
    fault: fault?.kind ?? null,
    status: response.status,
  });
  return { response, fault };
}

function respond(
  world: World,
  request: WireRequest,
  call: LabCall,
  { fault, signedIn }: { readonly fault: Fault | null; readonly signedIn: boolean },
): WireResponse {
  try {
    if (fault?.kind === "malformed") return textResponse(200, "text/html; charset=utf-8", htmlPage);
    if (fault?.kind === "redirect") return redirect(request);
    const ordered = orderedError(call, fault);
    if (ordered !== null) throw ordered;
    if (call.kind === "sign-in") return world.tokens.answer(request, world.endpoint());
    if (!signedIn) throw expiredToken();
    if (call.kind === "graph") {
      if (isDenied(world.estate.tenant, call)) throw denied(call);
      return call.answer(pagingOf(world, request, fault, world.graphEndpoint()));
    }
    if (!request.query.has("api-version")) throw missingVersion();
    const { subscription } = call;
    const held = world.estate.subscriptions.find(({ id }) => id === subscription);
    if (subscription !== null && held === undefined) throw noSubscription(subscription);
    if (held !== undefined && isDenied(held, call)) throw denied(call);
    return call.answer(pagingOf(world, request, fault, world.endpoint()));
  } catch (error) {
    if (error instanceof ArmFailure) return call.kind === "sign-in" ? oauthError(error) : armError(error);
    // Anything else is a defect of the lab or of the estate: a status that no client retries brings it to light.
    return armError(new ArmFailure(400, "LabDefect", String(error)));
  }
}

function audienceOf(world: World, call: LabCall): string {
  return call.kind === "graph" ? world.graphEndpoint() : world.endpoint();
}

function pagingOf(world: World, request: WireRequest, fault: Fault | null, endpoint: string): Paging {
  const kind = fault?.kind;
  return {
    size: world.pageSize,
    endpoint,
    fault: kind === "repeated-token" || kind === "empty-page" || kind === "foreign-link" ? kind : null,
    request,
  };
}

function redirect(request: WireRequest): WireResponse {
  const location = `https://elsewhere.example${request.path}`;
  return { ...jsonResponse(302, {}), headers: { location, "content-type": "application/json" } };
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors */
function orderedError(call: LabCall, fault: Fault | null): ArmFailure | null {
  const retryAfter = { "retry-after": String(fault?.retryAfterSeconds ?? 1) };
  const kind = fault?.kind;
  if (call.kind === "sign-in") return orderedSignInError(kind, retryAfter);
  if (kind === "access-denied") return denied(call);
  if (kind === "throttled")
    return new ArmFailure(429, "TooManyRequests", "The request is being throttled.", retryAfter);
  if (kind === "server-error") return new ArmFailure(500, "InternalServerError", "An error occurred.");
  if (kind === "unavailable") return new ArmFailure(503, "ServerTimeout", "The service is unavailable.", retryAfter);
  if (kind === "expired-token") return expiredToken();
  if (kind === "unlicensed") {
    return new ArmFailure(400, "AadPremiumLicenseRequired", "The tenant needs an AAD Premium 2 license.");
  }
  if (kind === "gone") {
    const code = call.kind === "graph" ? "Request_ResourceNotFound" : "ResourceNotFound";
    return new ArmFailure(404, code, "The resource was not found.");
  }
  return kind === "unregistered" ? unregistered(call) : null;
}

function isDenied({ denies = [] }: Pick<AzureSubscription, "denies">, { operation }: LabCall): boolean {
  return denies.some((pattern) => namesOperation(pattern, operation));
}

function denied(call: LabCall): ArmFailure {
  // https://learn.microsoft.com/graph/resolve-auth-errors
  if (call.kind === "graph") {
    return new ArmFailure(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  }
  const { operation, subscription } = call;
  const scope = subscription === null ? "/" : `/subscriptions/${subscription}`;
  const text = `The client 'lab' does not have authorization to perform action '${operation}' over scope '${scope}' or the scope is invalid.`;
  return new ArmFailure(403, "AuthorizationFailed", text);
}

function expiredToken(): ArmFailure {
  return new ArmFailure(401, "ExpiredAuthenticationToken", "The access token expiry is earlier than current time.");
}

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function orderedSignInError(kind: FaultKind | undefined, headers: Readonly<Record<string, string>>): ArmFailure | null {
  if (kind === "access-denied" || kind === "expired-token") {
    return new ArmFailure(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
  }
  if (kind === "throttled")
    return new ArmFailure(429, "temporarily_unavailable", "AADSTS90055: Too many requests.", headers);
  if (kind === "server-error") return new ArmFailure(500, "server_error", "AADSTS90006: Try again later.");
  if (kind !== "unavailable") return null;
  return new ArmFailure(503, "temporarily_unavailable", "AADSTS90033: A transient error has occurred.", headers);
}

function missingVersion(): ArmFailure {
  const text = "The api-version query parameter (?api-version=) is required for all requests.";
  return new ArmFailure(400, "MissingApiVersionParameter", text);
}

function noSubscription(id: string): ArmFailure {
  return new ArmFailure(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);
}

function unregistered({ operation }: LabCall): ArmFailure {
  const namespace = operation.split("/")[0] ?? "";
  const text = `The subscription is not registered to use namespace '${namespace}'.`;
  return new ArmFailure(409, "MissingSubscriptionRegistration", text);
}
