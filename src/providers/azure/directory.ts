import { isKnown } from "../../model/coverage.ts";
import { type OperationEnd, settle } from "../shared/inquire.ts";
import { type Ends, walk } from "../shared/walk.ts";
import { changers } from "./changers.ts";
import { type AzureCollection, inquire, targetOf } from "./collection.ts";
import { directoryOperations, holderOperations, roleDefinitions } from "./directory-operations.ts";

/** What a subscription told of who holds a right in it. */
export interface SubscriptionHolders {
  /** The tenant that it trusts; null where that was not told. */
  readonly tenant: string | null;
  /** How each of the operations that say so ended, and that of role definitions. */
  readonly ends: ReadonlyMap<string, OperationEnd>;
}

/** The operations of a subscription whose answers {@link collectDirectories} rests on. */
export const tellsHolders: ReadonlySet<string> = new Set([...holderOperations, roleDefinitions]);

/**
 * Asks Microsoft Graph about those who hold a right in the subscriptions that were read, once for each tenant. A token is for the tenant
 * that was signed in to; of others (subscriptions that were delegated to this one) the rows say that they were not asked.
 */
export async function collectDirectories(
  collection: AzureCollection,
  signedIn: string,
  subscriptions: readonly SubscriptionHolders[],
): Promise<void> {
  const tenants = Map.groupBy(subscriptions, ({ tenant }) => (tenant ?? signedIn).toLowerCase());
  await Promise.all(
    Array.from(tenants, async ([tenant, members]) => {
      const reason = whyNot(collection, tenant, signedIn.toLowerCase());
      if (reason === null) await ask(collection, tenant, members);
      else leaveOut(collection, tenant, reason);
    }),
  );
}

function whyNot({ caller }: AzureCollection, tenant: string, signedIn: string): string | null {
  if (!caller.knowsGraph) return "the address of Microsoft Graph in this cloud is not known: set AZURE_GRAPH_ENDPOINT";
  if (tenant === signedIn) return null;
  return `the credentials sign in to the tenant ${signedIn}: scan with --tenant ${tenant} for this one`;
}

function leaveOut(collection: AzureCollection, tenant: string, error: string): void {
  for (const operation of directoryOperations) {
    settle(collection, targetOf(tenant), operation, { status: "skipped", error, items: 0 });
  }
}

async function ask(
  collection: AzureCollection,
  tenant: string,
  subscriptions: readonly SubscriptionHolders[],
): Promise<void> {
  const target = targetOf(tenant);
  const site = collection.caller.site(tenant);
  const known: Ends = new Map(
    holderOperations.map((id) => [
      id,
      Promise.resolve(
        together(
          subscriptions.flatMap(({ ends }) => {
            const end = ends.get(id);
            if (end === undefined) return [];
            return [{ ...end, records: changers(end.records, ends.get(roleDefinitions)?.records ?? []) }];
          }),
        ),
      ),
    ]),
  );
  await walk(
    directoryOperations,
    (operation, requests) =>
      inquire(collection, site, {
        target,
        operation,
        ...requests,
        // What could not be listed says so in its own row; whoever was found all the same is asked about.
        unasked: requests.requests.length === 0 ? requests.unasked : null,
      }),
    known,
  );
}

/** How an operation ended over several subscriptions: as the first of them that it failed in. */
function together(ends: readonly OperationEnd[]): OperationEnd {
  const records = ends.flatMap((end) => end.records);
  const { status, error } = ends.find((end) => !isKnown(end.status)) ?? { status: "complete" as const, error: null };
  return { status, error, records };
}
