import { describe, expect, it } from "vitest";

import { classify, isPassing, saysGone } from "../../../src/providers/gcp/errors.ts";
import { GoogleError, readGoogleError } from "../../../src/providers/gcp/google-error.ts";
import { findGcpOperation } from "../../../src/providers/gcp/operations.ts";
import { signInCodes, signInFailure, SignInFailed } from "../../../src/providers/gcp/sign-in.ts";
import { MalformedAnswer } from "../../../src/providers/shared/answer.ts";
import type { CallCircumstances } from "../../../src/providers/shared/call.ts";

const around: CallCircumstances = { interrupted: false, late: false, timeoutMs: 30_000, maxAttempts: 5 };
const routes = "compute.routes.list";

function classified(error: unknown, circumstances = around, projects = ["projects/p", "projects/1"]) {
  const operation = findGcpOperation(routes);
  if (operation === undefined) throw new Error(`no operation ${routes}`);
  return classify(error, { operation, projects }, circumstances);
}

function google(status: number, code: string, consumer: string | null = null, retryAfterMs: number | null = null) {
  return new GoogleError(status, code, "why", { consumer, retryAfterMs });
}

function named(name: string, message = "", more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

describe("classify", () => {
  it.each([
    [403, "forbidden", "denied"],
    [403, "IAM_PERMISSION_DENIED", "denied"],
    [403, "PERMISSION_DENIED", "denied"],
    [403, "USER_PROJECT_DENIED", "denied"],
    [403, "SECURITY_POLICY_VIOLATED", "denied"],
    [401, "ACCESS_TOKEN_EXPIRED", "denied"],
    [404, "notFound", "denied"],
    [429, "status 429", "throttled"],
    [429, "RATE_LIMIT_EXCEEDED", "throttled"],
    [403, "rateLimitExceeded", "throttled"],
    [403, "userRateLimitExceeded", "throttled"],
    [403, "quotaExceeded", "throttled"],
    [500, "backendError", "unreachable"],
    [503, "status 503", "unreachable"],
    [400, "resourceNotReady", "malformed"],
    [404, "status 404", "malformed"],
    [302, "status 302", "malformed"],
  ] as const)("%i %s is %s", (status, code, expected) => {
    expect(classified(google(status, code)).status).toBe(expected);
  });

  it.each([
    ["the project that was asked about, by number", "projects/1", "disabled"],
    ["the project that was asked about, by id", "projects/p", "disabled"],
    ["another one, which says nothing of this", "projects/2", "denied"],
    ["one that is not told", null, "denied"],
  ] as const)("an API that is switched off in %s: %s", (_where, consumer, expected) => {
    for (const code of ["SERVICE_DISABLED", "accessNotConfigured"]) {
      expect(classified(google(403, code, consumer)).status).toBe(expected);
    }
    expect(classified(google(403, "SERVICE_DISABLED", consumer), around, []).status).toBe("denied");
  });

  it("names the permission, and what else may be done", () => {
    expect(classified(google(403, "forbidden")).error).toBe(
      "denied (forbidden); it needs the permission compute.routes.list",
    );
    expect(classified(google(403, "SERVICE_DISABLED", "projects/2")).error).toMatch(
      /^the API compute.googleapis.com is switched off in projects\/2 \(SERVICE_DISABLED\): switch it on there, or set/,
    );
    expect(classified(google(403, "USER_PROJECT_DENIED")).error).toContain("roles/serviceusage.serviceUsageConsumer");
    expect(classified(google(403, "vpcServiceControls")).error).toContain("a perimeter of VPC Service Controls");
  });

  it.each([
    [signInCodes.none, null, "denied"],
    [signInCodes.file, null, "denied"],
    [signInCodes.universe, null, "denied"],
    ["invalid_grant", 400, "denied"],
    ["PERMISSION_DENIED", 403, "denied"],
    ["status 404", 404, "denied"],
    [signInCodes.noToken, 200, "malformed"],
    ["rate_limit_exceeded", 429, "throttled"],
    ["internal_failure", 500, "unreachable"],
    ["ECONNREFUSED", null, "unreachable"],
    ["status 302", 302, "unreachable"],
  ] as const)("a sign-in: %s, %s is %s", (code, status, expected) => {
    expect(classified(new SignInFailed(code, status, null))).toMatchObject({ status: expected, code });
  });

  it.each([
    ["ECONNREFUSED", "unreachable"],
    ["ERR_STREAM_PREMATURE_CLOSE", "unreachable"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "unreachable"],
    ["TimeoutError", "unreachable"],
    ["WHAT_EVER", "malformed"],
  ])("a connection: %s is %s", (code, status) => {
    expect(classified(named("GaxiosError", "", { code })).status).toBe(status);
  });

  it("keeps what an error says to one line", () => {
    const error = new GoogleError(418, "Odd\nCode", "line\none\u0000two", { consumer: null, retryAfterMs: null });
    expect(classified(error).error).not.toMatch(/[\n\0]/);
  });

  it("says that a scan was called off before anything else, and that a call took too long", () => {
    expect(classified(named("AbortError"), { ...around, interrupted: true, late: true }).status).toBe("skipped");
    expect(classified(named("AbortError"), { ...around, late: true })).toMatchObject({
      status: "unreachable",
      error: "no answer within 150 s",
    });
  });
});

describe("what Google's errors say", () => {
  const info = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "SERVICE_DISABLED",
    metadata: { consumer: "projects/7" },
  };
  it.each([
    ["the reason of newer APIs", { status: "PERMISSION_DENIED", details: [info] }, "SERVICE_DISABLED", "projects/7"],
    [
      "which goes before that of older ones",
      { errors: [{ reason: "x" }], details: [info] },
      "SERVICE_DISABLED",
      "projects/7",
    ],
    [
      "the reason of older ones, with the project in words",
      { errors: [{ reason: "accessNotConfigured" }], message: "has not been used in project 8 before or it is" },
      "accessNotConfigured",
      "projects/8",
    ],
    ["the canonical code where there is no reason", { status: "NOT_FOUND" }, "NOT_FOUND", null],
    ["the status where there is nothing", {}, "status 403", null],
    ["nor in something else", { details: "x", errors: [7], message: {} }, "status 403", null],
  ] as const)("%s", (_what, error, code, consumer) => {
    expect(readGoogleError(403, JSON.stringify({ error }), null)).toMatchObject({ status: 403, code, consumer });
  });

  it.each(["", "<not html", "[1]", '{"error":"x"}'])("the status where the body is %j", (body) => {
    expect(readGoogleError(503, body, 7)).toMatchObject({ status: 503, code: "status 503", retryAfterMs: 7 });
  });

  it("nothing on an HTML page, but for gateways that are overloaded", () => {
    expect(readGoogleError(404, "<!DOCTYPE html>", null)).toBeInstanceOf(MalformedAnswer);
    expect(readGoogleError(502, "<html>", null)).toMatchObject({ status: 502 });
  });
});

