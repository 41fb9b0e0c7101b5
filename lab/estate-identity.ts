import type * as Iam from "@aws-sdk/client-iam";
import type * as IdentityStore from "@aws-sdk/client-identitystore";
import type * as Organizations from "@aws-sdk/client-organizations";
import type * as SsoAdmin from "@aws-sdk/client-sso-admin";

/** What IAM holds in one account, by the member name of the answer that lists it. */
export interface AwsIdentities {
  readonly UserDetailList?: readonly Iam.UserDetail[];
  readonly GroupDetailList?: readonly Iam.GroupDetail[];
  readonly RoleDetailList?: readonly Iam.RoleDetail[];
  /** Managed policies of the account, and those of AWS that are attached. */
  readonly Policies?: readonly Iam.ManagedPolicyDetail[];
  readonly SAMLProviderList?: readonly Iam.SAMLProviderListEntry[];
  readonly OpenIDConnectProviders?: readonly OpenIdConnectProvider[];
  /** Columns of the credential report that say something else than that there is none, by the user's name. */
  readonly CredentialReport?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** When services were last used, by the ARN of the user or role; whom it does not mention used none. */
  readonly ServicesLastAccessed?: Readonly<Record<string, readonly Iam.ServiceLastAccessed[]>>;
}

/** An OpenID Connect provider, as GetOpenIDConnectProvider tells it. */
export interface OpenIdConnectProvider extends Omit<Iam.GetOpenIDConnectProviderCommandOutput, "$metadata"> {
  readonly Arn: string;
}

/** An organization from its root down. */
export interface OrganizationTree {
  readonly root: Organizations.Root & { readonly Id: string };
  readonly units: readonly OrganizationUnit[];
  /** The unit of each account; whom it does not mention is directly below the root. */
  readonly placement: Readonly<Record<string, string>>;
  /** Service and resource control policies with what they are attached to. */
  readonly policies: readonly OrganizationPolicy[];
  readonly delegatedAdministrators?: readonly Organizations.DelegatedAdministrator[];
}

interface OrganizationUnit extends Organizations.OrganizationalUnit {
  readonly Id: string;
  /** The id of the root or unit that it lies in. */
  readonly parent: string;
}

export interface OrganizationPolicy {
  readonly PolicySummary: Organizations.PolicySummary & { readonly Id: string };
  /** JSON. */
  readonly Content: string;
  readonly targets: readonly Organizations.PolicyTargetSummary[];
}

/** An instance of IAM Identity Center with its identity store. */
export interface IdentityCenterEstate {
  readonly InstanceArn: string;
  readonly IdentityStoreId: string;
  readonly Name?: string;
  /** Whether it is of one account alone, so that it has no permission sets. */
  readonly ofOneAccount?: boolean;
  readonly permissionSets: readonly PermissionSetEstate[];
  readonly users: readonly IdentityStore.User[];
  readonly groups: readonly IdentityStore.Group[];
  readonly memberships: readonly IdentityStore.GroupMembership[];
}

/** A permission set with everything that hangs on it. */
export interface PermissionSetEstate {
  readonly PermissionSet: SsoAdmin.PermissionSet & { readonly PermissionSetArn: string };
  /** JSON; absent: none. */
  readonly InlinePolicy?: string;
  readonly AttachedManagedPolicies?: readonly SsoAdmin.AttachedManagedPolicy[];
  readonly CustomerManagedPolicyReferences?: readonly SsoAdmin.CustomerManagedPolicyReference[];
  readonly PermissionsBoundary?: SsoAdmin.PermissionsBoundary;
  /** The accounts that it is provisioned to are those that it is assigned in. */
  readonly assignments: readonly {
    readonly AccountId: string;
    readonly PrincipalType: SsoAdmin.PrincipalType;
    readonly PrincipalId: string;
  }[];
}
