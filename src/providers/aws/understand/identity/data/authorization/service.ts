import type { AuthorizedAction, AuthorizedResource, ResourceNeed } from "../types.ts";

/**
 * How a service authorises the actions of the data, after its page of the Service Authorization Reference, in rows.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export interface ServiceAuthorization {
  /** The prefix of the service's actions. */
  readonly service: string;
  /**
   * By type: the ARN, of which `arn:${Partition}:SERVICE:${Region}:${Account}:` can be left out; the condition keys for a resource that exists; and those
   * for one that the call makes, where they differ. The reference gives some services' keys by action and type, others' by type alone: then these.
   */
  readonly types: Readonly<Record<string, readonly [arn: string, keys: string, keysWhenMade?: string]>>;
  /** Condition keys that differ from those of the type for some action. */
  readonly variants?: readonly string[];
  /**
   * By action: what the call names and, after a slash, the condition keys of the action as a whole. Each word is a need. `+` before it: the call makes it;
   * `~`: it is needed beside; `?`: it is needed only where firewalls change. `a|b`: either type. `type@1`: with the keys of that variant.
   */
  readonly actions: Readonly<Record<string, string>>;
}

/** One row, read. `whenChanging` are the needs that hold only where firewalls change. */
interface Row {
  readonly needs: readonly ResourceNeed[];
  readonly whenChanging: readonly ResourceNeed[];
  readonly conditionKeys: readonly string[];
}

/**
 * An action of a service.
 * @param changesFirewall whether it is used to change a firewall, which a few calls need more resources for
 * @throws where the service has no row for it: a mistake in the data
 */
export function readAction(
  authorization: ServiceAuthorization,
  name: string,
  changesFirewall: boolean,
): AuthorizedAction {
  const { needs, whenChanging, conditionKeys } = readRow(authorization, name);
  return {
    action: `${authorization.service}:${name}`,
    needs: changesFirewall ? [...needs, ...whenChanging] : needs,
    conditionKeys,
  };
}

function readRow(authorization: ServiceAuthorization, name: string): Row {
  const row = authorization.actions[name];
  if (row === undefined) throw new Error(`${authorization.service} has no row for ${name}`);
  const [named = "", keys = ""] = row.split(" / ");
  const needs = words(named).map((word) => ({ word, need: readNeed(authorization, word) }));
  return {
    needs: needs.filter(({ word }) => !word.startsWith("?")).map(({ need }) => need),
    whenChanging: needs.filter(({ word }) => word.startsWith("?")).map(({ need }) => need),
    conditionKeys: words(keys),
  };
}

function readNeed(authorization: ServiceAuthorization, word: string): ResourceNeed {
  const sign = word[0] ?? "";
  const part = sign === "+" ? "made" : sign === "~" || sign === "?" ? "needed" : "changed";
  const types = part === "changed" ? word : word.slice(1);
  return { part, oneOf: types.split("|").map((type) => readType(authorization, type, part === "made")) };
}

/** Types that were read, by row: many actions name the same ones. */
const read = new WeakMap<ServiceAuthorization, Map<string, AuthorizedResource>>();

function readType(authorization: ServiceAuthorization, text: string, isMade: boolean): AuthorizedResource {
  const ofService = read.get(authorization) ?? new Map<string, AuthorizedResource>();
  read.set(authorization, ofService);
  const key = isMade ? `+${text}` : text;
  const known = ofService.get(key);
  if (known !== undefined) return known;

  const { service, types, variants } = authorization;
  const [type = "", variant] = text.split("@");
  const row = types[type];
  if (row === undefined) throw new Error(`${service} has no row for the type ${type}`);
  const [arn, keys, keysWhenMade = keys] = row;
  const own = variant === undefined ? (isMade ? keysWhenMade : keys) : (variants?.[Number(variant)] ?? "");
  const resource: AuthorizedResource = {
    type,
    arn: arn.startsWith("arn:") ? arn : `arn:\${Partition}:${service}:\${Region}:\${Account}:${arn}`,
    conditionKeys: words(own),
  };
  ofService.set(key, resource);
  return resource;
}

/** The words of a text, which may be none. */
function words(text: string): readonly string[] {
  return text.split(" ").filter((word) => word !== "");
}
