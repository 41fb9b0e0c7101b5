import type { ActionTable } from "./actions.ts";
import type { Bits } from "./bits.ts";
import { always, leavesOf, type Condition, type Pattern } from "./condition.ts";
import type { Control, StatementRef } from "./estate.ts";
import { resolvePattern, settle, type Fact, type Facts } from "./facts.ts";
import type { Glob, Globs } from "./glob.ts";
import type { Assigned, Cap, Statement } from "./statement.ts";

/** What a condition key's value depends on, and so when it is known. */
export type KeyLevel = "request" | "principal" | "resource" | "action";

/** What the provider tells of condition keys. */
export interface Vocabulary {
  readonly level: (key: string) => KeyLevel;
  /** What is known of a key before anything else is. */
  readonly fact: (key: string) => Fact;
  readonly words: (key: string) => KeyWords;
}

/** How to speak of a key. */
export interface KeyWords {
  /** The key as its documentation writes it: `aws:SourceIp`. */
  readonly name: string;
  readonly control: Control;
  /** What goes before values: `from the addresses`; null to say it with the key's name. */
  readonly lead: string | null;
  /** For keys that are true or false: what each means (`with MFA`, `without MFA`). */
  readonly sense: { readonly yes: string; readonly no: string } | null;
}

/** A pattern of a statement, for one principal. */
export interface BoundPattern {
  readonly glob: Glob;
  /** What else must hold for a match to count: a value that is put into the pattern and is not known. */
  readonly given: Condition;
}

/** A statement as it stands for one principal: everything known of the principal is put in. */
export interface Bound {
  /** The same for every principal for which the statement says the same; null for one that is made for a single principal. */
  readonly id: number | null;
  readonly effect: "allow" | "deny";
  readonly actions: Bits;
  /** Applies to every resource there is. */
  readonly everywhere: boolean;
  /** Applies to whatever an included pattern matches: no condition, nothing excepted, nothing left open. */
  readonly asksNothing: boolean;
  readonly include: readonly BoundPattern[];
  readonly except: readonly BoundPattern[];
  readonly condition: Condition;
  /** The condition asks about the resource or the action, so that it is to be settled again for each. */
  readonly varies: boolean;
  readonly ref: StatementRef;
  /** {@link Statement.breadth}. */
  readonly breadth: string | null;
}

/** What one identity may do, ready for questions. */
export interface Rights {
  readonly grants: readonly Bound[];
  readonly caps: readonly { readonly cap: Cap; readonly statements: readonly Bound[] }[];
  /** What is known of the principal's requests. */
  readonly facts: Facts;
}

/** Binds statements to principals; remembers those that say the same for everyone. */
export type Binder = (assigned: Assigned, principal: (key: string) => Fact | null) => Rights;

export function createBinder(table: ActionTable, globs: Globs, vocabulary: Vocabulary): Binder {
  const shared = new Map<Statement, Bound>();
  const open = new Set<Statement>();

  const bind = (statement: Statement, facts: Facts): Bound => {
    const known = shared.get(statement);
    if (known !== undefined) return known;
    const isShared = !open.has(statement) && !asksOfPrincipal(statement, vocabulary);
    const bound = bindOne(statement, facts, isShared ? shared.size : null);
    if (isShared) shared.set(statement, bound);
    else open.add(statement);
    return bound;
  };

  const bindOne = (statement: Statement, facts: Facts, id: number | null): Bound => {
    const { effect, actions, resources, ref, breadth } = statement;
    const patterns = (list: readonly Pattern[]): readonly BoundPattern[] =>
      list.flatMap((pattern) => boundPattern(pattern, facts, globs));
    const include = patterns(resources.include);
    const except = patterns(resources.except);
    const condition = settle(statement.condition, facts, globs);
    return {
      id,
      effect,
      actions: table.bitsOf(actions),
      everywhere: except.length === 0 && include.some(({ glob, given }) => glob === globs.all && given === always),
      asksNothing: condition === always && except.length === 0 && include.every(({ given }) => given === always),
      include,
      except,
      condition,
      varies: keysOf(condition).some((key) => {
        const level = vocabulary.level(key);
        return level === "resource" || level === "action";
      }),
      ref,
      breadth,
    };
  };

  return ({ grants, caps }, principal) => {
    const facts: Facts = (key) => principal(key) ?? vocabulary.fact(key);
    return {
      grants: grants.map((statement) => bind(statement, facts)),
      caps: caps.map((cap) => ({ cap, statements: cap.statements.map((statement) => bind(statement, facts)) })),
      facts,
    };
  };
}

function boundPattern(pattern: Pattern, facts: Facts, globs: Globs): readonly BoundPattern[] {
  const resolved = resolvePattern(pattern, facts, globs);
  switch (resolved.kind) {
    case "nothing":
      return [];
    case "glob":
      return [{ glob: resolved.glob, given: always }];
    case "within": {
      const { glob, control, missing } = resolved;
      const text = pattern.kind === "template" ? pattern.template.text : glob.text;
      if (missing !== null) return [{ glob, given: { kind: "unread", missing } }];
      return [{ glob, given: { kind: "free", text: `the resource is ${text}`, key: text, control } }];
    }
  }
}

/** Whether anything in the statement depends on who asks. */
function asksOfPrincipal({ resources, condition }: Statement, vocabulary: Vocabulary): boolean {
  const patterns = [...resources.include, ...resources.except];
  return (
    patterns.some((pattern) => pattern.kind === "template") ||
    keysOf(condition).some((key) => vocabulary.level(key) === "principal")
  );
}

/** The keys that a condition asks about, those inside its values too. */
export function keysOf(condition: Condition): readonly string[] {
  const keys = new Set<string>();
  for (const leaf of leavesOf(condition)) {
    if (leaf.kind !== "test") continue;
    keys.add(leaf.test.key);
    if (leaf.test.match?.kind !== "text") continue;
    for (const pattern of leaf.test.match.anyOf) {
      if (pattern.kind === "glob") continue;
      for (const part of pattern.template.parts) if (part.kind === "variable") keys.add(part.key);
    }
  }
  return [...keys];
}
