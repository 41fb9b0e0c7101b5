import { describe, expect, it } from "vitest";
import {
  cloudOfAction,
  cloudOfResource,
  exampleAction,
  googlePath,
  isSameAction,
  withoutService,
} from "../../src/model/vendor-names.ts";
import { clouds } from "../../src/model/resource.ts";

describe("actions", () => {
  it.each([
    ["ec2:CreateRoute", "aws"],
    ["network-firewall:UpdateFirewallPolicy", "aws"],
    ["Microsoft.Network/networkSecurityGroups/write", "azure"],
    ["microsoft.network/virtualnetworks/subnets/join/action", "azure"],
    ["microsoft.directory/groups/members/update", "azure"],
    ["compute.firewalls.update", "gcp"],
    ["resourcemanager.tagValueBindings.create", "gcp"],
    ["firewalls", null],
    ["firewalls.update", null],
    ["networkSecurityGroups/write", null],
    ["arn:aws:ec2:eu-west-1:1:security-group/sg-1", null],
    ["", null],
  ])("%s is spelled as %s does", (action, cloud) => {
    expect(cloudOfAction(action)).toBe(cloud);
  });

  it("an example is one of its cloud", () => {
    for (const cloud of clouds) expect(cloudOfAction(exampleAction(cloud))).toBe(cloud);
  });

  it.each([
    ["aws", "ec2:CreateRoute", "EC2:createroute", true],
    ["azure", "Microsoft.Network/routeTables/write", "microsoft.network/ROUTETABLES/write", true],
    ["gcp", "compute.routes.create", "compute.routes.Create", false],
  ] as const)("case on %s: %s and %s", (cloud, a, b, same) => {
    expect(isSameAction(cloud, a, b)).toBe(same);
  });

  it.each([
    ["aws", "ec2:CreateRoute", "CreateRoute"],
    ["azure", "Microsoft.Network/routeTables/write", "routeTables/write"],
    ["gcp", "compute.routes.create", "routes.create"],
  ] as const)("of %s without its service", (cloud, action, own) => {
    expect(withoutService(cloud, action)).toBe(own);
  });
});

describe("resources", () => {
  it.each([
    ["arn:aws:ec2:eu-west-1:1:security-group/sg-1", "aws"],
    ["/subscriptions/1/resourceGroups/web/providers/Microsoft.Network/routeTables/out", "azure"],
    ["/SUBSCRIPTIONS/1", "azure"],
    ["/providers/Microsoft.Management/managementGroups/corp", "azure"],
    ["projects/shop/global/firewalls/ssh", "gcp"],
    ["https://www.googleapis.com/compute/v1/projects/shop/global/firewalls/ssh", "gcp"],
    ["organizations/1", "gcp"],
    ["sg-1", null],
    ["web", null],
  ])("%s is of %s", (name, cloud) => {
    expect(cloudOfResource(name)).toBe(cloud);
  });

  it.each([
    "https://www.googleapis.com/compute/v1/projects/p/global/networks/n",
    "https://compute.googleapis.com/compute/beta/projects/p/global/networks/n",
    "//compute.googleapis.com/projects/p/global/networks/n",
    "projects/p/global/networks/n",
  ])("%s has one path", (link) => {
    expect(googlePath(link)).toBe("projects/p/global/networks/n");
  });
});
