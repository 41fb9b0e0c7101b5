import type { SnapshotRecord, VendorObject } from "../../snapshot/record.ts";
import type { Ask as SharedAsk, ParentRequest } from "../shared/ask.ts";

/** How often an operation is sent, and for what. */
export type Ask = SharedAsk;

/** Where an operation is sent. */
export type Route =
  /** A path of Azure Resource Manager; `{subscription}` and `{group}` are filled in. */
  | { readonly kind: "path"; readonly path: string }
  /** Below a parent: the ARM id that the request carries, followed by `/` and `segment`. */
  | { readonly kind: "child"; readonly segment: string }
  /**
   * Queries of Azure Resource Graph over one subscription, one after the other. They are POSTs, as queries must be, and read no more than
   * the caller's own right to read: https://learn.microsoft.com/azure/governance/resource-graph/overview#permissions-in-azure-resource-graph
   */
  | { readonly kind: "query"; readonly queries: readonly string[] }
  /** A path of Microsoft Graph below its version; `{parent}` is filled in with the object id that the request carries. */
  | { readonly kind: "graph"; readonly path: string };

/** One operation of Azure Resource Manager or of Microsoft Graph that Rampart can send. Every one of them reads. */
export interface AzureOperation {
  /**
   * What records and coverage name it by: the action of Azure's access control, as role definitions have it, or `microsoft.graph/` and the
   * path of what Microsoft Graph lists.
   */
  readonly id: string;
  /** What `api-version` says, or the version of Microsoft Graph that begins the path. */
  readonly apiVersion: string;
  readonly route: Route;
  /** What the request says besides: `$select`, `$filter`. `{ids}` is filled in with the ids that the request carries, as OData lists them. */
  readonly query: Readonly<Record<string, string>>;
  readonly ask: Ask;
  /** The permissions it takes: the action itself, or the least of Microsoft Graph's application permissions. */
  readonly permissions: readonly string[];
  /** What a record keeps of an item: all of it, less where an item may hold secrets. */
  readonly trim: (item: VendorObject) => VendorObject;
  /** Error codes, or statuses as `status 404`, by which the API says that there is nothing to read here: `disabled`, which counts as known. */
  readonly disabledBy: readonly string[];
}

/** Asked once. */
export const once: Ask = { how: "once" };

/** The request member that carries a parent's id: an ARM id, or an object id of Microsoft Entra ID. */
export const parentMember = "parent";

/** The request member that carries the ids of what is asked about together, parted by commas. */
export const idsMember = "ids";

/** An operation; what `rest` leaves out is as with most operations. */
export function operation(
  id: string,
  rest: Partial<Omit<AzureOperation, "id">> & Pick<AzureOperation, "apiVersion" | "route">,
): AzureOperation {
  return {
    id,
    query: {},
    ask: once,
    permissions: [id],
    trim: (item) => item,
    disabledBy: [],
    ...rest,
  };
}

/** An operation that lists a kind of the subscription's resources. */
export function list(
  id: string,
  apiVersion: string,
  {
    path = providerPath(id),
    ...rest
  }: Partial<Pick<AzureOperation, "query" | "trim" | "disabledBy">> & { readonly path?: string } = {},
): AzureOperation {
  return operation(id, {
    apiVersion,
    route: { kind: "path", path: `/subscriptions/{subscription}/providers/${path}` },
    ...rest,
  });
}

/** `Microsoft.Network/routeTables/read` -> `Microsoft.Network/routeTables`. */
function providerPath(id: string): string {
  return id.replace(/\/read$/, "");
}

/** An operation that lists what lies under each resource that `parent` listed. */
export function below(
  parent: string,
  segment: string,
  {
    id = `${providerPath(parent)}/${segment}/read`,
    apiVersion,
    has = everyParent,
  }: {
    readonly id?: string;
    readonly apiVersion: string;
    readonly has?: (parent: SnapshotRecord) => boolean;
  },
): AzureOperation {
  const requests = (record: SnapshotRecord): readonly ParentRequest[] => {
    if (!has(record)) return [];
    const { id: parentId } = record.data;
    if (typeof parentId === "string" && isResourceId(parentId)) return [{ members: { [parentMember]: parentId } }];
    return [{ members: { [parentMember]: JSON.stringify(parentId) }, skip: "its id is no Azure resource id" }];
  };
  return operation(id, {
    apiVersion,
    route: { kind: "child", segment },
    // Whatever lies under a resource has the resource's id in its own.
    ask: { how: "per-parent", parents: [parent], requests, keep: [] },
  });
}

const everyParent = (_record: SnapshotRecord): boolean => true;

/** Whether `id` is the full id of something in a subscription, fit to be put into a path. */
export function isResourceId(id: string): boolean {
  const segments = id.split("/").slice(1);
  return (
    /^\/subscriptions\/[^/]+\/resource[gG]roups\/[^/]+\/providers\/[^/]+\/[^/]+\/[^/]/.test(id) &&
    segments.every(
      (segment) => segment !== "" && segment !== "." && segment !== ".." && !/[\\?#%\p{Cc}]/u.test(segment),
    )
  );
}
