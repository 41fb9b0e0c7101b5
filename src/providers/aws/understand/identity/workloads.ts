import type { ResourceItem } from "../../../../identity/resources.ts";
import { isKnown } from "../../../../model/coverage.ts";
import type { ResourceRef } from "../../../../model/resource.ts";
import type { Snapshot, SnapshotRecord } from "../../../../snapshot/record.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import { object, objects, text } from "../../../read.ts";
import { partitionOf } from "../resource.ts";
import type { WorkloadKind } from "./data/types.ts";
import { itemOf } from "./inventory.ts";

/** A workload that carries a role. */
export interface Workload {
  /** Null for one that nobody can get into by a known method: a task that was started without ECS Exec. */
  readonly kind: WorkloadKind | null;
  readonly item: ResourceItem;
  /** The role's ARN, or that of the instance profile that holds it. */
  readonly carries: string;
  readonly how: string;
  readonly running: boolean;
}

/** The workloads of the snapshot. */
export interface Workloads {
  readonly all: readonly Workload[];
  /** Why workloads of a kind in an account are not all known, in words; null when they are. */
  readonly unread: (kind: WorkloadKind, account: string) => string | null;
}

/** What lists each kind that is collected. */
const operations: Readonly<Partial<Record<WorkloadKind, readonly string[]>>> = {
  "ec2-instance": ["ec2:DescribeInstances"],
  "lambda-function": ["lambda:ListFunctions"],
  "ecs-task-with-exec": ["ecs:DescribeTasks", "ecs:DescribeTaskDefinition"],
  "cloudformation-stack": ["cloudformation:DescribeStacks"],
  "codebuild-project": ["codebuild:BatchGetProjects"],
};

/** The services that run each kind, as roles' trust policies name them. */
export const servicesOf: Readonly<Record<WorkloadKind, readonly string[]>> = {
  "agentcore-browser": ["bedrock-agentcore.amazonaws.com"],
  "agentcore-code-interpreter": ["bedrock-agentcore.amazonaws.com"],
  "agentcore-runtime": ["bedrock-agentcore.amazonaws.com"],
  "apprunner-service": ["tasks.apprunner.amazonaws.com", "build.apprunner.amazonaws.com"],
  "batch-job-definition": ["ecs-tasks.amazonaws.com"],
  "cloudformation-stack": ["cloudformation.amazonaws.com"],
  "codebuild-project": ["codebuild.amazonaws.com"],
  "codedeploy-deployment-group": ["ec2.amazonaws.com"],
  "ec2-instance": ["ec2.amazonaws.com"],
  "ec2-launch-template": ["ec2.amazonaws.com"],
  "ecs-task-with-exec": ["ecs-tasks.amazonaws.com"],
  "glue-dev-endpoint": ["glue.amazonaws.com"],
  "lambda-function": ["lambda.amazonaws.com"],
  "sagemaker-notebook": ["sagemaker.amazonaws.com"],
  "state-machine": ["states.amazonaws.com"],
};

export function readWorkloads(snapshot: Snapshot, index: RecordIndex): Workloads {
  const regions = Map.groupBy(
    snapshot.targets.filter(
      ({ cloud, status, region }) => cloud === "aws" && status === "scanned" && region !== "global",
    ),
    ({ account }) => account,
  );
  return {
    all: [...instances(index), ...functions(index), ...tasks(index), ...stacks(index), ...projects(index)],
    unread: (kind, account) => {
      const needed = operations[kind];
      const words = kind.replaceAll("-", " ");
      if (needed === undefined) return `whether a ${words} carries the role`;
      const targets = regions.get(account) ?? [];
      if (targets.length === 0) return `whether a ${words} carries the role: no Region of the account was scanned`;
      for (const { region } of targets) {
        const lacking = needed.find(
          (operation) => !isKnown(index.coverage({ cloud: "aws", account, region }, operation)?.status ?? "skipped"),
        );
        if (lacking !== undefined) return `whether a ${words} carries the role: ${lacking} in ${region}`;
      }
      return null;
    },
  };
}

