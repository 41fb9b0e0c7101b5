import { availableParallelism } from "node:os";
import { benchCommandLine, processor } from "./command-line.ts";
import { benchDiff } from "./diff.ts";
import { benchEstates } from "./estates.ts";
import { benchIdentity } from "./identity/identity.ts";
import { benchNetwork } from "./network/network.ts";
import type { BenchRow } from "./row.ts";

const rows: readonly BenchRow[] = [
  ...benchCommandLine(),
  ...(await benchNetwork()),
  ...(await benchEstates()),
  ...(await benchDiff()),
  ...(await benchIdentity()),
];

console.log(
  `Node ${process.versions.node}, ${processor()}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}\n`,
);
console.log("| what | size | ms | peak MiB | note |\n|---|---|--:|--:|---|");
for (const { name, size, ms, peakMb, note } of rows) {
  console.log(
    `| ${name} | ${size} | ${ms.toFixed(ms < 10 ? 2 : 0)} | ${peakMb === null ? "" : peakMb.toFixed(0)} | ${note} |`,
  );
}
