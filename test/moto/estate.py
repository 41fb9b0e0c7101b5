"""Builds the estate that the moto suite scans, with boto3 calls against a moto server, and prints what it made as JSON.

Usage: python estate.py ENDPOINT_URL

Two accounts (moto maps AssumeRole to the role's account) in two Regions each. Every security group is named after what a
scan should make of it; the suite refers to them by these names. Prefix lists, network ACLs, VPCs, identities, an organization and the
rest are there to be read back. What boto3 itself reads of them is printed beside the ids: the suite holds Rampart's records against it.
"""

import json
import sys

import boto3
from botocore.config import Config

HOME_ACCOUNT = "123456789012"  # moto's account for credentials it does not know
MEMBER_ACCOUNT = "222222222222"
ROLE = "RampartAudit"
REGIONS = ("us-east-1", "eu-west-1")

FIRST_HALF, SECOND_HALF = "0.0.0.0/1", "128.0.0.0/1"


def tcp(first, last, *, v4=(), v6=(), groups=(), lists=()):
    """One IpPermission for a TCP port range."""
    return {**sources(v4, v6, groups, lists), "IpProtocol": "tcp", "FromPort": first, "ToPort": last}


def all_protocols(*, v4=(), v6=(), groups=(), lists=()):
    """One IpPermission for protocol -1, which has no ports."""
    return {**sources(v4, v6, groups, lists), "IpProtocol": "-1"}


def sources(v4, v6, groups, lists):
    return {
        "IpRanges": [{"CidrIp": cidr, "Description": "estate.py"} for cidr in v4],
        "Ipv6Ranges": [{"CidrIpv6": cidr} for cidr in v6],
        "UserIdGroupPairs": [{"GroupId": group} for group in groups],
        "PrefixListIds": [{"PrefixListId": prefix_list} for prefix_list in lists],
    }


