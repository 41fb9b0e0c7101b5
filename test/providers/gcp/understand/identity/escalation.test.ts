import { describe, expect, it } from "vitest";
import type { VendorObject } from "../../../../../src/snapshot/record.ts";
import { folder, instancePath, organization, project, vm, type GcpItem } from "../../../../support/gcp-snapshot.ts";
import {
  about,
  accountPolicy,
  ada,
  asked,
  boundary,
  customRole,
  denyPolicy,
  emailOf,
  identitiesOf,
  policy,
  predefinedRole,
  say,
  serviceAccount,
  type Binding,
} from "./small-identity.ts";

const admin = "roles/compute.securityAdmin";
const robotEmail = emailOf("deployer");
const robot = `serviceAccount:${robotEmail}`;
/** A service account that can change firewalls. */
const deployer = [serviceAccount(robotEmail)];
const given = (...bindings: readonly Binding[]): GcpItem => policy(project, [admin, robot], ...bindings);
const lets = (...permissions: readonly string[]): readonly GcpItem[] => [
  ...deployer,
  predefinedRole("roles/x", permissions),
  given(["roles/x", ada]),
];

describe("service accounts", () => {
  it.each<readonly [method: string, permission: string]>([
    ["service-account-get-access-token", "iam.serviceAccounts.getAccessToken"],
    ["service-account-key", "iam.serviceAccountKeys.create"],
    ["service-account-sign-blob", "iam.serviceAccounts.signBlob"],
    ["service-account-sign-jwt", "iam.serviceAccounts.signJwt"],
    ["service-account-set-iam-policy", "iam.serviceAccounts.setIamPolicy"],
  ])("%s", (method, permission) => {
    expect(say(asked(lets(permission)), ada)).toBe(`yes by ${method}`);
  });

  it("a token for signing in elsewhere is of no use", () => {
    expect(say(asked(lets("iam.serviceAccounts.getOpenIdToken")), ada)).toBe("no");
  });

  it("by the account's own policy alone", () => {
    const items = [...deployer, given(), accountPolicy(robotEmail, [["roles/iam.serviceAccountTokenCreator", ada]])];
    expect(say(asked(items), ada)).toBe("yes by service-account-get-access-token");
  });

  it("of one account nobody comes to another", () => {
    const other = emailOf("other");
    const items = [
      ...deployer,
      serviceAccount(other),
      given(),
      accountPolicy(other, [["roles/iam.serviceAccountTokenCreator", ada]]),
    ];
    expect(say(asked(items), ada)).toBe("no");
  });

  it("what an account's policy grants beyond the account is worth nothing", () => {
    const items = [...deployer, accountPolicy(robotEmail, [["roles/owner", ada]])];
    expect(say(asked(items), ada)).toBe("no");
  });

  it("chains of impersonation", () => {
    const middle = emailOf("middle");
    const items = [
      ...deployer,
      serviceAccount(middle),
      given(),
      accountPolicy(robotEmail, [["roles/iam.serviceAccountTokenCreator", `serviceAccount:${middle}`]]),
      accountPolicy(middle, [["roles/iam.serviceAccountTokenCreator", ada]]),
    ];
    const answer = asked(items);
    expect(say(answer, ada)).toBe("yes by service-account-get-access-token, service-account-get-access-token");
    expect(answer.grants.find(({ principal }) => principal.id === ada)?.path.map(({ via }) => via)).toEqual([
      `serviceAccount:${middle}`,
      robot,
    ]);
  });

  it("implicit delegation leads to those whom the account may impersonate, not to the account", () => {
    const middle = emailOf("middle");
    const chain = (role: string): readonly GcpItem[] => [
      ...deployer,
      serviceAccount(middle),
      predefinedRole("roles/delegator", ["iam.serviceAccounts.implicitDelegation"]),
      given([role, `serviceAccount:${middle}`]),
      accountPolicy(robotEmail, [["roles/iam.serviceAccountTokenCreator", `serviceAccount:${middle}`]]),
      accountPolicy(middle, [["roles/delegator", ada]]),
    ];
    expect(say(asked(chain("roles/viewer")), ada)).toBe(
      "yes by service-account-implicit-delegation, service-account-get-access-token",
    );
    const direct = [
      serviceAccount(middle),
      predefinedRole("roles/delegator", ["iam.serviceAccounts.implicitDelegation"]),
      policy(project, [admin, `serviceAccount:${middle}`]),
      accountPolicy(middle, [["roles/delegator", ada]]),
    ];
    expect(say(asked(direct), ada)).toBe("no");
  });

  it.each([
    "service-111@container-engine-robot.iam.gserviceaccount.com",
    "111@cloudservices.gserviceaccount.com",
    "111@cloudbuild.gserviceaccount.com",
    "service-111@gcp-sa-networkmanagement.iam.gserviceaccount.com",
  ])("%s is Google's, and nothing that is granted on the project leads to it", (agent) => {
    const items = [
      predefinedRole("roles/x", ["iam.serviceAccountKeys.create", "iam.serviceAccounts.actAs", "run.services.create"]),
      policy(
        project,
        [admin, `serviceAccount:${agent}`],
        ["roles/iam.serviceAccountTokenCreator", ada],
        ["roles/x", ada],
      ),
    ];
    expect(say(asked(items), ada)).toBe("no");
    expect(say(asked(items), `serviceAccount:${agent}`)).toBe("yes");
  });

  it("an account that is disabled is of use when somebody enables it", () => {
    const items = [serviceAccount(robotEmail, { disabled: true }), given()];
    expect(say(asked(items), robot)).toBe(`only-if unless ${robot} is still disabled`);
  });

  it("denied to the caller, nothing comes of it", () => {
    const deny = denyPolicy(project, {
      deniedPrincipals: ["principal://goog/subject/ada@example.com"],
      deniedPermissions: ["iam.googleapis.com/serviceAccounts.getAccessToken"],
    });
    expect(say(asked([...lets("iam.serviceAccounts.getAccessToken"), ...deny]), ada)).toBe("no");
  });
});

