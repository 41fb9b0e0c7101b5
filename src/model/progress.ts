import type { CoverageStatus } from "./coverage.ts";
import type { Cloud, Target } from "./resource.ts";

/** What happens during a scan, for a person who waits. Nothing but the progress line rests on it. */
export type ScanEvent =
  | { readonly kind: "targets"; readonly cloud: Cloud; readonly found: number }
  | { readonly kind: "operation-started"; readonly target: Target; readonly operation: string }
  | {
      readonly kind: "operation-ended";
      readonly target: Target;
      readonly operation: string;
      readonly status: CoverageStatus;
    }
  | { readonly kind: "target-ended"; readonly target: Target }
  | { readonly kind: "judging"; readonly checks: number }
  | { readonly kind: "findings"; readonly count: number };

export type OnScanEvent = (event: ScanEvent) => void;
