/** The clouds Rampart reads. */
export type Cloud = "aws" | "azure" | "gcp";

export const clouds: readonly Cloud[] = ["aws", "azure", "gcp"];

/**
 * What one collection run speaks to: an AWS account in a Region, an Azure subscription, a Google project.
 * Services without Regions (AWS Organizations, STS) live in the Region named {@link globalRegion}.
 */
export interface Target {
  readonly cloud: Cloud;
  /** AWS account id, Azure subscription id or Google project id. */
  readonly account: string;
  readonly region: string;
}

/** The Region of services that have none. */
export const globalRegion = "global";

/** `aws/<account>/<region>`: how reports and tallies name a target. */
export function targetKey(target: Target): string {
  return `${target.cloud}/${target.account}/${target.region}`;
}

/** One cloud resource, by the vendor's own names. */
export interface ResourceRef extends Target {
  /** `<cloud>:<service>:<kind>`, for example `aws:ec2:security-group`. */
  readonly type: string;
  /** The vendor's own id: `sg-…`, `eni-…`, the full ARM id, the Google self-link's path. */
  readonly id: string;
  /** What people call it (a Name tag, a group name). Untrusted text: escape before printing. */
  readonly name: string | null;
  /** The AWS ARN; null on other clouds and for resources without one. */
  readonly arn: string | null;
}

/** One string per resource that never changes while the resource lives; fingerprints rest on it. */
export function canonicalId(resource: ResourceRef): string {
  return `${targetKey(resource)}/${resource.type}/${resource.id}`;
}

/**
 * Where a resource lies, for people, when its id is an Azure path that ends in its name: `resource group rg-web`, after the names of what
 * it is a part of (`vmss-web, resource group rg-web`). Null for every other id, which is then to be shown itself.
 */
export function azurePlace({ id, name }: Pick<ResourceRef, "id" | "name">): string | null {
  const [, group, path] = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/[^/]+\/(.+)$/i.exec(id) ?? [];
  if (group === undefined || path === undefined || name === null) return null;
  const names = path.split("/").filter((_part, index) => index % 2 === 1);
  return names.at(-1) === name ? [...names.slice(0, -1), `resource group ${group}`].join(", ") : null;
}

/**
 * Where a resource of Google Cloud lies, for people, when its id is a self link's path that ends in its name: `project shop`,
 * `project shop, europe-west1-b`. Interfaces are called by their instance: `nic0, project shop, europe-west1-b`. Null for every other id.
 */
export function googlePlace({ id, name }: Pick<ResourceRef, "id" | "name">): string | null {
  const [, project, scope, rest = ""] =
    /^projects\/([^/]+)\/(?:global|(?:zones|regions|locations)\/([^/]+))\/(.+)$/.exec(id) ?? [];
  if (project === undefined || name === null) return null;
  const lies = [`project ${project}`, ...(scope === undefined || scope === globalRegion ? [] : [scope])];
  const [, instance, nic] = /^instances\/([^/]+)\/networkInterfaces\/([^/]+)$/.exec(rest) ?? [];
  if (instance !== undefined && nic !== undefined) {
    return name === instance || name === `${instance}/${nic}` ? [nic, ...lies].join(", ") : null;
  }
  return rest.split("/").at(-1) === name ? lies.join(", ") : null;
}

/** Where a resource lies, for people, when its id is a path that ends in its name; null where the id is to be shown itself. */
export function placeOf(resource: Pick<ResourceRef, "id" | "name">): string | null {
  return azurePlace(resource) ?? googlePlace(resource);
}