describe("something new that runs as the account", () => {
  it.each<readonly [method: string, ...permissions: readonly string[]]>([
    [
      "act-as-instance",
      "compute.instances.create",
      "compute.instances.setServiceAccount",
      "compute.instances.setMetadata",
      "compute.subnetworks.use",
    ],
    ["act-as-function", "cloudfunctions.functions.create", "cloudfunctions.functions.sourceCodeSet"],
    ["act-as-run-service", "run.services.create"],
    ["act-as-run-job", "run.jobs.create", "run.jobs.run"],
    ["act-as-scheduler", "cloudscheduler.jobs.create"],
    ["act-as-build", "cloudbuild.builds.create"],
    ["act-as-batch", "batch.jobs.create"],
    ["act-as-dataproc", "dataproc.clusters.create", "dataproc.jobs.create"],
    ["act-as-dataflow", "dataflow.jobs.create"],
    ["act-as-composer", "composer.environments.create"],
    ["act-as-vertex", "aiplatform.customJobs.create"],
    ["act-as-workflow", "workflows.workflows.create", "workflows.executions.create"],
    ["act-as-app-engine", "appengine.versions.create"],
    ["act-as-cloud-tasks", "cloudtasks.tasks.create"],
  ])("%s, with actAs and not without", (method, ...permissions) => {
    const answer = say(asked(lets("iam.serviceAccounts.actAs", ...permissions)), ada);
    expect(answer).toMatch(/^yes by act-as-/);
    if (method !== "act-as-instance") expect(answer).toBe(`yes by ${method}`);
    expect(say(asked(lets(...permissions)), ada)).toBe("no");
    expect(say(asked(lets("iam.serviceAccounts.actAs", ...permissions.slice(1))), ada)).toBe(
      method === "act-as-instance" ? "yes by act-as-instance-service-account" : "no",
    );
  });

  it("in another project than the account's it cannot be made", () => {
    const items = [
      ...deployer,
      predefinedRole("roles/x", ["run.services.create"]),
      policy("other", ["roles/x", ada]),
      given(["roles/iam.serviceAccountUser", ada]),
    ];
    expect(say(asked(items), ada)).toBe("no");
  });
});

