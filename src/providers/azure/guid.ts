/** A GUID as conditions compare it: in lower case and without hyphens, which Microsoft's own roles leave out at times. */
export function bareGuid(text: string): string {
  return text.toLowerCase().replaceAll("-", "").trim();
}

/** What names a role in the id of its definition, whichever scope it was listed at. */
export function roleKey(id: string): string {
  return bareGuid(id.split("/").at(-1) ?? "");
}
