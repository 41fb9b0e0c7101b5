import type * as Iam from "@aws-sdk/client-iam";
import type { AwsIdentities, IdentityCenterEstate } from "../estate-identity.ts";
import type { AwsRegionEstate } from "../estate.ts";
import {
  allow,
  awsManagedPolicy,
  iamOf,
  policyText,
  type PolicyStatement,
  type Rights,
  trust,
} from "../build-identity.ts";
import { auditRole, freightPartner, officeRanges, production, sandbox } from "./company.ts";

const everything = awsManagedPolicy("AdministratorAccess", [allow("*")]);
const readOnly = awsManagedPolicy("SecurityAudit", [allow("ec2:Describe*", "iam:Get*", "iam:List*")]);

/** What somebody needs who looks after security groups and network ACLs. */
const networkChanges: readonly PolicyStatement[] = [
  {
    Sid: "SecurityGroups",
    ...allow("ec2:AuthorizeSecurityGroup*", "ec2:RevokeSecurityGroup*", "ec2:ModifySecurityGroupRules"),
  },
  { Sid: "NetworkAcls", ...allow("ec2:*NetworkAclEntry") },
  { Sid: "Looking", ...allow("ec2:Describe*") },
];

const github = "token.actions.githubusercontent.com";
const service = (name: string): PolicyStatement => trust({ Service: `${name}.amazonaws.com` });
const account = (id: string): PolicyStatement => trust({ AWS: `arn:aws:iam::${id}:root` });

const dayMs = 24 * 60 * 60 * 1000;
/** Midnight, some days before the demo runs, so that what is in use stays in use. */
const daysAgo = (days: number): Date => new Date((Math.floor(Date.now() / dayMs) - days) * dayMs);

/** When somebody last used EC2; null: never. */
function used(arn: string | undefined, days: number | null): Iam.ServiceLastAccessed {
  const last =
    days === null
      ? { TotalAuthenticatedEntities: 0 }
      : { LastAuthenticated: daysAgo(days), LastAuthenticatedEntity: arn, TotalAuthenticatedEntities: 1 };
  return { ServiceName: "Amazon EC2", ServiceNamespace: "ec2", ...last };
}

const directory = "d-9067f3a1b2";
const instance = "arn:aws:sso:::instance/ssoins-7223aa11bb22cc33";
const setArn = (id: string): string => `arn:aws:sso:::permissionSet/ssoins-7223aa11bb22cc33/ps-${id}`;
const [networkSet, viewerSet] = [setArn("1f2e3d4c5b6a7980"), setArn("8091a2b3c4d5e6f7")];
const [engineers, everybody] = ["9067f3a1b2-0a1b2c3d-1111", "9067f3a1b2-0a1b2c3d-2222"];
const people = ["9067f3a1b2-4e5f6a7b-0001", "9067f3a1b2-4e5f6a7b-0002", "9067f3a1b2-4e5f6a7b-0003"] as const;

/** How people sign in: permission sets that Identity Center turns into a role in each account. */
export const demoIdentityCenter: IdentityCenterEstate = {
  InstanceArn: instance,
  IdentityStoreId: directory,
  Name: "harbour-books",
  permissionSets: [
    {
      PermissionSet: { Name: "NetworkAdmin", PermissionSetArn: networkSet, SessionDuration: "PT4H" },
      InlinePolicy: policyText(...networkChanges),
      assignments: [production, sandbox].map((AccountId) => ({
        AccountId,
        PrincipalType: "GROUP",
        PrincipalId: engineers,
      })),
    },
    {
      PermissionSet: { Name: "Viewer", PermissionSetArn: viewerSet, SessionDuration: "PT8H" },
      AttachedManagedPolicies: [{ Name: readOnly.PolicyName, Arn: readOnly.Arn }],
      assignments: [{ AccountId: production, PrincipalType: "GROUP", PrincipalId: everybody }],
    },
  ],
  users: (["noor", "piet", "sofia"] as const).map((name, at) => ({
    IdentityStoreId: directory,
    UserId: people[at],
    UserName: `${name}@harbourbooks.example`,
    DisplayName: name,
  })),
  groups: [
    { IdentityStoreId: directory, GroupId: engineers, DisplayName: "Network engineers" },
    { IdentityStoreId: directory, GroupId: everybody, DisplayName: "Everybody" },
  ],
  memberships: people.flatMap((UserId, at) =>
    (at < 2 ? [engineers, everybody] : [everybody]).map((GroupId) => ({
      IdentityStoreId: directory,
      MembershipId: `${GroupId}/${at}`,
      GroupId,
      MemberId: { UserId },
    })),
  ),
};