describe("policies", () => {
  it.each<readonly [account: string, permission: string]>([
    [project, "resourcemanager.projects.setIamPolicy"],
    [folder, "resourcemanager.folders.setIamPolicy"],
    [organization, "resourcemanager.organizations.setIamPolicy"],
  ])("whoever may write the policy of %s", (account, permission) => {
    const items = [predefinedRole("roles/x", [permission]), policy(account, ["roles/x", ada])];
    const kind = permission.split(".")[1]?.slice(0, -1) ?? "";
    expect(say(asked(items), ada)).toBe(`yes by set-iam-policy-${kind}`);
  });

  it("on one project reaches no other", () => {
    const items = [policy("other", ["roles/resourcemanager.projectIamAdmin", ada]), policy(project)];
    expect(say(asked(items), ada)).toBe("yes by set-iam-policy-project");
    const { grants } = asked(items);
    expect(grants.flatMap(({ scopes }) => scopes.flatMap(({ resources }) => resources.map(({ id }) => id)))).toEqual([
      "projects/other",
    ]);
  });

  it("what is denied to the caller stays denied whatever it grants itself", () => {
    const deny = denyPolicy(organization, {
      deniedPrincipals: ["principalSet://goog/public:all"],
      exceptionPrincipals: ["principal://goog/subject/bob@example.com"],
      deniedPermissions: ["compute.googleapis.com/firewalls.*"],
    });
    const items = [policy(project, ["roles/resourcemanager.projectIamAdmin", [ada, "user:bob@example.com"]]), ...deny];
    expect(say(asked(items), ada)).toBe("no");
    expect(say(asked(items), "user:bob@example.com")).toBe("yes by set-iam-policy-project");
  });

  it("where people alone are denied, a new service account is not", () => {
    const deny = denyPolicy(organization, {
      deniedPrincipals: ["principalSet://goog/cloudIdentityCustomerId/C0ours"],
      deniedPermissions: ["compute.googleapis.com/firewalls.*"],
    });
    const items = [policy(project, ["roles/resourcemanager.projectIamAdmin", ada]), ...deny];
    expect(say(asked(items), ada)).toBe("yes by set-iam-policy-project, new-service-account");
  });

  it.each<readonly [roles: string, says: string]>([
    [`['${admin}']`, "yes by set-iam-policy-project"],
    ["['roles/viewer']", "no"],
    ["['roles/viewer', 'roles/owner']", "yes by set-iam-policy-project"],
    ["['roles/creator']", "no"],
  ])("limited to granting %s", (roles, says) => {
    const limit = `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(${roles})`;
    expect(say(asked([policy(project, ["roles/resourcemanager.projectIamAdmin", ada, limit])]), ada)).toBe(says);
  });

  it.each([
    ["['roles/owner']", "yes by set-iam-policy-project"],
    [`['${admin}']`, "yes by set-iam-policy-project"],
  ])("limited to granting anything but %s, all the rest can be granted", (roles, says) => {
    const limit = `!api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(${roles})`;
    expect(say(asked([policy(project, ["roles/resourcemanager.projectIamAdmin", ada, limit])]), ada)).toBe(says);
  });

  it("an owner has it by name, and a limit on grants limits nothing else", () => {
    const limit = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])";
    expect(say(asked([policy(project, [admin, ada, limit])]), ada)).toBe("yes");
  });
});

