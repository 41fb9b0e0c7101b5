import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exposuresOf } from "../../../../src/network/exposure.ts";
import { hasAddress, parseAddress } from "../../../../src/network/addresses.ts";
import { l4Ports, tcp, udp } from "../../../../src/network/l4.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import {
  around,
  defaultRoute,
  endpointOf,
  enters,
  folder,
  folderItem,
  linkTo,
  network,
  networkPath,
  nic,
  packet,
  project,
  secureTag,
  subnet,
  through,
  understand,
  vm,
  vpcRule,
  instancePath,
  type GcpItem,
  type SmallPolicy,
  type Unread,
} from "../../../support/gcp-snapshot.ts";
import { passes, type Machine, type NaivePacket, type Surroundings } from "./naive-firewalls.ts";
import { drawnEstate, group, other, six, smallPacket, type Drawn } from "./random-estates.ts";

function build(drawn: Drawn) {
  const { order, organization, folder: folderRules, system, vpc, global, regional, self, peer } = drawn;
  const policies: readonly SmallPolicy[] = [
    { type: "HIERARCHY", name: "71", rules: organization },
    { type: "HIERARCHY", name: "72", rules: folderRules, on: folder },
    { type: "SYSTEM_REGIONAL", name: "gke", rules: system },
    { type: "NETWORK", name: "global", rules: global },
    { type: "NETWORK_REGIONAL", name: "regional", rules: regional },
  ];
  const instance = ({ address, tags, account }: Machine, name: string, more: VendorObject): GcpItem =>
    vm(
      {
        tags: { items: tags },
        serviceAccounts: [{ email: account }],
        networkInterfaces: [nic({ networkIP: address, ...more })],
      },
      name,
    );
  const secured = ({ secureTags: values }: Machine, name: string): readonly GcpItem[] =>
    values.flatMap((value) => (value === "?" ? [] : [secureTag(value, instancePath(name))]));
  const items = around(
    [
      folderItem(),
      instance(self, "vm", { ipv6AccessConfigs: [{ externalIpv6: six }] }),
      instance(peer, "peer", { accessConfigs: [] }),
      ...secured(self, "vm"),
      ...secured(peer, "peer"),
      ...vpc.map((members, position) =>
        vpcRule(`rule-${position}`, { priority: null, sourceRanges: null, allowed: null, ...members }),
      ),
      {
        account: project,
        operation: "networksecurity.projects.locations.addressGroups.list",
        data: { name: group, items: ["8.8.8.0/24", "10.0.1.9"] },
      },
      network({}, "other"),
      subnet({ ipCidrRange: "10.7.0.0/24" }, "there", "other"),
      defaultRoute({ destRange: "::/0" }, "six"),
    ],
    policies,
    order,
  );
  const lost = [
    ...(self.secureTags.includes("?") ? [instancePath()] : []),
    ...(peer.secureTags.includes("?") ? [instancePath("peer")] : []),
  ];
  const told = drawn.isRegionRead ? items : items.filter(({ operation, data }) => !isOfRegion(operation, data));
  const seen = understand(told, {
    ...(lost.length === 0 ? {} : unreadTags),
    ...(drawn.isRegionRead ? {} : { "compute.networkFirewallPolicies.aggregatedList": "denied" }),
  });
  const asRead = (each: Machine): Machine => (lost.length === 0 ? each : { ...each, secureTags: ["?"] });
  const naive = (fate: (question: string) => boolean): Surroundings => ({
    order,
    hierarchical: [organization, folderRules],
    system: drawn.isRegionRead ? system : null,
    vpc,
    global,
    regional: drawn.isRegionRead ? regional : null,
    network: networkPath(),
    subnets: { [networkPath()]: ["10.0.1.0/24"], [linkTo(other)]: ["10.7.0.0/24"] },
    // Coverage speaks of the operation as a whole: where one machine's tags were not read, no one's are certain.
    machines: [self, peer].map(asRead),
    groups: { [group]: ["8.8.8.0/24", "10.0.1.9"] },
    fate,
  });
  return { seen, naive, self: asRead(self) };
}

function isOfRegion(operation: string, data: VendorObject): boolean {
  return operation.startsWith("compute.regionNetwork") || data["name"] === "regional";
}

const unreadTags: Unread = { "cloudresourcemanager.effectiveTags.list": "denied" };

function engine(
  seen: ReturnType<typeof understand>,
  { direction: way, isInternet, remote, port, protocol }: NaivePacket,
) {
  const one = packet(remote, port, protocol === "tcp" ? tcp : udp);
  if (isInternet) return enters(endpointOf(seen), one);
  const [vmEnd, peerEnd] = [endpointOf(seen), endpointOf(seen, "peer")];
  if (way === "EGRESS") return through(seen.network.between(vmEnd, peerEnd).leaving, one);
  return through(seen.network.between(peerEnd, vmEnd).entering, one);
}

describe("random Google estates: hierarchy x policies x VPC rules, in both orders", () => {
  it("every packet meets what the pages say", () => {
    fc.assert(
      fc.property(drawnEstate(false), fc.array(smallPacket, { minLength: 12, maxLength: 12 }), (drawn, packets) => {
        const { seen, naive, self } = build(drawn);
        const all = naive(() => {
          throw new Error("nothing is left to fate here");
        });
        for (const one of packets)
          expect(engine(seen, one), JSON.stringify(one)).toBe(passes(self, one, all) ? "open" : "closed");
      }),
      { numRuns: 300 },
    );
  });

  it("the exposure analysis agrees", () => {
    fc.assert(
      fc.property(drawnEstate(false), fc.array(smallPacket, { minLength: 4, maxLength: 4 }), (drawn, packets) => {
        const { seen, naive, self } = build(drawn);
        const analysis = exposuresOf(seen.network);
        const exposure = analysis.exposureOf(endpointOf(seen));
        for (const one of packets.filter(({ isInternet }) => isInternet)) {
          const l4 = l4Ports(one.protocol === "tcp" ? tcp : udp, one.port, one.port);
          const { certain, perhaps } = analysis.openToInternet(exposure, { l4, share: 1e-30, measure: "packets" });
          const remote = parseAddress(one.remote);
          const isIn = remote !== null && certain !== null && hasAddress(certain.addresses, remote);
          expect([isIn, perhaps], JSON.stringify(one)).toEqual([
            passes(
              self,
              one,
              naive(() => false),
            ),
            null,
          ]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("what rests on something unknown: certain only where every outcome agrees", () => {
    fc.assert(
      fc.property(drawnEstate(true), fc.array(smallPacket, { minLength: 6, maxLength: 6 }), (drawn, packets) => {
        const { seen, naive, self } = build(drawn);
        for (const one of packets) {
          const outcomes = new Set(completions((fate) => passes(self, one, naive(fate))));
          const answer = engine(seen, one);
          if (answer !== "unknown") expect([...outcomes], JSON.stringify(one)).toEqual([answer === "open"]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Every outcome that there is, over everything that is asked of fate: each question may turn out either way. */
function completions<T>(judge: (fate: (question: string) => boolean) => T): readonly T[] {
  const outcomes: T[] = [];
  const pending: ReadonlyMap<string, boolean>[] = [new Map()];
  for (let next = pending.pop(); next !== undefined && outcomes.length < 200; next = pending.pop()) {
    const fates = new Map(next);
    const outcome = judge((question) => {
      const known = fates.get(question);
      if (known !== undefined) return known;
      pending.push(new Map([...fates, [question, true]]));
      fates.set(question, false);
      return false;
    });
    outcomes.push(outcome);
  }
  return outcomes;
}
