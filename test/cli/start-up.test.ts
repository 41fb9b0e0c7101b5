import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Runs rampart with a loader hook that prints every module it loads, and returns the SDK packages among them. */
function sdksLoadedBy(args: readonly string[]): readonly string[] {
  const hook = `
    import { registerHooks } from "node:module";
    registerHooks({ load(url, context, next) { if (/@aws-sdk|@azure|@google-cloud|google-auth-library/.test(url)) process._rawDebug("LOADED " + url); return next(url, context); } });
  `;
  const child = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, "bin/rampart.js", ...args],
    { cwd: root, encoding: "utf8", env: { PATH: process.env["PATH"] ?? "" } },
  );
  expect(child.stdout, child.stderr).not.toBe("");
  return [...child.stderr.matchAll(/LOADED .*node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map((match) => match[1] ?? "");
}

describe("a command that reads no cloud loads no cloud SDK", () => {
  it.each([
    ["--help"],
    ["--version"],
    ["scan", "--help"],
    ["checks"],
    ["explain", "open-admin-rule"],
    ["permissions", "aws"],
    ["permissions", "gcp"],
  ])("rampart %s %s", (...args) => {
    expect(sdksLoadedBy(args.filter((arg) => typeof arg === "string"))).toEqual([]);
  });
});
