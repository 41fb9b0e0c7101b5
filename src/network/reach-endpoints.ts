import { hasAddress, parseAddress, unionAddresses } from "./addresses.ts";
import type { AddressSet } from "./addresses.ts";
import type { Endpoint } from "./endpoint.ts";

/** What a person's word for an endpoint led to. */
export type FoundEndpoint =
  | { readonly kind: "one"; readonly endpoint: Endpoint }
  | { readonly kind: "several"; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: "none" };

/**
 * Looks an endpoint up by an id, a name or an ARN (of itself or of what runs behind it), or by one of its private or public addresses.
 * Spelling in the same case goes before spelling in another.
 */
export function findEndpoint(endpoints: readonly Endpoint[], text: string): FoundEndpoint {
  const word = text.trim();
  if (word === "") return { kind: "none" };
  const address = parseAddress(word);
  if (address !== null) {
    return found(
      endpoints.filter(
        ({ privateAddresses, publicAddresses }) =>
          hasAddress(privateAddresses, address) || hasAddress(publicAddresses, address),
      ),
    );
  }
  const exact = found(endpoints.filter((endpoint) => namesOf(endpoint).includes(word)));
  if (exact.kind !== "none") return exact;
  const lower = word.toLowerCase();
  return found(endpoints.filter((endpoint) => namesOf(endpoint).some((name) => name.toLowerCase() === lower)));
}

function found(endpoints: readonly Endpoint[]): FoundEndpoint {
  const [first, second] = endpoints;
  if (first === undefined) return { kind: "none" };
  return second === undefined ? { kind: "one", endpoint: first } : { kind: "several", endpoints };
}

/** Everything an endpoint can be called by, besides its addresses. Holds untrusted names. */
export function namesOf({ resource, workload, aliases }: Endpoint): readonly string[] {
  const refs = workload === null ? [resource] : [resource, workload];
  const names = refs.flatMap(({ id, name, arn }) => [id, name ?? "", arn ?? ""]);
  return [...new Set([...names, ...aliases])].filter((name) => name !== "");
}

/** The addresses by which others inside know an endpoint: private ones, and IPv6, which nothing translates. */
export function insideAddresses({ privateAddresses, publicAddresses }: Endpoint): AddressSet {
  return unionAddresses([privateAddresses, { v4: [], v6: publicAddresses.v6 }]);
}
