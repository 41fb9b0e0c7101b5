import { describe, expect, it } from "vitest";

import { AzureError } from "../../../src/providers/azure/clients.ts";
import { classify, isPassing, saysGone } from "../../../src/providers/azure/errors.ts";
import { findAzureOperation } from "../../../src/providers/azure/operations.ts";
import { MalformedAnswer } from "../../../src/providers/shared/answer.ts";
import type { CallCircumstances } from "../../../src/providers/shared/call.ts";

const around: CallCircumstances = { interrupted: false, late: false, timeoutMs: 30_000, maxAttempts: 5 };
const nsgs = "Microsoft.Network/networkSecurityGroups/read";

function classified(error: unknown, id = nsgs, circumstances = around) {
  const operation = findAzureOperation(id);
  if (operation === undefined) throw new Error(`no operation ${id}`);
  return classify(error, operation, circumstances);
}

function named(name: string, message = "", more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

describe("classify", () => {
  it.each([
    [403, "AuthorizationFailed", "denied"],
    [403, "RequestDisallowedByPolicy", "denied"],
    [401, "InvalidAuthenticationTokenTenant", "denied"],
    [404, "SubscriptionNotFound", "denied"],
    [409, "MissingSubscriptionRegistration", "disabled"],
    [400, "Subscription Not Registered", "disabled"],
    [429, "status 429", "throttled"],
    [409, "ResourceCollectionRequestsThrottled", "throttled"],
    [500, "InternalServerError", "unreachable"],
    [503, "status 503", "unreachable"],
    [404, "InvalidResourceType", "malformed"],
    [400, "NoRegisteredProviderFound", "malformed"],
    [404, "NotFound", "malformed"],
    [302, "status 302", "malformed"],
  ] as const)("%i %s is %s", (status, code, expected) => {
    expect(classified(new AzureError(status, code, "why", null)).status).toBe(expected);
  });

  it("never takes a subscription listing for switched off", () => {
    const error = new AzureError(409, "MissingSubscriptionRegistration", "", null);
    expect(classified(error, "Microsoft.Resources/subscriptions/read").status).toBe("malformed");
  });

  it("names the API version that a cloud does not know, so that nobody takes it for an empty answer", () => {
    expect(classified(new AzureError(404, "InvalidResourceType", "", null)).error).toMatch(
      /does not know it in API version \d/,
    );
  });

  it.each([
    ["AuthenticationRequiredError", "invalid_client: AADSTS7000215: Invalid client secret", "denied", "AADSTS7000215"],
    ["CredentialUnavailableError", "ERROR: AADSTS700082: The refresh token has expired.", "denied", "AADSTS700082"],
    ["AuthenticationRequiredError", "temporarily_unavailable: AADSTS90033: transient", "unreachable", "AADSTS90033"],
    ["AuthenticationRequiredError", "network_error: See https://aka.ms/", "unreachable", "AuthenticationRequiredError"],
    ["CredentialUnavailableError", "endpoints_resolution_error: See", "unreachable", "CredentialUnavailableError"],
    ["CredentialUnavailableError", "EnvironmentCredential is unavailable.", "denied", "CredentialUnavailableError"],
  ] as const)("a sign-in: %s, %s", (name, message, status, code) => {
    expect(classified(named(name, message))).toMatchObject({ status, code });
  });

  it.each([
    [
      "nothing is there to sign in with",
      ["Azure CLI could not be found.", "ManagedIdentityCredential: Network unreachable. Message: network_error: See"],
      "denied",
    ],
    [
      "Entra refused one of them",
      ["EnvironmentCredential is unavailable.", "ERROR: AADSTS50173: The grant expired"],
      "denied",
    ],
    [
      "one of them could not reach Entra",
      ["endpoints_resolution_error: See", "Azure CLI could not be found."],
      "unreachable",
    ],
  ] as const)("a chain of sign-ins of which %s", (_what, messages, status) => {
    const errors = messages.map((message) => named("CredentialUnavailableError", message));
    const error = named("AggregateAuthenticationError", `ChainedTokenCredential failed.\n${messages.join("\n")}`, {
      errors,
    });
    expect(classified(error).status).toBe(status);
  });

  it.each([
    ["ECONNREFUSED", "unreachable"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "unreachable"],
    ["PARSE_ERROR", "unreachable"],
    ["WHAT_EVER", "malformed"],
  ])("a connection: %s", (code, status) => {
    expect(classified(named("RestError", "", { code })).status).toBe(status);
  });

  it("keeps what an error says to one line, and secrets out of what a sign-in says", () => {
    expect(classified(new AzureError(418, "Odd\nCode", "line\none\u0000two", null)).error).not.toMatch(/[\n\0]/);
    const leak = named("AuthenticationRequiredError", "AADSTS7000215 client_secret=hush-hush");
    expect(JSON.stringify(classified(leak))).not.toContain("hush");
  });

  it("says that a scan was called off before anything else, and that a call took too long", () => {
    expect(classified(named("AbortError"), nsgs, { ...around, interrupted: true, late: true }).status).toBe("skipped");
    expect(classified(named("AbortError"), nsgs, { ...around, late: true })).toMatchObject({
      status: "unreachable",
      error: "no answer within 150 s",
    });
  });
});

describe("what is worth another attempt", () => {
  it.each([
    [new AzureError(429, "TooManyRequests", "", 1000), true],
    [new AzureError(503, "ServerTimeout", "", null), true],
    [new AzureError(403, "AuthorizationFailed", "", null), false],
    [new MalformedAnswer("no JSON, or cut off", true), true],
    [new MalformedAnswer("an HTML page"), false],
    [named("AbortError"), true],
    [named("RestError", "", { code: "ECONNRESET" }), true],
    [named("AuthenticationRequiredError", "AADSTS7000215"), false],
  ])("%s: %s", (error, expected) => {
    expect(isPassing(error)).toBe(expected);
  });
});

describe("what says that a parent is gone", () => {
  it.each([
    [404, "ResourceNotFound", true],
    [404, "ParentResourceNotFound", true],
    [404, "InvalidResourceType", false],
    [404, "SubscriptionNotFound", false],
    [403, "ResourceNotFound", false],
  ])("%i %s: %s", (status, code, expected) => {
    expect(saysGone(new AzureError(status, code, "", null))).toBe(expected);
  });
});
