import { MalformedAnswer } from "../shared/answer.ts";
import { type CallCircumstances, type CallFailure, connectionErrors, oneLine, seconds } from "../shared/call.ts";
import { AzureError } from "./clients.ts";
import type { AzureOperation } from "./operation.ts";

const throttles = /^(?:TooManyRequests|Throttl\w*|\w*RequestsThrottled|RateLimiting\w*)$/;
/** The resource provider is not registered in the subscription, so that it holds none of its resources. */
const unregistered = /^(?:MissingSubscriptionRegistration|Subscription ?Not ?Registered)$/i;
/** The cloud has no such resource type, or not in this API version: it cannot be said that there are none. */
const unknownTypes =
  /^(?:InvalidResourceType|NoRegisteredProviderFound|InvalidApiVersionParameter|InvalidResourceNamespace)$/;
const missing = /^(?:ResourceNotFound|ParentResourceNotFound|ResourceGroupNotFound|NotFound|Request_ResourceNotFound)$/;
const signInErrors =
  /^(?:AuthenticationError|AggregateAuthenticationError|CredentialUnavailableError|AuthenticationRequiredError)$/;

/** What an error that was thrown for `operation` means for coverage. */
export function classify(error: unknown, operation: AzureOperation, around: CallCircumstances): CallFailure {
  const code = errorCode(error);
  const failure = (status: CallFailure["status"], text: string): CallFailure => ({
    status,
    code,
    error: oneLine(text),
  });

  if (around.interrupted) return failure("skipped", "interrupted");
  if (around.late) return failure("unreachable", `no answer within ${seconds(around.timeoutMs * around.maxAttempts)}`);
  if (error instanceof MalformedAnswer) return failure("malformed", `the answer is ${error.message}`);
  if (error instanceof AzureError) return { ...classifyAnswer(error, operation, around), code };
  if (isSignInError(error)) return classifySignIn(error, around);
  if (isTimeout(error)) {
    return failure("unreachable", `no answer within ${seconds(around.timeoutMs)}, ${around.maxAttempts} attempts`);
  }
  if (connectionErrors.test(code) || isBrokenOff(error)) {
    return failure("unreachable", `it could not be reached, ${around.maxAttempts} attempts (${code})`);
  }
  return failure("malformed", `the answer could not be read (${code})`);
}

function classifyAnswer(
  { status, code, message }: AzureError,
  operation: AzureOperation,
  { maxAttempts }: CallCircumstances,
): Pick<CallFailure, "status" | "error"> {
  const says = operation.disabledBy.find((word) => word === code || word === `status ${status}`);
  if (says !== undefined) return { status: "disabled", error: `there is no such thing here (${oneLine(code)})` };
  // What Azure Resource Manager itself holds cannot be switched off.
  if (unregistered.test(code) && operation.ask.how !== "connecting") {
    return { status: "disabled", error: `its resource provider is not registered in the subscription (${code})` };
  }
  if (throttles.test(code) || status === 429) {
    return { status: "throttled", error: `still throttled after up to ${maxAttempts} attempts (${oneLine(code)})` };
  }
  if (unknownTypes.test(code)) {
    const version = `this cloud does not know it in API version ${operation.apiVersion} (${code})`;
    return { status: "malformed", error: version };
  }
  if (status === 401) {
    return {
      status: "denied",
      error: `the credentials are not valid here, or expired during the scan (${oneLine(code)})`,
    };
  }
  if (status === 403) {
    return {
      status: "denied",
      error: `denied (${oneLine(code)}); it needs ${neededFor(operation)}`,
    };
  }
  if (code === "SubscriptionNotFound") {
    return { status: "denied", error: `the credentials see no such subscription (${code})` };
  }
  if (status >= 500 || status === 408) {
    return { status: "unreachable", error: `it kept failing with status ${status} (${oneLine(code)})` };
  }
  return { status: "malformed", error: oneLine(`an answer that is not expected: ${status}, ${code}, ${message}`) };
}

function neededFor({ route, permissions }: AzureOperation): string {
  return route.kind === "graph"
    ? `the permission ${permissions.join(", ")} of Microsoft Graph, or the directory role Global Reader`
    : `the permission ${permissions.join(", ")}, which Reader has`;
}

/** Whether an error says that a parent was deleted since it was listed. */
export function saysGone(error: unknown): boolean {
  return error instanceof AzureError && error.status === 404 && missing.test(error.code);
}

/** Whether the same request may succeed a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof MalformedAnswer) return error.worthRetrying;
  if (error instanceof AzureError) {
    return error.status === 408 || error.status === 429 || error.status >= 500 || throttles.test(error.code);
  }
  return isTimeout(error) || isBrokenOff(error) || connectionErrors.test(errorCode(error));
}

/** Whether it was the sign-in that failed, before anything was asked. */
export function isSignInError(error: unknown): error is Error {
  return error instanceof Error && signInErrors.test(error.name);
}

/** Whether Microsoft Entra ID refused the credentials, or there are none: what only the user can mend. */
export function refusesCredentials({ status, code }: CallFailure): boolean {
  return status === "denied" && (code === noCredentials || code.startsWith("AADSTS"));
}

/** The code of a sign-in for which nothing was found to sign in with. */
export const noCredentials = "CredentialUnavailableError";

/** Entra's codes for what passes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const passingSignIns: ReadonlySet<string> = new Set([
  "AADSTS50196",
  "AADSTS90006",
  "AADSTS90024",
  "AADSTS90033",
  "AADSTS90055",
]);

/** What a failed sign-in means. Its messages can hold the request, so that only Entra's own code is kept. */
function classifySignIn(error: Error, { maxAttempts }: CallCircumstances): CallFailure {
  const messages = messagesOf(error);
  const code = messages.map((message) => /\bAADSTS\d+\b/.exec(message)?.[0]).find((found) => found !== undefined);
  if (code !== undefined && !passingSignIns.has(code)) {
    return { status: "denied", code, error: `the sign-in failed (${code})` };
  }
  // The SDK gives a network that fails, and an answer that it cannot read, the names of its sign-in errors.
  const unreachable = messages.some((message) =>
    /^(?:network_error|endpoints_resolution_error|\[object)/.test(message),
  );
  if (code !== undefined || unreachable || error.name === "AuthenticationError") {
    const why = code ?? error.name;
    const text = `Microsoft Entra ID could not be reached, or gave no answer that could be read, ${maxAttempts} attempts (${why})`;
    return { status: "unreachable", code: why, error: text };
  }
  return { status: "denied", code: noCredentials, error: "the sign-in failed: there is nothing to sign in with" };
}

/** The messages of an error and, where a chain of credentials was tried, of each of them. */
function messagesOf(error: Error): readonly string[] {
  const all: unknown = Reflect.get(error, "errors");
  const inner = Array.isArray(all) ? all.filter((each: unknown): each is Error => each instanceof Error) : [];
  return [error, ...inner].map(({ message }) => message);
}

function errorCode(error: unknown): string {
  if (error instanceof AzureError) return error.code;
  if (!(error instanceof Error)) return "UnknownError";
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" && code !== "" ? code : error.name;
}

/** The SDK aborts an attempt that is late; a scan that was called off is told from it by its own signal. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** What the SDK calls an answer that ended before its end. */
function isBrokenOff(error: unknown): boolean {
  return errorCode(error) === "PARSE_ERROR" || errorCode(error) === "REQUEST_SEND_ERROR";
}
