import { globalRegion } from "../../../model/resource.ts";
import type { Target } from "../../../model/resource.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { listed } from "../../shared/dump.ts";
import { findAwsOperation } from "../operations.ts";
import type { Answer } from "./answers.ts";
import { accountInName, cluesOf, isAccount, mayBeTime, only, regionInName } from "./clues.ts";
import type { Clues } from "./clues.ts";

/** What stands for an account or a Region that nothing in the dump tells. */
export const unknownPlace = "unknown";

/** The items of an answer that come from one account and Region; the answer's own emptiness has a place too. */
export interface PlacedAnswer {
  readonly answer: Answer;
  readonly target: Target;
  readonly items: readonly VendorObject[];
}

/** Every answer with its account and Region, and what people should know about how they were found. */
export interface Placement {
  readonly placed: readonly PlacedAnswer[];
  readonly notes: readonly string[];
}

/** An answer with what its items say about where they come from. */
interface Witness {
  readonly answer: Answer;
  readonly clues: readonly Clues[];
  /** The file (or the object in it that holds the answer) and every folder above, innermost first. */
  readonly folders: readonly string[];
  /** The account that `sts get-caller-identity` says; null for other answers. */
  readonly identity: string | null;
  /** Owners that can only be the account that was asked. */
  readonly sureOwners: ReadonlySet<string>;
}

/**
 * Operations that give nothing but what the asked account owns. Others may list what was shared with it: subnets and VPCs of a
 * shared network, interfaces of services, shared prefix lists and rule groups.
 */
const givesOwnOnly = new Set([
  "ec2:DescribeInstances",
  "ec2:DescribeSecurityGroups",
  "elasticloadbalancingv2:DescribeLoadBalancers",
  "elasticloadbalancingv2:DescribeListeners",
  "elasticloadbalancingv2:DescribeRules",
  "elasticloadbalancingv2:DescribeTargetGroups",
  "network-firewall:ListFirewalls",
  "iam:GetAccountAuthorizationDetails",
  "iam:ListSAMLProviders",
  "iam:ListOpenIDConnectProviders",
  "lambda:ListFunctions",
  "ecs:DescribeTasks",
  "codebuild:BatchGetProjects",
]);

/**
 * Finds the account and Region of every answer.
 *
 * The Region, from what is surest: an item's own Availability Zone or ARN; a Region named by the file or the nearest folder; another
 * item that mentions the same VPC, subnet or other local id; the other items of the document; the other documents of the nearest folder.
 *
 * The account: `sts get-caller-identity` in the same folder or the nearest above it, or an account id in the name of the file or a
 * nearer folder; what only the asked account can own, of the item, the document, the nearest folder; `sts get-caller-identity` elsewhere
 * below the nearest common folder; and last the commonest owner, which may be somebody who shares a network.
 */
export function place(answers: readonly Answer[]): Placement {
  const witnesses = answers.map(witnessOf);
  const folders = byFolder(witnesses);
  const regionOf = regionFinder(witnesses, folders);
  const accountOf = accountFinder(witnesses, folders);
  const placed = witnesses.flatMap((witness) => {
    const byTarget = new Map<string, { target: Target; items: VendorObject[] }>();
    const add = (account: string, region: string, item: VendorObject | null): void => {
      const key = `${account}/${region}`;
      const group = byTarget.get(key) ?? { target: { cloud: "aws", account, region }, items: [] };
      byTarget.set(key, group);
      if (item !== null) {
        group.items.push(item);
      }
    };
    for (const [index, item] of witness.answer.items.entries()) {
      const clues = witness.clues[index] ?? null;
      add(accountOf(witness, clues), regionOf(witness, clues), item);
    }
    if (witness.answer.items.length === 0) {
      add(accountOf(witness, null), regionOf(witness, null), null);
    }
    return [...byTarget.values()].map(({ target, items }): PlacedAnswer => ({ answer: witness.answer, target, items }));
  });
  return { placed, notes: [...placeNotes(placed), ...ownerNotes(witnesses, accountOf)] };
}

