import { MalformedAnswer } from "../shared/answer.ts";
import { type CallCircumstances, type CallFailure, connectionErrors, oneLine, seconds } from "../shared/call.ts";
import { GoogleError } from "./google-error.ts";
import type { GcpApi, GcpOperation } from "./operation.ts";
import { signInCodes, SignInFailed } from "./sign-in.ts";

/** What a call was about, for the words. */
export interface CallSubject {
  readonly operation: GcpOperation;
  /** `projects/123` and `projects/my-project` where a project was asked about; empty for everything else. */
  readonly projects: readonly string[];
}

const throttles =
  /^(?:\w*rateLimitExceeded|quotaExceeded|dailyLimitExceeded|concurrentLimitExceeded|RATE_LIMIT_EXCEEDED|RESOURCE_EXHAUSTED|RESOURCE_QUOTA_EXCEEDED|rate_limit_exceeded)$/i;
/** The API is switched off in the project that the call is counted by. */
const switchedOff = /^(?:accessNotConfigured|SERVICE_DISABLED)$/;
/** Who may do what is there whether or not the API that tells it is switched on. */
const alwaysThere: ReadonlySet<GcpApi> = new Set<GcpApi>(["cloudidentity", "cloudresourcemanager", "iam"]);
/** The project that is to be counted by may not be used by the credentials. */
const strangeQuotaProject = /^(?:USER_PROJECT_DENIED|CONSUMER_INVALID)$/;
const perimeter = /^(?:vpcServiceControls|SECURITY_POLICY_VIOLATED)$/i;
const missing = /^(?:notFound|NOT_FOUND|RESOURCE_NOT_FOUND)$/;

/** What an error that was thrown for a call means for coverage. */
export function classify(error: unknown, subject: CallSubject, around: CallCircumstances): CallFailure {
  const code = errorCode(error);
  const failure = (status: CallFailure["status"], text: string): CallFailure => ({
    status,
    code,
    error: oneLine(text),
  });

  if (around.interrupted) return failure("skipped", "interrupted");
  if (around.late) return failure("unreachable", `no answer within ${seconds(around.timeoutMs * around.maxAttempts)}`);
  if (error instanceof MalformedAnswer) return failure("malformed", `the answer is ${error.message}`);
  if (error instanceof GoogleError) return { ...classifyAnswer(error, subject, around), code };
  if (error instanceof SignInFailed) return { ...classifySignIn(error), code };
  if (isTimeout(error)) {
    return failure("unreachable", `no answer within ${seconds(around.timeoutMs)}, ${around.maxAttempts} attempts`);
  }
  if (isConnectionError(error)) {
    return failure("unreachable", `it could not be reached, ${around.maxAttempts} attempts (${code})`);
  }
  return failure("malformed", `the answer could not be read (${code})`);
}

type Classified = Pick<CallFailure, "status" | "error">;

function classifyAnswer(
  { status, code, message, consumer }: GoogleError,
  { operation, projects }: CallSubject,
  { maxAttempts }: CallCircumstances,
): Classified {
  const word = oneLine(code);
  const api = `the API ${operation.api}.googleapis.com`;
  if (throttles.test(code) || status === 429) {
    return { status: "throttled", error: `still throttled after up to ${maxAttempts} attempts (${word})` };
  }
  if (switchedOff.test(code)) {
    // Where another project is counted by, its switch says nothing of what the project that was asked about holds.
    if (consumer !== null && projects.includes(consumer) && !alwaysThere.has(operation.api)) {
      return { status: "disabled", error: `${api} is switched off in the project (${word})` };
    }
    const where = consumer === null ? "the project that the calls are counted by" : oneLine(consumer);
    const mend = "switch it on there, or set another quota project: gcloud auth application-default set-quota-project";
    return { status: "denied", error: `${api} is switched off in ${where} (${word}): ${mend}` };
  }
  if (strangeQuotaProject.test(code)) {
    const text = `the quota project cannot be used (${word}): it takes roles/serviceusage.serviceUsageConsumer on it`;
    return { status: "denied", error: text };
  }
  if (perimeter.test(code)) {
    return { status: "denied", error: `denied by a perimeter of VPC Service Controls (${word})` };
  }
  if (status === 401) {
    return { status: "denied", error: `the credentials are not valid here, or expired during the scan (${word})` };
  }
  if (status === 403) {
    const [permission] = operation.permissions;
    const needs =
      permission === undefined
        ? "a role in the directory of Cloud Identity or Google Workspace, such as Groups Reader"
        : `the permission ${permission}`;
    return { status: "denied", error: `denied (${word}); it needs ${needs}` };
  }
  if (status === 404 && missing.test(code)) {
    return { status: "denied", error: `not found, or the credentials may not know of it (${word})` };
  }
  if (status >= 500 || status === 408) {
    return { status: "unreachable", error: `it kept failing with status ${status} (${word})` };
  }
  return { status: "malformed", error: oneLine(`an answer that is not expected: ${status}, ${code}, ${message}`) };
}

/** Whether an error says that what was listed is gone. */
export function saysGone(error: unknown): boolean {
  return error instanceof GoogleError && error.status === 404 && missing.test(error.code);
}

/** Whether the same request may succeed a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof MalformedAnswer) return error.worthRetrying;
  if (error instanceof GoogleError) {
    return error.status === 408 || error.status === 429 || error.status >= 500 || throttles.test(error.code);
  }
  // The auth library tries again by itself.
  if (error instanceof SignInFailed) return false;
  return isTimeout(error) || isConnectionError(error);
}

/** Whether the credentials were refused, or there are none: what only the user can mend. */
export function refusesCredentials({ status }: CallFailure): boolean {
  return status === "denied";
}

/** Only a word that names the failure is kept: what the library says can hold the request. */
function classifySignIn({ code, status }: SignInFailed): Classified {
  const word = oneLine(code);
  const own: readonly string[] = [signInCodes.none, signInCodes.file, signInCodes.universe];
  if (code === signInCodes.none) {
    return { status: "denied", error: "the sign-in failed: there is nothing to sign in with" };
  }
  if (code === signInCodes.noToken) {
    return { status: "malformed", error: "the sign-in failed: what was given for a token is none" };
  }
  if (status === 429 || throttles.test(code)) {
    return { status: "throttled", error: `the sign-in failed: still throttled (${word})` };
  }
  if (own.includes(code) || (status !== null && status >= 400 && status < 500 && status !== 408)) {
    return { status: "denied", error: `the sign-in failed (${word})` };
  }
  return { status: "unreachable", error: `the sign-in failed: nobody gave a token (${word})` };
}

function errorCode(error: unknown): string {
  if (error instanceof GoogleError || error instanceof SignInFailed) return error.code;
  if (!(error instanceof Error)) return "UnknownError";
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" && code !== "" ? code : error.name;
}

function isTimeout(error: unknown): boolean {
  return ["TimeoutError", "AbortError"].includes(errorCode(error));
}

/** A connection that could not be made or broke, also in the middle of an answer. */
function isConnectionError(error: unknown): boolean {
  const code = errorCode(error);
  return connectionErrors.test(code) || code === "ERR_STREAM_PREMATURE_CLOSE";
}
