import { globalRegion, targetKey } from "../../../model/resource.ts";
import type { Target } from "../../../model/resource.ts";
import type { Dump, DumpDocument, FileProblem } from "../../../snapshot/dump.ts";
import type { Recogniser } from "../../../snapshot/import.ts";
import type { SnapshotRecord, SnapshotSink } from "../../../snapshot/record.ts";
import { canonicalJson, listed } from "../../shared/dump.ts";
import { answersIn, operationsNamed } from "./answers.ts";
import type { Answer } from "./answers.ts";
import { coverageOf, otherRegions } from "./coverage.ts";
import type { BrokenAnswer } from "./coverage.ts";
import { place, unknownPlace } from "./place.ts";
import { recordsOf, requestKey, settle } from "./requests.ts";
import type { LostAnswer, SettledAnswer } from "./requests.ts";
import { operationsListing } from "./signs.ts";
import { readTickets } from "./tickets.ts";

/** Finds the answers of the AWS CLI and SDKs in a dump. */
export const awsRecogniser: Recogniser = { cloud: "aws", recognise };

function recognise(dump: Pick<Dump, "documents" | "problems">, sink: SnapshotSink): ReadonlySet<DumpDocument> {
  const tickets = readTickets(dump.documents);
  const answers = dump.documents.flatMap(answersIn).map(tickets.redeem);
  const brokenAnswers = dump.problems.flatMap((problem) => guessBroken(problem, answers));
  const placement = place([...answers, ...brokenAnswers]);
  const isBroken = new Set(brokenAnswers);
  const { settled, lost } = settle(placement.placed.filter(({ answer }) => !isBroken.has(answer)));
  const broken = placement.placed
    .filter(({ answer }) => isBroken.has(answer))
    .flatMap(({ answer, target }) =>
      answer.operations.map(({ id }): BrokenAnswer => ({ operation: id, target, file: answer.document.file })),
    );

  placement.notes.forEach((note) => sink.note(note));
  lostNotes(lost).forEach((note) => sink.note(note));
  writeTargets(settled, lost, broken, sink);
  return new Set([...answers.map(({ document }) => document), ...tickets.documents]);
}

function writeTargets(
  settled: readonly SettledAnswer[],
  lost: readonly LostAnswer[],
  broken: readonly BrokenAnswer[],
  sink: SnapshotSink,
): void {
  const settledAt = Map.groupBy(settled, ({ target }) => targetKey(target));
  const lostAt = Map.groupBy(lost, ({ placed }) => targetKey(placed.target));
  const targets = targetsOf(settled, lost, broken);
  const brokenAt = Map.groupBy(broken.flatMap(spread(targets)), ({ target }) => targetKey(target));
  const withRegions = new Set(targets.flatMap(({ account, region }) => (region === globalRegion ? [] : [account])));
  for (const target of targets) {
    // A dump of an account's identities alone is of no Region, and of the account all the same.
    const isAlone = !withRegions.has(target.account) && settledAt.has(targetKey(target));
    if (target.region !== globalRegion || isAlone) {
      sink.target({ ...target, name: null, status: "scanned", note: null });
    }
  }
  for (const target of targets) {
    const key = targetKey(target);
    const here = settledAt.get(key) ?? [];
    const { records, notes } = distinctRecords(here);
    notes.forEach((note) => sink.note(note));
    const counts = new Map([...records].map(([operation, own]) => [operation, own.length]));
    for (const record of [...records.values()].flat()) {
      sink.record(record);
    }
    const rows = coverageOf(
      { target, settled: here, lost: lostAt.get(key) ?? [], broken: brokenAt.get(key) ?? [] },
      (operation) => counts.get(operation) ?? 0,
    );
    rows.forEach((row) => sink.coverage(row));
  }
  const regions = settled.filter(({ operation }) => operation === "ec2:DescribeRegions");
  for (const { target, status, why } of otherRegions(regions, new Set(targets.map(targetKey)))) {
    sink.target({ ...target, name: null, status, note: why });
    sink.coverage({ ...target, operation: "*", status, items: 0, error: why });
  }
}

