import type { State } from "./nodes.ts";

/** One identity in one state. */
export interface Node {
  readonly identity: number;
  readonly state: State;
}

/** One move on the way from an identity to more rights. */
export interface Move {
  readonly from: Node;
  readonly to: Node;
  /** Whether the one who moves becomes the other; else it only changes its rights, or its own. */
  readonly becomes: boolean;
  /** What it does to the rights of the identity it moves to. */
  readonly adds: State;
}

/** Whether a node reaches the goal by itself, at least so strongly. */
export type Goal = (node: Node) => boolean;

/** The shortest way from each identity to a node that reaches the goal; identities that reach it by themselves, or never, have none. */
export type Ways = ReadonlyMap<number, readonly Move[]>;

/** A number for each node, unique among them. */
export function numberOf({ identity, state }: Node): number {
  return identity * 4 + state;
}
