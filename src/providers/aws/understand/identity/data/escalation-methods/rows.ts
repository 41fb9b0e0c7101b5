import type { EscalationMethod, Prerequisite, Requirement, RequirementTarget, WorkloadKind } from "../types.ts";

/** The pages of pathfinding.cloud that describe a way. */
export const pathfinding = (...ids: readonly string[]): readonly string[] =>
  ids.map((id) => `https://pathfinding.cloud/paths/${id}`);

/** A page of HackTricks Cloud about ways through one service. */
export const hacktricks = (service: string): string =>
  `https://cloud.hacktricks.wiki/en/pentesting-cloud/aws-security/aws-privilege-escalation/aws-${service}-privesc/index.html`;

/** The list that Rhino Security Labs began in 2018. */
export const rhino = "https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation";

/** The combinations that Prowler looks for. */
export const prowler =
  "https://github.com/prowler-cloud/prowler/blob/3e000fa/prowler/providers/aws/services/iam/lib/privilege_escalation.py";

/** One of these actions. */
export const on = (target: RequirementTarget, ...actions: readonly string[]): readonly Requirement[] =>
  actions.map((action) => ({ action, on: target, passes: [] }));

/** Each of these actions. */
export const all = (target: RequirementTarget, ...actions: readonly string[]): readonly (readonly Requirement[])[] =>
  actions.map((action) => on(target, action));

/** To pass the target to one of these services: `lambda` for `lambda.amazonaws.com`. */
export const pass = (...services: readonly string[]): readonly Requirement[] => [
  { action: "iam:PassRole", on: "target", passes: services.map((service) => `${service}.amazonaws.com`) },
];

/** What makes a new function run. */
export const invocation = ["lambda:InvokeFunction", "lambda:AddPermission", "lambda:CreateEventSourceMapping"] as const;

export const reachesTarget: Prerequisite = { kind: "reaches-target" };

export const notRead = (says: string): Prerequisite => ({ kind: "not-read", says });

export const carriedBy = (workload: WorkloadKind, running = false): Prerequisite => ({
  kind: "workload",
  workload,
  running,
});

/** A method that aims at a role and yields to act as it. */
export const becomesRole = (
  id: string,
  requires: EscalationMethod["requires"],
  prerequisites: readonly Prerequisite[],
  says: string,
  sources: readonly string[],
): EscalationMethod => ({ id, targets: ["role"], requires, prerequisites, effect: "become", says, sources });
