/** Whether the whole text matches a pattern in which `*` stands for any run of characters and `?` for one. */
export function matchesGlob(text: string, pattern: string): boolean {
  // Greedy matching with one backtrack point is linear in practice, where a regular expression built from user input can explode.
  let at = 0;
  let star = -1;
  let retry = 0;
  let position = 0;
  while (position < text.length) {
    if (pattern[at] === "*") {
      star = at++;
      retry = position;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
