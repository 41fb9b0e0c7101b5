import type { Operations } from "./call.ts";
import {
  ec2Errors,
  guardDutyErrors,
  iamErrors,
  jsonErrors,
  lambdaErrors,
  organizationsErrors,
  queryErrors,
  s3Errors,
} from "./errors.ts";
import type { ErrorWords } from "./errors.ts";
import { ec2Operations } from "./operations/ec2.ts";
import { guardDutyOperations } from "./operations/guardduty.ts";
import { iamOperations } from "./operations/iam.ts";
import { identityCenterOperations, identityStoreOperations } from "./operations/identity-center.ts";
import { classicLoadBalancingOperations, loadBalancingOperations } from "./operations/load-balancing.ts";
import { networkFirewallOperations } from "./operations/network-firewall.ts";
import { organizationsOperations } from "./operations/organizations.ts";
import { s3Operations } from "./operations/s3.ts";
import { stsOperations } from "./operations/sts.ts";
import {
  cloudFormationOperations,
  codeBuildOperations,
  ecsOperations,
  lambdaOperations,
} from "./operations/workloads.ts";
import type { Principals } from "./principals.ts";
import { operationShape } from "./shapes.ts";
import type { OperationShape } from "./shapes.ts";
import type { ServiceWire } from "./wire/protocols.ts";

/** A service of the loopback AWS. */
export interface Service extends ServiceWire {
  /** The name before the colon in the lab's operation names: `ec2:DescribeVpcs`. */
  readonly name: string;
  /** The name in the credential scope of a signature. */
  readonly signingName: string;
  /** The API version that tells services of one signing name apart; null where that is not needed. */
  readonly version: string | null;
  /** Whether its answers are a Region's: false for what is global behind any Region's endpoint. */
  readonly regional: boolean;
  readonly errors: ErrorWords;
  readonly operations: Operations;
  /** The SDK's client module, whose schemas say how each operation looks on the wire. */
  readonly load: () => Promise<object>;
}

/** Every service that the lab has. */
export function services(principals: Principals): readonly Service[] {
  return [
    {
      name: "ec2",
      signingName: "ec2",
      version: null,
      protocol: "ec2Query",
      namespace: "com.amazonaws.ec2",
      xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
      regional: true,
      errors: ec2Errors,
      operations: ec2Operations,
      load: () => import("@aws-sdk/client-ec2"),
    },
    {
      name: "sts",
      signingName: "sts",
      version: null,
      protocol: "awsQuery",
      namespace: "com.amazonaws.sts",
      xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
      regional: true,
      errors: queryErrors,
      operations: stsOperations(principals),
      load: () => import("@aws-sdk/client-sts"),
    },
    {
      name: "elasticloadbalancing",
      signingName: "elasticloadbalancing",
      version: "2012-06-01",
      protocol: "awsQuery",
      namespace: "com.amazonaws.elasticloadbalancing",
      xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/",
      regional: true,
      errors: queryErrors,
      operations: classicLoadBalancingOperations,
      load: () => import("@aws-sdk/client-elastic-load-balancing"),
    },
    {
      name: "elasticloadbalancingv2",
      signingName: "elasticloadbalancing",
      version: "2015-12-01",
      protocol: "awsQuery",
      namespace: "com.amazonaws.elasticloadbalancingv2",
      xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
      regional: true,
      errors: queryErrors,
      operations: loadBalancingOperations,
      load: () => import("@aws-sdk/client-elastic-load-balancing-v2"),
    },
    {
      name: "network-firewall",
      signingName: "network-firewall",
      version: null,
      protocol: "awsJson1_0",
      namespace: "com.amazonaws.networkfirewall",
      xmlNamespace: "",
      regional: true,
      errors: jsonErrors,
      operations: networkFirewallOperations,
      load: () => import("@aws-sdk/client-network-firewall"),
    },
    {
      name: "guardduty",
      signingName: "guardduty",
      version: null,
      protocol: "restJson1",
      namespace: "com.amazonaws.guardduty",
      xmlNamespace: "",
      regional: true,
      errors: guardDutyErrors,
      operations: guardDutyOperations,
      load: () => import("@aws-sdk/client-guardduty"),
    },
    {
      name: "organizations",
      signingName: "organizations",
      version: null,
      protocol: "awsJson1_1",
      namespace: "com.amazonaws.organizations",
      xmlNamespace: "",
      regional: false,
      errors: organizationsErrors,
      operations: organizationsOperations,
      load: () => import("@aws-sdk/client-organizations"),
    },
    {
      name: "s3",
      signingName: "s3",
      version: null,
      protocol: "restXml",
      namespace: "com.amazonaws.s3",
      xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/",
      regional: false,
      errors: s3Errors,
      operations: s3Operations,
      load: () => import("@aws-sdk/client-s3"),
    },
    {
      name: "iam",
      signingName: "iam",
      version: null,
      protocol: "awsQuery",
      namespace: "com.amazonaws.iam",
      xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
      regional: false,
      errors: iamErrors,
      operations: iamOperations(),
      load: () => import("@aws-sdk/client-iam"),
    },
    {
      name: "sso",
      signingName: "sso",
      version: null,
      protocol: "awsJson1_1",
      namespace: "com.amazonaws.ssoadmin",
      xmlNamespace: "",
      regional: true,
      errors: jsonErrors,
      operations: identityCenterOperations,
      load: () => import("@aws-sdk/client-sso-admin"),
    },
    {
      name: "identitystore",
      signingName: "identitystore",
      version: null,
      protocol: "awsJson1_1",
      namespace: "com.amazonaws.identitystore",
      xmlNamespace: "",
      regional: true,
      errors: jsonErrors,
      operations: identityStoreOperations,
      load: () => import("@aws-sdk/client-identitystore"),
    },
    {
      name: "lambda",
      signingName: "lambda",
      version: null,
      protocol: "restJson1",
      namespace: "com.amazonaws.lambda",
      xmlNamespace: "",
      regional: true,
      errors: lambdaErrors,
      operations: lambdaOperations,
      load: () => import("@aws-sdk/client-lambda"),
    },
    {
      name: "ecs",
      signingName: "ecs",
      version: null,
      protocol: "awsJson1_1",
      namespace: "com.amazonaws.ecs",
      xmlNamespace: "",
      regional: true,
      errors: jsonErrors,
      operations: ecsOperations,
      load: () => import("@aws-sdk/client-ecs"),
    },
    {
      name: "cloudformation",
      signingName: "cloudformation",
      version: null,
      protocol: "awsQuery",
      namespace: "com.amazonaws.cloudformation",
      xmlNamespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
      regional: true,
      errors: queryErrors,
      operations: cloudFormationOperations,
      load: () => import("@aws-sdk/client-cloudformation"),
    },
    {
      name: "codebuild",
      signingName: "codebuild",
      version: null,
      protocol: "awsJson1_1",
      namespace: "com.amazonaws.codebuild",
      xmlNamespace: "",
      regional: true,
      errors: jsonErrors,
      operations: codeBuildOperations,
      load: () => import("@aws-sdk/client-codebuild"),
    },
  ];
}

/** The schema of an operation from the SDK, or null when the lab's service does not have it. */
export async function loadOperation(service: Service, name: string): Promise<OperationShape | null> {
  if (!Object.hasOwn(service.operations, name)) return null;
  return operationShape(Reflect.get(await service.load(), `${name}$`));
}

/** The schemas of all operations that the lab's service has. */
export async function loadOperations(service: Service): Promise<readonly OperationShape[]> {
  const module = await service.load();
  return Object.keys(service.operations).map((name) => operationShape(Reflect.get(module, `${name}$`)));
}
