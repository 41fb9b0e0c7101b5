import { UsageError } from "../../model/error.ts";
import type { AzureCollectOptions } from "./options.ts";

/** The cloud that a scan speaks to: the public one, a sovereign one, or somebody's own. */
export interface AzureCloud {
  /** The origin of Microsoft Entra ID: `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** The origin of Azure Resource Manager: `https://management.azure.com`. */
  readonly endpoint: string;
  /** The origin of Microsoft Graph: `https://graph.microsoft.com`; null in somebody's own cloud that names none. */
  readonly graphEndpoint: string | null;
  /** Whether Microsoft runs it, so that its authority can be looked up where Microsoft lists them. */
  readonly isMicrosofts: boolean;
}

const publicAuthority = "https://login.microsoftonline.com";

/** Where the APIs of a cloud are. */
interface Addresses {
  readonly manager: string;
  readonly graph: string;
}

const china: Addresses = {
  manager: "https://management.chinacloudapi.cn",
  graph: "https://microsoftgraph.chinacloudapi.cn",
};

/**
 * By authority: https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure,
 * https://learn.microsoft.com/azure/china/resources-developer-guide, https://learn.microsoft.com/graph/deployments. The US Department of
 * Defense shares its authority with the US Government and has a Microsoft Graph of its own, which AZURE_GRAPH_ENDPOINT names.
 */
const addressesOf: Readonly<Record<string, Addresses>> = {
  [publicAuthority]: { manager: "https://management.azure.com", graph: "https://graph.microsoft.com" },
  "https://login.microsoftonline.us": {
    manager: "https://management.usgovcloudapi.net",
    graph: "https://graph.microsoft.us",
  },
  "https://login.chinacloudapi.cn": china,
  "https://login.partner.microsoftonline.cn": china,
};

/**
 * The cloud that options and environment name: AZURE_AUTHORITY_HOST, as the SDK has it, AZURE_RESOURCE_MANAGER_ENDPOINT and
 * AZURE_GRAPH_ENDPOINT. Throws UsageError for addresses that cannot be used.
 */
export function findCloud({
  authorityHost,
  endpoint,
  graphEndpoint,
  environment,
}: Pick<AzureCollectOptions, "authorityHost" | "endpoint" | "graphEndpoint" | "environment">): AzureCloud {
  const authority = origin(
    "AZURE_AUTHORITY_HOST",
    authorityHost ?? fromEnvironment(environment, "AZURE_AUTHORITY_HOST") ?? publicAuthority,
  );
  const known = addressesOf[authority];
  const manager = endpoint ?? fromEnvironment(environment, "AZURE_RESOURCE_MANAGER_ENDPOINT") ?? known?.manager;
  const graph = graphEndpoint ?? fromEnvironment(environment, "AZURE_GRAPH_ENDPOINT") ?? known?.graph;
  if (manager === undefined) {
    throw new UsageError(
      `AZURE_AUTHORITY_HOST is ${authority}, which is none of Microsoft's clouds: set AZURE_RESOURCE_MANAGER_ENDPOINT to the address of Azure Resource Manager there`,
    );
  }
  return {
    authorityHost: authority,
    endpoint: origin("AZURE_RESOURCE_MANAGER_ENDPOINT", manager),
    graphEndpoint: graph === undefined ? null : origin("AZURE_GRAPH_ENDPOINT", graph),
    isMicrosofts: known !== undefined,
  };
}

function fromEnvironment(environment: AzureCollectOptions["environment"], name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === "" ? undefined : value;
}

function origin(name: string, address: string): string {
  const url = URL.parse(address.includes("://") ? address : `https://${address}`);
  if (
    url === null ||
    url.protocol !== "https:" ||
    url.username !== "" ||
    !["", "/"].includes(url.pathname) ||
    url.search !== ""
  ) {
    throw new UsageError(`${name} is ${JSON.stringify(address)}: it must be an https address without a path`);
  }
  return url.origin;
}
