import { globalRegion, type Target } from "../../model/resource.ts";
import { type Collecting, inquire as inquireShared, type OperationEnd, type Requests } from "../shared/inquire.ts";
import type { CallSite, GcpCaller } from "./call.ts";
import type { GcpOperation } from "./operation.ts";
import type { GcpCollectOptions } from "./options.ts";
import { withoutSecrets } from "./secrets.ts";

/** What everything that collects writes to and asks with. */
export interface GcpCollection extends Collecting {
  readonly caller: GcpCaller;
  readonly options: GcpCollectOptions;
}

/** A project by id, or `folders/1`, or `organizations/1`, as a target: Google's APIs answer for all regions at once. */
export function targetOf(account: string): Target {
  return { cloud: "gcp", account, region: globalRegion };
}

/** Sends every request of an operation, and leaves the records and exactly one coverage row. Never throws for what the API does. */
export function inquire(
  collection: GcpCollection,
  site: CallSite,
  asked: Requests & { readonly target: Target; readonly operation: GcpOperation },
): Promise<OperationEnd> {
  return inquireShared(collection, asked, (request, onItem) =>
    collection.caller.ask(site, asked.operation, request.members, (item) => {
      onItem(asked.operation.trim(withoutSecrets(item)));
    }),
  );
}
