import type { Finding, Json } from "../../src/model/finding.ts";
import { statementInWords } from "../../src/model/who-can.ts";
import { count, inThousands } from "../table/words.ts";
import { identityNames, reasonInWords } from "./identities.ts";
import { listOf, objectOf, textOf, textsOf, type JsonObject } from "./json-shapes.ts";
import type { NameOf } from "./names.ts";

/**
 * One stop of a chain.
 * - `source`, `goal`: where it begins and what it leads to.
 * - `passage`: an address, a gateway, a route, a step: nothing that was meant to stop anyone.
 * - `gate`: a firewall or a policy that lets it through.
 * - `decides`: the gate with the rule that, taken away, ends it.
 * - `held`: what stops it as things are.
 * - `gap`: where a firewall would stand, and none does.
 * - `reply`: what the way back passes.
 */
export interface Stop {
  readonly kind: "source" | "goal" | "passage" | "gate" | "decides" | "held" | "gap" | "reply";
  /** What it is, in a word or two: `subnet firewall`, `route`. */
  readonly role: string;
  readonly title: string;
  /** The rules, statements or conditions that decide there, each on a line. Untrusted like the title. */
  readonly says: readonly string[];
}

/** A way from somebody to something, stop by stop: what both pictures are drawn from. */
export interface Chain {
  /** Names the chain among others of its finding. */
  readonly title: string;
  readonly stops: readonly Stop[];
  /** How many more such ways the evidence knows of and this report does not draw. */
  readonly more: number;
}

/** Ways drawn for one finding. */
const waysDrawn = 3;

/** From the internet to what the finding is about, one chain for each way in. Empty where the evidence tells of none. */
export function exposureChains(finding: Finding, nameOf: NameOf): readonly Chain[] {
  const { evidence } = finding;
  const ways = listOf(evidence["ways"]);
  const held = listOf(evidence["heldBackBy"]);
  if (held.items.length > 0) return chainsOf(held.items, held.count, (way) => heldStops(way, finding, nameOf));
  return chainsOf(ways.items, ways.count, (way) =>
    typeof way === "string" ? unguardedStops(way, finding, nameOf) : wayStops(objectOf(way), finding, nameOf),
  );
}

/** From a principal to the firewalls it can change, one chain for each grant. Empty where the evidence tells of none. */
export function accessChains(finding: Finding, nameOf: NameOf): readonly Chain[] {
  const { evidence, resource } = finding;
  const grants = listOf(evidence["grants"]);
  const principal = textOf(evidence["principal"]) ?? textOf(evidence["identity"]) ?? resource.id;
  const carrier = textOf(evidence["identity"]) === null ? [] : carrierStops(finding, nameOf);
  return chainsOf(grants.items, grants.count, (grant) =>
    grantStops(objectOf(grant), principal, carrier, finding, nameOf),
  );
}

function chainsOf(items: readonly Json[], all: number, stopsOf: (item: Json) => readonly Stop[]): readonly Chain[] {
  const drawn = items
    .slice(0, waysDrawn)
    .map(stopsOf)
    .filter((stops) => stops.length > 0);
  const more = drawn.length === 0 ? 0 : all - drawn.length;
  return drawn.map((stops, index) => ({
    title: drawn.length === 1 ? "" : `Way ${index + 1} of ${all}`,
    stops,
    more: index === drawn.length - 1 ? more : 0,
  }));
}

const unguarded: Stop = { kind: "gap", role: "firewall", title: "No firewall stands in between", says: [] };
const internet: Stop = { kind: "source", role: "from", title: "The internet", says: [] };

const roles: ReadonlyMap<string, string> = new Map([
  ["public-address", "address"],
  ["public-access-block", "public access"],
  ["gateway", "gateway"],
  ["route", "route"],
  ["subnet-firewall", "subnet firewall"],
  ["endpoint-firewall", "firewall"],
  ["admin-firewall", "admin firewall"],
  ["load-balancer", "load balancer"],
  ["inspection", "inspection"],
]);

