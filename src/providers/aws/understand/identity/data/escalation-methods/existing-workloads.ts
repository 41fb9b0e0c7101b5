import type { EscalationMethod } from "../types.ts";
import {
  all,
  becomesRole,
  carriedBy,
  hacktricks,
  invocation,
  notRead,
  on,
  pathfinding,
  prowler,
  rhino,
} from "./rows.ts";

const hasAgent = notRead("the Systems Manager agent runs on the instance");
const getsInvoked = notRead("the function is invoked");

/** Ways through a workload that carries the role already. None needs `iam:PassRole`. */
export const existingWorkloadMethods: readonly EscalationMethod[] = [
  // Instances.
  becomesRole(
    "ec2-modify-user-data",
    all("workload", "ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"),
    [carriedBy("ec2-instance")],
    "changes what an instance runs when it starts, and restarts it",
    [...pathfinding("ec2-002"), prowler],
  ),
  becomesRole(
    "ec2-modify-launch-template",
    all("workload", "ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"),
    [carriedBy("ec2-launch-template"), notRead("an instance is launched from the template")],
    "changes what instances of a launch template run when they start",
    [...pathfinding("ec2-005"), prowler],
  ),
  becomesRole(
    "ec2-instance-connect-send-ssh-public-key",
    all("workload", "ec2-instance-connect:SendSSHPublicKey"),
    [
      carriedBy("ec2-instance", true),
      notRead("the instance runs EC2 Instance Connect and the caller reaches its SSH port"),
    ],
    "signs in to an instance with a key of its own",
    [...pathfinding("ec2-003"), prowler],
  ),
  becomesRole(
    "ec2-instance-connect-send-serial-console-ssh-public-key",
    all("workload", "ec2-instance-connect:SendSerialConsoleSSHPublicKey"),
    [
      carriedBy("ec2-instance", true),
      notRead("the account allows the serial console and the caller knows a password of the system"),
    ],
    "signs in to an instance's serial console",
    [hacktricks("ec2")],
  ),
  becomesRole(
    "ssm-start-session",
    all("workload", "ssm:StartSession"),
    [carriedBy("ec2-instance", true), hasAgent],
    "opens a Systems Manager session on an instance",
    [...pathfinding("ssm-001"), prowler],
  ),
  becomesRole(
    "ssm-send-command",
    all("workload", "ssm:SendCommand"),
    [carriedBy("ec2-instance", true), hasAgent],
    "runs commands on an instance through Systems Manager",
    [...pathfinding("ssm-002"), prowler],
  ),
  becomesRole(
    "ssm-create-association",
    all("workload", "ssm:CreateAssociation"),
    [carriedBy("ec2-instance", true), hasAgent],
    "has State Manager run commands on an instance",
    [hacktricks("ssm")],
  ),
  becomesRole(
    "ssm-update-document",
    all("any", "ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion"),
    [
      carriedBy("ec2-instance", true),
      hasAgent,
      notRead("a document that the caller can change is run on the instance"),
    ],
    "changes a document that Systems Manager runs on an instance",
    [hacktricks("ssm")],
  ),
  becomesRole(
    "ssm-maintenance-window",
    all(
      "any",
      "ssm:CreateMaintenanceWindow",
      "ssm:RegisterTargetWithMaintenanceWindow",
      "ssm:RegisterTaskWithMaintenanceWindow",
    ),
    [carriedBy("ec2-instance", true), hasAgent],
    "runs commands on an instance in a maintenance window",
    [hacktricks("ssm"), "https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html"],
  ),
  becomesRole(
    "codedeploy-create-deployment",
    [
      ...all("workload", "codedeploy:CreateDeployment"),
      ...all("any", "codedeploy:RegisterApplicationRevision", "codedeploy:GetDeploymentConfig"),
    ],
    [carriedBy("codedeploy-deployment-group")],
    "deploys a revision of its own to instances that carry the role",
    [...pathfinding("codedeploy-001"), prowler],
  ),

  // Functions and containers.
  becomesRole(
    "lambda-update-function-code",
    all("workload", "lambda:UpdateFunctionCode"),
    [carriedBy("lambda-function"), getsInvoked],
    "replaces the code of a function",
    [...pathfinding("lambda-003"), rhino],
  ),
  becomesRole(
    "lambda-update-function-code-and-invoke",
    [on("workload", "lambda:UpdateFunctionCode"), on("workload", ...invocation)],
    [carriedBy("lambda-function")],
    "replaces the code of a function and has it run",
    [...pathfinding("lambda-004", "lambda-005"), rhino],
  ),
  becomesRole(
    "lambda-update-function-configuration",
    all("workload", "lambda:UpdateFunctionConfiguration"),
    [carriedBy("lambda-function"), getsInvoked],
    "gives a function a layer of its own",
    [prowler, rhino],
  ),
  becomesRole(
    "lambda-update-function-configuration-and-invoke",
    [on("workload", "lambda:UpdateFunctionConfiguration"), on("workload", ...invocation)],
    [carriedBy("lambda-function")],
    "gives a function a layer of its own and has it run",
    [prowler, rhino],
  ),
  becomesRole(
    "ecs-execute-command",
    all("workload", "ecs:ExecuteCommand", "ecs:DescribeTasks"),
    [carriedBy("ecs-task-with-exec", true)],
    "runs commands in a task",
    [...pathfinding("ecs-006"), prowler],
  ),
  becomesRole(
    "batch-submit-job",
    all("workload", "batch:SubmitJob"),
    [carriedBy("batch-job-definition")],
    "submits a job with a command of its own",
    [...pathfinding("batch-002"), prowler],
  ),
  becomesRole(
    "apprunner-update-service",
    all("workload", "apprunner:UpdateService"),
    [carriedBy("apprunner-service")],
    "changes what an App Runner service runs",
    [...pathfinding("apprunner-002"), prowler],
  ),

  // What deploys, builds and orchestrates.
  becomesRole(
    "cloudformation-update-stack",
    all("workload", "cloudformation:UpdateStack"),
    [carriedBy("cloudformation-stack")],
    "updates a stack that acts as the role",
    pathfinding("cloudformation-002"),
  ),
  becomesRole(
    "cloudformation-execute-change-set",
    all("workload", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
    [carriedBy("cloudformation-stack")],
    "changes a stack that acts as the role",
    pathfinding("cloudformation-005"),
  ),
  becomesRole(
    "codebuild-start-build",
    [on("workload", "codebuild:StartBuild", "codebuild:StartBuildBatch")],
    [carriedBy("codebuild-project")],
    "starts a build with commands of its own",
    pathfinding("codebuild-002", "codebuild-003"),
  ),
  becomesRole(
    "codebuild-update-project",
    all("workload", "codebuild:UpdateProject"),
    [carriedBy("codebuild-project"), notRead("the project is built")],
    "changes what a project builds",
    [hacktricks("codebuild")],
  ),
  becomesRole(
    "states-update-state-machine",
    all("workload", "states:UpdateStateMachine", "states:StartExecution"),
    [carriedBy("state-machine")],
    "changes a state machine and starts it",
    [prowler, hacktricks("stepfunctions")],
  ),

  // Analytics and machine learning.
  becomesRole(
    "glue-update-dev-endpoint",
    all("workload", "glue:UpdateDevEndpoint"),
    [carriedBy("glue-dev-endpoint")],
    "signs in to a Glue development endpoint with a key of its own",
    [...pathfinding("glue-002"), rhino],
  ),
  becomesRole(
    "sagemaker-create-presigned-notebook-instance-url",
    all("workload", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    [carriedBy("sagemaker-notebook")],
    "opens a notebook",
    [...pathfinding("sagemaker-004"), rhino],
  ),
  becomesRole(
    "sagemaker-notebook-lifecycle-config",
    [
      on("any", "sagemaker:CreateNotebookInstanceLifecycleConfig"),
      ...all(
        "workload",
        "sagemaker:StopNotebookInstance",
        "sagemaker:UpdateNotebookInstance",
        "sagemaker:StartNotebookInstance",
      ),
    ],
    [carriedBy("sagemaker-notebook")],
    "changes what a notebook runs when it starts, and restarts it",
    [...pathfinding("sagemaker-005"), prowler],
  ),
  becomesRole(
    "bedrock-agentcore-invoke-code-interpreter",
    all("workload", "bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"),
    [carriedBy("agentcore-code-interpreter")],
    "runs code in a code interpreter",
    [...pathfinding("bedrock-002"), prowler],
  ),
  becomesRole(
    "bedrock-agentcore-invoke-agent-runtime-command",
    all("workload", "bedrock-agentcore:InvokeAgentRuntimeCommand"),
    [carriedBy("agentcore-runtime"), notRead("callers sign in to the runtime by IAM")],
    "runs commands in an agent runtime",
    [...pathfinding("bedrock-004"), prowler],
  ),
  becomesRole(
    "bedrock-agentcore-start-browser-session",
    all("workload", "bedrock-agentcore:StartBrowserSession", "bedrock-agentcore:ConnectBrowserAutomationStream"),
    [carriedBy("agentcore-browser")],
    "drives a browser",
    [...pathfinding("bedrock-007"), prowler],
  ),
];
