import { everything, idOf, nameTag, route, tcp } from "../build.ts";
import { buildVpc, mergeRegion } from "../build-vpc.ts";
import type { VpcBuilder } from "../build-vpc.ts";
import type { AwsRegionEstate } from "../estate.ts";
import { shopHome as place } from "./company.ts";

/** A VPC for build servers beside the shop's, peered with it. Nobody logs its traffic. */
export function toolsNetwork(shop: VpcBuilder): AwsRegionEstate {
  const tools = buildVpc(place, "tools", "10.90.0.0/16");
  const subnet = tools.subnet("public-a", "a", "10.90.0.0/24");
  const peering = idOf("pcx", place, "shop-tools");
  tools.routes("main", [
    route("0.0.0.0/0", tools.internetGateway.InternetGatewayId ?? ""),
    route("10.20.0.0/16", peering),
  ]);
  const gone = { GroupId: idOf("sg", place, "deleted"), OwnerId: place.account };
  const build = tools.group("build", "Build servers; everything, to get the release out", {
    ingress: [everything("0.0.0.0/0")],
  });
  const registry = tools.group("registry", "Package registry", {
    ingress: [tcp(443, "10.0.0.0/8"), tcp(4873, gone)],
    egress: [tcp(443, "10.0.0.0/8")],
  });
  tools.defaultGroup({ ingress: [], egress: [] });
  tools.instance("build-1", {
    subnet,
    groups: [build],
    ip: "10.90.0.12",
    publicIp: "18.207.114.230",
    type: "c7i.2xlarge",
    profile: "build",
  });
  tools.instance("registry", { subnet, groups: [registry], ip: "10.90.0.20" });
  return mergeRegion(tools.records(), {
    StaleSecurityGroupSet: [
      {
        GroupId: registry.GroupId,
        GroupName: registry.GroupName,
        Description: registry.Description,
        VpcId: tools.vpc.VpcId,
        StaleIpPermissions: [
          {
            IpProtocol: "tcp",
            FromPort: 4873,
            ToPort: 4873,
            UserIdGroupPairs: [{ GroupId: gone.GroupId, UserId: gone.OwnerId, VpcPeeringConnectionId: peering }],
          },
        ],
        StaleIpPermissionsEgress: [],
      },
    ],
    VpcPeeringConnections: [
      {
        VpcPeeringConnectionId: peering,
        Status: { Code: "active", Message: "Active" },
        RequesterVpcInfo: {
          CidrBlock: "10.90.0.0/16",
          CidrBlockSet: [{ CidrBlock: "10.90.0.0/16" }],
          OwnerId: place.account,
          VpcId: tools.vpc.VpcId,
          Region: place.region,
        },
        AccepterVpcInfo: {
          CidrBlock: "10.20.0.0/16",
          CidrBlockSet: [{ CidrBlock: "10.20.0.0/16" }],
          OwnerId: place.account,
          VpcId: shop.vpc.VpcId,
          Region: place.region,
        },
        Tags: nameTag("shop-tools"),
      },
    ],
  });
}
