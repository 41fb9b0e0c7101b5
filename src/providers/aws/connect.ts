import { MissingCredentials, UsageError } from "../../model/error.ts";
import type { SnapshotRecord } from "../../snapshot/record.ts";
import { CallFailed, type CallFailure } from "../shared/call.ts";
import { settle, soleRequest } from "../shared/inquire.ts";
import { assumeRole } from "./assume-role.ts";
import type { CallSite } from "./call.ts";
import type { AwsSession } from "./clients.ts";
import { type Connecting, globalTarget, inquire, operationNamed } from "./collection.ts";
import { checkEndpointVariables } from "./endpoint.ts";
import { hasNoCredentials, refusesCredentials } from "./errors.ts";
import { missingCredentials } from "./missing-credentials.ts";
import type { AwsCollectOptions } from "./options.ts";
import { type Membership, readMembership } from "./organization.ts";
import { findRegions, type RegionPlan } from "./regions.ts";
import { roleArnFor } from "./role-arn.ts";

/** An account to collect from, with who reads it. */
export interface AccountPlan {
  readonly account: string;
  /** Its name in the organization; null when that was not read. */
  readonly name: string | null;
  readonly session: AwsSession;
  /** For what has no Region. */
  readonly site: CallSite;
  /** The organization it belongs to; null when that was not asked yet. */
  readonly membership: Membership | null;
  readonly regions: readonly RegionPlan[];
}

/** An identity that the user's credentials give. */
interface Caller {
  readonly session: AwsSession;
  readonly site: CallSite;
  readonly account: string;
  readonly arn: string;
}

/** An account that a caller leads to, not entered yet. */
interface Lead {
  readonly account: string;
  readonly name: string | null;
  readonly caller: Caller;
  /** What AWS Organizations says of it; `ACTIVE` where it was not asked. Any other account is left out. */
  readonly state: string;
  readonly membership: Membership | null;
  /** The role to assume there; null: the caller's own credentials. */
  readonly roleArn: string | null;
}

/**
 * Finds out which accounts and Regions to collect from, and with whose credentials. What it reads on the way, and what it could not
 * read, is written to the sink; an account that cannot be entered is left out and said. Throws UsageError for options that cannot be
 * meant, for credentials that are missing or expired, and for accounts and Regions that do not exist.
 */
export async function connect(connecting: Connecting): Promise<readonly AccountPlan[]> {
  const { options } = connecting;
  checkOptions(options);
  const callers = await findCallers(connecting);
  const leads = firstOfEachAccount((await Promise.all(callers.map((caller) => leadsOf(connecting, caller)))).flat());
  const wanted =
    options.accounts.length === 0 ? leads : leads.filter(({ account }) => options.accounts.includes(account));
  const unreached =
    callers.length === 0 ? [] : options.accounts.filter((id) => !leads.some(({ account }) => account === id));
  if (unreached.length > 0) throw new UsageError(unreachedAccounts(unreached, leads));
  const plans = await Promise.all(wanted.map((lead) => enter(connecting, lead)));
  return plans.filter((plan) => plan !== null);
}

function checkOptions(options: AwsCollectOptions): void {
  if (options.endpoint === null) checkEndpointVariables(options.environment);
  const { accounts, externalId, organization, role } = options;
  const wrong = accounts.find((account) => !/^\d{12}$/.test(account));
  if (wrong !== undefined) {
    throw new UsageError(`${JSON.stringify(wrong)} is no AWS account id: give the 12 digits, with leading zeros`);
  }
  if (organization && role === null) {
    throw new UsageError(
      "--organization needs --role: the name of the read-only role to assume in each account of the organization",
    );
  }
  if (externalId !== null && role === null) {
    throw new UsageError("An external id belongs to a role: give --role too, or leave out --external-id");
  }
  if (role !== null && roleArnFor(role, "aws", "") === null) {
    throw new UsageError(`${JSON.stringify(role)} is neither the name nor the ARN of an IAM role`);
  }
  if (organization && role?.startsWith("arn:") === true) {
    throw new UsageError("--organization assumes --role in every account: give the role's name instead of its ARN");
  }
}