class Place:
    """One account in one Region: its clients and what was made there, by name."""

    def __init__(self, session, endpoint, account, region):
        self.account, self.region = account, region
        self._session, self._endpoint = session, endpoint
        self.ec2 = self.client("ec2")
        self.names = {}  # by id; what the account had from the start is added at the end

    def client(self, service):
        config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
        return self._session.client(
            service, region_name=self.region, endpoint_url=self._endpoint, config=config
        )

    def vpc(self, name, cidr):
        """A VPC with an IPv6 range, one dual-stack subnet, and routes to an internet gateway."""
        vpc_id = self.ec2.create_vpc(CidrBlock=cidr, AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
        self.ec2.create_tags(Resources=[vpc_id], Tags=[{"Key": "Name", "Value": name}])
        vpc = self.ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
        ipv6 = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].replace("/56", "/64")
        subnet = self.ec2.create_subnet(
            VpcId=vpc_id,
            CidrBlock=cidr.replace("/16", "/24"),
            Ipv6CidrBlock=ipv6,
            AvailabilityZone=f"{self.region}a",
        )["Subnet"]["SubnetId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
        tables = self.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
        table = tables[0]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        self.ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", GatewayId=gateway)
        self.names[vpc_id] = name
        return vpc_id, subnet

    def group(self, name, vpc_id, *permissions, egress=True):
        """A security group. Each permission is authorised by a call of its own, as separate rules; AWS gives it open egress."""
        group_id = self.ec2.create_security_group(GroupName=name, Description="moto suite", VpcId=vpc_id)["GroupId"]
        for permission in permissions:
            self.ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission])
        if not egress:
            self.ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=[all_protocols(v4=("0.0.0.0/0",), v6=("::/0",))])
        self.names[group_id] = name
        return group_id

    def prefix_list(self, name, family, *cidrs):
        made = self.ec2.create_managed_prefix_list(
            PrefixListName=name,
            AddressFamily=family,
            MaxEntries=len(cidrs),
            Entries=[{"Cidr": cidr, "Description": "estate.py"} for cidr in cidrs],
        )
        list_id = made["PrefixList"]["PrefixListId"]
        self.names[list_id] = name
        return list_id

    def acl(self, name, vpc_id, subnet, *entries):
        """A network ACL with inbound entries (number, action, protocol, ports, cidr), put before one subnet."""
        acl_id = self.ec2.create_network_acl(VpcId=vpc_id)["NetworkAcl"]["NetworkAclId"]
        for number, action, protocol, ports, cidr in entries:
            self.ec2.create_network_acl_entry(
                NetworkAclId=acl_id,
                RuleNumber=number,
                Protocol=protocol,
                RuleAction=action,
                Egress=False,
                **({"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {}),
                **({"Ipv6CidrBlock": cidr} if ":" in cidr else {"CidrBlock": cidr}),
            )
        self.ec2.create_network_acl_entry(
            NetworkAclId=acl_id, RuleNumber=100, Protocol="-1", RuleAction="allow", Egress=True, CidrBlock="0.0.0.0/0"
        )
        current = self.ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
        association = next(
            association["NetworkAclAssociationId"]
            for acl in current["NetworkAcls"]
            for association in acl["Associations"]
            if association["SubnetId"] == subnet
        )
        self.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl_id)
        self.names[acl_id] = name

    def facts(self):
        """What the suite needs to know of this place."""
        read = {
            "ec2:DescribeVpcs": self.ec2.describe_vpcs()["Vpcs"],
            "ec2:DescribeSubnets": self.ec2.describe_subnets()["Subnets"],
            "ec2:DescribeSecurityGroups": self.ec2.describe_security_groups()["SecurityGroups"],
            "ec2:DescribeSecurityGroupRules": self.ec2.describe_security_group_rules()["SecurityGroupRules"],
            "ec2:DescribeNetworkAcls": self.ec2.describe_network_acls()["NetworkAcls"],
            "ec2:DescribeRouteTables": self.ec2.describe_route_tables()["RouteTables"],
            "ec2:DescribeInternetGateways": self.ec2.describe_internet_gateways()["InternetGateways"],
            "ec2:DescribeManagedPrefixLists": self.ec2.describe_managed_prefix_lists()["PrefixLists"],
        }
        for vpc in read["ec2:DescribeVpcs"]:
            self.names.setdefault(vpc["VpcId"], "default VPC")
        for group in read["ec2:DescribeSecurityGroups"]:
            self.names.setdefault(group["GroupId"], f"default group of {self.names[group['VpcId']]}")
        return {
            "account": self.account,
            "region": self.region,
            "names": self.names,
            "boto3": read,
            "prefixListEntries": {
                prefix_list["PrefixListId"]: self.ec2.get_managed_prefix_list_entries(
                    PrefixListId=prefix_list["PrefixListId"]
                )["Entries"]
                for prefix_list in read["ec2:DescribeManagedPrefixLists"]
            },
        }


def build_home_main(place):
    """The home account's first Region: one group for each kind of source and each verdict."""
    vpc, subnet = place.vpc("edge", "10.20.0.0/16")
    halves_list = place.prefix_list("all-of-ipv4", "IPv4", FIRST_HALF, SECOND_HALF)
    v6_list = place.prefix_list("all-of-ipv6", "IPv6", "::/1", "8000::/1")
    office_list = place.prefix_list("office", "IPv4", "10.0.0.0/8", "198.51.100.0/24")

    halves = place.group(
        "ssh-from-two-halves", vpc, tcp(22, 22, v4=(FIRST_HALF,)), tcp(20, 23, v4=(SECOND_HALF,))
    )
    place.group("rdp-from-global-unicast", vpc, tcp(3389, 3389, v6=("2000::/3",)))
    place.group("mysql-from-prefix-list", vpc, tcp(3306, 3306, lists=(halves_list,)))
    place.group("redis-from-ipv6-prefix-list", vpc, tcp(6379, 6379, lists=(v6_list,)))
    place.group("everything-from-anywhere", vpc, all_protocols(v4=("0.0.0.0/0",)))
    place.group("custom-port-from-anywhere", vpc, tcp(8081, 8081, v4=("0.0.0.0/0",), v6=("::/0",)))
    place.group("sctp-by-number", vpc, {**sources(("0.0.0.0/0",), (), (), ()), "IpProtocol": "132", "FromPort": 22, "ToPort": 22})
    place.group("ssh-from-wide-range", vpc, tcp(22, 22, v4=("44.192.0.0/11",)))

    web = place.group("web-from-anywhere", vpc, tcp(443, 443, v4=("0.0.0.0/0",), v6=("::/0",)), tcp(80, 80, v4=("0.0.0.0/0",)))
    place.group(
        "everything-from-private-space",
        vpc,
        all_protocols(v4=("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"), v6=("fd00::/8",)),
    )
    members = place.group("ssh-from-group", vpc, tcp(22, 22, groups=(web,)), egress=False)
    place.ec2.authorize_security_group_ingress(GroupId=members, IpPermissions=[all_protocols(groups=(members,))])
    place.group("ssh-from-office-list", vpc, tcp(22, 22, lists=(office_list,)))

    place.acl(
        "edge-acl",
        vpc,
        subnet,
        (90, "deny", "6", (22, 22), "0.0.0.0/0"),
        (91, "deny", "6", (3389, 3389), "::/0"),
        (100, "allow", "-1", None, "0.0.0.0/0"),
        (101, "allow", "-1", None, "::/0"),
    )
    image = place.ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    place.ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": subnet, "Groups": [halves, web]}],
    )
    place.ec2.create_network_interface(SubnetId=subnet, Groups=[members])
    place.ec2.allocate_address(Domain="vpc")
    elb = place.client("elbv2")
    balancer = elb.create_load_balancer(Name="edge", Scheme="internet-facing", Subnets=[subnet])
    targets = elb.create_target_group(Name="edge", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
    target_group = targets["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=target_group, Targets=[{"Id": "10.20.0.10", "Port": 80}])
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target_group}],
    )
    place.client("network-firewall").create_firewall(
        FirewallName="edge",
        FirewallPolicyArn=f"arn:aws:network-firewall:{place.region}:{place.account}:firewall-policy/edge",
        VpcId=vpc,
        SubnetMappings=[{"SubnetId": subnet}],
    )
    place.client("guardduty").create_detector(Enable=True)


