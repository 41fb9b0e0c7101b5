import type { Json } from "../../../model/finding.ts";
import type { VendorObject } from "../../../snapshot/record.ts";

/**
 * A Region's name, as a whole word: `us-east-1`, `us-gov-west-1`, `us-isob-east-1`, `eusc-de-east-1`.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
const regionWord =
  "(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-(?:gov|de|iso[a-z]?))?-(?:central|(?:north|south)?(?:east|west)|north|south)-\\d{1,2}";

const wholeRegion = new RegExp(`^${regionWord}$`, "u");
const regionInText = new RegExp(`(?<![a-z0-9])${regionWord}(?![0-9])`, "gu");
const zone = new RegExp(`^(${regionWord})(?:[a-z]|-[a-z0-9-]+)$`, "u");
const accountWord = /(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/gu;

/** An Amazon Resource Name, cut up. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export interface Arn {
  readonly service: string;
  /** Empty for global resources. */
  readonly region: string;
  /** Empty, `aws` or twelve digits. */
  readonly account: string;
  /** Everything that follows the account. */
  readonly resource: string;
}

/** Cuts up an ARN; null when the text is none. */
export function parseArn(text: string): Arn | null {
  const [, service, region, account, resource] = /^arn:[^:]+:([^:]*):([^:]*):([^:]*):(.*)$/su.exec(text) ?? [];
  if (service === undefined || region === undefined || account === undefined || resource === undefined) {
    return null;
  }
  return { service, region, account, resource };
}

/** Whether the text is a Region's name. */
export function isRegion(text: string): boolean {
  return wholeRegion.test(text);
}

/** Whether the text is an account id: twelve digits. */
export function isAccount(text: string): boolean {
  return /^\d{12}$/u.test(text);
}

/** The only Region that a folder or file name holds as a word of its own; null when it holds none or several. */
export function regionInName(name: string): string | null {
  return only(name.matchAll(regionInText).map(([region]) => region));
}

/** The only account id that a folder or file name holds as a word of its own; null when it holds none or several. */
export function accountInName(name: string): string | null {
  return only(name.matchAll(accountWord).map(([account]) => account));
}

/** A file's name without what says that it holds JSON. */
export function withoutSuffix(name: string): string {
  return name.replace(/\.json$/u, "");
}

/** Whether twelve digits may as well be a time, YYYYMMDDhhmm, as in the name of a folder that a cron job made. */
export function mayBeTime(digits: string): boolean {
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d$/u.test(digits);
}

/**
 * The Region of an Availability Zone (`us-east-1f`), Local Zone (`us-west-2-lax-1a`) or Wavelength Zone (`us-east-1-wl1-bos-wlz-1`);
 * null for anything else. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
export function regionOfZone(text: string): string | null {
  return zone.exec(text)?.[1] ?? null;
}

/** What one item of an answer says about where it comes from. */
export interface Clues {
  /** The Region its Availability Zones or its own ARN name; null when it names none, or several. */
  readonly region: string | null;
  /** The account in its own ARN or its OwnerId; null when it names none, or several. */
  readonly owner: string | null;
  /** Ids of EC2 resources it mentions, which other items may mention too. */
  readonly ids: readonly string[];
}

/** Ids that stay within one Region. Not peering connections and transit gateway attachments, which cross Regions. */
const localId = /^(?:vpc|subnet|eni|sg|sgr|i|rtb|acl|igw|eigw|nat|vpce|vol|eipalloc|fl)-[0-9a-f]{8,17}$/u;

/** Members of an item that hold its own ARN are at its top and named so; deeper ones and destinations may be anybody's. */
const ownArnMember = /^(?:[A-Za-z]*Arn|ARN|arn)$/u;
const foreignArnMember = /(?:Role|Policy|Permission|Key|Certificate|Destination|Outpost|Profile|Service)Arn$/u;
const zoneMember = /(?:AvailabilityZones?|ZoneName)$/u;

/** Reads an item's clues. */
export function cluesOf(item: Json): Clues {
  const zones = new Set<string>();
  const ids = new Set<string>();
  const stack: { readonly value: Json; readonly inZone: boolean }[] = [{ value: item, inZone: false }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, inZone } = next;
    if (typeof value === "string") {
      const region = inZone ? regionOfZone(value) : null;
      if (region !== null) {
        zones.add(region);
      } else if (localId.test(value)) {
        ids.add(value);
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [name, child] of Object.entries(value)) {
        stack.push({ value: child, inZone: zoneMember.test(name) || (inZone && /^\d+$/u.test(name)) });
      }
    }
  }
  const arns = ownArns(item);
  return {
    region: only(zones) ?? (zones.size === 0 ? only(arns.map((arn) => arn.region).filter(isRegion)) : null),
    owner: ownerOf(item, arns),
    ids: [...ids],
  };
}

function ownArns(item: Json): readonly Arn[] {
  if (!isObject(item)) {
    const arn = typeof item === "string" ? parseArn(item) : null;
    return arn === null ? [] : [arn];
  }
  return Object.entries(item).flatMap(([name, value]) => {
    const arn =
      typeof value === "string" && ownArnMember.test(name) && !foreignArnMember.test(name) ? parseArn(value) : null;
    return arn === null ? [] : [arn];
  });
}

function ownerOf(item: Json, arns: readonly Arn[]): string | null {
  const owner = isObject(item) ? item["OwnerId"] : undefined;
  if (typeof owner === "string" && isAccount(owner)) {
    return owner;
  }
  return only(arns.map((arn) => arn.account).filter(isAccount));
}

/** The one value that all of `values` are; null when there is none or they differ. */
export function only<T>(values: Iterable<T>): T | null {
  const distinct = new Set(values);
  const [first] = distinct;
  return distinct.size === 1 && first !== undefined ? first : null;
}

/** Whether a value is a JSON object. */
export function isObject(value: Json | undefined): value is VendorObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON array; Array.isArray keeps no element type on readonly arrays. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
