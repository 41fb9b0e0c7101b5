import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import axe from "axe-core";
import * as fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseReport } from "../../reports/json/parse.ts";
import { startChromium } from "../../scripts/chromium.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { anyReport, hostileTexts } from "../support/arbitrary-report.ts";
import { sampleReport } from "../support/sample-report.ts";
import { open, writePage } from "./pages.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "rampart-browser-"));

let browser: Browser;
let demo: Report;
let demoUrl: string;
let sampleUrl: string;

beforeAll(async () => {
  browser = await startChromium();
  const [html, json] = [join(folder, "demo.html"), join(folder, "demo.json")];
  const bin = join(root, "bin/rampart.js");
  execFileSync(process.execPath, [bin, "demo", "--output", `html=${html}`, "--output", `json=${json}`], {
    stdio: "ignore",
  });
  demo = parseReport(readFileSync(json, "utf8"));
  demoUrl = pathToFileURL(html).href;
  const baseline = {
    comparedWith: "2026-11-20T02:00:00Z",
    new: 1,
    unchanged: 4,
    fixed: sampleReport().findings.slice(-1),
  };
  sampleUrl = writePage(folder, "sample", { ...sampleReport(), baseline });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const items = ".group > ul > li";

async function shown(page: Page): Promise<number> {
  return page.locator(`${items}:visible`).count();
}

/** Opens the first finding of every check. */
async function openOneOfEach(page: Page): Promise<void> {
  await page.evaluate(
    `for (const item of document.querySelectorAll(".group > ul:first-of-type > li:first-child > details")) item.open = true`,
  );
  await page.waitForFunction(
    `[...document.querySelectorAll("${items} > details[open]")].every((details) => details.querySelector(".ready") !== null)`,
  );
}

describe("a report", () => {
  it("opens without an error, a request or a dialog, and lists every finding", async () => {
    const { page, complaints } = await open(browser, demoUrl);
    await openOneOfEach(page);
    expect(complaints).toEqual([]);
    expect(await page.locator(items).count()).toBe(demo.findings.length);
    expect(await page.locator("#count").textContent()).toBe(`${demo.findings.length} findings`);
    await page.context().close();
  });

  it.each(["light", "dark"] as const)("meets the rules of axe, %s", async (colorScheme) => {
    for (const url of [demoUrl, sampleUrl]) {
      const { page } = await open(browser, url, { colorScheme });
      await openOneOfEach(page);
      await page.evaluate(
        `for (const details of document.querySelectorAll("details.alt, #coverage details, .why")) details.open = true`,
      );
      await page.evaluate(axe.source);
      const violations = await page.evaluate<string[]>(
        `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ": " + nodes.length + " " + nodes.slice(0, 3).map(({ html, failureSummary }) => html + " " + failureSummary).join(" | ")))`,
      );
      expect(violations).toEqual([]);
      await page.context().close();
    }
  });

  it("has no style but its own sheet, no handler, and one script that runs", async () => {
    const { page } = await open(browser, demoUrl);
    const count = (selector: string): Promise<number> => page.locator(selector).count();
    expect(await count("style")).toBe(1);
    expect(await count("script:not([type])")).toBe(1);
    expect(await count("img, iframe, object, embed, link, base, script[src]")).toBe(0);
    await page.context().close();
  });
});

describe("finding one's way", () => {
  it("filters by each field, and says how many are left", async () => {
    const { page } = await open(browser, demoUrl);
    const expected = (keep: (finding: Finding) => boolean): number => demo.findings.filter(keep).length;
    const choose = async (name: string, value: string, keep: (finding: Finding) => boolean): Promise<void> => {
      await page.locator(`[name=${name}]`).selectOption(value);
      await expect.poll(() => shown(page)).toBe(expected(keep));
      expect(await page.locator("#count").textContent()).toBe(`${expected(keep)} of ${demo.findings.length} findings`);
      await page.locator("#filter [data-reset]").click();
    };
    await choose("severity", "critical", ({ severity }) => severity === "critical");
    await choose("status", "unknown", ({ status }) => status === "unknown");
    await choose("cloud", "azure", ({ resource }) => resource.cloud === "azure");
    await choose("check", "open-admin-rule", ({ check }) => check === "open-admin-rule");
    const sandbox = await page.locator("[name=account] option", { hasText: "444455556666" }).getAttribute("value");
    await choose("account", sandbox ?? "", ({ resource }) => resource.account === "444455556666");
    await page.context().close();
  });

  it("searches what a finding is called and says, all words at once", async () => {
    const { page } = await open(browser, demoUrl);
    await page.locator("[name=text]").fill("BASTION open-admin-rule");
    await expect.poll(() => shown(page)).toBe(1);
    await page.locator("[name=text]").fill("no such thing");
    await expect.poll(() => shown(page)).toBe(0);
    await page.locator("#nothing button").click();
    await expect.poll(() => shown(page)).toBe(demo.findings.length);
    await page.context().close();
  });

  it("keeps the filter in the address, and takes it from there", async () => {
    const { page } = await open(browser, demoUrl);
    await page.locator("[name=severity]").selectOption("high");
    await expect.poll(() => page.url()).toContain("#severity=high");
    const again = await open(browser, page.url());
    expect(await again.page.locator("[name=severity]").inputValue()).toBe("high");
    expect(await shown(again.page)).toBe(demo.findings.filter(({ severity }) => severity === "high").length);
    await page.context().close();
    await again.page.context().close();
  });

  it("follows a link to a finding, through a filter that hides it", async () => {
    const last = demo.findings.at(-1)?.id ?? "";
    const { page } = await open(browser, `${demoUrl}#f-${last}`);
    const item = page.locator(`#f-${last}`);
    expect(await item.locator("h4").first().isVisible()).toBe(true);
    await page.locator("[name=severity]").selectOption("critical");
    await expect.poll(() => item.isVisible()).toBe(false);
    await page.evaluate(`location.hash = "#f-${last}"`);
    await expect.poll(() => item.isVisible()).toBe(true);
    await page.context().close();
  });

  it("groups by resource and back, losing nothing", async () => {
    const { page } = await open(browser, demoUrl);
    await page.locator("[name=group]").selectOption("resource");
    await expect.poll(() => page.locator(".label").count()).toBe(demo.findings.length);
    expect(await page.locator(items).count()).toBe(demo.findings.length);
    await page.locator("[name=text]").fill("bastion");
    await expect.poll(() => shown(page)).toBeLessThan(20);
    expect(await page.locator(".chunk .group:visible h3").first().textContent()).toContain("bastion");
    await page.locator("[name=group]").selectOption("check");
    await page.locator("#filter [data-reset]").click();
    await expect.poll(() => shown(page)).toBe(demo.findings.length);
    expect(await page.locator(".label").count()).toBe(0);
    await page.context().close();
  });

  it("leads from a count to its findings", async () => {
    const { page } = await open(browser, demoUrl);
    await page.locator('[data-filter="high"]').click();
    const high = demo.findings.filter(({ severity, status }) => severity === "high" && status === "fail");
    await expect.poll(() => shown(page)).toBe(high.length);
    await page.context().close();
  });

  it("works by keyboard alone", async () => {
    const { page } = await open(browser, demoUrl);
    const focused = (): Promise<string> => page.evaluate<string>(`document.activeElement.outerHTML.slice(0, 60)`);
    await page.keyboard.press("Tab");
    expect(await focused()).toContain('class="skip"');
    await page.keyboard.press("Enter");
    expect(await focused()).toContain('id="findings-h"');
    await page.keyboard.press("/");
    expect(await focused()).toContain('type="search"');
    await page.keyboard.type("bastion");
    await expect.poll(() => shown(page)).toBeLessThan(20);
    for (let tabs = 0; tabs < 20 && !(await focused()).includes("<b>"); tabs += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(`${items}:visible`).first().locator("h4").first().isVisible()).toBe(true);
    await page.context().close();
  });
});

describe("a finding", () => {
  it("copies its commands, and selects them where a browser does not let it", async () => {
    const { page } = await open(browser, demoUrl, { permissions: ["clipboard-read", "clipboard-write"] });
    const item = page.locator(items).first();
    await item.locator("summary").first().click();
    const button = item.getByRole("button", { name: "Copy command line" });
    await button.click();
    await expect.poll(() => button.textContent()).toBe("Copied");
    const cli = demo.findings[0]?.remediation.cli.join("\n");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(cli);
    await page.evaluate(
      `Object.defineProperty(navigator, "clipboard", { value: undefined }); document.execCommand = () => false`,
    );
    await item.getByRole("button", { name: "Copy terraform" }).click();
    await expect.poll(() => page.evaluate("getSelection().toString()")).toBe(demo.findings[0]?.remediation.terraform);
    await page.context().close();
  });

  it("has pictures that say what they show", async () => {
    const { page } = await open(browser, demoUrl);
    const item = page.locator(items).first();
    await item.locator("summary").first().click();
    const picture = item.getByRole("img", { name: /How the internet gets there/ });
    expect(await picture.isVisible()).toBe(true);
    await item.getByText("The same as a list").click();
    expect(await item.locator("figure ol > li").count()).toBeGreaterThan(4);
    await page.context().close();
  });
});

describe("the maps", () => {
  it("keep every text clear of its neighbours, whatever principals and resources are called", async () => {
    const names = [
      "WWWW-MMMM ".repeat(8),
      "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_NetworkAdministration",
      "網路".repeat(30),
    ];
    const findings = demo.findings.map((finding, index) => {
      const { resource, evidence } = finding;
      const [id, name] = [`${index}-1111-2222`, names[index % names.length] ?? null];
      const principal = evidence["principal"] === undefined ? {} : { principal: id };
      return Object.assign(structuredClone(finding), {
        resource: { ...resource, id, name },
        evidence: { ...evidence, ...principal },
      });
    });
    for (const url of [demoUrl, writePage(folder, "long-names", { ...demo, findings })]) {
      const { page } = await open(browser, url, { viewport: { width: 1180, height: 900 } });
      const overlaps = await page.evaluate<string[]>(`[...document.querySelectorAll(".map .row")].flatMap((row) => {
        const texts = [...row.querySelectorAll("text")].map((text) => ({ words: text.textContent, box: text.getBoundingClientRect() }));
        return texts.flatMap((a) => texts.filter((b) => a !== b && a.box.left < b.box.left && a.box.right > b.box.left
          && a.box.top < b.box.bottom && b.box.top < a.box.bottom).map((b) => a.words + " over " + b.words));
      })`);
      expect(overlaps).toEqual([]);
      await page.context().close();
    }
  });
});

describe("tables", () => {
  it.each([1180, 360])("break no short word on a screen of %i pixels", async (width) => {
    for (const url of [demoUrl, sampleUrl]) {
      const { page } = await open(browser, url, { viewport: { width, height: 900 } });
      await openOneOfEach(page);
      const broken = await page.evaluate<string[]>(`(() => {
        for (const details of document.querySelectorAll("#coverage details, .incomplete details")) details.open = true;
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const broken = [];
        while (walker.nextNode()) {
          const text = walker.currentNode;
          const parent = text.parentElement;
          if (parent.closest("th, td") === null || !parent.checkVisibility()) continue;
          for (const word of text.data.matchAll(/(?<!\\S)[A-Za-z0-9]{2,12}(?!\\S)/g)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            if (range.getClientRects().length > 1) broken.push(word[0] + " of " + text.data.slice(0, 80));
          }
        }
        return broken;
      })()`);
      expect(broken).toEqual([]);
      await page.context().close();
    }
  });
});

describe("other readers", () => {
  it("need no script: every finding is there, and opens", async () => {
    const { page, complaints } = await open(browser, demoUrl, { javaScriptEnabled: false });
    expect(await page.locator(`${items}:visible`).count()).toBe(demo.findings.length);
    expect(await page.locator("noscript").textContent()).toContain("JavaScript is off");
    expect(await page.locator("#filter").isVisible()).toBe(false);
    await page.locator(`${items} summary`).first().click();
    expect(await page.locator(`${items} h4`).first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each([360, 768])("on a screen of %i pixels scroll in one direction alone", async (width) => {
    for (const url of [demoUrl, sampleUrl]) {
      const { page } = await open(browser, url, { viewport: { width, height: 740 }, isMobile: width < 500 });
      await openOneOfEach(page);
      expect(await page.evaluate("[document.documentElement.scrollWidth, visualViewport.scale]")).toEqual([width, 1]);
      await page.context().close();
    }
  });

  it("get on paper what matters, without controls", async () => {
    const { page } = await open(browser, demoUrl);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#filter, nav, button").filter({ visible: true }).count()).toBe(0);
    expect(await page.locator(".group.critical .d").first().isVisible()).toBe(true);
    expect(await page.locator(".group.low .d").first().isVisible()).toBe(false);
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.length).toBeGreaterThan(100_000);
    await page.context().close();
  });
});

describe("hostile text", () => {
  const attacks = [
    ...hostileTexts,
    `<script>window.pwned = 1</script>`,
    `"><img src=x onerror="window.pwned = 1">`,
    `' onmouseover='window.pwned = 1`,
    `<svg onload="window.pwned = 1"><a xlink:href="javascript:window.pwned = 1">x</a></svg>`,
    `</script><script>window.pwned = 1</script>`,
    `</style><style>* { display: none }</style>`,
    `<!-- <script> <![CDATA[ ]]> -->`,
    `</title></svg></li></ul></section></main>`,
    `javascript:window.pwned = 1`,
    `<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
    `<base href="https://evil.example/"><form action="https://evil.example/"><button>`,
    "m".repeat(1_000_000),
  ];

  /** A report in which every text is `text`, and evidence that a picture is drawn from has it too. */
  function poisoned(text: string): Report {
    const walk = (value: unknown, key: string): unknown => {
      if (typeof value === "string") return kept.has(key) ? value : text;
      if (Array.isArray(value)) return value.map((each) => walk(each, key));
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member, name)]));
    };
    const firsts = [...Map.groupBy(demo.findings, ({ check }) => check).values()].flatMap(([first]) => first ?? []);
    const report = { ...demo, findings: firsts.slice(0, 12) };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the walk changes nothing but texts that may be any
    return walk(report, "") as Report;
  }
  /** Members that are no free text by the report's own types, or that a picture must find to be drawn. */
  const kept = new Set(["status", "severity", "cloud", "clouds", "baseline", "source", "kind", "direction", "effect"]);

  it("in every field neither runs nor breaks out", async () => {
    for (const [index, text] of attacks.entries()) {
      const report = poisoned(text);
      const url = writePage(folder, `hostile-${index}`, report);
      const { page, complaints } = await open(browser, url);
      await openOneOfEach(page);
      await page.locator("svg, figure").first().hover();
      expect(complaints, text.slice(0, 80)).toEqual([]);
      expect(await page.evaluate("typeof window.pwned")).toBe("undefined");
      expect(await page.locator(items).count()).toBe(report.findings.length);
      expect(await page.locator("script:not([type])").count()).toBe(1);
      expect(await page.locator("img, iframe, meta[http-equiv=refresh], base, a[href^=javascript]").count()).toBe(0);
      expect(statSync(fileURLToPath(url)).size).toBeLessThan(5_000_000);
      await page.context().close();
    }
  });

  it("nothing an arbitrary report holds disturbs the page", async () => {
    const { page, complaints } = await open(browser, sampleUrl);
    let number = 0;
    await fc.assert(
      fc.asyncProperty(anyReport, async (report) => {
        number += 1;
        await page.goto(writePage(folder, `any-${number}`, report));
        await openOneOfEach(page);
        expect(complaints.filter((complaint) => !complaint.startsWith("request: file:"))).toEqual([]);
        expect(await page.locator(items).count()).toBe(report.findings.length);
        expect(await page.locator("body > *").count()).toBe(
          await page.locator("a.skip, header, nav, main, footer, body > script").count(),
        );
      }),
      { numRuns: 40 },
    );
    await page.context().close();
  });
});

describe("ten thousand findings", () => {
  it("are one file of modest size, in which everything works", async () => {
    const findings = Array.from({ length: 10_000 }, (_none, index) => again(index));
    const url = writePage(folder, "large", { ...demo, findings });
    expect(statSync(fileURLToPath(url)).size).toBeLessThan(15_000_000);
    const { page, complaints } = await open(browser, url);
    expect(await page.locator("#count").textContent()).toBe("10,000 findings");
    await page.locator("[name=text]").fill("number-9999");
    await expect.poll(() => page.locator("#count").textContent()).toBe("1 of 10,000 findings");
    await page.locator(`${items}:visible summary`).first().click();
    await expect.poll(() => page.locator(`${items}:visible h4`).first().isVisible()).toBe(true);
    await page.locator("#filter [data-reset]").click();
    await expect.poll(() => page.locator("#count").textContent()).toBe("10,000 findings");
    await page.locator("[name=group]").selectOption("resource");
    await expect.poll(() => page.locator(".label").count()).toBe(10_000);
    // Far from view nothing is laid out: what is in view is a small part of the page.
    await page.evaluate("scrollTo(0, document.body.scrollHeight / 2)");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  /** The demo's findings over and over, each under an id and a name of its own. */
  function again(index: number): Finding {
    const finding = demo.findings[index % demo.findings.length];
    if (finding === undefined) throw new Error("the demo has no findings");
    const { resource } = finding;
    return {
      ...finding,
      id: `${finding.id}-${index}`,
      resource: { ...resource, name: `${resource.name ?? "x"}-number-${index}` },
    };
  }
});
