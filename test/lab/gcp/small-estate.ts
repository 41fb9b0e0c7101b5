import { firewall, instance, tagged } from "../../../lab/gcp/build.ts";
import { securityPolicy } from "../../../lab/gcp/build-balancer.ts";
import { defaultNetwork } from "../../../lab/gcp/build-default.ts";
import { addressGroup, globalPolicy, hierarchicalPolicy, networkPolicy } from "../../../lab/gcp/build-policy.ts";
import type { GcpEstate } from "../../../lab/gcp/estate.ts";
import { joined } from "../../../lab/gcp/join.ts";

/** The network that everything in `main` is about. */
export const start = defaultNetwork("main");
const subnet = start.subnetOf("europe-west1");

/** An instance in each of three zones, the last of them in another region. */
export const machines = [
  instance("main", "europe-west1-b", "one", { interfaces: [{ subnet, address: "10.132.0.2" }] }),
  instance("main", "europe-west1-b", "two", { interfaces: [{ subnet, address: "10.132.0.3" }] }),
  instance("main", "us-central1-a", "three", {
    interfaces: [{ subnet: start.subnetOf("us-central1"), address: "10.128.0.2" }],
  }),
];
const [one] = machines;
if (one === undefined) throw new Error("The estate has no instance.");

export const organizationPolicy = hierarchicalPolicy("organizations/1", "base", {
  100: { action: "deny", traffic: ["tcp:23"] },
});
/** Held by the organization, in force below a folder. */
const lentPolicy = hierarchicalPolicy("organizations/1", "lent", { 10: { action: "goto_next" } }, ["folders/20"]);
const folderPolicy = hierarchicalPolicy("folders/10", "middle", { 20: { action: "allow", traffic: ["tcp:22"] } });
const siblingPolicy = hierarchicalPolicy("folders/30", "sibling", { 20: { action: "deny" } });

/** A tree of two folders, with a project at its end; projects of which little may be read; and one outside of the organization. */
export const smallEstate: GcpEstate = {
  identity: {
    serviceAccount: "scanner@main.iam.gserviceaccount.com",
    project: "main",
    mayActAs: ["audit@main.iam.gserviceaccount.com"],
  },
  organizations: [
    {
      id: "1",
      displayName: "example.com",
      resources: [
        organizationPolicy,
        lentPolicy,
        addressGroup("organizations/1", "global", "offices", ["192.0.2.0/24"]),
      ],
    },
  ],
  folders: [
    { id: "10", displayName: "upper", parent: "organizations/1", resources: [folderPolicy] },
    { id: "20", displayName: "lower", parent: "folders/10" },
    { id: "30", displayName: "beside", parent: "organizations/1", resources: [siblingPolicy] },
    { id: "40", displayName: "going", parent: "organizations/1", state: "DELETE_REQUESTED" },
  ],
  projects: [
    {
      id: "main",
      number: "111",
      parent: "folders/20",
      resources: joined([
        ...start.resources,
        firewall(start.network, "extra", { allow: ["tcp:80"] }),
        ...machines,
        globalPolicy(start.network, "everywhere", { 10: { action: "allow", traffic: ["tcp:443"] } }),
        networkPolicy("main", "regions/europe-west1", "west", { 5: { action: "deny" } }, [start.network]),
        securityPolicy({ project: "main", scope: "global" }, "armor", {}),
        addressGroup("projects/main", "global", "global-group", ["192.0.2.1/32"]),
        addressGroup("projects/main", "europe-west1", "west-group", ["2001:db8::/32"]),
      ]),
      details: [tagged(one, { "1/role/web": "tagValues/7" })],
    },
    { id: "off", number: "222", parent: "folders/20", disabledApis: ["compute.googleapis.com"] },
    { id: "closed", number: "333", parent: "folders/30", denies: ["compute.firewalls.*"] },
    { id: "hidden", number: "444", parent: "folders/30", denies: ["*"] },
    { id: "going", number: "555", parent: "folders/30", state: "DELETE_REQUESTED" },
    {
      id: "alone",
      number: "666",
      host: "main",
      unreachable: ["zones/us-central1-f"],
      resources: [instance("alone", "us-central1-a", "four", { interfaces: [{ subnet, address: "10.132.0.9" }] })],
    },
  ],
};
