import {
  allowPolicy,
  boundary,
  customRole,
  denyPolicy,
  directoryGroup,
  policyBinding,
  pool,
  serviceAccountOf,
} from "../build-identity.ts";
import type { GcpAccess, GcpGroup } from "../estate-identity.ts";
import {
  hostProject,
  listenProject,
  organization,
  production,
  region,
  sandboxProject,
  serviceAccount,
} from "./company.ts";

const person = (name: string): string => `user:${name}@harbour-books.example`;
const group = (name: string): string => `group:${name}@harbour-books.example`;
const account = (name: string, project: string): string => `serviceAccount:${serviceAccount(name, project)}`;

const listenNumber = "940718263354";
const sandboxNumber = "205718394466";
const sandboxDefault = `${sandboxNumber}-compute@developer.gserviceaccount.com`;

/** Who reads all this: the role that `rampart permissions gcp` prints, made in the organization. */
const reader = `organizations/${organization}/roles/rampartReader`;

/** Groups of the directory: administrators hold the network team on call among them. */
export const demoGroups: readonly GcpGroup[] = [
  directoryGroup("cloud-admins@harbour-books.example", ["sanne.bakker@harbour-books.example"]),
  directoryGroup(
    "network-team@harbour-books.example",
    ["ines.koch@harbour-books.example"],
    ["network-on-call@harbour-books.example"],
  ),
  directoryGroup("network-on-call@harbour-books.example", ["tomas.lind@harbour-books.example"]),
  directoryGroup("listen-developers@harbour-books.example", [
    "jonas.falk@harbour-books.example",
    "amira.haddad@harbour-books.example",
  ]),
];

// GitHub's workflows may reach what Production holds, and nothing else of the company's.
const workflows = `projects/${listenNumber}/locations/global/workloadIdentityPools/github`;
const onlyProduction = boundary(organization, "only-production", [
  `//cloudresourcemanager.googleapis.com/folders/${production}`,
]);
const partners = "locations/global/workforcePools/harbour-freight-partners";

/** The company as a whole. */
export const organizationAccess: GcpAccess = {
  policy: allowPolicy(
    ["roles/resourcemanager.organizationAdmin", [group("cloud-admins")]],
    ["roles/compute.orgFirewallPolicyAdmin", [group("network-team")]],
    [reader, [account("rampart", hostProject)]],
    ["roles/browser", ["domain:harbour-books.example"]],
  ),
  roles: [
    customRole(`organizations/${organization}`, "rampartReader", [
      "compute.firewalls.list",
      "compute.networks.list",
      "resourcemanager.projects.getIamPolicy",
    ]),
  ],
  boundaries: [onlyProduction],
  workforcePools: [
    pool(
      partners,
      "Freight partners",
      {
        "harbour-freight": {
          attributeMapping: { "google.subject": "assertion.sub", "google.groups": "assertion.groups" },
          oidc: { issuerUri: "https://login.harbour-freight.example", clientId: "harbour-books" },
        },
      },
      { parent: `organizations/${organization}`, sessionDuration: "3600s" },
    ),
  ],
};

/**
 * What lies in Production: firewall rules are the network team's and Terraform's, whatever else somebody's role says.
 */
export const productionAccess: GcpAccess = {
  policy: allowPolicy(["roles/compute.viewer", [group("listen-developers")]]),
  denyPolicies: [
    denyPolicy(`folders/${production}`, "firewalls-are-the-network-teams", {
      description: "Firewall rules are changed by the network team and by Terraform alone",
      denied: ["principalSet://goog/public:all"],
      except: [
        "principalSet://goog/group/network-team@harbour-books.example",
        `principal://iam.googleapis.com/projects/-/serviceAccounts/${serviceAccount("terraform", hostProject)}`,
      ],
      permissions: ["create", "delete", "update"].map((verb) => `compute.googleapis.com/firewalls.${verb}`),
    }),
  ],
};

/** The host of the Shared VPC: whoever rules here rules the network of everything in Production. */
export const hostAccess: GcpAccess = {
  policy: allowPolicy(
    // She cannot edit a rule, but can attach policies, turn around what goes first, and route around it all.
    ["roles/compute.networkAdmin", [person("mara.devries")]],
    ["roles/compute.securityAdmin", [group("network-team")]],
    ["roles/editor", [account("terraform", hostProject)]],
    [
      `projects/${hostProject}/roles/partnerRules`,
      [person("femke.smit")],
      { title: "until the move is done", expression: 'request.time < timestamp("2027-03-31T22:00:00Z")' },
    ],
  ),
  roles: [
    customRole(
      `projects/${hostProject}`,
      "partnerRules",
      ["compute.networks.setFirewallPolicy", "compute.networks.updatePolicy", "compute.firewallPolicies.use"],
      { title: "Partner rules" },
    ),
    customRole(`projects/${hostProject}`, "oldOperator", ["compute.firewalls.update"], { disabled: true }),
  ],
  serviceAccounts: [
    serviceAccountOf(hostProject, serviceAccount("rampart", hostProject), { displayName: "Rampart" }),
    serviceAccountOf(hostProject, serviceAccount("security-audit", hostProject), {
      policy: allowPolicy(["roles/iam.serviceAccountTokenCreator", [account("rampart", hostProject)]]),
    }),
    // He left two years ago, and used his own address for a week before he got one here.
    serviceAccountOf(hostProject, serviceAccount("terraform", hostProject), {
      displayName: "Terraform",
      policy: allowPolicy(["roles/iam.serviceAccountTokenCreator", ["user:pieter.vos.dev@gmail.com"]]),
    }),
  ],
};

