import { described, idOf, nameTag, openAcl, prefixList, awsPrefixList, flowLog, route, tcp } from "../build.ts";
import { buildVpc, mergeRegion } from "../build-vpc.ts";
import type { AwsRegionEstate } from "../estate.ts";
import { freightPartner, officeRanges, shopHome as place } from "./company.ts";
import { shopEdge } from "./shop-edge.ts";
import { shopFirewall } from "./shop-firewall.ts";
import { toolsNetwork } from "./tools-network.ts";

/** Production in us-east-1: the shop itself. Mostly in order, with the sediment of five years. */
export function shopNetwork(): AwsRegionEstate {
  const shop = buildVpc(place, "shop", "10.20.0.0/16", "2600:1f18:4a3b:e500::/56");
  const publicA = shop.subnet("public-a", "a", "10.20.0.0/24", "2600:1f18:4a3b:e500::/64");
  const publicB = shop.subnet("public-b", "b", "10.20.1.0/24", "2600:1f18:4a3b:e501::/64");
  const feedSubnet = shop.subnet("public-feeds", "a", "10.20.2.0/24");
  const appA = shop.subnet("app-a", "a", "10.20.10.0/24");
  const appB = shop.subnet("app-b", "b", "10.20.11.0/24");
  const dataA = shop.subnet("data-a", "a", "10.20.20.0/24");
  const dataB = shop.subnet("data-b", "b", "10.20.21.0/24");
  const firewallA = shop.subnet("firewall-a", "a", "10.20.250.0/28");

  const offices = prefixList(place, "offices", officeRanges);
  const depots = prefixList(place, "freight-depots", ["0.0.0.0/1", "128.0.0.0/1"], freightPartner);
  const s3 = awsPrefixList(place, "s3", ["52.216.0.0/15", "54.231.0.0/16", "3.5.0.0/19"]);

  // Good: what a shop needs and no more.
  const balancer = shop.group("shop-alb", "Web shop load balancer", {
    ingress: [described(tcp(443, "0.0.0.0/0", "::/0"), "HTTPS"), described(tcp(80, "0.0.0.0/0", "::/0"), "redirect")],
    egress: [tcp(8080, "10.20.10.0/23")],
  });
  const app = shop.group("shop-app", "Web shop application", {
    ingress: [tcp(8080, balancer)],
    egress: [tcp(443, s3), tcp(5432, "10.20.20.0/23"), tcp(443, "10.20.0.0/16")],
  });
  const database = shop.group("shop-db", "PostgreSQL, from the application alone", {
    ingress: [described(tcp(5432, app), "application")],
    egress: [],
  });
  const endpoints = shop.group("endpoints", "Interface endpoints", { ingress: [tcp(443, "10.20.0.0/16")], egress: [] });
  const office = shop.group("office-ssh", "SSH from our offices", { ingress: [tcp(22, offices)], egress: [] });

  // Bad, each in its own way.
  const bastion = shop.group("bastion", "Jump host; TEMPORARY until the VPN is back", {
    ingress: [described(tcp(22, "0.0.0.0/0"), "temp, remove after 2024-03"), tcp(22, offices)],
  });
  const reporting = shop.group("reporting-mysql", "Reporting replica", {
    ingress: [tcp(3306, "0.0.0.0/1"), tcp([3300, 3310], "128.0.0.0/1"), tcp(3306, app)],
    egress: [tcp(443, "10.20.0.0/16")],
  });
  const dashboards = shop.group("dashboards", "Grafana over IPv6", { ingress: [tcp(3000, "2000::/3")], egress: [] });
  const freight = shop.group("freight-desktop", "Remote desktop for the freight partner", {
    ingress: [described(tcp(3389, depots), "partner's depots, list kept by them")],
    egress: [tcp(443, "10.20.0.0/16")],
  });
  const feeds = shop.group("catalogue-feeds", "Feeds of publishers", {
    ingress: [tcp(8443, "18.128.0.0/9")],
    egress: [tcp(443, "10.20.0.0/16")],
  });
  shop.group("old-ftp", "FTP drop of 2019", { ingress: [tcp([20, 21], "0.0.0.0/0")], egress: [] });
  shop.defaultGroup();

  const natGateway = idOf("nat", place, "shop");
  const egressOnly = idOf("eigw", place, "shop");
  const toInternet = route("0.0.0.0/0", shop.internetGateway.InternetGatewayId ?? "");
  const toInternet6 = route("::/0", shop.internetGateway.InternetGatewayId ?? "");
  shop.routes("public", [toInternet, toInternet6], [publicA, publicB, feedSubnet, firewallA]);
  shop.routes("private", [route("0.0.0.0/0", natGateway), route("::/0", egressOnly)], [appA, appB]);
  shop.routes("main", []);
  shop.acl(
    "public",
    {
      ingress: [
        { number: 90, action: "deny", cidr: "0.0.0.0/0", protocol: "6", ports: [23, 23] },
        { number: 91, action: "deny", cidr: "::/0", protocol: "6", ports: [23, 23] },
        ...openAcl,
        // Somebody meant to close remote desktop here, behind a rule that lets everything in.
        { number: 200, action: "deny", cidr: "0.0.0.0/0", protocol: "6", ports: [3389, 3389] },
      ],
      egress: openAcl,
    },
    [publicA, publicB],
  );
  shop.acl(
    "data",
    {
      ingress: [{ number: 100, action: "allow", cidr: "10.20.0.0/16" }],
      egress: [{ number: 100, action: "allow", cidr: "10.20.0.0/16" }],
    },
    [dataA, dataB],
  );

  shop.instance("bastion", {
    subnet: publicA,
    groups: [bastion, office],
    ip: "10.20.0.10",
    publicIp: "54.210.17.83",
    ipv6: "2600:1f18:4a3b:e500::10",
    profile: "bastion",
  });
  shop.instance("dashboards", {
    subnet: publicB,
    groups: [dashboards],
    ip: "10.20.1.30",
    ipv6: "2600:1f18:4a3b:e501::30",
  });
  shop.instance("freight-desktop", {
    subnet: publicB,
    groups: [freight],
    ip: "10.20.1.44",
    publicIp: "3.91.140.6",
    type: "t3.large",
  });
  const application = [
    shop.instance("shop-app-1", { subnet: appA, groups: [app], ip: "10.20.10.21", profile: "shop-app" }),
    shop.instance("shop-app-2", { subnet: appB, groups: [app], ip: "10.20.11.22", profile: "shop-app" }),
  ];
  const feedReaders = [shop.instance("catalogue-feeds", { subnet: appA, groups: [feeds], ip: "10.20.10.60" })];
  shop.networkInterface("shop-db", {
    subnet: dataA,
    groups: [database],
    ip: "10.20.20.5",
    description: "RDSNetworkInterface",
    requester: "amazon-rds",
  });
  shop.networkInterface("reporting-mysql", {
    subnet: publicA,
    groups: [reporting],
    ip: "10.20.0.77",
    publicIp: "34.203.9.151",
    description: "RDSNetworkInterface",
    requester: "amazon-rds",
  });
  shop.networkInterface("nat", {
    subnet: publicA,
    groups: [],
    ip: "10.20.0.250",
    publicIp: "52.3.88.14",
    description: `Interface for NAT Gateway ${natGateway}`,
    kind: "nat_gateway",
  });
  shop.networkInterface("endpoint-ssm", {
    subnet: appA,
    groups: [endpoints],
    ip: "10.20.10.200",
    description: `VPC Endpoint Interface ${idOf("vpce", place, "ssm")}`,
    kind: "vpc_endpoint",
  });
  const edge = shopEdge(shop, { publicSubnets: [publicA, publicB], feedSubnet, balancer, application, feedReaders });

  return mergeRegion(edge, shop.records(), shopFirewall(shop, firewallA), toolsNetwork(shop), {
    PrefixLists: [offices, depots, s3],
    FlowLogs: [flowLog(place, shop.vpc, "ALL")],
    EgressOnlyInternetGateways: [
      {
        EgressOnlyInternetGatewayId: egressOnly,
        Attachments: [{ State: "attached", VpcId: shop.vpc.VpcId }],
        Tags: nameTag("shop"),
      },
    ],
    NatGateways: [
      {
        NatGatewayId: natGateway,
        VpcId: shop.vpc.VpcId,
        SubnetId: publicA.SubnetId,
        State: "available",
        ConnectivityType: "public",
        CreateTime: new Date("2024-09-03T10:00:00.000Z"),
        NatGatewayAddresses: [
          {
            AllocationId: idOf("eipalloc", place, "nat"),
            NetworkInterfaceId: idOf("eni", place, "shop/nat"),
            PrivateIp: "10.20.0.250",
            PublicIp: "52.3.88.14",
            IsPrimary: true,
            Status: "succeeded",
          },
        ],
        Tags: nameTag("shop"),
      },
    ],
    Addresses: [
      {
        AllocationId: idOf("eipalloc", place, "nat"),
        AssociationId: idOf("eipassoc", place, "nat"),
        PublicIp: "52.3.88.14",
        PrivateIpAddress: "10.20.0.250",
        NetworkInterfaceId: idOf("eni", place, "shop/nat"),
        NetworkInterfaceOwnerId: place.account,
        Domain: "vpc",
        NetworkBorderGroup: place.region,
        Tags: nameTag("shop-nat"),
      },
      {
        AllocationId: idOf("eipalloc", place, "spare"),
        PublicIp: "44.196.30.2",
        Domain: "vpc",
        NetworkBorderGroup: place.region,
        Tags: nameTag("spare"),
      },
    ],
    VpcEndpoints: [
      {
        VpcEndpointId: idOf("vpce", place, "s3"),
        VpcEndpointType: "Gateway",
        VpcId: shop.vpc.VpcId,
        ServiceName: `com.amazonaws.${place.region}.s3`,
        State: "available",
        OwnerId: place.account,
        RouteTableIds: [idOf("rtb", place, "shop/private")],
        CreationTimestamp: new Date("2024-09-03T10:20:00.000Z"),
        Tags: [],
      },
      {
        VpcEndpointId: idOf("vpce", place, "ssm"),
        VpcEndpointType: "Interface",
        VpcId: shop.vpc.VpcId,
        ServiceName: `com.amazonaws.${place.region}.ssm`,
        State: "available",
        OwnerId: place.account,
        SubnetIds: [appA.SubnetId ?? ""],
        Groups: [{ GroupId: endpoints.GroupId, GroupName: endpoints.GroupName }],
        NetworkInterfaceIds: [idOf("eni", place, "shop/endpoint-ssm")],
        PrivateDnsEnabled: true,
        CreationTimestamp: new Date("2024-09-03T10:21:00.000Z"),
        Tags: [],
      },
    ],
  });
}
