import type { ServiceAuthorization } from "./service.ts";

export const networkFirewall: ServiceAuthorization = {
  service: "network-firewall",
  types: {
    ContainerAssociation: ["container-association/${Name}", "aws:ResourceTag/${TagKey}"],
    Firewall: ["firewall/${Name}", "aws:ResourceTag/${TagKey}"],
    FirewallPolicy: ["firewall-policy/${Name}", "aws:ResourceTag/${TagKey}"],
    Proxy: ["proxy/${Name}", "aws:ResourceTag/${TagKey}"],
    ProxyConfiguration: ["proxy-configuration/${Name}", "aws:ResourceTag/${TagKey}"],
    ProxyRuleGroup: ["proxy-rule-group/${Name}", "aws:ResourceTag/${TagKey}"],
    StatefulRuleGroup: ["stateful-rulegroup/${Name}", "aws:ResourceTag/${TagKey}"],
    StatelessRuleGroup: ["stateless-rulegroup/${Name}", "aws:ResourceTag/${TagKey}"],
    TLSInspectionConfiguration: ["tls-configuration/${Name}", "aws:ResourceTag/${TagKey}"],
    VpcEndpointAssociation: ["vpc-endpoint-association/${Name}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    AcceptNetworkFirewallTransitGatewayAttachment: "Firewall",
    AssociateAvailabilityZones: "Firewall",
    AssociateFirewallPolicy: "Firewall ~FirewallPolicy / aws:RequestTag/${TagKey} aws:TagKeys",
    AssociateSubnets: "Firewall",
    AttachRuleGroupsToProxyConfiguration: "ProxyConfiguration ~ProxyRuleGroup",
    CreateContainerAssociation: "+ContainerAssociation / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateFirewall: "+Firewall ~FirewallPolicy / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateFirewallPolicy: "+FirewallPolicy / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateProxy: "+Proxy ~ProxyConfiguration / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateProxyConfiguration: "+ProxyConfiguration / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateProxyRuleGroup: "+ProxyRuleGroup / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateProxyRules: "ProxyRuleGroup",
    CreateRuleGroup: "+StatefulRuleGroup|StatelessRuleGroup / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateTLSInspectionConfiguration: "+TLSInspectionConfiguration / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateVpcEndpointAssociation: "+VpcEndpointAssociation ~Firewall / aws:RequestTag/${TagKey} aws:TagKeys",
    DeleteContainerAssociation: "ContainerAssociation",
    DeleteFirewall: "Firewall",
    DeleteFirewallPolicy: "FirewallPolicy",
    DeleteNetworkFirewallTransitGatewayAttachment: "Firewall",
    DeleteProxy: "Proxy",
    DeleteProxyConfiguration: "ProxyConfiguration",
    DeleteProxyRuleGroup: "ProxyRuleGroup",
    DeleteProxyRules: "ProxyRuleGroup",
    DeleteResourcePolicy: "Firewall|FirewallPolicy|StatefulRuleGroup|StatelessRuleGroup",
    DeleteRuleGroup: "StatefulRuleGroup|StatelessRuleGroup",
    DeleteTLSInspectionConfiguration: "TLSInspectionConfiguration",
    DeleteVpcEndpointAssociation: "VpcEndpointAssociation",
    DetachRuleGroupsFromProxyConfiguration: "ProxyConfiguration ~ProxyRuleGroup",
    DisassociateAvailabilityZones: "Firewall",
    DisassociateSubnets: "Firewall",
    PutResourcePolicy: "Firewall|FirewallPolicy|StatefulRuleGroup|StatelessRuleGroup",
    RejectNetworkFirewallTransitGatewayAttachment: "Firewall",
    StartFlowFlush: "Firewall",
    UpdateAvailabilityZoneChangeProtection: "Firewall",
    UpdateContainerAssociation: "ContainerAssociation",
    UpdateFirewallDeleteProtection: "Firewall",
    UpdateFirewallPolicy: "FirewallPolicy",
    UpdateFirewallPolicyChangeProtection: "Firewall",
    UpdateLoggingConfiguration: "Firewall",
    UpdateProxy: "Proxy",
    UpdateProxyConfiguration: "ProxyConfiguration",
    UpdateProxyRule: "ProxyRuleGroup",
    UpdateProxyRuleGroupPriorities: "ProxyConfiguration",
    UpdateProxyRulePriorities: "ProxyRuleGroup",
    UpdateRuleGroup: "StatefulRuleGroup|StatelessRuleGroup",
    UpdateSubnetChangeProtection: "Firewall",
    UpdateTLSInspectionConfiguration: "TLSInspectionConfiguration",
  },
};

export const wafv2: ServiceAuthorization = {
  service: "wafv2",
  types: {
    "agentcore-gateway": ["arn:${Partition}:bedrock-agentcore:${Region}:${Account}:gateway/${GatewayId}", ""],
    "amplify-app": ["arn:${Partition}:amplify:${Region}:${Account}:apps/${AppId}", ""],
    apigateway: ["arn:${Partition}:apigateway:${Region}::/restapis/${ApiId}/stages/${StageName}", ""],
    apprunner: ["arn:${Partition}:apprunner:${Region}:${Account}:service/${ServiceName}/${ServiceId}", ""],
    appsync: ["arn:${Partition}:appsync:${Region}:${Account}:apis/${GraphQLAPIId}", ""],
    ipset: ["${Scope}/ipset/${Name}/${Id}", "aws:ResourceTag/${TagKey}"],
    "loadbalancer/app/": [
      "arn:${Partition}:elasticloadbalancing:${Region}:${Account}:loadbalancer/app/${LoadBalancerName}/${LoadBalancerId}",
      "",
    ],
    managedruleset: ["${Scope}/managedruleset/${Name}/${Id}", ""],
    regexpatternset: ["${Scope}/regexpatternset/${Name}/${Id}", "aws:ResourceTag/${TagKey}"],
    rulegroup: ["${Scope}/rulegroup/${Name}/${Id}", "aws:ResourceTag/${TagKey}"],
    userpool: ["arn:${Partition}:cognito-idp:${Region}:${Account}:userpool/${UserPoolId}", ""],
    "verified-access-instance": [
      "arn:${Partition}:ec2:${Region}:${Account}:verified-access-instance/${VerifiedAccessInstanceId}",
      "",
    ],
    webacl: ["${Scope}/webacl/${Name}/${Id}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    AssociateWebACL:
      "loadbalancer/app/|apigateway|apprunner|appsync|userpool|verified-access-instance|amplify-app|agentcore-gateway ~webacl",
    CreateIPSet: "+ipset / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateRegexPatternSet: "+regexpatternset / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateRuleGroup: "+rulegroup / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateWebACL: "+webacl / aws:RequestTag/${TagKey} aws:TagKeys",
    DeleteFirewallManagerRuleGroups: "webacl",
    DeleteIPSet: "ipset",
    DeleteLoggingConfiguration: "webacl / wafv2:LogScope",
    DeletePermissionPolicy: "rulegroup",
    DeleteRegexPatternSet: "regexpatternset",
    DeleteRuleGroup: "rulegroup",
    DeleteWebACL: "webacl",
    DisassociateFirewallManager: "webacl",
    DisassociateWebACL:
      "agentcore-gateway|amplify-app|apigateway|apprunner|appsync|loadbalancer/app/|userpool|verified-access-instance",
    PutFirewallManagerRuleGroups: "webacl",
    PutLoggingConfiguration: "webacl / wafv2:LogDestinationResource wafv2:LogScope",
    PutManagedRuleSetVersions: "managedruleset ~rulegroup",
    PutPermissionPolicy: "rulegroup",
    UpdateIPSet: "ipset / aws:ResourceTag/${TagKey}",
    UpdateRegexPatternSet: "regexpatternset / aws:ResourceTag/${TagKey}",
    UpdateRuleGroup: "rulegroup / aws:ResourceTag/${TagKey}",
    UpdateWebACL: "webacl / aws:ResourceTag/${TagKey}",
  },
};

export const fms: ServiceAuthorization = {
  service: "fms",
  types: {
    "applications-list": ["applications-list/${Id}", "aws:ResourceTag/${TagKey}"],
    policy: ["policy/${Id}", "aws:ResourceTag/${TagKey}"],
    "protocols-list": ["protocols-list/${Id}", "aws:ResourceTag/${TagKey}"],
    "resource-set": ["resource-set/${Id}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    AssociateAdminAccount: "",
    AssociateThirdPartyFirewall: "",
    BatchAssociateResource: "resource-set",
    BatchDisassociateResource: "resource-set",
    DeleteAppsList: "applications-list",
    DeletePolicy: "policy / aws:ResourceTag/${TagKey}",
    DeleteProtocolsList: "protocols-list",
    DeleteResourceSet: "resource-set / aws:ResourceTag/${TagKey}",
    DisassociateAdminAccount: "",
    DisassociateThirdPartyFirewall: "",
    PutAdminAccount: "",
    PutAppsList: "applications-list / aws:RequestTag/${TagKey} aws:TagKeys",
    PutPolicy: "policy / aws:RequestTag/${TagKey} aws:TagKeys",
    PutProtocolsList: "protocols-list / aws:RequestTag/${TagKey} aws:TagKeys",
    PutResourceSet: "resource-set / aws:RequestTag/${TagKey} aws:TagKeys",
  },
};

export const shield: ServiceAuthorization = {
  service: "shield",
  types: {
    protection: ["arn:${Partition}:shield::${Account}:protection/${Id}", "aws:ResourceTag/${TagKey}"],
    "protection-group": ["arn:${Partition}:shield::${Account}:protection-group/${Id}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    DeleteProtection: "protection / aws:ResourceTag/${TagKey}",
    DeleteProtectionGroup: "protection-group / aws:ResourceTag/${TagKey}",
    DeleteSubscription: "",
    DisableApplicationLayerAutomaticResponse: "",
    DisableProactiveEngagement: "",
    DisassociateDRTLogBucket: "",
    DisassociateDRTRole: "",
    DisassociateHealthCheck: "protection / aws:ResourceTag/${TagKey}",
    UpdateApplicationLayerAutomaticResponse: "",
    UpdateProtectionGroup: "protection-group / aws:ResourceTag/${TagKey}",
    UpdateSubscription: "",
  },
};

export const route53resolver: ServiceAuthorization = {
  service: "route53resolver",
  types: {
    "firewall-config": ["firewall-config/${ResourceId}", "aws:ResourceTag/${TagKey}"],
    "firewall-domain-list": ["firewall-domain-list/${ResourceId}", "aws:ResourceTag/${TagKey}"],
    "firewall-rule-group": ["firewall-rule-group/${ResourceId}", "aws:ResourceTag/${TagKey}"],
    "firewall-rule-group-association": ["firewall-rule-group-association/${ResourceId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    AssociateFirewallRuleGroup: "+firewall-rule-group-association / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateFirewallDomainList: "+firewall-domain-list / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateFirewallRule: "firewall-rule-group ~firewall-domain-list",
    CreateFirewallRuleGroup: "+firewall-rule-group / aws:RequestTag/${TagKey} aws:TagKeys",
    DeleteFirewallDomainList: "firewall-domain-list",
    DeleteFirewallRule: "firewall-rule-group ~firewall-domain-list",
    DeleteFirewallRuleGroup: "firewall-rule-group",
    DisassociateFirewallRuleGroup: "firewall-rule-group-association",
    ImportFirewallDomains: "firewall-domain-list",
    PutFirewallRuleGroupPolicy: "firewall-rule-group",
    UpdateFirewallConfig: "firewall-config",
    UpdateFirewallDomains: "firewall-domain-list",
    UpdateFirewallRule: "firewall-rule-group ~firewall-domain-list",
    UpdateFirewallRuleGroupAssociation: "firewall-rule-group-association",
  },
};

export const elasticloadbalancing: ServiceAuthorization = {
  service: "elasticloadbalancing",
  types: {
    "listener/app": [
      "listener/app/${LoadBalancerName}/${LoadBalancerId}/${ListenerId}",
      "aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    ],
    "listener/gwy": [
      "listener/gwy/${LoadBalancerName}/${LoadBalancerId}/${ListenerId}",
      "aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    ],
    "listener/net": [
      "listener/net/${LoadBalancerName}/${LoadBalancerId}/${ListenerId}",
      "aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    ],
    loadbalancer: [
      "loadbalancer/${LoadBalancerName}",
      "aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    ],
    "loadbalancer/app/": [
      "loadbalancer/app/${LoadBalancerName}/${LoadBalancerId}",
      "aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    ],
    "loadbalancer/gwy/": [
      "loadbalancer/gwy/${LoadBalancerName}/${LoadBalancerId}",
      "aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    ],
    "loadbalancer/net/": [
      "loadbalancer/net/${LoadBalancerName}/${LoadBalancerId}",
      "aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    ],
  },
  actions: {
    ApplySecurityGroupsToLoadBalancer:
      "loadbalancer / aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey} elasticloadbalancing:SecurityGroup",
    AttachLoadBalancerToSubnets:
      "loadbalancer / aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey} elasticloadbalancing:Subnet",
    CreateListener:
      "loadbalancer/app/|loadbalancer/net/|loadbalancer/gwy/ / aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys elasticloadbalancing:ListenerProtocol elasticloadbalancing:ResourceTag/${TagKey} elasticloadbalancing:SecurityPolicy",
    CreateLoadBalancerListeners:
      "loadbalancer / aws:ResourceTag/${TagKey} elasticloadbalancing:ListenerProtocol elasticloadbalancing:ResourceTag/${TagKey}",
    CreateWebACLAssociation: "loadbalancer/app/ / aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    DeleteWebACLAssociation: "loadbalancer/app/ / aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    ModifyListener:
      "listener/app|listener/net|listener/gwy / aws:ResourceTag/${TagKey} elasticloadbalancing:ListenerProtocol elasticloadbalancing:ResourceTag/${TagKey} elasticloadbalancing:SecurityPolicy",
    SetIpAddressType:
      "loadbalancer/app/|loadbalancer/gwy/|loadbalancer/net/ / aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey}",
    SetSecurityGroups:
      "loadbalancer/app/|loadbalancer/net/ / aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey} elasticloadbalancing:SecurityGroup",
    SetSubnets:
      "loadbalancer/app/|loadbalancer/gwy/|loadbalancer/net/ / aws:ResourceTag/${TagKey} elasticloadbalancing:ResourceTag/${TagKey} elasticloadbalancing:Subnet",
    SetWebAcl: "",
  },
};

export const vpcLattice: ServiceAuthorization = {
  service: "vpc-lattice",
  types: {
    ResourceConfiguration: [
      "resourceconfiguration/${ResourceConfigurationId}",
      "aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys",
    ],
    Service: [
      "service/${ServiceId}",
      "aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys vpc-lattice:AuthType",
    ],
    ServiceNetwork: [
      "servicenetwork/${ServiceNetworkId}",
      "aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys vpc-lattice:AuthType",
    ],
    ServiceNetworkVpcAssociation: [
      "servicenetworkvpcassociation/${ServiceNetworkVpcAssociationId}",
      "aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys vpc-lattice:PrivateDnsPreference vpc-lattice:PrivateDnsSpecifiedDomains vpc-lattice:SecurityGroupIds vpc-lattice:ServiceNetworkArn vpc-lattice:VpcId",
    ],
  },
  actions: {
    CreateServiceNetworkVpcAssociation:
      "+ServiceNetworkVpcAssociation ~ServiceNetwork / aws:RequestTag/${TagKey} aws:TagKeys vpc-lattice:PrivateDnsPreference vpc-lattice:PrivateDnsSpecifiedDomains vpc-lattice:SecurityGroupIds vpc-lattice:ServiceNetworkArn vpc-lattice:VpcId",
    DeleteAuthPolicy: "Service|ServiceNetwork",
    PutAuthPolicy: "Service|ServiceNetwork",
    PutResourcePolicy: "ResourceConfiguration|Service|ServiceNetwork",
    UpdateServiceNetworkVpcAssociation:
      "ServiceNetworkVpcAssociation / aws:ResourceTag/${TagKey} aws:TagKeys vpc-lattice:SecurityGroupIds vpc-lattice:ServiceNetworkArn vpc-lattice:VpcId",
  },
};

export const globalaccelerator: ServiceAuthorization = {
  service: "globalaccelerator",
  types: {
    accelerator: [
      "arn:${Partition}:globalaccelerator::${Account}:accelerator/${ResourceId}",
      "aws:ResourceTag/${TagKey}",
    ],
    endpointgroup: [
      "arn:${Partition}:globalaccelerator::${Account}:accelerator/${ResourceId}/listener/${ListenerId}/endpoint-group/${EndpointGroupId}",
      "aws:ResourceTag/${TagKey}",
    ],
    listener: [
      "arn:${Partition}:globalaccelerator::${Account}:accelerator/${ResourceId}/listener/${ListenerId}",
      "aws:ResourceTag/${TagKey}",
    ],
  },
  actions: {
    AddEndpoints: "endpointgroup",
    CreateEndpointGroup: "listener",
    CreateListener: "accelerator",
    UpdateEndpointGroup: "endpointgroup",
  },
};

export const cloudfront: ServiceAuthorization = {
  service: "cloudfront",
  types: {
    distribution: [
      "arn:${Partition}:cloudfront::${Account}:distribution/${DistributionId}",
      "aws:ResourceTag/${TagKey}",
    ],
    "distribution-tenant": [
      "arn:${Partition}:cloudfront::${Account}:distribution-tenant/${Id}",
      "aws:ResourceTag/${TagKey}",
    ],
  },
  actions: {
    AssociateDistributionTenantWebACL: "distribution-tenant",
    AssociateDistributionWebACL: "distribution",
    DisassociateDistributionTenantWebACL: "distribution-tenant",
    DisassociateDistributionWebACL: "distribution",
    UpdateDistribution: "distribution",
  },
};
