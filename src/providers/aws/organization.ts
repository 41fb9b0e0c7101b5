import { isKnown, type Coverage } from "../../model/coverage.ts";
import type { SnapshotSink } from "../../snapshot/record.ts";
import { type MemorySink, memorySink, replay } from "../../snapshot/sinks.ts";
import { settle, soleRequest } from "../shared/inquire.ts";
import { type AwsCollection, globalTarget, inquire, operationNamed } from "./collection.ts";
import type { AccountPlan } from "./connect.ts";
import { awsOperations } from "./operations.ts";
import { collectTarget } from "./target.ts";

/** What an account is told of the organization that it belongs to. */
export interface Membership {
  /** One string per organization; null where the account is told none. */
  readonly organization: string | null;
  /** The management account; null where it is not known. */
  readonly management: string | null;
  /** Whether the organization's accounts were asked for while connecting. */
  readonly isListed: boolean;
}

/** An account with the organization that it belongs to. */
interface Member extends Membership {
  readonly plan: AccountPlan;
}

const listRoots = "organizations:ListRoots";
const listAccounts = "organizations:ListAccounts";

/**
 * Reads each organization of the accounts once: in its management account if that is scanned, else in the first account that may, as a
 * delegated administrator may. An account that may not is asked one question in vain. The rows of the other accounts say where it was
 * read; where no account may, each says so.
 */
export async function collectOrganizations(collection: AwsCollection, plans: readonly AccountPlan[]): Promise<void> {
  const members = await Promise.all(plans.map((plan) => membershipOf(collection, plan)));
  const byOrganization = Map.groupBy(
    members,
    ({ organization, plan }) => organization ?? `the organization of ${plan.account}`,
  );
  await Promise.all(Array.from(byOrganization.values(), (group) => collectOrganization(collection, group)));
}

async function membershipOf(collection: AwsCollection, plan: AccountPlan): Promise<Member> {
  if (plan.membership !== null) return { ...plan.membership, plan };
  const end = await inquire(collection, {
    site: plan.site,
    target: globalTarget(plan.account),
    operation: operationNamed("organizations:DescribeOrganization"),
    ...soleRequest,
    regionAnswers: () => Promise.resolve(false),
  });
  return { ...readMembership(end.records[0]?.data["Organization"]), isListed: false, plan };
}

/** What DescribeOrganization says: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html */
export function readMembership(organization: unknown): Pick<Membership, "organization" | "management"> {
  const { Id: id, MasterAccountId: management }: Readonly<Record<string, unknown>> = Object(organization);
  return {
    organization: typeof id === "string" ? id : null,
    management: typeof management === "string" ? management : null,
  };
}

async function collectOrganization(collection: AwsCollection, members: readonly Member[]): Promise<void> {
  const inOrder = members.toSorted((a, b) => Number(isManagement(b)) - Number(isManagement(a)));
  const isListed = members.some((member) => member.isListed);
  const inVain: { readonly plan: AccountPlan; readonly attempt: MemorySink; readonly roots: Coverage | undefined }[] =
    [];
  for (const member of inOrder) {
    const { plan } = member;
    // Nothing of a question asked in vain is written if another account gives the answer.
    const attempt = memorySink("live", "");
    const target = globalTarget(plan.account);
    await collectTarget({ ...collection, sink: attempt }, plan.site, target, "organization");
    const { coverage } = attempt.finish("");
    const roots = coverage.find(({ operation }) => operation === listRoots);
    if (roots?.status !== "complete") {
      inVain.push({ plan, attempt, roots });
      continue;
    }
    write(attempt, collection.sink);
    if (!isListed) await listMembers(collection, plan);
    for (const other of members) if (other !== member) tellWhere(collection, other.plan, coverage);
    return;
  }
  for (const { plan, attempt, roots } of inVain) {
    write(attempt, collection.sink);
    if (isListed) continue;
    // Who is denied the one is denied the other.
    const { status = "skipped" } = roots ?? {};
    const end = isKnown(status)
      ? { status: "disabled" as const, error: "there is none here" }
      : { status: "skipped" as const, error: `${listRoots} was not read whole (${status})` };
    settle(collection, globalTarget(plan.account), operationNamed(listAccounts), { ...end, items: 0 });
  }
}

function isManagement({ plan, management }: Member): boolean {
  return plan.account === management;
}

function write(attempt: MemorySink, sink: SnapshotSink): void {
  replay(attempt.finish(""), sink);
}

async function listMembers(collection: AwsCollection, { account, site }: AccountPlan): Promise<void> {
  await inquire(collection, {
    site,
    target: globalTarget(account),
    operation: operationNamed(listAccounts),
    ...soleRequest,
    regionAnswers: () => Promise.resolve(false),
  });
}

/** Leaves rows that say in which account of the organization each operation was asked, and what it lacks there. */
function tellWhere(collection: AwsCollection, { account }: AccountPlan, coverage: readonly Coverage[]): void {
  for (const operation of awsOperations) {
    const row = coverage.find(({ operation: id }) => id === operation.id);
    if (operation.scope !== "organization" || row === undefined) continue;
    const end = isKnown(row.status)
      ? { status: "disabled" as const, error: `read in account ${row.account} of the organization` }
      : { status: row.status, error: `in account ${row.account} of the organization: ${row.error ?? row.status}` };
    settle(collection, globalTarget(account), operation, { ...end, items: 0 });
  }
}
