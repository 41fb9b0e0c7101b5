import type { Remediation } from "../../src/model/finding.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import type { PublicAddressControl } from "../../src/providers/azure/controls.ts";
import { azCommand, groupAndName } from "../shared/azure-remediation.ts";
import { sentenceNameOf } from "../shared/words.ts";

const generalRemediation: Remediation = {
  console:
    "In the Azure portal, take the public IP address off what it is attached to, choose Upgrade to Standard SKU, give the interface or subnet a network security group that admits what it serves, and attach it again.",
  cli: ["az network public-ip update --resource-group GROUP --name ADDRESS --sku Standard --allocation-method Static"],
  terraform: 'Set sku = "Standard" and allocation_method = "Static" in the azurerm_public_ip.',
};

export const check: Check = {
  id: "azure-basic-public-ip",
  title: "No public IP address is of the Basic SKU",
  severity: "medium",
  subject: "network",
  clouds: ["azure"],
  rationale:
    "A Basic public address lets the whole internet in wherever no network security group stands before it; a Standard one stays closed until a group opens it. Microsoft retired the Basic SKU.",
  remediation: generalRemediation,
  attack: cloudFirewallAttack,
  controls: { "cis-azure-6.0": ["7.7"] },
  needs: { subjects: ["attachments"], context: [] },
  *judge({ azure }) {
    for (const address of azure?.publicAddresses ?? []) yield verdictOn(address);
  },
};

function verdictOn({ resource, sku, address, attachedTo }: PublicAddressControl): Verdict {
  const evidence = { sku, address, attachedTo };
  if (sku === "standard") return { status: "pass", resource };
  const name = sentenceNameOf(resource);
  if (sku === "unknown") {
    return {
      status: "unknown",
      resource,
      message: `${name} names no SKU that Azure documents, Basic or Standard: whether it is open without a network security group is not known.`,
      evidence,
    };
  }
  const where = attachedTo === null ? "is attached to nothing yet" : `is attached to ${attachedTo}`;
  const cli = [
    azCommand(
      resource,
      "network",
      "public-ip",
      "update",
      ...groupAndName(resource),
      "--sku",
      "Standard",
      "--allocation-method",
      "Static",
    ),
  ];
  return {
    status: "fail",
    resource,
    message: `${name} is of the Basic SKU, open to the internet wherever no network security group stands before it; it ${where}.`,
    evidence,
    remediation: { ...generalRemediation, cli },
  };
}
