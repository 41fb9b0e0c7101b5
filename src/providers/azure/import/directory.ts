import type { Coverage, CoverageGap } from "../../../model/coverage.ts";
import { globalRegion, type Target } from "../../../model/resource.ts";
import type { SnapshotRecord, SnapshotSink, VendorObject } from "../../../snapshot/record.ts";
import { canonicalJson, isOnePage, isOneResource, notRead } from "../../shared/dump.ts";
import { text } from "../../read.ts";
import { directoryOperations } from "../directory-operations.ts";
import { type AzureOperation, parentMember } from "../operation.ts";
import { type DirectoryAnswer, directoryNamed, idsInPath } from "./directory-answers.ts";

/** An answer with the operation that gives it, and whom it is about. */
interface Placed {
  readonly answer: DirectoryAnswer;
  readonly operation: AzureOperation;
  /** The object id of whose members, owners or credentials these are; null for a listing of its own. */
  readonly parent: string | null;
}

/** What a dump holds of a tenant's directory. */
export interface HeldDirectory {
  readonly tenant: string;
  readonly answers: readonly DirectoryAnswer[];
  /** Groups that hold rights on Azure, by object id: whose members are missing where no list of them is there. */
  readonly groups: readonly string[];
}

/** Kinds of objects that have owners, members or credentials in lists of their own. */
type Parents = "applications" | "groups" | "servicePrincipals";

/**
 * Writes what a dump holds of a tenant's directory. Whose members or owners a list holds no answer says: it is read off the names of file
 * and folders, which must hold the object id (or the application id) that was asked about.
 */
export function writeDirectory({ tenant, answers, groups }: HeldDirectory, sink: SnapshotSink): void {
  const target: Target = { cloud: "azure", account: tenant, region: globalRegion };
  const objects = objectsIn(answers, groups);
  const placed = answers.flatMap((answer) => {
    const found = place(answer, objects);
    if (found === null) {
      sink.note(
        `${answer.document.file}: it does not say what these belong to. Put the object id that was asked about into the name of the file`,
      );
    }
    if (answer.strange > 0) {
      sink.note(notRead(answer.document.file, answer.strange, answer.strange + answer.items.length));
    }
    return found ?? [];
  });
  const counts = writeRecords(target, placed, sink);
  for (const operation of directoryOperations) {
    sink.coverage(coverageOf({ target, operation, placed, objects, items: counts.get(operation.id) ?? 0 }));
  }
}

/** Writes each item once, and counts them by operation. */
function writeRecords(target: Target, placed: readonly Placed[], sink: SnapshotSink): ReadonlyMap<string, number> {
  const told = new Set<string>();
  const counts = new Map<string, number>();
  for (const { answer, operation, parent } of placed) {
    for (const item of answer.items) {
      const data = operation.trim(item);
      const key = `${operation.id} ${parent ?? ""} ${canonicalJson(data)}`;
      if (told.has(key)) continue;
      told.add(key);
      counts.set(operation.id, (counts.get(operation.id) ?? 0) + 1);
      const record: SnapshotRecord = { ...target, operation: operation.id, data };
      sink.record(parent === null ? record : { ...record, request: { [parentMember]: parent } });
    }
  }
  return counts;
}

/** The objects of each kind that the dump lists, by their object id; of applications and principals by their application id too. */
type Objects = Readonly<Record<Parents, ReadonlyMap<string, string>>>;

function objectsIn(answers: readonly DirectoryAnswer[], groups: readonly string[]): Objects {
  const listed = (kind: Parents): readonly VendorObject[] =>
    answers.flatMap(({ kind: is, items }) => ("operation" in is && is.operation === directoryNamed(kind) ? items : []));
  const byId = (kind: Parents): ReadonlyMap<string, string> =>
    new Map(
      listed(kind).flatMap((item) => {
        const id = text(item, "id")?.toLowerCase();
        const names = [text(item, "appId")?.toLowerCase(), id];
        return id === undefined ? [] : names.flatMap((name) => (name === undefined ? [] : [[name, id] as const]));
      }),
    );
  return {
    applications: byId("applications"),
    groups: new Map([...groups.map((id) => [id, id] as const), ...byId("groups")]),
    servicePrincipals: byId("servicePrincipals"),
  };
}

