import type { AuthClient } from "google-auth-library";

import type { GcpCloud } from "./cloud.ts";
import type { GcpCollectOptions, ServiceAccountKey } from "./options.ts";

/** What calls are signed in with. */
export interface Credential {
  /** The headers that sign a request in: a token, fresh where need be, and the project that it is counted by. Throws {@link SignInFailed}. */
  readonly headers: () => Promise<Headers>;
  /** The universe that the credentials belong to, and so that of every address: `googleapis.com`. */
  readonly universe: string;
}

/** Why there is no token: there is nothing to sign in with, it is refused, or nobody answers. */
export class SignInFailed extends Error {
  override readonly name = "SignInFailed";
  /** One of {@link signInCodes}, or what the token endpoint or the connection says. */
  readonly code: string;
  /** The status of the answer; null where there was none. */
  readonly status: number | null;

  constructor(code: string, status: number | null, cause: unknown) {
    // What the library says can hold the request, so that none of its words are kept.
    super(`the sign-in failed (${code})`, { cause });
    this.code = code;
    this.status = status;
  }
}

/** Codes of a sign-in that failed before anybody was asked. */
export const signInCodes = {
  /** Nothing was found to sign in with. */
  none: "NoCredentials",
  /** A file of credentials is not there, or is none. */
  file: "CredentialFile",
  /** The credentials are of another universe than the one that is to be spoken to. */
  universe: "OtherUniverse",
  /** What was given for a token is none. */
  noToken: "NoToken",
} as const;

/** What is on this machine is not asked for through a proxy. */
export const loopback = ["127.0.0.1", "[::1]", "localhost"];

/** For Network Security it takes the whole scope; what may be done with it is a matter of roles. */
const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/**
 * The credentials of a scan: those of the options, or Application Default Credentials; acting as `impersonate`, where it is given, through
 * the API at `impersonation`. Throws {@link SignInFailed}. https://docs.cloud.google.com/docs/authentication/application-default-credentials
 */
export async function findCredential(
  { credentials, environment }: GcpCollectOptions,
  cloud: GcpCloud,
  impersonate: string | null,
  impersonation: (universe: string) => string,
): Promise<Credential> {
  const source = credentials === null ? await applicationDefault() : await ofKey(credentials);
  const universe = cloud.universe ?? source.universeDomain;
  const { Compute } = await import("google-auth-library");
  // A machine's own credentials do not say where they belong.
  if (source.universeDomain !== universe && !(source instanceof Compute)) {
    throw new SignInFailed(signInCodes.universe, null, null);
  }
  if (impersonate === null) return { headers: () => headersOf(source), universe };
  const url = `${impersonation(universe)}v1/projects/-/serviceAccounts/${encodeURIComponent(impersonate)}:generateAccessToken`;
  const quotaProject = environment["GOOGLE_CLOUD_QUOTA_PROJECT"] ?? "";
  return { headers: actingAs(source, new URL(url), quotaProject === "" ? null : quotaProject), universe };
}

async function applicationDefault(): Promise<AuthClient> {
  const { GoogleAuth } = await import("google-auth-library");
  try {
    // Any project id keeps the library from looking for one, for which it would run gcloud.
    return await new GoogleAuth({ scopes, projectId: "none" }).getClient();
  } catch (error) {
    throw signInFailure(error);
  }
}

async function ofKey({ clientEmail, privateKey, tokenUrl }: ServiceAccountKey): Promise<AuthClient> {
  const { gaxios, JWT } = await import("google-auth-library");
  const transporter = new gaxios.Gaxios({ noProxy: loopback });
  // The library has Google's own address written into it, whatever a key says.
  transporter.interceptors.request.add({
    resolved: (request) => Promise.resolve({ ...request, url: new URL(tokenUrl) }),
  });
  return new JWT({ email: clientEmail, key: privateKey, scopes, transporter });
}

async function headersOf(client: AuthClient): Promise<Headers> {
  try {
    return withToken(await client.getRequestHeaders());
  } catch (error) {
    throw error instanceof SignInFailed ? error : signInFailure(error);
  }
}

function withToken(headers: Headers): Headers {
  const given = headers.get("authorization");
  if (given !== null && /^Bearer (?!undefined$)\S+$/.test(given)) return new Headers(headers);
  throw new SignInFailed(signInCodes.noToken, 200, null);
}

/** How long before its end a token is renewed, in milliseconds. */
const renewalMs = 5 * 60_000;

/**
 * Gives the headers of a service account that another may act as. The library's own class for it warns on the console of whoever takes
 * credentials from others, which these are not.
 * https://docs.cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
 */
function actingAs(source: AuthClient, url: URL, quotaProject: string | null): () => Promise<Headers> {
  let current: Promise<{ readonly headers: Headers; readonly end: number }> | null = null;

  async function renew(): Promise<{ readonly headers: Headers; readonly end: number }> {
    const { gaxios } = await import("google-auth-library");
    const { data } = await new gaxios.Gaxios().request<unknown>({
      url,
      method: "POST",
      headers: await headersOf(source),
      data: { scope: scopes, lifetime: "3600s" },
      responseType: "json",
      redirect: "manual",
      retryConfig: { httpMethodsToRetry: ["POST"] },
      noProxy: loopback,
    });
    const token = member(data, "accessToken");
    const headers = new Headers(typeof token === "string" ? { authorization: `Bearer ${token}` } : {});
    if (quotaProject !== null) headers.set("x-goog-user-project", quotaProject);
    const end = Date.parse(String(member(data, "expireTime")));
    return { headers: withToken(headers), end: Number.isNaN(end) ? 0 : end };
  }

  return async () => {
    try {
      const seen = current;
      const isFresh = seen !== null && (await seen).end - Date.now() >= renewalMs;
      // Whoever finds it stale first renews it for all.
      if (!isFresh && current === seen) current = renew();
      const { headers } = await (current ??= renew());
      return new Headers(headers);
    } catch (error) {
      current = null;
      throw error instanceof SignInFailed ? error : signInFailure(error);
    }
  };
}

/** What an error that the auth library threw comes to. */
export function signInFailure(error: unknown): SignInFailed {
  if (!(error instanceof Error)) return new SignInFailed("UnknownError", null, error);
  if (error.message.startsWith("Could not load the default credentials")) {
    return new SignInFailed(signInCodes.none, null, error);
  }
  const response = member(error, "response");
  const said = member(member(response, "data"), "error");
  const status = member(response, "status");
  if (typeof status === "number") {
    // The token endpoint gives a word, Google's APIs an object.
    const code = typeof said === "string" ? said : member(said, "status");
    return new SignInFailed(typeof code === "string" && code !== "" ? code : `status ${status}`, status, error);
  }
  const code = member(error, "code") ?? member(error.cause, "code");
  if (typeof code === "string" && member(error, "config") !== undefined) return new SignInFailed(code, null, error);
  return new SignInFailed(signInCodes.file, null, error);
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