function wayStops(way: JsonObject, finding: Finding, nameOf: NameOf): readonly Stop[] {
  const layers = listOf(way["layers"]).items.map(objectOf);
  if (layers.length === 0) return [];
  const closing = new Set(listOf(finding.evidence["closing"]).items.map((item) => ruleId(objectOf(item), "rule")));
  const name = textOf(way["kind"]) === "address" ? textOf(way["name"]) : null;
  const stops = layers.map((layer) => layerStop(layer, closing)).map((stop) => named(stop, name));
  const isGuarded = stops.some(({ kind }) => kind === "gate" || kind === "decides");
  return [
    internet,
    ...stops.filter(({ kind }) => kind !== "reply"),
    ...(isGuarded ? [] : [unguarded]),
    goalOf(finding, nameOf),
    ...stops.filter(({ kind }) => kind === "reply"),
  ];
}

/** The way's own name tells the address, where the layer only says that there is one. */
function named(stop: Stop, way: string | null): Stop {
  const { kind, role, says } = stop;
  return way !== null && kind === "passage" && role === "address" ? { kind, role, title: capital(way), says } : stop;
}

function layerStop(layer: JsonObject, closing: ReadonlySet<string>): Stop {
  const title = textOf(layer["layer"]) ?? "a layer";
  const kind = textOf(layer["kind"]) ?? "";
  const isReply = textOf(layer["direction"]) === "reply";
  const rules = listOf(layer["rules"]);
  const known = rules.items.map(objectOf);
  const own = known.filter((rule) => textOf(rule["key"]) !== title);
  const [first, rest] = [own.filter(decides), own.filter((rule) => !decides(rule))];
  const says = [...first, ...rest].map(ruleInWords);
  const more = rules.count - known.length;
  const isGate = kind.endsWith("-firewall") || kind === "inspection";
  return {
    kind: isReply ? "reply" : first.length > 0 ? "decides" : isGate ? "gate" : "passage",
    role: roles.get(kind) ?? "layer",
    title: capital(isReply ? title.replace(/^replies through /, "") : title),
    says: [
      ...says,
      ...(more > 0 ? [`and ${count(more, "more rule")}`] : []),
      ...(isGate && own.length === 0 ? ["no rule of its own stops it"] : []),
      ...textsOf(layer["missing"]).map((text) => `not known: ${text}`),
    ],
  };

  function decides(rule: JsonObject): boolean {
    return !isReply && closing.has(ruleId(rule, "id"));
  }
}

/** One text per rule of a firewall, by which the rules of a layer and those to close are matched. */
function ruleId(rule: JsonObject, member: "id" | "rule"): string {
  return [rule["firewall"], rule[member] ?? null, rule["key"]].map((part) => textOf(part) ?? "").join(" ");
}

/** `allow tcp/22 0.0.0.0/0 (sgr-1)`; the id left out where the rule's own words have it. */
export function ruleInWords(rule: JsonObject): string {
  const key = (textOf(rule["key"]) ?? "a rule").replace(/^(?:ingress|egress) /, "");
  const id = lastPart(textOf(rule["id"]) ?? textOf(rule["rule"]) ?? "");
  return id === "" || key.split(" ").includes(id) ? key : `${key} (${id})`;
}

function unguardedStops(way: string, finding: Finding, nameOf: NameOf): readonly Stop[] {
  const address: Stop = { kind: "passage", role: "address", title: capital(way), says: [] };
  return [internet, address, unguarded, goalOf(finding, nameOf)];
}