describe("custom roles", () => {
  const name = "projects/shop/roles/ops";
  const updater = predefinedRole("roles/x", ["iam.roles.update"]);

  it("whoever may rewrite a role that it holds", () => {
    const items = [
      customRole(name, ["compute.firewalls.list"]),
      updater,
      policy(project, [name, ada], ["roles/x", ada]),
    ];
    expect(say(asked(items), ada)).toBe("yes by update-role");
  });

  it("of a role that others hold it gains nothing", () => {
    const items = [
      customRole(name, ["compute.firewalls.list"]),
      updater,
      policy(project, [name, "user:bob@example.com"], ["roles/x", ada]),
    ];
    expect(say(asked(items), ada)).toBe("no");
  });

  it("on another project than the role's it is of no use", () => {
    const items = [
      customRole(name, ["compute.firewalls.list"]),
      updater,
      policy(project, [name, ada]),
      policy("other", ["roles/x", ada]),
    ];
    expect(say(asked(items), ada)).toBe("no");
  });
});

describe("principal access boundaries", () => {
  it("whoever may unbind one is not held by it", () => {
    const fence = boundary(["projects/other"], "//cloudresourcemanager.googleapis.com/organizations/1");
    const unbinder = predefinedRole("roles/x", ["iam.principalaccessboundarypolicies.unbind"]);
    const items = [unbinder, ...fence, policy(project, [admin, ada])];
    expect(say(asked(items), ada)).toBe("no");
    expect(say(asked([...items, policy(organization, ["roles/x", ada])]), ada)).toBe(
      "yes by unbind-principal-access-boundary",
    );
  });
});

