import type { Binder, Bound, Rights } from "./bind.ts";
import type { Partition, Partitioner } from "./classes.ts";
import { always } from "./condition.ts";
import type { Globs } from "./glob.ts";
import type { Identity } from "./identity.ts";
import type { Statement } from "./statement.ts";

/**
 * What was done to an identity's rights on the way to it, as bits: {@link granted}, {@link uncapped}, both or neither.
 */
export type State = 0 | 1 | 2 | 3;
export const states: readonly State[] = [0, 1, 2, 3];

/** What was done in either. */
export function bothStates(a: State, b: State): State {
  return states[a | b] ?? 3;
}

/** It may do whatever its caps allow and nothing denies it: someone wrote policies of their choosing for it. */
export const granted = 1;
/** Its permissions boundary caps it no longer. */
export const uncapped = 2;

/** What identities may do in each state; worked out when it is first asked about. */
export interface Nodes {
  readonly partition: (identity: number, state: State) => Partition;
  /**
   * What nothing forbids it where a resource lets it in by name, so that no policy of its own has to allow it. A user who is named is not limited by
   * what its boundary only does not allow; a role is.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
   */
  readonly partitionNamed: (identity: number, state: State) => Partition;

  readonly identities: readonly Identity[];
}

export function createNodes(
  identities: readonly Identity[],
  globs: Globs,
  bind: Binder,
  partition: Partitioner,
): Nodes {
  const everything: Statement = {
    effect: "allow",
    actions: { include: [globs.pattern("*", true)], except: [] },
    resources: { include: [{ kind: "glob", glob: globs.all }], except: [] },
    condition: always,
    ref: {
      policy: "a policy of the caller's choosing",
      statement: "*",
      effect: "allow",
      layer: "identity policy",
      attachedTo: null,
    },
    breadth: null,
  };
  const [chosen] = bind({ grants: [everything], caps: [] }, () => null).grants;
  const known = states.map(() => new Map<number, Partition>());
  const rights = new Map<number, Rights>();

  const rightsOf = (index: number): Rights => {
    const before = rights.get(index);
    if (before !== undefined) return before;
    const identity = identities[index];
    const made = bind(identity?.assigned ?? { grants: [], caps: [] }, identity?.facts ?? (() => null));
    rights.set(index, made);
    return made;
  };

  const named = new Map<number, Partition>();

  return {
    identities,
    partitionNamed: (index, state) => {
      const key = index * 4 + state;
      const before = named.get(key);
      if (before !== undefined) return before;
      const own = rightsOf(index);
      const isUser = identities[index]?.principal?.kind === "user";
      const made = partition(
        inState(isUser ? withoutSilence(own) : own, (state & uncapped) === 0 ? granted : 3, chosen),
      );
      named.set(key, made);
      return made;
    },
    partition: (index, state) => {
      const before = known[state]?.get(index);
      if (before !== undefined) return before;
      const made = partition(inState(rightsOf(index), state, chosen));
      known[state]?.set(index, made);
      return made;
    },
  };
}

function inState(rights: Rights, state: State, chosen: Bound | undefined): Rights {
  const grants =
    (state & granted) === 0 || chosen === undefined
      ? rights.grants
      : // Its own denies stay; what it was allowed before makes no difference any more.
        [chosen, ...rights.grants.filter(({ effect }) => effect === "deny")];
  const caps = (state & uncapped) === 0 ? rights.caps : rights.caps.filter(({ cap }) => cap.kind !== "boundary");
  return { ...rights, grants, caps };
}

/** The rights without a boundary that has to allow: its denies count among the grants'. */
function withoutSilence(rights: Rights): Rights {
  const boundaries = rights.caps.filter(({ cap }) => cap.kind === "boundary");
  const denies = boundaries.flatMap(({ statements }) => statements.filter(({ effect }) => effect === "deny"));
  return {
    ...rights,
    grants: [...rights.grants, ...denies],
    caps: rights.caps.filter(({ cap }) => cap.kind !== "boundary"),
  };
}
