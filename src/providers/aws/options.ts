/** Fixed credentials, for the demo and tests; everyone else uses the SDK's own chain. */
export interface StaticCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What to collect from AWS, as whom, and how hard to try. */
export interface AwsCollectOptions {
  /** Profiles of the shared configuration files; empty: the SDK's default credential chain. */
  readonly profiles: readonly string[];
  /**
   * A role to assume: by name in every account of the organization or of `accounts`, or in the caller's own; or by ARN in its account.
   * Null: none.
   */
  readonly role: string | null;
  /** The external id that the role's trust policy asks for; null: none. */
  readonly externalId: string | null;
  /** Whether to scan every account that AWS Organizations lists, `role` being assumed in each but the caller's own. */
  readonly organization: boolean;
  /** Account ids; empty: every account that the other options lead to. */
  readonly accounts: readonly string[];
  /** Regions; empty: every Region an account has opted in to. */
  readonly regions: readonly string[];
  /** Calls in flight over all targets. */
  readonly concurrency: number;
  /** Calls in flight per account and Region. */
  readonly perTargetConcurrency: number;
  /** Deadline of one attempt, in milliseconds; a call has it `maxAttempts` times, its waiting between attempts included. */
  readonly callTimeoutMs: number;
  /** How often a call is sent at most. */
  readonly maxAttempts: number;
  /** The first wait before a call is sent again, in milliseconds; it doubles with each attempt, with full jitter. */
  readonly retryBaseDelayMs: number;
  /** The rate to which throttling slows a service's calls down at most, in calls a second. */
  readonly minimumRate: number;
  /** One address for every service, for the demo and tests; null: what the SDK finds (AWS_ENDPOINT_URL, configuration files, its own rules). */
  readonly endpoint: string | null;
  /** Null: the SDK's default credential chain. */
  readonly credentials: StaticCredentials | null;
  /** The environment that the SDK reads, to say what is wrong with what it gives. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a scan does unless told otherwise. */
export const awsCollectDefaults: AwsCollectOptions = {
  profiles: [],
  role: null,
  externalId: null,
  organization: false,
  accounts: [],
  regions: [],
  concurrency: 32,
  perTargetConcurrency: 6,
  callTimeoutMs: 30_000,
  maxAttempts: 5,
  retryBaseDelayMs: 200,
  minimumRate: 2,
  endpoint: null,
  credentials: null,
  environment: {},
};
