import type { KeyLevel, KeyWords, Vocabulary } from "../../../../identity/bind.ts";
import type { Match } from "../../../../identity/condition.ts";
import type { Control } from "../../../../identity/estate.ts";
import { openFact, type Fact } from "../../../../identity/facts.ts";
import type { Globs } from "../../../../identity/glob.ts";

/** What is known of a key that holds for every request. */
interface KnownKey {
  readonly name: string;
  readonly level: KeyLevel;
  readonly control: Control;
  readonly presence: "always" | "maybe" | "never";
  /** True or false, and what each means. */
  readonly sense?: { readonly yes: string; readonly no: string };
  /** What goes before its values. */
  readonly lead?: string;
}

const key = (
  name: string,
  level: KeyLevel,
  control: Control,
  presence: KnownKey["presence"] = "maybe",
  more: Pick<KnownKey, "sense" | "lead"> = {},
): readonly [string, KnownKey] => [name.toLowerCase(), { name, level, control, presence, ...more }];

/**
 * Global condition keys. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * Keys of the principal, the resource and the action are filled in where those are known.
 */
const known: ReadonlyMap<string, KnownKey> = new Map([
  // Who asks.
  key("aws:PrincipalArn", "principal", "authentication", "always"),
  key("aws:PrincipalAccount", "principal", "authentication", "always"),
  key("aws:PrincipalOrgID", "principal", "authentication"),
  key("aws:PrincipalOrgPaths", "principal", "authentication"),
  key("aws:PrincipalType", "principal", "authentication", "always"),
  key("aws:PrincipalIsAWSService", "principal", "authentication", "always", {
    sense: { yes: "by an AWS service itself", no: "not by an AWS service itself" },
  }),
  key("aws:PrincipalServiceName", "principal", "authentication"),
  key("aws:PrincipalServiceNamesList", "principal", "authentication"),
  key("aws:username", "principal", "authentication"),
  key("aws:userid", "principal", "authentication", "always"),
  key("aws:SourceAccount", "principal", "authentication"),
  key("aws:SourceArn", "principal", "authentication"),
  key("aws:SourceOrgID", "principal", "authentication"),
  key("aws:SourceOrgPaths", "principal", "authentication"),
  key("aws:FederatedProvider", "principal", "authentication"),
  key("aws:AssumedRoot", "principal", "authentication"),
  key("aws:ChatbotSourceArn", "principal", "authentication"),
  key("identitystore:UserId", "principal", "authentication"),
  key("identitystore:IdentityStoreArn", "principal", "authentication"),
  // How the session came about.
  key("aws:MultiFactorAuthPresent", "request", "authentication", "maybe", {
    sense: { yes: "with MFA", no: "without MFA" },
  }),
  key("aws:MultiFactorAuthAge", "request", "authentication"),
  key("aws:TokenIssueTime", "principal", "authentication"),
  key("aws:SourceIdentity", "request", "authentication"),
  key("aws:SignInSessionArn", "request", "authentication"),
  key("ec2:RoleDelivery", "request", "authentication"),
  key("ec2:SourceInstanceARN", "request", "authentication"),
  key("lambda:SourceFunctionArn", "request", "authentication"),
  key("glue:CredentialIssuingService", "request", "authentication"),
  key("sts:ExternalId", "request", "authentication", "maybe", { lead: "with the external id" }),
  key("sts:RoleSessionName", "request", "caller", "maybe", { lead: "with the session name" }),
  key("sts:SourceIdentity", "request", "caller"),
  key("sts:TransitiveTagKeys", "request", "caller"),
  key("sts:DurationSeconds", "request", "caller"),
  // Where it comes from.
  key("aws:SourceIp", "request", "network", "maybe", { lead: "from" }),
  key("aws:VpcSourceIp", "request", "network", "maybe", { lead: "from the VPC addresses" }),
  key("aws:SourceVpc", "request", "network", "maybe", { lead: "from the VPC" }),
  key("aws:SourceVpce", "request", "network", "maybe", { lead: "through the VPC endpoint" }),
  key("aws:SourceVpcArn", "request", "network"),
  key("aws:VpceAccount", "request", "network"),
  key("aws:VpceOrgID", "request", "network"),
  key("aws:VpceOrgPaths", "request", "network"),
  key("aws:Ec2InstanceSourceVpc", "request", "network"),
  key("aws:Ec2InstanceSourcePrivateIPv4", "request", "network"),
  // When.
  key("aws:CurrentTime", "request", "time", "always", { lead: "at a time" }),
  key("aws:EpochTime", "request", "time", "always", { lead: "at a time" }),
  // What the caller chooses.
  key("aws:SecureTransport", "request", "caller", "always", {
    sense: { yes: "over TLS", no: "without TLS" },
  }),
  key("aws:ViaAWSService", "request", "caller", "always", {
    sense: { yes: "through an AWS service", no: "not through an AWS service" },
  }),
  key("aws:CalledVia", "request", "caller", "maybe", { lead: "through" }),
  key("aws:CalledViaFirst", "request", "caller", "maybe", { lead: "through" }),
  key("aws:CalledViaLast", "request", "caller", "maybe", { lead: "through" }),
  key("aws:IsMcpServiceAction", "request", "caller"),
  key("aws:UserAgent", "request", "caller"),
  key("aws:Referer", "request", "caller"),
  key("aws:RequestedRegion", "resource", "caller", "always", { lead: "in the Region" }),
  key("aws:TagKeys", "action", "caller"),
  // What is asked about.
  key("aws:ResourceAccount", "resource", "resource", "always"),
  key("aws:ResourceOrgID", "resource", "resource"),
  key("aws:ResourceOrgPaths", "resource", "resource"),
  key("ec2:Region", "action", "caller", "maybe", { lead: "in the Region" }),
  key("ec2:Vpc", "action", "resource", "maybe", { lead: "in the VPC" }),
  key("iam:PassedToService", "action", "caller", "maybe", { lead: "passed to" }),
  key("iam:AssociatedResourceArn", "action", "caller"),
  key("iam:PolicyARN", "action", "caller", "maybe", { lead: "for the policy" }),
  key("iam:PermissionsBoundary", "action", "caller", "maybe", { lead: "with the permissions boundary" }),
  key("iam:AWSServiceName", "action", "caller", "maybe", { lead: "for the service" }),
]);

