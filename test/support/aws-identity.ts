import type { Json } from "../../src/model/finding.ts";
import { globalRegion, type Target } from "../../src/model/resource.ts";
import type { VendorObject } from "../../src/snapshot/record.ts";

/** The account that the identities belong to. */
export const account = "111122223333";

/** Where IAM lives. */
export const worldwide: Target = { cloud: "aws", account, region: globalRegion };

/** The Region that the workloads run in. */
export const regional: Target = { cloud: "aws", account, region: "eu-west-1" };

/** What one operation gave. */
export interface IdentityAnswer {
  readonly operation: string;
  readonly items: readonly VendorObject[];
  readonly target: Target;
  readonly request?: Readonly<Record<string, string>>;
}

/** An allow of some actions; of everything where no resource is said. */
export const allow = (actions: readonly string[], resource: Json = "*", condition?: Json): VendorObject => ({
  Effect: "Allow",
  Action: [...actions],
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});

/** A policy as IAM keeps it. */
export const policyOf = (...statements: readonly VendorObject[]): VendorObject => ({
  Version: "2012-10-17",
  Statement: [...statements],
});

/** What an identity of {@link identities} has; nothing where nothing is said. */
export interface Holder {
  readonly name: string;
  /** Statements of an inline policy. */
  readonly allows?: readonly VendorObject[];
  /** Names of managed policies of the account. */
  readonly attached?: readonly string[];
  /** The name of the managed policy that is its boundary. */
  readonly boundary?: string;
}

/** A user, with the names of its groups. */
export interface UserHolder extends Holder {
  readonly groups?: readonly string[];
}

/** A role, whom it trusts, and whether it is in an instance profile of its own name. */
export interface RoleHolder extends Holder {
  readonly path?: string;
  readonly trusts: VendorObject;
  readonly hasInstanceProfile?: boolean;
}

/** A customer managed policy: what each of its versions allows, the default one first. */
export interface PolicyHolder {
  readonly name: string;
  readonly versions: readonly (readonly VendorObject[])[];
}

/** A trust policy for an AWS service. */
export const trustsService = (...services: readonly string[]): VendorObject => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: [...services] }, Action: "sts:AssumeRole" }],
});

/** A trust policy that names identities of the account. */
export const trustsArn = (...arns: readonly string[]): VendorObject => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: [...arns] }, Action: "sts:AssumeRole" }],
});

/** A trust policy for whoever an identity provider vouches for. */
export const trustsProvider = (provider: string, action: string): VendorObject => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Federated: provider }, Action: action }],
});

/** The ARN of something of IAM: `user/caller`. */
export const arnOf = (path: string): string => `arn:aws:iam::${account}:${path}`;

/** What GetAccountAuthorizationDetails gives of an account. */
export function identities({
  users = [],
  groups = [],
  roles = [],
  policies = [],
}: {
  readonly users?: readonly UserHolder[];
  readonly groups?: readonly Holder[];
  readonly roles?: readonly RoleHolder[];
  readonly policies?: readonly PolicyHolder[];
}): readonly IdentityAnswer[] {
  const details = (kind: string, items: readonly VendorObject[]): IdentityAnswer => ({
    operation: "iam:GetAccountAuthorizationDetails",
    items,
    target: worldwide,
    request: { Kind: kind },
  });
  return [
    details("user", users.map(userDetail)),
    details("group", groups.map(groupDetail)),
    details("role", roles.map(roleDetail)),
    details("policy", policies.map(policyDetail)),
  ];
}

function userDetail(user: UserHolder): VendorObject {
  return {
    Path: "/",
    UserName: user.name,
    UserId: idOf("AIDA", user.name),
    Arn: arnOf(`user/${user.name}`),
    GroupList: [...(user.groups ?? [])],
    ...policiesOf("UserPolicyList", user),
  };
}

function groupDetail(group: Holder): VendorObject {
  return {
    Path: "/",
    GroupName: group.name,
    GroupId: idOf("AGPA", group.name),
    Arn: arnOf(`group/${group.name}`),
    ...policiesOf("GroupPolicyList", group),
  };
}

