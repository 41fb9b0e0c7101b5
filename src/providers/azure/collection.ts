import { globalRegion, type Target } from "../../model/resource.ts";
import { type Collecting, inquire as inquireShared, type OperationEnd, type Requests } from "../shared/inquire.ts";
import type { AzureCaller, CallSite } from "./call.ts";
import type { AzureOperation } from "./operation.ts";
import { findAzureOperation } from "./operations.ts";
import type { AzureCollectOptions } from "./options.ts";

/** What everything that collects writes to and asks with. */
export interface AzureCollection extends Collecting {
  readonly caller: AzureCaller;
  readonly options: AzureCollectOptions;
}

/** The operation of that id, which must be in the list. */
export function operationNamed(id: string): AzureOperation {
  const operation = findAzureOperation(id);
  if (operation === undefined) throw new Error(`${id} is not in the list of operations`);
  return operation;
}

/** A subscription as a target: Azure Resource Manager answers for all of its Regions at once. A tenant, where it is asked, likewise. */
export function targetOf(account: string): Target {
  return { cloud: "azure", account, region: globalRegion };
}

/** Sends every request of an operation, and leaves the records and exactly one coverage row. Never throws for what the API does. */
export function inquire(
  collection: AzureCollection,
  site: CallSite,
  asked: Requests & { readonly target: Target; readonly operation: AzureOperation },
): Promise<OperationEnd> {
  return inquireShared(collection, asked, (request, onItem) =>
    collection.caller.ask(site, asked.operation, request.members, onItem),
  );
}
