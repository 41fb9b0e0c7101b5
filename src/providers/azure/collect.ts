import pLimit from "p-limit";

import type { OnScanEvent } from "../../model/progress.ts";
import type { SnapshotSink } from "../../snapshot/record.ts";
import type { OperationEnd } from "../shared/inquire.ts";
import { walk } from "../shared/walk.ts";
import { createCaller } from "./call.ts";
import { createAzureClients } from "./clients.ts";
import { findCloud } from "./cloud.ts";
import { type AzureCollection, inquire, targetOf } from "./collection.ts";
import { connect, type SubscriptionPlan } from "./connect.ts";
import { collectDirectories, type SubscriptionHolders, tellsHolders } from "./directory.ts";
import { armOperations } from "./operations.ts";
import { azureCollectDefaults, type AzureCollectOptions } from "./options.ts";

/**
 * Reads Azure into `sink`: every subscription that `options` lead to (see {@link azureCollectDefaults} for what they leave out), every
 * operation of operations.ts. Each operation leaves exactly one coverage row per subscription, those of Microsoft Graph one per tenant, whatever becomes of it; when `signal` is
 * aborted, what was not asked is `skipped`. Throws UsageError for options and credentials that cannot work, before any target is read.
 */
export async function collectAzure(
  options: Partial<AzureCollectOptions>,
  sink: SnapshotSink,
  onEvent: OnScanEvent,
  signal: AbortSignal,
): Promise<void> {
  const all = { ...azureCollectDefaults, ...options };
  const clients = createAzureClients(all, findCloud(all));
  const collection = { options: all, caller: createCaller(clients, all, signal), sink, onEvent };
  const { tenant, plans } = await connect(collection);
  onEvent({ kind: "targets", cloud: "azure", found: plans.length });
  // As many subscriptions as it takes to keep every place for calls busy while some wait for their last answers.
  const targets = pLimit(Math.max(2, 2 * Math.ceil(all.concurrency / all.perTargetConcurrency)));
  const holders = await Promise.all(plans.map((plan) => targets(() => collectSubscription(collection, plan))));
  // Whom to ask the directory about, the subscriptions have told.
  await collectDirectories(collection, tenant, holders);
}

async function collectSubscription(
  collection: AzureCollection,
  { id, name, tenant }: SubscriptionPlan,
): Promise<SubscriptionHolders> {
  const target = targetOf(id);
  collection.sink.target({ ...target, name, status: "scanned", note: null });
  const site = collection.caller.site(id);
  const ends = new Map<string, OperationEnd>();
  await walk(armOperations, async (operation, requests) => {
    const end = await inquire(collection, site, { target, operation, ...requests });
    if (tellsHolders.has(operation.id)) ends.set(operation.id, end);
    return end;
  });
  collection.onEvent({ kind: "target-ended", target });
  return { tenant, ends };
}
