import type { Glob, Globs } from "../../../../identity/glob.ts";
import { globalRegion, type ResourceRef } from "../../../../model/resource.ts";
import type { Snapshot, VendorObject } from "../../../../snapshot/record.ts";
import { object, text } from "../../../read.ts";
import { memo } from "../../../shared/collections.ts";
import { ancestorsOf } from "../hierarchy.ts";
import type { GcpIndex } from "../resources.ts";

/** A project, folder or organization that was scanned. */
export interface Place {
  /** `shop`, `folders/1`, `organizations/1`. */
  readonly account: string;
  readonly kind: "project" | "folder" | "organization";
  /** How Google's APIs call it: a project by its id. */
  readonly name: string;
  /** A project's number; null where it was not told, and for others. */
  readonly number: string | null;
  /** Its way from the top, which the texts of everything in it begin with: `organizations/1/folders/2/projects/shop/`. */
  readonly path: string;
  /** Everything in it and itself. */
  readonly below: Glob;
  /** What lies above it, the organization first; null where that is not known. */
  readonly above: readonly string[] | null;
  /** The organization above it or itself; null where there is none, undefined where that is not known. */
  readonly organization: string | null | undefined;
  readonly ref: ResourceRef;
}

/** Where policies are and what lies under what. */
export interface Places {
  readonly all: readonly Place[];
  /** By account, or a project's number: `shop`, `projects/123`, `folders/1`. */
  readonly find: (name: string) => Place | null;
  /** Whether a project was found and left out of the scan: `shop`, or `projects/` and its number. */
  readonly wasLeft: (name: string) => boolean;
  /** Whether something certainly lies in a place or is it; null where that is not known. */
  readonly isBelow: (place: Place, above: Place) => boolean | null;
}

/** What a path begins with of which nobody knows what is above. */
export const nowhere = "?/";

/** Projects that were left out, for they are being deleted, are no places. */
export function readPlaces(snapshot: Snapshot, index: GcpIndex, globs: Globs): Places {
  const left = new Set<string>();
  const accounts = new Set<string>();
  for (const { cloud, account, status } of snapshot.targets) {
    if (cloud === "gcp") (status === "scanned" ? accounts : left).add(account);
  }
  for (const { cloud, account, operation } of snapshot.records) {
    if (cloud === "gcp" && operation.endsWith(".getIamPolicy") && !left.has(account)) accounts.add(account);
  }
  const all = [...accounts].map((account) => placeOf(account, index, globs));
  // What lies above comes first.
  all.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  const byName = new Map(
    all.flatMap((place) => [
      [place.account, place],
      [place.name, place],
      ...(place.number === null ? [] : [[`projects/${place.number}`, place] as const]),
    ]),
  );
  const leftNames = new Set(
    [...left].flatMap((account) => {
      const number = text(projectData(account, index) ?? {}, "name");
      return number === null ? [account] : [account, number];
    }),
  );
  return {
    all,
    wasLeft: (name) => leftNames.has(name),
    find: (name) => byName.get(name) ?? null,
    isBelow: (place, above) => {
      if (place.path.startsWith(above.path)) return true;
      return place.path.startsWith(nowhere) && above.kind !== "project" ? null : false;
    },
  };
}

function rank({ kind }: Place): number {
  return ["organization", "folder", "project"].indexOf(kind);
}

function placeOf(account: string, index: GcpIndex, globs: Globs): Place {
  const kind = account.startsWith("organizations/")
    ? "organization"
    : account.startsWith("folders/")
      ? "folder"
      : "project";
  const name = kind === "project" ? `projects/${account}` : account;
  const above =
    kind === "organization" ? [] : kind === "folder" ? aboveFolder(account, index) : ancestorsOf(index, account);
  const way = above === null ? nowhere : above.map((each) => `${each}/`).join("");
  const path = `${way}${name}/`;
  const data = kind === "project" ? projectData(account, index) : (index.find(account)?.data ?? null);
  const number =
    kind === "project" && data !== null
      ? (/^projects\/(\d+)$/.exec(text(data, "name") ?? "")?.[1] ?? text(data, "projectNumber"))
      : null;
  const label = data === null ? null : (text(data, "displayName") ?? (kind === "project" ? text(data, "name") : null));
  return {
    account,
    kind,
    name,
    number,
    path,
    below: globs.of([
      { kind: "literal", text: path },
      { kind: "pattern", text: "*" },
    ]),
    above,
    organization: kind === "organization" ? account : above === null ? undefined : (above[0] ?? null),
    ref: {
      cloud: "gcp",
      account,
      region: globalRegion,
      type: `gcp:resourcemanager:${kind}`,
      id: name,
      name: label === null || label.startsWith("projects/") ? (kind === "project" ? account : null) : label,
      arn: null,
    },
  };
}