type Maker = ReturnType<typeof iamOf>;

/** The role that Identity Center keeps in an account for a permission set. */
function ssoRole(iam: Maker, set: string, rights: Rights): Iam.RoleDetail {
  const provider = iam.arn("saml-provider/AWSSSO_7223aa11bb22cc33_DO_NOT_DELETE");
  const signIn = trust({ Federated: provider }, { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } });
  return iam.role(`AWSReservedSSO_${set}_4f5e6d7c8b9a0123`, [signIn], {
    ...rights,
    path: "/aws-reserved/sso.amazonaws.com/",
  });
}

const balancing = awsManagedPolicy(
  "AWSElasticLoadBalancingServiceRolePolicy",
  [allow("ec2:AuthorizeSecurityGroupIngress", "ec2:DescribeSecurityGroups")],
  "/aws-service-role/",
);

/** The shop's own account: who looks after its firewalls, and who else can. */
export function productionPeople(): AwsIdentities {
  const iam = iamOf(production);
  const changes = iam.policy("NetworkChanges", ...networkChanges);
  const noFirewalls = iam.policy("DeveloperBoundary", allow("s3:*", "dynamodb:*", "logs:Get*", "ec2:Describe*"));
  const deployer = iam.policy("FunctionDeployer", {
    ...allow("lambda:CreateFunction", "lambda:InvokeFunction", "lambda:UpdateFunctionCode", "iam:PassRole"),
    Sid: "Deploy",
  });
  const developers = iam.group("Developers", { attached: [deployer] });
  const office = {
    IpAddress: { "aws:SourceIp": officeRanges },
    Bool: { "aws:MultiFactorAuthPresent": "true" },
  };
  const authorize = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"];
  const saml = iam.samlProvider("harbour-directory");
  const sso = iam.samlProvider("AWSSSO_7223aa11bb22cc33_DO_NOT_DELETE");
  const oidc = iam.oidcProvider(github);

  const admin = iam.user("ada.lind", { attached: [everything] });
  const network = iam.role(
    "NetworkTeam",
    [trust({ Federated: saml.Arn ?? "" }, { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } })],
    { attached: [changes] },
  );
  const legacy = iam.role("LegacyPatching", [service("ec2")], {
    inline: { "open-for-patching": [allow("ec2:ModifySecurityGroupRules", "ec2:DescribeSecurityGroups")] },
  });
  const deploy = iam.role(
    "GitHubDeploy",
    [
      trust(
        { Federated: oidc.Arn },
        {
          StringEquals: { [`${github}:aud`]: "sts.amazonaws.com" },
          // Meant to be repo:harbour-books/*.
          StringLike: { [`${github}:sub`]: "repo:harbour*" },
        },
      ),
    ],
    { inline: { deploy: [allow(...authorize, "ec2:Describe*", "ecs:UpdateService")] } },
  );
  const bastion = iam.role("bastion", [service("ec2")], {
    profile: "bastion",
    inline: { "let-me-in": [{ Sid: "OpenForOnCall", ...allow(...authorize) }] },
  });
  const builder = iam.role("BuildAutomation", [service("lambda"), service("codebuild"), service("ec2")], {
    profile: "build",
    inline: { build: [allow("ec2:*", "s3:*")] },
  });
  const contractor = iam.user("carl.contractor", {
    inline: { "from-the-office": [{ ...allow(...authorize), Condition: office }] },
  });
  const partner = iam.role("FreightPartner", [account(freightPartner)], {
    inline: { depots: [allow("ec2:ModifyManagedPrefixList", "ec2:AuthorizeSecurityGroupIngress")] },
  });
  const data = iam.role("DataEngineer", [account(production)], { attached: [everything], boundary: noFirewalls });
  const networkAdmin = ssoRole(iam, "NetworkAdmin", { inline: { AwsSSOInlinePolicy: networkChanges } });
  return {
    UserDetailList: [
      admin,
      iam.user("dev.okafor", {}, [developers]),
      contractor,
      iam.user("auditor", { attached: [readOnly] }),
    ],
    GroupDetailList: [developers],
    RoleDetailList: [
      network,
      deploy,
      bastion,
      legacy,
      builder,
      iam.role("shop-app", [service("ec2")], {
        profile: "shop-app",
        inline: { shop: [allow("s3:GetObject", "dynamodb:Query")] },
      }),
      partner,
      data,
      iam.role(auditRole, [account(production)], { attached: [readOnly] }),
      networkAdmin,
      ssoRole(iam, "Viewer", { attached: [readOnly] }),
      iam.role("AWSServiceRoleForElasticLoadBalancing", [service("elasticloadbalancing")], {
        path: "/aws-service-role/elasticloadbalancing.amazonaws.com/",
        attached: [balancing],
      }),
    ],
    Policies: [changes, noFirewalls, deployer, everything, readOnly, balancing],
    SAMLProviderList: [saml, sso],
    OpenIDConnectProviders: [oidc],
    CredentialReport: {
      "<root_account>": { mfa_active: "true" },
      "ada.lind": { password_enabled: "true", mfa_active: "true" },
      "dev.okafor": { access_key_1_active: "true", access_key_1_last_rotated: daysAgo(200).toISOString() },
      "carl.contractor": { password_enabled: "true", mfa_active: "true" },
    },
    ServicesLastAccessed: Object.fromEntries([
      ...[admin, network, bastion, deploy, partner, data, networkAdmin].map(
        ({ Arn = "" }) => [Arn, [used(Arn, 3)]] as const,
      ),
      [contractor.Arn, [used(contractor.Arn, 41)]],
      [builder.Arn, [used(builder.Arn, 1)]],
      [legacy.Arn, [used(legacy.Arn, null)]],
    ]),
  };
}

