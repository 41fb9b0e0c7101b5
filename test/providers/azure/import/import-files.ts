import type { Json } from "../../../../src/model/finding.ts";
import { azureRecogniser } from "../../../../src/providers/azure/import/recognise.ts";
import type { Snapshot, VendorObject } from "../../../../src/snapshot/record.ts";
import { memorySink } from "../../../../src/snapshot/sinks.ts";

export const one = "aaaa0000-0000-0000-0000-000000000001";
export const two = "aaaa0000-0000-0000-0000-000000000002";
export const tenant = "aaaa0000-0000-0000-0000-00000000000f";
export const groupId = "bbbb0000-0000-0000-0000-000000000001";
export const roleId = "4d97b98b-1d4f-4787-a291-c67834d212e7";

/** Files by their path below the dump. */
export function recognise(files: Readonly<Record<string, Json>>): Snapshot & { readonly used: number } {
  const sink = memorySink("import", "2026-01-01T00:00:00Z");
  const documents = Object.entries(files).map(([file, value]) => ({ file, path: file.split("/"), value }));
  const used = azureRecogniser.recognise({ documents, problems: [] }, sink);
  return { ...sink.finish("2026-01-01T00:00:00Z"), used: used.size };
}

/** An assignment as `az role assignment list` prints it. */
export function printed(scope: string, name: string): VendorObject {
  return {
    condition: null,
    conditionVersion: null,
    createdOn: "2026-01-01T00:00:00+00:00",
    delegatedManagedIdentityResourceId: null,
    description: null,
    id: `${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    name,
    principalId: groupId,
    principalName: "network operations",
    principalType: "Group",
    roleDefinitionId: `/subscriptions/${one}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
    roleDefinitionName: "Network Contributor",
    scope,
    type: "Microsoft.Authorization/roleAssignments",
  };
}
