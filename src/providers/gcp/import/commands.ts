import { isContainer } from "./resources.ts";

/** What gives an operation's answer, after `gcloud`; `{account}` is the project, folder or organization, words in capitals are to be filled in. */
const commands: Readonly<Record<string, string>> = {
  "cloudresourcemanager.projects.get": "projects describe {account}",
  "cloudresourcemanager.folders.get": "resource-manager folders describe {number}",
  "cloudresourcemanager.organizations.get": "organizations describe {number}",
  "compute.firewallPolicies.list": "compute firewall-policies list --{kind}={number}",
  "compute.firewallPolicies.get": "compute firewall-policies describe POLICY",
  "networksecurity.organizations.locations.addressGroups.list":
    "network-security org-address-groups list --organization={number} --location=LOCATION",
  "compute.projects.get": "compute project-info describe --project={account}",
  "compute.projects.getXpnHost": "compute shared-vpc get-host-project {account}",
  "compute.networks.list": "compute networks list",
  "compute.subnetworks.aggregatedList": "compute networks subnets list",
  "compute.firewalls.list": "compute firewall-rules list",
  "compute.networkFirewallPolicies.aggregatedList": "compute network-firewall-policies list",
  "compute.networkFirewallPolicies.get": "compute network-firewall-policies describe POLICY --global",
  "compute.regionNetworkFirewallPolicies.get": "compute network-firewall-policies describe POLICY --region=REGION",
  "compute.instances.aggregatedList": "compute instances list",
  "compute.networks.getEffectiveFirewalls": "compute networks get-effective-firewalls NETWORK",
  "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls":
    "compute network-firewall-policies get-effective-firewalls --network=NETWORK --region=REGION",
  "cloudresourcemanager.effectiveTags.list":
    "resource-manager tags bindings list --effective --location=ZONE --parent=INSTANCE",
  "compute.routes.list": "compute routes list",
  "compute.routers.aggregatedList": "compute routers list",
  "compute.forwardingRules.aggregatedList": "compute forwarding-rules list",
  "compute.targetInstances.aggregatedList": "compute target-instances list",
  "compute.targetPools.aggregatedList": "compute target-pools list",
  "compute.backendServices.aggregatedList": "compute backend-services list",
  "compute.securityPolicies.aggregatedList": "compute security-policies list",
  "compute.targetHttpProxies.aggregatedList": "compute target-http-proxies list",
  "compute.targetHttpsProxies.aggregatedList": "compute target-https-proxies list",
  "compute.targetTcpProxies.aggregatedList": "compute target-tcp-proxies list",
  "compute.targetSslProxies.list": "compute target-ssl-proxies list",
  "compute.urlMaps.aggregatedList": "compute url-maps list",
  "compute.instanceGroups.aggregatedList": "compute instance-groups list",
  "compute.instanceGroups.listInstances": "compute instance-groups list-instances GROUP --zone=ZONE",
  "compute.regionInstanceGroups.listInstances": "compute instance-groups list-instances GROUP --region=REGION",
  "compute.networkEndpointGroups.aggregatedList": "compute network-endpoint-groups list",
  "compute.networkEndpointGroups.listNetworkEndpoints":
    "compute network-endpoint-groups list-network-endpoints GROUP --zone=ZONE",
  "networksecurity.projects.locations.addressGroups.list": "network-security address-groups list --location=LOCATION",
};

/** What to add to a dump that lacks an operation's answer. https://cloud.google.com/sdk/gcloud/reference */
export function notInDump(operation: string, account: string): string {
  const command = commands[operation];
  if (command === undefined) return `Not in the dump: add the answer of ${operation}.`;
  const [kind = "", number = ""] = account.split("/");
  const filled = command
    .replace("{account}", account)
    .replace("{number}", number)
    .replace("{kind}", kind.replace(/s$/, ""));
  const project = isContainer(account) || filled.includes(account) ? "" : ` --project=${account}`;
  return `Not in the dump: add the output of \`gcloud ${filled}${project} --format=json\`.`;
}
