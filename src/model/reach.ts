import type { ResourceRef } from "./resource.ts";

/** Packets as `rampart reach --format json` lists them: every combination of a source and a port. */
export interface PacketSet {
  /** CIDR blocks, the fewest that make up the set. From the internet, blocks that are never routed there may be included to keep it short. */
  readonly sources: readonly string[];
  /** `tcp`, `icmp`, a bare number, a range of numbers, or `all`. */
  readonly protocol: string;
  /** `22,8000-8080`; ICMP types by name; `all` for the whole protocol. */
  readonly ports: string;
}

/** What certainly gets through, and all that could. */
export interface PacketSets {
  readonly must: readonly PacketSet[];
  readonly may: readonly PacketSet[];
}

/** A rule that decides in a layer. */
export interface ReachBlame {
  /** The layer's name. Untrusted. */
  readonly layer: string;
  /** The id of the firewall, route table or the like that holds the rule; null where the layer stands for a fact. */
  readonly firewall: string | null;
  /** The vendor's id of the rule, else what the rule says; null where no rule matches and the default decides. */
  readonly rule: string | null;
  readonly action: "allow" | "deny" | "implicit";
}

/** One layer of a path, with what decides in it. */
export interface ReachStep {
  readonly layer: string;
  readonly kind: string;
  /** Whether the packet itself passes it, or the reply to it. */
  readonly direction: "packet" | "reply";
  readonly passes: "all" | "some" | "none" | "unknown";
  readonly rules: readonly (ReachBlame & {
    /** The firewall's name. Untrusted. */
    readonly name: string | null;
    /** What the rule says. */
    readonly says: string | null;
  })[];
  /** What would let packets through that it stops; null where it stops none. */
  readonly opensBy: string | null;
  readonly missing: readonly string[];
}

/** One path that packets could take. */
export interface ReachPathReport {
  /** `public address 198.51.100.7`, `from eni-1 (app)`. Untrusted. */
  readonly name: string;
  readonly verdict: "open" | "partial" | "closed" | "unknown";
  /** The listener port that clients speak to, where a load balancer translates. */
  readonly clientPort: string | null;
  readonly packets: PacketSets;
  readonly session: PacketSets;
  readonly steps: readonly ReachStep[];
  /** Appliances that the packets pass; `seesReplies` is null when unknown. */
  readonly inspections: readonly { readonly resource: ResourceRef; readonly seesReplies: boolean | null }[];
}

/** The answer to `rampart reach`, as its renderers take it and as `--format json` prints it. */
export interface ReachReport {
  /** The endpoint's id. */
  readonly to: string;
  /** `internet`, CIDR blocks, or an endpoint's id. */
  readonly from: string;
  readonly verdict: "open" | "partial" | "closed" | "unknown";
  /** The verdict in one sentence. Holds untrusted names. */
  readonly summary: string;
  readonly packets: PacketSets;
  readonly session: PacketSets;
  /** What decides, layer by layer, on the path over which most gets through; on every path when all are closed. */
  readonly blame: readonly ReachBlame[];
  /** A packet that certainly gets through; `port` is null for protocols without ports. */
  readonly witness: { readonly source: string; readonly protocol: string; readonly port: number | null } | null;
  readonly missing: readonly string[];
  /** How the question was understood, where that is not plain. */
  readonly notes: readonly string[];
  readonly target: { readonly resource: ResourceRef; readonly workload: ResourceRef | null };
  readonly paths: readonly ReachPathReport[];
}
