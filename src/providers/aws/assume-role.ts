import type { Target } from "../../model/resource.ts";
import { CallFailed } from "../shared/call.ts";
import { settle } from "../shared/inquire.ts";
import type { CallSite, SendOne } from "./call.ts";
import type { AwsCredentials, AwsSession } from "./clients.ts";
import { type Connecting, globalTarget, operationNamed } from "./collection.ts";

/** Credentials that end sooner than this are renewed first. */
const marginMs = 5 * 60_000;

/**
 * Assumes a role in an account, and again whenever its credentials near their end. Leaves one coverage row; null when the role could
 * not be assumed.
 */
export async function assumeRole(
  connecting: Connecting,
  { site, arn }: { readonly site: CallSite; readonly arn: string },
  account: string,
  roleArn: string,
): Promise<AwsSession | null> {
  const operation = operationNamed("sts:AssumeRole");
  const target: Target = globalTarget(account);
  const { caller, options } = connecting;
  const { externalId } = options;
  const input = {
    RoleArn: roleArn,
    RoleSessionName: "rampart",
    ...(externalId === null ? {} : { ExternalId: externalId }),
  };
  const fetch = async (send: SendOne): Promise<AwsCredentials> => {
    const credentials = readCredentials(await send(site, operation, input));
    if (credentials !== null) return credentials;
    const failure = { status: "malformed", code: "NoCredentials", error: "the answer holds no credentials" } as const;
    throw new CallFailed(failure, null);
  };
  try {
    const first = await fetch(caller.answer);
    settle(connecting, target, operation, { status: "complete", error: null, items: 0 });
    return { profile: site.session.profile, credentials: renewed(first, () => fetch(caller.answerAtOnce)) };
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const { status, error: text } = error.failure;
    const hint =
      status === "denied" ? `; on ${roleArn}, whose trust policy must allow ${arn}${externalIdHint(externalId)}` : "";
    settle(connecting, target, operation, { status, error: `${text}${hint}`, items: 0 });
    return null;
  }
}

function externalIdHint(externalId: string | null): string {
  return externalId === null ? " (without an external id)" : " with the given external id";
}

/** Credentials shared by all clients of a session: one request at a time renews them. */
function renewed(first: AwsCredentials, fetch: () => Promise<AwsCredentials>): () => Promise<AwsCredentials> {
  let current = Promise.resolve(first);
  return async () => {
    const { expiration } = await current;
    if (expiration === undefined || expiration.getTime() - Date.now() > marginMs) return current;
    const last = current;
    const next = fetch();
    current = next.catch(() => last);
    return next;
  };
}

function readCredentials(answer: Readonly<Record<string, unknown>>): AwsCredentials | null {
  const { Credentials: credentials } = answer;
  if (typeof credentials !== "object" || credentials === null) return null;
  const member = (name: string): unknown => Reflect.get(credentials, name);
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    member("AccessKeyId"),
    member("SecretAccessKey"),
    member("SessionToken"),
    member("Expiration"),
  ];
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string" || typeof sessionToken !== "string")
    return null;
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    ...(expiration instanceof Date ? { expiration } : {}),
  };
}
