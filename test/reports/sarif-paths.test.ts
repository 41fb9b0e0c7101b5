import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { categoryId, virtualPath } from "../../reports/sarif/paths.ts";
import type { ResourceRef } from "../../src/model/resource.ts";
import { anyText } from "../support/arbitrary-report.ts";

const securityGroup: ResourceRef = {
  cloud: "aws",
  account: "111122223333",
  region: "eu-west-1",
  type: "aws:ec2:security-group",
  id: "sg-1",
  name: null,
  arn: null,
};

describe("virtual paths", () => {
  it.each<[string, Partial<ResourceRef>, string]>([
    ["an AWS id", {}, "aws/111122223333/eu-west-1/ec2/security-group/sg-1"],
    [
      "blanks, #, % and other scripts",
      { id: "a b#c%d é" },
      "aws/111122223333/eu-west-1/ec2/security-group/a%20b%23c%25d%20%C3%A9",
    ],
    ["an id that climbs", { id: "../../etc" }, "aws/111122223333/eu-west-1/ec2/security-group/_../_../etc"],
    ["no id", { id: "", type: "aws:account" }, "aws/111122223333/eu-west-1/account"],
    [
      "an ARM id, without the subscription it already has",
      {
        cloud: "azure",
        account: "sub-1",
        region: "global",
        type: "azure:network:nsg",
        id: "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/web",
      },
      "azure/sub-1/global/network/nsg/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/web",
    ],
    [
      "a Google path, without the project it already has",
      {
        cloud: "gcp",
        account: "example.com:p",
        region: "global",
        type: "gcp:compute:firewall",
        id: "projects/example.com:p/global/firewalls/ssh",
      },
      "gcp/example.com%3Ap/global/compute/firewall/global/firewalls/ssh",
    ],
    [
      "an IAM ARN, without the kind and account it already has",
      {
        region: "global",
        type: "aws:iam:role",
        id: "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/Net",
      },
      "aws/111122223333/global/iam/role/aws-reserved/sso.amazonaws.com/Net",
    ],
    [
      "another account's identity, with the account",
      { region: "global", type: "aws:iam:account", id: "arn:aws:iam::999988887777:root" },
      "aws/111122223333/global/iam/account/arn%3Aaws%3Aiam%3A%3A999988887777%3Aroot",
    ],
    [
      "another account's role, which one's own of that name is not",
      { region: "global", type: "aws:iam:role", id: "arn:aws:iam::999988887777:role/Net" },
      "aws/111122223333/global/iam/role/arn%3Aaws%3Aiam%3A%3A999988887777%3Arole/Net",
    ],
  ])("of %s", (_, changes, path) => {
    expect(virtualPath({ ...securityGroup, ...changes })).toBe(path);
  });

  it("does not change with the name, and stays short", () => {
    fc.assert(
      fc.property(anyText, anyText, (name, id) => {
        expect(virtualPath({ ...securityGroup, name, id })).toBe(virtualPath({ ...securityGroup, id }));
      }),
    );
    expect(virtualPath({ ...securityGroup, id: "x".repeat(1e6) }).length).toBeLessThan(250);
    expect(virtualPath({ ...securityGroup, id: `${"x".repeat(1e6)}y` })).not.toBe(
      virtualPath({ ...securityGroup, id: `${"x".repeat(1e6)}z` }),
    );
  });
});

describe("categories", () => {
  it("differ wherever targets differ, so that no upload replaces another's alerts", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (account, region, otherAccount, otherRegion) => {
        const same = account === otherAccount && region === otherRegion;
        const category = categoryId({ cloud: "aws", account, region });
        expect(category === categoryId({ cloud: "aws", account: otherAccount, region: otherRegion })).toBe(same);
      }),
    );
  });
});