const anyWorkflow = `principalSet://iam.googleapis.com/${workflows}/*`;
const listenWorkflows = `principalSet://iam.googleapis.com/${workflows}/attribute.repository/harbour-books/listen`;
const claims = {
  "google.subject": "assertion.sub",
  "attribute.repository": "assertion.repository",
  "attribute.repository_owner": "assertion.repository_owner",
};
const githubIssuer = { issuerUri: "https://token.actions.githubusercontent.com" };

/** The audiobooks. */
export const listenAccess: GcpAccess = {
  policy: allowPolicy(
    ["roles/editor", [person("jonas.falk")]],
    ["roles/compute.instanceAdmin.v1", [group("listen-developers")]],
    ["roles/run.developer", [account("listen-deploy", listenProject)]],
    ["roles/iam.serviceAccountUser", [account("listen-deploy", listenProject)]],
    ["roles/compute.networkAdmin", [account("listen-release", listenProject)]],
    ["roles/viewer", [`principalSet://iam.googleapis.com/${partners}/group/listeners`]],
  ),
  policyBindings: [
    policyBinding(`projects/${listenNumber}`, "github-only-in-production", {
      principals: `//iam.googleapis.com/${workflows}`,
      policy: onlyProduction,
    }),
  ],
  workloadIdentityPools: [
    pool(workflows, "GitHub", {
      listen: {
        attributeMapping: claims,
        attributeCondition: "assertion.repository_owner == 'harbour-books'",
        oidc: githubIssuer,
      },
      // From the day somebody tried it out: no condition, so that any workflow on GitHub is let in.
      "first-try": { attributeMapping: claims, oidc: githubIssuer },
    }),
  ],
  serviceAccounts: [
    ...[
      "listen-web",
      "listen-stream",
      "listen-api",
      "listen-nodes",
      "listen-data",
      "pricing",
      "partner-api",
      "branch-vpn",
    ].map((name) => serviceAccountOf(listenProject, serviceAccount(name, listenProject))),
    serviceAccountOf(listenProject, serviceAccount("listen-deploy", listenProject), {
      policy: allowPolicy(["roles/iam.workloadIdentityUser", [listenWorkflows]]),
    }),
    serviceAccountOf(listenProject, serviceAccount("listen-release", listenProject), {
      policy: allowPolicy(["roles/iam.workloadIdentityUser", [anyWorkflow]]),
    }),
  ],
  services: [
    {
      name: `projects/${listenProject}/locations/${region}/services/listen-api`,
      uri: "https://listen-api-4u7cpnzq2a-ew.a.run.app",
      ingress: "INGRESS_TRAFFIC_ALL",
      template: {
        serviceAccount: serviceAccount("listen-api", listenProject),
        containers: [{ image: "listen-api", env: [{ name: "DB_PASSWORD", value: "SECRET-OF-listen-api" }] }],
      },
    },
  ],
  jobs: [
    {
      name: `projects/${listenProject}/locations/${region}/jobs/royalties`,
      template: { template: { serviceAccount: serviceAccount("listen-api", listenProject), containers: [] } },
    },
  ],
  functions: [
    {
      name: `projects/${listenProject}/locations/${region}/functions/resize-covers`,
      environment: "GEN_2",
      state: "ACTIVE",
      serviceConfig: {
        service: `projects/${listenProject}/locations/${region}/services/resize-covers`,
        serviceAccountEmail: serviceAccount("listen-web", listenProject),
        environmentVariables: { CDN_TOKEN: "SECRET-OF-resize-covers" },
        ingressSettings: "ALLOW_INTERNAL_ONLY",
      },
    },
  ],
};

/** The conference's project, with what Google gave it: Editor for the account that every machine carries. */
export const sandboxAccess: GcpAccess = {
  policy: allowPolicy(
    ["roles/owner", [person("lena.ortiz")]],
    [
      "roles/editor",
      [`serviceAccount:${sandboxDefault}`, `serviceAccount:${sandboxNumber}@cloudservices.gserviceaccount.com`],
    ],
  ),
  serviceAccounts: [
    serviceAccountOf(sandboxProject, sandboxDefault, { displayName: "Compute Engine default service account" }),
    serviceAccountOf(sandboxProject, serviceAccount("booth", sandboxProject), { keys: ["2023-09-12T08:00:00Z"] }),
  ],
};
