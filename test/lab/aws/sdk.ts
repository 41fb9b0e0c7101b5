import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingClient } from "@aws-sdk/client-elastic-load-balancing";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GuardDutyClient } from "@aws-sdk/client-guardduty";
import { IAMClient } from "@aws-sdk/client-iam";
import { IdentitystoreClient } from "@aws-sdk/client-identitystore";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { NetworkFirewallClient } from "@aws-sdk/client-network-firewall";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { SSOAdminClient } from "@aws-sdk/client-sso-admin";
import { STSClient } from "@aws-sdk/client-sts";
import { createPrincipals } from "../../../lab/aws/principals.ts";
import type { AwsLab } from "../../../lab/aws/server.ts";
import { loadOperations, services } from "../../../lab/aws/services.ts";
import { isObject } from "../../../lab/aws/shapes.ts";
import type { OperationShape } from "../../../lab/aws/shapes.ts";

/** How the official clients of the services are made, by the lab's name of the service. */
const clients = {
  ec2: EC2Client,
  sts: STSClient,
  elasticloadbalancing: ElasticLoadBalancingClient,
  elasticloadbalancingv2: ElasticLoadBalancingV2Client,
  "network-firewall": NetworkFirewallClient,
  guardduty: GuardDutyClient,
  organizations: OrganizationsClient,
  s3: S3Client,
  iam: IAMClient,
  sso: SSOAdminClient,
  identitystore: IdentitystoreClient,
  lambda: LambdaClient,
  ecs: ECSClient,
  cloudformation: CloudFormationClient,
  codebuild: CodeBuildClient,
};

/** As whom and where a test calls. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  readonly maxAttempts?: number;
  readonly requestTimeout?: number;
}

/** Every operation of the lab: `ec2:DescribeVpcs`, with the service and the SDK's schema. */
export async function labOperations(): Promise<
  readonly { id: string; service: string; load: () => Promise<object>; shape: OperationShape }[]
> {
  const all = services(createPrincipals({ regions: [], accounts: [] }));
  const perService = all.map(async (service) =>
    (await loadOperations(service)).map((shape) => ({
      id: `${service.name}:${shape.name}`,
      service: service.name,
      load: service.load,
      shape,
    })),
  );
  return (await Promise.all(perService)).flat();
}

/** Calls operations of the lab through the official SDK, one client per service. */
export function createSdk(
  lab: AwsLab,
  { account, region, maxAttempts = 1, requestTimeout = 10_000 }: Caller,
): {
  send: (operation: string, input?: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;
  destroy: () => void;
} {
  const config = {
    endpoint: lab.endpoint,
    region,
    credentials: lab.credentialsFor(account),
    maxAttempts,
    // S3 alone: without it the SDK makes an impossible host of a bucket with a dot in its name and an IP address.
    forcePathStyle: true,
    requestHandler: { requestTimeout, throwOnRequestTimeout: true },
  };
  const open = Object.fromEntries(Object.entries(clients).map(([name, Client]) => [name, new Client(config)]));
  return {
    async send(operation, input = {}) {
      const [service = "", name = ""] = operation.split(":");
      const found = (await labOperations()).find(({ id }) => id === operation);
      const client = open[service];
      const module = (await found?.load()) ?? {};
      const Command: unknown = Reflect.get(module, `${name}Command`);
      if (client === undefined || typeof Command !== "function") throw new Error(`The SDK has no ${operation}.`);
      // Each client's `send` takes its own commands only, which no type can say of a client that is found by name.
      const send: unknown = Reflect.get(client, "send");
      if (typeof send !== "function") throw new Error(`The SDK's client for ${service} cannot send.`);
      const answer: unknown = await Reflect.apply(send, client, [Reflect.construct(Command, [input])]);
      if (!isObject(answer)) throw new Error(`${operation} answered nothing.`);
      const { $metadata: _, ...fields } = answer;
      return fields;
    },
    destroy() {
      for (const client of Object.values(open)) client.destroy();
    },
  };
}
