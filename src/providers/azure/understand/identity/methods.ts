import type { ActionTable } from "../../../../identity/actions.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { Domain, StepMethod, StepNeed } from "../../../../identity/identity.ts";
import { levelsOf, noLevels, type Levels } from "../../../../identity/levels.ts";
import type { ResourceKind } from "../../../../identity/resources.ts";
import { escalationMethods } from "./data/escalation-methods.ts";
import type { EscalationMethod, On } from "./data/types.ts";
import { factsOfAction } from "./kinds.ts";
import { placesBy, type Place, type PlacesInput } from "./places.ts";

interface MethodsInput extends PlacesInput {
  readonly table: ActionTable;
  readonly globs: Globs;
}

/** The data's escalation methods in the engine's terms. */
export function stepMethods(input: MethodsInput): readonly StepMethod[] {
  const places = placesBy(input);
  const domains = new Map<string, Domain>();
  const domainOf = (key: string, found: readonly Place[]): Domain => {
    const made = domains.get(key) ?? domain(key, found, input.globs);
    domains.set(key, made);
    return made;
  };
  const made = escalationMethods.flatMap((method) => {
    const changes = method.id === "authorization-write-role-definition";
    if (!changes) return stepMethod(method, (on) => domainOf(on, places(on)), method.missing, input);
    // Whoever changes a role has to be let at each scope where it can be assigned, and only one of those is asked about.
    const isWide = (place: Place): boolean => input.roles.get(place.item.ref.id)?.assignableScopes.length !== 1;
    return [true, false].flatMap((wide) =>
      stepMethod(
        method,
        (on) => {
          const key = on === "custom-role" ? `${on} ${wide}` : on;
          return domainOf(
            key,
            on === "custom-role" ? places(on).filter((place) => isWide(place) === wide) : places(on),
          );
        },
        wide ? "whether it may change the role at every scope where the role can be assigned" : method.missing,
        input,
      ),
    );
  });
  return [...made, ...federation(input)];
}

function stepMethod(
  method: EscalationMethod,
  domainOf: (on: On) => Domain,
  missing: string | null,
  { cast, kinds, table }: MethodsInput,
): readonly StepMethod[] {
  const size = cast.identities.length;
  const needs: StepNeed[][] = [];
  const led = new Set<number>();
  for (const alternatives of method.requires) {
    const list: StepNeed[] = [];
    for (const { action, on } of alternatives) {
      const number = table.numberOf(action);
      if (number === null) continue;
      const given = factsOfAction(action);
      if (on === "any") {
        list.push({ action: number, given, domain: null, needs: kinds.needsOf(action), targets: null });
        continue;
      }
      const found = domainOf(on);
      if (found.items.length === 0) continue;
      for (const targets of found.leadsTo) for (const target of targets) led.add(target);
      list.push({ action: number, given, domain: found, needs: () => [], targets: null });
    }
    if (list.length === 0) return [];
    needs.push(list);
  }
  const verdict = missing === null ? "yes" : "unknown";
  return [
    {
      id: method.id,
      says: method.says,
      effect: "become",
      needs,
      targets: levelsOf(
        size,
        [...led].map((target) => [target, verdict] as const),
      ),
      caller: () => true,
      acrossAccounts: true,
      missing: missing === null ? [] : [missing],
      unlessDenied: null,
      admits: null,
      admission: null,
    },
  ];
}

/** Tokens of other issuers sign in as the identities whose credentials name them. */
function federation({ cast }: MethodsInput): readonly StepMethod[] {
  const size = cast.identities.length;
  const none = noLevels(size);
  const admitted = new Map<number, { readonly levels: Levels; readonly policy: string; readonly name: string }>();
  const all = new Set<number>();
  for (const { index, being } of cast.federated) {
    const targets = (being.federation?.identities ?? []).flatMap((id) => cast.placeOf.get(id) ?? []);
    for (const target of targets) all.add(target);
    admitted.set(index, {
      levels: levelsOf(
        size,
        targets.map((target) => [target, "yes"] as const),
      ),
      policy: being.federation?.id ?? "",
      name: being.federation?.name ?? "",
    });
  }
  if (all.size === 0) return [];
  return [
    {
      id: "federated-credential",
      says: "signs in as the identity with a token of its own issuer",
      effect: "become",
      needs: [],
      targets: levelsOf(
        size,
        [...all].map((target) => [target, "yes"] as const),
      ),
      caller: (index) => admitted.has(index),
      acrossAccounts: true,
      missing: [],
      unlessDenied: null,
      admits: (index) => ({ named: admitted.get(index)?.levels ?? none, delegated: none }),
      admission: (index) => {
        const { policy = "", name = "" } = admitted.get(index) ?? {};
        return {
          statement: { policy, statement: name, effect: "allow", layer: "federated credential", attachedTo: null },
          named: true,
          condition: null,
          missing: [],
        };
      },
    },
  ];
}

function domain(key: string, places: readonly Place[], globs: Globs): Domain {
  const byAccount = Map.groupBy(places, ({ account }) => account);
  const kinds = new Map<string, ResourceKind>();
  return {
    items: places.map(({ item }) => item),
    leadsTo: places.map(({ leadsTo }) => leadsTo),
    kind: (account) => {
      const known = kinds.get(account) ?? {
        id: `${key} ${account}`,
        universe: globs.all,
        isClosed: true,
        items: (byAccount.get(account) ?? []).map(({ item }) => item),
        isGone: () => false,
        fact: () => null,
        unnamed: null,
      };
      kinds.set(account, known);
      return known;
    },
  };
}