def build_home_second(place):
    """The home account's second Region: a VPC that flow logs cover, and a database open by a union within one rule."""
    vpc, subnet = place.vpc("data", "10.30.0.0/16")
    place.group("postgres-from-two-halves", vpc, tcp(5432, 5432, v4=(FIRST_HALF, SECOND_HALF)))
    place.group("postgres-from-private-space", vpc, tcp(5432, 5432, v4=("10.0.0.0/8",), v6=("fd12:3456::/32",)))
    place.acl(
        "data-acl",
        vpc,
        subnet,
        (10, "deny", "-1", None, "::/0"),
        (20, "deny", "6", (5432, 5432), FIRST_HALF),
        (30, "allow", "-1", None, "0.0.0.0/0"),
    )
    bucket = "rampart-moto-flow-logs"
    place.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": place.region}
    )
    place.ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{bucket}",
    )


def build_member(place, cidr):
    """The member account: the same names in both Regions, so that a mix-up of accounts or Regions shows."""
    vpc, subnet = place.vpc("member", cidr)
    if place.region == REGIONS[0]:
        place.group("everything-from-ipv6", vpc, all_protocols(v6=("::/0",)))
    else:
        place.group("ssh-from-ipv6-halves", vpc, tcp(22, 22, v6=("::/1",)), tcp(22, 22, v6=("8000::/1",)))
    place.group("member-private", vpc, all_protocols(v4=("10.0.0.0/8",)))
    place.acl("member-acl", vpc, subnet, (10, "deny", "-1", None, "0.0.0.0/0"), (20, "deny", "-1", None, "::/0"))


# What moto asks for when it enforces IAM is the operation's own name under the name that signs the request, which for some
# services is not the IAM action; so principals get everything, save what one of them is denied.
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NO_NETWORK_ACLS = {"Effect": "Deny", "Action": "ec2:DescribeNetworkAcls", "Resource": "*"}


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def make_role(session, endpoint):
    """The audit role of one account, which the auditor may assume (moto knows no account as a principal)."""
    iam = session.client("iam", region_name=REGIONS[0], endpoint_url=endpoint)
    trust = {"Effect": "Allow", "Principal": {"AWS": [f"arn:aws:iam::{HOME_ACCOUNT}:user/auditor"]}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=policy(trust))
    iam.put_role_policy(RoleName=ROLE, PolicyName="audit", PolicyDocument=policy(EVERYTHING))


def make_users(session, endpoint):
    """One user of the home account who may read everything, and one who may not read network ACLs."""
    iam = session.client("iam", region_name=REGIONS[0], endpoint_url=endpoint)
    keys = {}
    for name, statements in (("auditor", [EVERYTHING]), ("blindfolded", [EVERYTHING, NO_NETWORK_ACLS])):
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="audit", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        keys[name] = {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}
    return keys


GITHUB = "token.actions.githubusercontent.com"


def build_identities(session, endpoint):
    """Identities of the home account: a group's and a role's way to change security groups, and who is let in from outside."""
    iam = session.client("iam", region_name=REGIONS[0], endpoint_url=endpoint)
    changes = {"Effect": "Allow", "Action": ["ec2:AuthorizeSecurityGroupIngress", "ec2:Describe*"], "Resource": "*"}
    managed = iam.create_policy(PolicyName="network-changes", PolicyDocument=policy(changes))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=managed, PolicyDocument=policy({**changes, "Action": "ec2:*"}), SetAsDefault=True)
    iam.create_group(GroupName="network")
    iam.put_group_policy(GroupName="network", PolicyName="inline", PolicyDocument=policy(changes))
    iam.create_user(UserName="engineer")
    iam.add_user_to_group(GroupName="network", UserName="engineer")
    iam.create_saml_provider(Name="directory", SAMLMetadataDocument="<EntityDescriptor/>" * 60)
    provider = iam.create_open_id_connect_provider(
        Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )["OpenIDConnectProviderArn"]
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {f"{GITHUB}:sub": "repo:*"}},
    }
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=policy(trust))
    iam.attach_role_policy(RoleName="deploy", PolicyArn=managed)
    iam.create_instance_profile(InstanceProfileName="deploy")
    iam.add_role_to_instance_profile(InstanceProfileName="deploy", RoleName="deploy")


