import type { VendorObject } from "../../snapshot/record.ts";
import type { Ask as SharedAsk, ReadOperation } from "../shared/ask.ts";

/** How often an operation is sent, and for what. */
export type Ask = SharedAsk;

/** The APIs that are asked; cloud.ts says where each of them is. */
export type GcpApi =
  | "cloudfunctions"
  | "cloudidentity"
  | "cloudresourcemanager"
  | "compute"
  | "iam"
  | "networksecurity"
  | "run";

/** What a target can be; each asks for something else. */
export type GcpTargetKind = "project" | "folder" | "organization";

/** What a target is, by its account. */
export function kindOf(account: string): GcpTargetKind {
  if (account.startsWith("folders/")) return "folder";
  return account.startsWith("organizations/") ? "organization" : "project";
}

/** How an answer holds its items. */
export type AnswerShape =
  /** The answer is the item, even when it has no member at all. */
  | { readonly kind: "item" }
  /** A list, under `member`; whether in pages, {@link GcpOperation.paging} says. */
  | { readonly kind: "list"; readonly member: string }
  /** A page of a list over all scopes: under `items`, by scope (`zones/europe-west1-b`), under `member`. */
  | { readonly kind: "scopes"; readonly member: string };

/** An operation that has to be asked first, to learn what the API calls that which a request is about. It leaves no records. */
export interface Lookup {
  /** Its id. It is sent with the members of the request. */
  readonly operation: string;
  /** The member of its answer that the request is then sent with, and as what. */
  readonly from: string;
  readonly as: string;
}

/** One operation of Google's REST APIs that Rampart can send. Every one of them reads. */
export interface GcpOperation extends ReadOperation {
  /** Its Discovery method id: what records and coverage name. */
  readonly id: string;
  readonly api: GcpApi;
  /** On which targets it is asked, or leaves its record when it was asked to connect. */
  readonly on: readonly GcpTargetKind[];
  /** POST for what Google takes as such: two listings of Compute Engine, and the question for an allow policy. They change nothing. */
  readonly method: "GET" | "POST";
  /**
   * Below the API's base address. `{account}` is the target (`my-project`, `organizations/1`), `{resource}` the same as its resource name
   * (`projects/my-project`), any other name in braces a member of the request; `{base}` is the base address itself. `{+name}` is put in as it
   * is: what is encoded already. `{+attachment}` is the target as deny policies name it: its full resource name in one segment of a path.
   */
  readonly path: string;
  /** Parameters beside those of paging, filled in like `path`. */
  readonly query: Readonly<Record<string, string>>;
  /** What a POST carries; null: nothing. */
  readonly body: VendorObject | null;
  /** The request member that names the zone whose own address of the API answers; null: the API's one address does. */
  readonly endpointOf: string | null;
  readonly answer: AnswerShape;
  /** The parameter for the size of a page, and how large one is to be; null where the API gives everything at once. */
  readonly paging: readonly [parameter: string, size: string] | null;
  readonly lookup: Lookup | null;
  /**
   * Whether the answer to a request is the same whatever target it is asked on: then a scan sends it once, and the target that came first has
   * the records. What becomes of the request is in the coverage of each.
   */
  readonly shared: boolean;
  /** What it needs in the words of IAM, what it cannot do without first; none where IAM has no permission for it. */
  readonly permissions: readonly string[];
  /** What a record keeps of an item: all of it, less where an item may hold secrets. */
  readonly trim: (item: VendorObject) => VendorObject;
  readonly ask: Ask;
}

/** Asked while finding out what to scan. */
export const connecting: Ask = { how: "connecting" };

/** Asked once on each target. */
export const once: Ask = { how: "once" };

/** What operations of an API need not say, each for itself. */
export type Rest = Partial<Omit<GcpOperation, "id" | "api" | "permissions" | "path">>;

/** How many items a page is asked to have: what each API takes at most, or is content with. */
const pages: Readonly<Record<GcpApi, readonly [string, string]>> = {
  cloudfunctions: ["pageSize", "500"],
  cloudidentity: ["pageSize", "500"],
  cloudresourcemanager: ["pageSize", "300"],
  compute: ["maxResults", "500"],
  iam: ["pageSize", "100"],
  networksecurity: ["pageSize", "500"],
  run: ["pageSize", "100"],
};

/** An operation; what `rest` leaves out is as with most operations. The API is told by its id. */
export function operation(id: string, path: string, permissions: readonly string[], rest: Rest = {}): GcpOperation {
  const api = apiOf(id);
  return {
    id,
    api,
    on: ["project"],
    method: "GET",
    path,
    query: {},
    body: rest.method === "POST" ? {} : null,
    endpointOf: null,
    answer: { kind: "item" },
    paging: rest.answer === undefined || rest.answer.kind === "item" ? null : pages[api],
    lookup: null,
    shared: false,
    permissions,
    trim: (item) => item,
    ask: once,
    ...rest,
  };
}

function apiOf(id: string): GcpApi {
  const [prefix = ""] = id.split(".");
  return isApi(prefix) ? prefix : "cloudresourcemanager";
}

function isApi(name: string): name is GcpApi {
  return Object.hasOwn(pages, name);
}