function projectData(account: string, index: GcpIndex): VendorObject | null {
  return index.all("projects").find(({ data }) => text(data, "projectId") === account)?.data ?? null;
}

/** A folder lies ten folders deep at most. */
const deepest = 32;

function aboveFolder(folder: string, index: GcpIndex): readonly string[] | null {
  const chain: string[] = [];
  for (let at = folder; chain.length < deepest;) {
    const data = index.find(at)?.data;
    const parent = data === undefined ? null : (text(data, "parent") ?? parentOf(data));
    if (parent === null) return null;
    chain.unshift(parent);
    if (parent.startsWith("organizations/")) return chain;
    at = parent;
  }
  return null;
}

function parentOf(data: VendorObject): string | null {
  const inner = object(data, "parent");
  const [type, id] = inner === null ? [null, null] : [text(inner, "type"), text(inner, "id")];
  return type === null || id === null ? null : `${type}s/${id}`;
}

/** The place in which a service account lies, by its address; null where it lies in none that was scanned. */
export function homeOfAccount(places: Places): (email: string) => Place | null {
  return memo((email) => {
    const owner = ownerOf(email);
    return owner === null ? null : (places.find(owner) ?? places.find(`projects/${owner}`));
  });
}

/**
 * The project that a service account belongs to, by id or, after `projects/`, by number; null where its address does not tell.
 * https://docs.cloud.google.com/iam/docs/service-account-types
 */
export function ownerOf(email: string): string | null {
  const [name = "", domain = ""] = email.split("@");
  const agent = /^service-(\d+)$/.exec(name)?.[1];
  if (agent !== undefined && domain.endsWith(".gserviceaccount.com")) return `projects/${agent}`;
  if (domain === "developer.gserviceaccount.com") return numbered(/^(\d+)-compute$/.exec(name)?.[1]);
  if (domain === "cloudservices.gserviceaccount.com" || domain === "cloudbuild.gserviceaccount.com") {
    return numbered(/^(\d+)$/.exec(name)?.[1]);
  }
  // Projects of a domain write it before the id: `example.com:shop`.
  if (domain === "appspot.gserviceaccount.com") return name.replace(/^(.+\.[a-z]+)\.([^.]+)$/, "$1:$2");
  const project = /^(.+)\.iam\.gserviceaccount\.com$/.exec(domain)?.[1];
  if (project === undefined || project.startsWith("gcp-sa-")) return null;
  const [id = "", ...scope] = project.split(".");
  return scope.length === 0 ? id : `${scope.join(".")}:${id}`;
}

function numbered(number: string | undefined): string | null {
  return number === undefined ? null : `projects/${number}`;
}

/**
 * Whether an account is one of Google's own, which acts for a service in a project and can be taken by nobody. Cloud Build's and App Engine's are
 * used by the customer's own code. https://docs.cloud.google.com/iam/docs/service-agents
 */
export function isServiceAgent(email: string): boolean {
  const [name = "", domain = ""] = email.split("@");
  if (domain === "cloudservices.gserviceaccount.com" || domain === "cloudbuild.gserviceaccount.com") return true;
  if (/^gcp-sa-[\w-]+\.iam\.gserviceaccount\.com$/.test(domain)) return true;
  return /^service-(?:org-|folder-)?\d+$/.test(name) && domain.endsWith(".iam.gserviceaccount.com");
}
