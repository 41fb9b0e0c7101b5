import type { Json, Remediation } from "../../src/model/finding.ts";
import type { Rule } from "../../src/network/filter.ts";
import type { RuleVerdict } from "../../src/network/verdicts.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { removeRules } from "../shared/remediation.ts";
import { impliedByOthers, rulesWorth, type RuleWorth, type Supporter } from "../shared/rule-worth.ts";
import { brief, nameOf, ruleEvidence, ruleName, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "redundant-rule",
  title: "Every firewall rule decides something that no other rule decides alike",
  severity: "low",
  subject: "rule",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "A rule that changes nothing hides the ones that do: removing it closes nothing, and whoever believes that it did has left the way open.",
  remediation: {
    console:
      "Delete the rule; or, where one of the rules that say the same is wider than was meant, delete that one and keep this.",
    cli: [
      "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE",
      "aws ec2 delete-network-acl-entry --network-acl-id ACL --ingress --rule-number NUMBER",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
      "gcloud compute firewall-rules delete RULE --project=PROJECT",
      "gcloud compute network-firewall-policies rules delete PRIORITY --firewall-policy=POLICY --global-firewall-policy --project=PROJECT",
    ],
    terraform: {
      aws: "Remove the aws_vpc_security_group_ingress_rule or aws_network_acl_rule.",
      azure: "Remove the azurerm_network_security_rule.",
      gcp: "Remove the google_compute_firewall, or the firewall policy's rule.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls", "subnet-firewalls", "attachments"], context: [] },
  *judge({ network }) {
    const elsewhere = impliedByOthers(network);
    for (const worth of rulesWorth(network.firewalls)) yield verdictOn(worth, elsewhere.get(worth.rule));
  },
};

/** How a rule is redundant within its own list. */
type Redundancy = Extract<RuleVerdict, { readonly kind: "redundant" | "implied" }>;

function isRedundancy(verdict: RuleVerdict): verdict is Redundancy {
  return verdict.kind === "redundant" || verdict.kind === "implied";
}

function verdictOn(worth: RuleWorth, supporters: readonly Supporter[] | undefined): Verdict {
  const { firewall, direction, rule, verdict, perhaps, missing, loadBearing } = worth;
  const { resource } = firewall;
  const found = [verdict, ...perhaps].find(isRedundancy);
  if (found !== verdict && supporters !== undefined) return elsewhereVerdict(worth, supporters);
  if (found === undefined || handsOnAnyway(rule, found)) return { status: "pass", resource };
  const isSure = found === verdict;
  const evidence: Readonly<Record<string, Json>> = {
    direction,
    rules: ruleEvidence([rule]),
    coveredBy: ruleEvidence(found.by),
    byDefault: found.kind === "redundant" && found.reach === "live" && found.byDefault,
    loadBearingDenies: ruleEvidence(loadBearing),
    ...(isSure ? {} : { missing: [...missing] }),
  };
  const about = { resource, discriminator: rule.key, evidence };
  if (!isSure) {
    const message = `Whether ${direction} ${ruleName(rule, direction)} of ${nameOf(resource)} changes anything is not known: ${brief(missing, 3)}.`;
    return { status: "unknown", ...about, message };
  }
  return {
    status: "fail",
    ...about,
    message: `${sentenceNameOf(resource)} would do the same without its ${direction} ${ruleName(rule, direction)}: ${reasonFor(found, direction)}.`,
    ...removal(worth, found.by),
  };
}

/** Consoles write rules that hand on what would be handed on anyway, for people to put others before and after them. */
function handsOnAnyway({ action }: Rule, found: Redundancy): boolean {
  return action === "next" && found.kind === "redundant" && found.by.length === 0;
}

/** The rule that covers it may be the one that is too wide: then this is the one to keep. */
function removal(
  { firewall, direction, rule }: RuleWorth,
  by: readonly Rule[],
): { readonly remediation?: Remediation } {
  const { remediation } = removeRules(firewall, [rule], direction);
  if (remediation === undefined) return {};
  if (by.length === 0) return { remediation };
  const named = brief(
    by.map((each) => ruleName(each, direction)),
    2,
  );
  const instead = `Where ${named} is wider than was meant, delete that instead, and keep this rule.`;
  return { remediation: { ...remediation, console: `${remediation.console} ${instead}` } };
}

function reasonFor(found: Redundancy, direction: "ingress" | "egress"): string {
  const by = brief(
    found.by.map((each) => ruleName(each, direction)),
    3,
  );
  if (found.kind === "implied") return `everything it allows is allowed by ${by} too`;
  if (found.reach === "dead") return `everything it matches is decided alike before by ${by}`;
  const defaults = found.byDefault ? ["what the list does where no rule matches"] : [];
  return `everything it decides would be decided alike by ${[...(by === "" ? [] : [by]), ...defaults].join(" and ")}`;
}

function elsewhereVerdict(worth: RuleWorth, supporters: readonly Supporter[]): Verdict {
  const { firewall, direction, rule } = worth;
  const { resource, attachments } = firewall;
  const by = supporters.map((each) => `${ruleName(each.rule, direction)} of ${nameOf(each.firewall.resource)}`);
  return {
    status: "fail",
    resource,
    discriminator: rule.key,
    message:
      `${sentenceNameOf(resource)} adds nothing by its ${direction} ${ruleName(rule, direction)}: wherever the scan saw the group attached, ` +
      `everything the rule allows is allowed by ${brief(by, 3)} too.`,
    evidence: {
      direction,
      rules: ruleEvidence([rule]),
      coveredBy: ruleEvidence(supporters.map((each) => each.rule)),
      coveredByFirewalls: [...new Set(supporters.map((each) => each.firewall.resource.id))],
      attachments: attachments.length,
    },
    ...removal(
      worth,
      supporters.map((each) => each.rule),
    ),
  };
}
