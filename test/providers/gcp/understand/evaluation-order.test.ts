import { describe, expect, it } from "vitest";
import type { CoverageStatus } from "../../../../src/model/coverage.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import type { Json } from "../../../../src/model/finding.ts";
import {
  around,
  endpointOf,
  enters,
  folder,
  folderItem,
  inForce,
  listedPolicy,
  network,
  networkPath,
  organization,
  packet,
  policyRule,
  project,
  projectItem,
  resource,
  ssh,
  through,
  understand,
  vm,
  vpcRule,
  type Answer,
  type GcpItem,
  type SmallPolicy,
} from "../../../support/gcp-snapshot.ts";

const world = packet("8.8.8.8", 22);
const after = "AFTER_CLASSIC_FIREWALL";
const before = "BEFORE_CLASSIC_FIREWALL";

const policy = (type: SmallPolicy["type"], name: string, ...actions: readonly string[]): SmallPolicy => ({
  type,
  name,
  rules: actions.map((action, position) => policyRule(1000 + position, action)),
});
const organizationPolicy = (...actions: readonly string[]) => policy("HIERARCHY", "71", ...actions);
const folderPolicy = (...actions: readonly string[]) => ({ ...policy("HIERARCHY", "72", ...actions), on: folder });
const system = (...actions: readonly string[]) => policy("SYSTEM_REGIONAL", "gke", ...actions);
const global = (...actions: readonly string[]) => policy("NETWORK", "global", ...actions);
const regional = (...actions: readonly string[]) => policy("NETWORK_REGIONAL", "regional", ...actions);
const open = vpcRule("open");
const no = vpcRule("no", { denied: ssh });

const ask = (policies: readonly SmallPolicy[], rules: readonly GcpItem[], order: Json = after): Answer =>
  enters(endpointOf(understand(around([vm(), ...rules], policies, order))), world);