function place(answer: DirectoryAnswer, objects: Objects): Placed | null {
  const { kind, document, about } = answer;
  const ids = [...about, ...idsInPath(document)];
  if ("operation" in kind) {
    if (kind.operation !== directoryNamed("applications/federatedIdentityCredentials")) {
      return { answer, operation: kind.operation, parent: null };
    }
    const [id] = ids.toSorted((a, b) => Number(objects.applications.has(b)) - Number(objects.applications.has(a)));
    return id === undefined ? null : { answer, operation: kind.operation, parent: objects.applications.get(id) ?? id };
  }
  const areOwners = document.path.some((name) => /owner/i.test(name));
  const known = ids.flatMap((id) =>
    (["groups", "applications", "servicePrincipals"] as const).flatMap((parents) => {
      const parent = objects[parents].get(id);
      return parent === undefined ? [] : [{ parents, parent }];
    }),
  );
  // An application and its principal have one application id; whoever asked by a name of the file said which was meant.
  const isOfPrincipal = document.path.some((name) => /service.?principal|(?:^|[^a-z])sp(?:[^a-z]|$)/i.test(name));
  const found = known.find(({ parents }) => parents === (isOfPrincipal ? "servicePrincipals" : parents));
  if (areOwners) {
    return found === undefined
      ? null
      : { answer, operation: directoryNamed(`${found.parents}/owners`), parent: found.parent };
  }
  const group = known.find(({ parents }) => parents === "groups")?.parent ?? ids[0];
  return group === undefined ? null : { answer, operation: directoryNamed("groups/members"), parent: group };
}

/** What the dump holds of one operation. */
interface Holding {
  readonly target: Target;
  readonly operation: AzureOperation;
  readonly placed: readonly Placed[];
  readonly objects: Objects;
  readonly items: number;
}

/**
 * `complete` for what the dump holds whole. Lists that belong to an object are whole when there is one for each object of that kind that
 * the dump lists; an object without, and a list that may lack service principals, is a gap.
 */
function coverageOf({ target, operation, placed, objects, items }: Holding): Coverage {
  const row = { ...target, operation: operation.id, items };
  const lacks = (error: string): Coverage => ({ ...row, status: "skipped", error });
  const own = placed.filter((each) => each.operation === operation);
  if (own.length === 0) return lacks(`Not in the dump: add the answer of ${operation.id} for the tenant.`);
  const parents = parentsOf(operation, objects);
  if (parents === null) {
    const part = own.find(({ answer }) => answer.isPart);
    if (part !== undefined) return lacks(isOnePage(part.answer.document.file));
    const whole = own.some(({ answer }) => !answer.isSingle) || operation === directoryNamed("organization");
    return whole
      ? { ...row, status: "complete", error: null }
      : lacks(isOneResource(own[0]?.answer.document.file ?? ""));
  }
  const asked = new Set([...parents, ...own.flatMap(({ parent }) => parent ?? [])]);
  const gaps = [...asked].flatMap((parent): readonly CoverageGap[] => {
    const error = whyNotWhole(
      operation,
      own.filter((each) => each.parent === parent),
    );
    return error === null ? [] : [{ request: { [parentMember]: parent }, status: "skipped", error }];
  });
  const [first] = gaps;
  if (first === undefined) return { ...row, status: "complete", error: null };
  return { ...lacks(`${gaps.length} of ${asked.size} lists: ${first.error}`), gaps };
}

/** The objects that an operation is asked about one by one; null for one that lists by itself. */
function parentsOf({ id, route }: AzureOperation, objects: Objects): readonly string[] | null {
  if (route.kind !== "graph" || !route.path.includes("{parent}")) return null;
  const kind = (["groups", "applications", "servicePrincipals"] as const).find((each) =>
    id.startsWith(`microsoft.graph/${each}/`),
  );
  return kind === undefined ? [] : [...new Set(objects[kind].values())];
}

function whyNotWhole({ id }: AzureOperation, lists: readonly Placed[]): string | null {
  if (lists.length === 0) return "Not in the dump: the list of this object.";
  const part = lists.find(({ answer }) => answer.isPart);
  if (part !== undefined) return isOnePage(part.answer.document.file);
  if (!id.startsWith("microsoft.graph/groups/")) return null;
  const listsPrincipals = lists.some(
    ({ answer: { isBeta, items } }) =>
      isBeta === true || items.some((item) => item["@odata.type"] === "#microsoft.graph.servicePrincipal"),
  );
  // https://learn.microsoft.com/graph/known-issues
  return listsPrincipals
    ? null
    : "Version 1.0 of Microsoft Graph, and `az ad`, leave out service principals: `az rest` with the version beta lists them.";
}
