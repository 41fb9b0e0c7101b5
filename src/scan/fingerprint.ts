import { createHash } from "node:crypto";
import { canonicalId, type ResourceRef } from "../model/resource.ts";

/**
 * The stable id of a finding: 32 lower-case hexadecimal digits made from the check, the resource and the offending rule or principal
 * alone. Names, messages, evidence, time and order play no part, so baselines and GitHub alerts survive all of those.
 * @param discriminator the offending rule's key or principal; undefined where a resource can fail a check only once
 */
export function fingerprint(check: string, resource: ResourceRef, discriminator?: string): string {
  // A JSON array keeps the parts apart whatever characters they hold, and tells "no discriminator" from an empty one.
  const text = JSON.stringify([check, canonicalId(resource), discriminator ?? null]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