describe("workloads", () => {
  const runs = (scopes: readonly string[], more: VendorObject = {}): GcpItem =>
    vm({
      serviceAccounts: [{ email: robotEmail, scopes: scopes.map((each) => `https://www.googleapis.com/auth/${each}`) }],
      ...more,
    });
  const into = (scopes: readonly string[], permissions: readonly string[]): string =>
    say(asked([...lets(...permissions), runs(scopes)]), ada);

  it.each<readonly [says: string, scopes: readonly string[], permissions: readonly string[]]>([
    [
      "yes by instance-set-metadata",
      ["cloud-platform"],
      ["compute.instances.setMetadata", "iam.serviceAccounts.actAs"],
    ],
    [
      "yes by instance-set-metadata",
      ["compute"],
      ["compute.projects.setCommonInstanceMetadata", "iam.serviceAccounts.actAs"],
    ],
    ["no", ["devstorage.read_only", "logging.write"], ["compute.instances.setMetadata", "iam.serviceAccounts.actAs"]],
    ["no", ["compute.readonly"], ["compute.instances.setMetadata", "iam.serviceAccounts.actAs"]],
    ["no", ["cloud-platform"], ["compute.instances.setMetadata"]],
    [
      "yes by instance-set-iam-policy",
      ["cloud-platform"],
      ["compute.instances.setIamPolicy", "iam.serviceAccounts.actAs"],
    ],
    ["no", ["cloud-platform"], ["compute.instances.setIamPolicy"]],
    ["unknown by instance-os-login", ["cloud-platform"], ["compute.instances.osLogin", "iam.serviceAccounts.actAs"]],
    ["unknown by instance-patch", ["cloud-platform"], ["osconfig.patchJobs.exec"]],
  ])("%s: scopes %s and %s", (says, scopes, permissions) => {
    expect(into(scopes, permissions)).toBe(says);
  });

  it("that were not read may run as the account", () => {
    const items = lets("compute.instances.setMetadata", "iam.serviceAccounts.actAs");
    const answer = asked(items, about("compute.firewalls.update"), { "compute.instances.aggregatedList": "denied" });
    expect(say(answer, ada)).toBe("unknown by instance-set-metadata");
    expect(answer.grants.find(({ principal }) => principal.id === ada)?.missing).toEqual([
      "whether an instance runs as the service account (compute.instances.aggregatedList of shop: denied)",
    ]);
  });

  it("whose token is limited to Compute Engine, no policy can be written", () => {
    const items = [
      ...deployer,
      predefinedRole("roles/x", ["compute.instances.setMetadata", "iam.serviceAccounts.actAs"]),
      policy(project, ["roles/resourcemanager.projectIamAdmin", robot], ["roles/x", ada]),
      runs(["compute"]),
    ];
    expect(say(asked(items), ada)).toBe("no");
    expect(say(asked(items), robot)).toBe("yes by set-iam-policy-project");
  });

  it.each<readonly [says: string, scope: string, permissions: readonly string[]]>([
    ["yes by service-account-key", "iam", ["iam.serviceAccountKeys.create"]],
    ["no", "compute", ["iam.serviceAccountKeys.create"]],
    ["no", "logging.write", ["iam.serviceAccountKeys.create"]],
    // A call of Compute Engine's names the account: which account is asked of roles, not of scopes.
    [
      "yes by act-as-instance-service-account",
      "compute",
      ["compute.instances.setServiceAccount", "compute.instances.setMetadata", "iam.serviceAccounts.actAs"],
    ],
    ["yes by set-iam-policy-project", "cloud-platform", ["resourcemanager.projects.setIamPolicy"]],
    ["no", "compute", ["resourcemanager.projects.setIamPolicy"]],
    ["yes by deployment-manager", "ndev.cloudman", ["deploymentmanager.deployments.create"]],
    ["no", "compute", ["deploymentmanager.deployments.create"]],
    ["yes", "compute", ["compute.firewalls.update", "compute.networks.updatePolicy"]],
    ["no", "iam", ["compute.firewalls.update", "compute.networks.updatePolicy"]],
  ])("%s: with the scope %s, of an account with %s", (says, scope, permissions) => {
    const web = emailOf("web");
    const items = [
      ...deployer,
      serviceAccount(web),
      predefinedRole("roles/y", permissions),
      given(
        ["roles/y", `serviceAccount:${web}`],
        ["roles/editor", "serviceAccount:111@cloudservices.gserviceaccount.com"],
      ),
      vm({ serviceAccounts: [{ email: web, scopes: [`https://www.googleapis.com/auth/${scope}`] }] }),
    ];
    const { workloads, whoCan } = identitiesOf(items);
    const grants = (workloads[0]?.grants ?? (() => whoCan().grants))();
    expect(workloads.length).toBe(scope === "logging.write" ? 0 : 1);
    const told = grants.map((grant) => say({ grants: [grant], blocked: [], notes: [] }, `serviceAccount:${web}`));
    if (workloads.length === 0 || says === "no") expect(workloads.length === 0 ? [] : told).toEqual([]);
    else expect(told).toContain(says);
    // Told of the account once, whatever its instances are limited to.
    expect(whoCan().grants.filter(({ principal }) => principal.id.endsWith("access scopes of an instance"))).toEqual(
      [],
    );
    expect(say(whoCan(), `serviceAccount:${web}`)).not.toBe("no");
  });

  it("carry their service account as far as scopes let its token go", () => {
    const carried = (scopes: readonly string[]): readonly unknown[] =>
      identitiesOf([...deployer, given(), runs(scopes)]).workloads.map(({ workload, principal, how }) => [
        workload.id,
        principal,
        how,
      ]);
    expect(carried(["cloud-platform"])).toEqual([
      [instancePath(), robot, "service account of the instance, with access to every API"],
    ]);
    expect(carried(["compute", "logging.write"])).toEqual([
      [instancePath(), robot, "service account of the instance, with the access scopes compute, logging.write"],
    ]);
    expect(carried(["logging.write"])).toEqual([]);
  });

  it.each<readonly [operation: string, data: VendorObject, runsAs: string]>([
    [
      "run.projects.locations.services.list",
      { name: "projects/shop/locations/x/services/s", template: { serviceAccount: robotEmail } },
      robot,
    ],
    [
      "run.projects.locations.services.list",
      { metadata: { name: "s" }, spec: { template: { spec: { serviceAccountName: robotEmail } } } },
      robot,
    ],
    [
      "run.projects.locations.services.list",
      { name: "projects/shop/locations/x/services/s", template: {} },
      defaultRobot(),
    ],
    [
      "run.projects.locations.jobs.list",
      { name: "projects/shop/locations/x/jobs/s", template: { template: { serviceAccount: robotEmail } } },
      robot,
    ],
    [
      "cloudfunctions.projects.locations.functions.list",
      {
        name: "projects/shop/locations/x/functions/f",
        environment: "GEN_2",
        serviceConfig: { serviceAccountEmail: robotEmail },
      },
      robot,
    ],
  ])("%s %o runs as %s", (operation, data, runsAs) => {
    const items = [
      ...deployer,
      serviceAccount("111-compute@developer.gserviceaccount.com"),
      given(),
      { account: project, operation, data },
    ];
    expect(identitiesOf(items).workloads.map(({ principal }) => principal)).toEqual([runsAs]);
  });
});

