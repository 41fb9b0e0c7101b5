import type { Coverage } from "../model/coverage.ts";
import type { Facet } from "../model/facet.ts";
import type { Cloud, ResourceRef, Target } from "../model/resource.ts";
import type { IdentityEstate } from "../identity/estate.ts";
import type { NetworkEstate } from "../network/estate.ts";
import type { Snapshot } from "../snapshot/record.ts";
import type { AwsControls } from "./aws/controls.ts";
import type { AzureControls } from "./azure/controls.ts";
import type { GcpControls } from "./gcp/controls.ts";

/** What a cloud's records mean, in the shapes that hold for every cloud. */
export interface Understanding {
  readonly network: NetworkEstate;
  readonly identity: IdentityEstate;
  readonly aws: AwsControls | null;
  readonly azure: AzureControls | null;
  readonly gcp: GcpControls | null;
  /** Accounts of the scan and, where it was read, of their organization. */
  readonly ownAccounts: ReadonlySet<string>;
  readonly organizationKnown: boolean;
  /** The tags or labels of a resource, as its own record has them; none where no record does. Untrusted text. */
  readonly tagsOf: (resource: ResourceRef) => Readonly<Record<string, string>>;
}

/** A cloud, without its SDK: what the pipeline needs once records are there. */
export interface Provider {
  readonly cloud: Cloud;
  /** The API operations behind a facet, on a target or, null, on any of this cloud's; empty where there is no such thing. */
  readonly operations: (facet: Facet, target: Target | null) => readonly string[];
  /**
   * Where rights come from: `accounts`: each account says who may do what in it (AWS); `tree`: they are inherited from above and held by what a directory
   * tells, so that nothing of them is certain that one target alone says.
   */
  readonly rightsLieIn: "accounts" | "tree";
  /** What an operation needs, in the words of the cloud's access control, for messages about what could not be read. */
  readonly permissionsFor: (operation: string) => readonly string[];
  readonly understand: (snapshot: Snapshot) => Understanding;
  /**
   * The coverage with what the records together explain, which the call that failed could not know: a gap that is none becomes
   * `disabled`, with the reason. Rows of other clouds, and their order, stay as they are.
   */
  readonly settleCoverage: (snapshot: Snapshot) => readonly Coverage[];
}
