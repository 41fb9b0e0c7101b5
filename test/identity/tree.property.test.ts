import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actionTable } from "../../src/identity/actions.ts";
import { createAutomata } from "../../src/identity/automaton.ts";
import { noBits, setBit } from "../../src/identity/bits.ts";
import { always, anyOf, not, type Condition } from "../../src/identity/condition.ts";
import { answerWhoCan } from "../../src/identity/engine.ts";
import type { Verdict } from "../../src/identity/estate.ts";
import { openFact } from "../../src/identity/facts.ts";
import { createGlobs, type Globs } from "../../src/identity/glob.ts";
import { noActionFacts, type ResourceItem, type ResourceKind } from "../../src/identity/resources.ts";
import type { Cap, Statement } from "../../src/identity/statement.ts";

/**
 * Statements at places of a tree, as Azure's role assignments, deny assignments and locks are, and Google's bindings: what each comes to on every resource,
 * against a reader that looks at one resource and one circumstance at a time.
 */
const subscriptions = ["a", "b"];
const groups = ["x", "y", "yy"];
const names = ["1", "2"];
const texts = subscriptions.flatMap((subscription) =>
  groups.flatMap((group) => names.map((name) => `/s/${subscription}/g/${group}/vm/${name}`)),
);
/** Resources of the kind that are not in the snapshot: in every place that a statement can name, and in none of them. */
const unseen = [
  ...subscriptions.flatMap((subscription) => groups.map((group) => `/s/${subscription}/g/${group}/vm/new`)),
  "/s/a/g/new/vm/new",
  "/s/b/g/new/vm/new",
  "/s/new/g/new/vm/new",
];
// A wildcard matches slashes too, so that these are of the kind as well.
const odd = [...[...texts, ...unseen].map((text) => `${text}/z`), "/s/a/g/x/disk/g/new/vm/new"].concat(
  subscriptions.flatMap((subscription) => [
    `/s/${subscription}/other/g/new/vm/new`,
    ...groups.map((group) => `/s/${subscription}/g/${group}/other/vm/new`),
  ]),
);

/** What holds in a circumstance: each condition by itself. */
const conditions = ["lock", "mfa"] as const;

interface Said {
  readonly effect: "allow" | "deny";
  readonly scope: string;
  /** Whether what lies below counts too. */
  readonly inherits: boolean;
  readonly condition: (typeof conditions)[number] | null;
  readonly layer: "grants" | "cap";
  /** Where it is another than everyone's. */
  readonly foldsCase?: boolean;
  /** Where it is none of {@link conditions}. */
  readonly asks?: Condition;
}

const scope = fc.oneof(
  fc.constantFrom("", ...subscriptions.map((each) => `/s/${each}`)),
  fc.constantFrom(...subscriptions.flatMap((each) => groups.map((group) => `/s/${each}/g/${group}`))),
  fc.constantFrom(...texts, ...unseen),
  // Something below a group in which the resources of the kind lie, and something in which none does.
  fc.constantFrom("/s/a/g/x/vm", "/s/a/g/x/disk"),
);
const said: fc.Arbitrary<Said> = fc.record({
  effect: fc.constantFrom("allow", "allow", "deny"),
  scope,
  inherits: fc.boolean(),
  condition: fc.constantFrom(null, null, ...conditions),
  layer: fc.constantFrom("grants", "grants", "grants", "cap"),
});

function isWithin({ scope: place, inherits }: Said, text: string): boolean {
  return text === place || (inherits && text.startsWith(`${place}/`));
}

/** Whether one request is allowed, by what holds in its circumstance. */
function isAllowed(all: readonly Said[], text: string, holds: ReadonlySet<string>): boolean {
  const applying = all.filter((one) => isWithin(one, text) && (one.condition === null || holds.has(one.condition)));
  if (applying.some(({ effect }) => effect === "deny")) return false;
  const allows = (layer: Said["layer"]): boolean =>
    applying.some((one) => one.layer === layer && one.effect === "allow");
  const isCapped = all.some(({ layer }) => layer === "cap");
  return allows("grants") && (!isCapped || allows("cap"));
}

function verdictOn(all: readonly Said[], text: string): Verdict {
  const outcomes = [[], ["lock"], ["mfa"], ["lock", "mfa"]].map((holding) => isAllowed(all, text, new Set(holding)));
  return outcomes.every(Boolean) ? "yes" : outcomes.some(Boolean) ? "only-if" : "no";
}

function free(text: string): Condition {
  return { kind: "free", text, key: text, control: "caller" };
}

function statementOf(
  { effect, scope: place, inherits, condition, foldsCase: ownCase, asks }: Said,
  at: number,
  everyonesCase: boolean,
  globs: Globs,
): Statement {
  const foldsCase = ownCase ?? everyonesCase;
  const met: Condition = asks ?? (condition === null ? always : free(condition));
  const whole = place === "" && inherits;
  const own = globs.literal(place, foldsCase);
  const below = globs.pattern(`${place}/*`, foldsCase);
  const include = whole ? [globs.all] : inherits ? [own, below] : [own];
  return {
    effect,
    actions: { include: [globs.pattern("*", true)], except: [] },
    resources: { include: include.map((glob) => ({ kind: "glob", glob })), except: [] },
    condition: met,
    ref: { policy: `p${at}`, statement: "*", effect, layer: "role assignment", attachedTo: null },
    breadth: null,
  };
}

