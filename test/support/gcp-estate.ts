import type { Coverage, CoverageStatus } from "../../src/model/coverage.ts";
import type { Json } from "../../src/model/finding.ts";
import { globalRegion } from "../../src/model/resource.ts";
import { gcpRecogniser } from "../../src/providers/gcp/import/recognise.ts";
import { linkPath, regionOf } from "../../src/providers/gcp/links.ts";
import { kindOf } from "../../src/providers/gcp/operation.ts";
import { gcpOperations } from "../../src/providers/gcp/operations.ts";
import { gcpProvider } from "../../src/providers/gcp/provider.ts";
import { objects, text } from "../../src/providers/read.ts";
import type { Snapshot, SnapshotRecord, VendorObject } from "../../src/snapshot/record.ts";
import { memorySink } from "../../src/snapshot/sinks.ts";
import type { SmallEstate } from "./aws-estate.ts";

export const project = "shop";
export const organization = "organizations/100000000001";
export const region = "europe-west1";
export const zone = "europe-west1-b";

/** The link of something in {@link project}: `link("global/networks/default")`. */
export function link(path: string): string {
  return `https://www.googleapis.com/compute/v1/projects/${project}/${path}`;
}

/** A resource as Compute Engine's REST API gives it. */
function resource(kind: string, path: string, members: VendorObject): VendorObject {
  return {
    kind: `compute#${kind}`,
    id: "4158127351007949610",
    name: path.split("/").at(-1) ?? path,
    selfLink: link(path),
    ...members,
  };
}

/** The project by itself, or below {@link organization} where `parent` says so. */
export function projectRecord(parent: string | null = null): VendorObject {
  return {
    name: "projects/123456789012",
    projectId: project,
    state: "ACTIVE",
    displayName: "Shop",
    ...(parent === null ? {} : { parent }),
  };
}

/** The project as Compute Engine tells of it: it shares its networks with no other. */
export const computeProject: VendorObject = {
  kind: "compute#project",
  id: "123456789012",
  name: project,
  selfLink: `https://www.googleapis.com/compute/v1/projects/${project}`,
};

export function network(members: VendorObject = {}, name = "default"): VendorObject {
  return resource("network", `global/networks/${name}`, { autoCreateSubnetworks: false, ...members });
}

/** A subnet `web`, 10.132.0.0/20, of network `default`. */
export function subnet(members: VendorObject = {}, name = "web"): VendorObject {
  return resource("subnetwork", `regions/${region}/subnetworks/${name}`, {
    network: link("global/networks/default"),
    region: link(`regions/${region}`),
    ipCidrRange: "10.132.0.0/20",
    purpose: "PRIVATE",
    ...members,
  });
}

/** A VPC firewall rule of network `default`: everyone may reach tcp 22 at priority 1000 unless said otherwise. */
export function vpcRule(name: string, members: VendorObject = {}): VendorObject {
  const isDeny = Object.hasOwn(members, "denied");
  return resource("firewall", `global/firewalls/${name}`, {
    network: link("global/networks/default"),
    direction: "INGRESS",
    priority: 1000,
    ...(members["direction"] === "EGRESS" ? { destinationRanges: ["0.0.0.0/0"] } : { sourceRanges: ["0.0.0.0/0"] }),
    ...(isDeny ? {} : { allowed: [{ IPProtocol: "tcp", ports: ["22"] }] }),
    disabled: false,
    ...members,
  });
}

/** An instance in subnet `web` with the external address 34.76.1.2. */
export function instance(name = "web-1", members: VendorObject = {}, nic: VendorObject = {}): VendorObject {
  return resource("instance", `zones/${zone}/instances/${name}`, {
    zone: link(`zones/${zone}`),
    status: "RUNNING",
    networkInterfaces: [
      {
        name: "nic0",
        network: link("global/networks/default"),
        subnetwork: link(`regions/${region}/subnetworks/web`),
        networkIP: "10.132.0.2",
        accessConfigs: [{ name: "External NAT", type: "ONE_TO_ONE_NAT", natIP: "34.76.1.2" }],
        ...nic,
      },
    ],
    ...members,
  });
}

