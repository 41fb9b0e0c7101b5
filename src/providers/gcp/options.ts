import type { CallLimits } from "../shared/call.ts";
import type { GcpEndpoint } from "./cloud.ts";

/** The key of a service account, for the demo and tests; everyone else uses Application Default Credentials. */
export interface ServiceAccountKey {
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
  /** Where it is exchanged for a token. */
  readonly tokenUrl: string;
}

/** What to collect from Google Cloud, as whom, and how hard to try. */
export interface GcpCollectOptions extends CallLimits {
  /** Projects by id or number; with no folder and no organization either: every active one that the credentials see. */
  readonly projects: readonly string[];
  /** Folders by number, `123` or `folders/123`, for every active project below them. Projects named besides are taken too. */
  readonly folders: readonly string[];
  /** The organization by number, `123` or `organizations/123`, for every active project in it; null: none was named. */
  readonly organization: string | null;
  /** The service account to act as, by address; null: what CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT says, or nobody. */
  readonly impersonate: string | null;
  /** Calls in flight per project. */
  readonly perTargetConcurrency: number;
  /** The first wait before a call is sent again, in milliseconds; it doubles with each attempt, with full jitter. Retry-After goes before. */
  readonly retryBaseDelayMs: number;
  /** The process's environment, of which cloud.ts reads where the APIs are; the auth library reads the rest itself. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where APIs are; those that are not named: where the environment says, or where Google has them. */
  readonly endpoints: Readonly<Partial<Record<GcpEndpoint, string>>>;
  /** Null: Application Default Credentials. */
  readonly credentials: ServiceAccountKey | null;
}

/** What a scan does unless told otherwise. */
export const gcpCollectDefaults: GcpCollectOptions = {
  projects: [],
  folders: [],
  organization: null,
  impersonate: null,
  concurrency: 32,
  perTargetConcurrency: 6,
  callTimeoutMs: 30_000,
  maxAttempts: 5,
  retryBaseDelayMs: 500,
  environment: {},
  endpoints: {},
  credentials: null,
};
