import { equalL4 } from "../../../network/l4.ts";
import type { ResourceRef, Target } from "../../../model/resource.ts";
import type { VendorObject } from "../../../snapshot/record.ts";
import { malformed, objectList, text } from "../../read.ts";
import { memo } from "../../shared/collections.ts";
import { linkName, linkPath, projectIn } from "../links.ts";
import { readInForce, type InForce } from "./effective.ts";
import { ancestorsOf } from "./hierarchy.ts";
import type { FirewallRule } from "./rules.ts";
import { gcpResource, unseenResource, type GcpIndex, type GcpResource } from "./resources.ts";
import {
  policyName,
  policyStage,
  unreadStage,
  vpcStage as readVpcStage,
  type Stage,
  type StageKind,
} from "./stages.ts";
import { isGiven } from "./terms.ts";
import { pathIn, type Topology } from "./topology.ts";

/** The firewalls of one region of a network, as its interfaces meet them. */
export interface Stages {
  /** Hierarchical policies from the organization down, then system policies: always before the network's own. */
  readonly over: readonly Stage[];
  /** The network's own: VPC rules, global and regional network policies, in the order that the network is set to. */
  readonly own: readonly Stage[];
  readonly order: EnforcementOrder | null;
}

export type EnforcementOrder = "AFTER_CLASSIC_FIREWALL" | "BEFORE_CLASSIC_FIREWALL";

/** What rules there are, and where they are in force. */
export interface Policies {
  readonly stagesOf: (network: string, region: string | null) => Stages;
  readonly vpcStage: (network: string) => Stage;
  readonly orderOf: (network: string) => EnforcementOrder | null;
  /** Every policy that was read, listed or in force somewhere, with what it is associated with and the networks that it is in force in. */
  readonly all: readonly {
    readonly stage: Stage;
    readonly resource: ResourceRef;
    readonly attachments: readonly string[];
  }[];
}

type PolicyKind = Exclude<StageKind, "vpc">;

const listing = "compute.networkFirewallPolicies.aggregatedList";
const hierarchicalListing = "compute.firewallPolicies.list";

/** A policy that was listed, or told to be in force somewhere. */
interface KnownPolicy {
  stage: Stage;
  readonly resource: ResourceRef;
  readonly attachments: Set<string>;
  /** Whether it may be associated with more than that. */
  readonly isLost: boolean;
}

/**
 * Reads firewall policies and VPC rules. What Google says to be in force in a network (getEffectiveFirewalls) goes before what can be put
 * together from lists: it shows inherited policies to those who may not read the organization.
 * https://cloud.google.com/firewall/docs/firewall-policies-rule-eval-order
 */
