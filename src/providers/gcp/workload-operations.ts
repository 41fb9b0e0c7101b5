import { type GcpOperation, operation } from "./operation.ts";
import { keep, type Shape } from "./trim.ts";

// Environment variables, arguments and build settings are where secrets lie about: of a workload only what says which service account it
// carries and who can reach it is kept.

/** Where a workload's traffic goes, which decides what it can reach. */
const vpcAccess: Shape = {
  connector: true,
  egress: true,
  networkInterfaces: { network: true, subnetwork: true, tags: true },
};

/** Of a service of the older version too, which gcloud and Cloud Asset Inventory still speak. */
const knativeMeta: Shape = { name: true, namespace: true, selfLink: true, uid: true, labels: true };

const service = keep({
  name: true,
  uid: true,
  uri: true,
  ingress: true,
  invokerIamDisabled: true,
  template: { serviceAccount: true, vpcAccess },
  apiVersion: true,
  kind: true,
  metadata: knativeMeta,
  spec: { template: { spec: { serviceAccountName: true } } },
});

const job = keep({
  name: true,
  uid: true,
  template: { template: { serviceAccount: true, vpcAccess } },
  apiVersion: true,
  kind: true,
  metadata: knativeMeta,
  spec: { template: { spec: { template: { spec: { serviceAccountName: true } } } } },
});

const cloudFunction = keep({
  name: true,
  environment: true,
  state: true,
  url: true,
  buildConfig: { serviceAccount: true },
  serviceConfig: {
    service: true,
    serviceAccountEmail: true,
    ingressSettings: true,
    uri: true,
    vpcConnector: true,
    vpcConnectorEgressSettings: true,
  },
  eventTrigger: { serviceAccountEmail: true, trigger: true },
  // Version 1:
  status: true,
  httpsTrigger: { url: true },
  serviceAccountEmail: true,
  ingressSettings: true,
  vpcConnector: true,
});

/**
 * What runs as a service account, beside instances: who controls it can act as that account. A location that does not answer is named.
 * https://docs.cloud.google.com/run/docs/reference/rest/v2, https://docs.cloud.google.com/functions/docs/reference/rest/v2
 */
export const workloadOperations: readonly GcpOperation[] = [
  operation("run.projects.locations.services.list", "{resource}/locations/-/services", ["run.services.list"], {
    answer: { kind: "list", member: "services" },
    trim: service,
  }),
  operation("run.projects.locations.jobs.list", "{resource}/locations/-/jobs", ["run.jobs.list"], {
    answer: { kind: "list", member: "jobs" },
    trim: job,
  }),
  operation(
    "cloudfunctions.projects.locations.functions.list",
    "{resource}/locations/-/functions",
    ["cloudfunctions.functions.list"],
    { answer: { kind: "list", member: "functions" }, trim: cloudFunction },
  ),
];
