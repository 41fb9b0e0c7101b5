import type { Finding } from "./finding.ts";
import type { PacketSet } from "./reach.ts";
import type { ResourceRef } from "./resource.ts";

/** Packets that get through now and did not, or the other way round: an exact set, and its exact size. */
export interface PacketChange {
  /** In words: `tcp 22 from the whole internet (0.0.0.0/0)`. Untrusted in nothing: addresses and ports alone. */
  readonly says: string;
  readonly packets: readonly PacketSet[];
  /** How many combinations of a remote address and a protocol and port (ICMP type and code) it holds, as decimal text, for no number is too large. */
  readonly size: { readonly ipv4: string; readonly ipv6: string };
  /** How many remote addresses it holds in all, as decimal text. */
  readonly addresses: { readonly ipv4: string; readonly ipv6: string };
}

/** What became of a set of packets: only what certainly changed, and whether something unread may have changed besides. */
export interface Traffic {
  /** Certainly let through now, certainly not before. Null where there is none. */
  readonly opened: PacketChange | null;
  /** Certainly let through before, certainly not now. */
  readonly closed: PacketChange | null;
  /** What could not be read, before or now, and leaves more open than is told here. */
  readonly missing: readonly string[];
}

/** What became of one rule. Rules are paired by what they say, then by the vendor's id of them. */
export interface RuleChange {
  readonly change: "appeared" | "disappeared" | "widened" | "narrowed" | "changed" | "moved";
  readonly direction: "ingress" | "egress";
  /** The vendor's id; null where the source does not tell. Untrusted. */
  readonly id: string | null;
  /** What it said and says, as its firewall has it; null where there was or is none. Untrusted. */
  readonly before: string | null;
  readonly after: string | null;
  /** What the rule by itself matches now and did not. */
  readonly gained: PacketChange | null;
  readonly lost: PacketChange | null;
}

/** What became of one firewall. */
export interface FirewallChange {
  readonly change: "appeared" | "disappeared" | "changed";
  readonly resource: ResourceRef;
  /** One line: what it opens and closes, and by which rules. Holds untrusted names. */
  readonly summary: string;
  readonly ingress: Traffic;
  readonly egress: Traffic;
  readonly rules: readonly RuleChange[];
  /** Ids of what it guards now and did not, and the other way round. */
  readonly attached: readonly string[];
  readonly detached: readonly string[];
}

/** What became of what the internet can reach on one endpoint, through every layer. */
export interface ExposureChange {
  readonly change: "appeared" | "disappeared" | "changed";
  readonly resource: ResourceRef;
  readonly workload: ResourceRef | null;
  readonly summary: string;
  readonly reached: Traffic;
  /** The rules of firewalls that let in what is open now and was not. */
  readonly by: readonly {
    /** The firewall's id, and what people call it. Untrusted. */
    readonly firewall: string;
    readonly name: string;
    /** The vendor's id of the rule, else what it says in quotes. Untrusted. */
    readonly rule: string;
    readonly says: string;
  }[];
}

/** What became of one principal's power over firewalls. */
export interface ChangerChange {
  readonly principal: string;
  readonly resource: ResourceRef;
  /** The strongest of its grants; `no` where it had or has none. */
  readonly before: "yes" | "only-if" | "unknown" | "no";
  readonly after: "yes" | "only-if" | "unknown" | "no";
  readonly summary: string;
  /** Actions that it can use now and could not. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** One side of a comparison. */
export interface ComparedSide {
  /** What was named on the command line. */
  readonly name: string;
  readonly kind: "report" | "snapshot" | "import";
  /** ISO 8601: the end of the reading. */
  readonly finishedAt: string;
  readonly complete: boolean;
}

/** What changed between two readings of the same clouds, as `rampart diff` answers it and `--format json` prints it. */
export interface DiffReport {
  readonly schemaVersion: 1;
  readonly old: ComparedSide;
  readonly new: ComparedSide;
  /** One sentence. */
  readonly summary: string;
  /** Null where one side is a report, which has findings and no firewalls. */
  readonly firewalls: readonly FirewallChange[] | null;
  readonly exposures: readonly ExposureChange[] | null;
  readonly changers: readonly ChangerChange[] | null;
  readonly findings: {
    readonly new: readonly Finding[];
    readonly fixed: readonly Finding[];
    readonly unchanged: number;
    /** Findings of the old side whose target was not judged on the new one: neither fixed nor there. */
    readonly notJudged: number;
  };
  /** What was left out of the comparison and why. */
  readonly notes: readonly string[];
}
