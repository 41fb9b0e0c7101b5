import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/error.ts";
import { importFiles } from "../../src/snapshot/import.ts";
import type { Recogniser } from "../../src/snapshot/import.ts";

/** Node itself has no way to make one. */
const makePipe = "mkfifo";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rampart-import-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(name: string, content: string | Uint8Array): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Takes every object that has a member `id`, and records where it was. */
const idRecogniser: Recogniser = {
  cloud: "gcp",
  recognise: ({ documents }, sink) => {
    const known = documents.filter(({ value }) => typeof value === "object" && value !== null && "id" in value);
    for (const { path, value } of known) {
      sink.record({
        cloud: "gcp",
        account: "a",
        region: "r",
        operation: "x:List",
        data: { value, name: path.at(-1) ?? "" },
      });
    }
    return new Set(known);
  },
};

async function idsIn(...paths: readonly string[]): Promise<unknown[]> {
  const { records } = await importFiles(paths.length === 0 ? [root] : paths, [idRecogniser]);
  return records.map(({ data }) => data["value"]);
}

describe("importFiles", () => {
  it("reads files of any name at any depth, several documents in one, plain or gzip", async () => {
    put("a.json", '{"id":1}');
    put("b/c/without-extension", '{"id":2}\n{"id":3}');
    put("b/packed", gzipSync('{"id":4}'));
    put("z.json", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{"id":5}', "utf16le")]));
    expect(await idsIn()).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })));
  });

  it("takes no line of a snapshot for an answer, and says what reads it", async () => {
    const path = put("estate.jsonl", '{"kind":"header","format":"rampart-snapshot","version":1}\n{"id":1}\n{"cut');
    await expect(idsIn(path)).rejects.toThrow(/estate\.jsonl: a Rampart snapshot, which --snapshot reads\./);
    put("a.json", '{"id":2}');
    const { records, notes } = await importFiles([root], [idRecogniser]);
    expect(records.map(({ data }) => data["value"])).toEqual([{ id: 2 }]);
    expect(notes).toEqual([expect.stringMatching(/1 file in .* is a Rampart snapshot, which --snapshot reads/)]);
  });

  it("undoes percent-encoding in names, and leaves names alone that are not encoded", async () => {
    put("arn%3Aaws%3Aec2", '{"id":1}');
    put("100%", '{"id":2}');
    const { records } = await importFiles([root], [idRecogniser]);
    expect(records.map(({ data }) => data["name"])).toEqual(["100%", "arn:aws:ec2"]);
  });

  it("reads each file once, whatever the order and however often it is named", async () => {
    const [a, b] = [put("x/a.json", '{"id":1}'), put("x/b.json", '{"id":2}')];
    symlinkSync(join(root, "x"), join(root, "x", "loop"));
    const expected = await idsIn(a, b);
    expect(await idsIn(b, a)).toEqual(expected);
    expect(await idsIn(root, b, a, join(root, "x"))).toEqual(expected);
    expect(expected).toHaveLength(2);
  });

  it("does not wait for what is no file: a pipe by name is refused, in a folder it is told", async () => {
    const pipe = join(root, "pipe");
    execFileSync(makePipe, [pipe]);
    symlinkSync(pipe, join(root, "link"));
    put("a.json", '{"id":1}');
    await expect(importFiles([pipe], [idRecogniser])).rejects.toThrow(
      new UsageError(`Cannot import ${pipe}: it is a pipe, not a file. Write the answers to a file and name that.`),
    );
    const { notes, records } = await importFiles([root], [idRecogniser]);
    expect(records).toHaveLength(1);
    expect(notes.join("\n")).toMatch(/link is a pipe, not a file[^]*pipe is a pipe, not a file/);
  });

  it("says what it did not use: all in `unused`, shortened in the notes", async () => {
    put("good.json", '{"id":1}');
    put("readme.txt", "hello");
    put("empty.json", "");
    put("other.json", '{"else":1}');
    for (let index = 0; index < 100; index += 1) {
      put(`idle/deep/${index}.json`, "{}");
    }
    const { unused, notes } = await importFiles([root], [idRecogniser]);
    expect(unused).toHaveLength(103);
    expect(unused.filter(({ reason }) => reason === "not JSON").map(({ file }) => file)).toEqual(
      ["empty.json", "readme.txt"].map((name) => join(root, name)),
    );
    expect(notes.map((note) => note.replaceAll(root, "ROOT"))).toEqual([
      "101 files in ROOT/ hold nothing that Rampart reads: idle/ (100 files), other.json.",
      "2 files in ROOT/ are not JSON: empty.json, readme.txt.",
    ]);
  });

  it.each([
    {
      name: "cut off",
      content: '{"id":1}\n{"id":2, "list": [',
      says: "is cut off: the JSON that begins at line 2 never ends.",
    },
    { name: "broken", content: '{"id":1}\n{"id":}', says: "is not valid JSON from line 2 on." },
    {
      name: "nested beyond reason",
      content: `{"id":1}${"[".repeat(5000)}${"]".repeat(5000)}`,
      says: "is nested deeper than",
    },
    { name: "no gzip after all", content: Buffer.from([0x1f, 0x8b, 0, 1, 2]), says: "could not be read:" },
    { name: "too large", content: " ".repeat(2000), says: "is larger than" },
    { name: "too large once unpacked", content: gzipSync(" ".repeat(2000)), says: "is larger than" },
  ])("names a file that is $name, and reads the rest", async ({ content, says }) => {
    put("good.json", '{"id":0}');
    const bad = put("bad", content);
    const options = says === "is larger than" ? { limits: { fileBytes: 1000 } } : {};
    const { notes, records } = await importFiles([root], [idRecogniser], options);
    expect(notes.find((note) => note.startsWith(bad))).toContain(says);
    expect(records.length).toBeGreaterThan(0);
  });

  it("names a link that leads nowhere, and reads the rest", async () => {
    put("good.json", '{"id":1}');
    symlinkSync(join(root, "gone"), join(root, "link.json"));
    const { notes, records } = await importFiles([root], [idRecogniser]);
    expect(notes).toEqual([expect.stringMatching(/link\.json could not be read: /)]);
    expect(records).toHaveLength(1);
  });

  it.each([
    { name: "a path that does not exist", files: {}, path: "nowhere", says: /nowhere: it does not exist/ },
    { name: "an empty folder", files: {}, path: "", says: /There is no file/ },
    {
      name: "nothing but other things",
      files: { "x.json": "{}" },
      path: "",
      says: /Nothing in .*x\.json: not recognised/,
    },
    { name: "a dump that is cut off", files: { "x.json": '{"id":' }, path: "x.json", says: /x\.json is cut off/ },
  ])("refuses $name", async ({ files, path, says }) => {
    Object.entries(files).forEach(([name, content]) => put(name, content));
    const error: unknown = await importFiles([join(root, path)], [idRecogniser]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(says);
  });
});
