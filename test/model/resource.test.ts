import { describe, expect, it } from "vitest";
import { azurePlace } from "../../src/model/resource.ts";

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
