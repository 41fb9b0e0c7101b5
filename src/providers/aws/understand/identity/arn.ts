/**
 * An Amazon Resource Name, taken apart. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Everything after the fifth colon. */
  readonly resource: string;
}

/** Reads an ARN, which may hold wildcards; null when it has fewer than six parts or does not begin with `arn`. */
export function parseArn(text: string): Arn | null {
  const [prefix, partition, service, region, account, ...rest] = text.split(":");
  if (prefix !== "arn" || partition === undefined || service === undefined || region === undefined) return null;
  if (account === undefined || rest.length === 0) return null;
  return { partition, service, region, account, resource: rest.join(":") };
}

/** The last part of a path: `b` of `role/a/b`. */
export function nameOfPath(resource: string): string {
  return resource.slice(resource.lastIndexOf("/") + 1);
}