/** Who the credentials are, each account once, in the order of the profiles. */
async function findCallers(connecting: Connecting): Promise<readonly Caller[]> {
  const { options, sink } = connecting;
  const profiles: readonly (string | null)[] = options.profiles.length === 0 ? [null] : [...new Set(options.profiles)];
  const found = (await Promise.all(profiles.map((profile) => identify(connecting, profile)))).filter(
    (caller) => caller !== null,
  );
  const callers = new Map<string, Caller>();
  for (const caller of found) {
    const first = callers.get(caller.account);
    if (first === undefined) callers.set(caller.account, caller);
    else {
      sink.note(
        `Profile ${caller.session.profile ?? ""} leads to account ${caller.account}, as profile ${first.session.profile ?? ""} does: scanned once`,
      );
    }
  }
  for (const caller of callers.values()) {
    settle(connecting, globalTarget(caller.account), operationNamed("sts:GetCallerIdentity"), {
      status: "complete",
      error: null,
      items: 1,
    });
  }
  return [...callers.values()];
}

async function identify(connecting: Connecting, profile: string | null): Promise<Caller | null> {
  const { caller, clients, options, sink } = connecting;
  const operation = operationNamed("sts:GetCallerIdentity");
  const fixed = options.credentials;
  const session: AwsSession = { profile, credentials: fixed === null ? null : () => Promise.resolve(fixed) };
  // Fixed credentials come with everything they need: what is configured on this machine is about other credentials.
  const configured = fixed === null ? await clients.configuredRegion(session) : null;
  const region = configured ?? homeRegion(options.regions);
  const site = caller.site(session, region);
  try {
    const answer = await caller.answer(site, operation, {});
    const { Account: account, Arn: arn, UserId: user } = answer;
    if (typeof account !== "string" || typeof arn !== "string") {
      return unidentified(connecting, profile, "malformed", "the answer names no account");
    }
    const data = { ...(typeof user === "string" ? { UserId: user } : {}), Account: account, Arn: arn };
    sink.record({ ...globalTarget(account), operation: operation.id, data });
    return { session, site, account, arn };
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const { status, code, error: text } = error.failure;
    if (status === "skipped") return unidentified(connecting, profile, status, text);
    if (hasNoCredentials(code) || isMissingFile(error.cause)) {
      throw new MissingCredentials(await missingCredentials(profile, error.cause, options.environment), {
        cause: error.cause,
      });
    }
    if (refusesCredentials(code)) throw new UsageError(refusedCredentials(profile, code));
    if (isInvalidUrl(error.cause)) {
      throw new UsageError(
        "An endpoint_url in the AWS configuration file is no address of an HTTP service: give it as https://HOST:PORT, or take it out to ask AWS itself",
      );
    }
    return unidentified(connecting, profile, status, text);
  }
}

/**
 * The Region to ask first where none is configured: one that is always on, in the partition of the Regions named. A named Region itself
 * may be switched off, or misspelt.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
function homeRegion([named = ""]: readonly string[]): string {
  if (named.startsWith("cn-")) return "cn-north-1";
  return named.startsWith("us-gov-") ? "us-gov-west-1" : "us-east-1";
}

/** Whose account it is stays unknown; the snapshot says so, and the scan goes on with the other profiles. */
function unidentified(
  connecting: Connecting,
  profile: string | null,
  status: CallFailure["status"],
  error: string,
): null {
  const account = profile === null ? "unknown" : `unknown (profile ${profile})`;
  settle(connecting, globalTarget(account), operationNamed("sts:GetCallerIdentity"), { status, error, items: 0 });
  const note = `AWS did not say which account the credentials belong to: ${error}`;
  connecting.sink.target({ ...globalTarget(account), name: null, status: "skipped", note });
  return null;
}

function refusedCredentials(profile: string | null, code: string): string {
  const whose = profile === null ? "" : ` of profile ${JSON.stringify(profile)}`;
  const login = profile === null ? "`aws configure` or `aws sso login`" : `\`aws sso login --profile ${profile}\``;
  return `AWS does not accept the credentials${whose} (${code}): they are wrong or expired. Renew them, for example with ${login}, and try again`;
}

/** A file that the configuration names, as of a web identity's token, is not there or closed: no call was sent. */
function isMissingFile(cause: unknown): boolean {
  return cause instanceof Error && /^(?:ENOENT|EACCES|EISDIR)$/.test(String(Reflect.get(cause, "code")));
}

function isInvalidUrl(cause: unknown): boolean {
  return cause instanceof Error && Reflect.get(cause, "code") === "ERR_INVALID_URL";
}

