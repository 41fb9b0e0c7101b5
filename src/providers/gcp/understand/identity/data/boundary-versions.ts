/** Permissions that a version of enforcement blocks beside those of the versions before it. */
interface EnforcementVersion {
  readonly version: number;
  /** Patterns of permissions, as allow policies write them. */
  readonly blocks: readonly string[];
  readonly except: readonly string[];
}

/** The version of policies that name none, or `latest`. */
export const latestEnforcement = 4;

/**
 * What principal access boundaries can block, as far as it has to do with firewalls or escalation. Everything else, `compute.instances.*` among it, they
 * have no effect on. https://docs.cloud.google.com/iam/docs/pab-blocked-permissions
 */
export const enforcementVersions: readonly EnforcementVersion[] = [
  {
    version: 1,
    blocks: [
      "aiplatform.*",
      "dataflow.jobs.*",
      "logging.logMetrics.*",
      "run.jobs.create",
      "run.jobs.run",
      "run.services.create",
      "run.services.update",
    ],
    except: ["aiplatform.operations.*", "dataflow.jobs.snapshot"],
  },
  {
    version: 2,
    blocks: [
      "cloudbuild.*",
      "compute.regionSecurityPolicies.*",
      "compute.securityPolicies.*",
      "monitoring.*",
      "resourcemanager.*",
      "storage.hmacKeys.*",
    ],
    except: [
      "monitoring.metricsScopes.link",
      "monitoring.timeSeries.list",
      "resourcemanager.*PolicyBinding",
      "resourcemanager.*PolicyBindings",
    ],
  },
  {
    version: 3,
    blocks: [
      "cloudfunctions.*",
      "compute.backendServices.*",
      "compute.firewallPolicies.*",
      "compute.firewalls.*",
      "compute.forwardingRules.*",
      "compute.networks.*",
      "compute.packetMirrorings.*",
      "compute.regionFirewallPolicies.*",
      "compute.routes.*",
      "compute.subnetworks.*",
      "compute.targetInstances.*",
      "container.*",
      "dataproc.clusters.*",
      "dataproc.jobs.*",
      "iam.denypolicies.*",
      "iam.roles.*",
      "iam.serviceAccountKeys.*",
      "iam.serviceAccounts.*",
      "orgpolicy.*",
      "workflows.*",
    ],
    except: ["iam.serviceAccounts.createTagBinding", "iam.serviceAccounts.deleteTagBinding"],
  },
  {
    version: 4,
    blocks: [
      "composer.*",
      "iam.workloadIdentityPoolProviders.*",
      "iam.workloadIdentityPools.*",
      "networkconnectivity.policyBasedRoutes.*",
    ],
    except: ["iam.*.createPolicyBinding", "iam.*.deletePolicyBinding", "iam.*.updatePolicyBinding"],
  },
];
