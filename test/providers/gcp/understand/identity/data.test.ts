import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { firewallEffects } from "../../../../../src/model/firewall-effect.ts";
import { enforcementVersions } from "../../../../../src/providers/gcp/understand/identity/data/boundary-versions.ts";
import { escalationMethods } from "../../../../../src/providers/gcp/understand/identity/data/escalation-methods.ts";
import { firewallPermissions } from "../../../../../src/providers/gcp/understand/identity/data/firewall-permissions.ts";
import { project } from "../../../../support/gcp-snapshot.ts";
import { about, asked, create, policy, predefinedRole, update } from "./small-identity.ts";

const permissionPattern = /^[a-z]+(?:\.[A-Za-z]+){1,2}$/;

describe("permissions that change firewalls", () => {
  it("are told once each, with an effect and a page", () => {
    const names = firewallPermissions.map(({ permission }) => permission);
    expect(new Set(names).size).toBe(names.length);
    for (const { permission, effect, source, besides } of firewallPermissions) {
      expect(permission).toMatch(permissionPattern);
      expect(firewallEffects).toContain(effect);
      expect(source).toMatch(/^https:\/\//);
      for (const { oneOf } of besides)
        expect(oneOf.every((each) => permissionPattern.test(each.permission))).toBe(true);
    }
  });

  it.each([
    ["compute.firewalls.create", "compute.networks.updatePolicy"],
    ["compute.firewalls.delete", "compute.networks.updatePolicy"],
    ["compute.routes.create", "compute.networks.updatePolicy"],
    ["compute.networks.setFirewallPolicy", "compute.firewallPolicies.use"],
    ["compute.organizations.setFirewallPolicy", "compute.firewallPolicies.use"],
    ["compute.instances.createTagBinding", "resourcemanager.tagValueBindings.create"],
    ["compute.instances.setServiceAccount", "iam.serviceAccounts.actAs"],
  ])("%s takes %s besides", (permission, besides) => {
    const row = firewallPermissions.find((each) => each.permission === permission);
    expect(row?.besides.flatMap(({ oneOf }) => oneOf.map((each) => each.permission))).toContain(besides);
  });

  it.each([
    ["compute.instances.setTags", "membership"],
    ["compute.instances.setServiceAccount", "membership"],
    ["resourcemanager.tagValueBindings.create", "membership"],
    ["compute.networks.update", "membership"],
    ["compute.networks.setFirewallPolicy", "membership"],
    ["networksecurity.addressGroups.update", "address-list"],
    ["compute.routes.create", "path"],
    ["compute.instances.addAccessConfig", "path"],
    ["orgpolicy.policy.set", "guard"],
    ["logging.sinks.delete", "detection"],
  ])("%s changes %s", (permission, effect) => {
    expect(firewallPermissions.find((each) => each.permission === permission)?.effect).toBe(effect);
  });
});

it("ways of escalation are told once each, with what they take and pages", () => {
  const ids = escalationMethods.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, requires, sources, says } of escalationMethods) {
    expect(id).toMatch(/^[a-z][a-z-]+$/);
    expect(says).toMatch(/^[a-z]/);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.every((source) => source.startsWith("https://"))).toBe(true);
    expect(requires.length).toBeGreaterThan(0);
    for (const { permission } of requires.flat()) expect(permission).toMatch(permissionPattern);
  }
});

it("each version of enforcement adds to those before it", () => {
  expect(enforcementVersions.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  const blocks = enforcementVersions.flatMap((version) => version.blocks);
  expect(new Set(blocks).size).toBe(blocks.length);
});

interface Role {
  readonly name: string;
  readonly includedPermissions: readonly string[];
}

const file = resolve(
  import.meta.dirname,
  "../../../../../../shared/data/roles/google-predefined-roles-firewall-subset.json",
);
const isThere = existsSync(file);
const readRoles = (): readonly Role[] => {
  const roles: unknown = JSON.parse(readFileSync(file, "utf8"));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file is the project's own copy of Google's roles
  return roles as readonly Role[];
};

describe.skipIf(!isThere)("Google's predefined roles", () => {
  it.each([
    ["compute.firewalls.create", 22],
    ["compute.networks.updatePolicy", 32],
    ["compute.firewallPolicies.update", 12],
    ["compute.instances.setTags", 34],
    ["resourcemanager.tagValueBindings.create", 11],
    ["iam.serviceAccounts.actAs", 46],
    ["iam.serviceAccounts.getAccessToken", 33],
    ["resourcemanager.projects.setIamPolicy", 11],
  ])("%s is in %d of them", (permission, count) => {
    expect(readRoles().filter(({ includedPermissions }) => includedPermissions.includes(permission))).toHaveLength(
      count,
    );
  });

  /** Who can use a permission when each role is held by somebody of its name. */
  const able = (permission: string): readonly string[] => {
    const roles = readRoles();
    const items = [
      ...roles.map(({ name, includedPermissions }) => predefinedRole(name, includedPermissions)),
      policy(project, ...roles.map(({ name }) => [name, `user:${name.slice("roles/".length)}@example.com`] as const)),
    ];
    return asked(items, about(permission))
      .grants.filter(({ by }) => by === "direct")
      .map(({ principal }) => principal.id.replace(/^user:(.*)@example\.com$/, "roles/$1"));
  };

  it.each([update, create])("%s is of use to those that hold compute.networks.updatePolicy too", (permission) => {
    const both = readRoles().filter(
      ({ includedPermissions }) =>
        includedPermissions.includes(permission) && includedPermissions.includes("compute.networks.updatePolicy"),
    );
    expect(new Set(able(permission))).toEqual(new Set(both.map(({ name }) => name.toLowerCase())));
  });

  it("compute.networkAdmin edits no VPC rule; iam.devOps makes new ones and changes none", () => {
    const makers = able(create);
    const changers = able(update);
    expect(makers).not.toContain("roles/compute.networkadmin");
    expect(changers).not.toContain("roles/compute.networkadmin");
    expect(makers).toContain("roles/iam.devops");
    expect(changers).not.toContain("roles/iam.devops");
    expect(changers).toContain("roles/compute.securityadmin");
  });

  it("compute.networkAdmin flips the enforcement order and swaps policies", () => {
    expect(able("compute.networks.update")).toContain("roles/compute.networkadmin");
    expect(able("compute.networks.setFirewallPolicy")).toContain("roles/compute.networkadmin");
  });

  it("every permission of the data is in one of Google's roles, or is new since", () => {
    const held = new Set(readRoles().flatMap(({ includedPermissions }) => includedPermissions));
    const strange = [
      ...firewallPermissions.map(({ permission }) => permission),
      ...firewallPermissions.flatMap(({ besides }) =>
        besides.flatMap(({ oneOf }) => oneOf.map((each) => each.permission)),
      ),
    ].filter((permission) => !held.has(permission));
    // The file was made without this one.
    expect(strange).toEqual(["logging.exclusions.create"]);
  });
});
