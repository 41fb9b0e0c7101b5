import { describe, expect, it } from "vitest";
import {
  account,
  allow,
  asked,
  groupArn,
  ingress,
  region,
  role,
  roleArn,
  securityGroup,
  understood,
  user,
  type SmallRecord,
} from "./small-identity.ts";

const ecs = (operation: string, data: SmallRecord["data"]): SmallRecord => ({
  operation: `ecs:${operation}`,
  region,
  data,
});

describe("an identity estate of AWS", () => {
  it("tells services' own roles from others, and when an identity was made", () => {
    const { principals } = understood([
      role(
        "AWSServiceRoleForX",
        [allow("*")],
        { Service: "x.amazonaws.com" },
        { Path: "/aws-service-role/x.amazonaws.com/" },
      ),
      user("dev", [], { CreateDate: "2021-03-04T10:00:00+00:00" }),
    ]).identity;
    const of = (name: string): object | undefined => principals.find(({ id }) => id.endsWith(`/${name}`));
    expect(of("AWSServiceRoleForX")).toMatchObject({ kind: "service", createdAt: null });
    expect(of("dev")).toMatchObject({ kind: "user", createdAt: "2021-03-04T10:00:00+00:00" });
  });

  it("names the firewalls that can be asked about, and what each action does to one", () => {
    const { identity } = understood([securityGroup("sg-1")]);
    expect(identity.resources).toMatchObject([{ id: "sg-1", arn: groupArn("sg-1") }]);
    const actions = identity.actions();
    expect(actions.get(ingress)).toBe("rules");
    expect(actions.get("guardduty:CreateIPSet")).toBe("address-list");
    expect(actions.get("ec2:DescribeInstances")).toBeUndefined();
  });

  it("knows a task by itself and by the attachment that its interface tells of", () => {
    const { workloads } = understood([
      role("web", [], { Service: "ecs-tasks.amazonaws.com" }),
      ecs("DescribeTaskDefinition", { taskDefinition: { taskDefinitionArn: "td", taskRoleArn: roleArn("web") } }),
      ecs("DescribeTasks", {
        taskArn: "task-1",
        taskDefinitionArn: "td",
        lastStatus: "RUNNING",
        attachments: [{ id: "a-1", type: "ElasticNetworkInterface" }, "?"],
      }),
    ]).identity;
    expect(workloads.map(({ workload, principal }) => [workload.type, workload.id, principal])).toEqual([
      ["aws:ecs:task", "task-1", roleArn("web")],
      ["aws:ecs:task-attachment", "a-1", roleArn("web")],
    ]);
  });
});

describe("a question about one resource", () => {
  const records = [user("dev", [allow("ec2:ModifySecurityGroupRules")]), securityGroup("sg-1"), securityGroup("sg-2")];
  const grantsOn = (action: string, resource: string): readonly string[] =>
    asked(records, { action, resource })
      .grants.filter(({ principal }) => principal.id.endsWith("/dev"))
      .flatMap(({ scopes }) => scopes.flatMap(({ resources }) => resources.map(({ id }) => id)));

  it("is answered for actions that change a part of it too", () => {
    expect(grantsOn("ec2:ModifySecurityGroupRules", "sg-1")).toEqual(["sg-1"]);
  });

  it("has no answer for actions on other kinds of resource", () => {
    const acl = `arn:aws:ec2:${region}:${account}:network-acl/acl-1`;
    expect(grantsOn("ec2:ModifySecurityGroupRules", acl)).toEqual([]);
  });
});
