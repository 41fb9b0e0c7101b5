import type { VendorObject } from "../../snapshot/record.ts";

/** A project to collect from. */
export interface ProjectPlan {
  readonly id: string;
  /** Null when it was not told. */
  readonly number: string | null;
  readonly name: string | null;
  /** `folders/1` or `organizations/1`; null for a project of nobody's organization. */
  readonly parent: string | null;
  /** As Cloud Resource Manager tells it. */
  readonly data: VendorObject;
}

/** A folder or organization above projects of the scan. */
export interface AncestorPlan {
  /** `folders/1` or `organizations/1`. */
  readonly account: string;
  /** Null when it was not told. */
  readonly name: string | null;
}

/** What to collect from. */
export interface Plans {
  readonly projects: readonly ProjectPlan[];
  readonly ancestors: readonly AncestorPlan[];
}
