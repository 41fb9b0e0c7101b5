import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonText } from "../../reports/escape/json.ts";
import { markdownCode, markdownText } from "../../reports/escape/markdown.ts";
import { shorten, shortenWithin } from "../../reports/escape/shorten.ts";
import { guardLine, terminalText } from "../../reports/escape/terminal.ts";
import { anyText } from "../support/arbitrary-report.ts";

describe("terminalText", () => {
  it.each([
    ["plain text", "sg-1 (web)", "sg-1 (web)"],
    ["line breaks and tabs", "a\nb\r\tc", "a\\nb\\r\\tc"],
    ["ANSI colour", "\u001B[31mred", "\\u{1b}[31mred"],
    ["a C1 control", "\u009B31m", "\\u{9b}31m"],
    ["a bidirectional override", "\u202Egnp", "\\u{202e}gnp"],
    ["a zero-width space", "a\u200Bb", "a\\u{200b}b"],
    ["a line separator", "a\u2028b", "a\\u{2028}b"],
    ["lone surrogates", "\uD800x\uDC00", "\\u{d800}x\\u{dc00}"],
    ["an invisible letter", "\u3164", "\\u{3164}"],
    ["letters of other scripts", "Größe 日本", "Größe 日本"],
    ["a mark that opens the text", "\u0301a", "\\u{301}a"],
    ["marks piled up", `e${"\u0301".repeat(6)}`, `e${"\u0301".repeat(4)}\\u{301}\\u{301}`],
    ["an emoji with a variation selector", "❤\uFE0F", "❤"],
    ["a runner command anywhere in a line", "x ##[error]y ##VSO[task.x]z", "x #\\#[error]y #\\#VSO[task.x]z"],
  ])("shows %s", (_, text, shown) => {
    expect(terminalText(text, true)).toBe(shown);
  });

  it("writes everything outside ASCII by its code where the terminal knows no more", () => {
    expect(terminalText("Größe", false)).toBe("Gr\\u{f6}\\u{df}e");
  });

  it("is one line of visible characters, whatever comes in", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, unicode) => {
        const shown = terminalText(text, unicode);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[|##vso\[/iu);
        if (!unicode) expect(shown).toMatch(/^[\x20-\x7E]*$/);
      }),
    );
  });
});

describe("guardLine", () => {
  it.each([
    ["a workflow command", "::error::x", "\\::error::x"],
    ["one after blanks", "   ::group::x", "   \\::group::x"],
    ["one after our colour", "\u001B[1m::error::x", "\u001B[1m\\::error::x"],
  ])("makes text of %s", (_, line, guarded) => {
    expect(guardLine(line)).toBe(guarded);
  });

  it.each([
    ["an IPv6 range", "::/0 is open"],
    ["an ARN", "arn:aws:iam::aws:policy/x"],
    ["one inside the line", "x ::error::y"],
  ])("leaves %s alone", (_, line) => {
    expect(guardLine(line)).toBe(line);
  });
});

describe("shorten", () => {
  it("says how much it cut and never cuts a character in half", () => {
    expect(shorten("abcdef", 6)).toBe("abcdef");
    expect(shorten("abcdef", 4)).toBe("abcd… (2 more characters)");
    expect(shorten("abc👩d", 4)).toBe("abc… (3 more characters)");
  });

  it("stays within a hard limit", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 40, max: 300 }), (text, limit) => {
        expect(shortenWithin(text, limit).length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

describe("jsonText", () => {
  it("means the same and shows nothing a terminal would obey", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = jsonText({ text });
        expect(JSON.parse(json)).toEqual({ text });
        expect(json).not.toMatch(/[\u007F-\u009F\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[|##vso\[/iu);
      }),
    );
  });
});

describe("Markdown escaping", () => {
  it.each([
    ["a link", "[x](https://e)", "\\[x\\](https:&#8203;//e)"],
    ["a bare address", "www.e.example", "www&#8203;.e.example"],
    ["a mention", "@octocat", "@&#8203;octocat"],
    ["an address of e-mail", "a@_b.example", "a@&#8203;\\_b.example"],
    ["a reference", "org/repo#12 GH-3", "org/repo#&#8203;12 GH&#8203;-3"],
    ["an emoji", ":shipit:", ":&#8203;shipit:"],
    ["nothing of an ARN", "arn:aws:iam::111122223333:role/x", "arn:aws:iam::111122223333:role/x"],
    ["HTML", "<b>&amp;", "\\<b\\>\\&amp;"],
    ["emphasis, code, tables", "*a* _b_ `c` ~d~ |e|", "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\|e\\|"],
    ["a heading", "# x", "&#35; x"],
    ["a list", "- x", "&#45; x"],
    ["a numbered list", "12. x", "&#49;&#50;. x"],
    ["a version number", "5.2", "5.2"],
    ["several lines", "a\n\n# b", "a # b"],
  ])("takes the meaning from %s", (_, text, escaped) => {
    expect(markdownText(text)).toBe(escaped);
  });

  it("fences code so that the code can't close the fence", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.constantFrom("```", "a\n````\nb", "`".repeat(100))), (code) => {
        const lines = markdownCode(code, "sh").split("\n");
        const fence = lines[0]?.slice(0, -2) ?? "";
        expect(fence).toMatch(/^`{3,}$/);
        expect(lines.at(-1)).toBe(fence);
        expect(lines.slice(1, -1).join("\n")).not.toContain(fence);
      }),
    );
  });
});