function witnessOf(answer: Answer): Witness {
  const clues = answer.items.map(cluesOf);
  const ids = answer.operations.map(({ id }) => id);
  const [first] = answer.items;
  const account = ids.includes("sts:GetCallerIdentity") ? first?.["Account"] : undefined;
  const identity = typeof account === "string" && isAccount(account) ? account : null;
  const owners = ids.every((id) => givesOwnOnly.has(id)) ? clues.flatMap(({ owner }) => owner ?? []) : [];
  const folders = [...answer.path.keys(), answer.path.length]
    .map((depth) => answer.path.slice(0, depth).join(separator))
    .toReversed();
  return { answer, clues, folders, identity, sureOwners: new Set(identity === null ? owners : [identity]) };
}

/** Stands in no file's name; `/` may, percent-encoded. */
const separator = "\u0000";

/** The answers in or below each folder. */
function byFolder(witnesses: readonly Witness[]): ReadonlyMap<string, readonly Witness[]> {
  const folders = new Map<string, Witness[]>();
  for (const witness of witnesses) {
    for (const folder of witness.folders) {
      const members = folders.get(folder) ?? [];
      folders.set(folder, members);
      members.push(witness);
    }
  }
  return folders;
}

type Folders = ReturnType<typeof byFolder>;

/** A function of the folder, computed once for each. */
function perFolder<T>(
  folders: Folders,
  compute: (members: readonly Witness[], folder: string) => T,
): (folder: string) => T {
  const known = new Map<string, T>();
  return (folder) => {
    const before = known.get(folder);
    if (before !== undefined) {
      return before;
    }
    const value = compute(folders.get(folder) ?? [], folder);
    known.set(folder, value);
    return value;
  };
}

function firstOf<T, R>(values: Iterable<T>, find: (value: T) => R | null): R | null {
  for (const value of values) {
    const found = find(value);
    if (found !== null) {
      return found;
    }
  }
  return null;
}

function regionFinder(
  witnesses: readonly Witness[],
  folders: Folders,
): (witness: Witness, clues: Clues | null) => string {
  const named = new Map(
    witnesses.map((witness) => [witness, firstOf(witness.answer.path.toReversed(), regionInName)] as const),
  );
  const byId = new Map<string, Set<string>>();
  for (const witness of witnesses) {
    for (const { region, ids } of witness.clues) {
      const known = region ?? named.get(witness) ?? null;
      for (const id of known === null ? [] : ids) {
        byId.set(id, (byId.get(id) ?? new Set()).add(known ?? ""));
      }
    }
  }
  const regionsOf = (witness: Witness): readonly string[] => {
    const own = witness.clues.flatMap(({ region }) => region ?? []);
    return own.length > 0 || named.get(witness) === null ? own : [named.get(witness) ?? ""];
  };
  const ofFolder = perFolder(folders, (members) => ({ region: only(members.flatMap(regionsOf)) }));
  return (witness, clues) => {
    if (witness.answer.operations.some(({ id }) => findAwsOperation(id)?.scope !== "region")) {
      return globalRegion;
    }
    return (
      clues?.region ??
      named.get(witness) ??
      only((clues?.ids ?? []).flatMap((id) => Array.from(byId.get(id) ?? []))) ??
      only(regionsOf(witness)) ??
      firstOf(witness.folders, (folder) => ofFolder(folder).region) ??
      unknownPlace
    );
  };
}