/** The accounts that one caller leads to. */
async function leadsOf(connecting: Connecting, caller: Caller): Promise<readonly Lead[]> {
  const { options } = connecting;
  if (options.organization) return leadsOfOrganization(connecting, caller);
  const { role } = options;
  if (role === null) return [ownLead(caller, null)];
  const fixed = /^arn:[\w-]+:iam::(\d{12}):role\//.exec(role)?.[1];
  const accounts = fixed !== undefined ? [fixed] : options.accounts.length > 0 ? options.accounts : [caller.account];
  return accounts.map((account) => ({
    account,
    name: null,
    state: "ACTIVE",
    membership: null,
    caller,
    roleArn: roleArnFor(role, partitionOf(caller), account),
  }));
}

function ownLead(caller: Caller, membership: Membership | null): Lead {
  return { account: caller.account, name: null, state: "ACTIVE", membership, caller, roleArn: null };
}

/** Every account of the caller's organization; the caller's own is read with its own credentials, the management account among them. */
async function leadsOfOrganization(connecting: Connecting, caller: Caller): Promise<readonly Lead[]> {
  const { options, sink } = connecting;
  const target = globalTarget(caller.account);
  const ask = (id: string) =>
    inquire(connecting, {
      site: caller.site,
      target,
      operation: operationNamed(id),
      ...soleRequest,
      regionAnswers: () => Promise.resolve(false),
    });
  const [description, listing] = await Promise.all([
    ask("organizations:DescribeOrganization"),
    ask("organizations:ListAccounts"),
  ]);
  if (listing.status === "disabled") {
    throw new UsageError(`Account ${caller.account} belongs to no organization: leave out --organization`);
  }
  if (listing.status !== "complete") {
    sink.note(
      `The accounts of the organization could not be listed, so those that were not told are missing: ${listing.error ?? listing.status}. Ask as the management account or a delegated administrator`,
    );
  }
  const membership = { ...readMembership(description.records[0]?.data["Organization"]), isListed: true };
  const leads = listing.records.flatMap((record): readonly Lead[] => {
    const { Id: account, Name: name } = record.data;
    if (typeof account !== "string") return [];
    const roleArn = account === caller.account ? null : roleArnFor(options.role ?? "", partitionOf(caller), account);
    return [
      { account, name: typeof name === "string" ? name : null, state: stateOf(record), membership, caller, roleArn },
    ];
  });
  return leads.some(({ account }) => account === caller.account) ? leads : [ownLead(caller, membership), ...leads];
}

/** `State` has taken the place of `Status`: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html */
function stateOf({ data }: SnapshotRecord): string {
  const { State: state, Status: status } = data;
  return typeof state === "string" ? state : typeof status === "string" ? status : "ACTIVE";
}

function firstOfEachAccount(leads: readonly Lead[]): readonly Lead[] {
  const first = new Map<string, Lead>();
  // An account's own credentials are surer than a role that another profile would assume there.
  for (const lead of leads.toSorted((a, b) => Number(a.roleArn !== null) - Number(b.roleArn !== null))) {
    if (!first.has(lead.account)) first.set(lead.account, lead);
  }
  return [...first.values()];
}

function unreachedAccounts(unreached: readonly string[], leads: readonly Lead[]): string {
  const reached = leads.slice(0, 10).map(({ account }) => account);
  const more = leads.length > reached.length ? ` and ${leads.length - reached.length} more` : "";
  const known = reached.length === 0 ? "no account" : `${reached.join(", ")}${more}`;
  return `The credentials do not lead to account ${unreached.join(", ")}, but to ${known}: name a profile of it, or a role to assume there with --role`;
}

/** Takes on a lead's credentials and finds its Regions; null when the account cannot be entered. */
async function enter(connecting: Connecting, lead: Lead): Promise<AccountPlan | null> {
  const { account, name, state, membership, caller, roleArn } = lead;
  if (state !== "ACTIVE") {
    const note = `AWS Organizations says that the account is ${state}`;
    connecting.sink.target({ ...globalTarget(account), name, status: "skipped", note });
    return null;
  }
  const session = roleArn === null ? caller.session : await assumeRole(connecting, caller, account, roleArn);
  if (session === null) {
    const note = `The role ${roleArn ?? ""} could not be assumed`;
    connecting.sink.target({ ...globalTarget(account), name, status: "skipped", note });
    return null;
  }
  const site = session === caller.session ? caller.site : connecting.caller.site(session, caller.site.region);
  const regions = await findRegions(connecting, site, account);
  return { account, name, session, site, membership, regions };
}

function partitionOf({ arn }: Caller): string {
  return arn.split(":")[1] ?? "aws";
}
