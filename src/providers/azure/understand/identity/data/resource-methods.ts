import type { EscalationMethod, On, Requirement, WorkloadKind } from "./types.ts";

const learn = (path: string): string => `https://learn.microsoft.com/azure/${path}`;
const hacktricks = (page: string): string =>
  `https://cloud.hacktricks.wiki/en/pentesting-cloud/azure-security/az-privilege-escalation/${page}.html`;

const one = (action: string, on: On): readonly Requirement[] => [{ action, on }];

const method = (
  id: string,
  requires: EscalationMethod["requires"],
  says: string,
  sources: readonly string[],
  missing: string | null = null,
): EscalationMethod => ({ id, requires, says, sources, missing });

/** A way into a workload that carries an identity. */
const into = (
  id: string,
  kind: WorkloadKind,
  actions: readonly string[],
  says: string,
  source: string,
  missing: string | null = null,
): EscalationMethod =>
  method(
    id,
    actions.map((action) => one(`${kind}/${action}`, kind)),
    says,
    [source],
    missing,
  );

/** As the operation is listed, and with the name between that the pattern of the role Managed Identity Operator asks for. */
const assign: readonly Requirement[] = [
  ...one("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", "managed-identity"),
  ...one("Microsoft.ManagedIdentity/userAssignedIdentities/name/assign/action", "managed-identity"),
];

/** To give an identity to a workload of one's own and act as it there. */
const assigned = (id: string, action: string, says: string, source: string): EscalationMethod =>
  method(id, [assign, one(action, "any")], says, [source]);

const machines = "Microsoft.Compute/virtualMachines" as const;
const scaleSets = "Microsoft.Compute/virtualMachineScaleSets" as const;
const runsNow = "whether the machine is running";

