import {
  awsPrefixList,
  ec2Arn,
  everything,
  flowLog,
  idOf,
  nameTag,
  openAcl,
  prefixList,
  route,
  tcp,
  udp,
} from "../build.ts";
import { buildVpc, mergeRegion } from "../build-vpc.ts";
import type { AwsRegionEstate } from "../estate.ts";
import { europe, officeRanges, pacific, playground, playgroundEurope, production, sandbox } from "./company.ts";

/** Production in eu-west-1: the European warehouse. Block public access is on, with one exclusion too many. */
export function europeNetwork(): AwsRegionEstate {
  const warehouse = buildVpc(europe, "warehouse", "10.40.0.0/16");
  const floor = warehouse.subnet("public-a", "a", "10.40.0.0/24");
  const back = warehouse.subnet("private-a", "a", "10.40.1.0/24");
  const offices = prefixList(europe, "offices", officeRanges);
  const transit = idOf("tgw", europe, "backbone");
  const attachment = idOf("tgw-attach", europe, "warehouse");
  warehouse.routes("public", [route("0.0.0.0/0", warehouse.internetGateway.InternetGatewayId ?? "")], [floor]);
  warehouse.routes("main", [route("10.0.0.0/8", transit)]);
  warehouse.defaultGroup({ ingress: [], egress: [] });
  const scanners = warehouse.group("handheld-scanners", "Barcode scanners report here", {
    ingress: [tcp(8883, "52.0.0.0/8"), udp(5684, offices)],
    egress: [tcp(443, "10.40.0.0/16")],
  });
  const search = warehouse.group("stock-search", "OpenSearch", { ingress: [tcp(9200, scanners)], egress: [] });
  warehouse.instance("scanner-gateway", {
    subnet: floor,
    groups: [scanners],
    ip: "10.40.0.15",
    publicIp: "34.248.61.9",
  });
  warehouse.instance("stock-search", { subnet: back, groups: [search], ip: "10.40.1.9" });
  const association = { State: "associated", TransitGatewayRouteTableId: idOf("tgw-rtb", europe, "backbone") } as const;
  return mergeRegion(warehouse.records(), {
    PrefixLists: [offices, awsPrefixList(europe, "s3", ["52.218.0.0/17"])],
    FlowLogs: [flowLog(europe, warehouse.vpc, "ALL")],
    VpcBlockPublicAccessOptions: {
      AwsAccountId: production,
      AwsRegion: europe.region,
      State: "update-complete",
      InternetGatewayBlockMode: "block-ingress",
      Reason: "set by the platform team",
      LastUpdateTimestamp: new Date("2025-11-25T12:00:00.000Z"),
      ManagedBy: "account",
      ExclusionsAllowed: "allowed",
    },
    VpcBlockPublicAccessExclusions: [
      {
        ExclusionId: idOf("vpcbpa-exclude", europe, "warehouse"),
        ResourceArn: ec2Arn(europe, "vpc", warehouse.vpc.VpcId ?? ""),
        InternetGatewayExclusionMode: "allow-bidirectional",
        State: "create-complete",
        CreationTimestamp: new Date("2025-12-01T08:00:00.000Z"),
        LastUpdateTimestamp: new Date("2025-12-01T08:00:10.000Z"),
        Tags: nameTag("handheld scanners"),
      },
      {
        ExclusionId: idOf("vpcbpa-exclude", europe, "stocktaking"),
        ResourceArn: ec2Arn(europe, "subnet", floor.SubnetId ?? ""),
        InternetGatewayExclusionMode: "allow-egress",
        State: "delete-complete",
        CreationTimestamp: new Date("2025-11-28T08:00:00.000Z"),
        LastUpdateTimestamp: new Date("2025-11-30T18:00:00.000Z"),
        DeletionTimestamp: new Date("2025-11-30T18:00:00.000Z"),
        Tags: nameTag("stocktaking"),
      },
    ],
    TransitGateways: [
      {
        TransitGatewayId: transit,
        TransitGatewayArn: ec2Arn(europe, "transit-gateway", transit),
        OwnerId: production,
        State: "available",
        Description: "backbone",
        CreationTime: new Date("2024-02-02T02:02:02.000Z"),
        Options: { AmazonSideAsn: 64512, DnsSupport: "enable", SecurityGroupReferencingSupport: "enable" },
        Tags: nameTag("backbone"),
      },
    ],
    TransitGatewayAttachments: [
      {
        TransitGatewayAttachmentId: attachment,
        TransitGatewayId: transit,
        TransitGatewayOwnerId: production,
        ResourceOwnerId: production,
        ResourceType: "vpc",
        ResourceId: warehouse.vpc.VpcId,
        State: "available",
        Association: { State: association.State, TransitGatewayRouteTableId: association.TransitGatewayRouteTableId },
        CreationTime: new Date("2024-02-02T02:10:00.000Z"),
        Tags: [],
      },
    ],
    TransitGatewayVpcAttachments: [
      {
        TransitGatewayAttachmentId: attachment,
        TransitGatewayId: transit,
        VpcId: warehouse.vpc.VpcId,
        VpcOwnerId: production,
        State: "available",
        SubnetIds: [back.SubnetId ?? ""],
        CreationTime: new Date("2024-02-02T02:10:00.000Z"),
        Options: { DnsSupport: "enable", SecurityGroupReferencingSupport: "enable", Ipv6Support: "disable" },
        Tags: [],
      },
    ],
  });
}

