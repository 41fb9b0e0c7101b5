import type { VendorObject } from "../../../snapshot/record.ts";
import { text } from "../../read.ts";
import { groups } from "../identity-requests.ts";
import { kindOf } from "../operation.ts";
import { isContainer, isProject } from "./accounts.ts";
import type { Answer, NamelessAnswer } from "./answers.ts";
import type { FoundAsset } from "./assets.ts";
import type { Told } from "./asked.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { HeldResource, OwnerOf } from "./holdings.ts";
import { namedIn, words } from "./names.ts";
import type { FoundResource } from "./resources.ts";

const serviceAccountPolicy = "iam.projects.serviceAccounts.getIamPolicy";

type Asked = Pick<Told, "operation" | "request" | "account">;

/** What is known of whom answers on identities can be about. */
export interface KnownIdentities {
  /** Service accounts by name, each under its address and its number. */
  readonly serviceAccounts: ReadonlyMap<string, string>;
  /** Names of pools. */
  readonly pools: ReadonlySet<string>;
  /** Addresses of groups that policies name. */
  readonly groups: ReadonlySet<string>;
  readonly hierarchy: Hierarchy;
  readonly owner: OwnerOf;
}

export function knownIdentities(
  answers: readonly Answer[],
  resources: readonly HeldResource[],
  hierarchy: Hierarchy,
  owner: OwnerOf,
): KnownIdentities {
  const serviceAccounts = new Map<string, string>();
  const pools = new Set<string>();
  for (const { operation, id, data } of resources) {
    if (/\.work(?:loadIdentity|force)Pools\.list$/.test(operation)) pools.add(id);
    if (operation !== "iam.projects.serviceAccounts.list") continue;
    for (const key of [text(data, "email"), text(data, "uniqueId")]) if (key !== null) serviceAccounts.set(key, id);
  }
  const naming = answers.flatMap((answer): readonly VendorObject[] => {
    if (answer.kind === "nameless") return answer.items;
    if (answer.kind === "assets") return answer.assets.map(({ policy }) => policy).filter((policy) => policy !== null);
    return answer.resources.map(({ data }) => data);
  });
  const addresses = naming.flatMap((data) =>
    groups({ cloud: "gcp", account: "", region: "", operation: "", data }).flatMap(
      ({ members }) => members["group"] ?? [],
    ),
  );
  return { serviceAccounts, pools, groups: new Set(addresses), hierarchy, owner };
}

/** What an answer on identities that does not say it was asked; words that say why not where nothing tells. */
export function identityAsked(answer: NamelessAnswer, known: KnownIdentities): Asked | string {
  if (answer.subject === "allow policy") return policyOf(answer, known);
  if (answer.subject === "group memberships") return groupOf(answer, known);
  return answer.subject === "keys" ? keysOf(answer, known) : providersOf(answer, known);
}

function policyOf(answer: NamelessAnswer, known: KnownIdentities): Asked | string {
  const beside = ["resource", "serviceAccount", "project", "folder", "organization"].flatMap(
    (member) => resourceNamed(member, text(answer.beside, member)) ?? [],
  )[0];
  if (beside !== undefined) return policyAsked(beside, known);
  const serviceAccount = serviceAccountIn(answer, known);
  if (serviceAccount !== null) return policyAsked(serviceAccount, known);
  const named = containerIn(answer.path) ?? projectIn(answer.path);
  const account = named ?? known.owner(answer, "cloudresourcemanager.projects.getIamPolicy");
  if (account === null) {
    return "does not name whose policy it is: put the project, folder, organization or service account into the file or folder name, or beside the bindings as `resource`";
  }
  return policyAsked(isContainer(account) ? account : `projects/${account}`, known);
}

