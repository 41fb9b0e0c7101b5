import type { VendorObject } from "../../snapshot/record.ts";
import { htmlPage, isHtmlPage, MalformedAnswer, parseJsonObject } from "../shared/answer.ts";
import { retryAfterMs } from "../shared/persist.ts";
import { baseOf, type GcpCloud, impersonated, rootOf } from "./cloud.ts";
import { readGoogleError } from "./google-error.ts";
import type { GcpApi } from "./operation.ts";
import type { GcpCollectOptions } from "./options.ts";
import { type Credential, findCredential, loopback } from "./sign-in.ts";

/** One request to one of Google's APIs. */
export interface GcpRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  /** What a POST carries; null: nothing. */
  readonly body: VendorObject | null;
}

/** Sends requests; made once per scan. */
export interface GcpClients {
  /** What an API's paths are appended to, in the universe of the credentials. Throws {@link SignInFailed}. */
  readonly base: (api: GcpApi, zone: string | null) => Promise<string>;
  /**
   * Sends one request once and gives the JSON object of its answer. Throws GoogleError, SignInFailed, MalformedAnswer, or what the transport
   * throws.
   */
  readonly send: (request: GcpRequest, abortSignal: AbortSignal) => Promise<VendorObject>;
  /** Signs in. Throws {@link SignInFailed}. */
  readonly signIn: () => Promise<void>;
}

/**
 * Makes the clients of a scan. Nothing of the SDK is loaded before the first call.
 *
 * Tokens come from Google's own auth library, and requests go through its transport, which knows proxies. `@google-cloud/compute`, which
 * is made upon the same library, does not give the bodies: its clients read each answer into protobuf objects, which drops members they do not
 * know and renames those they do, and each takes hundreds of milliseconds to load. A record is the body as it came. Retries are left to
 * call.ts, which also knows a broken body; a redirect is not followed, as it would take the token along.
 */
export function createGcpClients(options: GcpCollectOptions, cloud: GcpCloud): GcpClients {
  let credential: Promise<Credential> | null = null;
  let transport: ReturnType<typeof openTransport> | null = null;

  function signedIn(): Promise<Credential> {
    credential ??= findCredential(options, cloud, impersonated(options), (universe) =>
      rootOf(cloud, universe, "iamcredentials"),
    );
    return credential;
  }

  async function openTransport() {
    const { gaxios } = await import("google-auth-library");
    return new gaxios.Gaxios({
      retry: false,
      redirect: "manual",
      responseType: "text",
      validateStatus: () => true,
      timeout: options.callTimeoutMs,
      noProxy: loopback,
    });
  }

  async function authorization(): Promise<Headers> {
    const { headers } = await signedIn();
    return headers();
  }

  return {
    async base(api, zone) {
      const { universe } = await signedIn();
      return baseOf(cloud, universe, api, zone);
    },
    async send({ url, method, body }, abortSignal) {
      transport ??= openTransport();
      const [gaxios, headers] = await Promise.all([transport, authorization()]);
      headers.set("accept", "application/json");
      // Google compresses answers for those alone who say so here, too: https://docs.cloud.google.com/compute/docs/api/best-practices
      headers.set("user-agent", "rampart (gzip)");
      if (body !== null) headers.set("content-type", "application/json");
      const response = await gaxios.request<string>({
        url,
        method,
        headers,
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        signal: abortSignal,
      });
      const text = typeof response.data === "string" ? response.data : "";
      if (response.status === 200) return readAnswer(text);
      throw readGoogleError(response.status, text, retryAfterMs(response.headers.get("retry-after")));
    },
    async signIn() {
      await authorization();
    },
  };
}

function readAnswer(text: string): VendorObject {
  if (isHtmlPage(text)) throw new MalformedAnswer(htmlPage);
  const answer = parseJsonObject(text);
  if (answer["error"] !== undefined) throw new MalformedAnswer("an error that is said to be a success");
  return answer;
}
