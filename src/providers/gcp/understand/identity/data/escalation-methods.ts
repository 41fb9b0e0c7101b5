import type { EscalationAim, EscalationMethod, Requirement, RequirementTarget, WorkloadKind } from "./types.ts";

const rhino = "https://rhinosecuritylabs.com/gcp/privilege-escalation-google-cloud-platform-part-1/";
const rhinoScanner = "https://github.com/RhinoSecurityLabs/GCP-IAM-Privilege-Escalation/tree/75f38d7";
const hacktricks = (service: string): string =>
  `https://cloud.hacktricks.wiki/en/pentesting-cloud/gcp-security/gcp-privilege-escalation/gcp-${service}-privesc.html`;
const impersonation = "https://docs.cloud.google.com/iam/docs/service-account-permissions";

const on = (target: RequirementTarget, ...permissions: readonly string[]): readonly Requirement[] =>
  permissions.map((permission) => ({ permission, on: target }));

const all = (target: RequirementTarget, ...permissions: readonly string[]): readonly (readonly Requirement[])[] =>
  permissions.map((permission) => on(target, permission));

const actAs = on("account", "iam.serviceAccounts.actAs");

const method = (
  id: string,
  aim: EscalationAim,
  requires: EscalationMethod["requires"],
  says: string,
  sources: readonly string[],
  notRead: string | null = null,
): EscalationMethod => ({ id, aim, requires, notRead, says, sources });

/** Something new that runs as the account: in the account's own project, for an account of another one can be attached only where a constraint is lifted. */
const newWorkload = (
  id: string,
  permissions: EscalationMethod["requires"],
  says: string,
  sources: readonly string[],
): EscalationMethod => method(id, { kind: "account" }, [actAs, ...permissions], says, sources);

/** Into a workload that runs as the account already. */
const into = (
  id: string,
  workload: WorkloadKind,
  requires: EscalationMethod["requires"],
  says: string,
  sources: readonly string[],
  notRead: string | null = null,
): EscalationMethod => method(id, { kind: "carried", workload }, requires, says, sources, notRead);

