import type { VendorObject } from "../../snapshot/record.ts";
import { isObject } from "../read.ts";
import { type AwsOperation, list, only, operation, perId, perIds, perRecord, smallNextToken } from "./operation.ts";

// Environment variables, parameters and outputs of workloads are where secrets lie about: only what says whose identity a workload
// carries is kept.

const taskMembers = only(
  "taskArn",
  "clusterArn",
  "taskDefinitionArn",
  "group",
  "lastStatus",
  "launchType",
  "containerInstanceArn",
  "enableExecuteCommand",
  "attachments",
);
const taskRoles = only("taskRoleArn", "executionRoleArn");
const definitionMembers = only(
  "taskDefinitionArn",
  "family",
  "status",
  "networkMode",
  "taskRoleArn",
  "executionRoleArn",
);

/** Whatever runs as a role, beside EC2 instances: who controls it can act as that role. */
export const workloadOperations: readonly AwsOperation[] = [
  {
    ...list("lambda", "ListFunctions", "Functions", {
      tokenIn: "Marker",
      tokenOut: "NextMarker",
      size: { member: "MaxItems", value: 50 },
    }),
    trim: only("FunctionName", "FunctionArn", "Role", "VpcConfig"),
  },
  operation("ecs", "ListClusters", { answer: { kind: "ids", member: "clusterArns" }, paging: smallNextToken(100) }),
  operation("ecs", "ListTasks", {
    answer: { kind: "ids", member: "taskArns" },
    paging: smallNextToken(100),
    ask: perId("ecs:ListClusters", "clusterArns", "cluster", ["cluster"]),
    goneBy: ["ClusterNotFoundException"],
  }),
  operation("ecs", "DescribeTasks", {
    answer: { kind: "list", member: "tasks" },
    ask: perIds("ecs:ListTasks", "taskArns", "tasks", 100, []),
    lists: ["tasks"],
    trim: (task) => ({ ...taskMembers(task), ...trimmed(task, "overrides", taskRoles) }),
    goneBy: ["ClusterNotFoundException"],
  }),
  operation("ecs", "DescribeTaskDefinition", {
    answer: { kind: "document" },
    ask: perRecord("ecs:DescribeTasks", "taskDefinitionArn", "taskDefinition"),
    trim: (answer) => trimmed(answer, "taskDefinition", definitionMembers),
  }),
  {
    ...list("cloudformation", "DescribeStacks", "Stacks", { tokenIn: "NextToken", tokenOut: "NextToken", size: null }),
    trim: only("StackId", "StackName", "StackStatus", "RoleARN"),
  },
  operation("codebuild", "ListProjects", { answer: { kind: "ids", member: "projects" }, paging: smallNextToken(null) }),
  operation("codebuild", "BatchGetProjects", {
    answer: { kind: "list", member: "projects" },
    ask: perIds("codebuild:ListProjects", "projects", "names", 100, []),
    lists: ["names"],
    trim: only("name", "arn", "serviceRole"),
  }),
];

/** An object with a member of an item trimmed; empty when the item has none. */
function trimmed(item: VendorObject, member: string, trim: AwsOperation["trim"]): VendorObject {
  const value = item[member];
  return isObject(value) ? { [member]: trim(value) } : {};
}