/** Every account and Region of which the dump holds something, and `global` for each account; sorted. */
function targetsOf(
  settled: readonly SettledAnswer[],
  lost: readonly LostAnswer[],
  broken: readonly BrokenAnswer[],
): readonly Target[] {
  const found = [
    // That nothing was found somewhere unknown makes no target.
    ...settled.filter(({ target, items }) => target.region !== unknownPlace || items.length > 0),
    ...lost.map(({ placed }) => placed),
    ...broken.filter(({ target }) => target.region !== unknownPlace),
  ].map(({ target }) => target);
  const global = found.map(({ cloud, account }): Target => ({ cloud, account, region: globalRegion }));
  const byKey = new Map([...found, ...global].map((target) => [targetKey(target), target]));
  return [...byKey.values()].toSorted((a, b) => (targetKey(a) < targetKey(b) ? -1 : 1));
}

/** What may have come from any of several Regions leaves none of them whole. */
function spread(targets: readonly Target[]): (broken: BrokenAnswer) => readonly BrokenAnswer[] {
  return (broken) => {
    const { operation, file } = broken;
    const { account, region } = broken.target;
    if (region !== unknownPlace) return [broken];
    return targets
      .filter((target) => target.region !== globalRegion && (account === unknownPlace || target.account === account))
      .map((target) => ({ operation, target, file }));
  };
}

/** Members by which two descriptions of one resource are seen to differ. */
const identities: Readonly<Record<string, string>> = {
  "ec2:DescribeSecurityGroups": "GroupId",
  "ec2:DescribeSecurityGroupRules": "SecurityGroupRuleId",
  "ec2:DescribeNetworkAcls": "NetworkAclId",
  "ec2:DescribeNetworkInterfaces": "NetworkInterfaceId",
  "ec2:DescribeSubnets": "SubnetId",
  "ec2:DescribeVpcs": "VpcId",
  "ec2:DescribeRouteTables": "RouteTableId",
};

/** The records of one target by operation. What several files say in the same words is one record. */
function distinctRecords(settled: readonly SettledAnswer[]): {
  readonly records: ReadonlyMap<string, readonly SnapshotRecord[]>;
  readonly notes: readonly string[];
} {
  const records = new Map<string, readonly SnapshotRecord[]>();
  const notes: string[] = [];
  for (const [operation, answers] of Map.groupBy(settled, (answer) => answer.operation)) {
    if (answers.length === 1) {
      records.set(operation, answers.flatMap(recordsOf));
      continue;
    }
    const distinct = new Map<string, SnapshotRecord>();
    for (const record of answers.flatMap(recordsOf)) {
      distinct.set(`${requestKey(record.request ?? {})} ${canonicalJson(record.data)}`, record);
    }
    records.set(operation, [...distinct.values()]);
    const identity = identities[operation];
    const ids = identity === undefined ? [] : [...distinct.values()].map(({ data }) => data[identity]);
    const repeated = [...Map.groupBy(ids, (id) => id)].flatMap(([id, all]) =>
      typeof id === "string" && all.length > 1 ? [id] : [],
    );
    if (repeated.length > 0) {
      const files = listed([...new Set(answers.map(({ answer }) => answer.document.file))]);
      notes.push(
        `${files} describe ${listed(repeated)} differently; everything they say was read. Import one dump at a time.`,
      );
    }
  }
  return { records, notes };
}

/** What an unreadable part of a file was to be: by the list it begins with, by the other answers of the file, by the file's name. */
function guessBroken(problem: FileProblem, answers: readonly Answer[]): readonly Answer[] {
  const { file, path, start } = problem;
  const members = [...start.matchAll(/"([A-Za-z]+)"\s*:\s*\[/gu)].map(([, member]) => member ?? "");
  const byMember = members.map(operationsListing).find((operations) => operations.length > 0) ?? [];
  const sameFile = answers.filter(({ document }) => document.file === file);
  const bySibling = sameFile.flatMap(({ operations }) => operations);
  const operations = [byMember, bySibling, operationsNamed(path)].find((candidates) => candidates.length > 0) ?? [];
  const document: DumpDocument = { file, path, value: null };
  // Each operation is placed by itself, because some have no Region.
  return operations.map((operation) => ({
    document,
    path,
    operations: [operation],
    items: [],
    beside: {},
    lacks: { status: "malformed", why: "is cut off or broken" },
  }));
}

function lostNotes(lost: readonly LostAnswer[]): readonly string[] {
  const byCause = Map.groupBy(lost, ({ cause }) => cause);
  return [...byCause].map(([cause, group]) => {
    const files = [...new Set(group.map(({ placed }) => placed.answer.document.file))];
    return `Not placed: ${listed(files)} ${cause}.`;
  });
}
