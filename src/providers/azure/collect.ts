import pLimit from "p-limit";

import type { OnScanEvent } from "../../model/progress.ts";
import type { SnapshotSink } from "../../snapshot/record.ts";
import { walk } from "../shared/walk.ts";
import { createCaller } from "./call.ts";
import { createAzureClients } from "./clients.ts";
import { findCloud } from "./cloud.ts";
import { type AzureCollection, inquire, targetOf } from "./collection.ts";
import { connect, type SubscriptionPlan } from "./connect.ts";
import { azureOperations } from "./operations.ts";
import { azureCollectDefaults, type AzureCollectOptions } from "./options.ts";

/**
 * Reads Azure into `sink`: every subscription that `options` lead to (see {@link azureCollectDefaults} for what they leave out), every
 * operation of operations.ts. Each operation leaves exactly one coverage row per subscription, whatever becomes of it; when `signal` is
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
  const plans = await connect(collection);
  onEvent({ kind: "targets", found: plans.length });
  // As many subscriptions as it takes to keep every place for calls busy while some wait for their last answers.
  const targets = pLimit(Math.max(2, 2 * Math.ceil(all.concurrency / all.perTargetConcurrency)));
  await Promise.all(plans.map((plan) => targets(() => collectSubscription(collection, plan))));
}

async function collectSubscription(collection: AzureCollection, { id, name }: SubscriptionPlan): Promise<void> {
  const target = targetOf(id);
  collection.sink.target({ ...target, name, status: "scanned", note: null });
  const site = collection.caller.site(id);
  await walk(azureOperations, (operation, requests) => inquire(collection, site, { target, operation, ...requests }));
  collection.onEvent({ kind: "target-ended", target });
}
