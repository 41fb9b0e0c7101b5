import { isKnown } from "../../../../model/coverage.ts";
import { globalRegion } from "../../../../model/resource.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { flag, object, text } from "../../../read.ts";
import { push } from "../../../shared/collections.ts";
import { parseCel, type Expression } from "./cel.ts";
import type { Member } from "./members.ts";
import type { Place, Places } from "./places.ts";

/** What is known of whom a pool lets in. */
export interface Pools {
  /** Whose the identities are that a member names. */
  readonly home: (member: Member & { readonly kind: "federated" }) => "own" | "outside" | "unknown";
  /** The place that a pool lies in; null for a pool of another organization. */
  readonly placeOf: (pool: string) => Place | null;
}

const workloads = "iam.projects.locations.workloadIdentityPools.providers.list";
const people = "iam.locations.workforcePools.providers.list";

/** Issuers that vouch for whoever signs up, and the attributes of theirs that bind a token to a customer. https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines */
const publicIssuers: readonly { readonly host: RegExp; readonly claims: ReadonlySet<string> }[] = [
  {
    host: /^token\.actions\.githubusercontent\.com$/,
    claims: new Set([
      "sub",
      "repository",
      "repository_id",
      "repository_owner",
      "repository_owner_id",
      "job_workflow_ref",
      "workflow_ref",
    ]),
  },
  { host: /^gitlab\.com$/, claims: new Set(["sub", "project_path", "project_id", "namespace_path", "namespace_id"]) },
  {
    host: /^app\.terraform\.io$/,
    claims: new Set([
      "sub",
      "terraform_organization_id",
      "terraform_organization_name",
      "terraform_workspace_id",
      "terraform_project_id",
    ]),
  },
  {
    host: /^(?:agent\.buildkite\.com|oidc\.vercel\.com)$/,
    claims: new Set(["sub", "organization_slug", "owner", "owner_id"]),
  },
  { host: /^accounts\.google\.com$/, claims: new Set(["sub", "email", "hd"]) },
  { host: /^securetoken\.google\.com$/, claims: new Set(["sub", "email"]) },
];

/** Reads the providers of the pools that identities from outside come through. */
export function readPools(index: RecordIndex, places: Places): Pools {
  const providers = new Map<string, VendorObject[]>();
  for (const { data } of [...index.all(workloads), ...index.all(people)]) {
    const pool = /^(.+)\/providers\/[^/]+$/.exec(text(data, "name") ?? "")?.[1];
    if (pool !== undefined) push(providers, keyOf(pool, places), data);
  }
  const isWhole = (pool: string): boolean => {
    const place = placeOf(pool);
    if (place === null) return false;
    const row = index.coverage(
      { cloud: "gcp", account: place.account, region: globalRegion },
      pool.startsWith("projects/") ? workloads : people,
    );
    return row !== null && isKnown(row.status);
  };
  const placeOf = (pool: string): Place | null => {
    const project = /^(projects\/[^/]+)\//.exec(pool)?.[1];
    if (project !== undefined) return places.find(project);
    const cluster = /^([\w.:-]+)\.svc\.id\.goog$/.exec(pool)?.[1];
    if (cluster !== undefined) return places.find(cluster);
    const organization = places.all.find(({ kind }) => kind === "organization");
    return providers.has(pool) ? (organization ?? null) : null;
  };
  return {
    placeOf,
    home: ({ pool, told }) => {
      if (pool.endsWith(".svc.id.goog")) return placeOf(pool) === null ? "unknown" : "own";
      const list = providers.get(keyOf(pool, places)) ?? [];
      const active = list.filter((data) => flag(data, "disabled") !== true && text(data, "state") !== "DELETED");
      if (active.some((data) => isOpen(data, told))) return "outside";
      return isWhole(pool) ? "own" : "unknown";
    },
  };
}

/** Pools are named by the project's number, and by its id where people write them. */
function keyOf(pool: string, places: Places): string {
  const [, project, rest] = /^(projects\/[^/]+)(\/.*)$/.exec(pool) ?? [];
  const place = project === undefined ? null : places.find(project);
  return place === null ? pool : `${place.name}${rest ?? ""}`;
}

