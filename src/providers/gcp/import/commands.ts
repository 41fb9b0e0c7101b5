import { isContainer } from "./accounts.ts";

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
  "cloudresourcemanager.organizations.getIamPolicy": "organizations get-iam-policy {number}",
  "cloudresourcemanager.folders.getIamPolicy": "resource-manager folders get-iam-policy {number}",
  "cloudresourcemanager.projects.getIamPolicy": "projects get-iam-policy {account}",
  "iam.projects.serviceAccounts.list": "iam service-accounts list",
  "iam.projects.serviceAccounts.getIamPolicy": "iam service-accounts get-iam-policy ACCOUNT",
  "iam.projects.serviceAccounts.keys.list": "iam service-accounts keys list --managed-by=user --iam-account=ACCOUNT",
  "iam.organizations.roles.list": "iam roles list --organization={number}",
  "iam.projects.roles.list": "iam roles list",
  "iam.roles.get": "iam roles describe ROLE",
  "iam.policies.listPolicies":
    "iam policies list --kind=denypolicies --attachment-point=cloudresourcemanager.googleapis.com/{resource}",
  "iam.policies.get":
    "iam policies get POLICY --kind=denypolicies --attachment-point=cloudresourcemanager.googleapis.com/{resource}",
  "iam.organizations.locations.principalAccessBoundaryPolicies.list":
    "iam principal-access-boundary-policies list --organization={number} --location=global",
  "iam.organizations.locations.policyBindings.list":
    "iam policy-bindings list --organization={number} --location=global",
  "iam.folders.locations.policyBindings.list": "iam policy-bindings list --folder={number} --location=global",
  "iam.projects.locations.policyBindings.list": "iam policy-bindings list --location=global",
  "iam.projects.locations.workloadIdentityPools.list": "iam workload-identity-pools list --location=global",
  "iam.projects.locations.workloadIdentityPools.providers.list":
    "iam workload-identity-pools providers list --location=global --workload-identity-pool=POOL",
  "iam.locations.workforcePools.list": "iam workforce-pools list --organization={number} --location=global",
  "iam.locations.workforcePools.providers.list":
    "iam workforce-pools providers list --location=global --workforce-pool=POOL",
  "cloudidentity.groups.memberships.list": "identity groups memberships list --view=full --group-email=GROUP",
  "run.projects.locations.services.list": "run services list",
  "run.projects.locations.jobs.list": "run jobs list",
  "cloudfunctions.projects.locations.functions.list": "functions list",
};

/** Operations whose answers are the same whatever project is asked in. */
const placeless = /^(?:iam\.roles\.get|iam\.policies\.|iam\.locations\.|cloudidentity\.)/;

/** What to add to a dump that lacks an operation's answer. https://cloud.google.com/sdk/gcloud/reference */
export function notInDump(operation: string, account: string): string {
  const command = commands[operation];
  if (command === undefined) return `Not in the dump: add the answer of ${operation}.`;
  const [kind = "", number = ""] = account.split("/");
  const filled = command
    .replace("{account}", account)
    .replace("{resource}", isContainer(account) ? account : `projects/${account}`)
    .replace("{number}", number)
    .replace("{kind}", kind.replace(/s$/, ""));
  const isTold = isContainer(account) || filled.includes(account) || placeless.test(operation);
  const project = isTold ? "" : ` --project=${account}`;
  return `Not in the dump: add the output of \`gcloud ${filled}${project} --format=json\`.`;
}
