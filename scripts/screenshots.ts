// Takes the pictures of the README again, from a demo run: the HTML report as a browser shows it, and the table as a terminal does.
//
//   node scripts/screenshots.ts
//
// Needs Chromium (apt-get install chromium, or RAMPART_CHROMIUM). Writes docs/images/report.png and docs/images/table.png.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { html, markupOf, type Html } from "../reports/html/markup.ts";
import { startChromium } from "./chromium.ts";

const root = resolve(import.meta.dirname, "..");
const images = join(root, "docs/images");
const work = mkdtempSync(join(tmpdir(), "rampart-screenshots-"));
const report = join(work, "report.html");

/** Lines of the table that a picture shows. */
const linesShown = 44;

const colours: Readonly<Record<number, string>> = {
  30: "#484f58",
  31: "#ff7b72",
  32: "#7ee787",
  33: "#e3b341",
  34: "#79c0ff",
  35: "#d2a8ff",
  36: "#76e3ea",
  37: "#e6edf3",
  90: "#8b949e",
  91: "#ffa198",
  92: "#aff5b4",
  93: "#f2cc60",
  94: "#a5d6ff",
  95: "#ff9bce",
  96: "#b3f0ff",
  97: "#ffffff",
};
const terminalStyle = [
  'body { margin: 0; } pre { margin: 0; display: inline-block; padding: 18px 22px; background: #10141a; color: #dfe5ec; font: 13px/1.45 "DejaVu Sans Mono", monospace; }',
  ".s1 { font-weight: 700; } .s2 { opacity: 0.6; }",
  ...Object.entries(colours).map(([code, colour]) => `.c${code} { color: ${colour}; }`),
].join("\n");

const table = execFileSync(
  process.execPath,
  [join(root, "bin/rampart.js"), "demo", "--color", "always", "--output", `html=${report}`],
  { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
);
mkdirSync(images, { recursive: true });
const browser = await startChromium();
try {
  await photographReport(browser, join(images, "report.png"));
  await photographTerminal(browser, table, join(images, "table.png"));
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
for (const name of ["report.png", "table.png"]) {
  console.log(`docs/images/${name}: ${Math.round(statSync(join(images, name)).size / 1000)} kB`);
}

async function photographReport(browser: Browser, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1180, height: 1180 }, colorScheme: "light" });
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({ path });
  await page.close();
}

async function photographTerminal(browser: Browser, text: string, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 900, height: 600 }, deviceScaleFactor: 1 });
  const lines = text.split("\n").slice(0, linesShown);
  const content = lines.map((line) => markupOf(coloured(line))).join("\n");
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>${terminalStyle}</style><pre>${content}</pre>`);
  await page.locator("pre").screenshot({ path });
  await page.close();
}

/** A line with SGR codes as spans. Rampart uses few: bold, faint, and the foreground colours. */
function coloured(line: string): readonly Html[] {
  const on = new Set<string>();
  // oxlint-disable-next-line no-control-regex -- colour codes are what is translated
  return line.split(/\u001B\[([\d;]*)m/).map((part, index) => {
    if (index % 2 === 0) return html`<span class="${[...on].join(" ")}">${part}</span>`;
    for (const code of part.split(";").map(Number)) apply(code, on);
    return html``;
  });
}

function apply(code: number, on: Set<string>): void {
  const end = code === 0 ? /./ : code === 22 ? /^s[12]$/ : code === 39 || code >= 30 ? /^c/ : null;
  for (const name of on) if (end?.test(name) === true) on.delete(name);
  if (code === 1 || code === 2) on.add(`s${code}`);
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) on.add(`c${code}`);
}
