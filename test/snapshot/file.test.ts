import { mkdtempSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/error.ts";
import type { Snapshot, SnapshotSink, VendorObject } from "../../src/snapshot/record.ts";
import { readSnapshot } from "../../src/snapshot/read.ts";
import { memorySink, replay, teeSink } from "../../src/snapshot/sinks.ts";
import { openSnapshotWriter } from "../../src/snapshot/write.ts";
import { snapshotArbitrary } from "./arbitraries.ts";

const startedAt = "2026-01-02T03:04:05.678Z";
const finishedAt = "2026-01-02T03:05:00.000Z";
const header = { tool: { name: "rampart", version: "1.2.3" }, startedAt };

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rampart-snapshot-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const target = { cloud: "aws", account: "111122223333", region: "eu-west-1" } as const;
const group = { GroupId: "sg-1", IpPermissions: [{ IpProtocol: "-1" }] };

function fill(sink: SnapshotSink): void {
  sink.target({ ...target, name: "prod", status: "scanned", note: null });
  sink.record({ ...target, operation: "ec2:DescribeSecurityGroups", data: group });
  sink.record({
    ...target,
    operation: "ec2:GetManagedPrefixListEntries",
    request: { PrefixListId: "pl-1" },
    data: { Cidr: "203.0.113.0/24" },
  });
  sink.coverage({ ...target, operation: "ec2:DescribeSecurityGroups", status: "complete", items: 1, error: null });
  sink.coverage({
    ...target,
    operation: "ec2:GetManagedPrefixListEntries",
    status: "denied",
    items: 1,
    error: "AccessDenied",
    gaps: [{ request: { PrefixListId: "pl-2" }, status: "denied", error: "AccessDenied" }],
  });
  sink.note("account 444455556666 is suspended");
}

/** Little enough to try every byte. */
function fillBriefly(sink: SnapshotSink): void {
  sink.record({ ...target, operation: "ec2:DescribeVpcs", data: { VpcId: "vpc-1" } });
}

async function save(name: string, write: (sink: SnapshotSink) => void = fill): Promise<string> {
  const path = join(folder, name);
  const writer = openSnapshotWriter(path, header);
  write(writer);
  await writer.end(finishedAt);
  return path;
}

function refusal(path: string): Promise<string> {
  return readSnapshot(path).then(
    () => "it was read",
    (error: unknown) => (error instanceof UsageError ? error.message : `not a UsageError: ${String(error)}`),
  );
}

describe("a snapshot file", () => {
  it.each(["plain.jsonl", "packed.jsonl.gz"])("gives back what was written (%s)", async (name) => {
    const memory = memorySink("snapshot", startedAt);
    const path = await save(name, (sink) => fill(teeSink(sink, memory)));
    expect(await readSnapshot(path)).toEqual(memory.finish(finishedAt));
    expect(
      readFileSync(path)
        .subarray(0, 2)
        .equals(Buffer.from([0x1f, 0x8b])),
    ).toBe(name.endsWith(".gz"));
  });

  it("is known as gzip by its content, whatever its name", async () => {
    const path = await save("renamed.jsonl.gz");
    const other = join(folder, "renamed.jsonl");
    writeFileSync(other, readFileSync(path));
    expect((await readSnapshot(other)).records).toHaveLength(2);
  });

  it("may be read by its owner alone", async () => {
    expect(statSync(await save("mode.jsonl")).mode & 0o777).toBe(0o600);
  });

  it("starts with a header line and ends with counts and digest", async () => {
    const lines = readFileSync(await save("lines.jsonl"), "utf8").split("\n");
    expect(JSON.parse(lines[0] ?? "")).toEqual({ kind: "header", format: "rampart-snapshot", version: 1, ...header });
    expect(JSON.parse(lines.at(-2) ?? "")).toMatchObject({
      kind: "end",
      finishedAt,
      counts: { target: 1, record: 2, coverage: 2, note: 1 },
    });
    expect(lines.at(-1)).toBe("");
  });

  it("holds anything that JSON can hold", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(snapshotArbitrary, fc.boolean(), async (snapshot, gzip) => {
        run += 1;
        const path = join(folder, `any-${run}.jsonl${gzip ? ".gz" : ""}`);
        const writer = openSnapshotWriter(path, { ...header, startedAt: snapshot.startedAt });
        replay(snapshot, writer);
        await writer.end(snapshot.finishedAt);
        const read = await readSnapshot(path);
        rmSync(path);
        expect(JSON.stringify(read)).toBe(JSON.stringify({ ...snapshot, source: "snapshot" } satisfies Snapshot));
      }),
      { numRuns: 60 },
    );
  });

  it.each(["huge.jsonl", "huge.jsonl.gz"])("holds records larger than any buffer on the way (%s)", async (name) => {
    const text = "é".repeat(3_000_000);
    const data: VendorObject = JSON.parse(`{"text":${JSON.stringify(text)},"__proto__":{"polluted":true}}`);
    const path = await save(name, (sink) => sink.record({ ...target, operation: "x:Y", data }));
    const [record] = (await readSnapshot(path)).records;
    expect(record?.data["text"] === text).toBe(true);
    expect(Object.keys(record?.data ?? {})).toContain("__proto__");
    expect("polluted" in {}).toBe(false);
  });
});