describe("evaluation order", () => {
  it.each<readonly [string, readonly SmallPolicy[], readonly GcpItem[], Answer]>([
    [
      "the organization's deny goes before all",
      [organizationPolicy("deny"), folderPolicy("allow"), global("allow")],
      [open],
      "closed",
    ],
    [
      "the organization's allow goes before all",
      [organizationPolicy("allow"), folderPolicy("deny"), global("deny")],
      [no],
      "open",
    ],
    ["goto_next hands on to the folder's", [organizationPolicy("goto_next"), folderPolicy("deny")], [open], "closed"],
    [
      "goto_next ends a policy: what comes later in it is not asked",
      [organizationPolicy("goto_next", "deny")],
      [open],
      "open",
    ],
    ["no match hands on too", [organizationPolicy(), folderPolicy("allow")], [], "open"],
    ["the folder's deny goes before the network's", [folderPolicy("deny"), global("allow")], [open], "closed"],
    [
      "goto_next of all: the implied deny remains",
      [organizationPolicy("goto_next"), folderPolicy("goto_next"), global("goto_next")],
      [],
      "closed",
    ],
    ["system policies come after hierarchical ones", [organizationPolicy("deny"), system("allow")], [], "closed"],
    ["system policies come before the network's", [system("allow"), global("deny")], [no], "open"],
    ["regional network policies come after global ones", [global("deny"), regional("allow")], [], "closed"],
    ["global network policies hand on to regional ones", [global("goto_next"), regional("allow")], [], "open"],
    ["a regional policy opens", [regional("allow")], [], "open"],
  ])("in either order: %s", (_name, policies, rules, answer) => {
    expect([ask(policies, rules, after), ask(policies, rules, before)]).toEqual([answer, answer]);
  });

  it.each<readonly [string, readonly SmallPolicy[], readonly GcpItem[], Answer, Answer]>([
    ["VPC rules allow, a global policy denies", [global("deny")], [open], "open", "closed"],
    ["VPC rules deny, a global policy allows", [global("allow")], [no], "closed", "open"],
    ["VPC rules allow, a regional policy denies", [regional("deny")], [open], "open", "closed"],
    ["VPC rules deny, a regional policy allows", [regional("allow")], [no], "closed", "open"],
    ["a global policy that hands on leaves it to VPC rules", [global("goto_next")], [open], "open", "open"],
    ["without VPC rules policies decide", [global("allow")], [], "open", "open"],
  ])("AFTER and BEFORE: %s", (_name, policies, rules, afterwards, beforehand) => {
    expect([ask(policies, rules, after), ask(policies, rules, before)]).toEqual([afterwards, beforehand]);
  });

  it("AFTER is what a network has that does not say", () => {
    expect(ask([global("deny")], [open], null)).toBe("open");
  });

  it.each<readonly [string, Json]>([
    ["a word that nobody documents", "SIDEWAYS"],
    ["no text", 5],
  ])("an order that is %s is unknown where it matters, and only there", (_name, order) => {
    expect(ask([global("deny")], [open], order)).toBe("unknown");
    expect(ask([global("allow")], [no], order)).toBe("unknown");
    expect(ask([global("allow")], [open], order)).toBe("open");
    expect(ask([global("deny")], [no], order)).toBe("closed");
    expect(ask([], [open], order)).toBe("open");
    expect(ask([global("allow")], [], order)).toBe("open");
  });

  it("a network that was not read has an unknown order", () => {
    const items = around([vm(), open], [global("deny")]).filter(
      ({ operation }) => operation !== "compute.networks.list",
    );
    expect(enters(endpointOf(understand(items, { "compute.networks.list": "denied" })), world)).toBe("unknown");
  });

  it("priorities of a policy are its order, whatever the order of the record", () => {
    const rules = [policyRule(20, "deny"), policyRule(10, "allow")];
    expect(ask([{ type: "NETWORK", name: "global", rules }], [])).toBe("open");
  });

  it("a disabled rule of a policy is absent", () => {
    const rules = [policyRule(10, "deny", {}, { disabled: true }), policyRule(20, "allow")];
    expect(ask([{ type: "NETWORK", name: "global", rules }], [])).toBe("open");
  });

  it("an allow for one port says nothing of others", () => {
    const rules = [policyRule(10, "allow", { layer4Configs: [{ ipProtocol: "tcp", ports: ["80"] }] })];
    expect(ask([{ type: "HIERARCHY", name: "71", rules }], [])).toBe("closed");
    expect(ask([{ type: "HIERARCHY", name: "71", rules }], [open])).toBe("open");
  });

  it("hierarchical and system policies are a layer of their own, which only denies", () => {
    const [way] = endpointOf(understand(around([vm(), open], [organizationPolicy("deny")]))).ways;
    expect(way?.packets.map(({ kind }) => kind)).toEqual(["public-address", "admin-firewall", "endpoint-firewall"]);
    const mixed: SmallPolicy = {
      type: "HIERARCHY",
      name: "71",
      rules: [
        policyRule(1, "deny", { srcIpRanges: ["9.0.0.0/8"] }),
        policyRule(2, "allow", { srcIpRanges: ["7.0.0.0/8"] }),
      ],
    };
    const [passed] = endpointOf(understand(around([vm(), open], [mixed]))).ways;
    const each = passed?.packets.map((layer) => through([layer], packet("9.9.9.9", 22)));
    expect(each).toEqual(["open", "closed", "open"]);
    const [plain] = endpointOf(understand(around([vm(), open]))).ways;
    expect(plain?.packets.map(({ kind }) => kind)).toEqual(["public-address", "endpoint-firewall"]);
  });
});

/** An instance, with another answer to what is in force. */
function answered(data: VendorObject, ending: string): readonly GcpItem[] {
  const told = (item: GcpItem): GcpItem => (item.operation.endsWith(ending) ? { ...item, data } : item);
  return around([vm()]).map(told);
}

