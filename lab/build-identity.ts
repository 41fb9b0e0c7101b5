import { createHash } from "node:crypto";
import type * as Iam from "@aws-sdk/client-iam";
import type { OpenIdConnectProvider, OrganizationPolicy } from "./estate-identity.ts";

/** One statement of a policy, as its JSON has it. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The text of a policy. */
export function policyText(...Statement: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** A statement that allows actions on everything. */
export function allow(...actions: readonly string[]): PolicyStatement {
  return { Effect: "Allow", Action: actions, Resource: "*" };
}

/** A policy as IAM answers it: its JSON, percent-encoded. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html */
function encoded(...statements: readonly PolicyStatement[]): string {
  return encodeURIComponent(policyText(...statements));
}

/** A trust policy that lets a service, accounts or an identity provider in. */
export function trust(
  principal: Readonly<Record<string, string | readonly string[]>>,
  condition?: PolicyStatement["Condition"],
): PolicyStatement {
  const [kind] = Object.keys(principal);
  const [provider = ""] = [principal["Federated"] ?? ""].flat();
  const action =
    kind !== "Federated"
      ? "sts:AssumeRole"
      : provider.includes(":saml-provider/")
        ? ["sts:AssumeRoleWithSAML", "sts:TagSession"]
        : "sts:AssumeRoleWithWebIdentity";
  return {
    Effect: "Allow",
    Principal: principal,
    Action: action,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

/** What a user or role may do, and what limits it. */
export interface Rights {
  /** `/` where absent. */
  readonly path?: string;
  /** Inline policies by name. */
  readonly inline?: Readonly<Record<string, readonly PolicyStatement[]>>;
  /** Attached managed policies. */
  readonly attached?: readonly Iam.ManagedPolicyDetail[];
  readonly boundary?: Iam.ManagedPolicyDetail;
}

const createdAt = new Date("2023-02-14T09:30:00.000Z");

/** The identities of one account. */
export function iamOf(account: string): {
  readonly arn: (rest: string) => string;
  readonly policy: (name: string, ...statements: readonly PolicyStatement[]) => Iam.ManagedPolicyDetail;
  readonly group: (name: string, rights: Rights) => Iam.GroupDetail;
  readonly user: (name: string, rights: Rights, groups?: readonly Iam.GroupDetail[]) => Iam.UserDetail;
  /** `profile` is the name of an instance profile that holds the role. */
  readonly role: (
    name: string,
    trusts: readonly PolicyStatement[],
    rights: Rights & { readonly profile?: string },
  ) => Iam.RoleDetail;
  readonly samlProvider: (name: string) => Iam.SAMLProviderListEntry;
  readonly oidcProvider: (url: string) => OpenIdConnectProvider;
} {
  const arn = (rest: string): string => `arn:aws:iam::${account}:${rest}`;
  const id = (prefix: string, name: string): string => {
    const digest = createHash("sha256").update(`${prefix}/${account}/${name}`).digest("hex");
    return `${prefix}${digest.slice(0, 17).toUpperCase()}`;
  };
  const attachedTo = ({ attached = [] }: Rights): Iam.AttachedPolicy[] =>
    attached.map(({ PolicyName, Arn }) => ({ PolicyName, PolicyArn: Arn }));
  const inlineOf = ({ inline = {} }: Rights): Iam.PolicyDetail[] =>
    Object.entries(inline).map(([PolicyName, statements]) => ({
      PolicyName,
      PolicyDocument: encoded(...statements),
    }));
  const boundaryOf = ({ boundary }: Rights): Pick<Iam.RoleDetail, "PermissionsBoundary"> =>
    boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: "PermissionsBoundaryPolicy",
            PermissionsBoundaryArn: boundary.Arn,
          },
        };
  return {
    arn,
    policy: (name, ...statements) => managedPolicy(arn(`policy/${name}`), id("ANPA", name), "/", name, statements),
    group: (GroupName, rights) => ({
      Path: rights.path ?? "/",
      GroupName,
      GroupId: id("AGPA", GroupName),
      Arn: arn(`group${rights.path ?? "/"}${GroupName}`),
      CreateDate: createdAt,
      GroupPolicyList: inlineOf(rights),
      AttachedManagedPolicies: attachedTo(rights),
    }),
    user: (UserName, rights, groups = []) => ({
      Path: rights.path ?? "/",
      UserName,
      UserId: id("AIDA", UserName),
      Arn: arn(`user${rights.path ?? "/"}${UserName}`),
      CreateDate: createdAt,
      UserPolicyList: inlineOf(rights),
      GroupList: groups.flatMap(({ GroupName }) => GroupName ?? []),
      AttachedManagedPolicies: attachedTo(rights),
      ...boundaryOf(rights),
      Tags: [],
    }),
    role(RoleName, trusts, rights) {
      const path = rights.path ?? "/";
      const role = {
        Path: path,
        RoleName,
        RoleId: id("AROA", RoleName),
        Arn: arn(`role${path}${RoleName}`),
        CreateDate: createdAt,
        AssumeRolePolicyDocument: encoded(...trusts),
      };
      const { profile } = rights;
      return {
        ...role,
        InstanceProfileList:
          profile === undefined
            ? []
            : [
                {
                  Path: "/",
                  InstanceProfileName: profile,
                  InstanceProfileId: id("AIPA", profile),
                  Arn: arn(`instance-profile/${profile}`),
                  CreateDate: createdAt,
                  Roles: [role],
                },
              ],
        RolePolicyList: inlineOf(rights),
        AttachedManagedPolicies: attachedTo(rights),
        ...boundaryOf(rights),
        Tags: [],
        RoleLastUsed: {},
      };
    },
    samlProvider: (name) => ({ Arn: arn(`saml-provider/${name}`), CreateDate: createdAt }),
    oidcProvider: (url) => ({
      Arn: arn(`oidc-provider/${url}`),
      Url: url,
      ClientIDList: ["sts.amazonaws.com"],
      ThumbprintList: ["6938fd4d98bab03faadb97b34396831e3780aea1"],
      CreateDate: createdAt,
      Tags: [],
    }),
  };
}

/** A policy that AWS manages, as every account sees it. */
export function awsManagedPolicy(
  name: string,
  statements: readonly PolicyStatement[],
  path = "/",
): Iam.ManagedPolicyDetail {
  const digest = createHash("sha256").update(name).digest("hex");
  const id = `ANPA${digest.slice(0, 17).toUpperCase()}`;
  return managedPolicy(`arn:aws:iam::aws:policy${path}${name}`, id, path, name, statements);
}

function managedPolicy(
  Arn: string,
  PolicyId: string,
  Path: string,
  PolicyName: string,
  statements: readonly PolicyStatement[],
): Iam.ManagedPolicyDetail {
  return {
    PolicyName,
    PolicyId,
    Arn,
    Path,
    DefaultVersionId: "v1",
    AttachmentCount: 1,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: createdAt,
    UpdateDate: createdAt,
    PolicyVersionList: [
      { Document: encoded(...statements), VersionId: "v1", IsDefaultVersion: true, CreateDate: createdAt },
    ],
  };
}

/** What {@link controlPolicy} needs to know of an organization. */
export interface OrganizationPlace {
  readonly id: string;
  readonly management: string;
}

/** A service control policy, attached to roots, units or accounts by their ids. */
export function controlPolicy(
  { id: organization, management }: OrganizationPlace,
  Name: string,
  targets: readonly string[],
  ...statements: readonly PolicyStatement[]
): OrganizationPolicy {
  const Id = `p-${createHash("sha256").update(Name).digest("hex").slice(0, 8)}`;
  return {
    PolicySummary: {
      Id,
      Arn: `arn:aws:organizations::${management}:policy/${organization}/service_control_policy/${Id}`,
      Name,
      Description: "",
      Type: "SERVICE_CONTROL_POLICY",
      AwsManaged: false,
    },
    Content: policyText(...statements),
    targets: targets.map((target) => policyTarget({ id: organization, management }, target)),
  };
}

/** The policies that AWS attaches to everything of an organization, which forbid nothing. */
export function fullAccessPolicies(
  place: OrganizationPlace,
  targets: readonly string[],
): readonly OrganizationPolicy[] {
  return (
    [
      ["p-FullAWSAccess", "FullAWSAccess", "SERVICE_CONTROL_POLICY"],
      ["p-RCPFullAWSAccess", "RCPFullAWSAccess", "RESOURCE_CONTROL_POLICY"],
    ] as const
  ).map(([Id, Name, Type]) => ({
    PolicySummary: {
      Id,
      Arn: `arn:aws:organizations::aws:policy/${Type.toLowerCase()}/${Id}`,
      Name,
      Description: "Allows access to every operation",
      Type,
      AwsManaged: true,
    },
    Content: policyText(
      Type === "RESOURCE_CONTROL_POLICY"
        ? { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }
        : { Effect: "Allow", Action: "*", Resource: "*" },
    ),
    targets: targets.map((target) => policyTarget(place, target)),
  }));
}

function policyTarget(
  { id: organization, management }: OrganizationPlace,
  TargetId: string,
): OrganizationPolicy["targets"][number] {
  const kinds = { "r-": ["ROOT", "root"], ou: ["ORGANIZATIONAL_UNIT", "ou"] } as const;
  const [Type, segment] = TargetId.startsWith("r-")
    ? kinds["r-"]
    : TargetId.startsWith("ou-")
      ? kinds.ou
      : (["ACCOUNT", "account"] as const);
  return {
    TargetId,
    Arn: `arn:aws:organizations::${management}:${segment}/${organization}/${TargetId}`,
    Name: TargetId,
    Type,
  };
}
