import { textInput } from "../call.ts";
import type { Call, Operations } from "../call.ts";
import { AwsError } from "../errors.ts";
import { page } from "../paging.ts";

/** AWS Lambda. */
export const lambdaOperations: Operations = {
  ListFunctions: (call) => page(call, "Functions", call.here.Functions ?? []),
};

/** Amazon ECS: tasks that run, and what they are made from. */
export const ecsOperations: Operations = {
  ListClusters: (call) => page(call, "clusterArns", clusters(call)),
  ListTasks(call) {
    const cluster = clusterOf(call);
    const tasks = (call.here.Tasks ?? []).filter(({ clusterArn }) => clusterArn === cluster);
    return page(
      call,
      "taskArns",
      tasks.map(({ taskArn }) => taskArn),
    );
  },
  DescribeTasks(call) {
    const cluster = clusterOf(call);
    const wanted = stringsOf(call.input["tasks"]);
    const tasks = (call.here.Tasks ?? []).filter(
      ({ clusterArn, taskArn }) => clusterArn === cluster && wanted.includes(taskArn ?? ""),
    );
    return { tasks, failures: [] };
  },
  DescribeTaskDefinition(call) {
    const arn = textInput(call, "taskDefinition");
    const taskDefinition = call.here.TaskDefinitions?.find(({ taskDefinitionArn }) => taskDefinitionArn === arn);
    if (taskDefinition !== undefined) return { taskDefinition };
    throw new AwsError("ClientException", 400, "Unable to describe task definition.");
  },
};

/** AWS CloudFormation. */
export const cloudFormationOperations: Operations = {
  DescribeStacks: (call) => page(call, "Stacks", call.here.Stacks ?? []),
};

/** AWS CodeBuild. */
export const codeBuildOperations: Operations = {
  ListProjects: (call) =>
    page(
      call,
      "projects",
      (call.here.Projects ?? []).map(({ name }) => name),
    ),
  BatchGetProjects(call) {
    const wanted = stringsOf(call.input["names"]);
    return { projects: (call.here.Projects ?? []).filter(({ name }) => wanted.includes(name ?? "")) };
  },
};

function clusters(call: Call): readonly string[] {
  return [...new Set((call.here.Tasks ?? []).flatMap(({ clusterArn }) => clusterArn ?? []))];
}

function clusterOf(call: Call): string {
  const cluster = textInput(call, "cluster");
  if (clusters(call).includes(cluster)) return cluster;
  throw new AwsError("ClusterNotFoundException", 400, "Cluster not found.");
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