/** The engine's answer: by resource of the snapshot, and the strongest of what it says of resources that are not in it. */
function answer(all: readonly Said[], foldsCase: boolean, isClosed: boolean) {
  const globs = createGlobs();
  const table = actionTable(["vm/write"]);
  const items = texts.map((text): ResourceItem => ({
    ref: { cloud: "azure", account: "a", region: "global", type: "vm", id: text, name: null, arn: null },
    // Nothing but a pattern that folds case finds it then.
    text: foldsCase ? text.toUpperCase() : text,
    fact: () => null,
  }));
  const kind: ResourceKind = {
    id: "vm",
    universe: globs.pattern("/s/*/g/*/vm/*", foldsCase),
    isClosed,
    items,
    isGone: () => false,
    fact: () => null,
    unnamed: null,
  };
  const statements = all.map((one, at) => ({ one, made: statementOf(one, at, foldsCase, globs) }));
  const layer = (wanted: Said["layer"]): readonly Statement[] =>
    statements.flatMap(({ one, made }) => (one.layer === wanted ? [made] : []));
  const cap: Cap = { name: "cap", kind: "organization", statements: layer("cap") };
  const everyone = noBits(1);
  setBit(everyone, 0);
  const resource = {
    cloud: "azure",
    account: "a",
    region: "global",
    type: "user",
    id: "ann",
    name: null,
    arn: null,
  } as const;
  const { grants } = answerWhoCan({
    globs,
    automata: createAutomata(),
    table,
    vocabulary: {
      level: () => "request",
      fact: () => openFact("caller"),
      words: (name) => ({ name, control: "caller", lead: null, sense: null }),
    },
    model: {
      identities: [
        {
          principal: {
            id: "ann",
            names: [],
            kind: "user",
            resource,
            home: "own",
            managedBy: null,
            createdAt: null,
            uses: null,
          },
          id: "ann",
          account: "a",
          assigned: { grants: layer("grants"), caps: cap.statements.length === 0 ? [] : [cap] },
          facts: () => null,
          isStranger: false,
          members: [],
          variantOf: null,
        },
      ],
      goals: [
        {
          action: 0,
          shape: 0,
          category: "rules",
          needs: () => [{ changed: true, oneOf: [{ kind, given: noActionFacts }] }],
        },
      ],
      methods: [],
      inAccount: () => everyone,
      removal: () => ({ text: "", cli: [] }),
    },
  });
  const scopes = grants.flatMap(({ decision, scopes: list }) => list.map((each) => ({ decision, ...each })));
  return {
    on: (text: string): Verdict =>
      scopes.find(({ resources }) => resources.some(({ id }) => id === text))?.decision ?? "no",
    beyond: new Set(scopes.flatMap(({ decision, beyond }) => (beyond === "none" ? [] : [decision]))),
    decisions: new Set(scopes.map(({ decision }) => decision)),
  };
}

const allowed = { effect: "allow", inherits: true, layer: "grants" } as const;

describe("statements at places of a tree", () => {
  it("come to what a reader of single requests makes of them, on each resource of the snapshot", () => {
    const seen = new Map<Verdict, number>();
    fc.assert(
      fc.property(
        fc.array(said, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        fc.boolean(),
        (all, foldsCase, isClosed) => {
          const { on } = answer(all, foldsCase, isClosed);
          for (const text of texts) {
            const verdict = verdictOn(all, text);
            seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
            expect(on(text), text).toBe(verdict);
          }
        },
      ),
      { numRuns: 1500 },
    );
    for (const verdict of ["yes", "only-if", "no"] as const) expect(seen.get(verdict)).toBeGreaterThan(500);
  });

  it("speak of resources that are not in the snapshot exactly where one of those can be used", () => {
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 8 }), fc.boolean(), (all, foldsCase) => {
        const { beyond, decisions } = answer(all, foldsCase, false);
        const verdicts = new Set([...unseen, ...odd].map((text) => verdictOn(all, text)));
        if (verdicts.has("yes")) expect(beyond).toContain("yes");
        // Where something is certain, what may be possible beside it is no answer of its own.
        else if (verdicts.has("only-if"))
          expect([...decisions].some((each) => each === "yes") || beyond.has("only-if")).toBe(true);
        if (verdicts.size === 1 && verdicts.has("no")) expect([...beyond]).toEqual([]);
        // Nor is anything only possible where all of it is certain.
        if (beyond.has("only-if")) expect(verdicts).toContain("only-if");
      }),
      { numRuns: 1500 },
    );
  });

  it("are certain of what is not in the snapshot where another is certain of all that one asks something for", () => {
    const { beyond } = answer(
      [
        { ...allowed, scope: "/s/a/g/x/disk", condition: "mfa" },
        { ...allowed, scope: "/s/a/g/x/vm/1", condition: "mfa", inherits: false },
        { ...allowed, scope: "/s/a/g/x/disk", condition: null },
      ],
      false,
      false,
    );
    expect([...beyond]).toEqual(["yes"]);
  });

  it("are certain where the conditions of two leave nothing out, be their ways too many to be told", () => {
    const all = Array.from({ length: 300 }, (_, at) => free(`c${at}`));
    const ask = (asks: Condition): Said => ({ ...allowed, scope: "/s/a", condition: null, asks });
    const { on } = answer([ask(anyOf(all)), ask(anyOf(all.map(not)))], false, false);
    expect(on("/s/a/g/x/vm/1")).toBe("yes");
  });

  it("speak of other spellings of a resource of the snapshot, where only the pattern folds case", () => {
    const one: Said = { ...allowed, scope: "/s/a/g/x/vm/1", inherits: false, condition: null, foldsCase: true };
    expect([...answer([one], false, false).beyond]).toEqual(["yes"]);
  });
});