def build_organization(session, endpoint):
    """An organization of the home account: two units, one in the other, and a service control policy on the outer one."""
    organizations = session.client("organizations", region_name=REGIONS[0], endpoint_url=endpoint)
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="trials")["OrganizationalUnit"]["Id"]
    inner = organizations.create_organizational_unit(ParentId=unit, Name="inner")["OrganizationalUnit"]["Id"]
    account = organizations.create_account(AccountName="trial", Email="trial@example.com")["CreateAccountStatus"]["AccountId"]
    organizations.move_account(AccountId=account, SourceParentId=root, DestinationParentId=inner)
    deny = {"Effect": "Deny", "Action": "ec2:AuthorizeSecurityGroupIngress", "Resource": "*"}
    made = organizations.create_policy(
        Name="no-firewalls-opened", Description="", Type="SERVICE_CONTROL_POLICY", Content=policy(deny)
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=made, TargetId=unit)


def identity_facts(session, endpoint):
    """What boto3 reads of the home account's identities and organization; its policies are JSON objects, as of the AWS CLI."""
    iam = session.client("iam", region_name=REGIONS[0], endpoint_url=endpoint)
    organizations = session.client("organizations", region_name=REGIONS[0], endpoint_url=endpoint)
    details = iam.get_account_authorization_details()
    lists = {"UserDetailList": "user", "GroupDetailList": "group", "RoleDetailList": "role", "Policies": "policy"}
    root = organizations.list_roots()["Roots"][0]
    units = organizations.list_organizational_units_for_parent(ParentId=root["Id"])["OrganizationalUnits"]
    inner = organizations.list_organizational_units_for_parent(ParentId=units[0]["Id"])["OrganizationalUnits"]
    kinds = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
    policies = {kind: organizations.list_policies(Filter=kind)["Policies"] for kind in kinds}
    every = [summary for kind in kinds for summary in policies[kind]]

    def asked(members, items):
        return [{"request": members, "data": item} for item in items]

    def flat(answers):
        return [item for answer in answers for item in answer]

    return {
        "iam:GetAccountAuthorizationDetails": flat(asked({"Kind": kind}, details[name]) for name, kind in lists.items()),
        "iam:ListSAMLProviders": asked(None, iam.list_saml_providers()["SAMLProviderList"]),
        "iam:ListOpenIDConnectProviders": asked(None, iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]),
        "organizations:ListRoots": asked(None, [root]),
        "organizations:ListOrganizationalUnitsForParent": asked({"ParentId": root["Id"]}, units)
        + asked({"ParentId": units[0]["Id"]}, inner),
        "organizations:ListAccountsForParent": flat(
            asked({"ParentId": parent}, organizations.list_accounts_for_parent(ParentId=parent)["Accounts"])
            for parent in (root["Id"], units[0]["Id"], inner[0]["Id"])
        ),
        "organizations:ListPolicies": flat(asked({"Filter": kind}, policies[kind]) for kind in kinds),
        "organizations:DescribePolicy": asked(
            None, [{"Policy": organizations.describe_policy(PolicyId=each["Id"])["Policy"]} for each in every]
        ),
        "organizations:ListTargetsForPolicy": flat(
            asked({"PolicyId": each["Id"]}, organizations.list_targets_for_policy(PolicyId=each["Id"])["Targets"])
            for each in every
        ),
    }


def main(endpoint):
    home = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
    sts = home.client("sts", region_name=REGIONS[0], endpoint_url=endpoint)
    sessions = {}
    for account in (HOME_ACCOUNT, MEMBER_ACCOUNT):
        answer = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="estate")
        credentials = answer["Credentials"]
        sessions[account] = boto3.Session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        make_role(sessions[account], endpoint)

    places = {
        (account, region): Place(sessions[account], endpoint, account, region)
        for account in sessions
        for region in REGIONS
    }
    build_home_main(places[HOME_ACCOUNT, REGIONS[0]])
    build_home_second(places[HOME_ACCOUNT, REGIONS[1]])
    build_member(places[MEMBER_ACCOUNT, REGIONS[0]], "10.40.0.0/16")
    build_member(places[MEMBER_ACCOUNT, REGIONS[1]], "10.50.0.0/16")

    keys = make_users(home, endpoint)
    build_identities(sessions[HOME_ACCOUNT], endpoint)
    build_organization(sessions[HOME_ACCOUNT], endpoint)
    estate = {
        "role": ROLE,
        "keys": keys,
        "places": [place.facts() for place in places.values()],
        "identities": identity_facts(sessions[HOME_ACCOUNT], endpoint),
    }
    json.dump(estate, sys.stdout, default=str, indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
