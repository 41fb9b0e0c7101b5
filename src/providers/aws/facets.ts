import type { Facet } from "../../model/facet.ts";
import { identityOperations } from "./identity-operations.ts";
import { organizationOperations } from "./organization-operations.ts";
import { workloadOperations } from "./workload-operations.ts";

/** Which operations stand behind each facet on AWS. A facet that is missing here does not exist on AWS. */
export const awsFacets: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  firewalls: ["ec2:DescribeSecurityGroups"],
  "subnet-firewalls": ["ec2:DescribeNetworkAcls"],
  attachments: ["ec2:DescribeNetworkInterfaces"],
  endpoints: ["ec2:DescribeNetworkInterfaces"],
  "address-lists": ["ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries"],
  networks: ["ec2:DescribeVpcs", "ec2:DescribeSubnets"],
  routes: ["ec2:DescribeRouteTables", "ec2:DescribeNatGateways"],
  inspections: ["network-firewall:ListFirewalls", "network-firewall:DescribeFirewall"],
  "flow-logs": ["ec2:DescribeFlowLogs"],
  "public-access": ["ec2:DescribeVpcBlockPublicAccessOptions"],
  "public-access-exclusions": ["ec2:DescribeVpcBlockPublicAccessExclusions"],
  "threat-detection": ["guardduty:ListDetectors", "guardduty:GetDetector"],
  "trusted-lists": [
    "guardduty:GetAdministratorAccount",
    "guardduty:ListIPSets",
    "guardduty:GetIPSet",
    "guardduty:ListTrustedEntitySets",
    "guardduty:GetTrustedEntitySet",
  ],
  "threat-lists": [
    "guardduty:ListThreatIntelSets",
    "guardduty:GetThreatIntelSet",
    "guardduty:ListThreatEntitySets",
    "guardduty:GetThreatEntitySet",
  ],
  "threat-suppressions": ["guardduty:GetAdministratorAccount", "guardduty:ListFilters", "guardduty:GetFilter"],
  identities: ["iam:GetAccountAuthorizationDetails"],
  "organization-policies": organizationOperations.flatMap(({ id, scope }) => (scope === "organization" ? [id] : [])),
  "permission-sets": identityOperations.flatMap(({ id, service }) =>
    service === "sso" || service === "identitystore" ? [id] : [],
  ),
  "trust-providers": ["iam:ListSAMLProviders", "iam:ListOpenIDConnectProviders", "iam:GetOpenIDConnectProvider"],
  workloads: workloadOperations.map(({ id }) => id),
  "workload-identities": [
    "ec2:DescribeInstances",
    "lambda:ListFunctions",
    "ecs:ListClusters",
    "ecs:ListTasks",
    "ecs:DescribeTasks",
    "ecs:DescribeTaskDefinition",
  ],
  "service-last-accessed": ["iam:GetServiceLastAccessedDetails"],
  "credential-reports": ["iam:GetCredentialReport"],
};
