/**
 * What a check needs to know about a target, in terms that hold for every cloud. Each provider says which of its API operations
 * stand behind a facet (providers/<cloud>/facets.ts), so a check that holds for every cloud names no operation of any.
 */
export type Facet =
  /** Firewalls and their rules. */
  | "firewalls"
  /** Firewalls that guard whole subnets as a second line behind those (AWS network ACLs), and their rules. */
  | "subnet-firewalls"
  /** What each firewall is attached to. */
  | "attachments"
  /** What packets can reach: network interfaces of every kind. What stands around them is left to each verdict. */
  | "endpoints"
  /** Entries of address lists that rules refer to. */
  | "address-lists"
  /** Virtual networks. */
  | "networks"
  /** Where packets are sent: route tables, and gateways that send on what they are sent. */
  | "routes"
  /** Appliances that inspect traffic (AWS Network Firewall), and where their endpoints lie. */
  | "inspections"
  /** What logs network traffic. */
  | "flow-logs"
  /** Switches that keep the internet out of a whole account and Region (AWS VPC block public access). */
  | "public-access"
  /** Exclusions from those switches. */
  | "public-access-exclusions"
  /** Threat detection that watches the network (Amazon GuardDuty): whether it is on. */
  | "threat-detection"
  /** Lists that threat detection trusts, and where their files lie. */
  | "trusted-lists"
  /** Lists of known-bad addresses that threat detection is given. */
  | "threat-lists"
  /** Filters that archive what threat detection finds. */
  | "threat-suppressions"
  /** Who there is, and the policies that say what they may do. */
  | "identities"
  /** The policies by which an organization limits its accounts, and what they are attached to. */
  | "organization-policies"
  /** The directory that those who hold rights are kept in, apart from the rights (Microsoft Entra ID, Cloud Identity): groups and their members, applications, owners. */
  | "directory"
  /** Rights that are handed out to people over many accounts (AWS IAM Identity Center), and to whom. */
  | "permission-sets"
  /** Identity providers that may vouch for somebody from outside. */
  | "trust-providers"
  /** Workloads that run as an identity, beside virtual machines. */
  | "workloads"
  /** Which identity a workload with an address of its own carries: virtual machines, containers, functions. */
  | "workload-identities"
  /** When identities last used what they may use. */
  | "service-last-accessed"
  /** Which credentials of their own identities have. */
  | "credential-reports";