describe("a snapshot that is being written", () => {
  it("leaves an older file whole until the new one is", async () => {
    const path = await save("replaced.jsonl");
    const writer = openSnapshotWriter(path, header);
    writer.note("only this");
    expect((await readSnapshot(path)).records).toHaveLength(2);
    await writer.end(finishedAt);
    expect((await readSnapshot(path)).notes).toEqual(["only this"]);
    expect(existsSync(writer.partialPath)).toBe(false);
  });

  it("leaves what it read in the partial file when it is given up, and that file is refused as cut off", async () => {
    const path = join(folder, "given-up.jsonl");
    const writer = openSnapshotWriter(path, header);
    fill(writer);
    writer.abort();
    writer.abort();
    expect(existsSync(path)).toBe(false);
    expect(readFileSync(writer.partialPath, "utf8").trimEnd().split("\n")).toHaveLength(7);
    expect(await refusal(writer.partialPath)).toContain("cut off");
  });

  it("leaves nothing when it is given up before anything was read", () => {
    const path = join(folder, "nothing.jsonl");
    openSnapshotWriter(path, header).abort();
    expect(readdirSync(folder).filter((name) => name.startsWith("nothing"))).toEqual([]);
  });

  it("goes to the disk as it is read, so that a killed process loses little", () => {
    const writer = openSnapshotWriter(join(folder, "killed.jsonl"), header);
    for (let index = 0; index < 2000; index += 1) {
      writer.record({ ...target, operation: "ec2:DescribeSecurityGroups", data: { ...group, GroupId: `sg-${index}` } });
    }
    // As after kill -9: nobody ends or aborts it.
    const lines = readFileSync(writer.partialPath, "utf8").split("\n").slice(0, -1);
    expect(lines.length).toBeGreaterThan(1000);
    expect(() => lines.forEach((line) => JSON.parse(line))).not.toThrow();
    writer.abort();
  });

  it("does not mix with another run's", async () => {
    const path = join(folder, "two-runs.jsonl");
    const first = openSnapshotWriter(path, header);
    const second = openSnapshotWriter(path, header);
    first.note("first");
    second.note("second");
    await expect(first.end(finishedAt)).rejects.toThrow(/another process replaced/);
    await second.end(finishedAt);
    expect((await readSnapshot(path)).notes).toEqual(["second"]);
  });

  it.each([
    { what: "a folder that does not exist", path: "missing/x.jsonl", says: /Cannot write the snapshot .*missing/ },
    { what: "a folder's own name", path: "", says: /it is a folder/ },
  ])("refuses $what at once", ({ path, says }) => {
    const open = (): unknown => openSnapshotWriter(join(folder, path), header);
    expect(open).toThrow(UsageError);
    expect(open).toThrow(says);
  });
});

