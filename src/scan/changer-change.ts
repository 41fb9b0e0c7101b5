import type { Grant, IdentityEstate } from "../identity/estate.ts";
import type { ChangerChange } from "../model/diff.ts";
import { canonicalId, type Target } from "../model/resource.ts";
import { brief } from "../network/words.ts";
import { compareTexts } from "./order.ts";
import type { Readings } from "./readings.ts";

/** What somebody can do to firewalls, all grants together. */
interface Power {
  readonly principal: Grant["principal"];
  readonly decision: Grant["decision"];
  /** Actions that it can use, under a condition perhaps, or may be able to, and whose rights they come from. */
  readonly actions: ReadonlyMap<string, { readonly isSure: boolean; readonly from: readonly Target[] }>;
  readonly by: ReadonlySet<Grant["by"]>;
}

/** The strongest first. */
const decisions: readonly Grant["decision"][] = ["yes", "only-if", "unknown"];

/** Who certainly can do now what they certainly could not, and the reverse. How many are left open goes into `notes`. */
export function changerChanges(
  before: IdentityEstate,
  after: IdentityEstate,
  { rightsComparable }: Readings,
  notes: string[],
): readonly ChangerChange[] {
  const [old, fresh] = [powersOf(before), powersOf(after)];
  const keys = [...new Set([...fresh.keys(), ...old.keys()])];
  let open = 0;
  const changes = keys.flatMap((key): readonly ChangerChange[] => {
    const [was, is] = [old.get(key) ?? null, fresh.get(key) ?? null];
    const principal = (is ?? was)?.principal;
    if (principal === undefined) return [];
    const hasOnly = (one: Power | null, other: Power | null): readonly string[] =>
      [...(one?.actions ?? [])]
        .filter(([action, { isSure }]) => isSure && other?.actions.has(action) !== true)
        .filter(([, { from }]) => [principal.resource, ...from].every(rightsComparable))
        .map(([action]) => action);
    const gained = hasOnly(is, was);
    const lost = hasOnly(was, is);
    const [strongBefore, strongAfter] = [was?.decision ?? "no", is?.decision ?? "no"] as const;
    const isDecided = ![strongBefore, strongAfter].some((decision) => decision === "no" || decision === "unknown");
    if (gained.length + lost.length === 0 && (!isDecided || strongBefore === strongAfter)) {
      if (strongBefore !== strongAfter) open++;
      return [];
    }
    return [
      {
        principal: principal.id,
        resource: principal.resource,
        before: strongBefore,
        after: strongAfter,
        summary: changerInWords(principal.id, strongBefore, strongAfter, gained, lost, is),
        gained,
        lost,
      },
    ];
  });
  if (open > 0) {
    notes.push(
      `${open} ${open === 1 ? "principal" : "principals"} may be able to do more or less to firewalls than before: what was not read decides it`,
    );
  }
  return changes;
}

function powersOf(identity: IdentityEstate): ReadonlyMap<string, Power> {
  const homes = new Map(identity.principals.map(({ id, resource }) => [id, resource]));
  const grouped = Map.groupBy(
    identity.whoCan().grants,
    ({ principal }) => `${canonicalId(principal.resource)} ${principal.id}`,
  );
  const powers = new Map<string, Power>();
  for (const [key, grants] of grouped) {
    const [first] = grants;
    if (first === undefined) continue;
    const actions = new Map<string, { readonly isSure: boolean; readonly from: readonly Target[] }>();
    for (const { decision, scopes, path } of grants) {
      const isSure = decision !== "unknown";
      const from = path.flatMap(({ via }) => homes.get(via) ?? []);
      for (const action of scopes.flatMap((scope) => scope.actions)) {
        if (actions.get(action)?.isSure !== true) actions.set(action, { isSure, from });
      }
    }
    powers.set(key, {
      principal: first.principal,
      decision: decisions.find((each) => grants.some(({ decision }) => decision === each)) ?? "unknown",
      actions,
      by: new Set(grants.map(({ by }) => by)),
    });
  }
  return powers;
}

const decisionWords = {
  yes: "can change firewalls",
  "only-if": "can change firewalls under a condition",
  unknown: "may be able to change firewalls",
  no: "cannot change firewalls",
} as const;

/** Actions that a summary names; the rest is counted. */
const actionsShown = 3;

function changerInWords(
  id: string,
  before: ChangerChange["before"],
  after: ChangerChange["after"],
  gained: readonly string[],
  lost: readonly string[],
  power: Power | null,
): string {
  const how = power?.by.has("direct") === false ? ` by ${[...power.by].toSorted(compareTexts).join(" and ")}` : "";
  if (before !== after) return `${id} ${decisionWords[after]} now${after === "no" ? "" : how}; before: ${before}.`;
  const words = [
    ...(gained.length === 0 ? [] : [`gains ${brief(gained, actionsShown)}`]),
    ...(lost.length === 0 ? [] : [`loses ${brief(lost, actionsShown)}`]),
  ];
  return `${id} ${words.join(" and ")}.`;
}
