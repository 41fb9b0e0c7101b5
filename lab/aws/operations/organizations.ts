import type { AwsAccount } from "../../estate.ts";
import type { Call, Operations } from "../call.ts";
import { AwsError, serviceError } from "../errors.ts";
import { page } from "../paging.ts";

/** AWS Organizations: any member may ask what it belongs to; only the management account sees the accounts. */
export const organizationsOperations: Operations = {
  DescribeOrganization: (call) => ({ Organization: organization(call) }),
  ListAccounts(call) {
    const { Id, MasterAccountId } = organization(call);
    if (MasterAccountId !== call.account.id) {
      throw serviceError(call.errors.denied, "You don't have permissions to access this resource.");
    }
    const accounts = call.estate.accounts.filter(isMember).map((account) => ({
      Id: account.id,
      Arn: `arn:aws:organizations::${MasterAccountId}:account/${Id}/${account.id}`,
      Email: account.email ?? `${account.name}@example.com`,
      Name: account.name,
      Status: account.status ?? "ACTIVE",
      State: account.status ?? "ACTIVE",
      JoinedMethod: account.id === MasterAccountId ? "INVITED" : "CREATED",
      JoinedTimestamp: account.joinedAt ?? new Date("2020-01-01T00:00:00Z"),
    }));
    return page(call, "Accounts", accounts);
  },
};

function organization(call: Call): NonNullable<Call["estate"]["organization"]> {
  const own = call.estate.organization;
  if (own !== undefined && isMember(call.account)) return own;
  throw new AwsError("AWSOrganizationsNotInUseException", 400, "Your account is not a member of an organization.");
}

function isMember(account: AwsAccount): boolean {
  return account.inOrganization !== false;
}
