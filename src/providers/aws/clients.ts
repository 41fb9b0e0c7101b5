import { htmlPage, MalformedAnswer } from "../shared/answer.ts";
import { type BodyForm, checkBody } from "./answer.ts";
import type { AwsOperation, AwsService } from "./operation.ts";
import type { AwsCollectOptions } from "./options.ts";

/** Whose credentials sign a call. */
export interface AwsSession {
  /** Profile of the shared configuration files; null: the default chain. */
  readonly profile: string | null;
  /** Null: what the profile or the default chain says. */
  readonly credentials: CredentialsProvider | null;
}

/** Temporary or lasting credentials, as the SDK takes them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export type CredentialsProvider = () => Promise<AwsCredentials>;

/** What every client of the SDK has in common, as far as it is used here. */
interface SdkClient {
  readonly config: object;
  readonly middlewareStack: { add(middleware: Middleware, options: object): void };
  send(command: object, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

type Handler = (args: unknown) => Promise<{ readonly response: unknown; readonly output: unknown }>;
type Middleware = (next: Handler, context: object) => Handler;

/** Sends operations; made once per scan. */
export interface AwsClients {
  /** Sends one request, with the SDK's retries, and gives its answer without the SDK's own metadata. Throws what the SDK throws. */
  readonly send: (request: AwsRequest, abortSignal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>;
  /** The Region that environment or configuration files name for a session; null when they name none. */
  readonly configuredRegion: (session: AwsSession) => Promise<string | null>;
  /** Forgets the clients of a session and Region that nothing more will be sent to. */
  readonly release: (session: AwsSession, region: string) => void;
  /** Closes every connection. */
  readonly close: () => void;
}

/** One request of an operation. */
export interface AwsRequest {
  readonly session: AwsSession;
  readonly operation: AwsOperation;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Package {
  readonly load: () => Promise<object>;
  readonly client: string;
  readonly wire: "xml" | "json";
}

/** Each SDK package is loaded when its first operation is sent. */
const packages: Readonly<Record<AwsService, Package>> = {
  cloudformation: {
    load: () => import("@aws-sdk/client-cloudformation"),
    client: "CloudFormationClient",
    wire: "xml",
  },
  codebuild: { load: () => import("@aws-sdk/client-codebuild"), client: "CodeBuildClient", wire: "json" },
  ec2: { load: () => import("@aws-sdk/client-ec2"), client: "EC2Client", wire: "xml" },
  ecs: { load: () => import("@aws-sdk/client-ecs"), client: "ECSClient", wire: "json" },
  elasticloadbalancing: {
    load: () => import("@aws-sdk/client-elastic-load-balancing"),
    client: "ElasticLoadBalancingClient",
    wire: "xml",
  },
  elasticloadbalancingv2: {
    load: () => import("@aws-sdk/client-elastic-load-balancing-v2"),
    client: "ElasticLoadBalancingV2Client",
    wire: "xml",
  },
  guardduty: { load: () => import("@aws-sdk/client-guardduty"), client: "GuardDutyClient", wire: "json" },
  iam: { load: () => import("@aws-sdk/client-iam"), client: "IAMClient", wire: "xml" },
  identitystore: { load: () => import("@aws-sdk/client-identitystore"), client: "IdentitystoreClient", wire: "json" },
  lambda: { load: () => import("@aws-sdk/client-lambda"), client: "LambdaClient", wire: "json" },
  "network-firewall": {
    load: () => import("@aws-sdk/client-network-firewall"),
    client: "NetworkFirewallClient",
    wire: "json",
  },
  organizations: { load: () => import("@aws-sdk/client-organizations"), client: "OrganizationsClient", wire: "json" },
  s3: { load: () => import("@aws-sdk/client-s3"), client: "S3Client", wire: "xml" },
  sso: { load: () => import("@aws-sdk/client-sso-admin"), client: "SSOAdminClient", wire: "json" },
  sts: { load: () => import("@aws-sdk/client-sts"), client: "STSClient", wire: "xml" },
};

/** Makes the clients of a scan. Nothing of the SDK is loaded before the first call. */
export function createAwsClients(options: AwsCollectOptions): AwsClients {
  const clients = new Map<AwsSession, Map<string, Promise<SdkClient>>>();
  // One set of connections for all clients: the first client makes it from these settings, the others share it.
  let requestHandler: unknown = {
    connectionTimeout: Math.min(10_000, options.callTimeoutMs),
    requestTimeout: options.callTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: { maxSockets: options.concurrency },
    httpsAgent: { maxSockets: options.concurrency },
  };

  async function create(session: AwsSession, service: AwsService, region: string | null): Promise<SdkClient> {
    const { load, client: name, wire } = packages[service];
    const { AdaptiveRetryStrategy, DefaultRateLimiter } = await import("@smithy/core/retry");
    const backoff = {
      setDelayBase: () => undefined,
      computeNextBackoffDelay: (attempt: number) =>
        Math.random() * Math.min(20_000, options.retryBaseDelayMs * 2 ** attempt),
    };
    const Client: unknown = Reflect.get(await load(), name);
    if (!isClientClass(Client)) throw new Error(`The SDK's package for ${service} has no ${name}`);
    const client = new Client({
      ...(region === null ? {} : { region }),
      ...(session.profile === null ? {} : { profile: session.profile }),
      ...(session.credentials === null ? {} : { credentials: session.credentials }),
      ...(options.endpoint === null
        ? {}
        : { endpoint: options.endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
      ...(service === "s3"
        ? {
            forcePathStyle: options.endpoint !== null,
            followRegionRedirects: true,
            responseChecksumValidation: "WHEN_REQUIRED",
          }
        : {}),
      maxAttempts: options.maxAttempts,
      retryStrategy: new AdaptiveRetryStrategy(options.maxAttempts, {
        backoff,
        rateLimiter: new DefaultRateLimiter({ minFillRate: options.minimumRate }),
      }),
      requestHandler,
      customUserAgent: "rampart",
    });
    requestHandler = Reflect.get(client.config, "requestHandler");
    client.middlewareStack.add(checkAnswers(wire), {
      step: "deserialize",
      priority: "low",
      name: "rampartCheckAnswer",
    });
    return client;
  }

  function clientOf(session: AwsSession, service: AwsService, region: string): Promise<SdkClient> {
    const ofSession = clients.get(session) ?? new Map<string, Promise<SdkClient>>();
    clients.set(session, ofSession);
    const key = `${region}/${service}`;
    const client = ofSession.get(key) ?? create(session, service, region);
    ofSession.set(key, client);
    return client;
  }

  return {
    async send({ session, operation, region, input }, abortSignal) {
      const client = await clientOf(session, operation.service, region);
      const Command: unknown = Reflect.get(await packages[operation.service].load(), `${operation.name}Command`);
      if (!isCommandClass(Command)) throw new Error(`The SDK has no operation ${operation.id}`);
      const output = await client.send(new Command(input), { abortSignal });
      if (typeof output !== "object" || output === null) throw new MalformedAnswer("no answer at all");
      return Object.fromEntries(Object.entries(output).filter(([member]) => member !== "$metadata"));
    },
    async configuredRegion(session) {
      const client = await create(session, "sts", null);
      const region: unknown = Reflect.get(client.config, "region");
      if (typeof region !== "function") return null;
      try {
        const name: unknown = await Reflect.apply(region, client.config, []);
        return typeof name === "string" && name !== "" ? name : null;
      } catch {
        // The SDK's way of saying that no Region is configured.
        return null;
      }
    },
    release(session, region) {
      const ofSession = clients.get(session);
      for (const key of ofSession?.keys() ?? []) if (key.startsWith(`${region}/`)) ofSession?.delete(key);
    },
    close() {
      clients.clear();
      if (typeof requestHandler !== "object" || requestHandler === null) return;
      const destroy: unknown = Reflect.get(requestHandler, "destroy");
      if (typeof destroy === "function") Reflect.apply(destroy, requestHandler, []);
    },
  };
}

function isClientClass(value: unknown): value is new (config: object) => SdkClient {
  return typeof value === "function" && typeof Reflect.get(Object(value.prototype), "send") === "function";
}

function isCommandClass(value: unknown): value is new (input: object) => object {
  return typeof value === "function";
}

/** Reads an answer's body before the SDK does, and refuses what is no whole answer; see {@link checkBody}. */
function checkAnswers(wire: Package["wire"]): Middleware {
  return (next, context) => async (args) => {
    const result = await next(args);
    const { response } = result;
    if (typeof response !== "object" || response === null) return result;
    const status: unknown = Reflect.get(response, "statusCode");
    if (typeof status !== "number") return result;
    if (status >= 300) {
      // What an overloaded gateway says of itself is for the status to tell; elsewhere a page is the answer of something that is not AWS.
      if (overloaded.has(status)) return result;
      // By its text, not its content type: some emulators send their XML errors as text/html.
      const body = await readAll(Reflect.get(response, "body"));
      if (isHtml(body.toString("utf8"))) throw new MalformedAnswer(htmlPage, status >= 500);
      Reflect.set(response, "body", new Uint8Array(body));
      return result;
    }
    const form = bodyForm(String(Reflect.get(context, "commandName")), wire);
    if (form.kind === "bytes") return result;
    const body = await readAll(Reflect.get(response, "body"));
    checkBody(body.toString("utf8"), form);
    Reflect.set(response, "body", new Uint8Array(body));
    return result;
  };
}

const overloaded: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function bodyForm(command: string, wire: Package["wire"]): BodyForm {
  if (command === "GetObjectCommand") return { kind: "bytes" };
  if (command === "ListBucketsCommand") return { kind: "xml", root: "ListAllMyBucketsResult" };
  return wire === "json" ? { kind: "json" } : { kind: "xml", root: command.replace(/Command$/, "Response") };
}

function isHtml(text: string): boolean {
  return /^\s*<(?:!doctype\s+html|html)\b/i.test(text);
}

async function readAll(body: unknown): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of byteChunks(body)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The chunks of a body as they come in; none when there is no body. Throws what breaks the connection. */
export async function* byteChunks(body: unknown): AsyncGenerator<Uint8Array> {
  if (!isAsyncIterable(body)) return;
  for await (const chunk of body) if (chunk instanceof Uint8Array) yield chunk;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