/** The sandbox: everybody may do everything there, but for what the organization forbids. */
export function sandboxPeople(): AwsIdentities {
  const iam = iamOf(sandbox);
  const workshop = iam.user("workshop", { inline: { "ec2-all": [allow("ec2:*")] } });
  const access = iam.role("OrganizationAccountAccessRole", [account(production)], { attached: [everything] });
  const notebooks = iam.role("NotebookAdmin", [service("ec2")], { profile: "notebook-admin", attached: [everything] });
  const networkAdmin = ssoRole(iam, "NetworkAdmin", { inline: { AwsSSOInlinePolicy: networkChanges } });
  return {
    UserDetailList: [workshop],
    GroupDetailList: [],
    RoleDetailList: [
      access,
      notebooks,
      iam.role(auditRole, [account(production)], { attached: [readOnly] }),
      networkAdmin,
    ],
    Policies: [everything, readOnly],
    SAMLProviderList: [iam.samlProvider("AWSSSO_7223aa11bb22cc33_DO_NOT_DELETE")],
    ServicesLastAccessed: Object.fromEntries(
      [workshop, access, notebooks, networkAdmin].map(({ Arn = "" }) => [Arn, [used(Arn, 12)]]),
    ),
  };
}

/** What runs as somebody in the shop's home Region, beside its instances. */
export const shopWorkloads: AwsRegionEstate = {
  Functions: [
    {
      FunctionName: "nightly-build",
      FunctionArn: `arn:aws:lambda:us-east-1:${production}:function:nightly-build`,
      Role: `arn:aws:iam::${production}:role/BuildAutomation`,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
    },
  ],
  Projects: [
    {
      name: "shop-images",
      arn: `arn:aws:codebuild:us-east-1:${production}:project/shop-images`,
      serviceRole: `arn:aws:iam::${production}:role/BuildAutomation`,
    },
  ],
  Stacks: [
    {
      StackId: `arn:aws:cloudformation:us-east-1:${production}:stack/shop/1d2c3b4a`,
      StackName: "shop",
      StackStatus: "UPDATE_COMPLETE",
      CreationTime: new Date("2021-05-03T10:00:00.000Z"),
    },
  ],
};
