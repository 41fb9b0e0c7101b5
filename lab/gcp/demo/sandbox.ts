import { firewall, instance } from "../build.ts";
import { defaultNetwork } from "../build-default.ts";
import { ownRoutes } from "../build-route.ts";
import type { GcpResource } from "../estate.ts";
import { sandboxProject } from "./company.ts";

const start = defaultNetwork(sandboxProject);
const american = start.subnetOf("us-central1");
const european = start.subnetOf("europe-west1");

const notebook = instance(sandboxProject, "us-central1-a", "notebook-gpu", {
  interfaces: [{ subnet: american, address: "10.128.0.2", publicIp: "34.122.48.219" }],
  tags: ["jupyter", "http-server"],
  serviceAccount: "205718394466-compute@developer.gserviceaccount.com",
  metadata: { "startup-script": "#!/bin/sh\nexport API_KEY=SECRET-OF-notebook\n" },
});
const stopped = instance(sandboxProject, "europe-west1-d", "booth-demo", {
  interfaces: [{ subnet: european, address: "10.132.0.7" }],
  tags: ["http-server"],
  status: "TERMINATED",
});

/** A project on the network that it came with, from a conference three years ago. */
export const sandboxParts: readonly GcpResource[] = [
  ...start.resources,
  firewall(start.network, "default-allow-http", { allow: ["tcp:80"], targetTags: ["http-server"] }),
  firewall(start.network, "jupyter", { allow: ["tcp:8888"], targetTags: ["jupyter"] }),
  ...ownRoutes(start.network, [american, european, start.subnetOf("europe-west4")]),
  notebook,
  stopped,
];