function defaultRobot(): string {
  return "serviceAccount:111-compute@developer.gserviceaccount.com";
}

describe("accounts that services run with", () => {
  it("deployments run as the Google APIs service agent", () => {
    const agent = "serviceAccount:111@cloudservices.gserviceaccount.com";
    const items = [
      predefinedRole("roles/x", ["deploymentmanager.deployments.create"]),
      policy(project, ["roles/editor", agent], ["roles/x", ada]),
    ];
    expect(say(asked(items), ada)).toBe("yes by deployment-manager");
  });

  it("builds may run as the legacy account of Cloud Build", () => {
    const agent = "serviceAccount:111@cloudbuild.gserviceaccount.com";
    const items = [
      predefinedRole("roles/x", ["cloudbuild.builds.create"]),
      policy(project, ["roles/editor", agent], ["roles/x", ada]),
    ];
    const answer = asked(items);
    expect(say(answer, ada)).toBe("unknown by cloud-build");
    expect(answer.grants.find(({ principal }) => principal.id === ada)?.missing).toEqual([
      "whether builds of the project can still run as the legacy Cloud Build account",
    ]);
  });
});

describe("removal", () => {
  it("is the binding that grants it, with a command", () => {
    const [grant] = asked([policy(project, [admin, ada])]).grants;
    expect(grant?.removal).toEqual({
      text: `Take ${ada} out of the binding of ${admin} in the allow policy of projects/shop, or bind a narrower role.`,
      cli: [`gcloud projects remove-iam-policy-binding shop --member=${ada} --role=${admin} --condition=None`],
    });
  });

  it("of a folder, with the binding's condition, quoted", () => {
    const condition = "request.time < timestamp('2099-01-01T00:00:00Z')";
    const [grant] = asked([policy(folder, [admin, ada, condition])]).grants;
    expect(grant?.removal.cli).toEqual([
      `gcloud resource-manager folders remove-iam-policy-binding 2 --member=${ada} --role=${admin} --condition='^;^expression=request.time < timestamp('\\''2099-01-01T00:00:00Z'\\'');title=only'`,
    ]);
  });

  it("of a path it is the first step's", () => {
    const items = [...deployer, given(), accountPolicy(robotEmail, [["roles/iam.serviceAccountTokenCreator", ada]])];
    const grant = asked(items, about("compute.firewalls.update")).grants.find(({ principal }) => principal.id === ada);
    expect(grant?.removal.cli).toEqual([
      `gcloud iam service-accounts remove-iam-policy-binding ${robotEmail} --project=shop --member=${ada} --role=roles/iam.serviceAccountTokenCreator --condition=None`,
    ]);
  });
});
