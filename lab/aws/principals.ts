import { createHash, randomBytes } from "node:crypto";
import type { AwsAccount, AwsEstate, AwsRole } from "../estate.ts";

/** Who signed a request. */
export interface Principal {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  /** Operations that it may not call. */
  readonly denies: readonly string[];
}

/** Credentials in the form that the SDK takes. */
export interface LabCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only sessions of a role have one. */
  readonly sessionToken?: string;
}

/** The keys that the lab knows: one pair per account, and one more per assumed role. */
export interface Principals {
  /** The long-lived keys of an account, by its id or its name. @throws Error when the estate has no such account. */
  credentialsFor(accountOrProfile: string): LabCredentials;
  /** The principal of a key, or null when the key is unknown or its session token is wrong. */
  find(accessKeyId: string, sessionToken: string | undefined): Principal | null;
  /** Opens a session of a role. */
  assume(
    account: AwsAccount,
    role: AwsRole,
    sessionName: string,
  ): { credentials: LabCredentials; principal: Principal };
}

/** Gives every account of the estate its keys. Long-lived keys are the same from run to run and good for nothing else. */
export function createPrincipals(estate: AwsEstate): Principals {
  const keys = new Map<string, { principal: Principal; sessionToken: string | undefined }>();
  for (const account of estate.accounts) {
    keys.set(longLived(account).accessKeyId, { principal: userOf(account), sessionToken: undefined });
  }
  return {
    credentialsFor(accountOrProfile) {
      const account = estate.accounts.find(({ id, name }) => id === accountOrProfile || name === accountOrProfile);
      if (account === undefined) throw new Error(`The lab's estate has no account or profile "${accountOrProfile}".`);
      return longLived(account);
    },
    find(accessKeyId, sessionToken) {
      const key = keys.get(accessKeyId);
      return key === undefined || key.sessionToken !== sessionToken ? null : key.principal;
    },
    assume(account, role, sessionName) {
      const credentials = {
        accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString("base64"),
        sessionToken: randomBytes(48).toString("base64"),
      };
      const principal = sessionOf(account, role, sessionName);
      keys.set(credentials.accessKeyId, { principal, sessionToken: credentials.sessionToken });
      return { credentials, principal };
    },
  };
}

function longLived(account: AwsAccount): LabCredentials {
  return { accessKeyId: `AKIALAB0${account.id}`, secretAccessKey: digest(`secret of ${account.id}`).slice(0, 40) };
}

function userOf(account: AwsAccount): Principal {
  return {
    accountId: account.id,
    arn: `arn:aws:iam::${account.id}:user/auditor`,
    userId: `AIDA${digest(account.id).slice(0, 16).toUpperCase()}`,
    denies: account.denies ?? [],
  };
}

function sessionOf(account: AwsAccount, role: AwsRole, sessionName: string): Principal {
  const roleId = `AROA${digest(`${account.id}/${role.name}`).slice(0, 16).toUpperCase()}`;
  return {
    accountId: account.id,
    arn: `arn:aws:sts::${account.id}:assumed-role/${role.name}/${sessionName}`,
    userId: `${roleId}:${sessionName}`,
    denies: role.denies ?? [],
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