export function readPolicies(index: GcpIndex, topology: Topology): Policies {
  const answers = readInForce(index);
  const ancestors = memo((project) => ancestorsOf(index, project));
  const known = new Map(
    index.all("firewallPolicies").map((policy): readonly [string, KnownPolicy] => [policy.path, listedPolicy(policy)]),
  );

  /** A policy in force: its rules as the answer about the network tells them, and those of the list where they are the same. */
  const applied = (data: VendorObject, kind: PolicyKind, network: string, region: string | null): Stage => {
    const path = policyPath(data, kind, network, region);
    const found = index.find(path);
    const policy = known.get(path);
    // Who may not list it does not learn where it lies: it is told by the first network that it is in force in, whatever order records came in.
    const seenIn = { ...nowhere, account: projectIn(network) ?? nowhere.account };
    const resource =
      found === null
        ? { ...unseenResource(path, typeOfPolicy(path), seenIn), name: policyName(data, path) }
        : policyResource(found);
    const told = policyStage(data, kind, resource);
    const stage = policy === undefined || policy.stage.unread !== null ? told : sameStage(told, policy.stage);
    if (policy === undefined) known.set(path, { stage, resource, attachments: new Set([network]), isLost: false });
    else {
      policy.stage = policy.stage.unread === null ? policy.stage : stage;
      policy.attachments.add(network);
    }
    return stage;
  };

  const vpcStage = memo((network): Stage => {
    const project = projectIn(network) ?? "";
    const resource = unseenResource(network, vpcRulesType, index.targets[0] ?? nowhere);
    const answer = answers.of(network, null);
    const unread = index.unread(project, "compute.firewalls.list") ?? homelessRule(index, project);
    if (unread !== null && answer !== null) return readVpcStage(network, answer.firewalls, null, resource);
    const own = index.all("firewalls").filter(({ data }) => pathIn(data, "network") === network);
    return readVpcStage(
      network,
      own.map(({ data }) => data),
      unread,
      resource,
    );
  });

  const hierarchical = memo((network): readonly Stage[] => {
    const answer = answers.of(network, null);
    const project = projectIn(network);
    const above = project === null ? null : ancestors(project);
    if (answer !== null) return fromTheTop(inAnswer(answer, "hierarchical", network, null), above ?? []);
    if (above === null) {
      const unknown = `what lies above ${project ?? network} is not known`;
      return [unreadStage("hierarchical", `${answers.why(network, null)}, and ${unknown}`)];
    }
    // Whoever holds a policy may associate it with any folder below: only all lists together tell what there is.
    const unread = above.map((node) => index.incomplete(node, hierarchicalListing)).find((why) => why !== null) ?? null;
    return above.flatMap((node) => listedFor("hierarchical", unread, ({ attachments }) => attachments.has(node)));
  });

  /** Google answers from the organization down; where the lists tell what each is associated with, that settles it. */
  const fromTheTop = (found: readonly Stage[], above: readonly string[]): readonly Stage[] => {
    const depths = new Map(
      found.map((stage) => {
        const attachments = known.get(stage.resource?.id ?? "")?.attachments ?? new Set();
        return [stage, above.findIndex((node) => attachments.has(node))];
      }),
    );
    const depthOf = (stage: Stage): number => depths.get(stage) ?? -1;
    return found.some((stage) => depthOf(stage) < 0) ? found : found.toSorted((a, b) => depthOf(a) - depthOf(b));
  };

  const inAnswer = (answer: InForce, kind: PolicyKind, network: string, region: string | null): readonly Stage[] => {
    const stages = answer
      .policies(kind)
      .map((data) => (kind === "system" ? policyStage(data, kind, null) : applied(data, kind, network, region)));
    return answer.strange === null ? stages : [...stages, unreadStage(kind, answer.strange)];
  };

  /** The one policy of a kind that the lists associate with something; where there is none, perhaps one that was not listed. */
  const listedFor = (
    kind: PolicyKind,
    unread: string | null,
    isMeant: (policy: KnownPolicy, path: string) => boolean,
  ): readonly Stage[] => {
    const ofKind = [...known].filter(([, { stage }]) => stage.kind === kind);
    const found = ofKind.filter(([path, policy]) => isMeant(policy, path)).map(([, { stage }]) => stage);
    const lost = ofKind.find(([, { isLost }]) => isLost)?.[1].stage.name;
    const why = unread ?? (lost === undefined ? null : `what ${lost} is associated with`);
    return found.length > 0 || why === null ? found : [unreadStage(kind, why)];
  };

  const system = (network: string, region: string | null): readonly Stage[] => {
    const whole = answers.of(network, null);
    const inRegion = region === null ? null : answers.of(network, region);
    if (inRegion === null) return [unreadStage("system", answers.why(network, region))];
    const global = whole === null || whole === inRegion ? [] : inAnswer(whole, "system", network, null);
    return [...global, ...inAnswer(inRegion, "system", network, region)];
  };

  const networkPolicies = memo((key): readonly Stage[] => {
    const [network, region] = placeOf(key);
    const kind = region === null ? "global" : "regional";
    const answer = answers.of(network, region);
    if (answer !== null) return inAnswer(answer, kind, network, region);
    const unread = index.unread(projectIn(network) ?? "", listing);
    return listedFor(kind, unread, ({ attachments }, path) => {
      const where = /\/regions\/([^/]+)\//.exec(path)?.[1] ?? null;
      return where === region && attachments.has(network);
    });
  });

  const orderOf = memo((network): EnforcementOrder | null => {
    const found = index.find(network);
    if (found === null) return null;
    const member = "networkFirewallPolicyEnforcementOrder";
    if (!isGiven(found.data[member])) return "AFTER_CLASSIC_FIREWALL";
    const said = text(found.data, member);
    return said === "BEFORE_CLASSIC_FIREWALL" || said === "AFTER_CLASSIC_FIREWALL" ? said : null;
  });

  const stages = memo((key): Stages => {
    const [network, region] = placeOf(key);
    const policies = [
      ...networkPolicies(keyOf(network, null)),
      ...(region === null
        ? [unreadStage("regional", `the region of an interface in ${network}`)]
        : networkPolicies(key)),
    ];
    const order = orderOf(network);
    const vpc = vpcStage(network);
    return { over: [...hierarchical(network), ...system(network, region)], own: inOrder(order, vpc, policies), order };
  });
  // Reading every network's stages shows the policies that are in force without having been listed.
  for (const network of topology.networks) {
    for (const region of [null, ...topology.regionsOf(network)]) stages(keyOf(network, region));
  }
  return {
    stagesOf: (network, region) => stages(keyOf(network, region)),
    vpcStage,
    orderOf,
    all: [...known.values()].map(({ stage, resource, attachments }) => ({
      stage,
      resource,
      attachments: [...attachments],
    })),
  };
}

