import type {
  Blocked,
  Grant,
  IdentityEstate,
  PathStep,
  Question,
  Residual,
  StatementRef,
} from "../../src/identity/estate.ts";
import type { Principal, PrincipalKind, WorkloadIdentity } from "../../src/identity/principal.ts";
import type { Coverage, CoverageStatus } from "../../src/model/coverage.ts";
import type { FirewallEffect } from "../../src/model/firewall-effect.ts";
import { globalRegion, type ResourceRef } from "../../src/model/resource.ts";
import { unknownBetween, type NetworkEstate } from "../../src/network/estate.ts";
import { account, region, type SmallEstate } from "./aws-estate.ts";

/** Hand-made identity estates: what a cloud's adapter would say, without its records. */

const ingress = "ec2:AuthorizeSecurityGroupIngress";

/** The actions of these estates, one for each effect. */
const effects: ReadonlyMap<string, FirewallEffect> = new Map([
  [ingress, "rules"],
  ["ec2:ModifyNetworkInterfaceAttribute", "membership"],
  ["ec2:ModifyManagedPrefixList", "address-list"],
  ["ec2:CreateRoute", "path"],
  ["wafv2:UpdateWebACL", "rules"],
  ["cloudtrail:StopLogging", "detection"],
]);

export const webGroup: ResourceRef = {
  cloud: "aws",
  account,
  region,
  type: "aws:ec2:security-group",
  id: "sg-1",
  name: "web",
  arn: `arn:aws:ec2:${region}:${account}:security-group/sg-1`,
};

/** A user or role of the account, unless told otherwise. */
export function principal(name: string, kind: PrincipalKind = "role", changes: Partial<Principal> = {}): Principal {
  const id = changes.id ?? `arn:aws:iam::${account}:${kind}/${name}`;
  return {
    id,
    names: [],
    kind,
    resource: { cloud: "aws", account, region: globalRegion, type: `aws:iam:${kind}`, id, name, arn: id },
    home: "own",
    managedBy: null,
    createdAt: "2020-01-01T00:00:00Z",
    uses: null,
    ...changes,
  };
}

/** Somebody from another organization, with the whole of an account. */
export const stranger = principal("x", "account", { id: "arn:aws:iam::999988887777:root", home: "outside" });

export function statement(name: string, changes: Partial<StatementRef> = {}): StatementRef {
  return {
    policy: `arn:aws:iam::${account}:policy/${name}`,
    statement: "#0",
    effect: "allow",
    layer: "identity policy",
    attachedTo: null,
    ...changes,
  };
}

export const withMfa: Residual = {
  text: "with MFA",
  controls: ["authentication"],
  keys: ["aws:MultiFactorAuthPresent"],
};

/** A step that takes the role of that name. */
export function assume(name: string, changes: Partial<PathStep> = {}): PathStep {
  return {
    method: "sts-assume-role",
    says: "assumes the role",
    via: `arn:aws:iam::${account}:role/${name}`,
    viaName: name,
    statement: statement(`assume-${name}`),
    verdict: "yes",
    condition: null,
    ...changes,
  };
}

/** What a test says of a grant; the rest is a direct yes on one security group. */
export interface GrantChanges extends Partial<Omit<Grant, "principal" | "scopes">> {
  readonly actions?: readonly string[];
}

export function grant(to: Principal, { actions = [ingress], ...changes }: GrantChanges = {}): Grant {
  return {
    principal: to,
    decision: "yes",
    atMost: "yes",
    by: "direct",
    scopes: [{ actions, resources: [webGroup], beyond: "any" }],
    condition: null,
    path: [],
    shorterPath: null,
    statements: [statement("net")],
    missing: [],
    breadth: null,
    removal: {
      text: `Detach net from ${to.id}.`,
      cli: [`aws iam detach-role-policy --role-name ${to.resource.name ?? ""}`],
    },
    ...changes,
  };
}

/** A grant that something unread decides. */
export function perhaps(to: Principal, changes: GrantChanges = {}): Grant {
  return grant(to, { decision: "unknown", missing: ["the service control policies"], ...changes });
}

/** What an estate of identities holds; whatever has a grant is a principal of it too. */
export interface Identities {
  readonly grants?: readonly Grant[];
  readonly others?: readonly Principal[];
  readonly blocked?: readonly Blocked[];
  readonly workloads?: readonly WorkloadIdentity[];
  readonly resources?: readonly ResourceRef[];
  readonly missing?: readonly string[];
  /** What an adapter notes on a question. */
  readonly notes?: (question: Question) => readonly string[];
}

export function identities({
  grants = [],
  others = [],
  blocked = [],
  workloads = [],
  resources = [webGroup],
  missing = [],
  notes = () => [],
}: Identities): IdentityEstate {
  const everyone = [...grants, ...blocked].map((each) => each.principal);
  return {
    principals: [...new Set([...everyone, ...others])],
    workloads,
    resources,
    actions: () => effects,
    whoCan: (question = { action: null, resource: null }) => ({
      grants: grants.filter(
        ({ scopes }) =>
          question.action === null || scopes.some(({ actions }) => actions.includes(question.action ?? "")),
      ),
      blocked,
      notes: notes(question),
    }),
    missing,
  };
}

const noNetwork: NetworkEstate = {
  firewalls: [],
  networks: [],
  addressLists: [],
  endpoints: [],
  between: unknownBetween,
};

/** An account with one Region, all of it read but what is named in `unread`. */
export function identityEstate(
  who: Identities,
  {
    unread = {},
    network = noNetwork,
  }: { readonly unread?: Readonly<Record<string, CoverageStatus>>; readonly network?: NetworkEstate } = {},
): SmallEstate {
  const statuses: Readonly<Record<string, CoverageStatus>> = { "*": "complete", ...unread };
  const coverage = [region, globalRegion].flatMap((place) =>
    Object.entries(statuses).map(([operation, status]): Coverage => ({
      cloud: "aws",
      account,
      region: place,
      operation,
      status,
      items: 0,
      error: status === "complete" ? null : `${operation} ${status}`,
    })),
  );
  return {
    estate: {
      targets: [{ cloud: "aws", account, region, name: null, status: "scanned", note: null }],
      asOf: "2026-06-01T12:00:00Z",
      ownAccounts: new Set([account]),
      organizationKnown: true,
      network,
      identity: identities(who),
      aws: null,
      azure: null,
      gcp: null,
    },
    coverage,
  };
}
