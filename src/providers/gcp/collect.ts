import pLimit from "p-limit";

import type { OnScanEvent } from "../../model/progress.ts";
import type { SnapshotSink } from "../../snapshot/record.ts";
import { type Ends, walk } from "../shared/walk.ts";
import { createCaller } from "./call.ts";
import { createGcpClients } from "./clients.ts";
import { findCloud } from "./cloud.ts";
import { type GcpCollection, inquire, targetOf } from "./collection.ts";
import { connect } from "./connect.ts";
import { kindOf } from "./operation.ts";
import { operationsOn } from "./operations.ts";
import { gcpCollectDefaults, type GcpCollectOptions } from "./options.ts";
import type { AncestorPlan, ProjectPlan } from "./plans.ts";

/**
 * Reads Google Cloud into `sink`: every project that `options` lead to (see {@link gcpCollectDefaults} for what they leave out), every folder
 * and organization above one, every operation of operations.ts that is asked there. Each operation leaves exactly one coverage row per
 * target, whatever becomes of it; when `signal` is aborted, what was not asked is `skipped`. Throws UsageError for options and credentials that
 * cannot work, before any target is read.
 */
export async function collectGcp(
  options: Partial<GcpCollectOptions>,
  sink: SnapshotSink,
  onEvent: OnScanEvent,
  signal: AbortSignal,
): Promise<void> {
  const all = { ...gcpCollectDefaults, ...options };
  const clients = createGcpClients(all, findCloud(all));
  const collection = { options: all, caller: createCaller(clients, all, signal), sink, onEvent };
  const { projects, ancestors } = await connect(collection);
  onEvent({ kind: "targets", cloud: "gcp", found: projects.length + ancestors.length });
  // As many targets as it takes to keep every place for calls busy while some wait for their last answers.
  const targets = pLimit(Math.max(2, 2 * Math.ceil(all.concurrency / all.perTargetConcurrency)));
  await Promise.all([
    ...ancestors.map((plan) => targets(() => collectAncestor(collection, plan))),
    ...projects.map((plan) => targets(() => collectProject(collection, plan))),
  ]);
}

async function collectProject(collection: GcpCollection, plan: ProjectPlan): Promise<void> {
  const operation = "cloudresourcemanager.projects.get";
  const record = { ...targetOf(plan.id), operation, data: plan.data };
  const told = Promise.resolve({ status: "complete" as const, error: null, records: [record] });
  await collectTarget(collection, { ...plan, account: plan.id }, new Map([[operation, told]]));
}

async function collectAncestor(collection: GcpCollection, plan: AncestorPlan): Promise<void> {
  await collectTarget(collection, { ...plan, number: null }, new Map());
}

async function collectTarget(
  collection: GcpCollection,
  { account, name, number }: AncestorPlan & { readonly number: string | null },
  known: Ends,
): Promise<void> {
  const target = targetOf(account);
  collection.sink.target({ ...target, name, status: "scanned", note: null });
  const site = collection.caller.site(account, number);
  await walk(
    operationsOn(kindOf(account)),
    (operation, requests) => inquire(collection, site, { target, operation, ...requests }),
    known,
  );
  collection.onEvent({ kind: "target-ended", target });
}
