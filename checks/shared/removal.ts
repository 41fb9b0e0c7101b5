import type { Grant } from "../../src/identity/estate.ts";
import type { Principal } from "../../src/identity/principal.ts";
import type { Remediation } from "../../src/model/finding.ts";
import { remediationOn, type Check } from "../../src/scan/check.ts";

/** Ways to take a right away that one finding tells. */
const removalsTold = 3;

/**
 * The smallest changes that take away what some grants give, with the real ids; without a command of its own the check's general ones hold.
 * @param also whether listing the principal as expected settles the finding too
 */
export function removalOf(
  check: Pick<Check, "remediation">,
  principal: Principal,
  grants: readonly Grant[],
  also: "expect" | "only",
): Remediation {
  const texts = [...new Set(grants.map(({ removal }) => removal.text))];
  const cli = [...new Set(grants.flatMap(({ removal }) => removal.cli))];
  const general = remediationOn(check, principal.resource.cloud);
  const rest = texts.length - removalsTold;
  const more = rest > 0 ? [`The evidence tells ${rest} more.`] : [];
  const expect =
    also === "expect"
      ? [`Where it is meant to be so, list ${principal.id} under expected in rampart.yaml, with a reason.`]
      : [];
  return {
    console: [...texts.slice(0, removalsTold), ...more, ...expect].join(" "),
    cli: cli.length > 0 ? cli : general.cli,
    terraform: general.terraform,
  };
}
