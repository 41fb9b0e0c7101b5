import type { WireRequest } from "../http.ts";
import { computeAnswer, policyAnswer } from "./compute.ts";
import { hierarchicalPolicies } from "./effective.ts";
import { badRequest, denied, notFound, type Subject } from "./errors.ts";
import { type GcpEstate, type GcpNode, type GcpProject, type JsonObject, pathOf, textOf } from "./estate.ts";
import { identityAnswer } from "./identity.ts";
import { identityOperations } from "./identity-operations.ts";
import type { Paging } from "./http.ts";
import { addressGroups } from "./network-security.ts";
import { type LabOperation, labOperations, systemParameters } from "./operations.ts";
import { managerAnswer } from "./resource-manager.ts";

/** What a request asks for, before it is known whether it may. */
export interface GcpCall {
  readonly operation: string;
  /** A project by id, `organizations/<id>` or `folders/<id>`; null for what belongs to none. */
  readonly account: string | null;
  /** A region or zone, or `global`. */
  readonly region: string;
  /** What a refusal is worded by. */
  readonly subject: Subject;
  /** Who may refuse it; null where nobody does. */
  readonly holder: GcpNode | null;
  /** Throws {@link GoogleFailure}. */
  readonly answer: (paging: Paging) => JsonObject;
}

/** The values of a path's parameters. */
export type Parameters = Readonly<Record<string, string>>;

/** Finds out what a request asks for. What the lab does not have is a call whose answer says so. */
export function route(estate: GcpEstate, request: WireRequest): GcpCall {
  const path = request.path.split("/").map(decodeURIComponent);
  for (const operation of labOperations) {
    const parameters = operation.method === request.method ? matched(operation.path, path) : null;
    if (parameters !== null) return called(estate, request, operation, parameters);
  }
  return unknown(estate, `${request.method} ${path.join("/")}`);
}

function matched(template: string, given: readonly string[]): Parameters | null {
  const wanted = template.split("/");
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? "";
    const [, name, method = ""] = /^\{(\w+)\}(:\w+)?$/.exec(segment) ?? [];
    if (name === undefined ? segment !== value : !value.endsWith(method)) return null;
    if (name !== undefined) found[name] = value.slice(0, value.length - method.length);
  }
  return found;
}

const identities = new Set(identityOperations.map(({ id }) => id));

function isIdentity({ id }: LabOperation): boolean {
  return identities.has(id);
}

function unknown(estate: GcpEstate, what: string): GcpCall {
  const subject: Subject = { api: "compute", permission: "", resource: what, consumer: consumerOf(estate, null) };
  const answer = (): never => {
    throw notFound("compute", what);
  };
  return { operation: what, account: null, region: "global", subject, holder: null, answer };
}

function called(estate: GcpEstate, request: WireRequest, operation: LabOperation, parameters: Parameters): GcpCall {
  const { account, node, project } = holderOf(estate, operation, parameters, request);
  const subject: Subject = {
    api: operation.api,
    permission: operation.permission,
    resource: resourceOf(operation, parameters, request, account),
    consumer: consumerOf(estate, project),
  };
  return {
    operation: operation.id,
    account,
    region: parameters["region"] ?? parameters["zone"] ?? "global",
    subject,
    holder: node,
    answer(paging) {
      refuseUnknownParameters(operation, request);
      if (isIdentity(operation)) {
        if (node === null && operation.id !== "iam.roles.get") throw denied(subject);
        const call = { id: operation.id, access: node?.access ?? {}, parameters, subject };
        return identityAnswer(estate, call, paging);
      }
      if (operation.api === "cloudresourcemanager") return managerAnswer(estate, operation, paging, subject);
      if (operation.id.startsWith("compute.firewallPolicies.")) return policyAnswer(estate, paging);
      if (node === null) throw denied(subject);
      if (operation.api === "networksecurity") return addressGroups(node, parameters, paging);
      if (project === null) throw denied(subject);
      return computeAnswer(estate, project, operation, paging);
    },
  };
}

/** The organization, folder or project that a call is about, as far as the estate has it. */
function holderOf(
  estate: GcpEstate,
  { api }: LabOperation,
  parameters: Parameters,
  { query }: WireRequest,
): { readonly account: string | null; readonly node: GcpNode | null; readonly project: GcpProject | null } {
  const { project: id, folder, organization, policy, attachment, pool } = parameters;
  const named = (kind: string, key: string | undefined): string | null => (key === undefined ? null : `${kind}/${key}`);
  const name =
    named("projects", id) ??
    named("folders", folder) ??
    named("organizations", organization) ??
    attachment?.replace("cloudresourcemanager.googleapis.com/", "") ??
    named("organizations", workforceOwner(estate, pool)) ??
    (api === "cloudidentity" ? named("organizations", estate.organizations?.[0]?.id) : null) ??
    hierarchicalPolicies(estate).find((entry) => entry.policy.name === policy)?.parent ??
    query.get("parentId") ??
    query.get("parent")?.replace(/^\/\/[^/]+\//, "") ??
    "";
  const [kind, key = ""] = name.split("/");
  if (kind === "projects") {
    // Google takes a project's number for its id.
    const project = estate.projects.find((candidate) => candidate.id === key || candidate.number === key) ?? null;
    return { account: project?.id ?? key, node: project, project };
  }
  const nodes = (kind === "folders" ? estate.folders : estate.organizations) ?? [];
  return {
    account: name === "" ? null : name,
    node: nodes.find((candidate) => candidate.id === key) ?? null,
    project: null,
  };
}

/** Pools of people are called without the organization that they belong to. */
function workforceOwner({ organizations = [] }: GcpEstate, pool: string | undefined): string | undefined {
  return organizations.find(({ access }) =>
    access?.workforcePools?.some((held) => textOf(held.pool, "name").endsWith(`/workforcePools/${pool}`)),
  )?.id;
}

/** Compute Engine names the very thing that is asked for, and a collection by its project. Others name the parent. */
function resourceOf(
  { api, path, query: own }: LabOperation,
  parameters: Parameters,
  { query }: WireRequest,
  account: string | null,
): string {
  const whole = account === null || account.includes("/") ? (account ?? "") : `projects/${account}`;
  const filled = path.replaceAll(/\{(.+?)\}/g, (_all, name: string) => parameters[name] ?? "");
  const segments = pathOf(`https://lab${filled}`).split("/");
  if (api !== "compute" || segments.length < 5) return whole;
  if (own.includes("network")) return pathOf(query.get("network") ?? whole);
  const end = segments.findIndex((segment) => /^(?:get|list)[A-Z]/.test(segment));
  return segments.slice(0, end === -1 ? undefined : end).join("/");
}

function consumerOf({ projects, identity }: GcpEstate, project: GcpProject | null): string {
  return project?.number ?? projects.find(({ id }) => id === identity.project)?.number ?? "0";
}

function refuseUnknownParameters({ query: own }: LabOperation, { query }: WireRequest): void {
  for (const name of query.keys()) {
    if (systemParameters.has(name) || own.includes(name)) continue;
    throw badRequest(
      `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
    );
  }
}
