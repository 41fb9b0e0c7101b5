import type { ServiceAuthorization } from "./service.ts";

export const apprunner: ServiceAuthorization = {
  service: "apprunner",
  types: {
    service: ["service/${ServiceName}/${ServiceId}", "aws:ResourceTag/${TagKey}"],
    webacl: ["arn:${Partition}:wafv2:${Region}:${Account}:${Scope}/webacl/${Name}/${Id}", ""],
  },
  actions: {
    AssociateWebAcl: "service ~webacl",
    CreateService:
      "+service / apprunner:AutoScalingConfigurationArn apprunner:ConnectionArn apprunner:ObservabilityConfigurationArn apprunner:VpcConnectorArn aws:RequestTag/${TagKey} aws:TagKeys",
    DisassociateWebAcl: "service",
    UpdateService:
      "service / apprunner:AutoScalingConfigurationArn apprunner:ConnectionArn apprunner:ObservabilityConfigurationArn apprunner:VpcConnectorArn",
  },
};

export const autoscaling: ServiceAuthorization = {
  service: "autoscaling",
  types: {
    autoScalingGroup: [
      "autoScalingGroup:${GroupId}:autoScalingGroupName/${GroupFriendlyName}",
      "autoscaling:ResourceTag/${TagKey} aws:ResourceTag/${TagKey}",
    ],
    launchConfiguration: ["launchConfiguration:${Id}:launchConfigurationName/${LaunchConfigurationName}", ""],
  },
  actions: {
    CreateAutoScalingGroup:
      "+autoScalingGroup / autoscaling:CapacityReservationIds autoscaling:CapacityReservationResourceGroupArns autoscaling:ImageId autoscaling:InstanceTypes autoscaling:LaunchConfigurationName autoscaling:LaunchTemplateVersionSpecified autoscaling:LoadBalancerNames autoscaling:MaxSize autoscaling:MinSize autoscaling:OperatorPrincipal autoscaling:TargetCapacityTypes autoscaling:TargetGroupARNs autoscaling:TrafficSourceIdentifiers autoscaling:VPCZoneIdentifiers aws:RequestTag/${TagKey} aws:TagKeys",
    CreateLaunchConfiguration:
      "+launchConfiguration / autoscaling:ImageId autoscaling:InstanceType autoscaling:MetadataHttpEndpoint autoscaling:MetadataHttpPutResponseHopLimit autoscaling:MetadataHttpTokens autoscaling:SpotPrice",
    UpdateAutoScalingGroup:
      "autoScalingGroup / autoscaling:CapacityReservationIds autoscaling:CapacityReservationResourceGroupArns autoscaling:ImageId autoscaling:InstanceTypes autoscaling:LaunchConfigurationName autoscaling:LaunchTemplateVersionSpecified autoscaling:MaxSize autoscaling:MinSize autoscaling:TargetCapacityTypes autoscaling:VPCZoneIdentifiers",
  },
};

