import { MissingCredentials, UsageError } from "../../model/error.ts";
import type { Coverage } from "../../model/coverage.ts";
import type { VendorObject } from "../../snapshot/record.ts";
import { text } from "../read.ts";
import { CallFailed, type CallFailure } from "../shared/call.ts";
import { settle } from "../shared/inquire.ts";
import { findAncestors, listBelow } from "./hierarchy.ts";
import { type GcpCollection, targetOf } from "./collection.ts";
import { impersonated } from "./cloud.ts";
import { refusesCredentials } from "./errors.ts";
import { operationNamed } from "./operations.ts";
import type { GcpCollectOptions } from "./options.ts";
import type { Plans, ProjectPlan } from "./plans.ts";
import { isPlainPath } from "./links.ts";
import { signInCodes } from "./sign-in.ts";

/** A project as it was told, in whatever state. */
interface ToldProject extends ProjectPlan {
  readonly state: string;
}

/** What the options name, in one form. */
interface Wanted {
  /** By id or number. */
  readonly projects: readonly string[];
  /** `folders/1`, `organizations/1`. */
  readonly roots: readonly string[];
}

const search = operationNamed("cloudresourcemanager.projects.search");
const projectGet = operationNamed("cloudresourcemanager.projects.get");
const projectList = operationNamed("cloudresourcemanager.projects.list");

/** The account of a row about projects of which none could be told. */
const unknownAccount = "unknown";

/**
 * Google makes a project for each Apps Script that somebody writes, thousands of them in some organizations, without a network.
 * https://developers.google.com/apps-script/guides/cloud-platform-projects
 */
const appsScript = /^sys-\d{26}$/;

/**
 * Signs in and finds out which projects to collect from, and which folders and organizations lie above them. What it reads on the way, and
 * what it could not read, is written to the sink; a project that is not active is left out and said. Throws UsageError for options that
 * cannot be meant, for credentials that are missing or refused, and where the credentials see no project at all.
 */
export async function connect(collection: GcpCollection): Promise<Plans> {
  const wanted = readOptions(collection.options);
  if (!(await signIn(collection, wanted))) return { projects: [], ancestors: [] };
  const told = await findProjects(collection, wanted);
  const projects = chooseActive(collection, told);
  for (const { id, data } of projects) {
    // A listing tells of a project what asking for it alone does.
    collection.sink.record({ ...targetOf(id), operation: projectGet.id, data });
    settle(collection, targetOf(id), projectGet, { status: "complete", error: null, items: 1 });
  }
  const ancestors = await findAncestors(collection, projects);
  for (const account of wanted.roots) {
    if (ancestors.some((ancestor) => ancestor.account === account)) continue;
    const note = "no active project was found in it";
    collection.sink.target({ ...targetOf(account), name: null, status: "skipped", note });
  }
  return { projects, ancestors };
}

