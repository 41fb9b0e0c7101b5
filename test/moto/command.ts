import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseReport } from "../../reports/json/parse.ts";
import type { Report } from "../../src/model/report.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** How a run of the command ended. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who runs the command, against which AWS. */
export interface Caller {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An empty folder that the run's end removes: working directory and home, so that no configuration but the test's is found. */
export function temporaryFolder(): { readonly path: string; readonly [Symbol.dispose]: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), "rampart-moto-"));
  return {
    path: folder,
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs the real command as a user would, with nothing in its environment but what reaches AWS. */
export async function rampart(caller: Caller, args: readonly string[]): Promise<Run> {
  using folder = temporaryFolder();
  const env = {
    PATH: process.env["PATH"],
    HOME: folder.path,
    NO_PROXY: "127.0.0.1",
    AWS_ENDPOINT_URL: caller.endpoint,
    AWS_ACCESS_KEY_ID: caller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: caller.secretAccessKey,
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: path.join(folder.path, "none"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(folder.path, "none"),
  };
  const node = path.join(root, "node_modules/.bin/node");
  return await new Promise<Run>((resolve, reject) => {
    const options = { cwd: folder.path, env, timeout: 150_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(node, [path.join(root, "bin/rampart.js"), ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") resolve({ code, stdout, stderr });
      else reject(new Error(`rampart ${args.join(" ")} did not end by itself: ${stderr}`, { cause: error }));
    });
  });
}

/** The JSON report on a run's stdout, held against the published schema. */
export function reportOf({ code, stdout, stderr }: Run): Report {
  if (stdout === "") throw new Error(`no report, exit code ${code}: ${stderr}`);
  return parseReport(stdout, "the report on stdout");
}
