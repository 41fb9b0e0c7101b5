import { type CoverageGap, gravest } from "../../model/coverage.ts";
import type { VendorObject } from "../../snapshot/record.ts";
import { text } from "../read.ts";
import { inquire as inquireShared, settle } from "../shared/inquire.ts";
import { type GcpCollection, targetOf } from "./collection.ts";
import type { GcpOperation } from "./operation.ts";
import { operationNamed } from "./operations.ts";
import type { AncestorPlan, ProjectPlan } from "./plans.ts";

const folderGet = operationNamed("cloudresourcemanager.folders.get");
const organizationGet = operationNamed("cloudresourcemanager.organizations.get");
const projectList = operationNamed("cloudresourcemanager.projects.list");
const folderList = operationNamed("cloudresourcemanager.folders.list");

/**
 * The folders and organizations above projects, each asked once. One that may not be read is an ancestor all the same: only what lies above
 * it stays unknown, and its coverage row says so.
 */
export async function findAncestors(
  collection: GcpCollection,
  projects: readonly Pick<ProjectPlan, "parent">[],
): Promise<readonly AncestorPlan[]> {
  const found = new Map<string, AncestorPlan>();
  let next = distinctNodes(projects.map(({ parent }) => parent));
  while (next.length > 0) {
    const level = await Promise.all(next.map((account) => readAncestor(collection, account)));
    for (const { account, name } of level) found.set(account, { account, name });
    next = distinctNodes(level.map(({ parent }) => parent)).filter((account) => !found.has(account));
  }
  return [...found.values()];
}

async function readAncestor(
  collection: GcpCollection,
  account: string,
): Promise<AncestorPlan & { readonly parent: string | null }> {
  const isFolder = account.startsWith("folders/");
  const operation = isFolder ? folderGet : organizationGet;
  const members = { [isFolder ? "folder" : "organization"]: account };
  const site = collection.caller.site(account, null);
  const asked = { target: targetOf(account), operation, requests: [{ members }], unasked: null, nothingHere: false };
  const { records } = await inquireShared(collection, asked, (request, onItem) =>
    collection.caller.ask(site, operation, request.members, onItem),
  );
  const data = records[0]?.data ?? {};
  return { account, name: text(data, "displayName"), parent: isFolder ? text(data, "parent") : null };
}

function distinctNodes(parents: readonly (string | null)[]): readonly string[] {
  const nodes = parents.filter((parent) => parent !== null);
  return [...new Set(nodes.filter((parent) => /^(?:folders|organizations)\/\d+$/.test(parent)))];
}

/**
 * The projects below a folder or organization, however deep. Leaves one coverage row of each listing on it; a part that could not be listed
 * is noted, too.
 */
export async function listBelow(collection: GcpCollection, root: string): Promise<readonly VendorObject[]> {
  const projects: VendorObject[] = [];
  const visited = new Set<string>();
  const gaps = new Map<GcpOperation, CoverageGap[]>([
    [projectList, []],
    [folderList, []],
  ]);
  const list = async (operation: GcpOperation, parent: string): Promise<readonly VendorObject[]> => {
    const items: VendorObject[] = [];
    const { caller } = collection;
    const failure = await caller.ask(caller.site(parent, null), operation, { parent }, (item) => {
      items.push(item);
    });
    if (failure !== null) {
      gaps.get(operation)?.push({ request: { parent }, status: failure.status, error: failure.error });
    }
    return items;
  };
  let next: readonly string[] = [root];
  while (next.length > 0) {
    for (const parent of next) visited.add(parent);
    const level = await Promise.all(
      next.map((parent) => Promise.all([list(projectList, parent), list(folderList, parent)])),
    );
    projects.push(...level.flatMap(([found]) => found));
    const folders = level.flatMap(([_projects, found]) => found.map((folder) => text(folder, "name")));
    next = distinctNodes(folders).filter((folder) => !visited.has(folder));
  }
  for (const [operation, failed] of gaps) leaveRow(collection, root, operation, { failed, asked: visited.size });
  return projects;
}

function leaveRow(
  collection: GcpCollection,
  root: string,
  operation: GcpOperation,
  { failed, asked }: { readonly failed: readonly CoverageGap[]; readonly asked: number },
): void {
  const worst = gravest(failed);
  if (worst === null) {
    settle(collection, targetOf(root), operation, { status: "complete", error: null, items: 0 });
    return;
  }
  const error = asked === 1 ? worst.error : `${failed.length} of ${asked} requests: ${worst.error}`;
  settle(collection, targetOf(root), operation, { status: worst.status, error, items: 0 });
  collection.sink.note(`${root} could not be listed whole, so projects below it may be missing: ${error}`);
}
