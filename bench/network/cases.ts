import { createNetworkEngine } from "../../src/network/classes.ts";
import type { LayerFilter } from "../../src/network/compile-layer.ts";
import { compile, composeAll } from "../../src/network/compile.ts";
import { opennessOf } from "../../src/network/declared.ts";
import { permitsNothing } from "../../src/network/permitted.ts";
import { judgeRules } from "../../src/network/verdicts.ts";
import { benchEstate } from "./estate.ts";
import { nestedRules } from "./rule-sets.ts";

/** What one measured run has to say: how long, and how much came of it. */
export interface CaseResult {
  /** Milliseconds of each run; the first one includes the engine's own warming up. */
  readonly ms: readonly number[];
  readonly note: string;
}

/** A case, made ready outside the clock; it tells what came of it. */
type Prepared = () => string;

function ordered(size: number): LayerFilter {
  return { kind: "firstMatch", layer: "list", rules: nestedRules(size, 1, ["allow", "deny"]), otherwise: "deny" };
}

function union(size: number): LayerFilter {
  return { kind: "anyOf", layer: "group", rules: nestedRules(size, 2, ["allow"]) };
}

const cases: Readonly<Record<string, (size: number) => Prepared>> = {
  "compile ordered": (size) => compiling(ordered(size)),
  "compile union": (size) => compiling(union(size)),
  compose: (size) => {
    const parts = [compile(ordered(size)), compile(union(size))];
    return () => {
      const { must } = composeAll(parts);
      return `${must.slices[0]?.starts.length ?? 0} segments, ${must.decisions.length} decisions`;
    };
  },
  "judge ordered": (size) => judging(ordered(size)),
  "judge union": (size) => judging(union(size)),
  openness: (size) => {
    const compiled = compile(union(size));
    return () => `${opennessOf(compiled).length} entries`;
  },
  estate: (size) => {
    const endpoints = benchEstate(size, Math.ceil(size / 5), Math.ceil(size / 100), 3);
    return () => {
      const engine = createNetworkEngine();
      const classes = engine.classify(endpoints, ({ layers, zone }) => ({ layers, extra: zone }));
      const open = classes.filter(({ layers }) => !permitsNothing(engine.permitted(layers).may)).length;
      return `${classes.length} classes, ${open} with an opening`;
    };
  },
};

function compiling(filter: LayerFilter): Prepared {
  return () => {
    const { must } = compile(filter);
    return `${must.slices[0]?.starts.length ?? 0} segments, ${must.vectors.length} vectors`;
  };
}

function judging(filter: LayerFilter): Prepared {
  return () =>
    `${judgeRules(filter).filter(({ verdict }) => verdict.kind !== "effective").length} rules without effect`;
}

/** Runs one case a few times in this process. */
export function runCase(name: string, size: number, runs: number): CaseResult {
  const prepared = cases[name]?.(size);
  if (prepared === undefined) throw new Error(`no such case: ${name}`);
  let note = "";
  const ms = Array.from({ length: runs }, () => {
    const started = performance.now();
    note = prepared();
    return performance.now() - started;
  });
  return { ms, note };
}

// Measured cases run in a process each, so that their peak memory is their own: node cases.ts NAME SIZE RUNS
if (process.argv[1] === import.meta.filename) {
  const [, , name = "", size = "0", runs = "1"] = process.argv;
  const result = runCase(name, Number(size), Number(runs));
  console.log(JSON.stringify({ ...result, peakMb: process.resourceUsage().maxRSS / 1024 }));
}
