#!/usr/bin/env node
// A checkout runs its sources (Node 24 strips the types); the package holds built code only.
import { existsSync } from "node:fs";
const source = new URL("../src/cli/main.ts", import.meta.url);
const runsSources = existsSync(source);
const [major, minor] = process.versions.node.split(".").map(Number);
const needs = runsSources ? [24, 0] : [22, 12];
if (major < needs[0] || (major === needs[0] && minor < needs[1])) {
  const how = runsSources
    ? " In a checkout, `npm run rampart -- <arguments>` uses the Node that npm ci installed."
    : "";
  process.stderr.write(`rampart: needs Node ${needs.join(".")} or later, this is ${process.versions.node}.${how}\n`);
  process.exitCode = 2;
} else {
  const { main } = await import(runsSources ? source.href : "../dist/src/cli/main.js");
  process.exitCode = await main(process.argv.slice(2));
}
