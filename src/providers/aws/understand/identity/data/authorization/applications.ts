import type { ServiceAuthorization } from "./service.ts";

export const apigateway: ServiceAuthorization = {
  service: "apigateway",
  types: {
    Stage: [
      "arn:${Partition}:apigateway:${Region}::/apis/${ApiId}/stages/${StageName}, arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}/stages/${StageName}",
      "apigateway:Request/AccessLoggingDestination apigateway:Request/AccessLoggingFormat apigateway:Resource/AccessLoggingDestination apigateway:Resource/AccessLoggingFormat aws:ResourceTag/${TagKey}",
    ],
    Stages: [
      "arn:${Partition}:apigateway:${Region}::/apis/${ApiId}/stages, arn:${Partition}:apigateway:${Region}::/restapis/${RestApiId}/stages",
      "apigateway:Request/AccessLoggingDestination apigateway:Request/AccessLoggingFormat aws:ResourceTag/${TagKey}",
    ],
  },
  actions: {
    SetWebACL: "Stage|Stages",
  },
};

export const appsync: ServiceAuthorization = {
  service: "appsync",
  types: {
    api: ["apis/${ApiId}", "aws:ResourceTag/${TagKey}"],
    graphqlapi: ["apis/${GraphQLAPIId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    DisassociateWebACL: "api|graphqlapi",
    SetWebACL: "",
  },
};

export const bedrockAgentcore: ServiceAuthorization = {
  service: "bedrock-agentcore",
  types: {
    browser: ["arn:${Partition}:bedrock-agentcore:${Region}:aws:browser/${BrowserId}", ""],
    "browser-custom": ["browser-custom/${BrowserId}", "aws:ResourceTag/${TagKey}"],
    "code-interpreter": ["arn:${Partition}:bedrock-agentcore:${Region}:aws:code-interpreter/${CodeInterpreterId}", ""],
    "code-interpreter-custom": ["code-interpreter-custom/${CodeInterpreterId}", "aws:ResourceTag/${TagKey}"],
    runtime: ["runtime/${RuntimeId}", "aws:ResourceTag/${TagKey}"],
    "runtime-endpoint": ["runtime/${RuntimeId}/runtime-endpoint/${Name}", "aws:ResourceTag/${TagKey}"],
    "workload-identity": [
      "workload-identity-directory/${DirectoryId}/workload-identity/${WorkloadIdentityName}",
      "aws:ResourceTag/${TagKey}",
    ],
    "workload-identity-directory": ["workload-identity-directory/${DirectoryId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    ConnectBrowserAutomationStream: "",
    CreateAgentRuntime:
      " / aws:RequestTag/${TagKey} aws:TagKeys bedrock-agentcore:RuntimeAuthorizerType bedrock-agentcore:securityGroups bedrock-agentcore:subnets",
    CreateAgentRuntimeEndpoint: "runtime / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateBrowser: " / aws:RequestTag/${TagKey} aws:TagKeys bedrock-agentcore:securityGroups bedrock-agentcore:subnets",
    CreateCodeInterpreter:
      " / aws:RequestTag/${TagKey} aws:TagKeys bedrock-agentcore:securityGroups bedrock-agentcore:subnets",
    CreateWorkloadIdentity: "+workload-identity ~workload-identity-directory / aws:RequestTag/${TagKey} aws:TagKeys",
    InvokeAgentRuntimeCommand: "runtime ~runtime-endpoint",
    InvokeCodeInterpreter: "code-interpreter-custom|code-interpreter",
    StartBrowserSession: "browser-custom|browser",
    StartCodeInterpreterSession: "code-interpreter-custom|code-interpreter",
  },
};

export const braket: ServiceAuthorization = {
  service: "braket",
  types: {
    device: ["arn:${Partition}:braket:*:*:device/${DeviceType}/${Provider}/${DeviceId}", ""],
    job: ["job/${RandomId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateJob: "+job ~device / aws:RequestTag/${TagKey} aws:TagKeys",
  },
};

export const cloudformation: ServiceAuthorization = {
  service: "cloudformation",
  types: {
    stack: ["stack/${StackName}/${Id}", "aws:ResourceTag/${TagKey}"],
    stackset: ["stackset/${StackSetName}:${Id}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateChangeSet:
      "stack / aws:RequestTag/${TagKey} aws:TagKeys cloudformation:ChangeSetName cloudformation:ImportResourceTypes cloudformation:ResourceTypes cloudformation:RoleArn cloudformation:StackPolicyUrl cloudformation:TemplateUrl",
    CreateStack:
      "+stack / aws:RequestTag/${TagKey} aws:TagKeys cloudformation:ResourceTypes cloudformation:RoleArn cloudformation:StackPolicyUrl cloudformation:TemplateUrl",
    CreateStackInstances: "stackset / aws:TagKeys cloudformation:TargetRegion",
    CreateStackSet: " / aws:RequestTag/${TagKey} aws:TagKeys cloudformation:RoleArn cloudformation:TemplateUrl",
    ExecuteChangeSet: "stack / cloudformation:ChangeSetName",
    UpdateStack:
      "stack / aws:RequestTag/${TagKey} aws:TagKeys cloudformation:ResourceTypes cloudformation:RoleArn cloudformation:StackPolicyUrl cloudformation:TemplateUrl",
    UpdateStackSet:
      "stackset / aws:RequestTag/${TagKey} aws:TagKeys cloudformation:RoleArn cloudformation:TargetRegion cloudformation:TemplateUrl",
  },
};

export const codebuild: ServiceAuthorization = {
  service: "codebuild",
  types: {
    project: ["project/${ProjectName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateProject:
      "+project / aws:RequestTag/${TagKey} aws:TagKeys codebuild:artifacts codebuild:artifacts.bucketOwnerAccess codebuild:artifacts.encryptionDisabled codebuild:artifacts.location codebuild:autoRetryLimit codebuild:buildBatchConfig codebuild:buildBatchConfig.restrictions.computeTypesAllowed codebuild:buildBatchConfig.restrictions.fleetsAllowed codebuild:buildBatchConfig.serviceRole codebuild:cache codebuild:cache.location codebuild:cache.modes codebuild:cache.type codebuild:concurrentBuildLimit codebuild:encryptionKey codebuild:environment codebuild:environment.certificate codebuild:environment.computeConfiguration codebuild:environment.computeConfiguration.disk codebuild:environment.computeConfiguration.instanceType codebuild:environment.computeConfiguration.machineType codebuild:environment.computeConfiguration.memory codebuild:environment.computeConfiguration.vCpu codebuild:environment.computeType codebuild:environment.environmentVariables codebuild:environment.environmentVariables.name codebuild:environment.environmentVariables.value codebuild:environment.environmentVariables/${name}.value codebuild:environment.fleet.fleetArn codebuild:environment.image codebuild:environment.imagePullCredentialsType codebuild:environment.privilegedMode codebuild:environment.registryCredential codebuild:environment.registryCredential.credential codebuild:environment.registryCredential.credentialProvider codebuild:environment.type codebuild:fileSystemLocations.identifier codebuild:fileSystemLocations.location codebuild:fileSystemLocations.type codebuild:fileSystemLocations/${identifier}.location codebuild:fileSystemLocations/${identifier}.type codebuild:logsConfig codebuild:logsConfig.s3Logs codebuild:logsConfig.s3Logs.bucketOwnerAccess codebuild:logsConfig.s3Logs.encryptionDisabled codebuild:logsConfig.s3Logs.location codebuild:logsConfig.s3Logs.status codebuild:secondaryArtifacts codebuild:secondaryArtifacts.artifactIdentifier codebuild:secondaryArtifacts.bucketOwnerAccess codebuild:secondaryArtifacts.encryptionDisabled codebuild:secondaryArtifacts.location codebuild:secondaryArtifacts/${artifactIdentifier}.bucketOwnerAccess codebuild:secondaryArtifacts/${artifactIdentifier}.encryptionDisabled codebuild:secondaryArtifacts/${artifactIdentifier}.location codebuild:secondarySources codebuild:secondarySources.auth.resource codebuild:secondarySources.auth.type codebuild:secondarySources.buildStatusConfig.context codebuild:secondarySources.buildStatusConfig.targetUrl codebuild:secondarySources.buildspec codebuild:secondarySources.insecureSsl codebuild:secondarySources.location codebuild:secondarySources.sourceIdentifier codebuild:secondarySources/${sourceIdentifier}.auth.resource codebuild:secondarySources/${sourceIdentifier}.auth.type codebuild:secondarySources/${sourceIdentifier}.buildStatusConfig.context codebuild:secondarySources/${sourceIdentifier}.buildStatusConfig.targetUrl codebuild:secondarySources/${sourceIdentifier}.buildspec codebuild:secondarySources/${sourceIdentifier}.insecureSsl codebuild:secondarySources/${sourceIdentifier}.location codebuild:serviceRole codebuild:source codebuild:source.auth.resource codebuild:source.auth.type codebuild:source.buildStatusConfig.context codebuild:source.buildStatusConfig.targetUrl codebuild:source.buildspec codebuild:source.insecureSsl codebuild:source.location codebuild:vpcConfig codebuild:vpcConfig.securityGroupIds codebuild:vpcConfig.subnets codebuild:vpcConfig.vpcId",
    StartBuild:
      "project / codebuild:artifacts codebuild:artifacts.bucketOwnerAccess codebuild:artifacts.encryptionDisabled codebuild:artifacts.location codebuild:autoRetryLimit codebuild:cache codebuild:cache.location codebuild:cache.modes codebuild:cache.type codebuild:encryptionKey codebuild:environment codebuild:environment.certificate codebuild:environment.computeType codebuild:environment.environmentVariables codebuild:environment.environmentVariables.name codebuild:environment.environmentVariables.value codebuild:environment.environmentVariables/${name}.value codebuild:environment.fleet.fleetArn codebuild:environment.image codebuild:environment.imagePullCredentialsType codebuild:environment.privilegedMode codebuild:environment.registryCredential codebuild:environment.registryCredential.credential codebuild:environment.registryCredential.credentialProvider codebuild:environment.type codebuild:logsConfig codebuild:logsConfig.s3Logs codebuild:logsConfig.s3Logs.bucketOwnerAccess codebuild:logsConfig.s3Logs.encryptionDisabled codebuild:logsConfig.s3Logs.location codebuild:logsConfig.s3Logs.status codebuild:secondaryArtifacts codebuild:secondaryArtifacts.artifactIdentifier codebuild:secondaryArtifacts.bucketOwnerAccess codebuild:secondaryArtifacts.encryptionDisabled codebuild:secondaryArtifacts.location codebuild:secondaryArtifacts/${artifactIdentifier}.bucketOwnerAccess codebuild:secondaryArtifacts/${artifactIdentifier}.encryptionDisabled codebuild:secondaryArtifacts/${artifactIdentifier}.location codebuild:secondarySources codebuild:secondarySources.auth.resource codebuild:secondarySources.auth.type codebuild:secondarySources.buildStatusConfig.context codebuild:secondarySources.buildStatusConfig.targetUrl codebuild:secondarySources.buildspec codebuild:secondarySources.insecureSsl codebuild:secondarySources.location codebuild:secondarySources.sourceIdentifier codebuild:secondarySources/${sourceIdentifier}.auth.resource codebuild:secondarySources/${sourceIdentifier}.auth.type codebuild:secondarySources/${sourceIdentifier}.buildStatusConfig.context codebuild:secondarySources/${sourceIdentifier}.buildStatusConfig.targetUrl codebuild:secondarySources/${sourceIdentifier}.buildspec codebuild:secondarySources/${sourceIdentifier}.insecureSsl codebuild:secondarySources/${sourceIdentifier}.location codebuild:serviceRole codebuild:source codebuild:source.auth.resource codebuild:source.auth.type codebuild:source.buildStatusConfig.context codebuild:source.buildStatusConfig.targetUrl codebuild:source.buildspec codebuild:source.insecureSsl codebuild:source.location",
    StartBuildBatch:
      "project / codebuild:artifacts codebuild:artifacts.bucketOwnerAccess codebuild:artifacts.encryptionDisabled codebuild:artifacts.location codebuild:buildBatchConfig codebuild:buildBatchConfig.restrictions.computeTypesAllowed codebuild:buildBatchConfig.restrictions.fleetsAllowed codebuild:buildBatchConfig.serviceRole codebuild:cache codebuild:cache.location codebuild:cache.modes codebuild:cache.type codebuild:encryptionKey codebuild:environment codebuild:environment.certificate codebuild:environment.computeType codebuild:environment.environmentVariables codebuild:environment.environmentVariables.name codebuild:environment.environmentVariables.value codebuild:environment.environmentVariables/${name}.value codebuild:environment.image codebuild:environment.imagePullCredentialsType codebuild:environment.privilegedMode codebuild:environment.registryCredential codebuild:environment.registryCredential.credential codebuild:environment.registryCredential.credentialProvider codebuild:environment.type codebuild:logsConfig codebuild:logsConfig.s3Logs codebuild:logsConfig.s3Logs.bucketOwnerAccess codebuild:logsConfig.s3Logs.encryptionDisabled codebuild:logsConfig.s3Logs.location codebuild:logsConfig.s3Logs.status codebuild:secondaryArtifacts codebuild:secondaryArtifacts.artifactIdentifier codebuild:secondaryArtifacts.bucketOwnerAccess codebuild:secondaryArtifacts.encryptionDisabled codebuild:secondaryArtifacts.location codebuild:secondaryArtifacts/${artifactIdentifier}.bucketOwnerAccess codebuild:secondaryArtifacts/${artifactIdentifier}.encryptionDisabled codebuild:secondaryArtifacts/${artifactIdentifier}.location codebuild:secondarySources codebuild:secondarySources.auth.resource codebuild:secondarySources.auth.type codebuild:secondarySources.buildStatusConfig.context codebuild:secondarySources.buildStatusConfig.targetUrl codebuild:secondarySources.buildspec codebuild:secondarySources.insecureSsl codebuild:secondarySources.location codebuild:secondarySources.sourceIdentifier codebuild:secondarySources/${sourceIdentifier}.auth.resource codebuild:secondarySources/${sourceIdentifier}.auth.type codebuild:secondarySources/${sourceIdentifier}.buildStatusConfig.context codebuild:secondarySources/${sourceIdentifier}.buildStatusConfig.targetUrl codebuild:secondarySources/${sourceIdentifier}.buildspec codebuild:secondarySources/${sourceIdentifier}.insecureSsl codebuild:secondarySources/${sourceIdentifier}.location codebuild:serviceRole codebuild:source codebuild:source.auth.resource codebuild:source.auth.type codebuild:source.buildspec codebuild:source.insecureSsl codebuild:source.location",
    UpdateProject:
      "project / aws:RequestTag/${TagKey} aws:TagKeys codebuild:artifacts codebuild:artifacts.bucketOwnerAccess codebuild:artifacts.encryptionDisabled codebuild:artifacts.location codebuild:autoRetryLimit codebuild:buildBatchConfig codebuild:buildBatchConfig.restrictions.computeTypesAllowed codebuild:buildBatchConfig.restrictions.fleetsAllowed codebuild:buildBatchConfig.serviceRole codebuild:cache codebuild:cache.location codebuild:cache.modes codebuild:cache.type codebuild:concurrentBuildLimit codebuild:encryptionKey codebuild:environment codebuild:environment.certificate codebuild:environment.computeConfiguration codebuild:environment.computeConfiguration.disk codebuild:environment.computeConfiguration.instanceType codebuild:environment.computeConfiguration.machineType codebuild:environment.computeConfiguration.memory codebuild:environment.computeConfiguration.vCpu codebuild:environment.computeType codebuild:environment.environmentVariables codebuild:environment.environmentVariables.name codebuild:environment.environmentVariables.value codebuild:environment.environmentVariables/${name}.value codebuild:environment.fleet.fleetArn codebuild:environment.image codebuild:environment.imagePullCredentialsType codebuild:environment.privilegedMode codebuild:environment.registryCredential codebuild:environment.registryCredential.credential codebuild:environment.registryCredential.credentialProvider codebuild:environment.type codebuild:fileSystemLocations.identifier codebuild:fileSystemLocations.location codebuild:fileSystemLocations.type codebuild:fileSystemLocations/${identifier}.location codebuild:fileSystemLocations/${identifier}.type codebuild:logsConfig codebuild:logsConfig.s3Logs codebuild:logsConfig.s3Logs.bucketOwnerAccess codebuild:logsConfig.s3Logs.encryptionDisabled codebuild:logsConfig.s3Logs.location codebuild:logsConfig.s3Logs.status codebuild:secondaryArtifacts codebuild:secondaryArtifacts.artifactIdentifier codebuild:secondaryArtifacts.bucketOwnerAccess codebuild:secondaryArtifacts.encryptionDisabled codebuild:secondaryArtifacts.location codebuild:secondaryArtifacts/${artifactIdentifier}.bucketOwnerAccess codebuild:secondaryArtifacts/${artifactIdentifier}.encryptionDisabled codebuild:secondaryArtifacts/${artifactIdentifier}.location codebuild:secondarySources codebuild:secondarySources.auth.resource codebuild:secondarySources.auth.type codebuild:secondarySources.buildStatusConfig.context codebuild:secondarySources.buildStatusConfig.targetUrl codebuild:secondarySources.buildspec codebuild:secondarySources.insecureSsl codebuild:secondarySources.location codebuild:secondarySources.sourceIdentifier codebuild:secondarySources/${sourceIdentifier}.auth.resource codebuild:secondarySources/${sourceIdentifier}.auth.type codebuild:secondarySources/${sourceIdentifier}.buildStatusConfig.context codebuild:secondarySources/${sourceIdentifier}.buildStatusConfig.targetUrl codebuild:secondarySources/${sourceIdentifier}.buildspec codebuild:secondarySources/${sourceIdentifier}.insecureSsl codebuild:secondarySources/${sourceIdentifier}.location codebuild:serviceRole codebuild:source codebuild:source.auth.resource codebuild:source.auth.type codebuild:source.buildStatusConfig.context codebuild:source.buildStatusConfig.targetUrl codebuild:source.buildspec codebuild:source.insecureSsl codebuild:source.location codebuild:vpcConfig codebuild:vpcConfig.securityGroupIds codebuild:vpcConfig.subnets codebuild:vpcConfig.vpcId",
  },
};

export const codedeploy: ServiceAuthorization = {
  service: "codedeploy",
  types: {
    application: ["application:${ApplicationName}", "aws:ResourceTag/${TagKey}"],
    deploymentconfig: ["deploymentconfig:${DeploymentConfigurationName}", ""],
    deploymentgroup: ["deploymentgroup:${ApplicationName}/${DeploymentGroupName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateDeployment: "deploymentgroup",
    GetDeploymentConfig: "deploymentconfig",
    RegisterApplicationRevision: "application",
  },
};

export const codepipeline: ServiceAuthorization = {
  service: "codepipeline",
  types: {
    pipeline: ["${PipelineName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreatePipeline: "+pipeline / aws:RequestTag/${TagKey} aws:TagKeys",
  },
};

export const codestar: ServiceAuthorization = {
  service: "codestar",
  types: {},
  actions: {
    CreateProject: " / aws:RequestTag/${TagKey} aws:TagKeys",
  },
};

export const datapipeline: ServiceAuthorization = {
  service: "datapipeline",
  types: {
    pipeline: ["pipeline/${PipelineId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    ActivatePipeline: "pipeline / datapipeline:PipelineCreator datapipeline:Tag/${TagKey} datapipeline:workerGroup",
    CreatePipeline: " / aws:RequestTag/${TagKey} aws:TagKeys datapipeline:Tag/${TagKey}",
    PutPipelineDefinition:
      "pipeline / datapipeline:PipelineCreator datapipeline:Tag/${TagKey} datapipeline:workerGroup",
  },
};

export const elasticfilesystem: ServiceAuthorization = {
  service: "elasticfilesystem",
  types: {
    "file-system": ["file-system/${FileSystemId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    ModifyMountTargetSecurityGroups: "file-system",
  },
};

export const glue: ServiceAuthorization = {
  service: "glue",
  types: {
    devendpoint: ["devEndpoint/${DevEndpointName}", "aws:ResourceTag/${TagKey}"],
    job: ["job/${JobName}", "aws:ResourceTag/${TagKey}"],
    session: ["session/${SessionId}", "aws:ResourceTag/${TagKey}"],
    trigger: ["trigger/${TriggerName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateDevEndpoint: " / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateJob: "+job / aws:RequestTag/${TagKey} aws:TagKeys glue:SecurityGroupIds glue:SubnetIds glue:VpcIds",
    CreateSession: "+session / aws:RequestTag/${TagKey} aws:TagKeys glue:SecurityGroupIds glue:SubnetIds glue:VpcIds",
    CreateTrigger: "+trigger / aws:RequestTag/${TagKey} aws:TagKeys",
    RunStatement: "session",
    StartJobRun: "job",
    UpdateDevEndpoint: "devendpoint",
    UpdateJob: "job / glue:SecurityGroupIds glue:SubnetIds glue:VpcIds",
  },
};

export const kinesisanalytics: ServiceAuthorization = {
  service: "kinesisanalytics",
  types: {
    application: ["application/${ApplicationName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateApplication: " / aws:RequestTag/${TagKey} aws:TagKeys",
    StartApplication: "application",
  },
};

export const omics: ServiceAuthorization = {
  service: "omics",
  types: {
    run: ["run/${Id}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateWorkflow: " / aws:RequestTag/${TagKey} aws:TagKeys",
    StartRun: "+run / aws:RequestTag/${TagKey} aws:TagKeys",
  },
};

export const rds: ServiceAuthorization = {
  service: "rds",
  types: {
    cluster: ["cluster:${DbClusterInstanceName}", "aws:ResourceTag/${TagKey} rds:cluster-tag/${TagKey}"],
    db: [
      "db:${DbInstanceName}",
      "aws:ResourceTag/${TagKey} rds:DatabaseClass rds:DatabaseEngine rds:DatabaseName rds:MultiAz rds:Piops rds:StorageEncrypted rds:StorageSize rds:Vpc rds:db-tag/${TagKey}",
    ],
    secgrp: ["secgrp:${SecurityGroupName}", "aws:ResourceTag/${TagKey} rds:secgrp-tag/${TagKey}"],
  },
  actions: {
    AuthorizeDBSecurityGroupIngress: "secgrp",
    ModifyDBCluster: "cluster / rds:DatabaseClass rds:ManageMasterUserPassword rds:Piops rds:StorageSize",
    ModifyDBInstance: "db / rds:ManageMasterUserPassword",
    RevokeDBSecurityGroupIngress: "secgrp",
  },
};

export const redshift: ServiceAuthorization = {
  service: "redshift",
  types: {
    cluster: ["cluster:${ClusterName}", "aws:ResourceTag/${TagKey}"],
    securitygroup: [
      "securitygroup:${SecurityGroupName}/ec2securitygroup/${Owner}/${Ec2SecurityGroupId}",
      "aws:ResourceTag/${TagKey}",
    ],
    "securitygroupingress-ec2securitygroup": [
      "securitygroupingress:${SecurityGroupName}/ec2securitygroup/${Owner}/${Ece2SecuritygroupId}",
      "aws:ResourceTag/${TagKey}",
    ],
  },
  actions: {
    AuthorizeClusterSecurityGroupIngress: "securitygroup ~securitygroupingress-ec2securitygroup",
    ModifyCluster: "cluster",
    RevokeClusterSecurityGroupIngress: "securitygroup ~securitygroupingress-ec2securitygroup",
  },
};

export const s3: ServiceAuthorization = {
  service: "s3",
  types: {
    object: ["arn:${Partition}:s3:::${BucketName}/${ObjectName}", "aws:ResourceTag/${TagKey} s3:BucketTag/${TagKey}"],
  },
  actions: {
    GetObject:
      "object / s3:AccessGrantsInstanceArn s3:ExistingObjectTag/<key> s3:ResourceAccount s3:TlsVersion s3:authType s3:signatureAge s3:signatureversion s3:x-amz-content-sha256",
  },
};

export const sagemaker: ServiceAuthorization = {
  service: "sagemaker",
  types: {
    "hyper-parameter-tuning-job": [
      "hyper-parameter-tuning-job/${HyperParameterTuningJobName}",
      "aws:ResourceTag/${TagKey} sagemaker:ResourceTag/${TagKey}",
    ],
    "notebook-instance": [
      "notebook-instance/${NotebookInstanceName}",
      "aws:ResourceTag/${TagKey} sagemaker:ResourceTag/${TagKey}",
    ],
    "notebook-instance-lifecycle-config": [
      "notebook-instance-lifecycle-config/${NotebookInstanceLifecycleConfigName}",
      "aws:ResourceTag/${TagKey} sagemaker:ResourceTag/${TagKey}",
    ],
    "processing-job": [
      "processing-job/${ProcessingJobName}",
      "aws:ResourceTag/${TagKey} sagemaker:ResourceTag/${TagKey}",
    ],
    "training-job": ["training-job/${TrainingJobName}", "aws:ResourceTag/${TagKey} sagemaker:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateHyperParameterTuningJob:
      "+hyper-parameter-tuning-job / aws:RequestTag/${TagKey} aws:TagKeys sagemaker:FileSystemAccessMode sagemaker:FileSystemDirectoryPath sagemaker:FileSystemId sagemaker:FileSystemType sagemaker:InstanceTypes sagemaker:InterContainerTrafficEncryption sagemaker:MaxRuntimeInSeconds sagemaker:NetworkIsolation sagemaker:OutputKmsKeyArn sagemaker:VolumeKmsKeyArn sagemaker:VpcSecurityGroupIds sagemaker:VpcSubnets",
    CreateNotebookInstance:
      "+notebook-instance / aws:RequestTag/${TagKey} aws:TagKeys sagemaker:AcceleratorTypes sagemaker:DirectInternetAccess sagemaker:InstanceTypes sagemaker:MinimumInstanceMetadataServiceVersion sagemaker:NotebookInstanceLifecycleConfigArns sagemaker:RootAccess sagemaker:VolumeKmsKeyArn sagemaker:VpcSecurityGroupIds sagemaker:VpcSubnets",
    CreateNotebookInstanceLifecycleConfig: "+notebook-instance-lifecycle-config / aws:RequestTag/${TagKey} aws:TagKeys",
    CreatePresignedNotebookInstanceUrl: "notebook-instance",
    CreateProcessingJob:
      "+processing-job / aws:RequestTag/${TagKey} aws:TagKeys sagemaker:InstanceTypes sagemaker:InterContainerTrafficEncryption sagemaker:MaxRuntimeInSeconds sagemaker:NetworkIsolation sagemaker:OutputKmsKeyArn sagemaker:VolumeKmsKeyArn sagemaker:VpcSecurityGroupIds sagemaker:VpcSubnets",
    CreateTrainingJob:
      "+training-job / aws:RequestTag/${TagKey} aws:TagKeys sagemaker:DirectGatedModelAccess sagemaker:EnableRemoteDebug sagemaker:FileSystemAccessMode sagemaker:FileSystemDirectoryPath sagemaker:FileSystemId sagemaker:FileSystemType sagemaker:InstanceTypes sagemaker:InterContainerTrafficEncryption sagemaker:KeepAlivePeriod sagemaker:MaxRuntimeInSeconds sagemaker:NetworkIsolation sagemaker:OutputKmsKeyArn sagemaker:VolumeKmsKeyArn sagemaker:VpcSecurityGroupIds sagemaker:VpcSubnets",
    StartNotebookInstance: "notebook-instance",
    StopNotebookInstance: "notebook-instance",
    UpdateNotebookInstance:
      "notebook-instance / sagemaker:AcceleratorTypes sagemaker:InstanceTypes sagemaker:MinimumInstanceMetadataServiceVersion sagemaker:NotebookInstanceLifecycleConfigArns sagemaker:RootAccess",
  },
};

export const scheduler: ServiceAuthorization = {
  service: "scheduler",
  types: {
    schedule: ["schedule/${GroupName}/${ScheduleName}", ""],
  },
  actions: {
    CreateSchedule: "+schedule / aws:ResourceTag/${TagKey}",
  },
};

export const states: ServiceAuthorization = {
  service: "states",
  types: {
    statemachine: ["stateMachine:${StateMachineName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateStateMachine: "+statemachine / aws:RequestTag/${TagKey} aws:TagKeys",
    StartExecution: "statemachine / states:StateMachineQualifier",
    TestState: "",
    UpdateStateMachine: "statemachine / aws:RequestTag/${TagKey} aws:TagKeys",
  },
};
