import type { ActionSet } from "../../../../identity/actions.ts";
import { allOf, type Condition } from "../../../../identity/condition.ts";
import type { StatementRef } from "../../../../identity/estate.ts";
import { matchesGlob, type Glob, type Globs } from "../../../../identity/glob.ts";
import type { ResourceSet, Statement } from "../../../../identity/statement.ts";
import { nowhere, type Place, type Places } from "./places.ts";

/** What a statement says, but for where. */
export interface Said {
  readonly effect: "allow" | "deny";
  readonly actions: ActionSet;
  readonly condition: Condition;
  readonly ref: StatementRef;
  readonly breadth: string | null;
}

/** Makes statements about everything in a place. */
export interface Scopes {
  /** One, and another where projects of which nobody knows what is above may lie in the place. */
  readonly in: (place: Place, said: Said) => readonly Statement[];
  readonly at: (glob: Glob, said: Said) => Statement;
}

export function createScopes(places: Places, globs: Globs): Scopes {
  const stray: Glob = globs.of([
    { kind: "literal", text: nowhere },
    { kind: "pattern", text: "*" },
  ]);
  const first = places.all.find(({ kind, path }) => kind === "project" && path.startsWith(nowhere));
  const at: Scopes["at"] = (glob, said) => ({ ...said, resources: resourcesIn(glob) });
  return {
    at,
    in: (place, said) => {
      const certain = at(place.below, said);
      if (place.kind === "project" || first === undefined) return [certain];
      const missing = `whether ${first.name} lies in ${place.name}`;
      const condition = allOf([said.condition, { kind: "unread", missing }]);
      return [certain, at(stray, { ...said, condition })];
    },
  };
}

export function resourcesIn(glob: Glob): ResourceSet {
  return { include: [{ kind: "glob", glob }], except: [] };
}

/** Whether some actions hold a permission, whose name is in lower case. */
export function holdsPermission({ include, except }: ActionSet, permission: string): boolean {
  const isIn = (glob: Glob): boolean =>
    glob.literal === null ? matchesGlob(glob, permission) : glob.literal === permission;
  return include.some(isIn) && !except.some(isIn);
}
