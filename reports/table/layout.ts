import { characterWidth, textWidth } from "./width.ts";

/** `text` filled with blanks to `width` columns; longer text stays as it is. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** The longest beginning of `text` that takes at most `width` columns. Marks stay with their letter. */
function take(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) {
      break;
    }
    end += character.length;
  }
  return text.slice(0, end);
}

/** `text` cut to `width` columns, with `ellipsis` where the cut is. */
export function fit(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) {
    return text;
  }
  return take(text, Math.max(0, width - textWidth(ellipsis))) + ellipsis;
}

/** {@link fit} that keeps the end: paths tell their resource last. */
export function fitEnd(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) {
    return text;
  }
  const characters = Array.from(text);
  let room = width - textWidth(ellipsis);
  let start = characters.length;
  while (start > 0 && room >= characterWidth(characters[start - 1] ?? "")) {
    start -= 1;
    room -= characterWidth(characters[start] ?? "");
  }
  // A mark must not be parted from its letter: leave it out with the letter.
  while (start < characters.length && characterWidth(characters[start] ?? "") === 0) {
    start += 1;
  }
  return ellipsis + characters.slice(start).join("");
}

/** `lines` with `first` before the first and as many blanks before the others. `columns` is how wide `first` is on the screen. */
export function hang(lines: readonly string[], first: string, columns: number): string[] {
  return lines.map((line, index) => (index === 0 ? first : " ".repeat(columns)) + line);
}

/** `text` broken at blanks into lines of at most `width` columns; a longer word is broken inside. `width` must be at least 2. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +/)) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== "") {
      lines.push(line);
    }
    line = word;
    while (textWidth(line) > width) {
      const head = take(line, width);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  if (line !== "") {
    lines.push(line);
  }
  return lines;
}
