import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, parseJsonText } from "../../src/snapshot/json-text.ts";

const document = fc.oneof(
  fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary" })),
  fc.array(fc.jsonValue({ stringUnit: "binary" })),
);

describe("parseJsonText", () => {
  it("reads any documents written one after the other", () => {
    const separators = ["\n", "", " ", "\r\n\r\n", "\u001e", ",\n"];
    fc.assert(
      fc.property(fc.array(fc.tuple(document, fc.constantFrom(...separators), fc.constantFrom(0, 2))), (documents) => {
        const text = documents.map(([value, separator, indent]) => JSON.stringify(value, null, indent) + separator);
        expect(JSON.stringify(parseJsonText(text.join("")))).toBe(
          JSON.stringify({ documents: documents.map(([value]) => value), problems: [] }),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("never takes a document that is cut off for a whole one", () => {
    fc.assert(
      fc.property(document, fc.nat(), (value, at) => {
        const whole = JSON.stringify(value, null, 2);
        const text = whole.slice(0, at % whole.length);
        const { documents, problems } = parseJsonText(text);
        expect(documents).toEqual([]);
        expect(problems.map(({ kind }) => kind)).toEqual(text.trim() === "" ? [] : ["cut-off"]);
      }),
    );
  });

  it.each([
    {
      name: "a line that is cut off",
      text: '{"a":1}\n{"b":[1,2\n{"c":3}\n',
      documents: [{ a: 1 }, { c: 3 }],
      problems: ["2 cut-off"],
    },
    {
      name: "a line cut off in a string",
      text: '{"a":"x\n{"c":"}"}\n',
      documents: [{ c: "}" }],
      problems: ["1 cut-off"],
    },
    { name: "a broken document", text: '{"a":}\n{"c":3}', documents: [{ c: 3 }], problems: ["1 broken"] },
    { name: "words before JSON", text: 'Warning: x\n{"c":3}', documents: [{ c: 3 }], problems: ["1 broken"] },
    { name: "no JSON at all", text: "hello\nworld", documents: [], problems: ["1 broken"] },
    { name: "nothing", text: " \n", documents: [], problems: [] },
  ])("goes on after $name", ({ text, documents, problems }) => {
    const read = parseJsonText(text);
    expect(read.documents).toEqual(documents);
    expect(read.problems.map(({ line, kind }) => `${line} ${kind}`)).toEqual(problems);
  });

  it("stays quick on a text that is nothing but openings", () => {
    const { documents, problems } = parseJsonText("{\n".repeat(200_000));
    expect(documents).toEqual([]);
    expect(problems.length).toBeLessThanOrEqual(100);
  });
});

describe("decodeText", () => {
  const text = '{"Name":"Zürich 東京"}';
  const utf16 = Buffer.from(text, "utf16le");
  it.each([
    { name: "UTF-8", bytes: Buffer.from(text) },
    { name: "UTF-8 with a byte order mark", bytes: Buffer.from(`\ufeff${text}`) },
    { name: "UTF-16 as PowerShell writes it", bytes: Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]) },
    { name: "UTF-16 without a mark", bytes: utf16 },
    { name: "UTF-16, big end first", bytes: Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]) },
    { name: "UTF-16, big end first, without a mark", bytes: Buffer.from(utf16).swap16() },
  ])("reads $name", ({ bytes }) => {
    expect(decodeText(bytes)).toBe(text);
  });
});
