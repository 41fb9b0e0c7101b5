/**
 * At most `limit` UTF-16 units of `text`, never ending in half a character, followed by how much was cut.
 * Nobody names a resource with a megabyte of text in good faith, and what is cut is always said.
 */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) {
    return text;
  }
  const kept = wholeCharacters(text, limit);
  return `${kept}… (${text.length - kept.length} more characters)`;
}

/** {@link shorten} for fields with a hard limit: the words that say how much was cut count too. `limit` must be at least 40. */
export function shortenWithin(text: string, limit: number): string {
  return text.length <= limit ? text : shorten(text, limit - 40);
}

/** The first `limit` UTF-16 units, less the half of a surrogate pair that the cut would leave. */
function wholeCharacters(text: string, limit: number): string {
  const last = text.charCodeAt(limit - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? limit - 1 : limit);
}
