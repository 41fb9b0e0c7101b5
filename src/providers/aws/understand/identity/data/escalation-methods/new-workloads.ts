import type { EscalationMethod, Prerequisite } from "../types.ts";
import { all, becomesRole, hacktricks, invocation, notRead, on, pass, pathfinding, prowler, rhino } from "./rows.ts";

const instanceProfile: readonly Prerequisite[] = [{ kind: "instance-profile" }];
const runsCode = notRead("the caller can run code on an instance");

/** Ways through a workload that the caller makes and passes the role to, on instances and containers. */
const computeMethods: readonly EscalationMethod[] = [
  becomesRole(
    "ec2-run-instances",
    [pass("ec2"), ...all("any", "ec2:RunInstances")],
    instanceProfile,
    "launches an instance that carries the role",
    [...pathfinding("ec2-001"), rhino],
  ),
  becomesRole(
    "ec2-request-spot-instances",
    [pass("ec2"), ...all("any", "ec2:RequestSpotInstances")],
    instanceProfile,
    "requests a spot instance that carries the role",
    pathfinding("ec2-004"),
  ),
  becomesRole(
    "ec2-associate-instance-profile",
    [pass("ec2"), on("any", "ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation")],
    [...instanceProfile, runsCode],
    "gives the instance profile of the role to an instance",
    [hacktricks("ec2"), "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/replace-iam-role.html"],
  ),
  becomesRole(
    "autoscaling-launch-configuration",
    [
      pass("ec2", "autoscaling"),
      on("any", "autoscaling:CreateLaunchConfiguration"),
      on("any", "autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup"),
    ],
    instanceProfile,
    "has an Auto Scaling group launch instances that carry the role",
    [prowler, hacktricks("ec2")],
  ),
  becomesRole(
    "imagebuilder-create-image",
    [
      pass("ec2"),
      ...all(
        "any",
        "imagebuilder:CreateComponent",
        "imagebuilder:CreateImageRecipe",
        "imagebuilder:CreateInfrastructureConfiguration",
        "imagebuilder:CreateImage",
      ),
    ],
    instanceProfile,
    "builds an image on an instance that carries the role",
    [...pathfinding("imagebuilder-001"), prowler],
  ),
  becomesRole(
    "elasticmapreduce-run-job-flow",
    [pass("ec2", "elasticmapreduce"), ...all("any", "elasticmapreduce:RunJobFlow")],
    instanceProfile,
    "starts an EMR cluster whose instances carry the role",
    [...pathfinding("emr-001"), prowler],
  ),
  becomesRole(
    "emr-serverless-start-job-run",
    [pass("emr-serverless"), ...all("any", "emr-serverless:CreateApplication", "emr-serverless:StartJobRun")],
    [],
    "runs an EMR Serverless job as the role",
    [...pathfinding("emrserverless-001"), prowler],
  ),
  becomesRole(
    "gamelift-create-fleet",
    [
      pass("gamelift", "ec2"),
      ...all("any", "gamelift:CreateBuild", "gamelift:RequestUploadCredentials", "gamelift:CreateFleet"),
    ],
    [],
    "starts a GameLift fleet whose servers carry the role",
    [...pathfinding("gamelift-001"), prowler],
  ),
  becomesRole(
    "ecs-register-task-definition",
    [
      pass("ecs-tasks"),
      on("any", "ecs:RegisterTaskDefinition"),
      on("any", "ecs:RunTask", "ecs:StartTask", "ecs:CreateService"),
    ],
    [],
    "runs an ECS task as the role",
    [...pathfinding("ecs-001", "ecs-002", "ecs-003", "ecs-004", "ecs-005"), prowler],
  ),
  becomesRole(
    "ecs-override-task-role",
    [pass("ecs-tasks"), on("any", "ecs:RunTask", "ecs:StartTask")],
    [notRead("a task definition exists whose execution role the caller may pass too, and a cluster to run it in")],
    "runs an existing ECS task definition with the role and a command of its own",
    [...pathfinding("ecs-007", "ecs-008", "ecs-009"), prowler],
  ),
  becomesRole(
    "batch-register-job-definition",
    [pass("ecs-tasks", "batch"), ...all("any", "batch:RegisterJobDefinition", "batch:SubmitJob")],
    [],
    "runs a Batch job as the role",
    [...pathfinding("batch-001", "batch-003"), prowler],
  ),
  becomesRole(
    "apprunner-create-service",
    [pass("apprunner", "tasks.apprunner"), ...all("any", "apprunner:CreateService")],
    [],
    "creates an App Runner service that runs as the role",
    [
      ...pathfinding("apprunner-001"),
      "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSAppRunnerFullAccess.html",
    ],
  ),
  becomesRole(
    "lambda-create-function",
    [pass("lambda"), on("any", "lambda:CreateFunction"), on("any", ...invocation)],
    [],
    "creates a Lambda function that runs as the role",
    [...pathfinding("lambda-001", "lambda-002", "lambda-006"), rhino],
  ),
];