function heldStops(item: Json, finding: Finding, nameOf: NameOf): readonly Stop[] {
  const held = objectOf(item);
  const layer = textOf(held["layer"]);
  if (layer === null) return [];
  const way = textOf(held["way"]);
  const opensBy = textOf(held["opensBy"]);
  const rules = listOf(finding.evidence["openRules"]).items.map((rule) => ruleInWords(objectOf(rule)));
  const open: Stop = { kind: "gate", role: "firewall", title: "Rules that let it in already", says: rules };
  return [
    internet,
    ...(way === null ? [] : [{ kind: "passage", role: "way in", title: capital(way), says: [] } as const]),
    {
      kind: "held",
      role: roles.get(textOf(held["kind"]) ?? "") ?? "layer",
      title: `Held back by ${layer}`,
      says: opensBy === null ? [] : [`would be opened by ${opensBy}`],
    },
    ...(rules.length === 0 ? [] : [open]),
    goalOf(finding, nameOf, openWords(held["wouldOpen"])),
  ];
}

/** The workload, or the resource itself, with what of it is open. */
function goalOf(
  { evidence, resource }: Finding,
  nameOf: NameOf,
  open: string | null = openWords(evidence["open"]),
): Stop {
  const { workload } = evidence;
  const id = textOf(objectOf(workload)["id"]) ?? textOf(workload);
  const name = textOf(objectOf(workload)["name"]) ?? (id === null ? null : nameOf(id));
  const title = name ?? lastPart(id ?? resource.name ?? resource.id);
  return { kind: "goal", role: "workload", title, says: open === null ? [] : [open] };
}

/** `tcp 22, 3389; udp 53` of what is open, in one short line; null where the evidence does not tell. */
function openWords(open: Json | undefined): string | null {
  const entries = listOf(open).items.flatMap((part) => listOf(objectOf(part)["ports"]).items.map(objectOf));
  const words = [...new Set(entries.map(portsInWords))];
  if (words.length === 0) return null;
  if (entries.some(isEveryPort)) return everyPort;
  return words.length > 3 ? `${words.slice(0, 3).join("; ")} and more` : words.join("; ");
}

/** `tcp 22, 3389`, `every udp port`, `protocols 59-255`, `every port (protocols 2-57)`, `every protocol`. */
export function portsInWords({ protocol, ports }: JsonObject): string {
  const [named, range] = [textOf(protocol) ?? "", textOf(ports) ?? ""];
  if (range === "all" || range === "") return wholeProtocol(named);
  const list = range.split(",");
  return `${named} ${list.length > 4 ? `${list.slice(0, 4).join(", ")} and ${list.length - 4} more` : list.join(", ")}`;
}

function wholeProtocol(name: string): string {
  if (name === "all") return "every protocol";
  if (/^\d+$/.test(name)) return `protocol ${name}`;
  if (/^\d+-\d+$/.test(name)) return holdsPorts(name) ? `${everyPort} (protocols ${name})` : `protocols ${name}`;
  return ["tcp", "udp", "sctp"].includes(name) ? `every ${name} port` : name;
}

const everyPort = "every port";

function isEveryPort({ protocol, ports }: JsonObject): boolean {
  return textOf(ports) === "all" && holdsPorts(textOf(protocol) ?? "");
}

/** Whether a range of protocol numbers holds TCP (6) and UDP (17). */
function holdsPorts(range: string): boolean {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(range) ?? [];
  return first !== undefined && Number(first) <= 6 && Number(last) >= 17;
}

/** The internet and the workload before an identity that it carries. */
function carrierStops(finding: Finding, nameOf: NameOf): readonly Stop[] {
  const [way] = exposureChains(finding, nameOf);
  const before = way?.stops.filter(({ kind }) => kind !== "reply") ?? [internet, goalOf(finding, nameOf)];
  return before.map((stop) => (stop.kind === "goal" ? asPassage(stop) : stop));
}

function asPassage({ role, title, says }: Stop): Stop {
  return { kind: "passage", role, title, says };
}

