import type { JsonObject } from "./estate.ts";
import type { FaultKind } from "./faults.ts";
import { GoogleFailure } from "./http.ts";

/** An API, as its errors name it. */
export type Api =
  | "cloudfunctions"
  | "cloudidentity"
  | "cloudresourcemanager"
  | "compute"
  | "iam"
  | "iamcredentials"
  | "networksecurity"
  | "run";

/** What an error says it is about. */
export interface Subject {
  readonly api: Api;
  readonly permission: string;
  /** `projects/p`, `organizations/1`: what the permission is missing on. */
  readonly resource: string;
  /** The number of the project that the quota and the switched-on APIs are counted by. */
  readonly consumer: string;
}

const titles: Readonly<Record<Api, string>> = {
  compute: "Compute Engine API",
  cloudresourcemanager: "Cloud Resource Manager API",
  networksecurity: "Network Security API",
  iam: "Identity and Access Management (IAM) API",
  iamcredentials: "IAM Service Account Credentials API",
  cloudidentity: "Cloud Identity API",
  run: "Cloud Run Admin API",
  cloudfunctions: "Cloud Functions API",
};

const devConsole = "https://developers.google.com/identity/sign-in/web/devconsole-project.";
const expected = `Expected OAuth 2 access token, login cookie or other valid authentication credential. See ${devConsole}`;

/** No token, or none that is good: https://docs.cloud.google.com/compute/docs/api/error-codes */
export function unauthenticated(authorization: string | undefined): GoogleFailure {
  const missing = authorization === undefined;
  const message = missing
    ? `Request is missing required authentication credential. ${expected}`
    : `Request had invalid authentication credentials. ${expected}`;
  return new GoogleFailure(401, "UNAUTHENTICATED", message, {
    legacy: {
      message: missing ? "Login Required." : "Invalid Credentials",
      domain: "global",
      reason: missing ? "required" : "authError",
      location: "Authorization",
      locationType: "header",
    },
    details: [errorInfo(missing ? "CREDENTIALS_MISSING" : "ACCESS_TOKEN_EXPIRED", "googleapis.com", {})],
    headers: { "www-authenticate": 'Bearer realm="https://accounts.google.com/"' },
  });
}

/** The permission is missing, or what it is asked on. Google does not tell which. */
export function denied({ api, permission, resource }: Subject): GoogleFailure {
  if (api === "compute") {
    const message = `Required '${permission}' permission for '${resource}'`;
    return new GoogleFailure(403, "PERMISSION_DENIED", message, { legacy: { domain: "global", reason: "forbidden" } });
  }
  const full = `//${api}.googleapis.com/${resource}`;
  const message = `Permission '${permission}' denied on resource '${full}' (or it may not exist).`;
  return new GoogleFailure(403, "PERMISSION_DENIED", message, {
    details: [errorInfo("IAM_PERMISSION_DENIED", `${api}.googleapis.com`, { permission, resource: full })],
  });
}

/** The API is switched off: https://docs.cloud.google.com/service-usage/docs/troubleshooting */
export function serviceDisabled({ api, consumer }: Subject): GoogleFailure {
  const service = `${api}.googleapis.com`;
  const url = `https://console.developers.google.com/apis/api/${service}/overview?project=${consumer}`;
  const message =
    `${titles[api]} has not been used in project ${consumer} before or it is disabled. Enable it by visiting ${url} then retry. ` +
    "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.";
  return new GoogleFailure(403, "PERMISSION_DENIED", message, {
    ...(api === "compute"
      ? {
          legacy: {
            domain: "usageLimits",
            reason: "accessNotConfigured",
            extendedHelp: "https://console.developers.google.com",
          },
        }
      : {}),
    details: [
      errorInfo("SERVICE_DISABLED", "googleapis.com", {
        service,
        serviceTitle: titles[api],
        consumer: `projects/${consumer}`,
        containerInfo: consumer,
        activationUrl: url,
      }),
      {
        "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
        locale: "en-US",
        message,
      },
      {
        "@type": "type.googleapis.com/google.rpc.Help",
        links: [{ description: "Google developers console API activation", url }],
      },
    ],
  });
}

/** Nothing is there. */
export function notFound(api: Api, path: string): GoogleFailure {
  if (api === "compute") {
    const message = `The resource '${path}' was not found`;
    return new GoogleFailure(404, "NOT_FOUND", message, { legacy: { domain: "global", reason: "notFound" } });
  }
  return new GoogleFailure(404, "NOT_FOUND", `Resource '${path}' was not found`);
}

/** The request is not one that the API knows. */
export function badRequest(message: string): GoogleFailure {
  return new GoogleFailure(400, "INVALID_ARGUMENT", message, { legacy: { domain: "global", reason: "invalid" } });
}

/** The error that a fault orders; null when it orders none. */
export function orderedError(
  kind: FaultKind | undefined,
  subject: Subject,
  retryAfterSeconds: number,
): GoogleFailure | null {
  const headers = { "retry-after": String(retryAfterSeconds) };
  if (kind === "access-denied") return denied(subject);
  if (kind === "throttled") return quota(429, "RESOURCE_EXHAUSTED", subject, headers);
  if (kind === "rate-limited") return quota(403, "PERMISSION_DENIED", subject, {});
  if (kind === "server-error") return backend(500, "INTERNAL", "Internal error encountered.", {});
  if (kind === "unavailable") return backend(503, "UNAVAILABLE", "The service is currently unavailable.", headers);
  if (kind === "expired-token") return unauthenticated("Bearer expired");
  if (kind === "api-disabled") return serviceDisabled(subject);
  if (kind === "gone") return notFound(subject.api, subject.resource);
  return kind === "precondition" ? badRequest(`The resource '${subject.resource}' is not ready`) : null;
}

function backend(
  code: number,
  status: string,
  message: string,
  headers: Readonly<Record<string, string>>,
): GoogleFailure {
  return new GoogleFailure(code, status, message, { legacy: { domain: "global", reason: "backendError" }, headers });
}

/** https://docs.cloud.google.com/compute/api-quota */
function quota(
  code: number,
  status: string,
  { api, consumer }: Subject,
  headers: Readonly<Record<string, string>>,
): GoogleFailure {
  const message =
    `Quota exceeded for quota metric 'List requests' and limit 'List requests per minute' of service '${api}.googleapis.com' ` +
    `for consumer 'project_number:${consumer}'.`;
  return new GoogleFailure(code, status, message, {
    legacy: { domain: "usageLimits", reason: "rateLimitExceeded" },
    details: [
      errorInfo("RATE_LIMIT_EXCEEDED", "googleapis.com", {
        consumer: `projects/${consumer}`,
        service: `${api}.googleapis.com`,
        quota_metric: `${api}.googleapis.com/list_requests`,
      }),
    ],
    headers,
  });
}

function errorInfo(reason: string, domain: string, metadata: JsonObject): JsonObject {
  return { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain, metadata };
}