function roleDetail(role: RoleHolder): VendorObject {
  const path = role.path ?? "/";
  const profile: VendorObject = {
    Path: "/",
    InstanceProfileName: role.name,
    InstanceProfileId: idOf("AIPA", role.name),
    Arn: arnOf(`instance-profile/${role.name}`),
    Roles: [
      { Path: path, RoleName: role.name, RoleId: idOf("AROA", role.name), Arn: arnOf(`role${path}${role.name}`) },
    ],
  };
  return {
    Path: path,
    RoleName: role.name,
    RoleId: idOf("AROA", role.name),
    Arn: arnOf(`role${path}${role.name}`),
    AssumeRolePolicyDocument: role.trusts,
    InstanceProfileList: role.hasInstanceProfile === true ? [profile] : [],
    ...policiesOf("RolePolicyList", role),
  };
}

function policyDetail({ name, versions }: PolicyHolder): VendorObject {
  return {
    PolicyName: name,
    PolicyId: idOf("ANPA", name),
    Arn: arnOf(`policy/${name}`),
    Path: "/",
    DefaultVersionId: "v1",
    AttachmentCount: 1,
    IsAttachable: true,
    PolicyVersionList: versions.map((statements, at) => ({
      Document: policyOf(...statements),
      VersionId: `v${at + 1}`,
      IsDefaultVersion: at === 0,
    })),
  };
}

function policiesOf(list: string, { allows, attached = [], boundary }: Holder): VendorObject {
  return {
    [list]: allows === undefined ? [] : [{ PolicyName: "inline", PolicyDocument: policyOf(...allows) }],
    AttachedManagedPolicies: attached.map((name) => ({ PolicyName: name, PolicyArn: arnOf(`policy/${name}`) })),
    ...(boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: "PermissionsBoundaryPolicy",
            PermissionsBoundaryArn: arnOf(`policy/${boundary}`),
          },
        }),
  };
}

/** Ids of IAM are letters and digits; these are the name's. */
function idOf(prefix: string, name: string): string {
  return `${prefix}${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "")}`.padEnd(20, "0");
}

/** The credential report's row of a user. */
export const credentials = (name: string, keys: 0 | 1 | 2, hasPassword: boolean): IdentityAnswer => ({
  operation: "iam:GetCredentialReport",
  target: worldwide,
  items: [
    {
      user: name,
      arn: arnOf(`user/${name}`),
      user_creation_time: "2025-01-01T00:00:00+00:00",
      password_enabled: hasPassword ? "true" : "false",
      mfa_active: "false",
      access_key_1_active: keys > 0 ? "true" : "false",
      access_key_1_last_rotated: keys > 0 ? "2025-01-01T00:00:00+00:00" : "N/A",
      // Inactive keys count.
      access_key_2_active: "false",
      access_key_2_last_rotated: keys > 1 ? "2025-01-01T00:00:00+00:00" : "N/A",
    },
  ],
});

/** An EC2 instance that carries the instance profile of a role of the same name. */
export const instance = (role: string, state = "running"): IdentityAnswer => ({
  operation: "ec2:DescribeInstances",
  target: regional,
  items: [
    {
      ReservationId: "r-1",
      OwnerId: account,
      Instances: [
        {
          InstanceId: "i-1",
          State: { Name: state },
          IamInstanceProfile: { Arn: arnOf(`instance-profile/${role}`), Id: idOf("AIPA", role) },
        },
      ],
    },
  ],
});

/** A Lambda function that runs as a role. */
export const lambdaFunction = (role: string): IdentityAnswer => ({
  operation: "lambda:ListFunctions",
  target: regional,
  items: [
    {
      FunctionName: "worker",
      FunctionArn: `arn:aws:lambda:${regional.region}:${account}:function:worker`,
      Role: arnOf(`role/${role}`),
    },
  ],
});

