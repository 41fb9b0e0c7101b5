import { describe, expect, it } from "vitest";
import { azurePlace, googlePlace } from "../../src/model/resource.ts";

const rg = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-web/providers";

describe("where an Azure resource lies, for people", () => {
  it.each([
    [`${rg}/Microsoft.Network/networkInterfaces/nic`, "nic", "resource group rg-web"],
    [`${rg.toLowerCase()}/microsoft.network/networkinterfaces/nic`, "nic", "resource group rg-web"],
    [`${rg}/Microsoft.Compute/virtualMachineScaleSets/gates/virtualMachines/1`, "1", "gates, resource group rg-web"],
    [`${rg}/Microsoft.Network/networkInterfaces/nic`, "another name", null],
    [`${rg}/Microsoft.Network/networkInterfaces/nic`, null, null],
    ["sg-0123", "web", null],
    ["/subscriptions/11111111-2222-3333-4444-555555555555", "prod", null],
  ])("%s named %s: %s", (id, name, place) => {
    expect(azurePlace({ id, name })).toBe(place);
  });
});

describe("where a resource of Google Cloud lies", () => {
  it.each([
    ["projects/shop/global/networks/default", "default", "project shop"],
    ["projects/shop/zones/europe-west1-b/instances/web-1", "web-1", "project shop, europe-west1-b"],
    [
      "projects/shop/zones/europe-west1-b/instances/web-1/networkInterfaces/nic0",
      "web-1",
      "nic0, project shop, europe-west1-b",
    ],
    [
      "projects/shop/zones/europe-west1-b/instances/web-1/networkInterfaces/nic1",
      "web-1/nic1",
      "nic1, project shop, europe-west1-b",
    ],
    ["projects/shop/locations/global/addressGroups/office", "office", "project shop"],
    ["projects/shop/global/networks/default", "other", null],
    ["locations/global/firewallPolicies/1", "baseline", null],
    ["sg-1", "web", null],
  ])("%s called %s: %s", (id, name, place) => {
    expect(googlePlace({ id, name })).toBe(place);
  });
});
