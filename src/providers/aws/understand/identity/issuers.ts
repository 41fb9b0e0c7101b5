/**
 * Identity providers that vouch for anyone who signs up with them, and what a token's subject must begin with to be of one customer alone.
 * Every other issuer (a company's own, one cluster's) vouches for those whom its owner lets in.
 */
export interface PublicIssuer {
  /** The issuer's host and path, as condition keys begin. */
  readonly host: string;
  /** The claims of which one has to be bound, each with what a value that binds it looks like: no wildcard in the customer's name. */
  readonly claims: Readonly<Record<string, RegExp>>;
  readonly source: string;
}

const whole = /^[^*?]+$/;

export const publicIssuers: readonly PublicIssuer[] = [
  {
    host: "token.actions.githubusercontent.com",
    claims: {
      sub: /^(?:repo|repository_owner|repository_owner_id|enterprise):[^*?/:]+(?:[/:]|$)/,
      repository: /^[^*?/]+\//,
      repository_owner: whole,
      repository_owner_id: whole,
      repository_id: whole,
      job_workflow_ref: /^[^*?/]+\//,
      enterprise: whole,
    },
    source:
      "https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services",
  },
  {
    host: "gitlab.com",
    claims: { sub: /^project_path:[^*?/]+\//, namespace_id: whole, namespace_path: whole, project_id: whole },
    source: "https://docs.gitlab.com/ci/cloud_services/aws/",
  },
  {
    host: "app.terraform.io",
    claims: { sub: /^organization:[^*?:]+:/ },
    source:
      "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration",
  },
  {
    host: "agent.buildkite.com",
    claims: { sub: /^organization:[^*?:]+:/ },
    source: "https://buildkite.com/docs/pipelines/security/oidc/aws",
  },
  {
    host: "api.pulumi.com/oidc",
    claims: { aud: whole, sub: /^pulumi:deploy:org:[^*?:]+:/ },
    source: "https://www.pulumi.com/docs/pulumi-cloud/access-management/oidc/provider/aws/",
  },
  {
    host: "oidc.codefresh.io",
    claims: { sub: /^account:[^*?:]+:/ },
    source: "https://codefresh.io/docs/docs/integrations/oidc-pipelines/",
  },
  {
    host: "oidc.vercel.com",
    claims: { sub: /^owner:[^*?:]+:/, aud: /^https:\/\/vercel\.com\/[^*?]+$/ },
    source: "https://vercel.com/docs/oidc/aws",
  },
  {
    host: "accounts.google.com",
    claims: { sub: whole, aud: whole, oaud: whole, email: whole },
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
  },
  {
    host: "www.amazon.com",
    claims: { app_id: whole, user_id: whole },
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
  },
  {
    host: "graph.facebook.com",
    claims: { app_id: whole, id: whole },
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
  },
];

/** Where Amazon Cognito's tokens say what they are for: the identity pool (`aud`), and whether its guest has signed in (`amr`). */
export const cognito = "cognito-identity.amazonaws.com";