/** Keys with a part that the policy's author chooses, by what stands before it. */
const families: readonly (readonly [prefix: string, level: KeyLevel, control: Control])[] = [
  ["aws:principaltag/", "principal", "tag"],
  ["aws:resourcetag/", "resource", "tag"],
  ["aws:requesttag/", "action", "caller"],
];

/** How far ahead a date counts as open: what a policy allows only after that is nothing today, what it allows until then is allowed. */
const horizonSeconds = 10 * 365 * 24 * 3600;

/**
 * What is known of AWS's condition keys at a point in time. Names fold case: `aws:sourceip` is `aws:SourceIp`.
 * @param now when the records were read, in seconds since 1970: whatever a policy says of dates long past or far ahead is settled by it
 */
export function awsKeys(now: number, globs: Globs): Vocabulary {
  const truth: Match = {
    kind: "text",
    anyOf: ["true", "false"].map((text) => ({ kind: "glob", glob: globs.literal(text, true) })),
  };
  const span = { first: now, last: now + horizonSeconds };
  const times: readonly Match[] = [
    { kind: "time", anyOf: [span] },
    { kind: "number", anyOf: [{ first: span.first * 1000, last: span.last * 1000 }] },
  ];
  const facts = new Map<string, Fact>();

  const fact = (name: string): Fact => {
    const remembered = facts.get(name);
    if (remembered !== undefined) return remembered;
    const { presence, control, sense } = describe(name);
    const made: Fact = {
      presence,
      values: null,
      within: control === "time" ? times : sense === undefined ? [] : [truth],
      except: [],
      missing: null,
      control,
    };
    facts.set(name, made);
    return made;
  };

  return {
    level: (name) => describe(name).level,
    fact,
    words: (name): KeyWords => {
      const { name: text, control, lead = null, sense = null } = describe(name);
      return { name: text, control, lead, sense };
    },
  };
}

function describe(name: string): KnownKey {
  const exact = known.get(name);
  if (exact !== undefined) return exact;
  for (const [prefix, level, control] of families) {
    if (name.startsWith(prefix)) return { name, level, control, presence: "maybe" };
  }
  // Keys that Rampart does not know: of a service, or new. They may hold anything, or not be there.
  const { control, presence } = openFact(name.includes("resourcetag/") ? "tag" : "unknown");
  return { name, level: name.startsWith("aws:") ? "request" : "action", control, presence };
}
