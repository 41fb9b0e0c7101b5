import { UsageError } from "../../model/error.ts";

/**
 * Checks the addresses that the environment gives in place of AWS's own. An address that cannot be one would fail every call in a way of
 * its own. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 * @throws UsageError that names the variable; its value may hold a password and is not repeated
 */
export function checkEndpointVariables(environment: Readonly<Record<string, string | undefined>>): void {
  if (/^true$/i.test(environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? "")) return;
  for (const [name, value] of Object.entries(environment)) {
    if (!/^AWS_ENDPOINT_URL(?:_[A-Z0-9_]+)?$/.test(name) || value === undefined || value === "") continue;
    if (isHttpAddress(value)) continue;
    throw new UsageError(
      `${name} is no address of an HTTP service: give it as http://HOST:PORT or https://HOST:PORT, or unset it to ask AWS itself`,
    );
  }
}

function isHttpAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== "";
}
