import { aggregatedPage, listedPage } from "./listing.ts";
import { effectiveFirewalls, hierarchicalPolicies } from "./effective.ts";
import { badRequest, notFound } from "./errors.ts";
import { type GcpEstate, type GcpProject, type GcpResource, type JsonObject, pathOf } from "./estate.ts";
import type { Paging } from "./http.ts";
import type { LabOperation } from "./operations.ts";

/** What Compute Engine answers about a project. Throws {@link GoogleFailure}. */
export function computeAnswer(
  estate: GcpEstate,
  project: GcpProject,
  { id, way }: LabOperation,
  paging: Paging,
): JsonObject {
  const resources = project.resources ?? [];
  // A project may be asked for by its number.
  const path = askedPath(paging).replace(/^projects\/[^/]+/, `projects/${project.id}`);
  if (way.kind === "list") {
    return listedPage(
      resources.filter(({ selfLink }) => parentOf(pathOf(selfLink)) === path),
      paging,
    );
  }
  if (way.kind === "aggregated") return aggregatedPage(estate, project, path, way.scopes, paging);
  if (way.kind === "get") return theOne(resources, path);
  if (way.kind === "detail") {
    const owner = theOne(resources, parentOf(path));
    const told = (project.details ?? []).filter(
      ({ of, method }) => method === way.method && of.selfLink === owner.selfLink,
    );
    return listedPage(
      told.flatMap(({ items }) => items),
      paging,
    );
  }
  if (id === "compute.projects.get") return projectBody(estate, project);
  if (id === "compute.projects.getXpnHost") return hostOf(estate, project);
  return inForce(estate, project, path, paging);
}

/** Hierarchical policies: those that an organization or folder holds, or the one that the path names. */
export function policyAnswer(estate: GcpEstate, paging: Paging): JsonObject {
  const path = askedPath(paging);
  const held = hierarchicalPolicies(estate);
  if (path !== "locations/global/firewallPolicies") {
    return theOne(
      held.map(({ policy }) => policy),
      path,
    );
  }
  const wanted = paging.request.query.get("parentId");
  if (wanted === null) throw badRequest("Required field 'parentId' not specified");
  const policies = held.filter(({ parent }) => parent === wanted).map(({ policy }) => policy);
  return listedPage(
    estate.rulesInLists === false ? policies.map((policy) => ({ ...policy, rules: undefined })) : policies,
    paging,
  );
}

function askedPath({ request }: Paging): string {
  return pathOf(`https://lab${decodeURIComponent(request.path)}`);
}

/** `projects/p/global/networks` of `projects/p/global/networks/n`. */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function theOne(resources: readonly GcpResource[], path: string): GcpResource {
  const found = resources.find(({ selfLink }) => pathOf(selfLink) === path);
  if (found === undefined) throw notFound("compute", path);
  return found;
}

function inForce(estate: GcpEstate, project: GcpProject, path: string, { request }: Paging): JsonObject {
  const region = /\/regions\/([^/]+)\/firewallPolicies\/getEffectiveFirewalls$/.exec(path)?.[1] ?? null;
  const asked = region === null ? parentOf(path) : request.query.get("network");
  if (asked === null) throw badRequest("Required field 'network' not specified");
  return effectiveFirewalls(estate, project, theOne(project.resources ?? [], pathOf(asked)), region);
}

/** The Shared VPC host that a project is attached to; an empty project when there is none. */
function hostOf(estate: GcpEstate, { host }: GcpProject): JsonObject {
  if (host === undefined) return { kind: "compute#project" };
  const held = estate.projects.find(({ id }) => id === host);
  return held === undefined ? hostBody(host) : projectBody(estate, held);
}

function hostBody(id: string): JsonObject {
  const selfLink = `https://www.googleapis.com/compute/v1/projects/${id}`;
  return { kind: "compute#project", name: id, selfLink, xpnProjectStatus: "HOST" };
}

/** A project as Compute Engine tells it, with what is nobody's business in its metadata. */
function projectBody({ projects }: GcpEstate, { id, number }: GcpProject): JsonObject {
  const isHost = projects.some(({ host }) => host === id);
  return {
    ...hostBody(id),
    id: number,
    creationTimestamp: "2023-02-14T03:21:07.114-08:00",
    defaultServiceAccount: `${number}-compute@developer.gserviceaccount.com`,
    defaultNetworkTier: "PREMIUM",
    commonInstanceMetadata: {
      kind: "compute#metadata",
      fingerprint: "q1n0Z7Xw0nA=",
      items: [{ key: "ssh-keys", value: `operator:ssh-ed25519 SECRET-OF-${id} operator@example` }],
    },
    xpnProjectStatus: isHost ? "HOST" : "UNSPECIFIED_XPN_PROJECT_STATUS",
  };
}