/** Ways through what deploys, builds and orchestrates. */
const automationMethods: readonly EscalationMethod[] = [
  becomesRole(
    "cloudformation-create-stack",
    [pass("cloudformation"), ...all("any", "cloudformation:CreateStack")],
    [],
    "creates a CloudFormation stack that acts as the role",
    [...pathfinding("cloudformation-001"), rhino],
  ),
  becomesRole(
    "cloudformation-create-change-set",
    [pass("cloudformation"), ...all("any", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet")],
    [],
    "creates a CloudFormation stack that acts as the role by a change set",
    [hacktricks("cloudformation")],
  ),
  becomesRole(
    "cloudformation-update-stack-with-role",
    [pass("cloudformation"), ...all("any", "cloudformation:UpdateStack")],
    [notRead("a CloudFormation stack exists that the caller can update")],
    "updates a CloudFormation stack to act as the role",
    [hacktricks("cloudformation")],
  ),
  becomesRole(
    "cloudformation-create-stack-set",
    [pass("cloudformation"), ...all("any", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances")],
    [],
    "creates a CloudFormation stack set that acts as the role",
    pathfinding("cloudformation-003"),
  ),
  becomesRole(
    "cloudformation-update-stack-set",
    [pass("cloudformation"), ...all("any", "cloudformation:UpdateStackSet")],
    [notRead("a CloudFormation stack set exists that the caller can update")],
    "updates a CloudFormation stack set that acts as the role",
    pathfinding("cloudformation-004"),
  ),
  becomesRole(
    "codebuild-create-project",
    [
      pass("codebuild"),
      on("any", "codebuild:CreateProject"),
      on("any", "codebuild:StartBuild", "codebuild:StartBuildBatch"),
    ],
    [],
    "creates a CodeBuild project that builds as the role",
    pathfinding("codebuild-001", "codebuild-004"),
  ),
  becomesRole(
    "codebuild-update-project-with-role",
    [
      pass("codebuild"),
      on("any", "codebuild:UpdateProject"),
      on("any", "codebuild:StartBuild", "codebuild:StartBuildBatch"),
    ],
    [notRead("a CodeBuild project exists that the caller can update")],
    "updates a CodeBuild project to build as the role",
    [hacktricks("codebuild")],
  ),
  becomesRole(
    "codepipeline-create-pipeline",
    [pass("codepipeline"), ...all("any", "codepipeline:CreatePipeline")],
    [],
    "creates a pipeline that acts as the role",
    [hacktricks("codepipeline")],
  ),
  becomesRole(
    "codestar-create-project",
    [pass("codestar"), ...all("any", "codestar:CreateProject")],
    [],
    "creates a CodeStar project with the role",
    [rhino, prowler],
  ),
  becomesRole(
    "datapipeline-create-pipeline",
    [
      pass("datapipeline", "elasticmapreduce", "ec2"),
      ...all(
        "any",
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
      ),
    ],
    [],
    "runs a data pipeline as the role",
    [...pathfinding("datapipeline-001"), rhino],
  ),
  becomesRole(
    "scheduler-create-schedule",
    [pass("scheduler"), ...all("any", "scheduler:CreateSchedule")],
    [],
    "schedules API calls that are made as the role",
    [prowler, "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html"],
  ),
  becomesRole(
    "ssm-start-automation-execution",
    [pass("ssm"), ...all("any", "ssm:CreateDocument", "ssm:StartAutomationExecution")],
    [],
    "runs a Systems Manager automation as the role",
    [...pathfinding("ssm-003"), prowler],
  ),
  becomesRole(
    "states-create-state-machine",
    [pass("states"), ...all("any", "states:CreateStateMachine", "states:StartExecution")],
    [],
    "runs a state machine as the role",
    [prowler, hacktricks("stepfunctions")],
  ),
  becomesRole(
    "states-test-state",
    [pass("states"), ...all("any", "states:TestState")],
    [],
    "tests a state that acts as the role",
    [hacktricks("stepfunctions"), "https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html"],
  ),
];

/** Ways through analytics and machine learning. */
const analyticsMethods: readonly EscalationMethod[] = [
  becomesRole(
    "glue-create-dev-endpoint",
    [pass("glue"), ...all("any", "glue:CreateDevEndpoint")],
    [],
    "creates a Glue development endpoint that runs as the role",
    [...pathfinding("glue-001"), rhino],
  ),
  becomesRole(
    "glue-create-job",
    [pass("glue"), on("any", "glue:CreateJob"), on("any", "glue:StartJobRun", "glue:CreateTrigger")],
    [],
    "runs a Glue job as the role",
    pathfinding("glue-003", "glue-004"),
  ),
  becomesRole(
    "glue-update-job",
    [pass("glue"), on("any", "glue:UpdateJob"), on("any", "glue:StartJobRun", "glue:CreateTrigger")],
    [notRead("a Glue job exists that the caller can update")],
    "updates a Glue job to run as the role",
    pathfinding("glue-005", "glue-006"),
  ),
  becomesRole(
    "glue-create-session",
    [pass("glue"), ...all("any", "glue:CreateSession", "glue:RunStatement")],
    [],
    "runs statements in a Glue session that acts as the role",
    [...pathfinding("glue-007"), prowler],
  ),
  becomesRole(
    "sagemaker-create-notebook-instance",
    [
      pass("sagemaker"),
      on("any", "sagemaker:CreateNotebookInstance"),
      on("any", "sagemaker:CreatePresignedNotebookInstanceUrl", "sagemaker:CreateNotebookInstanceLifecycleConfig"),
    ],
    [],
    "creates a notebook that runs as the role",
    [...pathfinding("sagemaker-001"), rhino],
  ),
  becomesRole(
    "sagemaker-create-training-job",
    [
      pass("sagemaker"),
      on(
        "any",
        "sagemaker:CreateTrainingJob",
        "sagemaker:CreateProcessingJob",
        "sagemaker:CreateHyperParameterTuningJob",
      ),
    ],
    [],
    "runs a SageMaker job as the role",
    [...pathfinding("sagemaker-002", "sagemaker-003"), hacktricks("sagemaker")],
  ),
  becomesRole(
    "bedrock-agentcore-create-code-interpreter",
    [
      pass("bedrock-agentcore"),
      ...all(
        "any",
        "bedrock-agentcore:CreateCodeInterpreter",
        "bedrock-agentcore:StartCodeInterpreterSession",
        "bedrock-agentcore:InvokeCodeInterpreter",
      ),
    ],
    [],
    "creates a code interpreter that runs as the role",
    pathfinding("bedrock-001"),
  ),
  becomesRole(
    "bedrock-agentcore-create-agent-runtime",
    [
      pass("bedrock-agentcore"),
      ...all(
        "any",
        "bedrock-agentcore:CreateAgentRuntime",
        "bedrock-agentcore:CreateAgentRuntimeEndpoint",
        "bedrock-agentcore:CreateWorkloadIdentity",
        "bedrock-agentcore:InvokeAgentRuntimeCommand",
      ),
    ],
    [],
    "creates an agent runtime or harness that runs as the role",
    [...pathfinding("bedrock-003", "bedrock-005"), prowler],
  ),
  becomesRole(
    "bedrock-agentcore-create-browser",
    [
      pass("bedrock-agentcore"),
      ...all(
        "any",
        "bedrock-agentcore:CreateBrowser",
        "bedrock-agentcore:StartBrowserSession",
        "bedrock-agentcore:ConnectBrowserAutomationStream",
      ),
    ],
    [],
    "creates a browser that runs as the role",
    [...pathfinding("bedrock-006"), prowler],
  ),
  becomesRole(
    "braket-create-job",
    [pass("braket"), ...all("any", "braket:CreateJob")],
    [],
    "runs a Braket job as the role",
    [...pathfinding("braket-001"), prowler],
  ),
  becomesRole(
    "kinesisanalytics-create-application",
    [
      pass("kinesisanalytics"),
      ...all("any", "kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"),
    ],
    [],
    "runs a Flink application as the role",
    [...pathfinding("kinesisanalytics-001"), prowler],
  ),
  becomesRole(
    "omics-start-run",
    [pass("omics"), ...all("any", "omics:CreateWorkflow", "omics:StartRun", "s3:GetObject")],
    [notRead("the role may write to a bucket that the caller reads")],
    "runs a HealthOmics workflow as the role and reads what it leaves in a bucket",
    [...pathfinding("omics-001"), prowler],
  ),
  becomesRole(
    "cognito-identity-set-identity-pool-roles",
    [pass("cognito-identity"), ...all("any", "cognito-identity:SetIdentityPoolRoles")],
    [notRead("an identity pool exists that lets in guests and that the role's trust names")],
    "has a Cognito identity pool hand out the role",
    [...pathfinding("cognitoidentity-001"), prowler],
  ),
];

/** Ways through a workload that the caller makes, or changes to carry the role. All need `iam:PassRole`. */
export const newWorkloadMethods: readonly EscalationMethod[] = [
  ...computeMethods,
  ...automationMethods,
  ...analyticsMethods,
];
