import type { KeyLevel, KeyWords, Vocabulary } from "../../../../identity/bind.ts";
import type { Condition, Match } from "../../../../identity/condition.ts";
import type { Control } from "../../../../identity/estate.ts";
import { knownFact, openFact, type Fact } from "../../../../identity/facts.ts";
import { readTime } from "../../../../identity/facts.ts";

/** The action that is asked about, in lower case. */
export const actionKey = "the action";
/** What a data action does besides; management of resources has none. */
export const subOperationKey = "the sub-operation";
export const timeKey = "the time";

const roleAssignment = "microsoft.authorization/roleassignments";
/** Which role an assignment that is being made would give. */
export const assignedRoleKey = `@request[${roleAssignment}:roledefinitionid]`;
export const assignedPrincipalKey = `@request[${roleAssignment}:principalid]`;
export const assignedTypeKey = `@request[${roleAssignment}:principaltype]`;

/** How far ahead a date counts as open: what ends later is taken to last, what begins later to be nothing today. */
const horizonSeconds = 10 * 365 * 24 * 3600;

const noSubOperation = knownFact([]);

/**
 * What is known of the attributes that conditions ask about.
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes
 * @param now when the records were read, in seconds since 1970
 */
export function azureKeys(now: number): Vocabulary {
  const times: readonly Match[] = [{ kind: "time", anyOf: [{ first: now, last: now + horizonSeconds }] }];
  const time: Fact = { ...openFact("time", "always"), within: times };
  const facts = new Map<string, Fact>([
    [timeKey, time],
    [subOperationKey, noSubOperation],
    [assignedRoleKey, openFact("caller", "always")],
    [assignedPrincipalKey, openFact("caller", "always")],
    [assignedTypeKey, openFact("caller", "always")],
  ]);
  return {
    level: levelOf,
    fact: (key) => {
      const known = facts.get(key) ?? openFact(controlOf(key));
      facts.set(key, known);
      return known;
    },
    words: (key): KeyWords => ({
      name: key,
      control: controlOf(key),
      lead: key === timeKey ? "at a time" : null,
      sense: null,
    }),
  };
}

function levelOf(key: string): KeyLevel {
  switch (key) {
    case actionKey:
    case subOperationKey:
      return "action";
    case assignedRoleKey:
      return "resource";
    case assignedPrincipalKey:
    case assignedTypeKey:
      return "principal";
    default:
      return "request";
  }
}

function controlOf(key: string): Control {
  if (key === timeKey) return "time";
  if (key.startsWith("@request[")) return "caller";
  if (key.startsWith("@resource[")) return "resource";
  if (key.startsWith("@principal[")) return "tag";
  return key.startsWith("@environment[") ? "network" : "unknown";
}

/** Until a time, which may be past; nothing where the text is no time. */
export function until(end: string, what: string): Condition | null {
  const seconds = readTime(end);
  if (seconds === null) return null;
  const match: Match = { kind: "time", anyOf: [{ first: 0, last: seconds - 1 }] };
  return {
    kind: "test",
    test: { key: timeKey, name: timeKey, over: "one", negated: false, absent: false, match, text: `${what} ${end}` },
  };
}
