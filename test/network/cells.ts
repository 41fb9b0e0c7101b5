import { rulesOf } from "../../src/network/compile.ts";
import type { Filter } from "../../src/network/filter.ts";
import type { Address } from "../../src/network/addresses.ts";
import type { Packet } from "../../src/network/packet.ts";

/**
 * Every cell of the space that a filter's rules cut out, at its lowest and its highest corner. A verdict cannot change inside a cell,
 * so agreement at the corners of every cell is a proof for that filter. Cut from the rules themselves, not by the engine.
 */
export function* cornersOf(filter: Filter): Generator<Packet> {
  const rules = rulesOf(filter);
  const v4 = cells(
    rules.flatMap((rule) => [...rule.remote.must.v4, ...rule.remote.may.v4]),
    1n << 32n,
  );
  const v6 = cells(
    rules.flatMap((rule) => [...rule.remote.must.v6, ...rule.remote.may.v6]),
    1n << 128n,
  );
  const l4 = cells(
    rules.flatMap((rule) => rule.l4.map(big)),
    1n << 24n,
  );
  const ports = cells(
    rules.flatMap((rule) => (rule.sourcePorts ?? []).map(big)),
    1n << 16n,
  );
  const remotes: readonly (readonly [Address, Address])[] = [
    ...v4.map(
      ([low, high]) =>
        [
          { family: 4, value: low },
          { family: 4, value: high },
        ] as const,
    ),
    ...v6.map(
      ([low, high]) =>
        [
          { family: 6, value: low },
          { family: 6, value: high },
        ] as const,
    ),
  ];
  for (const [lowRemote, highRemote] of remotes) {
    for (const [lowL4, highL4] of l4) {
      for (const [lowPort, highPort] of ports) {
        yield { remote: lowRemote, l4: Number(lowL4), sourcePort: Number(lowPort) };
        yield { remote: highRemote, l4: Number(highL4), sourcePort: Number(highPort) };
      }
    }
  }
}

function big({ first, last }: { readonly first: number; readonly last: number }): { first: bigint; last: bigint } {
  return { first: BigInt(first), last: BigInt(last) };
}

function cells(runs: readonly { readonly first: bigint; readonly last: bigint }[], end: bigint): [bigint, bigint][] {
  const starts = new Set([0n]);
  for (const { first, last } of runs) starts.add(first).add(last + 1n);
  starts.delete(end);
  const sorted = [...starts].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.map((start, index) => [start, (sorted[index + 1] ?? end) - 1n]);
}
