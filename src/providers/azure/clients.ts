import type { TokenCredential } from "@azure/identity";

import type { VendorObject } from "../../snapshot/record.ts";
import { htmlPage, isHtmlPage, isJsonObject, MalformedAnswer, parseJsonObject } from "../shared/answer.ts";
import { retryAfterMs } from "../shared/persist.ts";
import type { AzureCloud } from "./cloud.ts";
import type { AzureCollectOptions } from "./options.ts";

/** The APIs that are asked; each takes tokens for itself alone. */
export type AzureApi = "arm" | "graph";

/** One request to Azure Resource Manager or Microsoft Graph. */
export interface AzureRequest {
  readonly api: AzureApi;
  readonly url: URL;
  /** The body of a POST; null: a GET. */
  readonly body: VendorObject | null;
}

/** An answer of Azure Resource Manager or Microsoft Graph that is no success. */
export class AzureError extends Error {
  override readonly name = "AzureError";
  readonly status: number;
  /** The API's own code: `AuthorizationFailed`; the status where it names none. */
  readonly code: string;
  /** What Retry-After says, in milliseconds; null where it says nothing. */
  readonly retryAfterMs: number | null;

  constructor(status: number, code: string, message: string, retryAfterMs: number | null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Sends requests; made once per scan. */
export interface AzureClients {
  /** The origin of Azure Resource Manager. */
  readonly endpoint: string;
  /** The origin of Microsoft Graph; null where none is known. */
  readonly graphEndpoint: string | null;
  /** Sends one request once and gives the JSON object of its answer. Throws {@link AzureError}, MalformedAnswer, or what the SDK throws. */
  readonly send: (request: AzureRequest, abortSignal: AbortSignal) => Promise<VendorObject>;
  /** Signs in for Azure Resource Manager, and tells the tenant that the token is for; null when the token does not say. Throws what the SDK throws. */
  readonly signIn: (abortSignal: AbortSignal) => Promise<string | null>;
}

/**
 * Makes the clients of a scan. Nothing of the SDK is loaded before the first call.
 *
 * Requests go through the pipeline of the official client (sign-in, continuous access evaluation, proxies, TLS), but not through its
 * methods: those give objects that they have read into their own model, which drops members they do not know, and follow a `nextLink` to
 * whatever host it names, with the token. A record is the body as it came. Retries are left to call.ts, which also knows a broken body.
 */
export function createAzureClients(options: AzureCollectOptions, cloud: AzureCloud): AzureClients {
  const origins: Readonly<Record<AzureApi, string | null>> = { arm: cloud.endpoint, graph: cloud.graphEndpoint };
  const tlsOptions = options.certificates === null ? {} : { tlsOptions: { ca: options.certificates } };
  let credential: Promise<TokenCredential> | null = null;
  const transports = new Map<AzureApi, ReturnType<typeof openTransport>>();

  async function createCredential(): Promise<TokenCredential> {
    const { ClientSecretCredential, DefaultAzureCredential } = await import("@azure/identity");
    const shared = {
      ...tlsOptions,
      authorityHost: cloud.authorityHost,
      // An authority that Microsoft does not know is not to be looked up at Microsoft's.
      disableInstanceDiscovery: !cloud.isMicrosofts,
    };
    const fixed = options.credentials;
    if (fixed !== null) {
      const retryOptions = { maxRetries: options.maxAttempts - 1, retryDelayInMs: options.retryBaseDelayMs };
      return new ClientSecretCredential(fixed.tenantId, fixed.clientId, fixed.clientSecret, {
        ...shared,
        retryOptions,
      });
    }
    return new DefaultAzureCredential(options.tenant === null ? shared : { ...shared, tenantId: options.tenant });
  }

  function findCredential(): Promise<TokenCredential> {
    credential ??= createCredential();
    return credential;
  }

  async function openTransport(api: AzureApi) {
    const origin = origins[api] ?? "";
    const [{ NetworkManagementClient }, rest, token] = await Promise.all([
      import("@azure/arm-network"),
      import("@azure/core-rest-pipeline"),
      findCredential(),
    ]);
    const { pipeline } = new NetworkManagementClient(token, {
      ...tlsOptions,
      endpoint: origin,
      credentials: { scopes: [scopeOf(origin)] },
      retryOptions: { maxRetries: 0 },
      userAgentOptions: { userAgentPrefix: "rampart" },
    });
    return { pipeline, rest, httpClient: rest.createDefaultHttpClient() };
  }

  return {
    endpoint: cloud.endpoint,
    graphEndpoint: cloud.graphEndpoint,
    async send({ api, url, body }, abortSignal) {
      const transport = transports.get(api) ?? openTransport(api);
      transports.set(api, transport);
      const { pipeline, rest, httpClient } = await transport;
      const response = await pipeline.sendRequest(
        httpClient,
        rest.createPipelineRequest({
          url: url.href,
          method: body === null ? "GET" : "POST",
          headers: rest.createHttpHeaders({
            accept: "application/json",
            ...(body === null ? {} : { "content-type": "application/json" }),
          }),
          ...(body === null ? {} : { body: JSON.stringify(body) }),
          timeout: options.callTimeoutMs,
          abortSignal,
        }),
      );
      const text = response.bodyAsText ?? "";
      if (response.status === 200) return readAnswer(text);
      throw readError(response.status, text, response.headers.get("retry-after"));
    },
    async signIn(abortSignal) {
      const found = await findCredential();
      const token = await found.getToken(scopeOf(cloud.endpoint), { abortSignal, enableCae: true });
      return token === null ? null : tenantOf(token.token);
    },
  };
}

function scopeOf(origin: string): string {
  return `${origin}/.default`;
}

function readAnswer(text: string): VendorObject {
  if (isHtmlPage(text)) throw new MalformedAnswer(htmlPage);
  return parseJsonObject(text);
}

/** Gateways say what they suffer from by status alone, on an HTML page of their own. */
const overloaded: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#handling-errors */
function readError(status: number, text: string, retryAfter: string | undefined): Error {
  if (isHtmlPage(text) && !overloaded.has(status)) return new MalformedAnswer(htmlPage, status >= 500);
  const { code, message } = errorMembers(text);
  return new AzureError(status, code ?? `status ${status}`, message, retryAfterMs(retryAfter));
}

function errorMembers(text: string): { readonly code: string | null; readonly message: string } {
  try {
    const body = parseJsonObject(text);
    const { error } = body;
    const { code, message } = isJsonObject(error) ? error : body;
    return {
      code: typeof code === "string" && code !== "" ? code : null,
      message: typeof message === "string" ? message : "",
    };
  } catch {
    return { code: null, message: "" };
  }
}

/** The `tid` claim of an access token. The token is not for its bearer to verify. */
function tenantOf(token: string): string | null {
  try {
    const claims = parseJsonObject(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const { tid } = claims;
    return typeof tid === "string" ? tid : null;
  } catch {
    return null;
  }
}