/** `shop-prod` as `project` is `projects/shop-prod`. */
function resourceNamed(member: string, value: string | null): string | null {
  const name = value?.replace(/^\/\/[^/]+\//, "");
  if (name === undefined) return null;
  if (name.includes("/")) return name;
  return member === "resource" || member === "serviceAccount" ? `serviceAccounts/${name}` : `${member}s/${name}`;
}

/** The question that a policy is the answer to, by the name of what it is the policy of. */
function policyAsked(name: string, { serviceAccounts, hierarchy }: KnownIdentities): Asked {
  const [, project, key] = /^(?:projects\/([^/]+)\/)?serviceAccounts\/([^/]+)$/.exec(name) ?? [];
  if (key !== undefined) {
    const owner = projectOf(key) ?? project ?? "-";
    const serviceAccount = serviceAccounts.get(key) ?? `projects/${owner}/serviceAccounts/${key}`;
    const account = hierarchy.accountOf(/^projects\/([^/]+)/.exec(serviceAccount)?.[1] ?? owner);
    return { operation: serviceAccountPolicy, request: { serviceAccount }, account };
  }
  const account = hierarchy.accountOf(name.replace(/^projects\//, ""));
  return { operation: `cloudresourcemanager.${kindOf(account)}s.getIamPolicy`, request: {}, account };
}

/** The project in a service account's own address; null in those that Google makes. */
function projectOf(address: string): string | null {
  const project = /@([a-z\d.-]+)\.iam\.gserviceaccount\.com$/.exec(address)?.[1];
  return project !== undefined && isProject(project) ? project : null;
}

function serviceAccountIn(answer: NamelessAnswer, { serviceAccounts }: KnownIdentities): string | null {
  const path = answer.path.slice(-3);
  const addresses = [...serviceAccounts.keys()].filter((key) => key.includes("@"));
  const [named, ...others] = addresses.filter((each) => path.some((name) => words(name).includes(words(each))));
  const written = /(?:(?<![\w.-])|serviceAccounts?[-_/])([a-z\d-]+@[a-z\d.-]+\.gserviceaccount\.com)/.exec(
    path.join("/"),
  )?.[1];
  const address = others.length === 0 ? (named ?? written) : undefined;
  return address === undefined ? null : `serviceAccounts/${address}`;
}

/** `organizations-123` or `folder_123` in the names around an answer. */
function containerIn(path: readonly string[]): string | null {
  const [, kind, number] =
    /(?<![a-z])(organization|folder)s?[^a-z\d]{1,2}(?:get-iam-policy[^a-z\d]+)?(\d{5,})(?!\d)/i.exec(
      path.slice(-4).join("/"),
    ) ?? [];
  return number === undefined ? null : `${kind?.toLowerCase()}s/${number}`;
}

/** `projects-shop-prod-getIamPolicy`, as recorders of the REST API name files. */
function projectIn(path: readonly string[]): string | null {
  const project = /(?:^|[^a-z])projects[-_]([a-z][a-z\d-]{4,28}[a-z\d])[-_:]get-?iam-?policy/i.exec(
    path.slice(-3).join("/"),
  )?.[1];
  return project !== undefined && isProject(project) ? project : null;
}

function groupOf(answer: NamelessAnswer, known: KnownIdentities): Asked | string {
  const operation = "cloudidentity.groups.memberships.list";
  const beside = text(answer.beside, "group");
  const [named, ...others] = namedIn(known.groups, answer.path);
  const written = answer.path
    .slice(-2)
    .toReversed()
    .flatMap((name) => /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(name.replace(/\.(?:jsonl?|ya?ml)$/, ""))?.[0] ?? [])[0];
  const group = beside ?? (others.length === 0 ? named : undefined) ?? written;
  if (group === undefined) {
    return "does not name its group: put the group's address into the file or folder name, or beside the list as `group`";
  }
  return { operation, request: { group }, account: "" };
}

function keysOf(answer: NamelessAnswer, known: KnownIdentities): Asked | string {
  const name = serviceAccountIn(answer, known);
  if (name === null) return "does not name its service account: put the account's address into the file or folder name";
  const { request, account } = policyAsked(name, known);
  return { operation: "iam.projects.serviceAccounts.keys.list", request, account };
}

function providersOf(answer: NamelessAnswer, { pools }: KnownIdentities): Asked | string {
  const [pool, ...others] = namedIn(pools, answer.path);
  if (pool === undefined || others.length > 0) {
    return "does not name its pool: put the pool's id into the file or folder name";
  }
  const kind = pool.startsWith("projects/") ? "projects.locations.workloadIdentityPools" : "locations.workforcePools";
  return { operation: `iam.${kind}.providers.list`, request: { pool }, account: "" };
}

/** Answers to questions about one thing that say themselves what that is: keys, rules of deny policies, what a role holds. */
export function toldByName(answers: readonly Answer[], { hierarchy }: KnownIdentities): readonly Told[] {
  return answers.flatMap((answer): readonly Told[] => {
    if (answer.kind === "nameless") return [];
    const found = answer.kind === "assets" ? answer.assets.flatMap(({ resource }) => resource ?? []) : answer.resources;
    const more = answer.kind === "resources" && answer.more;
    return [...Map.groupBy(found, questionOf)].flatMap(([question, items]): readonly Told[] => {
      const [{ operation, asked, account } = { operation: null, account: null }] = items;
      if (question === null || operation === null || asked === undefined) return [];
      return [
        {
          operation,
          request: asked,
          account: hierarchy.accountOf(account ?? ""),
          // Keys that Google keeps for itself are nobody's credentials.
          items: items.map(({ data }) => data).filter((data) => text(data, "keyType") !== "SYSTEM_MANAGED"),
          file: answer.document.file,
          more,
        },
      ];
    });
  });
}

function questionOf({ operation, asked }: FoundResource): string | null {
  return asked === undefined ? null : `${operation} ${JSON.stringify(asked)}`;
}

const policyTypes: ReadonlySet<string> = new Set([
  "cloudresourcemanager.googleapis.com/Project",
  "cloudresourcemanager.googleapis.com/Folder",
  "cloudresourcemanager.googleapis.com/Organization",
  "iam.googleapis.com/ServiceAccount",
]);

/** Whether an asset came with a policy that Rampart reads. */
export function hasPolicy({ type, policy }: FoundAsset): boolean {
  return policy !== null && policyTypes.has(type);
}

/**
 * The policies that came with assets. What has no policy is left out of an export, so in one that has policies of service accounts, the
 * accounts of the same projects without one have an empty policy.
 */
export function toldByAssets(answers: readonly Answer[], known: KnownIdentities): readonly Told[] {
  const exports = answers.filter((answer) => answer.kind === "assets");
  return [...Map.groupBy(exports, ({ document }) => document.file)].flatMap(([file, group]) => {
    const told = group
      .flatMap(({ assets }) => assets)
      .filter(hasPolicy)
      .map(({ name, policy }): Told => {
        const { operation, request, account } = policyAsked(name.replace(/^\/\/[^/]+\//, ""), known);
        return { operation, request, account, items: policy === null ? [] : [policy], file, more: false };
      });
    const isWhole = group.length > 1 || group.every(({ more, isSingle }) => !more && !isSingle);
    return isWhole ? told.concat(withoutPolicy(told, file, known)) : told;
  });
}

function withoutPolicy(
  told: readonly Told[],
  file: string,
  { serviceAccounts, hierarchy }: KnownIdentities,
): readonly Told[] {
  const own = told.filter(({ operation }) => operation === serviceAccountPolicy);
  const named = new Set(own.map(({ request }) => request["serviceAccount"]));
  const projects = new Set(own.map(({ account }) => account));
  return [...new Set(serviceAccounts.values())].flatMap((serviceAccount): readonly Told[] => {
    const account = hierarchy.accountOf(/^projects\/([^/]+)/.exec(serviceAccount)?.[1] ?? "");
    if (named.has(serviceAccount) || !projects.has(account)) return [];
    return [{ operation: serviceAccountPolicy, request: { serviceAccount }, account, items: [], file, more: false }];
  });
}
