import * as fc from "fast-check";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { linkTo, networkPath, project } from "../../../support/gcp-snapshot.ts";
import type { Machine, NaivePacket, Surroundings } from "./naive-firewalls.ts";

export const group = `projects/${project}/locations/global/addressGroups/known`;
const unreadGroup = `projects/other/locations/global/addressGroups/unread`;
export const other = networkPath("other");
export const six = "2600:1900::4";

const fourRanges = ["0.0.0.0/0", "8.0.0.0/8", "8.8.8.0/24", "130.0.0.0/7", "10.0.0.0/8", "10.0.1.9/32", "10.7.0.0/24"];
const sixRanges = ["::/0", "2a00::/16", "2600:1900::/96"];
const ranges = fc.oneof(
  { weight: 5, arbitrary: fc.subarray(fourRanges, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.subarray(sixRanges, { minLength: 1, maxLength: 2 }) },
);
const own = fc.oneof(
  { weight: 4, arbitrary: fc.constant<readonly string[] | undefined>(undefined) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<readonly string[]>(
      ["10.0.1.0/24"],
      ["10.0.1.4/32"],
      ["10.0.2.0/24"],
      ["2600:1900::/96"],
    ),
  },
);
const some = <T>(items: readonly T[], none = 2): fc.Arbitrary<readonly T[] | undefined> =>
  fc.oneof(
    { weight: none, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.subarray([...items], { minLength: 1, maxLength: Math.min(2, items.length) }) },
  );
const traffic = (member: string) =>
  fc.array(
    fc.oneof(
      { weight: 1, arbitrary: fc.constant({ [member]: "all" }) },
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            fc.constantFrom("tcp", "udp", "6", "UDP"),
            fc.option(fc.subarray(["22", "20-23", "80", "443-8443"], { minLength: 1 }), { nil: undefined }),
          )
          .map(([protocol, ports]): VendorObject =>
            ports === undefined ? { [member]: protocol } : { [member]: protocol, ports },
          ),
      },
    ),
    { minLength: 1, maxLength: 2 },
  );
const direction = fc.oneof(
  { weight: 3, arbitrary: fc.constant("INGRESS") },
  { weight: 1, arbitrary: fc.constant("EGRESS") },
);
const disabled = fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

/** Members that are there. */
function given(members: Readonly<Record<string, VendorObject[string] | undefined>>): VendorObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const vpcRules: fc.Arbitrary<readonly VendorObject[]> = fc.array(
  fc
    .record({
      direction,
      disabled,
      priority: fc.constantFrom(1, 2, 1000, undefined),
      far: fc.option(ranges, { nil: undefined, freq: 4 }),
      near: own,
      tags: some(["web", "db"], 4),
      accounts: some(["a@shop", "b@shop"], 6),
      targetTags: some(["web", "db"]),
      targetServiceAccounts: some(["a@shop", "b@shop"], 5),
      denies: fc.boolean(),
      configs: traffic("IPProtocol"),
    })
    .map(({ direction: is, far, near, tags, accounts, denies, configs, ...rest }) =>
      given({
        ...rest,
        direction: is,
        ...(is === "INGRESS"
          ? { sourceRanges: far, destinationRanges: near, sourceTags: tags, sourceServiceAccounts: accounts }
          : { destinationRanges: far, sourceRanges: near }),
        ...(denies ? { denied: configs } : { allowed: configs }),
      }),
    ),
  { maxLength: 6 },
);

const secureTags = some(
  [
    { name: "tagValues/1", state: "EFFECTIVE" },
    { name: "tagValues/2", state: "EFFECTIVE" },
    { name: "tagValues/1", state: "INEFFECTIVE" },
  ],
  3,
);