function accountFinder(
  witnesses: readonly Witness[],
  folders: Folders,
): (witness: Witness, clues: Clues | null) => string {
  const mentioned = new Set(
    witnesses.flatMap(({ clues, sureOwners }) => [...sureOwners, ...clues.flatMap((c) => c.owner ?? [])]),
  );
  const accountNamed = (name: string): string | null => {
    const account = accountInName(name);
    return account !== null && (mentioned.has(account) || !mayBeTime(account)) ? account : null;
  };
  const inFolder = perFolder(folders, (members, folder) => {
    const direct = members.filter((member) => member.folders.indexOf(folder) <= 1);
    return {
      identity:
        only(direct.flatMap(({ identity }) => identity ?? [])) ?? accountNamed(folder.split(separator).at(-1) ?? ""),
      identityBelow: only(members.flatMap(({ identity }) => identity ?? [])),
      sure: only(members.flatMap(({ sureOwners }) => [...sureOwners])),
      commonest: commonest(members.flatMap(({ clues }) => clues.flatMap(({ owner }) => owner ?? []))),
    };
  });
  const told = perWitness((witness) => ({
    account: firstOf(witness.folders, (folder) => inFolder(folder).identity),
  }));
  const guessed = perWitness((witness) => ({
    account:
      only(witness.sureOwners) ??
      firstOf(witness.folders, (folder) => inFolder(folder).identityBelow ?? inFolder(folder).sure) ??
      commonest(witness.clues.flatMap(({ owner }) => owner ?? [])) ??
      firstOf(witness.folders, (folder) => inFolder(folder).commonest),
  }));
  return (witness, clues) => {
    const own = clues !== null && clues.owner !== null && witness.sureOwners.has(clues.owner) ? clues.owner : null;
    return told(witness).account ?? own ?? guessed(witness).account ?? unknownPlace;
  };
}

function perWitness<T>(compute: (witness: Witness) => T): (witness: Witness) => T {
  const known = new Map<Witness, T>();
  return (witness) => {
    const value = known.get(witness) ?? compute(witness);
    known.set(witness, value);
    return value;
  };
}

/** The most frequent value; null when there is none or two share the first place. */
function commonest(values: readonly string[]): string | null {
  const counts = [...Map.groupBy(values, (value) => value)].map(([value, all]) => ({ value, times: all.length }));
  const most = Math.max(...counts.map(({ times }) => times));
  return only(counts.filter(({ times }) => times === most).map(({ value }) => value));
}

function placeNotes(placed: readonly PlacedAnswer[]): string[] {
  const filesOf = (isLost: (target: Target) => boolean): readonly string[] => [
    ...new Set(placed.filter(({ target }) => isLost(target)).map(({ answer }) => answer.document.file)),
  ];
  const noAccount = filesOf(({ account }) => account === unknownPlace);
  const noRegion = filesOf(({ region }) => region === unknownPlace);
  const advice = {
    account: "Add the output of `aws sts get-caller-identity` to the folder, or name the folder after the account id.",
    region: "Name the folder or the file after the Region (us-east-1).",
  };
  return [
    ...(noAccount.length > 0 ? [`Nothing tells the account of ${listed(noAccount)}. ${advice.account}`] : []),
    ...(noRegion.length > 0 ? [`Nothing tells the Region of ${listed(noRegion)}. ${advice.region}`] : []),
  ];
}

/** Says where an account was taken from the folder although the answer itself names another. */
function ownerNotes(witnesses: readonly Witness[], accountOf: ReturnType<typeof accountFinder>): string[] {
  const conflicts = new Map<string, Set<string>>();
  for (const witness of witnesses) {
    const chosen = accountOf(witness, null);
    for (const owner of witness.sureOwners) {
      if (owner !== chosen && accountOf(witness, { region: null, owner, ids: [] }) === chosen) {
        const key = `${owner}, but by its folder or \`sts get-caller-identity\` it comes from ${chosen}, which was used`;
        conflicts.set(key, (conflicts.get(key) ?? new Set()).add(witness.answer.document.file));
      }
    }
  }
  return [...conflicts].map(([conflict, files]) => `What ${listed([...files])} holds is owned by ${conflict}.`);
}
