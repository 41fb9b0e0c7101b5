import { spawn } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** Prints the address of every cloud SDK module that is loaded to stderr. */
const reportSdks = `
  import { registerHooks } from "node:module";
  registerHooks({ load(url, context, next) { if (/@aws-sdk|@azure|@google-cloud|google-auth-library/.test(url)) process._rawDebug("LOADED " + url); return next(url, context); } });
`;

/** What a run of rampart in a process of its own left behind. */
export interface ChildRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** SDK packages that it loaded: `@azure/identity`, each once. */
  readonly sdks: readonly string[];
}

/** Runs rampart as a user does, in a process of its own with this environment and nothing else, so that a lab in this process can answer. */
export function runRampart(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<ChildRun> {
  const child = spawn(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(reportSdks)}`, "bin/rampart.js", ...args],
    { cwd: root, env: { PATH: process.env["PATH"] ?? "", ...environment }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((settle, fail) => {
    child.on("error", fail);
    child.on("close", (code) => {
      const loaded = [...stderr.matchAll(/LOADED .*node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(
        (match) => match[1] ?? "",
      );
      settle({
        code,
        stdout,
        stderr: stderr.replaceAll(/^LOADED .*\n/gm, ""),
        sdks: [...new Set(loaded)].toSorted((a, b) => a.localeCompare(b)),
      });
    });
  });
}