function workload(
  kind: WorkloadKind | null,
  record: SnapshotRecord,
  ref: Pick<ResourceRef, "type" | "id" | "name">,
  arn: string,
  carries: string | null,
  how: string,
  running = true,
): readonly Workload[] {
  if (carries === null) return [];
  const { cloud, account, region, data } = record;
  const hasTags = kind === "ec2-instance";
  return [
    { kind, item: itemOf({ cloud, account, region, ...ref, arn }, arn, hasTags ? data : null), carries, how, running },
  ];
}

/** One record is one reservation, with its instances in it. */
function instances(index: RecordIndex): readonly Workload[] {
  return index.all("ec2:DescribeInstances").flatMap((record) =>
    objects(record.data, "Instances").flatMap((data) => {
      const { account, region } = record;
      const id = text(data, "InstanceId");
      const profile = object(data, "IamInstanceProfile");
      const state = object(data, "State");
      if (id === null || profile === null) return [];
      const arn = `arn:${partitionOf(region)}:ec2:${region}:${account}:instance/${id}`;
      const carries = text(profile, "Arn");
      const running = state === null || text(state, "Name") === "running";
      const ref = { type: "aws:ec2:instance", id, name: null };
      const how = `instance profile ${carries ?? ""}`;
      return workload("ec2-instance", { ...record, data }, ref, arn, carries, how, running);
    }),
  );
}

function functions(index: RecordIndex): readonly Workload[] {
  return index.all("lambda:ListFunctions").flatMap((record) => {
    const arn = text(record.data, "FunctionArn");
    const name = text(record.data, "FunctionName");
    if (arn === null || name === null) return [];
    const ref = { type: "aws:lambda:function", id: name, name };
    return workload("lambda-function", record, ref, arn, text(record.data, "Role"), "execution role");
  });
}

function tasks(index: RecordIndex): readonly Workload[] {
  const roles = new Map<string, string>();
  for (const { data, account, region } of index.all("ecs:DescribeTaskDefinition")) {
    const definition = object(data, "taskDefinition") ?? data;
    const arn = text(definition, "taskDefinitionArn");
    const role = text(definition, "taskRoleArn");
    if (arn !== null && role !== null) roles.set(`${account} ${region} ${arn}`, role);
  }
  return index.all("ecs:DescribeTasks").flatMap((record) => {
    const { data, account, region } = record;
    const arn = text(data, "taskArn");
    if (arn === null) return [];
    const overrides = object(data, "overrides");
    const own = overrides === null ? null : text(overrides, "taskRoleArn");
    const role = own ?? roles.get(`${account} ${region} ${text(data, "taskDefinitionArn") ?? ""}`) ?? null;
    const running = text(data, "lastStatus") === "RUNNING";
    const kind = data["enableExecuteCommand"] === true ? "ecs-task-with-exec" : null;
    const carried = (by: WorkloadKind | null, type: string, id: string): readonly Workload[] =>
      workload(by, record, { type, id, name: null }, arn, role, "task role", running);
    // An interface of a task tells of its attachment alone.
    const attachments = objects(data, "attachments").flatMap((attachment) => text(attachment, "id") ?? []);
    const attached = attachments.flatMap((id) => carried(null, "aws:ecs:task-attachment", id));
    return carried(kind, "aws:ecs:task", arn).concat(attached);
  });
}

function stacks(index: RecordIndex): readonly Workload[] {
  return index.all("cloudformation:DescribeStacks").flatMap((record) => {
    const arn = text(record.data, "StackId");
    if (arn === null) return [];
    const ref = { type: "aws:cloudformation:stack", id: arn, name: text(record.data, "StackName") };
    return workload("cloudformation-stack", record, ref, arn, text(record.data, "RoleARN"), "stack role");
  });
}

function projects(index: RecordIndex): readonly Workload[] {
  return index.all("codebuild:BatchGetProjects").flatMap((record) => {
    const arn = text(record.data, "arn");
    if (arn === null) return [];
    const ref = { type: "aws:codebuild:project", id: arn, name: text(record.data, "name") };
    return workload("codebuild-project", record, ref, arn, text(record.data, "serviceRole"), "service role");
  });
}
