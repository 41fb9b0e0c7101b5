import { describe, expect, it } from "vitest";
import type { Json } from "../../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import {
  account,
  allow,
  answerFor,
  asked,
  ended,
  foreign,
  ingress,
  organization,
  role,
  securityGroup,
  sibling,
  trusts,
  type SmallRecord,
} from "./small-identity.ts";

const question = { action: ingress, resource: null };
const everywhere = { "r-1": [allow("*")], "ou-1": [allow("*")], [account]: [allow("*")], [sibling]: [allow("*")] };
const group = securityGroup("sg-1");
const alone = [group];
const organized = [group, ...organization(everywhere)];

function net(trust: Json | readonly VendorObject[], around: readonly SmallRecord[] = alone) {
  return asked([role("net", [allow("ec2:*")], trust), ...around], question);
}

const when = (operator: string, key: string, value: Json): VendorObject => ({
  Condition: { [operator]: { [key]: value } },
});
const foreigner = `arn:aws:iam::${foreign}:root`;

describe("other accounts", () => {
  it("one that is not of the organization is outside", () => {
    const answer = net({ AWS: foreign }, organized);
    expect(answerFor(answer, foreigner, "outside")).toBe("yes");
    expect(answer.grants.find(({ principal }) => principal.id === foreigner)).toMatchObject({
      principal: { home: "outside", kind: "account" },
      path: [{ method: "sts-assume-role", statement: { layer: "trust policy", statement: "#0" } }],
    });
  });

  it("one of the organization that was not scanned is none", () => {
    const answer = net({ AWS: sibling }, organized);
    const grant = answer.grants.find(({ principal }) => principal.id === `arn:aws:iam::${sibling}:root`);
    expect(grant).toMatchObject({ by: "escalation", principal: { home: "own" } });
  });

  it("where the organization was not read, nobody knows whose it is", () => {
    const answer = asked([role("net", [allow("ec2:*")], { AWS: foreign }), group], question, {
      alone: false,
      coverage: [ended("organizations:ListAccounts")],
    });
    const grant = answer.grants.find(({ principal }) => principal.id === foreigner);
    expect(grant).toMatchObject({ by: "outside", principal: { home: "unknown" } });
  });

  it("a single role of theirs is told by its own name", () => {
    const name = `arn:aws:iam::${foreign}:role/their/role`;
    expect(answerFor(net({ AWS: name }, organized), name, "outside")).toBe("yes");
  });

  it.each<readonly [trap: string, more: VendorObject, says: string]>([
    ["with an external id", when("StringEquals", "sts:ExternalId", "s3cr3t"), "only-if with the external id s3cr3t"],
    ["of the organization", when("StringEquals", "aws:PrincipalOrgID", "o-1"), "no"],
    [
      "of another organization",
      when("StringEquals", "aws:PrincipalOrgID", "o-9"),
      "only-if where aws:PrincipalOrgID is o-9",
    ],
    ["with MFA", when("Bool", "aws:MultiFactorAuthPresent", "true"), "only-if with MFA"],
    [
      "under a path of the organization",
      when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/r-1/*"),
      "only-if where some value of aws:PrincipalOrgPaths is o-1/r-1/*",
    ],
  ])("%s", (_, more, says) => {
    expect(answerFor(net([trusts({ AWS: foreign }, more)], organized), foreigner)).toBe(says);
  });

  it("what it may do at home is its own affair: a Deny of its name here counts", () => {
    const denied = { Effect: "Deny", Principal: { AWS: foreign }, Action: "sts:AssumeRole" };
    expect(answerFor(net([trusts({ AWS: foreign }), denied], organized), foreigner)).toBe("no");
  });
});

describe("anyone", () => {
  it.each<readonly [trap: string, principal: Json]>([
    ["*", "*"],
    ["AWS: *", { AWS: "*" }],
  ])("%s", (_, principal) => {
    const answer = net(principal, organized);
    expect(answerFor(answer, "*", "outside")).toBe("yes");
    expect(answer.grants.find(({ principal: each }) => each.id === "*")?.principal).toMatchObject({
      kind: "public",
      home: "outside",
    });
  });

  it("of the organization is nobody outside", () => {
    const trust = [trusts("*", when("StringEquals", "aws:PrincipalOrgID", "o-1"))];
    expect(answerFor(net(trust, organized), "*")).toBe("no");
    expect(answerFor(asked([role("net", [allow("ec2:*")], trust), group], question, { alone: false }), "*")).toBe(
      "unknown",
    );
  });

  it("but some", () => {
    const trust = [{ Effect: "Allow", NotPrincipal: { AWS: foreign }, Action: "sts:AssumeRole" }];
    expect(answerFor(net(trust, organized), "*", "outside")).toBe("yes");
  });
});

describe("a trust policy that cannot be read", () => {
  it.each<readonly [trap: string, trust: readonly VendorObject[]]>([
    ["has no principal", [{ Effect: "Allow", Action: "sts:AssumeRole" }]],
    ["is no policy", [{ Effect: "Perhaps", Principal: "*", Action: "sts:AssumeRole" }]],
  ])("may let anyone in: it %s", (_, trust) => {
    expect(answerFor(net(trust, organized), "*", "outside")).toBe("unknown");
  });
});

describe("identity providers", () => {
  const github = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
  const aud = { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" };
  const web = (provider: string, condition: VendorObject | null): readonly VendorObject[] => [
    {
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      ...(condition === null ? {} : { Condition: condition }),
    },
  ];
  const homes = (trust: readonly VendorObject[]) =>
    net(trust, organized)
      .grants.filter(({ principal }) => principal.kind === "federated")
      .map(({ principal, by }) => `${principal.id} ${principal.home} ${by}`);
  const sub = (...values: readonly string[]): VendorObject => ({
    StringEquals: aud,
    StringLike: { "token.actions.githubusercontent.com:sub": [...values] },
  });

  it.each<readonly [trap: string, condition: VendorObject, who: string]>([
    ["an audience alone is any repository on GitHub", { StringEquals: aud }, `${github} outside outside`],
    ["every repository", sub("repo:*"), `${github} sub repo:* outside outside`],
    ["owners that begin like ours", sub("repo:our-company*"), `${github} sub repo:our-company* outside outside`],
    ["one owner", sub("repo:our-company/*"), `${github} sub repo:our-company/* own escalation`],
    ["one branch", sub("repo:o/r:ref:refs/heads/main"), `${github} sub repo:o/r:ref:refs/heads/main own escalation`],
    ["one of ours or anyone's", sub("repo:o/r:*", "repo:*"), `${github} sub repo:o/r:* or repo:* outside outside`],
    [
      "only if the claim is there at all",
      { StringLikeIfExists: { "token.actions.githubusercontent.com:sub": "repo:o/r:*" } },
      `${github} outside outside`,
    ],
    [
      "what is excluded binds nobody",
      { StringNotLike: { "token.actions.githubusercontent.com:sub": "repo:bad/*" } },
      `${github} outside outside`,
    ],
    [
      "bound by the owner",
      { StringEquals: { ...aud, "token.actions.githubusercontent.com:repository_owner": "our-company" } },
      `${github} repository_owner our-company own escalation`,
    ],
  ])("GitHub Actions: %s", (_, condition, who) => {
    expect(homes(web(github, condition))).toEqual([who]);
  });

  it.each<readonly [trap: string, provider: string, condition: VendorObject | null, home: string]>([
    [
      "GitLab, any project",
      `arn:aws:iam::${account}:oidc-provider/gitlab.com`,
      { StringEquals: { "gitlab.com:aud": "x" } },
      "outside",
    ],
    [
      "GitLab, one group",
      `arn:aws:iam::${account}:oidc-provider/gitlab.com`,
      { StringLike: { "gitlab.com:sub": "project_path:us/*" } },
      "own",
    ],
    ["Terraform Cloud, any organization", `arn:aws:iam::${account}:oidc-provider/app.terraform.io`, null, "outside"],
    ["one's own provider", `arn:aws:iam::${account}:oidc-provider/login.example.com`, null, "own"],
    [
      "one's own EKS cluster",
      `arn:aws:iam::${account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1`,
      null,
      "own",
    ],
    ["Cognito, any identity pool", "cognito-identity.amazonaws.com", null, "outside"],
    [
      "Cognito, guests of one pool",
      "cognito-identity.amazonaws.com",
      { StringEquals: { "cognito-identity.amazonaws.com:aud": "p" } },
      "outside",
    ],
    [
      "Cognito, who has signed in to one pool",
      "cognito-identity.amazonaws.com",
      {
        StringEquals: { "cognito-identity.amazonaws.com:aud": "p" },
        "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" },
      },
      "own",
    ],
    ["Google, anyone", "accounts.google.com", null, "outside"],
    ["Google, one application", "accounts.google.com", { StringEquals: { "accounts.google.com:aud": "app" } }, "own"],
  ])("%s", (_, provider, condition, home) => {
    expect(homes(web(provider, condition)).map((each) => each.split(" ").at(-2))).toEqual([home]);
  });

  it("SAML providers of the account are its own, those of another account are not", () => {
    const saml = (owner: string): readonly VendorObject[] => [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${owner}:saml-provider/idp` },
        Action: "sts:AssumeRoleWithSAML",
      },
    ];
    expect(homes(saml(account))).toEqual([`arn:aws:iam::${account}:saml-provider/idp own escalation`]);
    expect(homes(saml(foreign))).toEqual([`arn:aws:iam::${foreign}:saml-provider/idp outside outside`]);
  });

  it("a statement for another way in lets nobody in", () => {
    const trust = [{ Effect: "Allow", Principal: { Federated: github }, Action: "sts:AssumeRole" }];
    expect(homes(trust)).toEqual([]);
  });
});
