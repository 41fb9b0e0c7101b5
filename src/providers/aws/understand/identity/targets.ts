import { isEmptyBits } from "../../../../identity/bits.ts";
import type { Verdict } from "../../../../identity/estate.ts";
import { bothLevels, cappedLevels, levelsOf, type Levels } from "../../../../identity/levels.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { readCredentials } from "./credentials.ts";
import type { EscalationMethod, Prerequisite, TargetKind } from "./data/types.ts";
import { isReserved, type AwsIdentity } from "./identities.ts";
import type { Organization } from "./organization.ts";
import { permissionSetName } from "./permission-sets.ts";
import type { ManagedPolicy } from "./roster.ts";
import type { Trust } from "./trust.ts";
import { servicesOf, type Workload, type Workloads } from "./workloads.ts";

/** What a method's prerequisites make of the estate. */
export interface Possible {
  readonly targets: Levels;
  readonly caller: (index: number) => boolean;
  /** Why targets are no more than possible, in words. */
  readonly missing: readonly string[];
  readonly acrossAccounts: boolean;
  /** The workloads that lead to targets, for methods that need one and where those were read. */
  readonly workloads: readonly Workload[] | null;
  /** Which managed policies will do, for methods that change one. */
  readonly policy: (policy: ManagedPolicy) => boolean;
}

/** Tells what methods are possible in an estate, and on whom. */
export interface Prospects {
  /** One per way in which the prerequisites can be met; none when they cannot. */
  readonly of: (method: EscalationMethod) => readonly Possible[];
  /** Roles that hold a workload's role, by the ARN that the workload carries. */
  readonly carriedBy: (carries: string) => readonly number[];
}

export interface ProspectsInput {
  readonly identities: readonly AwsIdentity[];
  readonly trust: Trust;
  readonly workloads: Workloads;
  readonly organization: Organization;
  readonly index: RecordIndex;
}

