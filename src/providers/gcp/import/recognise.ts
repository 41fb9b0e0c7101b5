import type { DumpDocument, Dump } from "../../../snapshot/dump.ts";
import type { Recogniser } from "../../../snapshot/import.ts";
import type { SnapshotSink } from "../../../snapshot/record.ts";
import { listed, notRead } from "../../shared/dump.ts";
import { answersIn, type Answer } from "./answers.ts";
import { tell, type Untold } from "./asked.ts";
import { hasPolicy } from "./asked-identities.ts";
import { brokenParts } from "./broken.ts";
import { hierarchyOf } from "./hierarchy.ts";
import { holdingsOf, ownerFinder, type LostList } from "./holdings.ts";
import type { FoundResource } from "./resources.ts";
import { settle } from "./settle.ts";
import { writeTargets } from "./targets.ts";

/** Finds what gcloud, Google's REST APIs and Cloud Asset Inventory give in a dump. */
export const gcpRecogniser: Recogniser = { cloud: "gcp", recognise };

function recognise(dump: Pick<Dump, "documents" | "problems">, sink: SnapshotSink): ReadonlySet<DumpDocument> {
  const answers = dump.documents.flatMap(answersIn);
  const assets = answers.flatMap((answer) => (answer.kind === "assets" ? answer.assets : []));
  const found = answers.flatMap((answer) => (answer.kind === "resources" ? answer.resources : []));
  const hierarchy = hierarchyOf([...found, ...assets.flatMap(({ resource }) => resource ?? [])], assets);
  const owner = ownerFinder(answers, hierarchy);
  const held = holdingsOf(answers, hierarchy, owner);
  const { told, untold } = tell(answers, held.resources, hierarchy, owner);
  const settled = settle(held.resources, told, hierarchy);
  const broken = brokenParts(dump.problems, held, hierarchy);
  writeTargets({ held, settled, broken, hierarchy }, sink);

  const taken = new Set([...held.holdings, ...held.resources, ...told, ...untold].map(({ file }) => file));
  for (const note of [...lostNotes(held.lost, untold), ...settled.notes, ...strangeNotes(answers)]) sink.note(note);
  return new Set(answers.filter((answer) => taken.has(answer.document.file)).map(({ document }) => document));
}

function lostNotes(lost: readonly LostList[], untold: readonly Untold[]): readonly string[] {
  const byOwner = Map.groupBy(lost, ({ operation }) =>
    isHierarchical(operation) ? "organization or folder" : "project",
  );
  return [
    ...[...byOwner].map(
      ([owner, group]) =>
        `Not placed: nothing tells whose ${listed(filesOf(group))} is. Name the file or its folder after the ${owner}.`,
    ),
    ...[...Map.groupBy(untold, ({ cause }) => cause)].map(
      ([cause, group]) => `Not placed: ${listed(filesOf(group))} ${cause}.`,
    ),
  ];
}

function isHierarchical(operation: string): boolean {
  return operation.startsWith("compute.firewallPolicies.") || operation.includes(".organizations.");
}

/** What each file holds beside what was used. */
function strangeNotes(answers: readonly Answer[]): readonly string[] {
  return [...Map.groupBy(answers, ({ document }) => document.file)].flatMap(([file, group]) => {
    const counts = group.map(itemsOf);
    const all = counts.reduce((sum, { items }) => sum + items, 0);
    const unread = counts.reduce((sum, { read }) => sum - read, all);
    const bare = group.flatMap((answer) =>
      answer.kind === "assets" ? answer.assets.filter(({ isBare }) => isBare) : [],
    );
    const notes = [];
    if (unread > 0 && unread < all) notes.push(notRead(file, unread, all));
    if (bare.length > 0) {
      notes.push(
        `${file} has ${bare.length} assets without their resources: export them with --content-type=resource, and once more with --content-type=iam-policy.`,
      );
    }
    return notes;
  });
}

function itemsOf(answer: Answer): { readonly items: number; readonly read: number } {
  if (answer.kind === "nameless") return { items: answer.items.length, read: answer.items.length };
  const isRead = (resource: FoundResource | null): boolean => resource !== null && resource.operation !== null;
  const [items, read] =
    answer.kind === "assets"
      ? [answer.assets.length, answer.assets.filter((asset) => isRead(asset.resource) || hasPolicy(asset)).length]
      : [answer.resources.length, answer.resources.filter(isRead).length];
  return { items: items + answer.strange, read };
}

function filesOf(group: readonly { readonly file: string }[]): readonly string[] {
  return [...new Set(group.map(({ file }) => file))];
}
