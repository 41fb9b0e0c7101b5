/** Code points that take two columns: East Asian Wide and Fullwidth (Unicode 17, EastAsianWidth.txt), first and last inclusive. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x16ff6],
  [0x17000, 0x18df2],
  [0x1aff0, 0x1b2fb],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x1f300, 0x1f320],
  [0x1f3fb, 0x1f3ff],
  [0x20000, 0x3fffd],
];

const ascii = /^[\x20-\x7E]*$/;
/** Marks, and the Hangul vowels and finals that join the syllable before them. */
const zeroWidth = /[\p{Mn}\p{Me}\u1160-\u11FF\uD7B0-\uD7FF]/u;
const emoji = /\p{Emoji_Presentation}/u;
const regionalIndicator = /\p{Regional_Indicator}/u;

/**
 * How many columns a terminal gives one character (code point). Where terminals disagree (ambiguous width, joined emoji) it takes
 * what most do; escaped text holds no joiners, so every character stands alone.
 */
export function characterWidth(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) {
    return 1;
  }
  if (zeroWidth.test(character)) {
    return 0;
  }
  // Two of them make one flag, two columns wide.
  if (regionalIndicator.test(character)) {
    return 1;
  }
  return emoji.test(character) || isWide(code) ? 2 : 1;
}

function isWide(code: number): boolean {
  return wide.some(([first, last]) => code >= first && code <= last);
}

/** How many columns a terminal gives `text`, which must be escaped and without colour codes. */
export function textWidth(text: string): number {
  if (ascii.test(text)) {
    return text.length;
  }
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
  }
  return width;
}
