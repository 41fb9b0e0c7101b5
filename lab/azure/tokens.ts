import { randomUUID } from "node:crypto";

import type { WireRequest, WireResponse } from "../http.ts";
import type { AzureTenant } from "./estate.ts";
import { ArmFailure, jsonResponse } from "./http.ts";

/** Microsoft Entra ID, as far as a client secret goes. */
export interface Tokens {
  /** Whether an Authorization header carries a token that was given out here, for that audience. */
  readonly isGood: (authorization: string | undefined, audience: string) => boolean;
  /** Answers a request for a token, or for where to ask for one. Throws {@link ArmFailure} when it refuses. */
  readonly answer: (request: WireRequest, endpoint: string) => WireResponse;
}

/** Keeps the tokens of a lab. They are shaped like real ones, and signed by nobody. */
export function createTokens(tenant: AzureTenant): Tokens {
  const given = new Map<string, string>();
  return {
    isGood: (authorization, audience) => given.get(/^Bearer (.+)$/i.exec(authorization ?? "")?.[1] ?? "") === audience,
    answer(request, endpoint) {
      if (!request.path.endsWith("/token")) return discovery(tenant, request, endpoint);
      const form = new URLSearchParams(Buffer.from(request.body).toString());
      if (form.get("client_id") !== tenant.clientId || form.get("client_secret") !== tenant.clientSecret) {
        throw new ArmFailure(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
      }
      if (!request.path.startsWith(`/${tenant.id}/`)) {
        throw new ArmFailure(400, "invalid_request", "AADSTS90002: Tenant not found.");
      }
      const audience = form.get("scope")?.split("/.default")[0] ?? "";
      const token = unsignedToken({ aud: audience, tid: tenant.id, appid: tenant.clientId, jti: randomUUID() });
      given.set(token, audience);
      return jsonResponse(200, { token_type: "Bearer", expires_in: 3599, ext_expires_in: 3599, access_token: token });
    },
  };
}

/** https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc */
function discovery({ id }: AzureTenant, { path }: WireRequest, endpoint: string): WireResponse {
  if (path.endsWith("/discovery/instance")) {
    return jsonResponse(200, {
      tenant_discovery_endpoint: `${endpoint}/${id}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [],
    });
  }
  const tenant = path.split("/")[1] ?? id;
  return jsonResponse(200, {
    issuer: `${endpoint}/${tenant}/v2.0`,
    authorization_endpoint: `${endpoint}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${endpoint}/${tenant}/oauth2/v2.0/token`,
    end_session_endpoint: `${endpoint}/${tenant}/oauth2/v2.0/logout`,
    jwks_uri: `${endpoint}/${tenant}/discovery/v2.0/keys`,
    tenant_region_scope: null,
  });
}

function unsignedToken(claims: Readonly<Record<string, string>>): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ typ: "JWT", alg: "none" })}.${part({ ...claims, iat: now, exp: now + 3599 })}.lab`;
}
