import { accessSync, constants } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** Where Debian, Ubuntu and others put it; RAMPART_CHROMIUM names another. */
const usual = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
];

/**
 * Starts the machine's own Chromium without a window. The caller closes it.
 * @throws Error when there is none
 */
export async function startChromium(): Promise<Browser> {
  const named = process.env["RAMPART_CHROMIUM"];
  const executablePath = (named === undefined ? usual : [named]).find(isExecutable);
  if (executablePath === undefined) {
    throw new Error(
      named === undefined
        ? "Chromium is missing. On Debian: apt-get install chromium; elsewhere name it in RAMPART_CHROMIUM"
        : `RAMPART_CHROMIUM names ${named}, which cannot be run`,
    );
  }
  return chromium.launch({ executablePath });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
