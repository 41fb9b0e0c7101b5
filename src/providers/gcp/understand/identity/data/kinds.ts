import type { PermissionKind } from "./types.ts";

const compute = "compute.googleapis.com";
const resourceManager = "cloudresourcemanager.googleapis.com";
const networkSecurity = "networksecurity.googleapis.com";

const kind = (
  service: string,
  type: string | null,
  name: string | null,
  lies: PermissionKind["lies"],
  ...refs: readonly string[]
): PermissionKind => ({ service, type: type === null ? null : `${service}/${type}`, name, lies, refs });

/**
 * What permissions are used on. Types and names: https://docs.cloud.google.com/iam/docs/conditions-resource-attributes,
 * https://docs.cloud.google.com/asset-inventory/docs/asset-types
 */
export const kinds = {
  firewall: kind(
    compute,
    "Firewall",
    "projects/*/global/firewalls/*",
    "in-project",
    "gcp:compute:vpc-firewall-rules",
    "gcp:compute:network",
  ),
  network: kind(
    compute,
    "Network",
    "projects/*/global/networks/*",
    "in-project",
    "gcp:compute:network",
    "gcp:compute:vpc-firewall-rules",
  ),
  firewallPolicy: kind(
    compute,
    "FirewallPolicy",
    "*firewallPolicies/*",
    "anywhere",
    "gcp:compute:firewall-policy",
    "gcp:compute:network-firewall-policy",
  ),
  regionFirewallPolicy: kind(
    compute,
    "FirewallPolicy",
    "projects/*/regions/*/firewallPolicies/*",
    "in-project",
    "gcp:compute:network-firewall-policy",
  ),
  instance: kind(
    compute,
    "Instance",
    "projects/*/zones/*/instances/*",
    "in-project",
    "gcp:compute:instance",
    "gcp:compute:network-interface",
  ),
  subnetwork: kind(compute, "Subnetwork", "projects/*/regions/*/subnetworks/*", "in-project", "gcp:compute:network"),
  route: kind(compute, "Route", "projects/*/global/routes/*", "in-project", "gcp:compute:route", "gcp:compute:network"),
  securityPolicy: kind(compute, "SecurityPolicy", "*securityPolicies/*", "anywhere", "gcp:compute:security-policy"),
  regionSecurityPolicy: kind(
    compute,
    "SecurityPolicy",
    "projects/*/regions/*/securityPolicies/*",
    "in-project",
    "gcp:compute:security-policy",
  ),
  backendService: kind(
    compute,
    "BackendService",
    "projects/*/backendServices/*",
    "in-project",
    "gcp:compute:security-policy",
  ),
  targetInstance: kind(compute, "TargetInstance", "projects/*/targetInstances/*", "in-project"),
  forwardingRule: kind(
    compute,
    "ForwardingRule",
    "projects/*/forwardingRules/*",
    "in-project",
    "gcp:compute:forwarding-rule",
  ),
  packetMirroring: kind(compute, "PacketMirroring", "projects/*/regions/*/packetMirrorings/*", "in-project"),
  computeOrganization: kind(compute, null, null, "above", "gcp:compute:firewall-policy", "gcp:compute:security-policy"),
  policyBasedRoute: kind("networkconnectivity.googleapis.com", "PolicyBasedRoute", null, "in-project"),
  addressGroup: kind(
    networkSecurity,
    "AddressGroup",
    "*/locations/*/addressGroups/*",
    "anywhere",
    "gcp:networksecurity:address-group",
  ),
  securityProfile: kind(networkSecurity, "SecurityProfile", "organizations/*/locations/*/securityProfiles/*", "above"),
  securityProfileGroup: kind(
    networkSecurity,
    "SecurityProfileGroup",
    "organizations/*/locations/*/securityProfileGroups/*",
    "above",
  ),
  firewallEndpoint: kind(
    networkSecurity,
    "FirewallEndpoint",
    "organizations/*/locations/*/firewallEndpoints/*",
    "above",
  ),
  firewallEndpointAssociation: kind(
    networkSecurity,
    "FirewallEndpointAssociation",
    "projects/*/locations/*/firewallEndpointAssociations/*",
    "in-project",
  ),
  tag: kind(resourceManager, null, null, "anywhere"),
  orgPolicy: kind("orgpolicy.googleapis.com", null, null, "anywhere"),
  denyPolicy: kind("iam.googleapis.com", null, null, "anywhere"),
  boundary: kind("iam.googleapis.com", null, null, "organization"),
  logging: kind("logging.googleapis.com", null, null, "anywhere"),
  monitoring: kind("monitoring.googleapis.com", null, null, "in-project"),
  serviceAccount: kind("iam.googleapis.com", "ServiceAccount", "projects/*/serviceAccounts/*", "in-project"),
  role: kind("iam.googleapis.com", null, null, "anywhere"),
  project: kind(resourceManager, "Project", "projects/*", "project", "gcp:resourcemanager:project"),
  folder: kind(resourceManager, "Folder", "folders/*", "folder", "gcp:resourcemanager:folder"),
  organization: kind(
    resourceManager,
    "Organization",
    "organizations/*",
    "organization",
    "gcp:resourcemanager:organization",
  ),
} as const satisfies Readonly<Record<string, PermissionKind>>;
