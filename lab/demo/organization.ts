import { controlPolicy, fullAccessPolicies } from "../build-identity.ts";
import type { OrganizationTree } from "../estate-identity.ts";
import { production, sandbox } from "./company.ts";

const place = { id: "o-hrbrbks001", management: production };
const root = "r-hb01";
const unit = (name: string): string => `ou-hb01-${name}`;
const [shops, trials] = [unit("00shops1"), unit("00trials")];
const arn = (rest: string): string => `arn:aws:organizations::${production}:${rest}`;

/** The organization as AWS answers it. */
export const demoOrganization = {
  Id: place.id,
  Arn: arn(`organization/${place.id}`),
  FeatureSet: "ALL" as const,
  MasterAccountId: production,
  MasterAccountArn: arn(`account/${place.id}/${production}`),
  MasterAccountEmail: "aws@harbourbooks.example",
};

/** Harbour Books keeps what is tried out away from the shop: nobody there may change a rule. */
export const demoOrganizationTree: OrganizationTree = {
  root: {
    Id: root,
    Arn: arn(`root/${place.id}/${root}`),
    Name: "Root",
    PolicyTypes: [
      { Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" },
      { Type: "RESOURCE_CONTROL_POLICY", Status: "ENABLED" },
    ],
  },
  units: [
    { Id: shops, Arn: arn(`ou/${place.id}/${shops}`), Name: "Shops", parent: root },
    { Id: trials, Arn: arn(`ou/${place.id}/${trials}`), Name: "Trials", parent: root },
  ],
  placement: { [production]: root, [sandbox]: trials },
  policies: [
    ...fullAccessPolicies(place, [root, shops, trials, production, sandbox]),
    controlPolicy(place, "NoFirewallChanges", [trials], {
      Sid: "NoFirewallChanges",
      Effect: "Deny",
      Action: [
        "ec2:AuthorizeSecurityGroup*",
        "ec2:RevokeSecurityGroup*",
        "ec2:ModifySecurityGroupRules",
        "ec2:CreateNetworkAclEntry",
        "ec2:ReplaceNetworkAclEntry",
        "ec2:DeleteNetworkAclEntry",
      ],
      Resource: "*",
    }),
  ],
};
