/**
 * The ARN of a role by ARN, or by name (`Auditor`, `/security/Auditor`) in an account (`*` for every one, in policies); null when `role`
 * is neither.
 */
export function roleArnFor(role: string, partition: string, account: string): string | null {
  if (/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(role)) return role;
  return /^\/?(?:[\w+=,.@-]+\/)*[\w+=,.@-]+$/.test(role)
    ? `arn:${partition}:iam::${account}:role/${role.replace(/^\//, "")}`
    : null;
}
