import type { Json } from "../../src/model/finding.ts";
import { cloudFirewallAttack, type Check } from "../../src/scan/check.ts";
import { removeRules } from "../shared/remediation.ts";
import { rulesWorth } from "../shared/rule-worth.ts";
import { brief, nameOf, ruleEvidence, ruleName, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "shadowed-rule",
  title: "No firewall rule is overruled by the rules before it",
  severity: "low",
  subject: "rule",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "Whoever wrote a rule that earlier rules overrule believes in something that is not so: a block that blocks nothing, or a way in that is " +
    "closed until someone tidies up above it.",
  remediation: {
    console: "Give the rule a place before the rules that overrule it, if it is meant to hold; delete it otherwise.",
    cli: [
      "aws ec2 delete-network-acl-entry --network-acl-id ACL --ingress --rule-number NUMBER",
      "az network nsg rule delete --resource-group GROUP --nsg-name NSG --name RULE",
      "gcloud compute firewall-rules delete RULE --project=PROJECT",
      "gcloud compute network-firewall-policies rules delete PRIORITY --firewall-policy=POLICY --global-firewall-policy --project=PROJECT",
    ],
    terraform: {
      aws: "Give the aws_network_acl_rule a lower rule_number, or remove it.",
      azure: "Give the azurerm_network_security_rule a lower priority number, or remove it.",
      gcp: "Give the google_compute_firewall, or the firewall policy's rule, a lower priority number, or remove it.",
    },
  },
  attack: cloudFirewallAttack,
  controls: {},
  needs: { subjects: ["firewalls", "subnet-firewalls"], context: [] },
  *judge({ network }) {
    for (const { firewall, direction, rule, verdict, perhaps, missing, loadBearing } of rulesWorth(network.firewalls)) {
      const { resource } = firewall;
      const found = [verdict, ...perhaps].find((each) => each.kind === "shadowed");
      if (found === undefined) {
        yield { status: "pass", resource };
        continue;
      }
      const what = ruleName(rule, direction);
      const by = found.by.map((each) => ruleName(each, direction));
      const isSure = found === verdict;
      const evidence: Readonly<Record<string, Json>> = {
        direction,
        rules: ruleEvidence([rule]),
        shadowedBy: ruleEvidence(found.by),
        loadBearingDenies: ruleEvidence(loadBearing),
        ...(isSure ? {} : { missing: [...missing] }),
      };
      const about = { resource, discriminator: rule.key, evidence };
      if (!isSure) {
        yield {
          status: "unknown",
          ...about,
          message: `Whether ${direction} ${what} of ${nameOf(resource)} is overruled by ${brief(by, 3)} is not known: ${brief(missing, 3)}.`,
        };
        continue;
      }
      const { remediation } = removeRules(firewall, [rule], direction);
      const place = `If the rule is meant to hold, give it a place before ${brief(by, 3)} instead: it has no effect where it stands.`;
      yield {
        status: "fail",
        ...about,
        message: `${sentenceNameOf(resource)} never gets to its ${direction} ${what}: everything it matches is decided before by ${brief(by, 3)}, and not as it says.`,
        ...(remediation === undefined
          ? {}
          : { remediation: { ...remediation, console: `${remediation.console} ${place}` } }),
      };
    }
  },
};
