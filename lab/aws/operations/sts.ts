import type { AwsAccount, AwsRole } from "../../estate.ts";
import { textInput } from "../call.ts";
import type { Call, Operations } from "../call.ts";
import { AwsError } from "../errors.ts";
import type { Principal, Principals } from "../principals.ts";
import { isObject } from "../shapes.ts";
import type { Fields } from "../wire/protocols.ts";

/** AWS Security Token Service: who am I, and sessions of other roles. */
export function stsOperations(principals: Principals): Operations {
  return {
    GetCallerIdentity: ({ principal }) => ({
      UserId: principal.userId,
      Account: principal.accountId,
      Arn: principal.arn,
    }),
    AssumeRole(call) {
      const { account, role } = wantedRole(call);
      const trusted = role.trusts === undefined || role.trusts.includes(call.principal.accountId);
      const idFits = role.externalId === undefined || role.externalId === call.input["ExternalId"];
      if (!trusted || !idFits) throw notAuthorized(call.principal, textInput(call, "RoleArn"));
      return sessionAnswer(call, principals, account, role);
    },
    AssumeRoleWithWebIdentity(call) {
      const { account, role } = wantedRole(call);
      const token = webIdentity(textInput(call, "WebIdentityToken"));
      if (role.trustsIssuers?.includes(token.issuer) !== true) {
        throw new AwsError("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity");
      }
      const answer = sessionAnswer(call, principals, account, role);
      return {
        ...answer,
        SubjectFromWebIdentityToken: token.subject,
        Provider: token.issuer,
        Audience: token.audience,
      };
    },
  };
}

const defaultSessionSeconds = 3600;

function sessionAnswer(call: Call, principals: Principals, account: AwsAccount, role: AwsRole): Fields {
  const sessionName = textInput(call, "RoleSessionName");
  const { credentials, principal } = principals.assume(account, role, sessionName);
  const seconds = Number(call.input["DurationSeconds"] ?? defaultSessionSeconds);
  return {
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: new Date(Date.now() + seconds * 1000),
    },
    AssumedRoleUser: { AssumedRoleId: principal.userId, Arn: principal.arn },
  };
}

/** STS does not tell a role that does not exist from one that does not trust the caller. */
function wantedRole(call: Call): { account: AwsAccount; role: AwsRole } {
  const arn = textInput(call, "RoleArn");
  const [, accountId, path] = /^arn:aws[\w-]*:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
  if (accountId === undefined || path === undefined) {
    throw new AwsError("ValidationError", 400, `${arn} is invalid`);
  }
  const account = call.estate.accounts.find(({ id, status }) => id === accountId && status !== "SUSPENDED");
  const role = account?.roles?.find(({ name }) => name === path.split("/").at(-1));
  if (account === undefined || role === undefined) throw notAuthorized(call.principal, arn);
  return { account, role };
}

function notAuthorized(principal: Principal, roleArn: string): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}

function webIdentity(token: string): { issuer: string; subject: string; audience: string } {
  const invalid = new AwsError("InvalidIdentityToken", 400, "The web identity token that was passed is not valid.");
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) throw invalid;
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  } catch {
    throw invalid;
  }
  if (!isObject(claims) || typeof claims["iss"] !== "string") throw invalid;
  return { issuer: claims["iss"], subject: claimText(claims["sub"]), audience: claimText(claims["aud"]) };
}

function claimText(claim: unknown): string {
  return typeof claim === "string" ? claim : "";
}
