import type { Facet } from "../../model/facet.ts";

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
};