describe("what the auth library throws", () => {
  it.each([
    [new Error("Could not load the default credentials. Browse to ..."), signInCodes.none, null],
    [named("Error", "Unable to read the credential file"), signInCodes.file, null],
    [named("SyntaxError", "Unexpected token"), signInCodes.file, null],
    [named("GaxiosError", "", { response: { status: 400, data: { error: "invalid_grant" } } }), "invalid_grant", 400],
    [
      named("GaxiosError", "", { response: { status: 403, data: { error: { status: "PERMISSION_DENIED" } } } }),
      "PERMISSION_DENIED",
      403,
    ],
    [named("GaxiosError", "", { response: { status: 404, data: "<html>" } }), "status 404", 404],
    [named("GaxiosError", "", { config: {}, code: "ECONNRESET" }), "ECONNRESET", null],
    ["a text", "UnknownError", null],
  ])("%s", (error, code, status) => {
    expect(signInFailure(error)).toMatchObject({ code, status });
  });

  it("is told by its code alone", () => {
    const leak = named("GaxiosError", "assertion=hush-hush", { response: { status: 400, data: { error: "odd" } } });
    expect(classified(signInFailure(leak)).error).toBe("the sign-in failed (odd)");
    expect(signInFailure(leak).message).not.toContain("hush");
  });
});

describe("what is worth another attempt", () => {
  it.each([
    [google(429, "RATE_LIMIT_EXCEEDED", null, 1000), true],
    [google(403, "rateLimitExceeded"), true],
    [google(503, "backendError"), true],
    [google(403, "forbidden"), false],
    [google(404, "notFound"), false],
    [new MalformedAnswer("no JSON, or cut off", true), true],
    [new MalformedAnswer("an HTML page"), false],
    [named("GaxiosError", "", { code: "TimeoutError" }), true],
    [named("GaxiosError", "", { code: "ECONNRESET" }), true],
    [new SignInFailed("ECONNRESET", null, null), false],
  ])("%s: %s", (error, expected) => {
    expect(isPassing(error)).toBe(expected);
  });
});

describe("what says that something is gone", () => {
  it.each([
    [404, "notFound", true],
    [404, "NOT_FOUND", true],
    [404, "status 404", false],
    [403, "notFound", false],
  ])("%i %s: %s", (status, code, expected) => {
    expect(saysGone(google(status, code))).toBe(expected);
  });
});
