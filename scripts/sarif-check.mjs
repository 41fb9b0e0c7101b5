// Validates SARIF files with Microsoft's SARIF Multitool, including the rules for GitHub code scanning, and says what it found.
//
//   node scripts/sarif-check.mjs FILE...
//
// The tool is 104 MB, so it is no dependency: `npm install --prefix .multitool @microsoft/sarif-multitool@5.7.0` brings it, and
// SARIF_MULTITOOL names its folder where that is another one. Its own exit code is 0 whatever it finds, so its output is read.
// Exit code here: 0 clean, 1 errors or warnings, 2 the check itself could not run.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Rules for GitHub that are off unless a configuration turns them on. GH1004 stays off: it allows 5 runs in a file where GitHub
 * documents 20, and can't be told otherwise. The project's own tests hold its output to the documented limits.
 */
const offByDefault = [
  "GH1001.ProvideRequiredLocationProperties",
  "GH1002.InlineThreadFlowLocations",
  "GH1003.ProvideRequiredRegionProperties",
  "GH1005.LocationsMustBeRelativeUrisOrFilePaths",
  "GH1006.ProvideCheckoutPath",
  "GH1007.ProvideFullyFormattedMessageStrings",
];

/** What may stay, each with its reason, by `<rule>/<message id>`. Notes are advice and never fail. */
const allowed = new Map([["SARIF2005/Warning_ProvideToolnformationUri", "the project has no public page to name"]]);

const files = process.argv.slice(2);
if (files.length === 0) {
  stop("usage: node scripts/sarif-check.mjs FILE...");
}
const missing = files.find((file) => !existsSync(file));
if (missing !== undefined) {
  stop(`${missing} does not exist.`);
}
const folder = process.env.SARIF_MULTITOOL ?? ".multitool";
const tool = path.resolve(folder, "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
if (!existsSync(tool)) {
  stop(`${tool} does not exist. Install it: npm install --prefix ${folder} @microsoft/sarif-multitool@5.7.0`);
}

const scratch = mkdtempSync(path.join(tmpdir(), "sarif-check-"));
let failed = false;
try {
  const config = path.join(scratch, "config.json");
  const options = offByDefault.map((rule) => [`${rule}.Options`, { RuleEnabled: "Error" }]);
  writeFileSync(config, JSON.stringify(Object.fromEntries(options)));
  for (const [index, file] of files.entries()) {
    const output = path.join(scratch, `${index}.sarif`);
    failed = !check(file, config, output) || failed;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** Whether `file` is clean; prints the verdict and why. */
function check(file, config, output) {
  const args = ["validate", path.resolve(file), "--rule-kind", "Sarif;Ghas", "--config", config];
  args.push("--level", "Error;Warning;Note", "--output", output, "--log", "ForceOverwrite", "--quiet");
  const run = spawnSync(tool, args, { encoding: "utf8", timeout: 120_000 });
  if (run.error !== undefined || run.status !== 0 || !existsSync(output)) {
    const cause = run.error?.message ?? `exit code ${run.status}\n${run.stdout}${run.stderr}`;
    stop(`${file}: the multitool did not finish: ${cause}`);
  }
  const runs = JSON.parse(readFileSync(output, "utf8")).runs ?? [];
  const analysed = runs.some((one) => one.invocations?.every((invocation) => invocation.executionSuccessful));
  const troubles = runs.flatMap((one) => (one.invocations ?? []).flatMap(notifications));
  const results = runs.flatMap((one) => (one.results ?? []).map((result) => describe(result, one)));
  const bad = results.filter(({ level, key }) => level !== "note" && !allowed.has(key));
  const tolerated = results.filter(({ level, key }) => level !== "note" && allowed.has(key));
  const notes = results.filter(({ level }) => level === "note");
  const clean = analysed && troubles.length === 0 && bad.length === 0;
  console.log(`${clean ? "clean" : "NOT CLEAN"}  ${file}`);
  if (!analysed) {
    console.log("  the multitool reports that its own run failed");
  }
  for (const trouble of troubles) {
    console.log(`  ${trouble}`);
  }
  for (const { level, key, text } of bad) {
    console.log(`  ${level} ${key}: ${text}`);
  }
  for (const [key, count] of tally(tolerated)) {
    console.log(`  allowed: ${key} x ${count}: ${allowed.get(key)}`);
  }
  const noted = [...tally(notes)].map(([key, count]) => `${key} x ${count}`).join(", ");
  console.log(`  notes: ${noted === "" ? "none" : noted}`);
  return clean;
}

/** A result of the multitool in our terms. Without a level of its own the rule's counts, and without that SARIF says warning. */
function describe(result, run) {
  const rule = run.tool.driver.rules?.find(({ id }) => id === result.ruleId);
  const template = rule?.messageStrings?.[result.message.id]?.text ?? result.message.text ?? "";
  const args = result.message.arguments ?? [];
  return {
    key: `${result.ruleId.split("/")[0]}/${result.message.id ?? "text"}`,
    level: result.level ?? rule?.defaultConfiguration?.level ?? "warning",
    text: template.replaceAll(/\{(\d+)\}/g, (_, index) => args[Number(index)] ?? ""),
  };
}

function notifications(invocation) {
  const all = [...(invocation.toolExecutionNotifications ?? []), ...(invocation.toolConfigurationNotifications ?? [])];
  return all.filter(({ level }) => level === "error").map(({ message }) => `the multitool: ${message.text}`);
}

function tally(results) {
  const counts = new Map();
  for (const { key } of results) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
