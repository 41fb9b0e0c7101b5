import { describe, expect, it } from "vitest";
import type { ResourceRef } from "../../src/model/resource.ts";
import { fingerprint } from "../../src/scan/fingerprint.ts";

const group: ResourceRef = {
  cloud: "aws",
  account: "111122223333",
  region: "eu-west-1",
  type: "aws:ec2:security-group",
  id: "sg-1",
  name: "web",
  arn: null,
};

describe("a fingerprint", () => {
  it("is 32 hexadecimal digits that a released version never changes", () => {
    expect(fingerprint("open-admin-rule", group, "ingress tcp 22 0.0.0.0/0")).toBe("1b04c042c8f1024dd85c25031773a7b7");
  });

  it("does not depend on what people call the resource", () => {
    const renamed = { ...group, name: "renamed", arn: "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1" };
    expect(fingerprint("open-admin-rule", renamed)).toBe(fingerprint("open-admin-rule", group));
  });

  it.each([
    ["the check", fingerprint("open-data-rule", group, "a")],
    ["the resource", fingerprint("open-admin-rule", { ...group, id: "sg-2" }, "a")],
    ["the account", fingerprint("open-admin-rule", { ...group, account: "444455556666" }, "a")],
    ["the Region", fingerprint("open-admin-rule", { ...group, region: "eu-west-2" }, "a")],
    ["the kind of resource", fingerprint("open-admin-rule", { ...group, type: "aws:ec2:network-acl" }, "a")],
    ["the offending rule", fingerprint("open-admin-rule", group, "b")],
    ["having no offending rule", fingerprint("open-admin-rule", group)],
    ["an offending rule without a name", fingerprint("open-admin-rule", group, "")],
  ])("depends on %s", (_what, other) => {
    expect(other).not.toBe(fingerprint("open-admin-rule", group, "a"));
  });

  it("keeps its parts apart, whatever characters they hold", () => {
    const parts = ['x","y', "x\u0000y", "x/y", "x"];
    const all = parts.flatMap((id) => parts.map((rule) => fingerprint("c", { ...group, id }, rule)));
    expect(new Set(all).size).toBe(parts.length ** 2);
  });
});
