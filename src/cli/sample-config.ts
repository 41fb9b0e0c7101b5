import { changersOf, escalationOf, strongest, type Changer } from "../../checks/shared/firewall-changers.ts";
import { jsonText } from "../../reports/escape/json.ts";
import { terminalText } from "../../reports/escape/terminal.ts";
import type { IdentityEstate } from "../identity/estate.ts";
import { compareTexts } from "../scan/order.ts";
import type { FoundCloud } from "./found-clouds.ts";

/** Someone who can change firewalls today, as the list of expected principals takes it. */
export interface Proposal {
  /** The principal's own id. Untrusted. */
  readonly principal: string;
  /** What people call it, where the id does not tell; null where it does. Untrusted. */
  readonly called: string | null;
  /** Why it should be looked at before it is listed; null for those who are listed. Holds untrusted text. */
  readonly doubt: string | null;
}

/**
 * Who can change firewalls, in the order of their ids. Listed are the identities that can by their own rights: what nobody may have meant (a way round by
 * escalation, somebody from outside, an answer that rests on something unread) is told with the reason. Who is never judged need not be listed.
 */
export function proposalsFor(identity: IdentityEstate): readonly Proposal[] {
  return changersOf(identity)
    .filter(({ direct, reached }) => direct.length + reached.length > 0)
    .filter(({ principal, direct }) => isOutsider(principal) || direct.length > 0 || principal.kind !== "federated")
    .map((changer) => ({
      principal: changer.principal.id,
      called: calledOf(changer),
      doubt: doubtOf(changer),
    }))
    .toSorted((a, b) => compareTexts(a.principal, b.principal));
}

function isOutsider({ home }: Changer["principal"]): boolean {
  return home !== "own";
}

/** On AWS and Google Cloud ids tell names; on Azure they are numbers. */
function calledOf({ principal: { id, names, resource } }: Changer): string | null {
  const name = names[0] ?? resource.name;
  return resource.cloud !== "azure" || name === null || id.includes(name) ? null : name;
}

function doubtOf(changer: Changer): string | null {
  const { principal, direct } = changer;
  if (principal.home === "outside")
    return "from outside the organization: firewall-admin-from-outside tells how it gets in";
  if (principal.home === "unknown") return "whether it belongs to the organization is not known";
  const [escalation] = escalationOf(changer).grants;
  if (escalation !== undefined) {
    const steps = escalation.path.map(({ says }) => says).join(", then ");
    return `by escalation (it ${steps}): firewall-admin-by-escalation tells how`;
  }
  const { decision, grants } = strongest(direct);
  return decision === "unknown"
    ? `whether it can is not known: ${grants[0]?.missing[0] ?? "something was not read"}`
    : null;
}

/** What the list is introduced with, and its entries; those in doubt are comments. `day` is `YYYY-MM-DD`. */
function expectedLines(proposals: readonly Proposal[], day: string): readonly string[] {
  const listed = proposals.filter(({ doubt }) => doubt === null);
  const doubtful = proposals.filter(({ doubt }) => doubt !== null);
  return [
    // A key without entries would be no list.
    listed.length === 0 ? "expected: []" : "expected:",
    ...listed.flatMap(({ principal, called }) => {
      const entry = entryLines(principal, `as found on ${day}; review`, "  ");
      return called === null ? entry : [`  # ${terminalText(called, true)}`].concat(entry);
    }),
    ...(doubtful.length === 0
      ? []
      : [
          "",
          "  # Left out, each for the reason above it. To expect one all the same, take the # off and give a reason.",
        ]),
    ...doubtful.flatMap(({ principal, called, doubt }) =>
      [`  # ${called === null ? "" : `${terminalText(called, true)}: `}${terminalText(doubt ?? "", true)}`].concat(
        entryLines(principal, "...", "  # "),
      ),
    ),
  ];
}

function entryLines(principal: string, reason: string, indent: string): readonly string[] {
  return [`${indent}- principal: ${quoted(principal)}`, `${indent}  reason: ${quoted(reason)}`];
}

/** Text in double quotes, as YAML takes it from JSON; nothing in it can end the line. */
function quoted(text: string): string {
  return jsonText(text).trimEnd();
}

