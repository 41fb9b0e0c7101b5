import { UsageError } from "../../model/error.ts";
import type { AzureCollectOptions } from "./options.ts";

/** The cloud that a scan speaks to: the public one, a sovereign one, or somebody's own. */
export interface AzureCloud {
  /** The origin of Microsoft Entra ID: `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** The origin of Azure Resource Manager: `https://management.azure.com`. */
  readonly endpoint: string;
  /** Whether Microsoft runs it, so that its authority can be looked up where Microsoft lists them. */
  readonly isMicrosofts: boolean;
}

const publicAuthority = "https://login.microsoftonline.com";

/** https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure, https://learn.microsoft.com/azure/china/resources-developer-guide */
const endpointOf: Readonly<Record<string, string>> = {
  [publicAuthority]: "https://management.azure.com",
  "https://login.microsoftonline.us": "https://management.usgovcloudapi.net",
  "https://login.chinacloudapi.cn": "https://management.chinacloudapi.cn",
  "https://login.partner.microsoftonline.cn": "https://management.chinacloudapi.cn",
};

/**
 * The cloud that options and environment name: AZURE_AUTHORITY_HOST, as the SDK has it, and AZURE_RESOURCE_MANAGER_ENDPOINT.
 * Throws UsageError for addresses that cannot be used.
 */
export function findCloud({
  authorityHost,
  endpoint,
  environment,
}: Pick<AzureCollectOptions, "authorityHost" | "endpoint" | "environment">): AzureCloud {
  const authority = origin(
    "AZURE_AUTHORITY_HOST",
    authorityHost ?? fromEnvironment(environment, "AZURE_AUTHORITY_HOST") ?? publicAuthority,
  );
  const known = endpointOf[authority];
  const manager = endpoint ?? fromEnvironment(environment, "AZURE_RESOURCE_MANAGER_ENDPOINT") ?? known;
  if (manager === undefined) {
    throw new UsageError(
      `AZURE_AUTHORITY_HOST is ${authority}, which is none of Microsoft's clouds: set AZURE_RESOURCE_MANAGER_ENDPOINT to the address of Azure Resource Manager there`,
    );
  }
  return {
    authorityHost: authority,
    endpoint: origin("AZURE_RESOURCE_MANAGER_ENDPOINT", manager),
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
