import { deflateRawSync } from "node:zlib";
import type { Html } from "./markup.ts";

/**
 * Details stand in the page itself up to this many characters, the gravest findings' first: there they need no script. The rest is packed, so that
 * ten thousand findings stay one file that a browser opens quickly.
 */
const insideLimit = 2_500_000;

/** Findings packed together: opening one unpacks them all, which takes a few milliseconds. */
const perPack = 100;

/** Stands between the details of two findings; escaped text has no control characters. */
const separator = "\u0000";

/** Where the details of each finding are. */
export interface Packed {
  /** The details, or null where they are packed. */
  readonly inside: Html | null;
  /** `pack.place`, by which the page's script finds them; null where they are inside. */
  readonly place: string | null;
}

/** Decides where details go, and packs what does not go into the page. `details` are asked for one by one, so they are never all in memory. */
export function pack(details: Iterable<Html>): {
  readonly places: readonly Packed[];
  readonly blocks: readonly Html[];
} {
  const places: Packed[] = [];
  const blocks: Html[] = [];
  let inside = 0;
  let waiting: string[] = [];
  for (const each of details) {
    inside += each.markup.length;
    if (inside <= insideLimit) {
      places.push({ inside: each, place: null });
      continue;
    }
    places.push({ inside: null, place: `${blocks.length}.${waiting.length}` });
    waiting.push(each.markup);
    if (waiting.length === perPack) flush();
  }
  if (waiting.length > 0) flush();
  return { places, blocks };

  function flush(): void {
    const packed = deflateRawSync(waiting.join(separator), { level: 9 }).toString("base64");
    // Base64 has no character that means anything to HTML; a script of an unknown type is data, and never run.
    blocks.push({ markup: `<script type="application/octet-stream" id="pack-${blocks.length}">${packed}</script>\n` });
    waiting = [];
  }
}
