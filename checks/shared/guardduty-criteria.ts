import { parseCidr, unionAddresses } from "../../src/network/addresses.ts";
import { isInternetWide } from "../../src/network/width.ts";
import type { ThreatDetectionFilter } from "../../src/providers/aws/controls.ts";

/** The conditions of one criterion: values by operator. */
type Conditions = Readonly<Record<string, readonly string[]>>;

/** How many single finding types a rule may name and still count as narrow: more is a family written out. */
const typeLimit = 10;

/** Operators that say what a finding must be. The others say what it must not be, or give a range. Older names beside today's. */
const positiveOperators = new Set(["eq", "equals", "matches"]);

/**
 * Fields that name one thing: a resource, an actor, an address. The field names are those of CreateFilter.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateFilter.html
 */
const thingField =
  /(?:^|\.)(?:id|arn|uid|name|value|hash|domain|api|image|role|user|username|group|groups|database|key)$|(?:Id|Ids|Arn|Name|Identifier|Ip|IpAddress|Addresses|ipAddressV[46]|Path|Sha256)$/;

/** Fields that look as if they named one thing and name a kind: a whole account, a service, a country, every resource with some tag. */
const kindField = /^accountId$|(?:^|\.)(?:detectorId|serviceName|featureName|portName|cityName|countryName|tags\.key)$/;

/**
 * The criteria that keep a suppression rule to something in particular. All criteria of a rule must hold, so one is enough; a rule without
 * any archives a whole class of findings. A criterion narrows when it says what a finding must be, and names only
 * - finding types, each in full (purpose, resource, family; no wildcard), at most {@link typeLimit} of them; or
 * - things: values of a field that names one resource, actor or address, of which no pattern matches just anything
 *   and the address ranges together are not the internet.
 *
 * @param internetShare share (0 to 1) of globally routable space from which an address range is the internet
 */
export function narrowingFields(
  criteria: NonNullable<ThreatDetectionFilter["criteria"]>,
  internetShare: number,
): readonly string[] {
  return Object.entries(criteria)
    .filter(([field, conditions]) => {
      if (field === "type") return namesTypes(conditions);
      return thingField.test(field) && !kindField.test(field) && namesThings(conditions, internetShare);
    })
    .map(([field]) => field);
}

/** A whole finding type, `Recon:EC2/PortProbeUnprotectedPort`. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html */
const findingType = /^[^:/*?]+:[^:/*?]+\/[^*?]+$/;

function namesTypes(conditions: Conditions): boolean {
  return positiveValues(conditions).some(
    (values) => values.length > 0 && values.length <= typeLimit && values.every((value) => findingType.test(value)),
  );
}

function namesThings(conditions: Conditions, internetShare: number): boolean {
  return positiveValues(conditions).some(
    (values) =>
      values.length > 0 &&
      values.every(namesThing) &&
      // Measured together: fifty ranges, each of them small, are the internet too.
      !isInternetWide(unionAddresses(values.flatMap((value) => parseCidr(value) ?? [])), internetShare),
  );
}

function namesThing(value: string): boolean {
  if (!/[*?]/.test(value)) return value !== "";
  // `i-*`, `arn:aws:iam::*` and `*a*` match whatever there is; four letters or digits of its own make a pattern somebody's.
  return ownText(value).replaceAll(/[^0-9A-Za-z]/g, "").length >= 4;
}

/** A pattern without what every id of its kind begins with: `arn:aws:iam::111122223333:role/`, `subnet-`, `AKIA`. */
function ownText(pattern: string): string {
  if (!pattern.startsWith("arn:")) return pattern.replace(/^(?:subnet-|A(?:KI|SI|RO|ID)A)/, "");
  const [, , service, , , ...resource] = pattern.split(":");
  // An S3 ARN begins with the bucket's name; the others with the kind of resource.
  return service === "s3" ? resource.join(":") : resource.join(":").replace(/^[a-z-]+[/:]/, "");
}

/** The conditions of one criterion all hold together, so each is looked at by itself. */
function positiveValues(conditions: Conditions): readonly (readonly string[])[] {
  return Object.entries(conditions)
    .filter(([operator]) => positiveOperators.has(operator.toLowerCase()))
    .map(([, values]) => values);
}

/** Criteria in words: `severity Gte 1, type Matches Recon:*`. */
export function describeCriteria(criteria: NonNullable<ThreatDetectionFilter["criteria"]>): string {
  return Object.entries(criteria)
    .flatMap(([field, conditions]) =>
      Object.entries(conditions).map(([operator, values]) => {
        const shown = values.slice(0, 3).join(" or ");
        const more = values.length > 3 ? ` or ${values.length - 3} more` : "";
        return `${field} ${operator} ${shown}${more}`;
      }),
    )
    .join(", ");
}
