import { describe, expect, it } from "vitest";
import { check as escalation } from "../../../checks/identity/firewall-admin-by-escalation.ts";
import { check as wildcard } from "../../../checks/identity/firewall-admin-by-wildcard.ts";
import { check as outside } from "../../../checks/identity/firewall-admin-from-outside.ts";
import { check as unexpected } from "../../../checks/identity/unexpected-firewall-admin.ts";
import { check as unused } from "../../../checks/identity/unused-firewall-permission.ts";
import type { CoverageStatus } from "../../../src/model/coverage.ts";
import type { Check } from "../../../src/scan/check.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";
import { azureEstate, subscription } from "../../support/azure-estate.ts";
import { judgeEstate } from "../../support/check-tester.ts";
import { gcpEstate } from "../../support/gcp-estate.ts";

const ada = "6f1c2a9e-0d57-4c1b-9a55-3f0b7f0f2a10";
const subscriptionId = `/subscriptions/${subscription}`;

function definition(name: string, roleName: string, actions: readonly string[]): VendorObject {
  return {
    id: `${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${name}`,
    name,
    type: "Microsoft.Authorization/roleDefinitions",
    properties: { roleName, type: "BuiltInRole", assignableScopes: ["/"], permissions: [{ actions, notActions: [] }] },
  };
}

function assignment(role: VendorObject, principalType = "User"): VendorObject {
  return {
    id: `${subscriptionId}/providers/Microsoft.Authorization/roleAssignments/a1`,
    name: "a1",
    type: "Microsoft.Authorization/roleAssignments",
    properties: { roleDefinitionId: role["id"] ?? null, principalId: ada, principalType, scope: subscriptionId },
  };
}

const network = definition("4d97b98b-1d4f-4787-a291-c67834d212e7", "Network Contributor", ["Microsoft.Network/*"]);
const machines = definition("9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "Virtual Machine Contributor", [
  "Microsoft.Compute/virtualMachines/*",
  "Microsoft.Network/networkInterfaces/*",
]);

type Unread = Readonly<Record<string, CoverageStatus>>;
const onAzure = (check: Check, role: VendorObject, unread: Unread = {}, type = "User") =>
  judgeEstate(check, azureEstate([role, assignment(role, type)], unread)).findings;

const project: VendorObject = {
  name: "projects/123456789012",
  projectId: "shop",
  state: "ACTIVE",
  displayName: "Shop",
};
const networkAdmin: VendorObject = {
  name: "roles/compute.networkAdmin",
  title: "Compute Network Admin",
  includedPermissions: ["compute.networks.updatePolicy", "compute.routes.create", "compute.routes.delete"],
};
const securityAdmin: VendorObject = {
  name: "roles/compute.securityAdmin",
  title: "Compute Security Admin",
  includedPermissions: ["compute.firewalls.create", "compute.firewalls.update", "compute.networks.updatePolicy"],
};
const onGoogle = (check: Check, role: VendorObject, member: string, unread: Unread = {}, above: VendorObject = {}) =>
  judgeEstate(
    check,
    gcpEstate(
      [
        { ...project, ...above },
        role,
        {
          resource: "projects/shop",
          version: 3,
          etag: "x",
          bindings: [{ role: role["name"] ?? null, members: [member] }],
        },
      ],
      unread,
    ),
  ).findings;

const brief = (findings: ReturnType<typeof onAzure>): readonly string[] =>
  findings.map(({ status, message }) => `${status} ${message}`);

