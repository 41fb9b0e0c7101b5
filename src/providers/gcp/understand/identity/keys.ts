import type { KeyLevel, KeyWords, Vocabulary } from "../../../../identity/bind.ts";
import type { Match } from "../../../../identity/condition.ts";
import type { Control } from "../../../../identity/estate.ts";
import type { Globs } from "../../../../identity/glob.ts";
import { openFact, type Fact } from "../../../../identity/facts.ts";

/** The roles that a change of a policy grants or takes away, as conditions name them. */
export const grantedRoles = "iam.googleapis.com/modifiedGrantsByRole";

/** The project that a resource lies in, by id and by number: what its name begins with. */
export const projectKey = "resource.project";

/** What the names of resources of the kind are like: told by the permission, and by how a name begins. */
export const shapeKey = "resource.shape";

/** The key of a tag, by the tag key's namespaced name or its id. */
export function tagKey(name: string): string {
  return `resource.tag ${name}`;
}

const otherName = "resource.name like ";

/** The name of a resource that a call takes besides the one that is asked about, `*` standing for any run of characters. */
export function nameKey(like: string | null): string {
  return `${otherName}${like ?? "*"}`;
}

/** What is known of an attribute before anything else is. */
interface KnownKey {
  readonly level: KeyLevel;
  readonly control: Control;
  readonly presence: "always" | "maybe";
  readonly lead: string | null;
}

const known: ReadonlyMap<string, KnownKey> = new Map([
  ["resource.name", { level: "action", control: "resource", presence: "always", lead: "for resources named" }],
  ["resource.type", { level: "action", control: "resource", presence: "always", lead: "for resources of the type" }],
  ["resource.service", { level: "action", control: "resource", presence: "always", lead: "for resources of" }],
  [shapeKey, { level: "action", control: "resource", presence: "maybe", lead: "for resources named like" }],
  [projectKey, { level: "resource", control: "resource", presence: "maybe", lead: "in the project" }],
  ["principal.type", { level: "principal", control: "authentication", presence: "always", lead: null }],
  ["principal.subject", { level: "principal", control: "authentication", presence: "always", lead: null }],
  ["request.time", { level: "request", control: "time", presence: "always", lead: "at a time" }],
  [grantedRoles, { level: "action", control: "caller", presence: "maybe", lead: null }],
]);

/** How far ahead a date counts as open: what is allowed only after that is nothing today, what is allowed until then is allowed. */
const horizonSeconds = 10 * 365 * 24 * 3600;

/**
 * What is known of the attributes of requests at a point in time. https://docs.cloud.google.com/iam/docs/conditions-attribute-reference
 * @param now when the records were read, in seconds since 1970
 */
export function gcpKeys(now: number, globs: Globs): Vocabulary {
  const times: readonly Match[] = [{ kind: "time", anyOf: [{ first: now, last: now + horizonSeconds }] }];
  const facts = new Map<string, Fact>();
  const make = (key: string): Fact => {
    const { control, presence } = describe(key);
    const open = openFact(control, presence);
    if (key.startsWith(otherName)) {
      const glob = globs.pattern(key.slice(otherName.length));
      return { ...open, within: [{ kind: "text", anyOf: [{ kind: "glob", glob }] }] };
    }
    return control === "time" ? { ...open, within: times } : open;
  };
  return {
    level: (key) => describe(key).level,
    fact: (key) => {
      const before = facts.get(key) ?? make(key);
      facts.set(key, before);
      return before;
    },
    words: (key): KeyWords => {
      const { control, lead } = describe(key);
      return { name: key, control, lead, sense: null };
    },
  };
}

function describe(key: string): KnownKey {
  const exact = known.get(key);
  if (exact !== undefined) return exact;
  if (key.startsWith(otherName)) return { level: "request", control: "resource", presence: "always", lead: null };
  if (key.startsWith(projectKey)) return { level: "request", control: "resource", presence: "maybe", lead: null };
  return {
    level: "request",
    control: key.startsWith("resource.tag ") ? "tag" : "unknown",
    presence: "maybe",
    lead: null,
  };
}
