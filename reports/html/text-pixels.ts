import { visibleText } from "../escape/terminal.ts";
import { shorten } from "../escape/shorten.ts";
import { characterWidth } from "../table/width.ts";

/** The fonts of a picture's text. */
export type Font = "plain" | "bold" | "mono";

/** Pixels of one em in each, as style.ts sets it. */
const size: Readonly<Record<Font, number>> = { plain: 12.5, bold: 12.5, mono: 11 };
/** Bold letters are wider. */
const boldness = 1.12;

/**
 * About how wide a picture shows `text`, in pixels, which nobody can know before a browser chooses the font. The shares of an em are those of DejaVu
 * Sans, the widest of the usual system fonts, so that text rather ends early than runs into its neighbour.
 */
export function textPixels(text: string, font: Font): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character, font);
  return ems * size[font];
}

/** `text` made visible and cut to `pixels`, with an ellipsis where the cut is; never less than a letter or two. */
export function cutToPixels(text: string, pixels: number, font: Font): string {
  const shown = visibleText(shorten(text, 300));
  if (textPixels(shown, font) <= pixels) return shown;
  let kept = "";
  let left = Math.max(pixels, 3 * size[font]) - textPixels("…", font);
  for (const character of shown) {
    left -= emsOf(character, font) * size[font];
    if (left < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

function emsOf(character: string, font: Font): number {
  const columns = characterWidth(character);
  if (font === "mono") return columns * 0.61;
  return columns === 2 ? 1 : columns === 0 ? 0 : emsOfLetter(character) * (font === "bold" ? boldness : 1);
}

function emsOfLetter(letter: string): number {
  if (/[iljI.,:;'|! ]/.test(letter)) return 0.34;
  if (/[ftrJ()[\]/-]/.test(letter)) return 0.42;
  if (/[mwMW@%…—]/.test(letter)) return 1;
  return /[\p{Lu}#&]/u.test(letter) ? 0.78 : 0.64;
}