export const batch: ServiceAuthorization = {
  service: "batch",
  types: {
    job: ["job/${JobId}", "batch:EKSImage batch:EKSNamespace batch:ShareIdentifier"],
    "job-definition": ["job-definition/${JobDefinitionName}", "", "aws:ResourceTag/${TagKey}"],
    "job-definition-revision": ["job-definition/${JobDefinitionName}:${Revision}", "aws:ResourceTag/${TagKey}"],
    "job-queue": ["job-queue/${JobQueueName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    RegisterJobDefinition:
      "+job-definition / aws:RequestTag/${TagKey} aws:TagKeys batch:AWSLogsCreateGroup batch:AWSLogsGroup batch:AWSLogsRegion batch:AWSLogsStreamPrefix batch:EKSImage batch:EKSNamespace batch:EKSPrivileged batch:EKSRunAsGroup batch:EKSRunAsUser batch:EKSServiceAccountName batch:Image batch:LogDriver batch:Privileged batch:User",
    SubmitJob: "job-definition|job-definition-revision ~job-queue +job / aws:RequestTag/${TagKey} aws:TagKeys",
  },
};

export const ecs: ServiceAuthorization = {
  service: "ecs",
  types: {
    cluster: ["cluster/${ClusterName}", "aws:ResourceTag/${TagKey} ecs:ResourceTag/${TagKey}"],
    service: ["service/${ClusterName}/${ServiceName}", "aws:ResourceTag/${TagKey} ecs:cluster"],
    task: ["task/${ClusterName}/${TaskId}", "aws:ResourceTag/${TagKey} ecs:ResourceTag/${TagKey}"],
    "task-definition": [
      "task-definition/${TaskDefinitionFamilyName}:${TaskDefinitionRevisionNumber}",
      "aws:ResourceTag/${TagKey} ecs:ResourceTag/${TagKey}",
      "aws:ResourceTag/${TagKey}",
    ],
  },
  actions: {
    CreateService:
      "+service / aws:RequestTag/${TagKey} aws:TagKeys ecs:auto-assign-public-ip ecs:capacity-provider ecs:enable-ebs-volumes ecs:enable-ecs-managed-tags ecs:enable-execute-command ecs:enable-service-connect ecs:enable-vpc-lattice ecs:namespace ecs:propagate-tags ecs:subnet ecs:task-cpu ecs:task-definition ecs:task-memory",
    DescribeTasks: "task / aws:ResourceTag/${TagKey} ecs:cluster",
    ExecuteCommand: "task ~cluster / aws:ResourceTag/${TagKey} ecs:cluster ecs:container-name ecs:task",
    RegisterTaskDefinition:
      "+task-definition / aws:RequestTag/${TagKey} aws:TagKeys ecs:compute-compatibility ecs:privileged ecs:task-cpu ecs:task-memory",
    RunTask:
      "task-definition / aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys ecs:capacity-provider ecs:cluster ecs:enable-ebs-volumes ecs:enable-execute-command ecs:task-cpu ecs:task-memory",
    StartTask:
      "task-definition / aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys ecs:cluster ecs:container-instances ecs:enable-ebs-volumes ecs:enable-execute-command",
  },
};

export const eks: ServiceAuthorization = {
  service: "eks",
  types: {
    cluster: ["cluster/${ClusterName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    UpdateClusterConfig:
      "cluster / eks:authenticationMode eks:blockStorageEnabled eks:computeConfigEnabled eks:controlPlaneEgressMode eks:controlPlaneScalingTier eks:deletionProtection eks:elasticLoadBalancingEnabled eks:endpointPrivateAccess eks:endpointPublicAccess eks:kubeApiServerConfig eks:kubeControllerManagerConfig eks:kubeSchedulerConfig eks:loggingType/${type} eks:supportType eks:zonalShiftEnabled",
  },
};

export const elasticmapreduce: ServiceAuthorization = {
  service: "elasticmapreduce",
  types: {},
  actions: {
    RunJobFlow: " / aws:RequestTag/${TagKey} aws:TagKeys elasticmapreduce:RequestTag/${TagKey}",
  },
};

export const emrServerless: ServiceAuthorization = {
  service: "emr-serverless",
  types: {
    application: ["/applications/${ApplicationId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateApplication: " / aws:RequestTag/${TagKey} aws:TagKeys",
    StartJobRun: "application / aws:RequestTag/${TagKey} aws:TagKeys",
  },
};

export const gamelift: ServiceAuthorization = {
  service: "gamelift",
  types: {
    build: ["build/${BuildId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateBuild: " / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateFleet: " / aws:RequestTag/${TagKey} aws:TagKeys",
    RequestUploadCredentials: "build",
  },
};

export const imagebuilder: ServiceAuthorization = {
  service: "imagebuilder",
  types: {
    component: ["component/${ComponentName}/${ComponentVersion}/${ComponentBuildVersion}", "aws:ResourceTag/${TagKey}"],
    image: ["image/${ImageName}/${ImageVersion}/${ImageBuildVersion}", "aws:ResourceTag/${TagKey}"],
    imageRecipe: ["image-recipe/${ImageRecipeName}/${ImageRecipeVersion}", "aws:ResourceTag/${TagKey}"],
    infrastructureConfiguration: ["infrastructure-configuration/${ResourceId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateComponent: "+component / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateImage: "+image / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateImageRecipe: "+imageRecipe / aws:RequestTag/${TagKey} aws:TagKeys",
    CreateInfrastructureConfiguration:
      "+infrastructureConfiguration / aws:RequestTag/${TagKey} aws:TagKeys imagebuilder:CreatedResourceTag/${TagKey} imagebuilder:CreatedResourceTagKeys imagebuilder:Ec2MetadataHttpTokens imagebuilder:StatusTopicArn",
  },
};

export const lambda: ServiceAuthorization = {
  service: "lambda",
  types: {
    function: ["function:${FunctionName}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    AddPermission: "function / lambda:FunctionUrlAuthType lambda:Principal",
    CreateEventSourceMapping: " / aws:RequestTag/${TagKey} aws:TagKeys lambda:FunctionArn",
    CreateFunction:
      "+function / aws:RequestTag/${TagKey} aws:TagKeys lambda:CodeSigningConfigArn lambda:Layer lambda:SecurityGroupIds lambda:SubnetIds lambda:VpcIds",
    CreateFunctionUrlConfig: "function / lambda:FunctionArn lambda:FunctionUrlAuthType",
    InvokeFunction: "function / lambda:EventSourceToken lambda:InvokedViaFunctionUrl",
    UpdateFunctionCode: "function",
    UpdateFunctionConfiguration: "function / lambda:Layer lambda:SecurityGroupIds lambda:SubnetIds lambda:VpcIds",
    UpdateFunctionUrlConfig: "function / lambda:FunctionArn lambda:FunctionUrlAuthType",
  },
};

export const lightsail: ServiceAuthorization = {
  service: "lightsail",
  types: {
    Instance: ["Instance/${Id}", "aws:ResourceTag/${TagKey}"],
    StaticIp: ["StaticIp/${Id}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    AttachStaticIp: "Instance ~StaticIp",
    CloseInstancePublicPorts: "Instance",
    OpenInstancePublicPorts: "Instance",
    PutInstancePublicPorts: "Instance",
  },
};

export const ssm: ServiceAuthorization = {
  service: "ssm",
  types: {
    association: ["association/${AssociationId}", "aws:ResourceTag/${TagKey}"],
    "automation-execution": [
      "automation-execution/${AutomationExecutionId}",
      "aws:ResourceTag/${TagKey} ssm:resourceTag/tag-key",
    ],
    document: [
      "document/${DocumentName}",
      "aws:ResourceTag/${TagKey} ssm:DocumentCategories ssm:DocumentType ssm:resourceTag/${TagKey}",
    ],
    instance: [
      "arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}",
      "aws:ResourceTag/${TagKey} ssm:resourceTag/${TagKey}",
    ],
    maintenancewindow: ["maintenancewindow/${ResourceId}", "aws:ResourceTag/${TagKey} ssm:resourceTag/tag-key"],
    "managed-instance": ["managed-instance/${InstanceId}", "aws:ResourceTag/${TagKey} ssm:resourceTag/tag-key"],
    task: ["arn:${Partition}:ecs:${Region}:${Account}:task/${TaskId}", "aws:ResourceTag/${TagKey}"],
  },
  actions: {
    CreateAssociation:
      "instance|managed-instance ~document +association / aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys",
    CreateDocument: "+document / aws:RequestTag/${TagKey} aws:TagKeys ssm:DocumentType",
    CreateMaintenanceWindow: " / aws:RequestTag/${TagKey} aws:TagKeys",
    RegisterTargetWithMaintenanceWindow: "maintenancewindow",
    RegisterTaskWithMaintenanceWindow: "maintenancewindow",
    SendCommand: "instance|managed-instance ~document / aws:ResourceTag/${TagKey} ssm:resourceTag/${TagKey}",
    StartAutomationExecution:
      "document +automation-execution / aws:RequestTag/${TagKey} aws:ResourceTag/${TagKey} aws:TagKeys ssm:DocumentVersion",
    StartSession:
      "instance|managed-instance|task / aws:ResourceTag/${TagKey} ssm:AccessRequestId ssm:SessionDocumentAccessCheck ssm:resourceTag/${TagKey}",
    UpdateDocument: "document / ssm:DocumentType",
    UpdateDocumentDefaultVersion: "document / ssm:DocumentType",
  },
};
