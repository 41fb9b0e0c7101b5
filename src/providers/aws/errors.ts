import { MalformedAnswer } from "../shared/answer.ts";
import { type CallCircumstances, type CallFailure, connectionErrors, oneLine, seconds } from "../shared/call.ts";
import type { AwsOperation } from "./operation.ts";

const denials =
  /^(?:UnauthorizedOperation|AccessDenied(?:Exception)?|AuthorizationError|UnauthorizedException|NotAuthorized|Forbidden|AllAccessDisabled|AccountProblem)$/;
const expiries = /^(?:ExpiredToken(?:Exception)?|RequestExpired|TokenRefreshRequired)$/;
const refusals =
  /^(?:AuthFailure|UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature|InvalidToken|MissingAuthenticationToken|NotSignedUp|CredentialsProviderError|TokenProviderError)$/;
const throttles =
  /^(?:Throttl\w*|RequestLimitExceeded|RequestThrottled\w*|TooManyRequests\w*|SlowDown|EC2ThrottledException|BandwidthLimitExceeded|PriorRequestNotComplete|LimitExceededException)$/;
/** The service itself says that the account has not signed up for it. */
const switchedOff = /^(?:OptInRequired|SubscriptionRequired\w*)$/;
/** S3 says so only to those who may know: others are denied. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
const missingObjects = /^(?:NoSuchKey|NoSuchBucket|NoSuchVersion)$/;
const archivedObjects = /^InvalidObjectState$/;

/** Whether the SDK found no credentials to sign a call with, so that nothing was sent. */
export function hasNoCredentials(code: string): boolean {
  return code === "CredentialsProviderError" || code === "TokenProviderError";
}

/** Whether AWS refused the credentials themselves, so that no call can succeed with them. */
export function refusesCredentials(code: string): boolean {
  return expiries.test(code) || refusals.test(code);
}

const missingFile = "the file does not exist";
/** How the coverage of a file in a bucket that certainly is not there begins. */
export const missingBucket = "the bucket of the file does not exist";

/** What an error that the SDK threw for `operation` means for coverage. */
export function classify(error: unknown, operation: AwsOperation, around: CallCircumstances): CallFailure {
  const code = errorCode(error);
  const failure = (status: CallFailure["status"], text: string): CallFailure => ({
    status,
    code,
    error: oneLine(withoutRequest(text)),
  });

  if (around.interrupted) return failure("skipped", "interrupted");
  if (around.late) return failure("unreachable", `no answer within ${seconds(around.timeoutMs * around.maxAttempts)}`);
  if (error instanceof MalformedAnswer) return failure("malformed", `the answer is ${error.message}`);
  if (operation.disabledBy.includes(code)) return failure("disabled", `there is none here (${code})`);
  if (switchedOff.test(code)) return failure("disabled", `the account is not signed up for the service here (${code})`);
  if (expiries.test(code)) return failure("denied", `the credentials expired during the scan (${code})`);
  if (refusals.test(code)) {
    return failure("denied", `the credentials are not valid here (${code}); the Region may be switched off`);
  }
  const status = httpStatus(error);
  if (throttles.test(code) || status === 429) {
    return failure("throttled", `still throttled after ${around.maxAttempts} attempts (${code})`);
  }
  if (denials.test(code)) return failure("denied", denial(error, operation, code));
  if (missingObjects.test(code))
    return failure("disabled", `${code === "NoSuchBucket" ? missingBucket : missingFile} (${code})`);
  if (archivedObjects.test(code)) return failure("unreachable", `the file is archived and cannot be had (${code})`);
  if (error instanceof Error && member(error, "code") === "ERR_INVALID_URL") {
    return failure("unreachable", "the endpoint_url that is configured for the service is no address");
  }
  if (connectionErrors.test(code)) return failure("unreachable", connectionText(code, around));
  if (status !== null && status >= 500) {
    return failure("unreachable", `it kept failing with status ${status} (${code})`);
  }
  if (status === 403) return failure("denied", denial(error, operation, code));
  if (status === null || status < 300) return failure("malformed", `the answer could not be read (${code})`);
  return failure("malformed", `an answer that is not expected: ${code}, ${messageOf(error)}`);
}

/** The API's code of an error, or Node's. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "UnknownError";
  const code = member(error, "code");
  // The SDK renames every broken connection to TimeoutError; Node's own code says more.
  if (typeof code === "string" && connectionErrors.test(code)) return code;
  return error.name;
}

/** The host name that could not be found, or null when that is not what happened. */
export function unknownHost(error: unknown): string | null {
  if (errorCode(error) !== "ENOTFOUND") return null;
  const host = typeof error === "object" && error !== null ? member(error, "hostname") : null;
  return typeof host === "string" ? host : null;
}

/** Whether the words of a coverage row tell of a denied call, and not of credentials that ended or are none. */
export function isDenial(text: string | null): boolean {
  return text?.startsWith("denied (") === true;
}

/** Whether the words of a coverage row tell of a file that certainly is not there. */
export function isMissing(text: string | null): boolean {
  return text !== null && [missingFile, missingBucket].some((words) => text.startsWith(words));
}

function denial(error: unknown, operation: AwsOperation, code: string): string {
  const { permissions } = operation;
  const needed = permissions.length === 0 ? "" : `; it needs the permission ${permissions.join(", ")}`;
  // AWS names the kind of policy that decided: "with an explicit deny in a service control policy".
  const reason = /(?:with an explicit deny in an? [a-z -]+|because no [a-z -]+ allows)/i.exec(messageOf(error))?.[0];
  return `denied (${code})${needed}${reason === undefined ? "" : `; ${reason}`}`;
}

function connectionText(code: string, around: CallCircumstances): string {
  const attempts = `${around.maxAttempts} attempts`;
  if (code.startsWith("Timeout") || code.startsWith("RequestTimeout") || code === "ETIMEDOUT") {
    return `no answer within ${seconds(around.timeoutMs)}, ${attempts}`;
  }
  return `it could not be reached, ${attempts} (${code})`;
}

function httpStatus(error: unknown): number | null {
  const metadata = error instanceof Error ? member(error, "$metadata") : null;
  const status = typeof metadata === "object" && metadata !== null ? member(metadata, "httpStatusCode") : null;
  return typeof status === "number" ? status : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}

function member(object: object, name: string): unknown {
  return Reflect.get(object, name);
}

/** Without the encoded authorization message, which holds the request. */
function withoutRequest(text: string): string {
  return text.replace(/Encoded authorization failure message:\s*\S+/gi, "");
}
