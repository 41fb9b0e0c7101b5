/** What the permission of a method has to be allowed on. */
export type On =
  /** Anything: it is enough that it is allowed somewhere. */
  | "any"
  /** A role assignment at a scope. */
  | "role-assignment"
  /** A custom role's definition. */
  | "custom-role"
  /** An assignment of that custom role, which the caller holds. */
  | "held-custom-role"
  /** The whole tenant. */
  | "tenant"
  /** A user-assigned managed identity. */
  | "managed-identity"
  /** A workload of a kind that carries an identity. */
  | WorkloadKind
  /** An application of the directory, a service principal, a group whose members can be changed by hand, and one that may hold roles of the directory. */
  | "application"
  | "service-principal"
  | "group"
  | "role-assignable-group"
  /** A group whose members a rule tells. */
  | "dynamic-group"
  /** Of these two kinds, those of Microsoft 365 and those that are none. */
  | "security-group"
  | "unified-group"
  | "dynamic-security-group"
  | "dynamic-unified-group"
  /** A user, by which of those who reset passwords may reset it. */
  | PasswordClass
  /** Roles and permissions of the whole directory. */
  | "directory";

/** Workloads that carry identities, by the type of Azure Resource Manager. */
export type WorkloadKind =
  | "Microsoft.Compute/virtualMachines"
  | "Microsoft.Compute/virtualMachineScaleSets"
  | "Microsoft.Web/sites"
  | "Microsoft.ContainerInstance/containerGroups"
  | "Microsoft.App/containerApps"
  | "Microsoft.App/jobs"
  | "Microsoft.Automation/automationAccounts"
  | "Microsoft.Logic/workflows"
  | "Microsoft.ContainerService/managedClusters";

export const workloadKinds: readonly WorkloadKind[] = [
  "Microsoft.Compute/virtualMachines",
  "Microsoft.Compute/virtualMachineScaleSets",
  "Microsoft.Web/sites",
  "Microsoft.ContainerInstance/containerGroups",
  "Microsoft.App/containerApps",
  "Microsoft.App/jobs",
  "Microsoft.Automation/automationAccounts",
  "Microsoft.Logic/workflows",
  "Microsoft.ContainerService/managedClusters",
];

/** A user by the roles of the directory that protect it: `user Helpdesk Administrator` for whoever that role may reset. */
export type PasswordClass = `user ${string}`;

export interface Requirement {
  readonly action: string;
  readonly on: On;
}

/** A way from one identity's rights to more. */
export interface EscalationMethod {
  /** Stable, kebab-case, begins with the service. */
  readonly id: string;
  /** All are needed, of each one alternative. */
  readonly requires: readonly (readonly Requirement[])[];
  /** What records do not show and the method needs, in words that follow "whether"; null where they show it all. */
  readonly missing: string | null;
  /** What the caller does, in words that follow its name. */
  readonly says: string;
  /** The pages that describe it; at least one. */
  readonly sources: readonly string[];
}