/** Rules of a policy; with `unknowns` also those that rest on what cannot be known. */
const policyRules = (unknowns: boolean): fc.Arbitrary<readonly VendorObject[]> =>
  fc.uniqueArray(
    fc
      .record({
        priority: fc.integer({ min: 0, max: 30 }),
        action: fc.constantFrom("allow", "deny", "goto_next", ...(unknowns ? ["apply_security_profile_group"] : [])),
        direction,
        disabled,
        far: fc.option(ranges, { nil: undefined, freq: 3 }),
        near: own,
        tags: secureTags,
        groups: some(unknowns ? [group, unreadGroup] : [group], 4),
        names: unknowns ? some(["example.com"], 5) : fc.constant(undefined),
        codes: unknowns ? some(["FR"], 4) : fc.constant(undefined),
        lists: unknowns ? some(["iplist-tor-exit-nodes"], 5) : fc.constant(undefined),
        context: fc.constantFrom(
          undefined,
          undefined,
          undefined,
          "INTERNET",
          "NON_INTERNET",
          "INTRA_VPC",
          "VPC_NETWORKS",
        ),
        targetServiceAccounts: some(["a@shop", "b@shop"], 4),
        targetSecureTags: secureTags,
        targetResources: some([linkTo(networkPath()), linkTo(networkPath("net", "stranger"))], 5),
        targetType: fc.constantFrom(undefined, undefined, undefined, "INSTANCES", "INTERNAL_MANAGED_LB"),
        layer4Configs: traffic("ipProtocol"),
      })
      .map(({ far, near, tags, groups, names, codes, lists, context, layer4Configs, ...rest }) => {
        const isIn = rest.direction === "INGRESS";
        const side = isIn ? "src" : "dest";
        // Secure tags and networks are sources alone; a rule of which all tags are gone rests on nothing but ranges.
        const named = isIn ? tags : undefined;
        const areGone = named !== undefined && named.every(({ state }) => state === "INEFFECTIVE") && far === undefined;
        const isVpc = context === "VPC_NETWORKS" || context === "INTRA_VPC";
        const where = isVpc && !isIn ? "NON_INTERNET" : context;
        const sources = [far, named, groups, names, codes, lists];
        return given({
          ...rest,
          match: given({
            [`${side}IpRanges`]:
              sources.every((each) => each === undefined) && where === undefined ? ["0.0.0.0/0"] : far,
            [`${side}SecureTags`]: named,
            [`${side}AddressGroups`]: areGone ? undefined : groups,
            [`${side}Fqdns`]: areGone ? undefined : names,
            [`${side}RegionCodes`]: areGone ? undefined : codes,
            [`${side}ThreatIntelligences`]: areGone ? undefined : lists,
            [`${isIn ? "dest" : "src"}IpRanges`]: near,
            [`${side}NetworkContext`]: where,
            srcNetworks: where === "VPC_NETWORKS" ? [linkTo(other)] : undefined,
            layer4Configs,
          }),
        });
      }),
    { maxLength: 4, selector: ({ priority }) => priority },
  );

const machine = (address: string, tags: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Machine> =>
  fc.record({
    address: fc.constant(address),
    tags: fc.subarray(["web", "db"]),
    account: fc.constantFrom("a@shop", "b@shop"),
    secureTags: tags,
  });

/** A random estate, in the words of the REST bodies. */
export interface Drawn {
  readonly order: Surroundings["order"];
  readonly organization: readonly VendorObject[];
  readonly folder: readonly VendorObject[];
  readonly system: readonly VendorObject[];
  readonly vpc: readonly VendorObject[];
  readonly global: readonly VendorObject[];
  readonly regional: readonly VendorObject[];
  readonly self: Machine;
  readonly peer: Machine;
  /** Whether what is in force in the region was read. */
  readonly isRegionRead: boolean;
}

export const drawnEstate = (unknowns: boolean): fc.Arbitrary<Drawn> => {
  const tags = unknowns
    ? fc.oneof(fc.constant<readonly string[]>(["?"]), fc.constant<readonly string[]>(["tagValues/1"]))
    : fc.subarray(["tagValues/1", "tagValues/2"]);
  return fc.record({
    order: fc.constantFrom("AFTER_CLASSIC_FIREWALL", "BEFORE_CLASSIC_FIREWALL"),
    organization: policyRules(unknowns),
    folder: policyRules(unknowns),
    system: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: policyRules(false) }),
    vpc: vpcRules,
    global: policyRules(unknowns),
    regional: policyRules(unknowns),
    self: machine("10.0.1.4", tags),
    peer: machine("10.0.1.9", tags),
    isRegionRead: unknowns
      ? fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false))
      : fc.constant(true),
  });
};

export const smallPacket: fc.Arbitrary<NaivePacket> = fc
  .record({
    kind: fc.constantFrom("internet", "internet", "six", "inside", "egress"),
    far: fc.constantFrom("8.8.8.8", "8.1.1.1", "130.1.1.1"),
    near: fc.constantFrom("10.0.1.9", "10.0.1.77", "10.7.0.9", "10.200.0.1"),
    port: fc.constantFrom(22, 23, 80, 443, 9000),
    protocol: fc.constantFrom("tcp", "udp"),
  })
  .map(({ kind, far, near, port, protocol }): NaivePacket => {
    const isInternet = kind === "internet" || kind === "six";
    return {
      port,
      protocol,
      isInternet,
      direction: kind === "egress" ? "EGRESS" : "INGRESS",
      remote: kind === "six" ? "2a00::9" : isInternet ? far : near,
      local: kind === "six" ? six : "10.0.1.4",
    };
  });
