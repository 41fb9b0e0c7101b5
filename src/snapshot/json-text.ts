import type { Json } from "../model/finding.ts";

/** A part of a text that is not JSON. */
export interface JsonProblem {
  /** Line (from 1) where it begins. */
  readonly line: number;
  /** The first characters of it, enough to guess what it was to be. */
  readonly start: string;
  /** `cut-off`: a document that never ends; `broken`: not JSON. */
  readonly kind: "cut-off" | "broken";
}

/** What a text holds: its JSON documents in order, and what could not be read. */
export interface JsonText {
  readonly documents: readonly Json[];
  readonly problems: readonly JsonProblem[];
}

/** Each search for a document's end may run to the end of the text; this bounds how often. */
const maxProblems = 100;

const startLength = 4096;

/**
 * Reads every JSON document of a text: one document, JSON Lines, or several written one after the other, pretty-printed or not.
 * A document that is cut off or broken is reported, and reading goes on at the next line that begins with `{` or `[`.
 */
export function parseJsonText(text: string): JsonText {
  const whole = tryParse(text);
  if (whole !== null) {
    return { documents: [whole.value], problems: [] };
  }
  const documents: Json[] = [];
  const problems: JsonProblem[] = [];
  const lines = lineCounter(text);
  let at = nextStart(text, 0);
  while (at < text.length && problems.length < maxProblems) {
    const end = opensDocument(text, at) ? documentEnd(text, at) : null;
    const parsed = end === null ? null : tryParse(text.slice(at, end));
    if (end !== null && parsed !== null) {
      documents.push(parsed.value);
      at = nextStart(text, end);
      continue;
    }
    const kind = end === null && opensDocument(text, at) ? "cut-off" : "broken";
    problems.push({ line: lines(at), start: text.slice(at, at + startLength), kind });
    at = nextLineOfJson(text, at);
  }
  return { documents, problems };
}

/** Decodes bytes as UTF-8 or UTF-16 (as PowerShell writes it), with or without a byte order mark. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const littleEndian = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const bigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  const encoding = littleEndian ? "utf-16le" : bigEndian ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

function tryParse(text: string): { readonly value: Json } | null {
  try {
    const value: Json = JSON.parse(text);
    return { value };
  } catch {
    return null;
  }
}

/** U+001E is the record separator of RFC 7464. */
const separators: ReadonlySet<string> = new Set([",", "\u001e"]);

function opensDocument(text: string, at: number): boolean {
  return text[at] === "{" || text[at] === "[";
}

/** Skips what may stand between documents: white space and separators. */
function nextStart(text: string, from: number): number {
  let at = from;
  for (
    let sign = text.charAt(at);
    sign !== "" && (sign.trim() === "" || separators.has(sign));
    sign = text.charAt(at)
  ) {
    at += 1;
  }
  return at;
}

function nextLineOfJson(text: string, from: number): number {
  const start = /\n[{[]/gu;
  start.lastIndex = from;
  const found = start.exec(text);
  return found === null ? text.length : found.index + 1;
}

/** One past the bracket that closes the document at `from`; null when it never closes. */
function documentEnd(text: string, from: number): number | null {
  // Strings are passed over whole, so that brackets in them do not count; a raw line feed cannot stand in a string.
  const token = /"(?:[^"\\\n]|\\.)*"|["{}[\]]/gu;
  token.lastIndex = from;
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const mark = found[0];
    if (mark === '"') {
      return null;
    }
    if (mark === "{" || mark === "[") {
      depth += 1;
    } else if (mark === "}" || mark === "]") {
      depth -= 1;
    }
    if (depth === 0) {
      return found.index + 1;
    }
  }
  return null;
}

/** Line numbers for positions that only grow. */
function lineCounter(text: string): (position: number) => number {
  let line = 1;
  let counted = 0;
  return (position) => {
    for (let at = text.indexOf("\n", counted); at !== -1 && at < position; at = text.indexOf("\n", counted)) {
      line += 1;
      counted = at + 1;
    }
    return line;
  };
}
