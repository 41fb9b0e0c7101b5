/** An object in Amazon S3. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

const domain = String.raw`amazonaws\.com(?:\.cn)?`;
/** `s3`, `s3-eu-west-1`, `s3.eu-west-1`, `s3.dualstack.eu-west-1`, `s3-fips.us-gov-west-1`, … */
const service = String.raw`s3(?:-fips)?(?:\.dualstack)?(?:[.-][a-z0-9-]+)?`;
const pathStyleHost = new RegExp(`^${service}\\.${domain}$`);
const virtualHost = new RegExp(`^(.+?)\\.${service}\\.${domain}$`);
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, with the capitals and underscores of old buckets. */
const bucketName = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

/**
 * Where the file behind an Amazon GuardDuty list lies, out of the `Location` the API gives: path style, virtual-hosted style (with or
 * without a Region, dual stack, China) or `s3://bucket/key`. The key is percent-decoded for http addresses and taken as it is for `s3://`.
 * Null when the text is no address of an S3 object.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html
 */
export function parseS3Location(location: string): S3Location | null {
  const scheme = /^(s3|https?):\/\/([^/?#]+)\/([^?#]+)/i.exec(location.trim());
  const [, kind, authority, path] = scheme ?? [];
  if (kind === undefined || authority === undefined || path === undefined) return null;
  if (kind.toLowerCase() === "s3") return toLocation(authority, location.trim().slice(`s3://${authority}/`.length));
  const host = authority.replace(/:\d+$/, "").toLowerCase();
  const key = decoded(path);
  if (key === null) return null;
  if (pathStyleHost.test(host)) {
    const slash = key.indexOf("/");
    return slash < 0 ? null : toLocation(key.slice(0, slash), key.slice(slash + 1));
  }
  const bucket = virtualHost.exec(host)?.[1];
  return bucket === undefined ? null : toLocation(bucket, key);
}

function toLocation(bucket: string, key: string): S3Location | null {
  return bucketName.test(bucket) && key !== "" ? { bucket, key } : null;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
