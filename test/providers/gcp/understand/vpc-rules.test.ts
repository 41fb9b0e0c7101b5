import { describe, expect, it } from "vitest";
import { icmp, icmpv6, tcp, udp } from "../../../../src/network/l4.ts";
import type { Json } from "../../../../src/model/finding.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import {
  around,
  computeProject,
  endpointOf,
  enters,
  inForce,
  network,
  nic,
  packet,
  ssh,
  subnet,
  understand,
  vm,
  vpcRule,
  type Answer,
  type GcpItem,
} from "../../../support/gcp-snapshot.ts";

const world = "8.8.8.8";
const web = { tags: { items: ["web"] }, serviceAccounts: [{ email: "web@shop.iam.gserviceaccount.com" }] };

function ask(rules: readonly GcpItem[], one = packet(world, 22), instance: VendorObject = {}): Answer {
  return enters(endpointOf(understand(around([vm({ ...web, ...instance }), ...rules]))), one);
}

const open = vpcRule("open");
const no = (members: VendorObject = {}, name = "no") => vpcRule(name, { denied: ssh, ...members });

describe("VPC firewall rules", () => {
  it.each<readonly [string, readonly GcpItem[], Answer]>([
    ["implied ingress deny: nothing comes in without a rule", [], "closed"],
    ["a rule opens", [open], "open"],
    ["the lowest priority number decides", [open, no({ priority: 999 })], "closed"],
    ["whatever the order of the list", [no({ priority: 1001 }), open], "open"],
    ["a deny wins a tie, listed last", [open, no()], "closed"],
    ["a deny wins a tie, listed first", [no(), open], "closed"],
    ["a disabled rule is absent", [vpcRule("open", { disabled: true })], "closed"],
    ["a disabled deny is absent", [open, no({ priority: 1, disabled: true })], "open"],
    ["omitted ports are all ports", [vpcRule("open", { allowed: [{ IPProtocol: "tcp" }] })], "open"],
    ["no ports are all ports", [vpcRule("open", { allowed: [{ IPProtocol: "tcp", ports: [] }] })], "open"],
    [
      "port ranges hold both ends",
      [vpcRule("open", { allowed: [{ IPProtocol: "tcp", ports: ["80", "20-22"] }] })],
      "open",
    ],
    ["a protocol by number", [vpcRule("open", { allowed: [{ IPProtocol: "6", ports: ["22"] }] })], "open"],
    ["protocol all", [vpcRule("open", { allowed: [{ IPProtocol: "all" }] })], "open"],
    ["protocols in either case", [vpcRule("open", { allowed: [{ IPProtocol: "TCP" }] })], "open"],
    ["another protocol", [vpcRule("open", { allowed: [{ IPProtocol: "udp" }] })], "closed"],
    ["a second pair of protocol and ports", [vpcRule("open", { allowed: [{ IPProtocol: "udp" }, ...ssh] })], "open"],
    ["direction is INGRESS unless it is said", [vpcRule("open", { direction: null })], "open"],
    ["an egress rule lets nothing in", [vpcRule("open", { direction: "EGRESS", sourceRanges: null })], "closed"],
    [
      "priority is 1000 unless it is said: a 999 goes before",
      [vpcRule("open", { priority: null }), no({ priority: 999 })],
      "closed",
    ],
    [
      "priority is 1000 unless it is said: a 1001 comes after",
      [vpcRule("open", { priority: null }), no({ priority: 1001 })],
      "open",
    ],
    ["no source is every IPv4 address", [vpcRule("open", { sourceRanges: null })], "open"],
    ["halves of the internet", [vpcRule("open", { sourceRanges: ["0.0.0.0/1", "128.0.0.0/1"] })], "open"],
    ["a source elsewhere", [vpcRule("open", { sourceRanges: ["9.0.0.0/8"] })], "closed"],
    ["IAP's range is not the internet", [vpcRule("open", { sourceRanges: ["35.235.240.0/20"] })], "closed"],
    [
      "source tags alone never match external traffic",
      [vpcRule("open", { sourceRanges: null, sourceTags: ["web"] })],
      "closed",
    ],
    [
      "source accounts alone never match external traffic",
      [vpcRule("open", { sourceRanges: null, sourceServiceAccounts: ["web@shop.iam.gserviceaccount.com"] })],
      "closed",
    ],
    ["ranges count beside source tags", [vpcRule("open", { sourceTags: ["web"] })], "open"],
    ["ranges count beside source accounts", [vpcRule("open", { sourceServiceAccounts: ["x@y"] })], "open"],
    ["targets by tag: it carries it", [vpcRule("open", { targetTags: ["db", "web"] })], "open"],
    ["targets by tag: it does not", [vpcRule("open", { targetTags: ["db"] })], "closed"],
    ["a deny for other tags", [open, no({ priority: 1, targetTags: ["db"] })], "open"],
    [
      "targets by service account: it runs as it",
      [vpcRule("open", { targetServiceAccounts: ["web@shop.iam.gserviceaccount.com"] })],
      "open",
    ],
    ["targets by service account: it does not", [vpcRule("open", { targetServiceAccounts: ["x@y"] })], "closed"],
    [
      "the private address as destination, behind an external one",
      [vpcRule("open", { destinationRanges: ["10.0.1.4/32"] })],
      "open",
    ],
    [
      "the external address as destination never matches",
      [vpcRule("open", { destinationRanges: ["34.1.2.3/32"] })],
      "closed",
    ],
    ["a destination elsewhere", [vpcRule("open", { destinationRanges: ["10.0.2.0/24"] })], "closed"],
    ["a deny for a destination elsewhere", [open, no({ priority: 1, destinationRanges: ["10.0.2.0/24"] })], "open"],
    ["rules of another network of the same name in another project", [vpcRule("open", {}, "net", "other")], "closed"],
    ["rules of another network", [vpcRule("open", {}, "other")], "closed"],
  ])("%s", (_name, rules, answer) => {
    expect(ask(rules)).toBe(answer);
  });

  it.each<readonly [string, readonly VendorObject[], ReturnType<typeof packet>, Answer]>([
    ["icmp is ICMP of IPv4", [{ IPProtocol: "icmp" }], packet(world, 8 << 8, icmp), "open"],
    ["icmp is not ICMP of IPv6", [{ IPProtocol: "icmp" }], packet(world, 128 << 8, icmpv6), "closed"],
    ["58 is ICMP of IPv6", [{ IPProtocol: "58" }], packet(world, 128 << 8, icmpv6), "open"],
    ["esp", [{ IPProtocol: "esp" }], packet(world, 0, 50), "open"],
    ["ah", [{ IPProtocol: "ah" }], packet(world, 0, 51), "open"],
    ["sctp with ports", [{ IPProtocol: "sctp", ports: ["22"] }], packet(world, 22, 132), "open"],
    ["all holds GRE", [{ IPProtocol: "all" }], packet(world, 0, 47), "open"],
    ["tcp is not udp", [{ IPProtocol: "tcp" }], packet(world, 22, udp), "closed"],
  ])("protocols: %s", (_name, allowed, one, answer) => {
    expect(ask([vpcRule("a", { allowed })], one)).toBe(answer);
  });

  it("IPv4 and IPv6 are apart", () => {
    const six = {
      networkInterfaces: [nic({ ipv6AccessConfigs: [{ externalIpv6: "2600:1900::1", externalIpv6PrefixLength: 96 }] })],
    };
    const answers = (ranges: readonly string[] | null) =>
      [packet(world, 22), packet("2a00::1", 22)].map((one) => ask([vpcRule("a", { sourceRanges: ranges })], one, six));
    expect(answers(["0.0.0.0/0"])).toEqual(["open", "closed"]);
    expect(answers(["::/0"])).toEqual(["closed", "open"]);
    expect(answers(null)).toEqual(["open", "closed"]);
  });

  it("the external IPv6 address is the interface's own, also as destination", () => {
    const six = {
      networkInterfaces: [nic({ ipv6AccessConfigs: [{ externalIpv6: "2600:1900::", externalIpv6PrefixLength: 96 }] })],
    };
    const answer = (destination: string) =>
      ask([vpcRule("a", { sourceRanges: ["::/0"], destinationRanges: [destination] })], packet("2a00::1", 22), six);
    expect([answer("2600:1900::/96"), answer("2600:1900:0:1::/96")]).toEqual(["open", "closed"]);
  });

  it.each<readonly [string, VendorObject]>([
    ["a source range that is none", { sourceRanges: ["789"] }],
    ["sources that are no list", { sourceRanges: "0.0.0.0/0" }],
    ["a port that is no port", { allowed: [{ IPProtocol: "tcp", ports: ["ssh"] }] }],
    ["ports of all protocols", { allowed: [{ IPProtocol: "all", ports: ["22"] }] }],
    ["a protocol that is none", { allowed: [{ IPProtocol: "quic" }] }],
    ["a protocol that is missing", { allowed: [{ ports: ["22"] }] }],
    ["both allowed and denied", { denied: ssh, allowed: ssh }],
    ["neither", { allowed: null }],
    ["a direction that is none", { direction: "SIDEWAYS" }],
    ["a direction that is no text", { direction: 1 }],
    ["a priority that is none", { priority: "high" }],
    ["a disabled that is neither", { disabled: "yes" }],
    ["target tags that are no list", { targetTags: "db" }],
    ["a target tag that is no text", { targetTags: ["db", 5] }],
    ["a target account that is no text", { targetServiceAccounts: [{}] }],
    ["a destination that is none", { destinationRanges: ["here"] }],
  ])("%s may open, and is not called so", (_name, members) => {
    expect(ask([vpcRule("odd", members)])).toBe("unknown");
  });

  it.each<readonly [string, VendorObject]>([
    ["a source range that is none", { sourceRanges: ["789"] }],
    ["a port that is no port", { denied: [{ IPProtocol: "tcp", ports: ["ssh"] }] }],
    ["a direction that is none", { direction: "SIDEWAYS" }],
    ["a disabled that is neither", { disabled: "yes" }],
    ["a target tag that is no text", { targetTags: ["db", 5] }],
    ["a destination that is none", { destinationRanges: ["here"] }],
    ["a priority that is none", { priority: {} }],
  ])("%s: a deny may close, and is not called so", (_name, members) => {
    expect(ask([open, no({ priority: 1, ...members })])).toBe("unknown");
  });

  it("what can be read of a rule's sources counts, beside what cannot", () => {
    const rule = vpcRule("a", { sourceRanges: ["8.8.8.0/24", "789"] });
    expect([ask([rule]), ask([rule], packet("9.9.9.9", 22))]).toEqual(["open", "unknown"]);
  });

  describe("a rule that is nowhere at home is not forgotten where what is in force was not read", () => {
    const missingWith = (item: GcpItem) => {
      const items = around([vm(), item]).filter(({ operation }) => !operation.endsWith("ffectiveFirewalls"));
      return understand(items).network.firewalls[0]?.ingressRules.flatMap(({ remote }) => remote.missing);
    };
    it.each<Json>([null, 5])("its network is %j", (value) => {
      expect(missingWith(vpcRule("odd", { network: value }))).toEqual(["which network VPC firewall rule odd is of"]);
    });
    it("it has no name and no link", () => {
      const { operation, account } = vpcRule("odd");
      expect(missingWith({ operation, account, data: { allowed: ssh } })).toEqual([
        "an item of compute.firewalls.list of shop has no name",
      ]);
    });
  });

  it("names what cannot be read, and of which rule", () => {
    const { network: estate } = understand(around([vm(), vpcRule("odd", { sourceRanges: ["789"] })]));
    expect(estate.firewalls[0]?.ingressRules[0]?.remote.missing).toEqual([
      'its address range "789" in rule odd of VPC firewall rules of net cannot be read',
    ]);
  });

  it("a rule whose direction cannot be read may hold in both", () => {
    const { network: estate } = understand(around([vm(), no({ direction: "SIDEWAYS" })]));
    const [firewall] = estate.firewalls;
    expect([firewall?.ingressRules[0]?.id, firewall?.egressRules[0]?.id]).toEqual(["no", "no"]);
  });

  it("rules that were not listed are read from what is in force", () => {
    const seen = (firewalls: readonly VendorObject[]) =>
      understand(
        [network(), subnet(), vm(), ...inForce([], firewalls)].filter(
          ({ operation }) => operation !== "compute.firewalls.list",
        ),
        { "compute.firewalls.list": "denied" },
      );
    expect(enters(endpointOf(seen([open.data])), packet(world, 22))).toBe("open");
    expect(enters(endpointOf(seen([])), packet(world, 22))).toBe("closed");
  });

  it("a list that was cut short may lack a deny that goes before", () => {
    const items = around([vm(), open]).filter(({ operation }) => !operation.endsWith("ffectiveFirewalls"));
    expect(enters(endpointOf(understand(items)), packet(world, 22))).toBe("open");
    expect(enters(endpointOf(understand(items, { "compute.firewalls.list": "throttled" })), packet(world, 22))).toBe(
      "unknown",
    );
  });

  it("tags and accounts never match external traffic, also where it is not known who carries them", () => {
    const shared = (rule: GcpItem) =>
      enters(
        endpointOf(understand([...around([vm(web), rule]), computeProject({ xpnProjectStatus: "HOST" })])),
        packet(world, 22),
      );
    expect(shared(vpcRule("a", { sourceRanges: null, sourceTags: ["web"] }))).toBe("closed");
    expect(shared(vpcRule("a", { sourceRanges: null, sourceServiceAccounts: ["x@y"] }))).toBe("closed");
  });

  it("an external address stands for the primary address alone, not for alias ranges", () => {
    const aliased = { networkInterfaces: [nic({ aliasIpRanges: [{ ipCidrRange: "10.8.0.0/28" }] })] };
    const denied = (range: string) =>
      ask([open, no({ priority: 1, destinationRanges: [range] })], packet(world, 22), aliased);
    expect([denied("10.0.1.0/24"), denied("10.8.0.0/24")]).toEqual(["closed", "open"]);
  });

  it.each(["denied", "throttled", "unreachable", "malformed", "skipped"] as const)(
    "a list that was %s is unknown",
    (status) => {
      const items = around([vm()]).filter(({ operation }) => !operation.endsWith("ffectiveFirewalls"));
      const seen = understand(items, { "compute.firewalls.list": status });
      expect(enters(endpointOf(seen), packet(world, 22, tcp))).toBe("unknown");
    },
  );
});