/** Production in ap-southeast-2: an archive that nothing enters or leaves. In order, but for GuardDuty, which nobody enabled. */
export function pacificNetwork(): AwsRegionEstate {
  const archive = buildVpc(pacific, "archive", "10.60.0.0/16");
  const vault = archive.subnet("private-a", "a", "10.60.0.0/24");
  archive.routes("main", []);
  archive.defaultGroup({ ingress: [], egress: [] });
  const keeper = archive.group("keeper", "Archive keeper", {
    ingress: [tcp(443, "10.60.0.0/16")],
    egress: [tcp(443, "10.60.0.0/16")],
  });
  archive.instance("keeper", { subnet: vault, groups: [keeper], ip: "10.60.0.8" });
  return mergeRegion(archive.records(), {
    FlowLogs: [flowLog(pacific, archive.vpc, "ALL")],
    VpcBlockPublicAccessOptions: {
      AwsAccountId: production,
      AwsRegion: pacific.region,
      State: "update-complete",
      InternetGatewayBlockMode: "block-bidirectional",
      LastUpdateTimestamp: new Date("2025-11-25T12:05:00.000Z"),
      ManagedBy: "account",
      ExclusionsAllowed: "allowed",
    },
  });
}

/** The sandbox in us-east-1: what people try on a Friday. */
export function playgroundNetwork(): AwsRegionEstate {
  const place = playground;
  const lab = buildVpc(place, "playground", "172.31.0.0/16", "2600:1f18:77aa:4400::/56");
  const open = lab.subnet("public-a", "a", "172.31.0.0/20", "2600:1f18:77aa:4400::/64");
  const gateway = lab.internetGateway.InternetGatewayId ?? "";
  lab.routes("main", [route("0.0.0.0/0", gateway), route("::/0", gateway)]);
  lab.acl("default", { ingress: openAcl, egress: openAcl });
  const fallback = lab.defaultGroup({ ingress: [everything("0.0.0.0/0", "::/0")] });
  const wizard = lab.group("launch-wizard-1", "launch-wizard-1 created 2026-01-09T16:41:07.113Z", {
    ingress: [tcp(22, "0.0.0.0/0"), tcp(8888, "0.0.0.0/0")],
  });
  const rdp = lab.group("windows-test", "RDP <b>for</b> the 'vendor' & friends", {
    ingress: [
      tcp(3389, "0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"),
      tcp([5985, 5986], "::/1", "8000::/1"),
    ],
  });
  lab.group("launch-wizard-2", "launch-wizard-2 created 2026-02-13T15:20:51.904Z", { ingress: [tcp(22, "0.0.0.0/0")] });
  lab.instance("notebook", {
    subnet: open,
    groups: [wizard],
    ip: "172.31.3.14",
    publicIp: "44.211.80.17",
    ipv6: "2600:1f18:77aa:4400::314",
    profile: "notebook-admin",
  });
  lab.instance("windows-test", { subnet: open, groups: [rdp], ip: "172.31.5.50", publicIp: "100.26.44.9" });
  lab.instance("forgotten", { subnet: open, groups: [fallback], ip: "172.31.9.90" });
  return lab.records();
}

/** The sandbox in eu-west-1: a demonstration behind a classic load balancer. */
export function playgroundEuropeNetwork(): AwsRegionEstate {
  const place = playgroundEurope;
  const demo = buildVpc(place, "demonstration", "172.30.0.0/16");
  const open = demo.subnet("public-a", "a", "172.30.0.0/24");
  demo.routes("main", [route("0.0.0.0/0", demo.internetGateway.InternetGatewayId ?? "")]);
  demo.defaultGroup({ ingress: [], egress: [] });
  const classic = demo.group("classic-elb", "Classic load balancer", {
    ingress: [tcp(80, "0.0.0.0/0")],
    egress: [tcp(80, "172.30.0.0/16")],
  });
  const page = demo.group("page", "Demonstration page", { ingress: [tcp(80, classic)], egress: [] });
  const server = demo.instance("page", { subnet: open, groups: [page], ip: "172.30.0.10" });
  demo.networkInterface("classic-elb", {
    subnet: open,
    groups: [classic],
    ip: "172.30.0.40",
    publicIp: "54.73.12.201",
    description: "ELB demonstration",
    requester: "amazon-elb",
  });
  return mergeRegion(demo.records(), {
    FlowLogs: [flowLog(place, demo.vpc, "REJECT")],
    LoadBalancerDescriptions: [
      {
        LoadBalancerName: "demonstration",
        DNSName: "demonstration-771230045.eu-west-1.elb.amazonaws.com",
        Scheme: "internet-facing",
        VPCId: demo.vpc.VpcId,
        Subnets: [open.SubnetId ?? ""],
        AvailabilityZones: [open.AvailabilityZone ?? ""],
        SecurityGroups: [classic.GroupId ?? ""],
        SourceSecurityGroup: { OwnerAlias: sandbox, GroupName: classic.GroupName },
        ListenerDescriptions: [
          {
            Listener: { Protocol: "HTTP", LoadBalancerPort: 80, InstanceProtocol: "HTTP", InstancePort: 80 },
            PolicyNames: [],
          },
        ],
        Instances: [{ InstanceId: server.InstanceId }],
        CreatedTime: new Date("2022-03-08T11:11:11.000Z"),
      },
    ],
  });
}
