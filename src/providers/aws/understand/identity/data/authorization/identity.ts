import type { ServiceAuthorization } from "./service.ts";

export const iam: ServiceAuthorization = {
  service: "iam",
  types: {
    group: ["arn:${Partition}:iam::${Account}:group/${GroupNameWithPath}", ""],
    "instance-profile": [
      "arn:${Partition}:iam::${Account}:instance-profile/${InstanceProfileNameWithPath}",
      "aws:ResourceTag/${TagKey}",
    ],
    "oidc-provider": [
      "arn:${Partition}:iam::${Account}:oidc-provider/${OidcProviderName}",
      "aws:ResourceTag/${TagKey}",
    ],
    policy: ["arn:${Partition}:iam::${Account}:policy/${PolicyNameWithPath}", "aws:ResourceTag/${TagKey}"],
    role: [
      "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",
      "aws:ResourceTag/${TagKey} iam:ResourceTag/${TagKey}",
    ],
    "saml-provider": [
      "arn:${Partition}:iam::${Account}:saml-provider/${SamlProviderName}",
      "aws:ResourceTag/${TagKey}",
    ],
    user: [
      "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}",
      "aws:ResourceTag/${TagKey} iam:ResourceTag/${TagKey}",
    ],
  },
  actions: {
    AddRoleToInstanceProfile: "instance-profile",
    AddUserToGroup: "group",
    AttachGroupPolicy: "group / iam:PolicyARN",
    AttachRolePolicy: "role / iam:PermissionsBoundary iam:PolicyARN iam:RoleTemplateARN",
    AttachUserPolicy: "user / iam:PermissionsBoundary iam:PolicyARN",
    CreateAccessKey: "user",
    CreateLoginProfile: "user",
    CreatePolicyVersion: "policy",
    CreateRole: "+role / aws:RequestTag/${TagKey} aws:TagKeys iam:PermissionsBoundary iam:RoleTemplateARN",
    CreateUser: "+user / aws:RequestTag/${TagKey} aws:TagKeys iam:PermissionsBoundary",
    DeleteAccessKey: "user",
    DeletePolicyVersion: "policy",
    DeleteRolePermissionsBoundary: "role / iam:PermissionsBoundary",
    DeleteUserPermissionsBoundary: "user / iam:PermissionsBoundary",
    PassRole: "role / iam:AssociatedResourceArn iam:PassedToService",
    PutGroupPolicy: "group",
    PutRolePermissionsBoundary: "role / iam:PermissionsBoundary iam:RoleTemplateARN",
    PutRolePolicy: "role / iam:PermissionsBoundary iam:RoleTemplateARN",
    PutUserPermissionsBoundary: "user / iam:PermissionsBoundary",
    PutUserPolicy: "user / iam:PermissionsBoundary",
    SetDefaultPolicyVersion: "policy",
    UpdateAssumeRolePolicy: "role / iam:PermissionsBoundary",
    UpdateLoginProfile: "user",
    UpdateOpenIDConnectProviderThumbprint: "oidc-provider",
    UpdateSAMLProvider: "saml-provider",
  },
};

export const sts: ServiceAuthorization = {
  service: "sts",
  types: {
    role: [
      "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",
      "aws:ResourceTag/${TagKey} iam:ResourceTag/${TagKey}",
    ],
  },
  actions: {
    AssumeRole:
      "role / accounts.google.com:aud accounts.google.com:sub aws:RequestTag/${TagKey} aws:TagKeys cognito-identity.amazonaws.com:amr cognito-identity.amazonaws.com:aud cognito-identity.amazonaws.com:sub graph.facebook.com:app_id graph.facebook.com:id iam:ResourceTag/${TagKey} saml:namequalifier saml:sub saml:sub_type sts:ExternalId sts:RoleSessionName sts:SourceIdentity sts:TransitiveTagKeys www.amazon.com:app_id www.amazon.com:user_id",
  },
};

