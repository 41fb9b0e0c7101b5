import { existingWorkloadMethods } from "./escalation-methods/existing-workloads.ts";
import { iamMethods } from "./escalation-methods/iam.ts";
import { identityCenterMethods } from "./escalation-methods/identity-center.ts";
import { newWorkloadMethods } from "./escalation-methods/new-workloads.ts";
import type { EscalationMethod } from "./types.ts";

/**
 * The known ways from one identity's rights to more. They compose: a method that gives rights to a role and one that yields to become the role make
 * the pairs that other lists spell out.
 */
export const escalationMethods: readonly EscalationMethod[] = [
  ...iamMethods,
  ...newWorkloadMethods,
  ...existingWorkloadMethods,
  ...identityCenterMethods,
];
