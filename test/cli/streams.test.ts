import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
let folder: string;
let dump: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-streams-"));
  dump = join(folder, "groups.json");
  // A report larger than any pipe holds.
  const groups = Array.from({ length: 300 }, (_, index) => ({
    GroupId: `sg-${index}`,
    OwnerId: "111122223333",
    IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    IpPermissionsEgress: [],
  }));
  await writeFile(dump, JSON.stringify({ SecurityGroups: groups }));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a scan of the dump in a shell, with `after` behind it: a pipe or a redirection. The exit code is the scan's own. */
function scan(after: string): { readonly code: string; readonly stderr: string } {
  const code = join(folder, "code");
  const line = `{ "$0" bin/rampart.js scan --import "$1" --format json --quiet --no-config; echo $? >"$2"; } ${after}`;
  const { stderr } = spawnSync("sh", ["-c", line, process.execPath, dump, code], { cwd: root, encoding: "utf8" });
  return { code: readFileSync(code, "utf8").trim(), stderr };
}

describe("stdout that takes no more", () => {
  it("a reader that stops early (`| head`) costs neither a stack trace nor the exit code", () => {
    expect(scan("| head -c 1 >/dev/null")).toEqual({ code: "3", stderr: "" });
  });

  it.skipIf(!existsSync("/dev/full"))("a full disk is one clear line and exit code 2", () => {
    const { code, stderr } = scan(">/dev/full");
    expect(code).toBe("2");
    expect(stderr).toMatch(/^rampart: stdout cannot be written: ENOSPC\. .*\n$/);
  });
});
