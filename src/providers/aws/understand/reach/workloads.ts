import type { ResourceRef } from "../../../../model/resource.ts";
import { objects, text } from "../../../read.ts";
import type { Nic } from "./interfaces.ts";

/** What a service-owned interface says about its owner: the pattern of its description, what it is, and which part is its name. */
const services: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^Interface for NAT Gateway (nat-\S+)/, "aws:ec2:natgateway"],
  [/^VPC Endpoint Interface (vpce-\S+)/, "aws:ec2:vpc-endpoint"],
  [/^Network Interface for Transit Gateway Attachment (tgw-attach-\S+)/, "aws:ec2:transit-gateway-attachment"],
  [/^AWS Lambda VPC ENI-(.+?)(?:-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/, "aws:lambda:function"],
  [/^EFS mount target for (fs-\S+)/, "aws:elasticfilesystem:file-system"],
  [/^ElastiCache (?:Replication Group )?(\S+)/, "aws:elasticache:cluster"],
  [/^Amazon EKS (\S+)/, "aws:eks:cluster"],
  [/^ES (\S+)/, "aws:es:domain"],
  [/^AWS created network interface for directory (d-\S+)/, "aws:ds:directory"],
  [/^Route 53 Resolver: (rslvr-\S+?)(?::|$)/, "aws:route53resolver:resolver-endpoint"],
  [/^(?:arn:[^:]+:ecs:\S+:attachment\/)(\S+)/, "aws:ecs:task-attachment"],
  [/^(RDSNetworkInterface)$/, "aws:rds:database"],
  [/^(RedshiftNetworkInterface)$/, "aws:redshift:cluster"],
  [/^(DMSNetworkInterface)$/, "aws:dms:replication-instance"],
];

/** InterfaceType values that say what an interface is when its description does not. */
const types: ReadonlyMap<string, string> = new Map([
  ["lambda", "aws:lambda:function"],
  ["nat_gateway", "aws:ec2:natgateway"],
  ["vpc_endpoint", "aws:ec2:vpc-endpoint"],
  ["gateway_load_balancer_endpoint", "aws:ec2:vpc-endpoint"],
  ["transit_gateway", "aws:ec2:transit-gateway-attachment"],
  ["efs", "aws:elasticfilesystem:file-system"],
  ["global_accelerator_managed", "aws:globalaccelerator:accelerator"],
  ["api_gateway_managed", "aws:apigateway:vpc-link"],
  ["ec2_instance_connect_endpoint", "aws:ec2:instance-connect-endpoint"],
]);

/**
 * What runs behind an interface: its instance, its load balancer, else what the service that made it says of it.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
 */
export function workloadOf(nic: Nic, balancer: ResourceRef | null): ResourceRef | null {
  if (balancer !== null) return balancer;
  if (nic.instance !== null) return nic.instance.resource;
  const { cloud, account, region } = nic.resource;
  const of = (type: string, id: string): ResourceRef => ({ cloud, account, region, type, id, name: null, arn: null });
  for (const [pattern, type] of services) {
    const name = nic.serviceDescription === null ? undefined : pattern.exec(nic.serviceDescription)?.[1];
    // Some descriptions name the service alone: the interface then stands for the one behind it.
    if (name !== undefined) return name.endsWith("NetworkInterface") ? { ...of(type, nic.id), name } : of(type, name);
  }
  const type = types.get(nic.type);
  return type === undefined ? null : of(type, nic.id);
}

/** Everything a person may call an interface by. */
export function aliasesOf(nic: Nic, workload: ResourceRef | null, more: readonly string[]): readonly string[] {
  const names = new Set<string>();
  const add = (name: string | null): void => {
    if (name !== null && name !== "") names.add(name);
  };
  for (const ref of [nic.resource, nic.instance?.resource, workload]) {
    if (ref === null || ref === undefined) continue;
    add(ref.id);
    add(ref.name);
    add(ref.arn);
  }
  for (const data of [nic.data, nic.instance?.data]) {
    if (data === undefined) continue;
    add(text(data, "PrivateDnsName"));
    add(text(data, "PublicDnsName"));
  }
  for (const each of objects(nic.data, "PrivateIpAddresses")) add(text(each, "PrivateDnsName"));
  for (const name of more) add(name);
  return [...names];
}