const head = `# What Rampart judges by, and how it runs. Found as rampart.yaml, rampart.yml or .github/rampart.yaml in the working directory, or
# named with --config. Every option of the command line can stand here under its camel-case name; flags and RAMPART_* variables outrank it.
`;

const expectedHead = `# Who may change firewalls (MITRE ATT&CK M1047): everyone else who can is a finding of unexpected-firewall-admin, firewall-admin-by-escalation or
# firewall-admin-from-outside. A pattern over the principal's own id, in which * and ? are wildcards: the ARN on AWS, the object id or user principal name
# on Azure, the member with its kind on Google Cloud. Whoever is from outside the organization has to be named by the whole id. The reason has to be
# there; owner, ticket and expires (the last day on which it counts) may be.
`;

const expectedSample = `# expected:
#   - principal: "arn:aws:iam::*:role/network-admin"
#     reason: network team
#     owner: network@example.com
#     ticket: NET-42
#     expires: 2027-12-31
#   - principal: "*@netops.example.com"
#     reason: network team, by user principal name
#   - principal: "serviceAccount:network@*.iam.gserviceaccount.com"
#     reason: the network team's pipelines
`;

const judgementSample = `# Ports that are meant to be public. Default: 80 and 443.
# publicPorts: [80, 443, udp/443]

# Ports that count as remote administration and as data stores, beside the built-in ones.
# adminPorts: [tcp/9443]
# dataPorts: [tcp/8123]

# The share of globally routable addresses from which sources count as the internet. Default: 1/256.
# internetShare: 0.00390625

# A public range wider than this is a wide source.
# wideSource: { ipv4: 16, ipv6: 32 }
`;

const runSample = `# Findings of this severity or graver make a scan exit with 1: critical, high, medium, low or none.
# failOn: high

# Checks to run, or to leave out.
# check: ["exposed-*"]
# skip: ["unlogged-firewall"]
`;

const acceptedSample = `# Findings that are accepted. All fields given must match; * and ? are wildcards, and resource is held against id, name and ARN. Beside these there are
# region, cloud, finding (an id of the JSON report) and tags. The reason has to be there. What has ended brings its findings back. More of them can
# stand in files of their own, under the same key: suppressionFile: [accepted.yaml].
# suppressions:
#   - check: open-admin-rule
#     resource: sg-0123456789abcdef0
#     account: "111122223333"
#     reason: honeypot, watched
#     owner: blue-team@example.com
#     ticket: SEC-7
#     expires: 2027-12-31

# A tag by which whoever owns a resource may silence checks: its value names them. Off unless it is named here, for whoever may tag a resource could then
# silence the scanner.
# suppressByTag: rampart-suppress
`;

const otherTargets: Readonly<Record<FoundCloud["name"], string>> = {
  AWS: `# organization: true
# role: SecurityAudit
# region: [eu-west-1, us-east-1]
`,
  Azure: `# managementGroup: [production]
`,
  "Google Cloud": `# organizationId: "123456789012"
`,
};
const sampleTargets: Readonly<Record<FoundCloud["key"], string>> = {
  profile: "audit",
  subscription: "production",
  project: "example-project",
};

/** What to scan on one cloud, with what this machine knows of it. */
function targetSample({ name, found, key, values }: FoundCloud): string {
  const listed = (values.length === 0 ? [sampleTargets[key]] : values).map(quoted).join(", ");
  return `# What to scan on ${name}. ${found === null ? "No sign-in was found on this machine." : `Found on this machine: ${found}.`}
# ${key}: [${listed}]
${otherTargets[name]}`;
}

/**
 * The text of a rampart.yaml that explains itself. Nothing is set in it but the list of expected principals, where one is given.
 * @param day `YYYY-MM-DD`: when the proposals were found
 * @param schema where the JSON Schema for editors is
 */
export function sampleConfig(
  proposals: readonly Proposal[] | null,
  day: string,
  found: readonly FoundCloud[],
  schema: string,
): string {
  const expected = proposals === null ? expectedSample : `${expectedLines(proposals, day).join("\n")}\n`;
  return [
    `# yaml-language-server: $schema=${schema}\n${head}`,
    `${expectedHead}${expected}`,
    acceptedSample,
    judgementSample,
    runSample,
    ...found.map(targetSample),
  ].join("\n");
}
