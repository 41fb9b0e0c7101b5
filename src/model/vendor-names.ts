import type { Cloud, ResourceRef } from "./resource.ts";

/** How each cloud is called by people. */
export const cloudNames: Readonly<Record<Cloud, string>> = { aws: "AWS", azure: "Azure", gcp: "Google Cloud" };

/** What principals belong to there: `account 1` (on Azure a tenant, or a subscription whose tenant is not known), `project shop`, `folder 1`, `organization 1`. */
export function accountInWords(cloud: Cloud, account: string): string {
  const [, kind, id] = /^(folder|organization)s\/(.+)$/.exec(account) ?? [];
  if (kind !== undefined && id !== undefined) return `${kind} ${id}`;
  return `${cloud === "gcp" ? "project" : "account"} ${account}`;
}

/** How one cloud spells what is allowed: an action of AWS, an operation of Azure, a permission of Google Cloud. */
interface Spelling {
  readonly isAction: RegExp;
  /**
   * Whether names are told apart by case. AWS and Azure fold it; Google's permissions are written one way alone.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
   * https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions-format
   */
  readonly foldsCase: boolean;
  /** What stands between a service and the rest of a name. */
  readonly separator: string;
  readonly example: string;
}

const spellings: Readonly<Record<Cloud, Spelling>> = {
  aws: {
    isAction: /^[a-z0-9-]+:[a-z0-9]+$/i,
    foldsCase: true,
    separator: ":",
    example: "ec2:AuthorizeSecurityGroupIngress",
  },
  azure: {
    isAction: /^[a-z][\w-]*(?:\.[\w-]+)+(?:\/[\w.-]+)+$/i,
    foldsCase: true,
    separator: "/",
    example: "Microsoft.Network/networkSecurityGroups/write",
  },
  gcp: {
    isAction: /^[a-z][\w-]*(?:\.[a-z][\w-]*){2,}$/i,
    foldsCase: false,
    separator: ".",
    example: "compute.firewalls.update",
  },
};

const all: readonly Cloud[] = ["aws", "azure", "gcp"];

/** The cloud that spells actions so; null for what none does. */
export function cloudOfAction(action: string): Cloud | null {
  return all.find((cloud) => spellings[cloud].isAction.test(action)) ?? null;
}

/** Whether two names are of the same action of a cloud. */
export function isSameAction(cloud: Cloud, a: string, b: string): boolean {
  return spellings[cloud].foldsCase ? a.toLowerCase() === b.toLowerCase() : a === b;
}

/** An action without its service: `CreateRoute`, `routeTables/write`, `routes.create`. */
export function withoutService(cloud: Cloud, action: string): string {
  return action.slice(action.indexOf(spellings[cloud].separator) + 1);
}

/** One action of a cloud, to show how it spells them. */
export function exampleAction(cloud: Cloud): string {
  return spellings[cloud].example;
}

/** The cloud whose resources are named so, by their whole name: an ARN, an ARM id, a self link or a path of Google's; null for a short id or a name. */
export function cloudOfResource(name: string): Cloud | null {
  if (/^arn:[^:]*:[^:]*:[^:]*:[^:]*:./.test(name)) return "aws";
  if (/^\/(?:subscriptions|providers)\/./i.test(name)) return "azure";
  return /^(?:projects|folders|organizations)\/./.test(googlePath(name)) ? "gcp" : null;
}

/** Whether a name is a resource's id, ARN, self link or full resource name, each as its cloud compares them: ARM ids fold case. */
export function isNameOf({ cloud, id, arn }: ResourceRef, name: string): boolean {
  if (id === name || (arn !== null && arn === name)) return true;
  if (cloud === "azure") return id.toLowerCase() === name.replace(/\/+$/, "").toLowerCase();
  return cloud === "gcp" && id === googlePath(name);
}

/** What a resource is to be asked about by. */
export function wholeName(cloud: Cloud, name: string): string {
  return cloud === "gcp" ? googlePath(name) : cloud === "azure" ? name.replace(/\/+$/, "") : name;
}

/**
 * `projects/p/global/firewalls/f` of a self link or full resource name (`https://www.googleapis.com/compute/v1/projects/...`,
 * `//compute.googleapis.com/projects/...`); any other text as it is.
 * https://docs.cloud.google.com/iam/docs/full-resource-names
 */
export function googlePath(name: string): string {
  return name.replace(/^(?:https?:)?\/\/[\w.-]+\/(?:(?:compute\/)?[a-z]*v\d\w*\/|compute\/\w+\/)?/, "");
}
