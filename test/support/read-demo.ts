import { startAwsLab } from "../../lab/aws/server.ts";
import { demoAzureEstate } from "../../lab/azure/demo-estate.ts";
import { startAzureLab } from "../../lab/azure/server.ts";
import { demoAwsEstate, demoScan } from "../../lab/demo-estate.ts";
import { demoGcpEstate } from "../../lab/gcp/demo-estate.ts";
import { startGcpLab } from "../../lab/gcp/server.ts";
import { collectAws } from "../../src/providers/aws/collect.ts";
import { collectAzure } from "../../src/providers/azure/collect.ts";
import { collectGcp } from "../../src/providers/gcp/collect.ts";
import type { Snapshot } from "../../src/snapshot/record.ts";
import { memorySink } from "../../src/snapshot/sinks.ts";

/** A scan of the demo's three clouds, which ends whenever it ends: answers come in any order. */
export async function readDemo(startedAt: string, finishedAt: string): Promise<Snapshot> {
  const [aws, azure, gcp] = await Promise.all([
    startAwsLab(demoAwsEstate),
    startAzureLab(demoAzureEstate),
    startGcpLab(demoGcpEstate),
  ]);
  const sink = memorySink("live", startedAt);
  const { signal } = new AbortController();
  const quiet = (): void => undefined;
  try {
    const credentials = aws.credentialsFor(demoScan.caller);
    await Promise.all([
      collectAws({ ...demoScan, endpoint: aws.endpoint, credentials }, sink, quiet, signal),
      collectAzure(azure.options, sink, quiet, signal),
      collectGcp(gcp.collectOptions(), sink, quiet, signal),
    ]);
    return sink.finish(finishedAt);
  } finally {
    await Promise.all([aws.close(), azure.close(), gcp.close()]);
  }
}
