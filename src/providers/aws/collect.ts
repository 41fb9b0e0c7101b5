import pLimit from "p-limit";

import type { OnScanEvent } from "../../model/progress.ts";
import type { Target } from "../../model/resource.ts";
import type { SnapshotSink } from "../../snapshot/record.ts";
import { createCaller } from "./call.ts";
import { createAwsClients } from "./clients.ts";
import { type Connecting, globalTarget } from "./collection.ts";
import { type AccountPlan, connect } from "./connect.ts";
import { awsCollectDefaults, type AwsCollectOptions } from "./options.ts";
import { collectOrganizations } from "./organization.ts";
import type { RegionPlan } from "./regions.ts";
import { collectTarget } from "./target.ts";

/**
 * Reads AWS into `sink`: every account and Region that `options` lead to (see {@link awsCollectDefaults} for what they leave out), every
 * operation of operations.ts. Each operation leaves exactly one coverage row per target, whatever becomes of it; when `signal` is
 * aborted, what was not asked is `skipped`. Throws UsageError for options and credentials that cannot work, before any target is read.
 */
export async function collectAws(
  options: Partial<AwsCollectOptions>,
  sink: SnapshotSink,
  onEvent: OnScanEvent,
  signal: AbortSignal,
): Promise<void> {
  const all = { ...awsCollectDefaults, ...options };
  const clients = createAwsClients(all);
  const connecting = { options: all, clients, caller: createCaller(clients, all, signal), sink, onEvent };
  try {
    await collectPlans(connecting, await connect(connecting));
  } finally {
    clients.close();
  }
}

async function collectPlans(connecting: Connecting, plans: readonly AccountPlan[]): Promise<void> {
  const { concurrency, perTargetConcurrency } = connecting.options;
  connecting.onEvent({
    kind: "targets",
    cloud: "aws",
    found: plans.flatMap(({ regions }) => regions.filter(({ isOn }) => isOn)).length,
  });
  // As many targets as it takes to keep every place for calls busy while some targets wait for their last answers.
  const targets = pLimit(Math.max(2, 2 * Math.ceil(concurrency / perTargetConcurrency)));
  const regions = plans.flatMap((plan) => plan.regions.map((region) => ({ plan, region })));
  for (const { plan, region } of regions) if (!region.isOn) leaveOut(connecting, plan, region);
  await Promise.all([
    collectOrganizations(connecting, plans),
    ...plans.map((plan) => targets(() => collectTarget(connecting, plan.site, globalTarget(plan.account), "account"))),
    ...regions
      .filter(({ region }) => region.isOn)
      .map(({ plan, region }) => targets(() => collectRegion(connecting, plan, region))),
  ]);
}

async function collectRegion(connecting: Connecting, plan: AccountPlan, { name }: RegionPlan): Promise<void> {
  const { caller, clients, onEvent, sink } = connecting;
  const target: Target = { cloud: "aws", account: plan.account, region: name };
  sink.target({ ...target, name: plan.name, status: "scanned", note: null });
  await collectTarget(connecting, caller.site(plan.session, name), target, "region");
  if (name !== plan.site.region) clients.release(plan.session, name);
  onEvent({ kind: "target-ended", target });
}

function leaveOut({ sink }: Connecting, plan: AccountPlan, { name }: RegionPlan): void {
  const target: Target = { cloud: "aws", account: plan.account, region: name };
  const note = "the account has not opted in to this Region";
  sink.target({ ...target, name: plan.name, status: "disabled", note });
  sink.coverage({ ...target, operation: "*", status: "disabled", items: 0, error: note });
}
