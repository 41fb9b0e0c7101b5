import { BlockList, isIP } from "node:net";

import { describe, expect, it } from "vitest";

import { demoGcpEstate } from "../../../lab/gcp/demo-estate.ts";
import { type GcpResource, isObject, type JsonValue, objectsOf, pathOf, textOf } from "../../../lab/gcp/estate.ts";

const { organizations = [], folders = [], projects } = demoGcpEstate;
const resources: readonly GcpResource[] = [...organizations, ...folders, ...projects].flatMap(
  (node) => node.resources ?? [],
);
const details = projects.flatMap((project) => project.details ?? []);

/** Every text in a value. */
function texts(value: JsonValue | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => texts(item));
  return isObject(value) ? Object.values(value).flatMap((inner) => texts(inner)) : [];
}

function ofKind(kind: string): readonly GcpResource[] {
  return resources.filter((resource) => resource["kind"] === `compute#${kind}`);
}

const interfaces = ofKind("instance").flatMap((instance) => objectsOf(instance, "networkInterfaces"));

describe("the sample organization", () => {
  it("has everything once", () => {
    expect(new Set(resources.map(({ selfLink }) => selfLink)).size).toBe(resources.length);
    const ids = resources.map((resource) => textOf(resource, "id")).filter((id) => id !== "");
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has whatever anything in it names", () => {
    const known = new Set(resources.map(({ selfLink }) => pathOf(selfLink)));
    // What the lab has no listing for.
    const elsewhere = /\/(?:machineTypes|healthChecks|sslCertificates|gateways)\/[^/]+$|\/(?:zones|regions)\/[^/]+$/;
    const named = [
      ...resources.flatMap((resource) => texts(resource)),
      ...details.flatMap(({ items }) => texts([...items])),
    ]
      .map((text) => (/^(?:https:|projects\/|organizations\/\d+\/)/.test(text) ? pathOf(text) : ""))
      .filter((path) => /^(?:projects|organizations)\/.+\/.+\//.test(path));
    const lost = named.filter(
      (path) => !known.has(path) && !elsewhere.test(path) && !/firewallPolicies\/\d+$/.test(path),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(lost).toEqual([]);
  });

  it("is one tree", () => {
    const nodes = new Set([
      ...organizations.map(({ id }) => `organizations/${id}`),
      ...folders.map(({ id }) => `folders/${id}`),
    ]);
    for (const { parent } of [...folders, ...projects]) expect(nodes).toContain(parent);
  });

  it("has every address in its subnet, and each once", () => {
    for (const nic of interfaces) {
      const subnet = resources.find(({ selfLink }) => selfLink === textOf(nic, "subnetwork"));
      const [range = "", bits = ""] = textOf(subnet ?? {}, "ipCidrRange").split("/");
      const list = new BlockList();
      list.addSubnet(range, Number(bits));
      expect(list.check(textOf(nic, "networkIP")), textOf(nic, "networkIP")).toBe(true);
    }
    const inner = interfaces.map((nic) => textOf(nic, "networkIP"));
    expect(new Set(inner).size).toBe(inner.length);
    const outer = interfaces.flatMap((nic) => objectsOf(nic, "accessConfigs").map((config) => textOf(config, "natIP")));
    expect(new Set(outer).size).toBe(outer.length);
    for (const address of outer) expect(isIP(address)).toBe(4);
  });

  it("has no rule for a tag or service account that nothing has", () => {
    const listed = (resource: GcpResource, member: string): readonly string[] => texts(resource[member]);
    const tags = new Set(ofKind("instance").flatMap((instance) => texts(instance["tags"])));
    const accounts = new Set(ofKind("instance").flatMap((instance) => texts(instance["serviceAccounts"])));
    const rules = ofKind("firewall");
    for (const tag of rules.flatMap((rule) => [...listed(rule, "targetTags"), ...listed(rule, "sourceTags")])) {
      expect(tags).toContain(tag);
    }
    const policyRules = ofKind("firewallPolicy").flatMap((policy) => objectsOf(policy, "rules"));
    const named = [...rules, ...policyRules].flatMap((rule) => texts(rule["targetServiceAccounts"]));
    expect(named.length).toBeGreaterThan(0);
    for (const account of named) expect(accounts).toContain(account);
  });

  it.each([
    ["a project that is being deleted", () => projects.some(({ state }) => state === "DELETE_REQUESTED")],
    ["a Shared VPC", () => projects.some(({ host }) => host !== undefined)],
    ["policies before rules", () => ofKind("network").some((vpc) => texts(vpc).includes("BEFORE_CLASSIC_FIREWALL"))],
    ["a rule that is switched off", () => ofKind("firewall").some(({ disabled }) => disabled === true)],
    ["a subnet without flow logs", () => ofKind("subnetwork").some(({ enableFlowLogs }) => enableFlowLogs === false)],
    ["a range of IPv6", () => ofKind("firewall").some((rule) => texts(rule["sourceRanges"]).includes("::/0"))],
    ["a front with a guard", () => ofKind("backendService").some((service) => service["securityPolicy"] !== undefined)],
    [
      "a front without",
      () =>
        ofKind("backendService").some(
          (service) => texts(service).includes("HTTPS") && service["securityPolicy"] === undefined,
        ),
    ],
    [
      "what goes on to the next policy",
      () => ofKind("firewallPolicy").some((policy) => texts(policy).includes("goto_next")),
    ],
    ["a tagged instance", () => details.some(({ method, items }) => method === "effectiveTags" && items.length > 0)],
  ])("has %s", (_what, has) => {
    expect(has()).toBe(true);
  });
});
