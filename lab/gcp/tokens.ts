import { randomUUID } from "node:crypto";

import { textResponse, type WireRequest, type WireResponse } from "../http.ts";
import type { GcpIdentity } from "./estate.ts";
import { GoogleFailure, jsonResponse } from "./http.ts";
import { serviceAccountKey, signedBy } from "./service-account-key.ts";

/** Google's token endpoints, as far as service accounts go. */
export interface Tokens {
  /** Whose token an Authorization header carries; null when it carries none that is good. */
  readonly holderOf: (authorization: string | undefined) => string | null;
  /** A token for a service account. */
  readonly give: (account: string) => string;
  /** Answers a request for a token: a signed statement of a service account for a token. Throws {@link GoogleFailure}. */
  readonly exchange: (request: WireRequest) => WireResponse;
  /** Answers the metadata server's part. Throws {@link GoogleFailure}. */
  readonly metadata: (request: WireRequest) => WireResponse;
}

/** How long a token is good for, in seconds. */
export const tokenLifetime = 3599;

/** Keeps the tokens of a lab. */
export function createTokens(identity: GcpIdentity): Tokens {
  const given = new Map<string, string>();
  const give = (account: string): string => {
    const token = `ya29.lab-${randomUUID()}`;
    given.set(token, account);
    return token;
  };
  return {
    holderOf(authorization) {
      const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
      return token === undefined ? null : (given.get(token) ?? null);
    },
    give,
    exchange(request) {
      const form = new URLSearchParams(Buffer.from(request.body).toString());
      if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") {
        throw new GoogleFailure(400, "unsupported_grant_type", "Invalid grant_type");
      }
      const issuer = signedBy(form.get("assertion") ?? "", serviceAccountKey().publicKey);
      if (issuer !== identity.serviceAccount) {
        throw new GoogleFailure(400, "invalid_grant", "Invalid JWT Signature.");
      }
      return jsonResponse(200, { access_token: give(issuer), expires_in: tokenLifetime, token_type: "Bearer" });
    },
    metadata: (request) => metadata(identity, give, request),
  };
}

/** https://docs.cloud.google.com/compute/docs/metadata/predefined-metadata-keys */
function metadata(identity: GcpIdentity, give: (account: string) => string, request: WireRequest): WireResponse {
  const flavor = { "metadata-flavor": "Google", server: "Metadata Server for VM" };
  if (request.headers["metadata-flavor"] !== "Google") {
    const text = 'Missing required header "Metadata-Flavor": "Google".\n';
    return textResponse(403, "text/html; charset=UTF-8", text, flavor);
  }
  const text = (value: string): WireResponse => textResponse(200, "application/text", value, flavor);
  const key = request.path.replace(/^\/computeMetadata\/v1\/?/, "").replace(/\/$/, "");
  const account = /^instance\/service-accounts\/([^/]+)\/([a-z]+)$/.exec(key);
  if (account !== null && ["default", identity.serviceAccount].includes(decodeURIComponent(account[1] ?? ""))) {
    if (account[2] === "token") {
      const token = { access_token: give(identity.serviceAccount), expires_in: tokenLifetime, token_type: "Bearer" };
      return jsonResponse(200, token, flavor);
    }
    if (account[2] === "email") return text(identity.serviceAccount);
    if (account[2] === "scopes") return text("https://www.googleapis.com/auth/cloud-platform\n");
  }
  if (key === "") return text("instance/\nproject/\nuniverse/\n");
  if (key === "instance") return text("id\nname\nservice-accounts/\nzone\n");
  if (key === "project/project-id") return text(identity.project);
  if (key === "universe/universe-domain" || key === "universe/universe_domain") return text("googleapis.com");
  return textResponse(404, "text/html; charset=UTF-8", "Error 404 (Not Found)\n", flavor);
}