/** The way out: without it nothing answers to anybody outside. */
export const internetRoute: VendorObject = resource("route", "global/routes/default-route-1", {
  network: link("global/networks/default"),
  destRange: "0.0.0.0/0",
  priority: 1000,
  nextHopGateway: link("global/gateways/default-internet-gateway"),
});

/** What there is around a machine: the project, the network with its subnet and its way out, and the machine. */
export const surroundings: readonly VendorObject[] = [
  projectRecord(),
  computeProject,
  network(),
  subnet(),
  instance(),
  internetRoute,
];

/** A rule of a firewall policy: everyone may reach tcp 22 unless said otherwise. */
export function policyRule(priority: number, members: VendorObject = {}, match: VendorObject = {}): VendorObject {
  return {
    kind: "compute#firewallPolicyRule",
    priority,
    action: "allow",
    direction: "INGRESS",
    disabled: false,
    ...members,
    match: {
      ...(members["direction"] === "EGRESS" ? { destIpRanges: ["0.0.0.0/0"] } : { srcIpRanges: ["0.0.0.0/0"] }),
      layer4Configs: [{ ipProtocol: "tcp", ports: ["22"] }],
      ...match,
    },
  };
}

/** A global network firewall policy, associated with network `default` unless said otherwise. */
export function networkPolicy(name: string, rules: readonly Json[], members: VendorObject = {}): VendorObject {
  return resource("firewallPolicy", `global/firewallPolicies/${name}`, {
    rules,
    associations: [{ name: "one", attachmentTarget: link("global/networks/default") }],
    ...members,
  });
}

/** A hierarchical firewall policy, associated with {@link organization} unless said otherwise. */
export function hierarchicalPolicy(rules: readonly Json[], members: VendorObject = {}): VendorObject {
  return {
    kind: "compute#firewallPolicy",
    id: "987654321098",
    name: "987654321098",
    shortName: "baseline",
    parent: organization,
    selfLink: "https://www.googleapis.com/compute/v1/locations/global/firewallPolicies/987654321098",
    rules,
    associations: [{ name: organization, attachmentTarget: organization }],
    ...members,
  };
}

/**
 * A snapshot of REST bodies, through the importer, with every operation read unless it is named in `unread`. What is in force in each
 * network is told as Google would tell it, from the policies that are given.
 * @throws Error when a body is not recognised: a test that says nothing must not pass
 */
export function gcpSnapshot(
  bodies: readonly VendorObject[],
  unread: Readonly<Record<string, CoverageStatus>> = {},
): Snapshot {
  const sink = memorySink("import", "2026-01-01T00:00:00Z");
  const documents = bodies.map((value, index) => {
    const file = `${project}/answer-${index + 1}.json`;
    return { file, path: [project, `answer-${index + 1}.json`], value };
  });
  const used = gcpRecogniser.recognise({ documents, problems: [] }, sink);
  const lost = documents.find((document) => !used.has(document));
  if (lost !== undefined) throw new Error(`not recognised: ${JSON.stringify(lost.value).slice(0, 200)}`);
  const snapshot = sink.finish("2026-01-01T00:00:00Z");
  for (const id of Object.keys(unread)) {
    if (!gcpOperations.some((operation) => operation.id === id)) throw new Error(`${id} is no operation`);
  }
  const targets = new Map(snapshot.targets.map((target) => [target.account, target]));
  if (!targets.has(project)) {
    targets.set(project, {
      cloud: "gcp",
      account: project,
      region: globalRegion,
      name: null,
      status: "scanned",
      note: null,
    });
  }
  return {
    ...snapshot,
    targets: [...targets.values()],
    records: [...snapshot.records, ...effectiveAnswers(bodies)].filter(({ operation }) => !(operation in unread)),
    coverage: [...targets.keys()].flatMap((account) => coverageOf(account, unread)),
  };
}