/** Every way of escalation that is looked for on Google Cloud. */
export const escalationMethods: readonly EscalationMethod[] = [
  // Policies.
  ...(["project", "folder", "organization"] as const).map((kind) =>
    method(
      `set-iam-policy-${kind}`,
      { kind: "policy" },
      all("container", `resourcemanager.${kind}s.setIamPolicy`),
      `grants itself a role on the ${kind}`,
      [rhinoScanner, hacktricks("resourcemanager")],
    ),
  ),
  method(
    "new-service-account",
    { kind: "new-account" },
    [
      ...all("container", "resourcemanager.projects.setIamPolicy", "iam.serviceAccounts.create"),
      on(
        "container",
        "iam.serviceAccounts.getAccessToken",
        "iam.serviceAccountKeys.create",
        "iam.serviceAccounts.signJwt",
        "iam.serviceAccounts.signBlob",
      ),
    ],
    "makes a service account and grants that a role on the project",
    [hacktricks("iam"), "https://docs.cloud.google.com/iam/docs/deny-overview"],
  ),
  method(
    "service-account-set-iam-policy",
    { kind: "account" },
    all("account", "iam.serviceAccounts.setIamPolicy"),
    "grants itself the right to impersonate the service account",
    [rhino, hacktricks("iam")],
  ),
  method(
    "update-role",
    { kind: "role" },
    all("role", "iam.roles.update"),
    "writes permissions into a custom role that it holds",
    [rhino, hacktricks("iam")],
  ),
  method(
    "unbind-principal-access-boundary",
    { kind: "boundary" },
    [
      on(
        "any",
        "iam.principalaccessboundarypolicies.unbind",
        "iam.principalaccessboundarypolicies.update",
        "iam.principalaccessboundarypolicies.delete",
      ),
    ],
    "takes away the principal access boundary",
    ["https://docs.cloud.google.com/iam/docs/principal-access-boundary-policies-edit"],
  ),
  // Service accounts themselves.
  method(
    "service-account-get-access-token",
    { kind: "account" },
    all("account", "iam.serviceAccounts.getAccessToken"),
    "makes an access token of the service account",
    [rhino, impersonation],
  ),
  method(
    "service-account-key",
    { kind: "account" },
    all("account", "iam.serviceAccountKeys.create"),
    "makes a key of the service account",
    [rhino, hacktricks("iam")],
  ),
  method(
    "service-account-sign-blob",
    { kind: "account" },
    all("account", "iam.serviceAccounts.signBlob"),
    "signs with the service account's own key, and so a request for its token",
    [rhino, impersonation],
  ),
  method(
    "service-account-sign-jwt",
    { kind: "account" },
    all("account", "iam.serviceAccounts.signJwt"),
    "signs a token with the service account's own key",
    [rhino, impersonation],
  ),
  method(
    "service-account-implicit-delegation",
    { kind: "delegate" },
    all("account", "iam.serviceAccounts.implicitDelegation"),
    "has the service account delegate what it may impersonate",
    [rhino, impersonation],
  ),
  method(
    "workload-identity-provider",
    { kind: "pool" },
    [on("pool", "iam.workloadIdentityPoolProviders.update", "iam.workloadIdentityPoolProviders.create")],
    "makes the pool trust an issuer of its own",
    [hacktricks("iam"), "https://docs.cloud.google.com/iam/docs/workload-identity-federation"],
  ),

  // Something new that runs as the account.
  newWorkload(
    "act-as-instance",
    [
      ...all(
        "project-of-account",
        "compute.instances.create",
        "compute.instances.setServiceAccount",
        "compute.instances.setMetadata",
      ),
      on("any", "compute.subnetworks.use", "compute.networks.use"),
    ],
    "creates an instance that runs as the service account",
    [rhino, hacktricks("compute")],
  ),
  newWorkload(
    "act-as-instance-service-account",
    all("project-of-account", "compute.instances.setServiceAccount", "compute.instances.setMetadata"),
    "gives an instance that it controls the service account",
    [hacktricks("compute")],
  ),
  newWorkload(
    "act-as-function",
    [
      on("project-of-account", "cloudfunctions.functions.create", "cloudfunctions.functions.update"),
      on("project-of-account", "cloudfunctions.functions.sourceCodeSet"),
    ],
    "deploys a function that runs as the service account",
    [rhino, hacktricks("cloudfunctions")],
  ),
  newWorkload(
    "act-as-run-service",
    [on("project-of-account", "run.services.create", "run.services.update")],
    "deploys a Cloud Run service that runs as the service account",
    [rhino, hacktricks("run")],
  ),
  newWorkload(
    "act-as-run-job",
    [on("project-of-account", "run.jobs.create", "run.jobs.update"), on("project-of-account", "run.jobs.run")],
    "runs a Cloud Run job as the service account",
    [hacktricks("run")],
  ),
  newWorkload(
    "act-as-scheduler",
    all("project-of-account", "cloudscheduler.jobs.create"),
    "schedules calls to Google's APIs as the service account",
    [rhino, hacktricks("cloudscheduler")],
  ),
  newWorkload(
    "act-as-cloud-tasks",
    all("project-of-account", "cloudtasks.tasks.create"),
    "queues calls to Google's APIs as the service account",
    [hacktricks("cloudtasks")],
  ),
  newWorkload(
    "act-as-build",
    all("project-of-account", "cloudbuild.builds.create"),
    "runs a build as the service account",
    [rhino, hacktricks("cloudbuild")],
  ),
  newWorkload(
    "act-as-batch",
    all("project-of-account", "batch.jobs.create"),
    "runs a batch job as the service account",
    [hacktricks("batch")],
  ),
  newWorkload(
    "act-as-dataproc",
    all("project-of-account", "dataproc.clusters.create", "dataproc.jobs.create"),
    "runs a Dataproc job as the service account",
    [hacktricks("dataproc")],
  ),
  newWorkload(
    "act-as-dataflow",
    all("project-of-account", "dataflow.jobs.create"),
    "runs a Dataflow job as the service account",
    [hacktricks("dataflow")],
  ),
  newWorkload(
    "act-as-composer",
    [on("project-of-account", "composer.environments.create", "composer.environments.update")],
    "creates a Composer environment that runs as the service account",
    [hacktricks("composer")],
  ),
  newWorkload(
    "act-as-vertex",
    all("project-of-account", "aiplatform.customJobs.create"),
    "runs a Vertex AI job as the service account",
    [hacktricks("vertex-ai")],
  ),
  newWorkload(
    "act-as-workflow",
    [
      on("project-of-account", "workflows.workflows.create", "workflows.workflows.update"),
      on("project-of-account", "workflows.executions.create"),
    ],
    "runs a workflow as the service account",
    [hacktricks("workflows")],
  ),
  newWorkload(
    "act-as-app-engine",
    all("project-of-account", "appengine.versions.create"),
    "deploys an App Engine version that runs as the service account",
    [hacktricks("appengine")],
  ),

  // Into workloads that run as it already. Whoever logs in to an instance with a service account needs actAs on that.
  into(
    "instance-set-metadata",
    "instance",
    [on("workload", "compute.instances.setMetadata", "compute.projects.setCommonInstanceMetadata"), actAs],
    "writes an SSH key or start-up script into the metadata of an instance that runs as the service account",
    [hacktricks("compute"), "https://docs.cloud.google.com/compute/docs/connect/add-ssh-keys"],
  ),
  into(
    "instance-set-iam-policy",
    "instance",
    [on("workload", "compute.instances.setIamPolicy"), actAs],
    "grants itself the right to log in to an instance that runs as the service account",
    [hacktricks("compute"), "https://docs.cloud.google.com/compute/docs/access/granting-access-to-resources"],
  ),
  into(
    "instance-os-login",
    "instance",
    [on("workload", "compute.instances.osLogin", "compute.instances.osAdminLogin"), actAs],
    "logs in to an instance that runs as the service account",
    [hacktricks("compute"), "https://docs.cloud.google.com/compute/docs/oslogin/set-up-oslogin"],
    "OS Login is switched on for the instance and its port 22 can be reached",
  ),
  into(
    "instance-patch",
    "instance",
    [on("workload", "osconfig.patchJobs.exec", "osconfig.patchDeployments.create")],
    "runs a script by a patch job on an instance that runs as the service account",
    [hacktricks("osconfig"), "https://docs.cloud.google.com/compute/docs/os-patch-management/create-patch-job"],
    "VM Manager is set up on the instance",
  ),

  // Accounts that services run with in a project.
  method(
    "deployment-manager",
    { kind: "agent", agent: "google-apis" },
    [on("project-of-account", "deploymentmanager.deployments.create", "deploymentmanager.deployments.update")],
    "deploys resources as the Google APIs service agent of the project",
    [rhino, hacktricks("deploymentmanager")],
  ),
  method(
    "cloud-build",
    { kind: "agent", agent: "cloud-build" },
    all("project-of-account", "cloudbuild.builds.create"),
    "runs a build as the Cloud Build account of the project",
    [rhino, "https://docs.cloud.google.com/build/docs/cloud-build-service-account-updates"],
    "builds of the project can still run as the legacy Cloud Build account",
  ),
];