/** Ways through Azure Resource Manager. */
export const resourceMethods: readonly EscalationMethod[] = [
  method(
    "authorization-write-role-assignment",
    [one("Microsoft.Authorization/roleAssignments/write", "role-assignment")],
    "assigns itself a role",
    [
      learn("role-based-access-control/role-assignments"),
      learn("role-based-access-control/delegate-role-assignments-overview"),
    ],
  ),
  method(
    "authorization-write-role-definition",
    [
      one("Microsoft.Authorization/roleDefinitions/write", "custom-role"),
      one("data:rampart/holdsCustomRole", "held-custom-role"),
    ],
    "adds actions to a custom role that it holds",
    [learn("role-based-access-control/custom-roles"), hacktricks("az-authorization-privesc")],
  ),
  method(
    "authorization-elevate-access",
    [one("Microsoft.Authorization/elevateAccess/action", "tenant")],
    "elevates its access and is User Access Administrator of the whole tenant",
    [learn("role-based-access-control/elevate-access-global-admin")],
  ),
  method(
    "management-groups-move-subscription",
    [
      one("Microsoft.Management/managementGroups/subscriptions/write", "any"),
      one("Microsoft.Authorization/roleAssignments/write", "role-assignment"),
    ],
    "moves a subscription under a management group of its choosing, and assigns itself a role there",
    [
      learn("governance/management-groups/manage#move-management-groups-and-subscriptions"),
      hacktricks("az-management-groups-privesc"),
    ],
  ),

  // Identities that workloads carry.
  // Whether a machine runs is not read, but whoever may start it need not care.
  into(
    "vm-start-and-run-command",
    machines,
    ["runCommand/action", "start/action"],
    "runs a command on a virtual machine, which it starts where it is stopped",
    learn("virtual-machines/run-command-overview"),
  ),
  into(
    "vm-start-and-extend",
    machines,
    ["extensions/write", "start/action"],
    "puts an extension with a script on a virtual machine, which it starts where it is stopped",
    learn("virtual-machines/extensions/custom-script-linux"),
  ),
  into(
    "vm-run-command",
    machines,
    ["runCommand/action"],
    "runs a command on a virtual machine",
    learn("virtual-machines/run-command-overview"),
    runsNow,
  ),
  into(
    "vm-write-run-command",
    machines,
    ["runCommands/write"],
    "has a virtual machine run a command",
    learn("virtual-machines/windows/run-command-managed"),
    runsNow,
  ),
  into(
    "vm-extension",
    machines,
    ["extensions/write"],
    "puts an extension with a script on a virtual machine",
    learn("virtual-machines/extensions/custom-script-linux"),
    runsNow,
  ),
  method(
    "vm-login",
    // Whatever runs on a machine is given tokens of its identity, whoever runs it.
    [
      [
        ...one("data:Microsoft.Compute/virtualMachines/loginAsAdmin/action", machines),
        ...one("data:Microsoft.Compute/virtualMachines/login/action", machines),
      ],
    ],
    "signs in to a virtual machine",
    [
      learn("role-based-access-control/permissions/compute"),
      "https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token",
    ],
    "whether the machine lets users of Microsoft Entra ID sign in, and the caller reaches it",
  ),
  into(
    "vmss-run-command",
    scaleSets,
    ["virtualMachines/runCommand/action"],
    "runs a command on an instance of a scale set",
    learn("role-based-access-control/permissions/compute"),
    runsNow,
  ),
  into(
    "vmss-extension",
    scaleSets,
    ["extensions/write"],
    "puts an extension with a script on a scale set",
    learn("virtual-machine-scale-sets/tutorial-install-apps-template"),
    runsNow,
  ),
  into(
    "app-service-publish",
    "Microsoft.Web/sites",
    ["publishxml/action"],
    "deploys code of its own with the publishing credentials of an app",
    learn("app-service/deploy-configure-credentials"),
    "whether the app lets publishing credentials sign in",
  ),
  into(
    "app-service-write-source",
    "Microsoft.Web/sites",
    ["sourcecontrols/write"],
    "has an app deploy from a repository of its own",
    learn("role-based-access-control/permissions/web-and-mobile"),
  ),
  into(
    "app-service-deploy",
    "Microsoft.Web/sites",
    ["extensions/write"],
    "deploys code of its own to an app",
    learn("role-based-access-control/permissions/web-and-mobile"),
  ),
  into(
    "function-host-keys",
    "Microsoft.Web/sites",
    ["host/listkeys/action"],
    "changes the code of a function app with its master key",
    hacktricks("az-functions-app-privesc"),
    "whether the app is a function app whose files can be changed",
  ),
  into(
    "container-exec",
    "Microsoft.ContainerInstance/containerGroups",
    ["containers/exec/action"],
    "opens a shell in a container",
    learn("container-instances/container-instances-exec"),
  ),
  into(
    "container-group-write",
    "Microsoft.ContainerInstance/containerGroups",
    ["write"],
    "changes what a container group runs",
    learn("role-based-access-control/permissions/containers"),
  ),
  into(
    "container-app-write",
    "Microsoft.App/containerApps",
    ["write"],
    "changes what a container app runs",
    learn("container-apps/revisions"),
  ),
  into(
    "container-job-write",
    "Microsoft.App/jobs",
    ["write", "start/action"],
    "changes what a job runs, and starts it",
    learn("container-apps/jobs"),
  ),
  into(
    "automation-runbook",
    "Microsoft.Automation/automationAccounts",
    ["runbooks/write", "jobs/write"],
    "writes a runbook and runs it",
    learn("automation/manage-runbooks"),
  ),
  into(
    "automation-draft",
    "Microsoft.Automation/automationAccounts",
    ["runbooks/draft/write", "runbooks/draft/testJob/write"],
    "changes a draft of a runbook and tests it",
    learn("automation/manage-runbooks"),
  ),
  into(
    "logic-app-write",
    "Microsoft.Logic/workflows",
    ["write"],
    "changes what a workflow does",
    learn("logic-apps/authenticate-with-managed-identity"),
  ),
  into(
    "aks-run-command",
    "Microsoft.ContainerService/managedClusters",
    ["runcommand/action"],
    "runs a command in a cluster",
    learn("aks/access-private-cluster"),
    "whether workloads of the cluster can use its identities",
  ),
  into(
    "aks-admin-credential",
    "Microsoft.ContainerService/managedClusters",
    ["listClusterAdminCredential/action"],
    "takes the administrator's credential of a cluster",
    learn("aks/control-kubeconfig-access"),
    "whether workloads of the cluster can use its identities",
  ),

  // Identities that are given to workloads.
  assigned(
    "assign-identity-vm",
    "Microsoft.Compute/virtualMachines/write",
    "gives the identity to a virtual machine",
    learn("entra/identity/managed-identities-azure-resources/how-to-configure-managed-identities"),
  ),
  assigned(
    "assign-identity-vmss",
    "Microsoft.Compute/virtualMachineScaleSets/write",
    "gives the identity to a scale set",
    learn("entra/identity/managed-identities-azure-resources/how-to-configure-managed-identities-scale-sets"),
  ),
  assigned(
    "assign-identity-site",
    "Microsoft.Web/sites/write",
    "gives the identity to an app",
    learn("app-service/overview-managed-identity"),
  ),
  assigned(
    "assign-identity-container",
    "Microsoft.ContainerInstance/containerGroups/write",
    "gives the identity to a container group",
    learn("container-instances/container-instances-managed-identity"),
  ),
  assigned(
    "assign-identity-container-app",
    "Microsoft.App/containerApps/write",
    "gives the identity to a container app",
    learn("container-apps/managed-identity"),
  ),
  assigned(
    "assign-identity-job",
    "Microsoft.App/jobs/write",
    "gives the identity to a job",
    learn("container-apps/managed-identity"),
  ),
  assigned(
    "assign-identity-automation",
    "Microsoft.Automation/automationAccounts/write",
    "gives the identity to an Automation account",
    learn("automation/add-user-assigned-identity"),
  ),
  assigned(
    "assign-identity-workflow",
    "Microsoft.Logic/workflows/write",
    "gives the identity to a workflow",
    learn("logic-apps/authenticate-with-managed-identity"),
  ),
  assigned(
    "assign-identity-deployment-script",
    "Microsoft.Resources/deploymentScripts/write",
    "runs a deployment script with the identity",
    learn("azure-resource-manager/bicep/deployment-script-develop"),
  ),
  assigned(
    "assign-identity-machine-learning",
    "Microsoft.MachineLearningServices/workspaces/computes/write",
    "gives the identity to a compute instance",
    learn("machine-learning/how-to-setup-authentication"),
  ),

  method(
    "managed-identity-federated-credential",
    [one("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write", "managed-identity")],
    "lets a token of its own sign in as the managed identity",
    [
      "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust-user-assigned-managed-identity",
    ],
  ),
];