/** Whether a provider lets in people of whom nothing says whose they are, for all that the member names of them. */
function isOpen(provider: VendorObject, told: string | null): boolean {
  const oidc = object(provider, "oidc");
  const issuer = oidc === null ? null : text(oidc, "issuerUri");
  if (issuer === null) return false;
  const host =
    issuer
      .replace(/^https?:\/\//, "")
      .split("/")[0]
      ?.toLowerCase() ?? "";
  const known = publicIssuers.find((each) => each.host.test(host));
  if (known === undefined) return false;
  const mapping = object(provider, "attributeMapping") ?? {};
  if (told !== null && isBoundBy(told, mapping, known.claims)) return false;
  const condition = text(provider, "attributeCondition");
  const expression = condition === null ? null : parseCel(condition);
  return expression === null || !binds(expression, mapping, known.claims);
}

/** `subject/repo:o/r:ref:main`, `attribute.repository/o/r`, `group/x`. */
function isBoundBy(told: string, mapping: VendorObject, claims: ReadonlySet<string>): boolean {
  const attribute = told.startsWith("subject/")
    ? "google.subject"
    : told.startsWith("group/")
      ? "google.groups"
      : (/^(attribute\.[^/]+)\//.exec(told)?.[1] ?? "");
  return reads(text(mapping, attribute), claims);
}

function reads(mapped: string | null, claims: ReadonlySet<string>): boolean {
  const used = [...(mapped ?? "").matchAll(/assertion\.(\w+)|assertion\[["'](\w+)["']\]/g)].flatMap(
    ([, a, b]) => a ?? b ?? [],
  );
  return used.some((claim) => claims.has(claim));
}

/** Whether a condition certainly asks a token for one of the claims that say whose it is. */
function binds(expression: Expression, mapping: VendorObject, claims: ReadonlySet<string>): boolean {
  if (expression.kind === "binary") {
    const { operator, left, right } = expression;
    if (operator === "&&") return binds(left, mapping, claims) || binds(right, mapping, claims);
    if (operator === "||") return binds(left, mapping, claims) && binds(right, mapping, claims);
    if (operator === "==") return isClaim(left, mapping, claims) || isClaim(right, mapping, claims);
    return operator === "in" && isClaim(left, mapping, claims);
  }
  if (expression.kind !== "call" || expression.of === null || !isClaim(expression.of, mapping, claims)) return false;
  const [given] = expression.arguments;
  if (given?.kind !== "literal" || typeof given.value !== "string") return false;
  if (expression.name === "startsWith") return beginsWithOwner(given.value);
  return expression.name === "matches" && isOfOwner(given.value);
}

/**
 * Whether a beginning names one owner to the end of its name, for anyone can sign up under a longer one: `repo:acme/` does, `repo:` and `acme` do not.
 */
function beginsWithOwner(text: string): boolean {
  return /^[\w.-]+[/:]/.test(text.replace(/^(?:repo|project_path|organization):/, ""));
}

/** Whether a regular expression, which may be found anywhere in a text, holds for none but named owners: `^acme/`, `^(acme|acme-labs)/`, `^acme$`. */
function isOfOwner(pattern: string): boolean {
  return alternativesOf(pattern).every((way) =>
    /^\^(?:(?:repo|project_path|organization):)?(?:(?:[\w-]|\\\.)+|\((?:\?:)?(?:[\w|-]|\\\.)+\))(?:\\?[/:]|\$$)/.test(
      way,
    ),
  );
}

/** The parts of a regular expression of which one is enough: what stands between bars that are in no brackets. */
function alternativesOf(pattern: string): readonly string[] {
  const ways = [""];
  let depth = 0;
  for (const [part] of pattern.matchAll(/\\.|[^]/g)) {
    if (part === "(" || part === "[") depth++;
    if (part === ")" || part === "]") depth--;
    if (part === "|" && depth === 0) ways.push("");
    else ways.push(`${ways.pop() ?? ""}${part}`);
  }
  return ways;
}

function isClaim(expression: Expression, mapping: VendorObject, claims: ReadonlySet<string>): boolean {
  if (expression.kind === "index") {
    const { of, at } = expression;
    return of.kind === "name" && of.name === "assertion" && at.kind === "literal" && claims.has(String(at.value));
  }
  if (expression.kind !== "member" || expression.of.kind !== "name") return false;
  const root = expression.of.name;
  if (root === "assertion") return claims.has(expression.name);
  return (root === "attribute" || root === "google") && reads(text(mapping, `${root}.${expression.name}`), claims);
}
