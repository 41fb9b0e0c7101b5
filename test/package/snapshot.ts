import { startAwsLab } from "../../lab/aws/server.ts";
import { startAzureLab } from "../../lab/azure/server.ts";
import { demoAzureEstate } from "../../lab/azure/demo-estate.ts";
import { demoAwsEstate, demoScan } from "../../lab/demo-estate.ts";
import { demoGcpEstate } from "../../lab/gcp/demo-estate.ts";
import { startGcpLab } from "../../lab/gcp/server.ts";
import { collectAws } from "../../src/providers/aws/collect.ts";
import { collectAzure } from "../../src/providers/azure/collect.ts";
import { collectGcp } from "../../src/providers/gcp/collect.ts";
import { openSnapshotWriter } from "../../src/snapshot/write.ts";

/** Writes a snapshot of the sample estate: what `rampart collect` writes of three clouds. */
const [path = "snapshot.jsonl"] = process.argv.slice(2);
const [aws, azure, gcp] = await Promise.all([
  startAwsLab(demoAwsEstate),
  startAzureLab(demoAzureEstate),
  startGcpLab(demoGcpEstate),
]);
const { signal } = new AbortController();
const silent = (): void => undefined;
try {
  const writer = openSnapshotWriter(path, {
    tool: { name: "rampart", version: "0.0.0" },
    startedAt: new Date().toISOString(),
  });
  const credentials = { endpoint: aws.endpoint, credentials: aws.credentialsFor(demoScan.caller) };
  await Promise.all([
    collectAws({ ...demoScan, ...credentials }, writer, silent, signal),
    collectAzure(azure.options, writer, silent, signal),
    collectGcp(gcp.collectOptions(), writer, silent, signal),
  ]);
  await writer.end(new Date().toISOString());
} finally {
  await Promise.all([aws.close(), azure.close(), gcp.close()]);
}
