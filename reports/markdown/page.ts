/**
 * GitHub shows no summary of a step that is larger than 1 MiB: the upload fails, and nothing is shown. Some air is left for what else the step writes.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
export const longestPage = 1_000_000;

/** Room that nothing but the last line may take. */
const reserve = 1000;

/** A text that grows up to a number of bytes and then takes nothing more. */
export interface Page {
  /** Adds lines, all or none; false when they do not fit. Once something did not fit, nothing after it does. */
  readonly add: (...lines: readonly string[]) => boolean;
  /** The whole page; `last` are lines that still find room when nothing else does, at most 1,000 bytes. */
  readonly text: (...last: readonly string[]) => string;
}

/** An empty page. Every line passes through `guard` first. */
export function newPage(guard: (line: string) => string): Page {
  const written: string[] = [];
  let room = longestPage - reserve;
  let isFull = false;
  return {
    add: (...lines) => {
      const text = lines
        .flatMap((line) => line.split("\n"))
        .map((line) => `${guard(line)}\n`)
        .join("");
      const bytes = Buffer.byteLength(text);
      if (isFull || bytes > room) {
        isFull = true;
        return false;
      }
      room -= bytes;
      written.push(text);
      return true;
    },
    text: (...last) => written.join("") + last.map((line) => `${guard(line)}\n`).join(""),
  };
}
