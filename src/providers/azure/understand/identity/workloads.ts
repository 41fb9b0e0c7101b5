import type { ResourceRef } from "../../../../model/resource.ts";
import { object, text } from "../../../read.ts";
import { isObject } from "../../../read.ts";
import { azureResource, unseenResource, type ArmIndex, type ArmResource } from "../arm.ts";
import { workloadKinds, type WorkloadKind } from "./data/types.ts";

/** A workload that carries identities. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly resource: ArmResource;
  /** What endpoints call it; a scale set stands for each of its instances. */
  readonly refs: readonly ResourceRef[];
  /** The object ids of the identities that it carries, and how. */
  readonly carries: readonly { readonly principal: string; readonly how: string }[];
}

/** A user-assigned managed identity. */
export interface ManagedIdentity {
  readonly resource: ArmResource;
  /** The object id of its service principal. */
  readonly principal: string;
}

const types: Readonly<Record<WorkloadKind, string>> = {
  "Microsoft.Compute/virtualMachines": "azure:compute:virtual-machine",
  "Microsoft.Compute/virtualMachineScaleSets": "azure:compute:scale-set",
  "Microsoft.Web/sites": "azure:web:site",
  "Microsoft.ContainerInstance/containerGroups": "azure:container-instance:container-group",
  "Microsoft.App/containerApps": "azure:app:container-app",
  "Microsoft.App/jobs": "azure:app:job",
  "Microsoft.Automation/automationAccounts": "azure:automation:automation-account",
  "Microsoft.Logic/workflows": "azure:logic:workflow",
  "Microsoft.ContainerService/managedClusters": "azure:container-service:managed-cluster",
};

/** https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview */
export function readManagedIdentities(index: ArmIndex): readonly ManagedIdentity[] {
  return index.all("Microsoft.ManagedIdentity/userAssignedIdentities").flatMap((resource) => {
    const principal = (text(resource.properties, "principalId") ?? text(resource.data, "principalId"))?.toLowerCase();
    return principal === undefined ? [] : [{ resource, principal }];
  });
}

export function readWorkloads(index: ArmIndex, identities: readonly ManagedIdentity[]): readonly Workload[] {
  const principals = new Map(identities.map(({ resource, principal }) => [resource.key, principal]));
  const instances = instancesByScaleSet(index);
  return workloadKinds.flatMap((kind) =>
    index.all(kind).flatMap((resource): readonly Workload[] => {
      const carries = carriedBy(resource, principals);
      if (carries.length === 0) return [];
      const own = azureResource(resource, types[kind]);
      return [{ kind, resource, refs: [own, ...(instances.get(resource.key) ?? [])], carries }];
    }),
  );
}

function carriedBy({ data, properties }: ArmResource, principals: ReadonlyMap<string, string>): Workload["carries"] {
  const found = new Map<string, string>();
  const identity = object(data, "identity") ?? {};
  const system = text(identity, "principalId");
  if (system !== null) found.set(system.toLowerCase(), "its system-assigned identity");
  for (const [id, each] of Object.entries(object(identity, "userAssignedIdentities") ?? {})) {
    const told = isObject(each) ? text(each, "principalId") : null;
    const principal = told?.toLowerCase() ?? principals.get(id.toLowerCase());
    if (principal !== undefined) found.set(principal, `the managed identity ${id.split("/").at(-1) ?? id}`);
  }
  // What the nodes of a cluster act as.
  const kubelet = object(object(properties, "identityProfile") ?? {}, "kubeletidentity");
  const node = kubelet === null ? null : text(kubelet, "objectId");
  if (node !== null) found.set(node.toLowerCase(), "the identity of its nodes");
  return [...found].map(([principal, how]) => ({ principal, how }));
}

/** Instances of scale sets, as endpoints name them. */
function instancesByScaleSet(index: ArmIndex): ReadonlyMap<string, readonly ResourceRef[]> {
  const found = new Map<string, Map<string, ResourceRef>>();
  for (const { id, target } of index.all(
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/networkInterfaces",
  )) {
    const [, instance, set] =
      /^((.*\/virtualMachineScaleSets\/[^/]+)\/virtualMachines\/[^/]+)\/networkInterfaces\//i.exec(id) ?? [];
    if (instance === undefined || set === undefined) continue;
    const list = found.get(set.toLowerCase()) ?? new Map<string, ResourceRef>();
    found.set(set.toLowerCase(), list);
    const known = index.find(instance);
    const type = "azure:compute:scale-set-instance";
    list.set(
      instance.toLowerCase(),
      known === null ? unseenResource(instance, type, target) : azureResource(known, type),
    );
  }
  return new Map([...found].map(([set, list]) => [set, [...list.values()]]));
}