function readOptions({ projects, folders, organization, impersonate, environment }: GcpCollectOptions): Wanted {
  const nodes = (kind: "folders" | "organizations", option: string, words: readonly string[]): readonly string[] =>
    words.map((word) => {
      const number = word.trim().replace(new RegExp(`^${kind}/`), "");
      if (/^\d+$/.test(number)) return `${kind}/${number}`;
      const command = kind === "folders" ? "gcloud resource-manager folders list" : "gcloud organizations list";
      throw new UsageError(`${option} ${JSON.stringify(word)}: give the number that \`${command}\` shows as ID`);
    });
  const named = projects.map((word) => {
    const id = word.trim().replace(/^projects\//, "");
    if (isPlainPath(id) && !id.includes("/")) return id;
    throw new UsageError(
      `--project ${JSON.stringify(word)}: give the id that \`gcloud projects list\` shows as PROJECT_ID, or the number`,
    );
  });
  const account = impersonated({ impersonate, environment });
  if (account !== null && !/^[^@\s/:]+@[^@\s/:]+$/.test(account)) {
    throw new UsageError(
      `--impersonate-service-account ${JSON.stringify(account)}: give the address of a service account, NAME@PROJECT.iam.gserviceaccount.com`,
    );
  }
  const organizations = organization === null ? [] : [organization];
  return {
    projects: [...new Set(named)],
    roots: [
      ...new Set([
        ...nodes("folders", "--folder", folders),
        ...nodes("organizations", "--organization-id", organizations),
      ]),
    ],
  };
}

/** Whether there is a token. Where nobody gives one at present, the snapshot says so of everything that was to be asked. */
async function signIn(collection: GcpCollection, { projects, roots }: Wanted): Promise<boolean> {
  try {
    await collection.caller.signIn(search);
    return true;
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const { failure } = error;
    if (refusesCredentials(failure)) {
      const words = refusal(failure.code, collection.options);
      throw failure.code === signInCodes.none ? new MissingCredentials(words) : new UsageError(words);
    }
    const unasked = [
      ...projects.map((account) => ({ account, operation: projectGet })),
      ...roots.map((account) => ({ account, operation: projectList })),
    ];
    for (const { account, operation } of unasked.length === 0
      ? [{ account: unknownAccount, operation: search }]
      : unasked) {
      leaveOut(collection, account, null, failure.error);
      settle(collection, targetOf(account), operation, { status: failure.status, error: failure.error, items: 0 });
    }
    return false;
  }
}

function refusal(code: string, options: GcpCollectOptions): string {
  const login = "`gcloud auth application-default login`";
  const account = impersonated(options);
  if (code === signInCodes.none) {
    return `No Google Cloud credentials were found: run ${login}, or set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account's key or of workload identity federation`;
  }
  if (code === signInCodes.file) {
    return `The Google Cloud credentials could not be read: GOOGLE_APPLICATION_CREDENTIALS, or else the file that ${login} writes, is not there or holds no credentials. Renew it, or unset the variable`;
  }
  if (code === signInCodes.universe) {
    return "The Google Cloud credentials belong to another universe than GOOGLE_CLOUD_UNIVERSE_DOMAIN names, so that they are not sent there: set it to theirs, or unset it";
  }
  // Google's APIs name their errors in capitals, the token endpoint does not.
  if (account !== null && /^[A-Z_]+$/.test(code)) {
    return `The Google Cloud credentials may not act as ${account} (${code}): check the address, and give them roles/iam.serviceAccountTokenCreator on it, with iamcredentials.googleapis.com switched on in their project`;
  }
  return `Google does not accept the Google Cloud credentials (${code}): they are wrong, expired or revoked. Renew them, for example with ${login}, and try again`;
}

async function findProjects(collection: GcpCollection, { projects, roots }: Wanted): Promise<readonly ToldProject[]> {
  if (projects.length === 0 && roots.length === 0) return searchProjects(collection);
  const [named, below] = await Promise.all([
    Promise.all(projects.map((project) => getProject(collection, project))),
    Promise.all(roots.map((root) => listBelow(collection, root))),
  ]);
  const listed = withoutAppsScript(collection, readProjects(collection, below.flat()));
  return [...named.filter((project) => project !== null), ...listed];
}

async function searchProjects(collection: GcpCollection): Promise<readonly ToldProject[]> {
  const { caller, sink } = collection;
  const items: VendorObject[] = [];
  const failure = await caller.ask(caller.site(null, null), search, {}, (item) => {
    items.push(item);
  });
  const told = readProjects(collection, items);
  if (failure !== null) {
    const { status, error } = failure;
    settle(collection, targetOf(unknownAccount), search, { status, error, items: 0 });
    if (told.length === 0) leaveOut(collection, unknownAccount, null, error);
    else sink.note(`Not every project could be listed, so those that were not told are missing: ${error}`);
  } else if (told.length === 0) {
    throw new UsageError(
      "The credentials see no Google Cloud project: give them roles/compute.viewer on a project, a folder or the organization, or name projects with --project",
    );
  }
  return withoutAppsScript(collection, told);
}

/** A project that was named; null when it cannot be read, which is said. */
async function getProject(collection: GcpCollection, project: string): Promise<ToldProject | null> {
  const { caller } = collection;
  const items: VendorObject[] = [];
  const failure: CallFailure | null = await caller.ask(caller.site(null, null), projectGet, { project }, (item) => {
    items.push(item);
  });
  const told = items.map(toldProject).find((candidate) => candidate !== null) ?? null;
  if (failure === null && told !== null) return told;
  const end: Pick<Coverage, "status" | "error"> = failure ?? {
    status: "malformed",
    error: "the answer names no project",
  };
  const note =
    end.status === "denied"
      ? `there is no such project, or the credentials do not see it; it takes roles/compute.viewer there: ${end.error ?? ""}`
      : end.error;
  leaveOut(collection, project, null, note ?? end.status);
  settle(collection, targetOf(project), projectGet, { status: end.status, error: end.error, items: 0 });
  return null;
}

function readProjects({ sink }: GcpCollection, items: readonly VendorObject[]): readonly ToldProject[] {
  const told = items.map(toldProject);
  const projects = told.filter((project) => project !== null);
  if (projects.length < told.length) {
    sink.note(`${told.length - projects.length} entries of the list of projects name no project, and were left out`);
  }
  return projects;
}

/** https://docs.cloud.google.com/resource-manager/reference/rest/v3/projects */
function toldProject(data: VendorObject): ToldProject | null {
  const id = text(data, "projectId");
  if (id === null || !isPlainPath(id) || id.includes("/")) return null;
  return {
    id,
    number: /^projects\/(\d+)$/.exec(text(data, "name") ?? "")?.[1] ?? null,
    name: text(data, "displayName"),
    parent: text(data, "parent"),
    state: text(data, "state") ?? "ACTIVE",
    data,
  };
}

function withoutAppsScript({ sink }: GcpCollection, told: readonly ToldProject[]): readonly ToldProject[] {
  const others = told.filter(({ id }) => !appsScript.test(id));
  if (others.length < told.length) {
    const count = told.length - others.length;
    sink.note(
      `${count} ${count === 1 ? "project" : "projects"} of Apps Script (sys-...) ${count === 1 ? "was" : "were"} left out: name one with --project to scan it`,
    );
  }
  return others;
}

/** Each active project once; the others are said. */
function chooseActive(collection: GcpCollection, told: readonly ToldProject[]): readonly ProjectPlan[] {
  const distinct = [...new Map(told.map((project) => [project.id, project])).values()];
  for (const { id, name, state } of distinct) {
    if (state !== "ACTIVE") leaveOut(collection, id, name, `Google says that the project is ${state}`);
  }
  return distinct.filter(({ state }) => state === "ACTIVE");
}

function leaveOut({ sink }: GcpCollection, account: string, name: string | null, note: string): void {
  sink.target({ ...targetOf(account), name, status: "skipped", note });
}
