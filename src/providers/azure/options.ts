import type { CallLimits } from "../shared/call.ts";

/** The secret of an app registration, for the demo and tests; everyone else uses DefaultAzureCredential. */
export interface ClientSecret {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What to collect from Azure, as whom, and how hard to try. */
export interface AzureCollectOptions extends CallLimits {
  /** Subscriptions by id or name; empty: every enabled one that the credentials see. */
  readonly subscriptions: readonly string[];
  /** Management groups by id, for every subscription below them; empty: none. Subscriptions named besides are taken too. */
  readonly managementGroups: readonly string[];
  /** The tenant to sign in to, by id or domain; null: what the credentials say. */
  readonly tenant: string | null;
  /** Calls in flight per subscription. */
  readonly perTargetConcurrency: number;
  /** The first wait before a call is sent again, in milliseconds; it doubles with each attempt, with full jitter. Retry-After goes before. */
  readonly retryBaseDelayMs: number;
  /** The process's environment, of which AZURE_AUTHORITY_HOST, AZURE_RESOURCE_MANAGER_ENDPOINT and AZURE_GRAPH_ENDPOINT are read; the SDK reads the rest itself. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where Azure Resource Manager is, over https; null: what the environment says, or what belongs to the authority. */
  readonly endpoint: string | null;
  /** Where Microsoft Graph is, over https; null: what the environment says, or what belongs to the authority. */
  readonly graphEndpoint: string | null;
  /** Where tokens come from, over https; null: what the environment says, or the public cloud's. */
  readonly authorityHost: string | null;
  /** Null: DefaultAzureCredential. */
  readonly credentials: ClientSecret | null;
  /** Certificates (PEM) to trust in place of Node's own, for the demo and tests; null: Node's own and NODE_EXTRA_CA_CERTS. */
  readonly certificates: string | null;
}

/** What a scan does unless told otherwise. */
export const azureCollectDefaults: AzureCollectOptions = {
  subscriptions: [],
  managementGroups: [],
  tenant: null,
  concurrency: 32,
  perTargetConcurrency: 6,
  callTimeoutMs: 30_000,
  maxAttempts: 5,
  retryBaseDelayMs: 500,
  environment: {},
  endpoint: null,
  graphEndpoint: null,
  authorityHost: null,
  credentials: null,
  certificates: null,
};
