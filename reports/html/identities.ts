/** An identity as a picture shows it. Untrusted. */
export interface IdentityNames {
  readonly name: string;
  /** What tells it from its namesakes, to be written smaller; null where the name does. */
  readonly beside: string | null;
}

/**
 * What people call an identity, before its id.
 * - AWS: `role/deploy` in the own account, `role/deploy of 777788889999` of another with its ARN beside it; an IAM path, or whoever vouches for a
 *   federated identity, stands beside the name.
 * - Azure: the display name, with the object id beside it.
 * - Google Cloud: the address of a member, with its kind beside it (https://docs.cloud.google.com/iam/docs/principal-identifiers).
 * @param known its name, where the report tells one
 */
export function identityNames(id: string, known: string | null, account: string): IdentityNames {
  const [, owner, own] = /^arn:[^:]*:[^:]*:[^:]*:([^:]*):(.+)$/s.exec(id) ?? [];
  if (own !== undefined && owner !== undefined) {
    if (owner === account) return ofOwnAccount(own);
    if (!/^\d+$/.test(owner)) return { name: id, beside: null };
    return { name: own === "root" ? `account ${owner}` : `${own} of ${owner}`, beside: id };
  }
  const [, told, objectId] = /^(.+) \(([\da-f-]{36})\)$/is.exec(id) ?? [];
  if (told !== undefined && objectId !== undefined) return { name: told, beside: objectId };
  const [, kind, address] = /^(user|group|domain|serviceAccount):(.+)$/s.exec(id) ?? [];
  if (kind !== undefined && address !== undefined) return { name: address, beside: memberKinds[kind] ?? kind };
  const [, pool] = /^principal(?:Set)?:\/\/.*\/(?:workloadIdentityPools|workforcePools)\/(.+)$/s.exec(id) ?? [];
  if (pool !== undefined) return { name: pool, beside: id };
  return known === null || known === id ? { name: id, beside: null } : { name: known, beside: id };
}

const memberKinds: Readonly<Record<string, string>> = { serviceAccount: "service account" };

function ofOwnAccount(own: string): IdentityNames {
  const [, provider, claims] = /^(?:oidc|saml)-provider\/(\S+) (.+)$/s.exec(own) ?? [];
  if (provider !== undefined && claims !== undefined) return { name: claims, beside: provider };
  const [, kind, name] = /^(role|user|group)\/.+\/([^/]+)$/s.exec(own) ?? [];
  if (kind !== undefined && name !== undefined) return { name: `${kind}/${name}`, beside: own };
  return { name: own, beside: null };
}

/** By what a step is allowed, from `policy#statement`: without whole ids, and where the policy's id is all it has, by the statement alone. Untrusted. */
export function reasonInWords(reference: string): string {
  const at = reference.lastIndexOf("#");
  if (at < 0) return lastPart(reference);
  const [policy, statement] = [reference.slice(0, at), reference.slice(at + 1)];
  if (statement.startsWith("roles/")) return statement;
  const [, named] = /^(.+) \([\da-f-]{36}\)$/is.exec(policy) ?? [];
  if (named !== undefined) return `${named}#${statement}`;
  const last = lastPart(policy);
  return /^[\da-f-]{36}$/i.test(last) ? statement : `${last}#${statement}`;
}

function lastPart(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1) || text;
}
