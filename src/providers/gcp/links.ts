/**
 * The path of a resource in its API: what follows the version in a self link, whichever host, universe or version it names
 * (`https://www.googleapis.com/compute/v1/projects/p/global/networks/n`, `//compute.googleapis.com/projects/p/...`, a bare path):
 * `projects/p/global/networks/n`. Two links name the same resource when their paths are the same; names alone never tell.
 * https://cloud.google.com/apis/design/resource_names
 */
export function linkPath(link: string): string {
  const path = link
    .replace(/^https?:\/\/[^/]+\//, "")
    .replace(/^\/\/[^/]+\//, "")
    .replace(/^(?:compute\/)?(?:v\d+(?:beta\d*|alpha\d*)?|beta|alpha)\//, "");
  return path.replace(/^\/+/, "");
}

/** The last part of a link: the resource's name. */
export function linkName(link: string): string {
  return link.split("/").at(-1) ?? link;
}

/**
 * The same of a link that goes into a request: null for what is no link to something in a project, or is not fit to be put into a path.
 */
export function selfLinkPath(link: unknown): string | null {
  if (typeof link !== "string") return null;
  const path = link.replace(/^https?:\/\/[^/]+\/(?:compute\/)?(?:v1|beta|alpha)\//, "");
  return /^projects\/[^/]+\/(?:global|zones\/[^/]+|regions\/[^/]+)\/[^/]+\/[^/]+$/.test(path) && isPlainPath(path)
    ? path
    : null;
}

/** Whether a path has nothing in it that a URL would take for something else, and leads nowhere but down. */
export function isPlainPath(path: string): boolean {
  return path.split("/").every((segment) => /^[\w.:~-]+$/.test(segment) && segment !== "." && segment !== "..");
}

/** The project that a path lies in; null where it lies in none (`locations/global/firewallPolicies/1`). */
export function projectIn(path: string): string | null {
  return /^projects\/([^/]+)/.exec(path)?.[1] ?? null;
}

/** The zone of a link or path; null where it names none. */
export function zoneOf(link: unknown): string | null {
  return typeof link === "string" ? (/(?:^|\/)zones\/([a-z\d-]+)(?:\/|$)/.exec(link)?.[1] ?? null) : null;
}

/**
 * The region of a link or path, by itself or by its zone; null where it names none.
 * A zone is called after its region: https://docs.cloud.google.com/compute/docs/regions-zones#identifying_a_region_or_zone
 */
export function regionOf(link: unknown): string | null {
  if (typeof link !== "string") return null;
  const region = /(?:^|\/)regions\/([a-z\d-]+)(?:\/|$)/.exec(link)?.[1];
  return region ?? zoneOf(link)?.replace(/-[^-]+$/, "") ?? null;
}

/**
 * What a path lists: `instances` of `projects/p/zones/z/instances/i`, `networks` of `projects/p/global/networks/n`; null where the text is
 * no path of a resource. Paths come in pairs, but for the lone `global` of global resources.
 */
export function collectionOf(path: string): string | null {
  const parts = path.split("/");
  const isNamed = parts.length % 2 === 0 || parts.includes("global");
  return isNamed ? (parts.at(-2) ?? null) : null;
}