/** A running ECS task that runs as a role. */
export function ecsTask(role: string, withExec: boolean): readonly IdentityAnswer[] {
  const ecs = `arn:aws:ecs:${regional.region}:${account}`;
  const definition = `${ecs}:task-definition/worker:1`;
  const task = {
    taskArn: `${ecs}:task/main/1`,
    clusterArn: `${ecs}:cluster/main`,
    taskDefinitionArn: definition,
    lastStatus: "RUNNING",
    enableExecuteCommand: withExec,
  };
  return [
    { operation: "ecs:DescribeTasks", target: regional, items: [task] },
    {
      operation: "ecs:DescribeTaskDefinition",
      target: regional,
      items: [
        { taskDefinition: { taskDefinitionArn: definition, status: "ACTIVE", taskRoleArn: arnOf(`role/${role}`) } },
      ],
    },
  ];
}

/** A CloudFormation stack that acts as a role. */
export const stack = (role: string): IdentityAnswer => ({
  operation: "cloudformation:DescribeStacks",
  target: regional,
  items: [
    {
      StackId: `arn:aws:cloudformation:${regional.region}:${account}:stack/main/1`,
      StackName: "main",
      StackStatus: "CREATE_COMPLETE",
      RoleARN: arnOf(`role/${role}`),
    },
  ],
});

/** A CodeBuild project that builds as a role. */
export const buildProject = (role: string): IdentityAnswer => ({
  operation: "codebuild:BatchGetProjects",
  target: regional,
  items: [
    {
      name: "main",
      arn: `arn:aws:codebuild:${regional.region}:${account}:project/main`,
      serviceRole: arnOf(`role/${role}`),
    },
  ],
});

/** IAM Identity Center, managed from this account, with one permission set that is provisioned to it. */
export function identityCenter(permissionSet: string): readonly IdentityAnswer[] {
  const instanceArn = "arn:aws:sso:::instance/ssoins-1111111111111111";
  const setArn = "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111";
  const ofSet = { InstanceArn: instanceArn, PermissionSetArn: setArn };
  return [
    {
      operation: "sso:ListInstances",
      target: regional,
      items: [{ InstanceArn: instanceArn, IdentityStoreId: "d-1111111111", OwnerAccountId: account }],
    },
    {
      operation: "sso:ListPermissionSets",
      target: regional,
      items: [{ PermissionSets: [setArn] }],
      request: { InstanceArn: instanceArn },
    },
    {
      operation: "sso:DescribePermissionSet",
      target: regional,
      items: [{ PermissionSet: { PermissionSetArn: setArn, Name: permissionSet } }],
      request: ofSet,
    },
    {
      operation: "sso:ListAccountsForProvisionedPermissionSet",
      target: regional,
      items: [{ AccountIds: [account] }],
      request: ofSet,
    },
  ];
}

/** The organization, which is managed from an account. */
export const organization = (management: string): IdentityAnswer => ({
  operation: "organizations:DescribeOrganization",
  target: worldwide,
  items: [
    {
      Organization: {
        Id: "o-1111111111",
        Arn: `arn:aws:organizations::${management}:organization/o-1111111111`,
        FeatureSet: "ALL",
        MasterAccountId: management,
        MasterAccountArn: `arn:aws:organizations::${management}:account/o-1111111111/${management}`,
      },
    },
  ],
});

/** A SAML or OIDC provider of the account, with its ARN. */
export function identityProvider(kind: "saml" | "oidc"): {
  readonly arn: string;
  readonly answers: readonly IdentityAnswer[];
} {
  const arn = arnOf(kind === "saml" ? "saml-provider/corporate" : "oidc-provider/login.example.com");
  const read = (operation: string, data: VendorObject, request?: IdentityAnswer["request"]): IdentityAnswer => ({
    operation,
    target: worldwide,
    items: [data],
    ...(request === undefined ? {} : { request }),
  });
  if (kind === "saml") return { arn, answers: [read("iam:ListSAMLProviders", { Arn: arn })] };
  return {
    arn,
    answers: [
      read("iam:ListOpenIDConnectProviders", { Arn: arn }),
      read(
        "iam:GetOpenIDConnectProvider",
        { Url: "login.example.com", ClientIDList: ["sts.amazonaws.com"], ThumbprintList: [] },
        { OpenIDConnectProviderArn: arn },
      ),
    ],
  };
}