describe("identity checks on Azure", () => {
  it("tell whoever holds a role that changes firewalls, and how to take it away", () => {
    const [finding, ...others] = onAzure(unexpected, network);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ status: "fail", resource: { cloud: "azure", id: ada } });
    expect(finding?.message).toContain(`by role assignment Network Contributor at subscription ${subscription}`);
    expect(finding?.remediation.cli).toEqual([
      `az role assignment delete --ids ${subscriptionId}/providers/Microsoft.Authorization/roleAssignments/a1`,
    ]);
    expect(finding?.remediation.terraform).toContain("azurerm_role_assignment");
  });

  it("say of who takes groups off interfaces that no rule is theirs to edit", () => {
    expect(brief(onAzure(unexpected, machines)).join()).toMatch(
      /can change which firewall applies[^;]*; edits no firewall rule, and changes the effect of them all the same\)/,
    );
  });

  it("are unknown for a subscription whose role assignments may not be listed", () => {
    const findings = judgeEstate(
      unexpected,
      azureEstate([], { "Microsoft.Authorization/roleAssignments/read": "denied" }),
    ).findings;
    expect(brief(findings)).toEqual([
      expect.stringMatching(
        /^unknown azure\/\S+ could not be judged: Microsoft\.Authorization\/roleAssignments\/read was denied/,
      ),
    ]);
  });

  it.each([
    ["microsoft.graph/users", "User"],
    ["microsoft.graph/servicePrincipals", "ServicePrincipal"],
    // The group stands for the members that nobody may know.
    ["microsoft.graph/groups/members", "Group"],
  ])("lose nothing but what rests on it where %s may not be read", (operation, type) => {
    const findings = onAzure(unexpected, network, { [operation]: "denied" }, type);
    expect(findings.map(({ status, resource }) => `${status} ${resource.id}`)).toEqual([`fail ${ada}`]);
  });

  it("are unknown of a holder whom the directory was asked for and does not know", () => {
    expect(brief(onAzure(unexpected, network, { "microsoft.graph/users": "complete" }))).toEqual([
      expect.stringMatching(
        /^unknown .* could not be told: whether \S+ still exists, whom the directory does not know/,
      ),
    ]);
  });
});

describe("identity checks on Google Cloud", () => {
  it("tell whoever a binding gives a role that changes firewalls, and how to take it away", () => {
    const [finding, ...others] = onGoogle(unexpected, securityAdmin, "user:ada@example.com");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ status: "fail", resource: { cloud: "gcp", id: "user:ada@example.com" } });
    expect(finding?.message).toContain("by roles/compute.securityAdmin in the allow policy of project shop");
    expect(finding?.remediation.cli.join()).toMatch(
      /^gcloud projects remove-iam-policy-binding shop --member=user:ada@example\.com/,
    );
  });

  it("say of a network administrator that no rule is theirs to edit", () => {
    expect(brief(onGoogle(unexpected, networkAdmin, "user:ada@example.com")).join()).toMatch(
      /can change [^;]*; edits no firewall rule, and changes the effect of them all the same\)/,
    );
  });

  it("judge a user of a domain that nobody knows to be one's own, and ask whose they are", () => {
    const above = { parent: "organizations/100000000001" };
    const organization = "cloudresourcemanager.organizations.get";
    const of = (check: Check) =>
      onGoogle(check, securityAdmin, "user:ada@example.com", { [organization]: "denied" }, above).map(
        ({ status }) => status,
      );
    expect(of(unexpected)).toContain("fail");
    expect(of(outside)).toContain("unknown");
  });

  it("judge whom a pool of one's own lets in by a binding of their own", () => {
    const member =
      "principalSet://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ci/*";
    const findings = [unexpected, outside].flatMap((check) => onGoogle(check, securityAdmin, member));
    expect(findings.length).toBeGreaterThan(0);
  });

  it.each(["cloudidentity.groups.memberships.list"])(
    "lose nothing but what rests on it where %s may not be read",
    (operation) => {
      const findings = onGoogle(unexpected, securityAdmin, "group:net@example.com", { [operation]: "denied" });
      expect(findings.map(({ status, resource }) => `${status} ${resource.id}`)).toEqual([
        "fail group:net@example.com",
      ]);
    },
  );
});

describe("checks of what only some clouds tell", () => {
  it("say nothing of the others", () => {
    expect(onAzure(unused, network)).toEqual([]);
    expect(onGoogle(unused, securityAdmin, "user:ada@example.com")).toEqual([]);
  });

  it("find nothing in narrow rights of one's own", () => {
    for (const check of [wildcard, escalation, outside]) {
      expect(onAzure(check, network), check.id).toEqual([]);
      expect(onGoogle(check, securityAdmin, "user:ada@example.com"), check.id).toEqual([]);
    }
  });
});
