import { describe, expect, it } from "vitest";

import { firewall, network } from "../../../lab/gcp/build.ts";
import { hierarchicalPolicy, networkPolicy } from "../../../lab/gcp/build-policy.ts";
import type { GcpEstate, GcpResource } from "../../../lab/gcp/estate.ts";
import type { GcpLab } from "../../../lab/gcp/server.ts";
import { ask, listOf, member, withLab } from "./asking.ts";
import { smallEstate, start } from "./small-estate.ts";

const everywhere = "/compute/v1/projects/main/global/networks/default/getEffectiveFirewalls";
const inRegion = (region: string, network: string): string =>
  `/compute/v1/projects/main/regions/${region}/firewallPolicies/getEffectiveFirewalls?network=${network}`;

/** Type and name of each policy in force; hierarchical ones by short name. */
async function policies(lab: GcpLab, path: string): Promise<readonly unknown[]> {
  const { body } = await ask(lab, path);
  return listOf(body, "firewallPolicys").map(
    (policy) => `${String(member(policy, "type"))} ${String(member(policy, "shortName") ?? member(policy, "name"))}`,
  );
}

describe("what is in force in a network", () => {
  const above = ["HIERARCHY base", "HIERARCHY middle", "HIERARCHY lent"];

  it("comes from the organization downwards, then from the network", async () => {
    await withLab(smallEstate, [], async (lab) => {
      expect(await policies(lab, everywhere)).toEqual([...above, "NETWORK everywhere"]);
      const { body } = await ask(lab, everywhere);
      expect(listOf(body, "firewalls").map((rule) => member(rule, "name"))).toEqual([
        "default-allow-icmp",
        "default-allow-internal",
        "default-allow-rdp",
        "default-allow-ssh",
        "extra",
      ]);
      expect(listOf(body, "firewallPolicys")[0]).toMatchObject({
        rules: [{ priority: 100, action: "deny" }, {}, {}, {}, {}],
      });
    });
  });

  it.each([
    ["in a region of its policy", "europe-west1", start.network.selfLink, ["NETWORK_REGIONAL west"]],
    ["in another region", "europe-west4", start.network.selfLink, []],
    ["by path", "europe-west1", "projects/main/global/networks/default", ["NETWORK_REGIONAL west"]],
  ])("is told %s", async (_what, region, named, more) => {
    await withLab(smallEstate, [], async (lab) => {
      expect(await policies(lab, inRegion(region, named))).toEqual([...above, "NETWORK everywhere", ...more]);
    });
  });

  it("is what it is in that network alone", async () => {
    const one = network("main", "one");
    const two = network("main", "two");
    const resources = [
      one,
      two,
      firewall(two, "of-two", { allow: ["tcp:22"] }),
      networkPolicy("main", "global", "of-two-too", {}, [two]),
      networkPolicy("main", "global", "of-nobody", {}, []),
    ];
    const estate: GcpEstate = { ...smallEstate, projects: [{ id: "main", number: "111", resources }] };
    await withLab(estate, [], async (lab) => {
      expect((await ask(lab, everywhere.replace("default", "one"))).body).toEqual({});
      const { body } = await ask(lab, everywhere.replace("default", "two"));
      expect(body).toMatchObject({ firewallPolicys: [{ name: "of-two-too" }], firewalls: [{ name: "of-two" }] });
    });
  });

  it("of several policies goes by the priority of their associations", async () => {
    const late: GcpResource = prioritized(hierarchicalPolicy("organizations/1", "late", {}), 2000);
    const early: GcpResource = prioritized(hierarchicalPolicy("organizations/1", "early", {}), 5);
    const organization = { id: "1", displayName: "example.com", resources: [late, early] };
    await withLab({ ...smallEstate, organizations: [organization], folders: [] }, [], async (lab) => {
      // The project's own folders are not in this estate, and so nothing is known to be above it.
      expect(await policies(lab, everywhere)).toEqual(["NETWORK everywhere"]);
    });
    const [main] = smallEstate.projects;
    if (main === undefined) throw new Error("The estate has no project.");
    const below = { ...main, parent: "organizations/1" };
    await withLab({ ...smallEstate, organizations: [organization], projects: [below] }, [], async (lab) => {
      expect(await policies(lab, everywhere)).toEqual(["HIERARCHY early", "HIERARCHY late", "NETWORK everywhere"]);
    });
  });

  it.each([
    ["without a network", "/compute/v1/projects/main/regions/europe-west1/firewallPolicies/getEffectiveFirewalls", 400],
    ["of a network that is not there", inRegion("europe-west1", "projects/main/global/networks/none"), 404],
  ])("is not told %s", async (_what, path, status) => {
    await withLab(smallEstate, [], async (lab) => {
      expect((await ask(lab, path)).status).toBe(status);
    });
  });
});

function prioritized(policy: GcpResource, priority: number): GcpResource {
  return { ...policy, associations: [{ name: "a", attachmentTarget: "organizations/1", priority }] };
}