function grantStops(
  grant: JsonObject,
  principal: string,
  carrier: readonly Stop[],
  finding: Finding,
  nameOf: NameOf,
): readonly Stop[] {
  const { account } = finding.resource;
  const carries = textOf(finding.evidence["how"]);
  const steps = listOf(grant["path"]).items.map((item) => {
    const step = objectOf(item);
    const [via, statement] = [textOf(step["via"]) ?? "", textOf(step["statement"])];
    const to = identityNames(via, textOf(step["viaName"]) ?? nameOf(via), account);
    const condition = textOf(step["condition"]);
    return {
      kind: "passage",
      role: "step",
      title: textOf(step["says"]) ?? "comes by the rights of",
      says: [
        to.beside === null ? to.name : `${to.name} (${to.beside})`,
        ...(statement === null ? [] : [`by ${reasonInWords(statement)}`]),
        ...(condition === null ? [] : [`only if ${condition}`]),
      ],
    } as const;
  });
  const statements = listOf(grant["statements"]);
  const allows = statements.items.map(objectOf).filter(({ effect }) => effect === "allow");
  const [condition, breadth] = [
    textOf(objectOf(grant["condition"])["text"]),
    textOf(objectOf(grant["breadth"])["pattern"]),
  ];
  const goal = firewallsOf(grant);
  if (goal === null) return [];
  const own = principal === finding.resource.id ? finding.resource.name : nameOf(principal);
  const { name, beside } = identityNames(principal, own, account);
  return [
    ...carrier,
    {
      kind: carrier.length === 0 ? "source" : "passage",
      role: carrier.length === 0 ? "principal" : "identity",
      title: name,
      says: [
        ...(beside === null ? [] : [beside]),
        ...(carrier.length > 0 && carries !== null ? [`by ${carries}`] : []),
      ],
    },
    ...steps,
    {
      kind: "decides",
      role: "grant",
      title: allows[0] === undefined ? "Rights that were not read" : capital(statementWords(allows[0])),
      says: [
        ...(breadth === null ? [] : [`grants ${breadth}`]),
        ...(condition === null ? [] : [`only if ${condition}`]),
        ...(allows.length > 1 ? [`and ${count(allows.length - 1, "more statement")}`] : []),
        ...(textOf(grant["decision"]) === "unknown" ? ["not known for certain"] : []),
      ],
    },
    goal,
  ];
}

function statementWords(statement: JsonObject): string {
  return statementInWords({
    policy: textOf(statement["policy"]) ?? "a policy",
    statement: textOf(statement["statement"]) ?? "*",
    layer: textOf(statement["layer"]) ?? "",
    attachedTo: textOf(statement["attachedTo"]),
  });
}

/** What the grant is for: `28 firewalls and any other`, with the actions. */
function firewallsOf(grant: JsonObject): Stop | null {
  const actions = listOf(grant["actions"]);
  const resources = listOf(grant["resources"]);
  if (actions.count === 0 && resources.count === 0) return null;
  const ids = textsOf(grant["resources"]);
  // On Google Cloud a grant holds for all that lies in a project or folder, which need not have a firewall yet.
  const areHolders = ids.length > 0 && ids.every((id) => /^(?:projects|folders|organizations)\/[^/]+$/.test(id));
  const [first = "1 firewall"] = ids;
  const only = areHolders ? first.replace(/^projects\//, "") : lastPart(first);
  const many = areHolders ? `${inThousands(resources.count)} projects or folders` : count(resources.count, "firewall");
  const beyond = textOf(grant["otherResources"]);
  const others = beyond === "any" ? "any other" : beyond === "matching" ? "some others" : null;
  const named = resources.count === 0 ? null : resources.count === 1 ? only : many;
  const [action] = textsOf(grant["actions"]);
  return {
    kind: "goal",
    role: areHolders ? "firewalls of" : "firewalls",
    title: named === null ? capital(others ?? "firewalls") : others === null ? named : `${named} and ${others}`,
    says: [actions.count === 1 && action !== undefined ? action : count(actions.count, "action")],
  };
}

function lastPart(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1) || text;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
