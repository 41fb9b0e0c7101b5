import type { ResourceRef, Target } from "../../../../model/resource.ts";
import { globalRegion } from "../../../../model/resource.ts";
import type { SnapshotRecord, VendorObject } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text, texts } from "../../../read.ts";
import { projectIn } from "../../links.ts";
import { gcpResource, type GcpIndex } from "../resources.ts";
import type { WorkloadKind } from "./data/types.ts";
import type { Place, Places } from "./places.ts";

/** The permissions that a workload's token can be used for, as patterns; null for all of them. */
export type Reach = readonly string[] | null;

/** A workload that runs as a service account. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly ref: ResourceRef;
  readonly place: Place;
  /** As what is done to it names it. */
  readonly text: string;
  /** The address of the service account. */
  readonly runsAs: string;
  readonly reach: Reach;
  readonly how: string;
}

const scopePrefix = "https://www.googleapis.com/auth/";

/** Reads what runs as a service account: instances, Cloud Run services and jobs, functions. */
export function readWorkloads(index: RecordIndex, resources: GcpIndex, places: Places): readonly Workload[] {
  return [
    ...instances(resources, places),
    ...serverless(index, places, "run.projects.locations.services.list", "run-service", "gcp:run:service"),
    ...serverless(index, places, "run.projects.locations.jobs.list", "run-job", "gcp:run:job"),
    ...serverless(
      index,
      places,
      "cloudfunctions.projects.locations.functions.list",
      "function",
      "gcp:cloudfunctions:function",
    ),
  ];
}

function instances(resources: GcpIndex, places: Places): readonly Workload[] {
  return resources.all("instances").flatMap((instance) =>
    objects(instance.data, "serviceAccounts").flatMap((account): readonly Workload[] => {
      const email = text(account, "email");
      const place = places.find(projectIn(instance.path) ?? instance.target.account);
      if (email === null || place === null) return [];
      const scopes = texts(account, "scopes");
      const reach = reachOf(scopes);
      return [
        {
          kind: "instance",
          ref: gcpResource(instance, "gcp:compute:instance"),
          place,
          text: `${place.path}${instance.path}/`,
          runsAs: email.toLowerCase(),
          reach,
          how: `service account of the instance, with ${reach === null ? "access to every API" : `the access scopes ${scopes.map((scope) => scope.replace(scopePrefix, "")).join(", ")}`}`,
        },
      ];
    }),
  );
}

/**
 * What the scopes open that matter besides `cloud-platform`: each the API that takes it. That a call may name a service account (`actAs`) is asked of the
 * account's roles alone. https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/getIamPolicy#authorization-scopes
 */
const scopeReach: readonly (readonly [scope: string, permissions: readonly string[]])[] = [
  ["compute", ["compute.*", "iam.serviceaccounts.actas"]],
  ["iam", ["iam.*"]],
  ["ndev.cloudman", ["deploymentmanager.*"]],
];

/**
 * How far the access scopes of an instance let the tokens go that it hands out. They limit what those can be used for, and nothing else does on the instance.
 * https://docs.cloud.google.com/compute/docs/access/service-accounts#accesscopesiam
 */
function reachOf(scopes: readonly string[]): Reach {
  const has = (name: string): boolean => scopes.includes(`${scopePrefix}${name}`) || scopes.includes(name);
  if (has("cloud-platform")) return null;
  return scopeReach.flatMap(([scope, permissions]) => (has(scope) ? permissions : []));
}

/** Which stand-in of a service account the tokens of a workload make: one for each account and reach. */
export function scopedId({ runsAs, reach }: Pick<Workload, "runsAs" | "reach">): string {
  return JSON.stringify([runsAs, reach]);
}

function serverless(
  index: RecordIndex,
  places: Places,
  operation: string,
  kind: WorkloadKind,
  type: string,
): readonly Workload[] {
  return index.all(operation).flatMap((record): readonly Workload[] => {
    const place = places.find(record.account);
    const name = nameOf(record, kind);
    if (place === null || name === null) return [];
    const named = accountIn(record.data, kind);
    const runsAs = named ?? defaultAccount(record.data, kind, place);
    if (runsAs === null) return [];
    const ref: ResourceRef = { ...targetOf(record), type, id: name, name: name.split("/").at(-1) ?? name, arn: null };
    return [
      {
        kind,
        ref,
        place,
        text: `${place.path}${name}/`,
        runsAs: runsAs.toLowerCase(),
        reach: null,
        how: named === null ? "default service account" : "service account that it runs as",
      },
    ];
  });
}

function targetOf({ cloud, account }: SnapshotRecord): Target {
  return { cloud, account, region: globalRegion };
}

/** `projects/p/locations/l/services/s`; the older version tells its parts alone. */
function nameOf({ data, account }: SnapshotRecord, kind: WorkloadKind): string | null {
  const name = text(data, "name");
  if (name !== null) return name;
  const meta = object(data, "metadata");
  const own = meta === null ? null : text(meta, "name");
  if (meta === null || own === null) return null;
  const location = text(object(meta, "labels") ?? {}, "cloud.googleapis.com/location") ?? "-";
  return `projects/${account}/locations/${location}/${kind === "run-job" ? "jobs" : "services"}/${own}`;
}

/** Where each kind says which account it runs as, in its newer version and the older one. */
const accountPaths: Readonly<Record<WorkloadKind, readonly (readonly string[])[]>> = {
  instance: [],
  "run-service": [
    ["template", "serviceAccount"],
    ["spec", "template", "spec", "serviceAccountName"],
  ],
  "run-job": [
    ["template", "template", "serviceAccount"],
    ["spec", "template", "spec", "template", "spec", "serviceAccountName"],
  ],
  function: [["serviceConfig", "serviceAccountEmail"], ["serviceAccountEmail"]],
};

function accountIn(data: VendorObject, kind: WorkloadKind): string | null {
  for (const path of accountPaths[kind]) {
    let at: VendorObject | null = data;
    for (const member of path.slice(0, -1)) at = at === null ? null : object(at, member);
    const found = at === null ? null : text(at, path.at(-1) ?? "");
    if (found !== null && found.includes("@")) return found;
  }
  return null;
}

/** https://docs.cloud.google.com/iam/docs/service-account-types#default */
function defaultAccount(data: VendorObject, kind: WorkloadKind, { account, number }: Place): string | null {
  const isFirstGeneration =
    kind === "function" && text(data, "environment") !== "GEN_2" && object(data, "serviceConfig") === null;
  if (isFirstGeneration) return `${account}@appspot.gserviceaccount.com`;
  return number === null ? null : `${number}-compute@developer.gserviceaccount.com`;
}
