import type { GcpAccess, GcpGroup } from "./estate-identity.ts";

/** What the loopback Google holds. Resources are answered verbatim; only which of them a listing holds is the lab's doing. */
export interface GcpEstate {
  /** Who asks, when nobody is impersonated: the service account of the machine that the lab pretends to run on. */
  readonly identity: GcpIdentity;
  /** Whether listings of firewall policies tell the rules too. True when absent; when false, only a policy asked for by itself does. */
  readonly rulesInLists?: boolean;
  readonly organizations?: readonly GcpOrganization[];
  readonly folders?: readonly GcpFolder[];
  readonly projects: readonly GcpProject[];
  /** Predefined roles. One that is not among them is not found. */
  readonly roles?: readonly JsonObject[];
  /** Groups of the directory, which belongs to the first organization. */
  readonly groups?: readonly GcpGroup[];
}

/** The service account that the metadata server gives tokens for, and those that it may act as. */
export interface GcpIdentity {
  /** `scanner@host.iam.gserviceaccount.com`. */
  readonly serviceAccount: string;
  /** The project of the machine, by id. It need not be in the estate. */
  readonly project: string;
  /** Service accounts that it may impersonate, by address. None when absent. */
  readonly mayActAs?: readonly string[];
}

/** What organizations, folders and projects have in common. */
export interface GcpNode {
  /** Refused to whoever asks, by Discovery method id: `compute.routes.list`, `networksecurity.*`. */
  readonly denies?: readonly string[];
  /** Everything in it, each known by its `selfLink`. */
  readonly resources?: readonly GcpResource[];
  /** Who may do what in it. Nobody anything when absent. */
  readonly access?: GcpAccess;
}

/** An organization, with its hierarchical firewall policies and address groups. */
export interface GcpOrganization extends GcpNode {
  /** Digits alone: `480931562077`. */
  readonly id: string;
  /** Its domain. */
  readonly displayName: string;
}

/** A folder, with its hierarchical firewall policies. */
export interface GcpFolder extends GcpNode {
  /** Digits alone. */
  readonly id: string;
  readonly displayName: string;
  /** `organizations/<id>` or `folders/<id>`. */
  readonly parent: string;
  /** `ACTIVE` when absent. */
  readonly state?: "ACTIVE" | "DELETE_REQUESTED";
}

/** A project, with everything in it. */
export interface GcpProject extends GcpNode {
  readonly id: string;
  /** Digits alone. */
  readonly number: string;
  readonly displayName?: string;
  /** `organizations/<id>` or `folders/<id>`; absent for a project of nobody's organization. */
  readonly parent?: string;
  /** `ACTIVE` when absent. */
  readonly state?: "ACTIVE" | "DELETE_REQUESTED";
  /** The Shared VPC host that this project is attached to, by id. */
  readonly host?: string;
  /** APIs that are switched off here: `networksecurity.googleapis.com`. */
  readonly disabledApis?: readonly string[];
  /** Scopes that cannot be reached at present: `zones/europe-west1-b`, `regions/europe-west1`. */
  readonly unreachable?: readonly string[];
  /** What is asked of one resource at a time. */
  readonly details?: readonly GcpDetail[];
}

/** What is asked of one resource at a time: who is in an instance group, what tags an instance has. */
export interface GcpDetail {
  readonly of: GcpResource;
  readonly method: "listInstances" | "listNetworkEndpoints" | "effectiveTags";
  readonly items: readonly JsonObject[];
}

/** A value of JSON. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** An object of JSON; members that are undefined are left out. */
export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}

/** A resource as Google's REST APIs answer it. */
export interface GcpResource extends JsonObject {
  readonly name: string;
  /** `https://www.googleapis.com/compute/v1/projects/<id>/zones/<zone>/instances/<name>`, and the like. */
  readonly selfLink: string;
}

/** Where a resource is, without the API's address: `projects/<id>/global/networks/<name>`. Paths pass as they are. */
export function pathOf(link: string): string {
  return link.replace(/^https?:\/\/[^/]+\/(?:compute\/)?(?:v1|beta|alpha)\//, "");
}

/** A text member, or the empty string. */
export function textOf(object: JsonObject, member: string): string {
  const value = object[member];
  return typeof value === "string" ? value : "";
}

/** The objects in a member that is a list; none when it is anything else. */
export function objectsOf(object: JsonObject, member: string): readonly JsonObject[] {
  const value = object[member];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Whether a value is an object of JSON. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
