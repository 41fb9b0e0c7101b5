import type { AwsAccount } from "../../estate.ts";
import type { OrganizationPolicy, OrganizationTree } from "../../estate-identity.ts";
import { textInput } from "../call.ts";
import type { Call, Operation, Operations } from "../call.ts";
import { AwsError, serviceError } from "../errors.ts";
import { page } from "../paging.ts";

/** AWS Organizations: any member may ask what it belongs to; only the management account and delegated administrators see more. */
export const organizationsOperations: Operations = {
  DescribeOrganization: (call) => ({ Organization: organization(call) }),
  ListAccounts: permitted((call) => page(call, "Accounts", members(call))),
  ListRoots: permitted((call) => page(call, "Roots", [treeOf(call).root])),
  ListOrganizationalUnitsForParent: permitted((call) => {
    const parent = parentOf(call);
    const units = treeOf(call).units.filter((unit) => unit.parent === parent);
    return page(
      call,
      "OrganizationalUnits",
      units.map(({ Id, Arn, Name }) => ({ Id, Arn, Name })),
    );
  }),
  ListAccountsForParent: permitted((call) => {
    const parent = parentOf(call);
    const { placement, root } = treeOf(call);
    const here = members(call).filter(({ Id }) => (placement[Id] ?? root.Id) === parent);
    return page(call, "Accounts", here);
  }),
  ListDelegatedAdministrators: permitted((call) =>
    page(call, "DelegatedAdministrators", treeOf(call).delegatedAdministrators ?? []),
  ),
  ListPolicies: permitted((call) => {
    const type = call.input["Filter"];
    const policies = treeOf(call).policies.filter(({ PolicySummary }) => PolicySummary.Type === type);
    return page(
      call,
      "Policies",
      policies.map(({ PolicySummary }) => PolicySummary),
    );
  }),
  DescribePolicy: permitted((call) => {
    const { PolicySummary, Content } = policyOf(call);
    return { Policy: { PolicySummary, Content } };
  }),
  ListTargetsForPolicy: permitted((call) => page(call, "Targets", policyOf(call).targets)),
};

/** An operation that the management account and delegated administrators may call. */
function permitted(operation: Operation): Operation {
  return (call) => {
    const { MasterAccountId } = organization(call);
    const delegates = call.estate.organizationTree?.delegatedAdministrators ?? [];
    if (MasterAccountId !== call.account.id && delegates.every(({ Id }) => Id !== call.account.id)) {
      throw serviceError(call.errors.denied, "You don't have permissions to access this resource.");
    }
    return operation(call);
  };
}

function organization(call: Call): NonNullable<Call["estate"]["organization"]> {
  const own = call.estate.organization;
  if (own !== undefined && isMember(call.account)) return own;
  throw new AwsError("AWSOrganizationsNotInUseException", 400, "Your account is not a member of an organization.");
}

function isMember(account: AwsAccount): boolean {
  return account.inOrganization !== false;
}

function members(call: Call): readonly ({ readonly Id: string } & object)[] {
  const { Id, MasterAccountId } = organization(call);
  return call.estate.accounts.filter(isMember).map((account) => ({
    Id: account.id,
    Arn: `arn:aws:organizations::${MasterAccountId}:account/${Id}/${account.id}`,
    Email: account.email ?? `${account.name}@example.com`,
    Name: account.name,
    Status: account.status ?? "ACTIVE",
    State: account.status ?? "ACTIVE",
    JoinedMethod: account.id === MasterAccountId ? "INVITED" : "CREATED",
    JoinedTimestamp: account.joinedAt ?? new Date("2020-01-01T00:00:00Z"),
  }));
}

/** Everything below one root, as an organization is when it is made. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html */
function treeOf(call: Call): OrganizationTree {
  const { organizationTree: own } = call.estate;
  if (own !== undefined) return own;
  const { Id, MasterAccountId } = organization(call);
  const root = {
    Id: "r-0001",
    Arn: `arn:aws:organizations::${MasterAccountId}:root/${Id}/r-0001`,
    Name: "Root",
    PolicyTypes: [],
  };
  return { root, units: [], placement: {}, policies: [] };
}

function parentOf(call: Call): string {
  const id = textInput(call, "ParentId");
  const { root, units } = treeOf(call);
  if ([root, ...units].some((parent) => parent.Id === id)) return id;
  throw new AwsError("ParentNotFoundException", 400, "You specified parent that doesn't exist.");
}

function policyOf(call: Call): OrganizationPolicy {
  const id = textInput(call, "PolicyId");
  const policy = treeOf(call).policies.find(({ PolicySummary }) => PolicySummary.Id === id);
  if (policy !== undefined) return policy;
  throw new AwsError("PolicyNotFoundException", 400, "You specified policy that doesn't exist.");
}
