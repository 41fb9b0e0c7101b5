import { describe, expect, it } from "vitest";

import { classify } from "../../../src/providers/aws/errors.ts";
import { findAwsOperation } from "../../../src/providers/aws/operations.ts";
import type { CallCircumstances } from "../../../src/providers/shared/call.ts";

const around: CallCircumstances = { interrupted: false, late: false, timeoutMs: 30_000, maxAttempts: 5 };

function failed(name: string, httpStatusCode: number | null, message = "", more: object = {}): Error {
  const $metadata = httpStatusCode === null ? {} : { httpStatusCode };
  return Object.assign(new Error(message), { name, $metadata }, more);
}

function classified(error: unknown, id = "ec2:DescribeVpcs", circumstances = around) {
  const operation = findAwsOperation(id);
  if (operation === undefined) throw new Error(`no operation ${id}`);
  return classify(error, operation, circumstances);
}

describe("classify", () => {
  it.each([
    ["UnauthorizedOperation", 403, "denied"],
    ["AccessDenied", 403, "denied"],
    ["AccessDeniedException", 400, "denied"],
    ["AuthFailure", 401, "denied"],
    ["UnrecognizedClientException", 403, "denied"],
    ["ExpiredToken", 400, "denied"],
    ["WhoKnows", 403, "denied"],
    ["RequestLimitExceeded", 503, "throttled"],
    ["Throttling", 400, "throttled"],
    ["TooManyRequestsException", 429, "throttled"],
    ["WhoKnows", 429, "throttled"],
    ["InternalError", 500, "unreachable"],
    ["ServiceUnavailable", 503, "unreachable"],
    ["OptInRequired", 403, "disabled"],
    ["SubscriptionRequiredException", 400, "disabled"],
    ["InvalidAction", 400, "malformed"],
    ["InvalidParameterValue", 400, "malformed"],
    ["SyntaxError", 200, "malformed"],
    ["SyntaxError", null, "malformed"],
  ] as const)("%s with status %s is %s", (name, status, expected) => {
    expect(classified(failed(name, status)).status).toBe(expected);
  });

  it.each(["ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EPIPE"])(
    "%s is unreachable",
    (code) => {
      expect(classified(failed("TimeoutError", null, "", { code }))).toMatchObject({ status: "unreachable", code });
    },
  );

  it.each([
    ["NoSuchKey", 404, "disabled", "the file does not exist (NoSuchKey)"],
    ["NoSuchBucket", 404, "disabled", "the bucket of the file does not exist (NoSuchBucket)"],
    ["InvalidObjectState", 403, "unreachable", "the file is archived and cannot be had (InvalidObjectState)"],
  ] as const)("%s of a list's file with status %s is %s", (name, httpStatus, status, error) => {
    expect(classified(failed(name, httpStatus), "s3:GetObject")).toMatchObject({ status, error });
  });

  it("blames a configured address that is none for itself, not the answer", () => {
    const error = Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL" });
    expect(classified(error)).toMatchObject({ status: "unreachable", error: expect.stringContaining("endpoint_url") });
  });

  it("names the permission, and the kind of policy that decided", () => {
    const message =
      "User: arn:aws:iam::1:user/x is not authorized to perform: ec2:DescribeVpcs with an explicit deny in a service control policy. Encoded authorization failure message: aBcDeF";
    expect(classified(failed("UnauthorizedOperation", 403, message)).error).toBe(
      "denied (UnauthorizedOperation); it needs the permission ec2:DescribeVpcs; with an explicit deny in a service control policy",
    );
  });

  it("takes an operation's own words for nothing to read", () => {
    const error = failed("BadRequestException", 400);
    expect(classified(error, "guardduty:DescribeOrganizationConfiguration").status).toBe("disabled");
    expect(classified(error, "guardduty:GetDetector").status).toBe("malformed");
  });

  it("tells a call that was called off from one that was late", () => {
    expect(classified(new Error("aborted"), "ec2:DescribeVpcs", { ...around, interrupted: true }).status).toBe(
      "skipped",
    );
    expect(classified(new Error("aborted"), "ec2:DescribeVpcs", { ...around, late: true })).toMatchObject({
      status: "unreachable",
      error: "no answer within 150 s",
    });
  });

  it("gives one line without control characters or encoded messages, of a bounded length", () => {
    const message = `bad\u001b[31m\nvalue\u202e ${"x".repeat(1_000)} Encoded authorization failure message: s3cr3t`;
    const { error } = classified(failed("InvalidParameterValue", 400, message));
    expect(error).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(error.length).toBeLessThanOrEqual(300);
    expect(error).not.toContain("s3cr3t");
  });
});