function coverageOf(account: string, unread: Readonly<Record<string, CoverageStatus>>): readonly Coverage[] {
  return gcpOperations
    .filter(({ on }) => on.includes(kindOf(account)))
    .map(({ id }): Coverage => {
      const status = unread[id] ?? "complete";
      const error = status === "complete" ? null : `${id} ${status}`;
      return { cloud: "gcp", account, region: globalRegion, operation: id, status, items: 0, error };
    });
}

const global = "compute.networks.getEffectiveFirewalls";
const regional = "compute.regionNetworkFirewallPolicies.getEffectiveFirewalls";

/** https://cloud.google.com/compute/docs/reference/rest/v1/networks/getEffectiveFirewalls */
function effectiveAnswers(bodies: readonly VendorObject[]): readonly SnapshotRecord[] {
  const of = (kind: string) => bodies.filter((body) => text(body, "kind") === `compute#${kind}`);
  const linkOf = (body: VendorObject): string => text(body, "selfLink") ?? "";
  const regions = [
    ...new Set(of("subnetwork").flatMap((body) => regionOf(linkPath(linkOf(body))) ?? [])),
    ...(of("subnetwork").length === 0 && of("instance").length > 0 ? [region] : []),
  ];
  const networks = new Set([
    ...of("network").map(linkOf),
    ...of("firewall").flatMap((body) => text(body, "network") ?? []),
    ...of("instance").flatMap((body) =>
      objects(body, "networkInterfaces").flatMap((nic) => text(nic, "network") ?? []),
    ),
  ]);
  const inForce = (kind: string, self: string, isOf: (path: string) => boolean): readonly VendorObject[] =>
    of("firewallPolicy").flatMap((body): readonly VendorObject[] => {
      const targets = objects(body, "associations").flatMap((each) => text(each, "attachmentTarget") ?? []);
      const isHere = kind === "HIERARCHY" ? targets.length > 0 : targets.includes(self);
      if (!isOf(linkPath(linkOf(body))) || !isHere) return [];
      return [{ type: kind, name: text(body, "name") ?? "", rules: body["rules"] ?? [] }];
    });
  const policiesOf = (self: string, where: string | null): readonly VendorObject[] => [
    ...inForce("HIERARCHY", self, (path) => path.startsWith("locations/")),
    ...(where === null
      ? inForce("NETWORK", self, (path) => path.includes("/global/"))
      : inForce("NETWORK_REGIONAL", self, (path) => path.includes(`/regions/${where}/`))),
  ];
  return [...networks].flatMap((self) =>
    [null, ...regions].map((where): SnapshotRecord => {
      const asked = { network: linkPath(self) };
      return {
        cloud: "gcp",
        account: project,
        region: globalRegion,
        operation: where === null ? global : regional,
        request: where === null ? asked : { ...asked, region: where },
        data: {
          firewallPolicys: policiesOf(self, where),
          firewalls: of("firewall").filter((body) => text(body, "network") === self),
        },
      };
    }),
  );
}

/** What a check is run over. */
export function gcpEstate(
  bodies: readonly VendorObject[],
  unread: Readonly<Record<string, CoverageStatus>> = {},
): SmallEstate {
  const snapshot = gcpSnapshot(bodies, unread);
  const {
    network: estate,
    identity,
    aws,
    azure,
    gcp,
    ownAccounts,
    organizationKnown,
  } = gcpProvider.understand(snapshot);
  return {
    estate: {
      targets: snapshot.targets,
      asOf: snapshot.finishedAt,
      network: estate,
      identity,
      aws,
      azure,
      gcp,
      ownAccounts,
      organizationKnown,
    },
    coverage: snapshot.coverage,
  };
}

/** Tags on an instance. */
export function tagged(...items: readonly string[]): VendorObject {
  return { tags: { items } };
}
