import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exposuresOf } from "../../../../src/network/exposure.ts";
import { l4Ports, tcp } from "../../../../src/network/l4.ts";
import type { Json } from "../../../../src/model/finding.ts";
import {
  around,
  folder,
  instancePath,
  linkTo,
  nic,
  policyRule,
  project,
  region,
  resource,
  secureTag,
  ssh,
  understand,
  vm,
  vpcRule,
  zone,
  type Answer,
  type GcpItem,
  type SmallPolicy,
} from "../../../support/gcp-snapshot.ts";

const tags = [{ name: "tagValues/1", state: "EFFECTIVE" }];
const group = `projects/${project}/locations/global/addressGroups/partners`;

/** An estate that uses something of everything; it is open, or closed, by one rule among the others. */
function estate(isOpen: boolean): readonly GcpItem[] {
  const policies: readonly SmallPolicy[] = [
    {
      type: "HIERARCHY",
      name: "71",
      rules: [
        policyRule(10, "goto_next", { srcIpRanges: ["10.0.0.0/8"] }),
        policyRule(20, "deny", { srcNetworkContext: "NON_INTERNET", srcIpRanges: ["0.0.0.0/0"] }),
      ],
    },
    {
      type: "HIERARCHY",
      name: "72",
      on: folder,
      rules: [policyRule(10, "deny", { destIpRanges: ["10.9.0.0/16"], srcIpRanges: ["0.0.0.0/0"] })],
    },
    { type: "SYSTEM_REGIONAL", name: "gke", rules: [policyRule(10, "allow", { srcIpRanges: ["10.1.0.0/16"] })] },
    {
      type: "NETWORK",
      name: "global",
      rules: [
        policyRule(10, isOpen ? "allow" : "deny", { srcAddressGroups: [group] }, { targetSecureTags: tags }),
        policyRule(20, "allow", { srcIpRanges: ["9.0.0.0/8"] }, { targetServiceAccounts: ["x@y"] }),
      ],
    },
    { type: "NETWORK_REGIONAL", name: "regional", rules: [policyRule(10, "deny")] },
  ];
  const pool = `projects/${project}/regions/${region}/targetPools/pool`;
  const addresses = { IPAddress: "34.5.5.5", IPProtocol: "TCP", loadBalancingScheme: "EXTERNAL", portRange: "80-80" };
  return [
    ...around(
      [
        vm({
          tags: { items: ["web"] },
          serviceAccounts: [{ email: "web@shop" }],
          networkInterfaces: [nic({ aliasIpRanges: [{ ipCidrRange: "10.8.0.0/28" }] })],
        }),
        secureTag("tagValues/1"),
        vpcRule("db", { targetTags: ["db"] }),
        vpcRule("far", { sourceRanges: ["9.0.0.0/8"], priority: 900 }),
        vpcRule("elsewhere", { denied: ssh, destinationRanges: ["10.9.0.0/16"], priority: 1 }),
        resource("compute.forwardingRules.aggregatedList", `projects/${project}/regions/${region}/forwardingRules/fr`, {
          ...addresses,
          target: linkTo(pool),
        }),
        resource("compute.targetPools.aggregatedList", pool, { instances: [linkTo(instancePath())] }),
        resource("compute.instanceGroups.aggregatedList", `projects/${project}/zones/${zone}/instanceGroups/ig`, {}),
        {
          account: folder,
          operation: "cloudresourcemanager.folders.get",
          data: { name: folder, parent: "organizations/1" },
        },
        {
          account: project,
          operation: "networksecurity.projects.locations.addressGroups.list",
          data: { name: group, items: ["0.0.0.0/1", "128.0.0.0/1"] },
        },
      ],
      policies,
    ),
  ];
}

function answer(items: readonly GcpItem[]): Answer {
  const seen = understand(items);
  const analysis = exposuresOf(seen.network);
  const answers = seen.network.endpoints
    .filter(({ workload }) => workload?.type === "gcp:compute:instance")
    .map((endpoint): Answer => {
      const question = { l4: l4Ports(tcp, 22, 22), share: 0.5 };
      const { certain, perhaps } = analysis.openToInternet(analysis.exposureOf(endpoint), question);
      if (certain !== null) return "open";
      return perhaps !== null || endpoint.missing.length > 0 ? "unknown" : "closed";
    });
  if (answers.includes("open")) return "open";
  return answers.includes("unknown") || answers.length === 0 ? "unknown" : "closed";
}

type Place = readonly (string | number)[];

/** Every value inside a record, by its place. */
function places(value: Json, here: Place = []): readonly Place[] {
  const inner = Array.isArray(value)
    ? value.flatMap((each: Json, index) => places(each, [...here, index]))
    : typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([member, each]) => places(each, [...here, member]))
      : [];
  return here.length === 0 ? inner : [here, ...inner];
}

function replaced(value: Json, [first, ...rest]: Place, by: Json): Json {
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.map((each: Json, index) => (index === first ? replaced(each, rest, by) : each));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value);
  return Object.fromEntries(
    members.map(([member, each]) => [member, member === first ? replaced(each, rest, by) : each]),
  );
}

function valueAt(value: Json, place: Place): Json {
  return place.reduce<Json>((inside, step) => {
    if (typeof inside !== "object" || inside === null) return null;
    return Object.entries(inside).find(([member]) => member === String(step))?.[1] ?? null;
  }, value);
}

const kindOf = (value: Json): string => (Array.isArray(value) ? "list" : value === null ? "null" : typeof value);

const anything: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Json>(null, true, 0, -1, 1e300, "", "x", "projects/shop/global/networks/net"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("name", "rules", "match", "selfLink", "__proto__"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

const whole = { open: estate(true), closed: estate(false) };
const mutations = whole.open.flatMap((item, index) => places(item.data).map((place) => ({ index, place })));
// No whole number, for protocols and ports may be told as such.
const junk: readonly Json[] = [0.5, "junk", true, [5], [[]], { junk: "junk" }];

function mutated(
  items: readonly GcpItem[],
  { index, place }: (typeof mutations)[number],
  by: Json,
): readonly GcpItem[] {
  return items.map((item, position) => {
    if (position !== index) return item;
    const data = replaced(item.data, place, by);
    return typeof data === "object" && data !== null && !Array.isArray(data) ? Object.assign({}, item, { data }) : item;
  });
}

describe("records that are not what Google documents", () => {
  it("as they should be, the estates are what they are", () => {
    expect([answer(whole.open), answer(whole.closed)]).toEqual(["open", "closed"]);
  });

  it.each(["open", "closed"] as const)(
    "something else in any place never makes the opposite of what is %s",
    (expected) => {
      fc.assert(
        fc.property(fc.constantFrom(...mutations), fc.constantFrom(...junk), (mutation, by) => {
          const original = valueAt(whole[expected][mutation.index]?.data ?? null, mutation.place);
          fc.pre(kindOf(original) !== kindOf(by));
          expect(["unknown", expected]).toContain(answer(mutated(whole[expected], mutation, by)));
        }),
        { numRuns: 400 },
      );
    },
  );

  it("anything at all, in several places at once, is no error", () => {
    const change = fc.tuple(fc.constantFrom(...mutations), anything);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const items = changes.reduce((all, [mutation, by]) => mutated(all, mutation, by), whole.open);
        const { network } = understand(items);
        for (const from of network.endpoints) for (const to of network.endpoints) network.between(from, to);
        expect(["open", "closed", "unknown"]).toContain(answer(items));
      }),
      { numRuns: 200 },
    );
  });
});