describe("where it is told what is in force", () => {
  const base = (parent: Json | null, ...items: readonly GcpItem[]) => [
    ...around([vm(), open, ...items]).filter(
      ({ operation }) =>
        !operation.endsWith("getEffectiveFirewalls") && operation !== "cloudresourcemanager.projects.get",
    ),
    projectItem(parent),
  ];
  // Google's own policies are told by what is in force in the region alone.
  const inRegion = inForce([])[1];
  const regionAnswer = inRegion === undefined ? [] : [inRegion];
  const answer = (items: readonly GcpItem[], unread: Readonly<Record<string, CoverageStatus>> = {}) =>
    enters(endpointOf(understand(items, unread)), world);
  const listed = (each: SmallPolicy): readonly GcpItem[] => [listedPolicy(each)].flatMap((item) => item ?? []);

  it("the network's answer shows inherited policies to whoever may not read the organization", () => {
    const [whole] = inForce([organizationPolicy("deny")]);
    expect(answer([...base(organization), ...(whole === undefined ? [] : [whole]), ...regionAnswer])).toBe("closed");
  });

  it("a region's answer tells of the whole network where the network's own is missing", () => {
    const [, region] = inForce([organizationPolicy("deny"), global("allow")]);
    expect(answer([...base(organization), ...(region === undefined ? [] : [region])])).toBe("closed");
  });

  it("without any answer, a project whose place is not known is unknown", () => {
    const items = base(null).filter(({ operation }) => operation !== "cloudresourcemanager.projects.get");
    expect(answer(items)).toBe("unknown");
  });

  it("a policy that could not be listed is told by one project, whatever order records came in", () => {
    const owners = ["zebra", "aardvark"];
    const items = [
      ...owners.map((owner) => network({}, "net", owner)),
      ...owners.flatMap((owner) => inForce([organizationPolicy("deny")], [], networkPath("net", owner), owner)),
    ];
    const accounts = [items, items.toReversed()].map((each) =>
      understand(each)
        .network.firewalls.filter(({ resource: { type } }) => type === "gcp:compute:firewall-policy")
        .map(({ resource: { account } }) => account),
    );
    expect(accounts).toEqual([["aardvark"], ["aardvark"]]);
  });

  it("a project without a parent has no hierarchical policies", () => {
    expect(answer(base(null))).toBe("open");
  });

  it.each<Json>([5, {}, "elsewhere", { type: "organization" }])(
    "a parent that cannot be read (%j) is unknown",
    (parent) => {
      expect(answer(base(parent))).toBe("unknown");
    },
  );

  it("a folder that was not read is unknown", () => {
    expect(answer([...base(folder), ...listed(organizationPolicy("goto_next"))])).toBe("unknown");
  });

  it("a circle of folders is unknown", () => {
    expect(answer([...base(folder), folderItem(folder, folder)])).toBe("unknown");
  });

  it.each<readonly [string, readonly SmallPolicy[], Answer]>([
    ["the organization's, then the folder's: deny", [organizationPolicy("deny"), folderPolicy("allow")], "closed"],
    ["the organization's, then the folder's: allow", [organizationPolicy("allow"), folderPolicy("deny")], "open"],
    ["the organization hands on", [organizationPolicy("goto_next"), folderPolicy("deny")], "closed"],
    ["only the folder has one", [folderPolicy("deny")], "closed"],
    ["neither has one that matters", [organizationPolicy(), folderPolicy()], "open"],
  ])("from lists: %s", (_name, policies, expected) => {
    const items = [...base(folder), folderItem(), ...policies.flatMap(listed)];
    const organizationItem = {
      account: organization,
      operation: "cloudresourcemanager.organizations.get",
      data: { name: organization },
    };
    expect(answer([...items, organizationItem])).toBe(expected);
  });

  it("from lists: a list that was denied, of any step above, may hold the missing policy", () => {
    const items = [...base(folder), folderItem(), ...listed(folderPolicy("goto_next"))];
    const organizationItem = {
      account: organization,
      operation: "cloudresourcemanager.organizations.get",
      data: { name: organization },
    };
    expect(answer([...items, organizationItem])).toBe("open");
    const denied = { [`${organization} compute.firewallPolicies.list`]: "denied" } as const;
    expect(answer([...items, organizationItem], denied)).toBe("unknown");
    // One policy at most is associated with a folder, so that a folder's that was found is all there is of it.
    const both = [
      ...base(folder),
      folderItem(),
      ...listed(folderPolicy("deny")),
      ...listed(organizationPolicy("goto_next")),
    ];
    expect(answer(both, { [`${folder} compute.firewallPolicies.list`]: "denied" })).toBe("closed");
  });

  it("from lists: one that was found unneeded is not one without policies", () => {
    const items = [
      ...base(organization),
      { account: organization, operation: "cloudresourcemanager.organizations.get", data: { name: organization } },
    ];
    expect(answer(items)).toBe("open");
    expect(answer(items, { [`${organization} compute.firewallPolicies.list`]: "disabled" })).toBe("unknown");
  });

  it("from lists: network policies by their associations, global before regional", () => {
    const items = (...policies: readonly SmallPolicy[]) => [
      ...base(null).filter(({ operation }) => operation !== "compute.networks.list"),
      network({ networkFirewallPolicyEnforcementOrder: before }),
      ...policies.flatMap(listed),
    ];
    // What is denied stays unknown here, for Google's own policies come before and were not told.
    expect(answer(items())).toBe("open");
    expect(answer(items(global("deny"), regional("allow")))).toBe("unknown");
    expect(answer(items(regional("deny")))).toBe("unknown");
    expect(answer(items(global("allow"), regional("deny")))).toBe("open");
    expect(answer(items({ ...global("deny"), on: "projects/other/global/networks/net" }))).toBe("open");
    expect(answer(items(), { "compute.networkFirewallPolicies.aggregatedList": "denied" })).toBe("unknown");
  });

  it("from lists: associations that cannot be read may be with anything", () => {
    const [item] = listed(global("deny"));
    const odd = item === undefined ? [] : [{ ...item, data: { ...item.data, associations: [{ name: "x" }] } }];
    const items = [
      ...base(null).filter(({ operation }) => operation !== "compute.networks.list"),
      network({ networkFirewallPolicyEnforcementOrder: before }),
    ];
    expect([answer(items), answer([...items, ...odd])]).toEqual(["open", "unknown"]);
  });

  it("from lists: rules that were asked for apart count, whichever record comes later", () => {
    const [item] = listed(global("deny"));
    if (item === undefined) throw new Error("a network policy is listed");
    const { rules, ...bare } = item.data;
    const withoutRules = { ...item, data: bare };
    const items = [
      ...base(null).filter(({ operation }) => operation !== "compute.networks.list"),
      network({ networkFirewallPolicyEnforcementOrder: before }),
    ];
    expect(rules).toBeDefined();
    const why = (...more: readonly GcpItem[]) =>
      understand([...items, ...more]).network.firewalls.flatMap(({ ingressRules }) =>
        ingressRules.flatMap(({ remote }) => remote.missing),
      );
    expect(why(withoutRules, item)).toEqual([]);
    expect(why(item, withoutRules)).toEqual([]);
    expect(why(withoutRules)).toEqual(["the rules of network firewall policy global"]);
  });

  it.each<readonly [string, Json]>([
    ["no list", "x"],
    ["something that is no policy", [5]],
    ["a policy of a kind that nobody documents", [{ type: "GALACTIC", rules: [] }]],
    ["a policy without rules", [{ type: "NETWORK", name: "global" }]],
    ["a policy whose rules are no list", [{ type: "HIERARCHY", name: "71", rules: {} }]],
    ["a rule that is none", [{ type: "HIERARCHY", name: "71", rules: [null] }]],
  ])("an answer that holds %s is unknown", (_name, firewallPolicys) => {
    const items = answered({ firewallPolicys }, "getEffectiveFirewalls");
    expect(answer(items)).toBe("unknown");
  });

  it("a region's answer that cannot be read leaves regional policies unknown", () => {
    const items = answered({ firewallPolicys: [5] }, "NetworkFirewallPolicies.getEffectiveFirewalls");
    expect(answer(items)).toBe("unknown");
  });

  it("what Google's own policies open is unknown where the region's answer is missing; what is open stays open", () => {
    const items = (...rules: readonly GcpItem[]) =>
      around([vm(), ...rules]).filter(({ operation }) => !operation.startsWith("compute.regionNetwork"));
    expect([answer(items()), answer(items(open))]).toEqual(["unknown", "open"]);
  });

  it("policies of the hierarchy count from the organization down, where the lists tell what each is associated with", () => {
    const policies = [folderPolicy("allow"), organizationPolicy("deny")];
    const told = inForce(policies);
    const place = [folderItem(), ...policies.flatMap(listed)];
    expect(answer([...base(folder), ...place, ...told])).toBe("closed");
    // As Google tells them, where nothing else is known.
    expect(answer([...base(folder), folderItem(), ...told])).toBe("open");
  });

  it("Google's own policies of the whole network are told with the network", () => {
    const items = (type: string) =>
      around([vm()]).map((item): GcpItem => {
        const told = { type, name: "gke", rules: [policyRule(1, "allow")] };
        if (item.operation !== "compute.networks.getEffectiveFirewalls") return item;
        return Object.assign({}, item, { data: { firewallPolicys: [told] } });
      });
    expect([answer(items("SYSTEM")), answer(items("SYSTEM_GLOBAL"))]).toEqual(["open", "open"]);
  });

  it("a region that is not known has unknown regional policies", () => {
    const lost = resource("compute.instances.aggregatedList", `projects/${project}/instances/vm`, {
      ...vm().data,
      selfLink: `projects/${project}/instances/vm`,
      networkInterfaces: [
        {
          name: "nic0",
          network: "projects/shop/global/networks/net",
          networkIP: "10.0.1.4",
          accessConfigs: [{ natIP: "34.1.2.3" }],
        },
      ],
    });
    expect(answer(around([lost]))).toBe("unknown");
  });
});
