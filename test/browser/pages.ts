import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { renderHtml } from "../../reports/html/render.ts";
import type { Report } from "../../src/model/report.ts";

/** An open report, and everything it did that a report must not do. */
export interface Opened {
  readonly page: Page;
  /** Console messages, exceptions, dialogs and requests beyond the file itself; empty for a well-behaved page. */
  readonly complaints: readonly string[];
}

/** Writes a report's page into `folder` and gives its address. */
export function writePage(folder: string, name: string, report: Report): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.html`);
  writeFileSync(path, renderHtml(report));
  return pathToFileURL(path).href;
}

/** Opens an address in a context of its own, as a file that somebody double-clicked. */
export async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const [file] = url.split("#");
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== file) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}
