import { createVerify, generateKeyPairSync } from "node:crypto";

/** The key of a service account, PEM. */
export interface ServiceAccountKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

let made: ServiceAccountKey | null = null;

/** The key of the labs' service accounts. It takes a while to make, so all labs of a process share one, which is made when somebody asks. */
export function serviceAccountKey(): ServiceAccountKey {
  made ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return made;
}

/** Who issued a signed statement (a JWT, RS256); null unless the signature is that of the key and the time has not run out. */
export function signedBy(token: string, publicKey: string): string | null {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const good = createVerify("RSA-SHA256").update(`${header}.${claims}`).verify(publicKey, signature, "base64url");
  if (!good) return null;
  const told: unknown = JSON.parse(Buffer.from(claims, "base64url").toString());
  if (typeof told !== "object" || told === null || !("iss" in told) || !("exp" in told)) return null;
  const { iss, exp } = told;
  return typeof iss === "string" && typeof exp === "number" && exp * 1000 > Date.now() ? iss : null;
}
