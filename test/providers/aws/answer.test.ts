import { describe, expect, it } from "vitest";

import { type BodyForm, checkBody, toJson } from "../../../src/providers/aws/answer.ts";
import { MalformedAnswer } from "../../../src/providers/shared/answer.ts";

const xml: BodyForm = { kind: "xml", root: "DescribeVpcsResponse" };
const json: BodyForm = { kind: "json" };

describe("checkBody", () => {
  it.each([
    [
      xml,
      '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeVpcsResponse xmlns="http://x/"><vpcSet/></DescribeVpcsResponse>\n',
    ],
    [xml, "<DescribeVpcsResponse/>"],
    [json, '{"DetectorIds": []}'],
    [{ kind: "bytes" } as const, "<html>anything</html>"],
  ])("takes a whole answer (%j)", (form, body) => {
    expect(() => checkBody(body, form)).not.toThrow();
  });

  it.each([
    [xml, "<!DOCTYPE html>\n<html><body>no</body></html>", "an HTML page"],
    [json, "<html><body>no</body></html>", "an HTML page"],
    [xml, "<DescribeSubnetsResponse></DescribeSubnetsResponse>", "without the DescribeVpcsResponse element"],
    [xml, "<DescribeVpcsResponseX></DescribeVpcsResponseX>", "without the DescribeVpcsResponse element"],
    [xml, "", "without the DescribeVpcsResponse element"],
    [xml, "<DescribeVpcsResponse><vpcSet><item>", "cut off"],
    [xml, "<DescribeVpcsResponse><vpcSet/>", "cut off"],
    [xml, '<DescribeVpcsResponse xmlns="http://x', "cut off"],
    [json, '{"DetectorIds": [', "no JSON, or cut off"],
    [json, "", "no JSON, or cut off"],
    [json, "[]", "no JSON object"],
    [json, "null", "no JSON object"],
  ])("refuses what the SDK would read as an empty answer (%j %s)", (form, body, message) => {
    expect(() => checkBody(body, form)).toThrow(MalformedAnswer);
    expect(() => checkBody(body, form)).toThrow(message);
  });
});

describe("toJson", () => {
  it("gives dates as ISO 8601, bytes as base64, and leaves absent members out", () => {
    const value = {
      At: new Date("2025-01-02T03:04:05Z"),
      Raw: new Uint8Array([1, 2, 3]),
      No: undefined,
      Nested: [{ N: 1 }, null],
    };
    expect(toJson(value)).toEqual({ At: "2025-01-02T03:04:05.000Z", Raw: "AQID", Nested: [{ N: 1 }, null] });
  });

  it("keeps a member named __proto__ a member", () => {
    const value: unknown = JSON.parse('{"__proto__": {"polluted": true}}');
    expect(JSON.stringify(toJson(value))).toBe('{"__proto__":{"polluted":true}}');
  });

  it("gives null for what JSON has not", () => {
    expect(toJson([Number.NaN, Number.POSITIVE_INFINITY, new Date("never")])).toEqual([null, null, null]);
  });
});
