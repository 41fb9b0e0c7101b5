import { noBits, setBit, type Bits } from "./bits.ts";
import { matchesGlob, type Glob } from "./glob.ts";

/** Some actions: those that match an included pattern and no excepted one. Patterns fold case. */
export interface ActionSet {
  readonly include: readonly Glob[];
  readonly except: readonly Glob[];
}

/** The actions that questions are asked about, each with a number. Every other action is left out of account. */
export interface ActionTable {
  /** As the cloud writes them. */
  readonly names: readonly string[];
  /** The number of an action, whose name may be in any case; null for one that is not in the table. */
  readonly numberOf: (name: string) => number | null;
  /** The actions of the table that are in the set. Worked out once per distinct set of patterns. */
  readonly bitsOf: (actions: ActionSet) => Bits;
}

/** Numbers actions, each once. */
export function actionTable(actions: Iterable<string>): ActionTable {
  const names = [...new Map([...actions].map((name) => [name.toLowerCase(), name])).values()];
  const lowered = names.map((name) => name.toLowerCase());
  const numbers = new Map(lowered.map((name, index) => [name, index]));
  // Most patterns begin with a service's name, which tells nearly all actions apart at once.
  const services = Map.groupBy(lowered.keys(), (index) => serviceOf(lowered[index] ?? ""));
  const ofGlob = new Map<Glob, Bits>();
  const ofSet = new Map<string, Bits>();
  const ids = new Map<Glob, number>();

  const matching = (glob: Glob): Bits => {
    const known = ofGlob.get(glob);
    if (known !== undefined) return known;
    const bits = noBits(names.length);
    const candidates = glob.prefix.includes(":") ? (services.get(serviceOf(glob.prefix)) ?? []) : lowered.keys();
    for (const index of candidates) if (matchesGlob(glob, lowered[index] ?? "")) setBit(bits, index);
    ofGlob.set(glob, bits);
    return bits;
  };
  const idOf = (glob: Glob): number => {
    const known = ids.get(glob);
    if (known !== undefined) return known;
    ids.set(glob, ids.size);
    return ids.size - 1;
  };

  return {
    names,
    numberOf: (name) => numbers.get(name.toLowerCase()) ?? null,
    bitsOf: ({ include, except }) => {
      const key = `${include.map(idOf).join(" ")}-${except.map(idOf).join(" ")}`;
      const known = ofSet.get(key);
      if (known !== undefined) return known;
      const bits = noBits(names.length);
      for (const glob of include) for (const [at, word] of matching(glob).entries()) bits[at] = (bits[at] ?? 0) | word;
      for (const glob of except) for (const [at, word] of matching(glob).entries()) bits[at] = (bits[at] ?? 0) & ~word;
      ofSet.set(key, bits);
      return bits;
    },
  };
}

/** `ec2` of `ec2:CreateRoute`; the whole text where no colon is in it. */
function serviceOf(action: string): string {
  const colon = action.indexOf(":");
  return colon < 0 ? action : action.slice(0, colon);
}