export function createProspects(input: ProspectsInput): Prospects {
  const { identities, trust, organization } = input;
  const size = identities.length;
  const credentials = readCredentials(input.index);
  const levels = (verdict: (identity: AwsIdentity, index: number) => Verdict | boolean): Levels =>
    levelsOf(
      size,
      identities.flatMap((identity, index): readonly (readonly [number, Verdict])[] => {
        const said = verdict(identity, index);
        return said === false || said === "no" ? [] : [[index, said === true ? "yes" : said]];
      }),
    );
  const everyone = levels(() => true);
  const ofKind = (kinds: readonly TargetKind[], reserved: boolean): Levels =>
    levels(({ entity }) => {
      if (entity === null || !kinds.includes(entity.kind)) return false;
      return reserved || entity.kind !== "role" || !isReserved(entity);
    });

  const holders = new Map<string, number[]>();
  for (const [index, { entity }] of identities.entries()) {
    if (entity?.kind !== "role") continue;
    for (const arn of [entity.arn, ...entity.instanceProfiles]) {
      const list = holders.get(arn);
      if (list === undefined) holders.set(arn, [index]);
      else list.push(index);
    }
  }
  const carriedBy = (carries: string): readonly number[] => holders.get(carries) ?? [];

  const managesCenter = (index: number): "yes" | "unknown" | "no" =>
    organization.managesIdentityCenter(identities[index]?.identity.account ?? "");

  /** What a single prerequisite leaves; null for those that say nothing of targets. */
  const filter = (prerequisite: Prerequisite): { readonly targets: Levels; readonly missing: string | null } | null => {
    switch (prerequisite.kind) {
      case "reaches-target":
      case "trusts-caller":
      case "caller-is-user":
      case "policy-versions":
      case "other-policy-version":
      case "workload":
      case "manages-identity-center":
        return null;
      case "access-keys":
      case "login-profile":
        return {
          targets: levels(({ entity }) => {
            if (entity?.kind !== "user") return false;
            const known = credentials.get(entity.arn);
            if (known === undefined) return "unknown";
            return prerequisite.kind === "login-profile"
              ? known.hasPassword === prerequisite.exists
              : known.accessKeys < 2 === (prerequisite.count === "fewer-than-two");
          }),
          missing: "the credential report: how many access keys the user has, and whether a password",
        };
      case "boundary":
        return {
          targets: levels(({ entity }) => entity !== null && entity.kind !== "group" && entity.boundary !== null),
          missing: null,
        };
      case "instance-profile":
        return {
          targets: levels(({ entity }) => entity?.kind === "role" && entity.instanceProfiles.length > 0),
          missing: null,
        };
      case "permission-set":
        return {
          targets: levels(({ entity }) => entity?.kind === "role" && permissionSetName(entity) !== null),
          missing: null,
        };
      case "trusts-provider":
        return { targets: trust.byProviders(prerequisite.provider), missing: null };
      case "not-read":
        return { targets: cappedLevels(everyone, "unknown"), missing: `whether ${prerequisite.says}` };
    }
  };

  const policyFilter = ({ prerequisites }: EscalationMethod): Possible["policy"] => {
    const versions = prerequisites.find(({ kind }) => kind === "policy-versions");
    return (policy) => {
      if (versions?.kind !== "policy-versions") return true;
      return policy.versions.length < 5 === (versions.count === "fewer-than-five");
    };
  };

  return {
    carriedBy,
    of: (method) => {
      const kinds = new Set(method.prerequisites.map(({ kind }) => kind));
      const usesIam = method.requires.flat().some(({ action, on }) => on !== "any" && action.startsWith("iam:"));
      let targets =
        method.effect === "new-identity"
          ? levels(({ isNew }) => isNew)
          : method.effect === "other-version"
            ? levels(({ otherVersion }) => otherVersion !== null)
            : ofKind(method.targets, !usesIam);
      const missing: string[] = [];
      for (const prerequisite of method.prerequisites) {
        const left = filter(prerequisite);
        if (left === null) continue;
        targets = bothLevels(targets, left.targets);
        if (left.missing !== null) missing.push(left.missing);
      }
      const isUserOnly = kinds.has("caller-is-user");
      const atCenter = kinds.has("manages-identity-center") || kinds.has("permission-set");
      const base = {
        caller: (index: number) => !isUserOnly || identities[index]?.entity?.kind === "user",
        acrossAccounts: kinds.has("permission-set"),
        policy: policyFilter(method),
      };
      const carried = method.prerequisites.find(({ kind }) => kind === "workload");
      if (carried?.kind === "workload") {
        return withWorkloads(carried, targets, missing, input, carriedBy).map((each) => Object.assign({}, base, each));
      }
      const plain = { ...base, targets, missing, workloads: null };
      if (!atCenter) return [plain];
      // Whoever certainly manages Identity Center, and whoever may.
      return [
        { ...plain, caller: (index: number) => base.caller(index) && managesCenter(index) === "yes" },
        {
          ...plain,
          caller: (index: number) => base.caller(index) && managesCenter(index) === "unknown",
          targets: cappedLevels(targets, "unknown"),
          missing: [...missing, "which account manages IAM Identity Center"],
        },
      ];
    },
  };
}

/** Targets that carry a workload which was read, and those that may carry one which was not. */
function withWorkloads(
  { workload, running }: Extract<Prerequisite, { readonly kind: "workload" }>,
  targets: Levels,
  missing: readonly string[],
  { identities, workloads, trust }: ProspectsInput,
  carriedBy: Prospects["carriedBy"],
): readonly Pick<Possible, "targets" | "missing" | "workloads">[] {
  const found = workloads.all.filter((each) => each.kind === workload && (!running || each.running));
  const holders = new Set(found.flatMap(({ carries }) => carriedBy(carries)));
  const known = bothLevels(
    targets,
    levelsOf(
      identities.length,
      [...holders].map((index) => [index, "yes"] as const),
    ),
  );
  const unread = new Map<string, string | null>();
  const reasons = new Set<string>();
  const maybe = levelsOf(
    identities.length,
    identities.flatMap(({ identity, entity }, index): readonly (readonly [number, Verdict])[] => {
      if (entity?.kind !== "role" || holders.has(index)) return [];
      const why = unread.has(identity.account)
        ? (unread.get(identity.account) ?? null)
        : workloads.unread(workload, identity.account);
      unread.set(identity.account, why);
      if (why === null) return [];
      reasons.add(why);
      return [[index, "unknown"]];
    }),
  );
  const possible = bothLevels(
    bothLevels(targets, maybe),
    cappedLevels(trust.byServices(servicesOf[workload]), "unknown"),
  );
  return [
    { targets: known, missing, workloads: found },
    { targets: possible, missing: [...missing, ...reasons], workloads: null },
  ].filter((each) => !isEmptyBits(each.targets.unknown));
}
