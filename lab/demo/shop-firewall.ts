import type { Subnet } from "@aws-sdk/client-ec2";
import { idOf } from "../build.ts";
import type { VpcBuilder } from "../build-vpc.ts";
import type { AwsRegionEstate } from "../estate.ts";
import { shopHome as place } from "./company.ts";

const prefix = `arn:aws:network-firewall:${place.region}:${place.account}`;
const firewallArn = `${prefix}:firewall/shop-inspection`;
const policyArn = `${prefix}:firewall-policy/shop-inspection`;
const domainsArn = `${prefix}:stateful-rulegroup/allowed-domains`;
const scannersArn = `${prefix}:stateless-rulegroup/known-scanners`;

/** A Network Firewall that was paid for and set up, and that no route leads through. */
export function shopFirewall(shop: VpcBuilder, subnet: Subnet): AwsRegionEstate {
  shop.networkInterface("firewall", {
    subnet,
    groups: [],
    ip: "10.20.250.4",
    description: `VPC Endpoint Interface ${idOf("vpce", place, "firewall")}`,
    kind: "gateway_load_balancer_endpoint",
  });
  return {
    Firewalls: [
      {
        UpdateToken: "a3b7c2f4-firewall",
        Firewall: {
          FirewallName: "shop-inspection",
          FirewallArn: firewallArn,
          FirewallId: "5f2d7c11-9a40-4ce0-8e55-1b6fd0c7a001",
          FirewallPolicyArn: policyArn,
          VpcId: shop.vpc.VpcId,
          SubnetMappings: [{ SubnetId: subnet.SubnetId ?? "", IPAddressType: "IPV4" }],
          DeleteProtection: false,
          SubnetChangeProtection: false,
          FirewallPolicyChangeProtection: false,
          Description: "Inspection of what leaves the shop",
          Tags: [],
        },
        FirewallStatus: {
          Status: "READY",
          ConfigurationSyncStateSummary: "IN_SYNC",
          SyncStates: {
            [subnet.AvailabilityZone ?? ""]: {
              Attachment: {
                SubnetId: subnet.SubnetId ?? "",
                EndpointId: idOf("vpce", place, "firewall"),
                Status: "READY",
              },
              Config: { [policyArn]: { SyncStatus: "IN_SYNC", UpdateToken: "1" } },
            },
          },
        },
      },
    ],
    FirewallPolicies: [
      {
        UpdateToken: "b1d0-policy",
        FirewallPolicyResponse: {
          FirewallPolicyName: "shop-inspection",
          FirewallPolicyArn: policyArn,
          FirewallPolicyId: "0d7a92c4-3e5b-4f61-bb3c-2f7a6c0e1002",
          FirewallPolicyStatus: "ACTIVE",
          ConsumedStatelessRuleCapacity: 10,
          ConsumedStatefulRuleCapacity: 100,
          NumberOfAssociations: 1,
          LastModifiedTime: new Date("2025-06-02T15:04:05.000Z"),
          Tags: [],
        },
        FirewallPolicy: {
          StatelessRuleGroupReferences: [{ ResourceArn: scannersArn, Priority: 10 }],
          StatelessDefaultActions: ["aws:forward_to_sfe"],
          StatelessFragmentDefaultActions: ["aws:drop"],
          StatefulRuleGroupReferences: [{ ResourceArn: domainsArn, Priority: 100 }],
          StatefulDefaultActions: ["aws:alert_established"],
          StatefulEngineOptions: { RuleOrder: "STRICT_ORDER", StreamExceptionPolicy: "DROP" },
        },
      },
    ],
    RuleGroups: [
      {
        UpdateToken: "c7e1-domains",
        RuleGroupResponse: {
          RuleGroupName: "allowed-domains",
          RuleGroupArn: domainsArn,
          RuleGroupId: "6b6b8f3d-2b51-4e9d-9b64-7a4f1d2c3003",
          Type: "STATEFUL",
          Capacity: 100,
          ConsumedCapacity: 3,
          RuleGroupStatus: "ACTIVE",
          NumberOfAssociations: 1,
          LastModifiedTime: new Date("2025-06-02T15:01:44.000Z"),
          Tags: [],
        },
        RuleGroup: {
          RulesSource: {
            RulesSourceList: {
              Targets: [".harbourbooks.example", ".amazonaws.com"],
              TargetTypes: ["TLS_SNI", "HTTP_HOST"],
              GeneratedRulesType: "ALLOWLIST",
            },
          },
          StatefulRuleOptions: { RuleOrder: "STRICT_ORDER" },
        },
      },
      {
        UpdateToken: "d402-scanners",
        RuleGroupResponse: {
          RuleGroupName: "known-scanners",
          RuleGroupArn: scannersArn,
          RuleGroupId: "e0a53f77-1c0b-4a55-8e0b-7d0c9b8a4004",
          Type: "STATELESS",
          Capacity: 10,
          ConsumedCapacity: 1,
          RuleGroupStatus: "ACTIVE",
          NumberOfAssociations: 1,
          LastModifiedTime: new Date("2025-01-19T09:30:00.000Z"),
          Tags: [],
        },
        RuleGroup: {
          RulesSource: {
            StatelessRulesAndCustomActions: {
              StatelessRules: [
                {
                  Priority: 1,
                  RuleDefinition: {
                    MatchAttributes: {
                      Sources: [{ AddressDefinition: "162.142.125.0/24" }],
                      Destinations: [{ AddressDefinition: "0.0.0.0/0" }],
                      Protocols: [6],
                      DestinationPorts: [{ FromPort: 1, ToPort: 65535 }],
                    },
                    Actions: ["aws:drop"],
                  },
                },
              ],
            },
          },
        },
      },
    ],
  };
}