/** A network, and a region of it, as one key: links hold no blanks. */
function keyOf(network: string, region: string | null): string {
  return `${network} ${region ?? ""}`;
}

function placeOf(key: string): readonly [string, string | null] {
  const at = key.lastIndexOf(" ");
  const region = key.slice(at + 1);
  return [key.slice(0, at), region === "" ? null : region];
}

const nowhere: Target = { cloud: "gcp", account: "unknown", region: "global" };
export const vpcRulesType = "gcp:compute:vpc-firewall-rules";

function listedPolicy(policy: GcpResource): KnownPolicy {
  const resource = policyResource(policy);
  const associations = objectList(policy.data, "associations");
  const targets =
    associations === malformed
      ? [null]
      : associations.map((each) => (each === malformed ? null : pathIn(each, "attachmentTarget")));
  return {
    stage: policyStage(policy.data, kindOfPolicy(policy.path), resource),
    resource,
    attachments: new Set(targets.flatMap((target) => target ?? [])),
    isLost: targets.includes(null),
  };
}

/** The same rules are the same objects, so that whoever explains a packet finds them in the policy that is listed. */
function sameStage(told: Stage, listed: Stage): Stage {
  const isSame = told.unread === null && told.rules.length === listed.rules.length;
  return isSame && told.rules.every((rule, at) => saysSame(rule, listed.rules[at])) ? listed : told;
}

function saysSame(a: FirewallRule, b: FirewallRule | undefined): boolean {
  if (b === undefined) return false;
  const words = (rule: FirewallRule): string =>
    JSON.stringify([
      rule.direction,
      rule.says,
      rule.targets,
      rule.inspectedBy,
      rule.contextNetworks,
      rule.problems,
      ...[...rule.remote, ...rule.local].map(({ kind, text: said }) => `${kind} ${said}`),
    ]);
  return words(a) === words(b) && equalL4(a.l4, b.l4);
}

/** A VPC rule that does not say which network it is of may be any network's of its project. */
function homelessRule(index: GcpIndex, project: string): string | null {
  const rule = index
    .all("firewalls")
    .find(({ path, data }) => projectIn(path) === project && pathIn(data, "network") === null);
  return rule === undefined ? null : `which network VPC firewall rule ${rule.name} is of`;
}

/**
 * The network's own stages in order. Where the order is not known, policies count first perhaps and last in any case, so that only what both
 * orders let through certainly gets through, and only what both stop is certainly stopped.
 */
function inOrder(order: EnforcementOrder | null, vpc: Stage, policies: readonly Stage[]): readonly Stage[] {
  if (order === "AFTER_CLASSIC_FIREWALL") return [vpc, ...policies];
  if (order === "BEFORE_CLASSIC_FIREWALL") return [...policies, vpc];
  const doubt =
    "whether the network evaluates its firewall policies before or after its VPC rules (compute.networks.list)";
  return [...policies.map((stage): Stage => ({ ...stage, doubt })), vpc, ...policies];
}

function kindOfPolicy(path: string): PolicyKind {
  if (path.startsWith("locations/")) return "hierarchical";
  return path.includes("/regions/") ? "regional" : "global";
}

function typeOfPolicy(path: string): string {
  return path.startsWith("locations/") ? "gcp:compute:firewall-policy" : "gcp:compute:network-firewall-policy";
}

function policyResource(policy: GcpResource): ResourceRef {
  return { ...gcpResource(policy, typeOfPolicy(policy.path)), name: policyName(policy.data, policy.path) };
}

/** Answers about a network name hierarchical policies by their number, network policies by their name. */
function policyPath(data: VendorObject, kind: PolicyKind, network: string, region: string | null): string {
  const link = text(data, "selfLink");
  if (link !== null) return linkPath(link);
  const name = linkName(text(data, "name") ?? text(data, "displayName") ?? "unknown");
  if (kind === "hierarchical") return `locations/global/firewallPolicies/${name}`;
  const scope = region === null ? "global" : `regions/${region}`;
  return `projects/${projectIn(network) ?? "unknown"}/${scope}/firewallPolicies/${name}`;
}
