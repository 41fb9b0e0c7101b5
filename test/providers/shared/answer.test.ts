import { describe, expect, it } from "vitest";

import {
  distinctPage,
  isHtmlPage,
  MalformedAnswer,
  nextToken,
  parseJsonObject,
} from "../../../src/providers/shared/answer.ts";

describe("pages", () => {
  it.each([undefined, null, "", 7])("end where there is no token: %o", (token) => {
    expect(nextToken(token, new Set())).toBeUndefined();
  });

  it("that a token leads back to are no answer, even when they are empty", () => {
    const seen = new Set<string>();
    expect(nextToken("a", seen)).toBe("a");
    expect(nextToken("b", seen)).toBe("b");
    expect(() => nextToken("a", seen)).toThrow(MalformedAnswer);
  });

  it("that come again under another token are no answer; two that are empty are", () => {
    const seen = new Set<string>();
    const page = [{ id: "1" }];
    expect(distinctPage(page, seen)).toBe(page);
    expect(distinctPage([], seen)).toEqual([]);
    expect(distinctPage([], seen)).toEqual([]);
    expect(distinctPage([{ id: "2" }], seen)).toHaveLength(1);
    expect(() => distinctPage([{ id: "1" }], seen)).toThrow(MalformedAnswer);
  });
});

describe("a body", () => {
  it.each([
    ["{}", {}],
    ['{"a":{"__proto__":1}}', JSON.parse('{"a":{"__proto__":1}}')],
    ['\n{"value":[]} ', { value: [] }],
  ])("%s is a JSON object, as it is", (text, expected) => {
    expect(parseJsonObject(text)).toEqual(expected);
    expect(JSON.stringify(parseJsonObject(text))).toBe(text.trim());
  });

  it.each([
    ['{"value":[', true],
    ["", true],
    ["[]", false],
    ["null", false],
    ['"text"', false],
  ])("%o is none; worth another attempt: %s", (text, worthRetrying) => {
    let thrown: unknown;
    try {
      parseJsonObject(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MalformedAnswer);
    expect(thrown).toMatchObject({ worthRetrying });
  });

  it.each([
    ["<!DOCTYPE html><html></html>", true],
    ["  <HTML lang='en'>", true],
    ['{"note":"<html>"}', false],
    ["<htmlish/>", false],
    ["<DescribeVpcsResponse/>", false],
  ])("%s is an HTML page: %s", (text, expected) => {
    expect(isHtmlPage(text)).toBe(expected);
  });
});
