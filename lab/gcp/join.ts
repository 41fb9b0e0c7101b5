import { type GcpResource, objectsOf, pathOf, textOf } from "./estate.ts";

/**
 * What each network has, as Compute Engine tells it of the network too: its subnets, and its global firewall policy. Call it once,
 * with everything of a project.
 */
export function joined(resources: readonly GcpResource[]): readonly GcpResource[] {
  const inCollection = (collection: string): readonly GcpResource[] =>
    resources.filter(({ selfLink }) => pathOf(selfLink).split("/").at(-2) === collection);
  return resources.map((resource) => {
    const path = pathOf(resource.selfLink);
    if (path.split("/").at(-2) !== "networks") return resource;
    const subnets = inCollection("subnetworks").filter((subnet) => pathOf(textOf(subnet, "network")) === path);
    const policy = inCollection("firewallPolicies").find(
      (candidate) =>
        pathOf(candidate.selfLink).split("/")[2] === "global" &&
        objectsOf(candidate, "associations").some((entry) => pathOf(textOf(entry, "attachmentTarget")) === path),
    );
    return {
      ...resource,
      ...(subnets.length === 0 ? {} : { subnetworks: subnets.map(({ selfLink }) => selfLink) }),
      ...(policy === undefined ? {} : { firewallPolicy: policy.selfLink }),
    };
  });
}
