import { namesOperation } from "../faults.ts";
import { listedPage } from "./listing.ts";
import { badRequest, denied, type Subject } from "./errors.ts";
import {
  type GcpEstate,
  type GcpFolder,
  type GcpOrganization,
  type GcpProject,
  type GcpResource,
  type JsonObject,
  pathOf,
} from "./estate.ts";
import type { Paging } from "./http.ts";
import type { LabOperation } from "./operations.ts";

const since = "2023-02-14T11:20:58.004Z";

/** What Cloud Resource Manager answers: https://docs.cloud.google.com/resource-manager/reference/rest. Throws {@link GoogleFailure}. */
export function managerAnswer(estate: GcpEstate, { id }: LabOperation, paging: Paging, subject: Subject): JsonObject {
  const { query, path } = paging.request;
  const named = decodeURIComponent(path).split("/").at(-1) ?? "";
  if (id === "cloudresourcemanager.projects.search") {
    const found = estate.projects.filter((project) => mayBeSeen(project) && fits(project, query.get("query") ?? ""));
    return listedPage(
      found.map((project) => projectBody(project)),
      paging,
      "projects",
    );
  }
  if (id === "cloudresourcemanager.effectiveTags.list") {
    return listedPage(tagsOf(estate, parentParameter(query), subject), paging, "effectiveTags");
  }
  if (id.endsWith(".list")) {
    const parent = parentParameter(query);
    if (!isThere(estate, parent)) throw denied({ ...subject, resource: parent });
    const wanted = (node: GcpFolder | GcpProject): boolean =>
      node.parent === parent && (query.get("showDeleted") === "true" || (node.state ?? "ACTIVE") === "ACTIVE");
    const folders = (estate.folders ?? []).filter((folder) => wanted(folder)).map((folder) => folderBody(folder));
    if (id === "cloudresourcemanager.folders.list") return listedPage(folders, paging, "folders");
    const projects = estate.projects.filter((project) => wanted(project)).map((project) => projectBody(project));
    return listedPage(projects, paging, "projects");
  }
  const project = estate.projects.find((candidate) => candidate.id === named || candidate.number === named);
  if (id === "cloudresourcemanager.projects.get" && project !== undefined) return projectBody(project);
  const folder = estate.folders?.find((candidate) => candidate.id === named);
  if (id === "cloudresourcemanager.folders.get" && folder !== undefined) return folderBody(folder);
  const organization = estate.organizations?.find((candidate) => candidate.id === named);
  if (id === "cloudresourcemanager.organizations.get" && organization !== undefined) {
    return organizationBody(organization);
  }
  throw denied(subject);
}

function isThere(estate: GcpEstate, name: string): boolean {
  const [kind, id] = name.split("/");
  return (kind === "folders" ? estate.folders : estate.organizations)?.some((node) => node.id === id) === true;
}

/** A search finds what may be read, and is silent about the rest. */
function mayBeSeen({ denies = [] }: GcpProject): boolean {
  return denies.every((pattern) => !namesOperation(pattern, "cloudresourcemanager.projects.get"));
}

function parentParameter(query: URLSearchParams): string {
  const parent = query.get("parent");
  if (parent === null) throw badRequest("Request contains an invalid argument.");
  return parent;
}

/** The part of the query language that picks projects by state, parent or id. */
function fits(project: GcpProject, query: string): boolean {
  return query
    .split(/\s+(?:AND\s+)?/)
    .filter((term) => term !== "")
    .every((term) => {
      const [, key, value] = /^(\w+)[:=]"?([^"]+)"?$/.exec(term) ?? [];
      if (key === "state" || key === "lifecycleState") return (project.state ?? "ACTIVE") === value;
      if (key === "parent") return project.parent === value;
      if (key === "id" || key === "projectId") return project.id === value;
      throw badRequest(`The lab does not know the query '${term}'.`);
    });
}

function tagsOf(estate: GcpEstate, parent: string, subject: Subject): readonly JsonObject[] {
  for (const project of estate.projects) {
    const instance = project.resources?.find((resource) => isInstance(resource, project, parent));
    if (instance === undefined) continue;
    return (project.details ?? [])
      .filter(({ of, method }) => method === "effectiveTags" && of.selfLink === instance.selfLink)
      .flatMap(({ items }) => items);
  }
  throw denied({ ...subject, resource: parent });
}

/** Whether a full resource name is that of an instance, which it calls by number, and its project by number or id. */
function isInstance({ selfLink, id }: GcpResource, project: GcpProject, name: string): boolean {
  const found = /^\/\/compute\.googleapis\.com\/projects\/([^/]+)\/zones\/([^/]+)\/instances\/(\d+)$/.exec(name);
  const [, owner, zone = "", number] = found ?? [];
  return (
    number !== undefined &&
    number === id &&
    (owner === project.number || owner === project.id) &&
    pathOf(selfLink).startsWith(`projects/${project.id}/zones/${zone}/instances/`)
  );
}

function projectBody({ id, number, displayName, parent, state = "ACTIVE" }: GcpProject): JsonObject {
  return {
    name: `projects/${number}`,
    parent,
    projectId: id,
    state,
    displayName: displayName ?? id,
    createTime: since,
    updateTime: since,
    ...(state === "DELETE_REQUESTED" ? { deleteTime: "2026-02-03T08:00:00.000Z" } : {}),
    etag: `W/"${number.slice(0, 8)}"`,
  };
}

function folderBody({ id, displayName, parent, state = "ACTIVE" }: GcpFolder): JsonObject {
  return { name: `folders/${id}`, parent, displayName, state, createTime: since, updateTime: since, etag: `W/"${id}"` };
}

function organizationBody({ id, displayName }: GcpOrganization): JsonObject {
  return {
    name: `organizations/${id}`,
    displayName,
    directoryCustomerId: "C01harbour",
    state: "ACTIVE",
    createTime: since,
    updateTime: since,
    etag: `W/"${id}"`,
  };
}
