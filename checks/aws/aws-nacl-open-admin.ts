import { includesL4, subtractL4, type L4Set } from "../../src/network/l4.ts";
import { l4OfServices, servicesIn } from "../../src/network/port-groups.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { briefPorts, eachPart, l4Of, openToInternet, verdictOf } from "../shared/open-ports.ts";
import { brief, sentenceNameOf } from "../shared/words.ts";

export const check: Check = {
  id: "aws-nacl-open-admin",
  title: "No network ACL lets the internet in on a remote-administration port",
  severity: "medium",
  subject: "firewall",
  clouds: ["aws"],
  rationale:
    "A network ACL is the second line behind security groups: where it is open as well, one careless group rule is all that stands between " +
    "the internet and a login prompt.",
  remediation: {
    console:
      "In the VPC console, open Network ACLs, choose the ACL, then Edit inbound rules: replace the rule that lets everything in by rules for what its subnets serve.",
    cli: ["aws ec2 delete-network-acl-entry --network-acl-id ACL --ingress --rule-number NUMBER"],
    terraform: "Name ports and a narrower cidr_block in the aws_network_acl_rule, or remove it.",
  },
  attack: cloudFirewallAttack,
  controls: { "aws-security-hub": ["EC2.21"], "cis-aws-7.0": ["6.2"] },
  needs: { subjects: ["subnet-firewalls"], context: [] },
  *judge({ network }, { adminPorts, internetShare }) {
    const interest = l4OfServices(adminPorts);
    const names = (l4: L4Set): readonly string[] => servicesIn(adminPorts, l4).map(({ name }) => name);
    const what = (l4: L4Set): string =>
      includesL4(l4, interest) ? "every remote-administration port" : `${brief(names(l4), 4)} (${briefPorts(l4)})`;
    for (const acl of network.firewalls.filter(({ resource }) => resource.type === "aws:ec2:network-acl")) {
      const { resource, isDefault, attachments } = acl;
      const name = `${sentenceNameOf(resource)}${isDefault ? ", the default of its VPC," : ""}`;
      const subnets = attachments.length === 1 ? "1 subnet" : `${attachments.length} subnets`;
      const verdict = verdictOf(acl, "ingress", openToInternet(acl.ingress, interest, internetShare), {
        fails: (opening) => `${name} lets in ${eachPart(opening, what)}, for ${subnets}.`,
        unknown: (opening) =>
          `${name} may let in ${what(l4Of(opening))} from the internet: ${brief(opening.missing, 3)}.`,
        evidence: (opening) => ({
          services: names(l4Of(opening)),
          isDefault,
          alsoAdmits: opening.rules.map(({ id, l4 }) => ({ rule: id, traffic: briefPorts(subtractL4(l4, interest)) })),
        }),
      });
      yield withCaution(verdict);
    }
  },
};

/** An entry that lets everything in lets in what is wanted too; whoever deletes it without a replacement cuts that off at once. */
function withCaution(verdict: Verdict): Verdict {
  if (verdict.status !== "fail" || verdict.remediation === undefined) return verdict;
  const { remediation } = verdict;
  const caution =
    "First add rules, with numbers of their own, for what the subnets serve and for replies to what they ask for (TCP 1024-65535): an ACL keeps " +
    "no connections, and closing a port cuts the ones that are open.";
  return { ...verdict, remediation: { ...remediation, console: `${remediation.console} ${caution}` } };
}