export const sso: ServiceAuthorization = {
  service: "sso",
  types: {
    Account: ["arn:${Partition}:sso:::account/${AccountId}", ""],
    Instance: ["arn:${Partition}:sso:::instance/${InstanceId}", "sso:PrimaryRegion"],
    PermissionSet: ["arn:${Partition}:sso:::permissionSet/${InstanceId}/${PermissionSetId}", "sso:PrimaryRegion"],
  },
  actions: {
    AttachCustomerManagedPolicyReferenceToPermissionSet: "PermissionSet ~Instance",
    AttachManagedPolicyToPermissionSet: "PermissionSet ~Instance",
    CreateAccountAssignment: "PermissionSet ~Instance ~Account",
    CreatePermissionSet: "+PermissionSet ~Instance / aws:RequestTag/${TagKey} aws:TagKeys",
    DeletePermissionsBoundaryFromPermissionSet: "PermissionSet ~Instance",
    ProvisionPermissionSet: "PermissionSet ~Instance ~Account",
    PutInlinePolicyToPermissionSet: "PermissionSet ~Instance",
    PutPermissionsBoundaryToPermissionSet: "PermissionSet ~Instance",
  },
};

export const identitystore: ServiceAuthorization = {
  service: "identitystore",
  types: {
    Group: ["arn:${Partition}:identitystore:::group/${GroupId}", ""],
    Identitystore: ["arn:${Partition}:identitystore::${Account}:identitystore/${IdentityStoreId}", ""],
    User: ["arn:${Partition}:identitystore:::user/${UserId}", ""],
  },
  actions: {
    CreateGroupMembership: "Group ~Identitystore ~User / identitystore:PrimaryRegion",
  },
};

export const organizations: ServiceAuthorization = {
  service: "organizations",
  types: {
    account: [
      "arn:${Partition}:organizations::${Account}:account/o-${OrganizationId}/${AccountId}",
      "aws:ResourceTag/${TagKey}",
    ],
    organizationalunit: [
      "arn:${Partition}:organizations::${Account}:ou/o-${OrganizationId}/ou-${OrganizationalUnitId}",
      "aws:ResourceTag/${TagKey}",
    ],
    policy: [
      "arn:${Partition}:organizations::${Account}:policy/o-${OrganizationId}/${PolicyType}/p-${PolicyId}",
      "aws:ResourceTag/${TagKey}",
    ],
    root: [
      "arn:${Partition}:organizations::${Account}:root/o-${OrganizationId}/r-${RootId}",
      "aws:ResourceTag/${TagKey}",
    ],
  },
  actions: {
    DetachPolicy: "policy ~account|organizationalunit|root / organizations:PolicyType",
    LeaveOrganization: "",
  },
};

export const ram: ServiceAuthorization = {
  service: "ram",
  types: {
    "resource-share": [
      "resource-share/${ResourcePath}",
      "aws:ResourceTag/${TagKey} ram:AllowsExternalPrincipals ram:ResourceShareName",
    ],
  },
  actions: {
    AssociateResourceShare:
      "resource-share / aws:ResourceTag/${TagKey} ram:AllowsExternalPrincipals ram:Principal ram:RequestedResourceType ram:ResourceArn ram:ResourceShareName ram:ResourceTag/${TagKey} ram:RetainSharingOnAccountLeaveOrganization",
    CreateResourceShare:
      " / aws:RequestTag/${TagKey} aws:TagKeys ram:AllowsExternalPrincipals ram:Principal ram:RequestedAllowsExternalPrincipals ram:RequestedResourceType ram:ResourceArn ram:RetainSharingOnAccountLeaveOrganization",
  },
};

export const cognitoIdentity: ServiceAuthorization = {
  service: "cognito-identity",
  types: {},
  actions: {
    SetIdentityPoolRoles: "",
  },
};

export const cognitoIdp: ServiceAuthorization = {
  service: "cognito-idp",
  types: {
    userpool: ["userpool/${UserPoolId}", "aws:ResourceTag/${TagKey}"],
    webacl: ["arn:${Partition}:wafv2:${Region}:${Account}:${Scope}/webacl/${Name}/${Id}", ""],
  },
  actions: {
    AssociateWebACL: "userpool ~webacl",
    DisassociateWebACL: "userpool",
  },
};
