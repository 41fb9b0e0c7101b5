import type { AwsAccount, AwsEstate } from "../estate.ts";
import { type createFaults, namesOperation } from "../faults.ts";
import type { Call, Operation, PageFault } from "./call.ts";
import { AwsError, serviceError } from "./errors.ts";
import type { Fault, FaultKind } from "./faults.ts";
import type { Principal, Principals } from "./principals.ts";
import { isSwitchedOn } from "./regions.ts";
import { readSignature, routeToOperation, routeToService } from "./routing.ts";
import type { Route, Signature } from "./routing.ts";
import type { Service } from "./services.ts";
import { textResponse } from "../http.ts";
import type { WireRequest, WireResponse } from "../http.ts";
import { readInput, writeError, writeOutput } from "./wire/protocols.ts";
import type { Fields } from "./wire/protocols.ts";

/** A request that the lab received, for tests to look at. */
export interface LabRequest {
  /** `ec2:DescribeVpcs`; for a path that the lab does not know, the service, method and path. */
  readonly operation: string;
  /** Null when the request was not signed, or with a key that the lab does not know. */
  readonly account: string | null;
  readonly principal: string | null;
  readonly region: string;
  readonly input: Fields;
  readonly fault: FaultKind | null;
  /** The status that was answered, before any fault of the connection. */
  readonly status: number;
}

/** What a running lab consists of. */
export interface World {
  readonly estate: AwsEstate;
  readonly principals: Principals;
  readonly services: readonly Service[];
  readonly faults: ReturnType<typeof createFaults<FaultKind>>;
  readonly requests: LabRequest[];
  readonly pageSize: number;
  readonly answers: ReadonlyMap<string, Operation>;
}

const htmlPage =
  "<!DOCTYPE html>\n<html><head><title>It works</title></head><body><p>It works!</p><hr></body></html>\n";

/** Answers one request, and says which fault is to hit it, for those that are a matter of the connection. */
export async function answer(
  world: World,
  request: WireRequest,
  requestId: string,
): Promise<{ response: WireResponse; fault: Fault | null }> {
  const signature = readSignature(request);
  const service = routeToService(world.services, request, signature);
  if (service === null) {
    return { response: textResponse(403, "text/plain", "The lab has no service that this request fits."), fault: null };
  }
  const principal = signature === null ? null : world.principals.find(signature.accessKeyId, signature.sessionToken);
  const route = await routeToOperation(service, request);
  const operation = `${service.name}:${route.name}`;
  const region = signature?.region ?? "";
  const fault = world.faults.next({ operation, account: principal?.accountId ?? null, region });
  const input = route.operation === null ? {} : readInput(service, route.operation, request, route.labels);

  const context = { world, service, route, signature, principal, region, input, fault };
  const bare = respond(context, request, requestId);
  const response = { ...bare, headers: { "x-amzn-requestid": requestId, ...bare.headers } };
  world.requests.push({
    operation,
    account: principal?.accountId ?? null,
    principal: principal?.arn ?? null,
    region,
    input,
    fault: fault?.kind ?? null,
    status: response.status,
  });
  return { response, fault };
}

interface Context {
  readonly world: World;
  readonly service: Service;
  readonly route: Route;
  readonly signature: Signature | null;
  readonly principal: Principal | null;
  readonly region: string;
  readonly input: Fields;
  readonly fault: Fault | null;
}

function respond(context: Context, request: WireRequest, requestId: string): WireResponse {
  const { service, route, fault } = context;
  if (fault?.kind === "malformed") return textResponse(200, "text/html; charset=utf-8", htmlPage);
  try {
    const ordered = orderedError(service, route.name, fault);
    if (ordered !== null) throw ordered;
    if (route.operation === null) {
      const message = `The action ${route.name} is not valid for this web service.`;
      throw serviceError(service.errors.unknownOperation, message);
    }
    const own = service.operations[route.operation.name];
    const run = context.world.answers.get(`${service.name}:${route.operation.name}`) ?? own;
    if (run === undefined) throw new Error(`The lab routes to ${route.name} but does not have it.`);
    const output: Fields = { ...run(callOf(context, route.operation)) };
    return writeOutput(service, route.operation, output, requestId);
  } catch (error) {
    // Anything but an AwsError is a defect of the lab or of the estate: a code that no client retries brings it to light.
    const known = error instanceof AwsError ? error : new AwsError("LabDefect", 400, String(error));
    return writeError(service, known, requestId, request.method);
  }
}

function orderedError(service: Service, operation: string, fault: Fault | null): AwsError | null {
  const retryAfter = { "retry-after": String(fault?.retryAfterSeconds ?? 1) };
  const { errors } = service;
  const kind = fault?.kind;
  if (kind === "access-denied") return denied(service, operation, null);
  if (kind === "throttled") return serviceError(errors.throttled, "Request limit exceeded.", retryAfter);
  if (kind === "server-error") return serviceError(errors.internal, "An internal error has occurred");
  if (kind === "unavailable") return serviceError(errors.unavailable, "Unavailable. Please try again.", retryAfter);
  return kind === "region-off" ? invalidCredentials(service) : null;
}

/** Settles who calls, and refuses as AWS does: unknown keys, Regions that are off, permissions that lack. */
function callOf(context: Context, operation: Call["operation"]): Call {
  const { world, service, signature, region } = context;
  const unsigned = signature === null && operation.name === "AssumeRoleWithWebIdentity";
  const principal = unsigned ? anonymous : context.principal;
  if (principal === null) throw invalidCredentials(service);
  const account = unsigned ? nobody : world.estate.accounts.find(({ id }) => id === principal.accountId);
  if (account === undefined) throw invalidCredentials(service);
  if (!unsigned && service.regional && !isSwitchedOn(world.estate, account, region)) throw invalidCredentials(service);
  // A policy knows the load-balancing APIs by one prefix, the lab by two.
  const names = [service.name, service.signingName].map((prefix) => `${prefix}:${operation.name}`);
  if (principal.denies.some((pattern) => names.some((name) => namesOperation(pattern, name)))) {
    throw denied(service, operation.name, principal);
  }
  return {
    estate: world.estate,
    operation,
    input: context.input,
    principal,
    account,
    region,
    here: account.regions[region] ?? {},
    errors: service.errors,
    pageSize: world.pageSize,
    pageFault: pageFault(context.fault),
  };
}

const anonymous: Principal = { accountId: "", arn: "anonymous", userId: "", denies: [] };
const nobody: AwsAccount = { id: "", name: "", regions: {} };

function pageFault(fault: Fault | null): PageFault | null {
  return fault?.kind === "repeated-token" || fault?.kind === "empty-page" ? fault.kind : null;
}

function denied(service: Service, operation: string, principal: Principal | null): AwsError {
  const action = `${service.signingName}:${operation}`;
  const who = principal === null ? "" : ` User: ${principal.arn} is not authorized to perform: ${action}`;
  return serviceError(
    service.errors.denied,
    `You are not authorized to perform this operation.${who} because no identity-based policy allows the ${action} action`,
  );
}

function invalidCredentials(service: Service): AwsError {
  return serviceError(service.errors.invalidCredentials, "The security token included in the request is invalid.");
}
