import { UsageError } from "../../model/error.ts";
import type { GcpApi } from "./operation.ts";
import type { GcpCollectOptions } from "./options.ts";

/** What has an address: the APIs that are asked, and the one that lets a service account be acted as. */
export type GcpEndpoint = GcpApi | "iamcredentials";

/** The cloud that a scan speaks to: Google's own, another universe of Trusted Partner Cloud, or somebody's own addresses. */
export interface GcpCloud {
  /** `googleapis.com`; null: that of the credentials. */
  readonly universe: string | null;
  /** Addresses that somebody set, without a path of version: `https://compute.example/`. */
  readonly endpoints: Readonly<Partial<Record<GcpEndpoint, string>>>;
}

/** What stands behind an API's address in every request. */
const versions: Readonly<Record<GcpEndpoint, string>> = {
  compute: "compute/v1/",
  cloudresourcemanager: "v3/",
  networksecurity: "v1/",
  // Each version of it knows other policies, so that paths say which.
  iam: "",
  cloudidentity: "v1/",
  run: "v2/",
  cloudfunctions: "v2/",
  iamcredentials: "v1/",
};

/** gcloud's name for each: https://docs.cloud.google.com/sdk/gcloud/reference/config/set */
const names: readonly GcpEndpoint[] = [
  "compute",
  "cloudresourcemanager",
  "networksecurity",
  "iam",
  "cloudidentity",
  "run",
  "cloudfunctions",
  "iamcredentials",
];

/**
 * The cloud that options and environment name: GOOGLE_CLOUD_UNIVERSE_DOMAIN, and gcloud's CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE and those
 * of the other APIs, with or without the version. Throws UsageError for what cannot be used.
 */
export function findCloud({ endpoints, environment }: Pick<GcpCollectOptions, "endpoints" | "environment">): GcpCloud {
  const universe = fromEnvironment(environment, "GOOGLE_CLOUD_UNIVERSE_DOMAIN");
  if (universe !== null && !/^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(universe)) {
    throw new UsageError(
      `GOOGLE_CLOUD_UNIVERSE_DOMAIN is ${JSON.stringify(universe)}: it must be a domain, such as googleapis.com`,
    );
  }
  return {
    universe,
    endpoints: Object.fromEntries(
      names.flatMap((name) => {
        const variable = `CLOUDSDK_API_ENDPOINT_OVERRIDES_${name.toUpperCase()}`;
        const address = endpoints[name] ?? fromEnvironment(environment, variable);
        return address === null ? [] : [[name, root(variable, address)]];
      }),
    ),
  };
}

/** The address of an API in a universe, with a slash at its end and no version. */
export function rootOf(cloud: GcpCloud, universe: string, endpoint: GcpEndpoint): string {
  return cloud.endpoints[endpoint] ?? `https://${endpoint}.${universe}/`;
}

/**
 * What paths of an API are appended to: `https://compute.googleapis.com/compute/v1/`. A zone has an address of its own for what Cloud Resource
 * Manager tells of things in it; an address that somebody set is taken as it is.
 * https://docs.cloud.google.com/resource-manager/docs/tags/tags-creating-and-managing#listing_tags
 */
export function baseOf(cloud: GcpCloud, universe: string, api: GcpApi, zone: string | null): string {
  if (zone !== null && cloud.endpoints[api] === undefined) return `https://${zone}-${api}.${universe}/${versions[api]}`;
  return `${rootOf(cloud, universe, api)}${versions[api]}`;
}

/** The service account to act as, as `--impersonate-service-account` or gcloud's property has it; null: nobody. */
export function impersonated({
  impersonate,
  environment,
}: Pick<GcpCollectOptions, "impersonate" | "environment">): string | null {
  return impersonate ?? fromEnvironment(environment, "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT");
}

function fromEnvironment(environment: GcpCollectOptions["environment"], name: string): string | null {
  const value = environment[name]?.trim();
  return value === undefined || value === "" ? null : value;
}

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

function root(name: string, address: string): string {
  const url = URL.parse(address);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && loopback.has(url.hostname));
  if (url === null || !isSafe || url.username !== "" || url.search !== "" || url.hash !== "") {
    throw new UsageError(
      `${name} is ${JSON.stringify(address)}: it must be an https address, such as https://compute.example.com/`,
    );
  }
  const path = url.pathname.replace(/\/$/, "").replace(/\/(?:compute\/)?(?:v\d+|beta|alpha)$/, "");
  return `${url.origin}${path}/`;
}