describe("a snapshot that is not whole", () => {
  it("is refused at every length", async () => {
    const bytes = readFileSync(await save("cut.jsonl", fillBriefly));
    const path = join(folder, "cut-short.jsonl");
    for (let length = 0; length < bytes.length; length += 1) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(await refusal(path), `${length} of ${bytes.length} bytes`).toMatch(
        /cut-short\.jsonl.*(cut off|not a Rampart)/,
      );
    }
  });

  it("is refused with any byte changed", async () => {
    const bytes = readFileSync(await save("flip.jsonl", fillBriefly));
    const path = join(folder, "flipped.jsonl");
    for (let at = 0; at < bytes.length; at += 1) {
      for (const change of [1, 0x20]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ change;
        writeFileSync(path, changed);
        expect(await refusal(path), `byte ${at} ^ ${change}`).toContain("flipped.jsonl");
      }
    }
  });

  it("is refused as gzip, cut off or changed, unless its content is the same", async () => {
    const bytes = readFileSync(await save("pack.jsonl.gz", fillBriefly));
    const whole = JSON.stringify(await readSnapshot(join(folder, "pack.jsonl.gz")));
    const path = join(folder, "packed-badly.gz");
    for (let at = 0; at < bytes.length; at += 1) {
      writeFileSync(path, bytes.subarray(0, at));
      expect(await refusal(path), `${at} of ${bytes.length} bytes`).toContain("packed-badly.gz");
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(path, changed);
      const read = await readSnapshot(path).then(JSON.stringify, (error: unknown) => error);
      expect(read === whole || read instanceof UsageError, `byte ${at}`).toBe(true);
    }
  });

  const edits: readonly { what: string; edit: (lines: string[]) => string[]; says: RegExp }[] = [
    { what: "a record is removed", edit: (lines) => lines.toSpliced(2, 1), says: /digest does not match/ },
    {
      what: "two lines change places",
      edit: ([a = "", b = "", c = "", ...rest]) => [a, c, b, ...rest],
      says: /digest/,
    },
    { what: "a line is not JSON", edit: (lines) => lines.toSpliced(2, 0, "{"), says: /line 3: .*not valid JSON/ },
    {
      what: "a line is of no known kind",
      edit: (lines) => lines.toSpliced(2, 0, '{"kind":"x"}'),
      says: /line 3: malformed/,
    },
    { what: "something follows the end", edit: (lines) => lines.toSpliced(-1, 0, "{}"), says: /follows the end/ },
    {
      what: "text follows the end without a line end",
      edit: (lines) => lines.toSpliced(-1, 1, "x"),
      says: /follows the end/,
    },
    { what: "lines end as on Windows", edit: (lines) => lines.map((line) => `${line}\r`), says: /edited\.jsonl/ },
    {
      what: "it was written by a newer Rampart",
      edit: ([first = "", ...rest]) => [first.replace('"version":1', '"version":2'), ...rest],
      says: /newer Rampart \(1\.2\.3\).*Update Rampart/,
    },
    { what: "it is some CLI's JSON", edit: () => ['{"SecurityGroups": []}'], says: /not a Rampart snapshot.*--import/ },
    { what: "it is empty", edit: () => [""], says: /not a Rampart snapshot/ },
    { what: "it is no text at all", edit: () => ["\u0000".repeat(200_000)], says: /not a Rampart snapshot/ },
  ];
  it.each(edits)("is refused when $what", async ({ edit, says }) => {
    const lines = readFileSync(await save("edit.jsonl"), "utf8").split("\n");
    const path = join(folder, "edited.jsonl");
    writeFileSync(path, edit(lines).join("\n"));
    expect(await refusal(path)).toMatch(says);
  });

  it("is refused when the counts lie, even under a digest that is right", async () => {
    const { createHash } = await import("node:crypto");
    const text = readFileSync(await save("count.jsonl"), "utf8").replace(
      '"counts":{"target":1',
      '"counts":{"target":2',
    );
    const start = text.slice(0, text.lastIndexOf('"sha256":"') + '"sha256":"'.length);
    const path = join(folder, "counted.jsonl");
    writeFileSync(path, `${start}${createHash("sha256").update(start).digest("hex")}"}\n`);
    expect(await refusal(path)).toMatch(/counts other target lines/);
  });

  it("is refused when it does not exist or is a folder", async () => {
    expect(await refusal(join(folder, "nowhere.jsonl"))).toMatch(/nowhere\.jsonl does not exist/);
    expect(await refusal(folder)).toMatch(/cannot be read/);
  });

  it("is refused as gzip of something else", async () => {
    const path = join(folder, "else.gz");
    writeFileSync(path, gzipSync("hello"));
    expect(gunzipSync(readFileSync(path)).toString()).toBe("hello");
    expect(await refusal(path)).toMatch(/not a Rampart snapshot/);
  });
});
