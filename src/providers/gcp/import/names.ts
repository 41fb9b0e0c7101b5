import {
  collections,
  hierarchicalPolicies,
  networkPolicies,
  operationOfCollection,
  organizationAddressGroups,
  projectAddressGroups,
} from "./resources.ts";

// Names of files, folders and members serve only for what content does not say: which listing came out empty, and what was asked.

/** What gcloud calls collections of which the API has another name, and what tells apart those that share one. Without signs between words. */
const otherNames: readonly (readonly [name: string, operation: string])[] = [
  ["firewallrules", "compute.firewalls.list"],
  ["subnets", "compute.subnetworks.aggregatedList"],
  ["firewallpolicies", hierarchicalPolicies],
  ["networkfirewallpolicies", networkPolicies],
  ["aggregatedfirewallpolicies", networkPolicies],
  ["globalfirewallpolicies", networkPolicies],
  ["addressgroups", projectAddressGroups],
  ["orgaddressgroups", organizationAddressGroups],
  ["organizationaddressgroups", organizationAddressGroups],
  ["serviceaccounts", "iam.projects.serviceAccounts.list"],
  // As the project's; of an organization or a folder where it lies there.
  ["iamroles", "iam.projects.roles.list"],
  ["projectsroles", "iam.projects.roles.list"],
  ["organizationsroles", "iam.projects.roles.list"],
  ["policybindings", "iam.projects.locations.policyBindings.list"],
  ["iampolicieslist", "iam.policies.listPolicies"],
  ["denypolicies", "iam.policies.listPolicies"],
  ["principalaccessboundarypolicies", "iam.organizations.locations.principalAccessBoundaryPolicies.list"],
  ["workloadidentitypools", "iam.projects.locations.workloadIdentityPools.list"],
  ["workforcepools", "iam.locations.workforcePools.list"],
  ["runservices", "run.projects.locations.services.list"],
  ["runprojectslocationsservices", "run.projects.locations.services.list"],
  ["runjobs", "run.projects.locations.jobs.list"],
  ["runprojectslocationsjobs", "run.projects.locations.jobs.list"],
  ["functions", "cloudfunctions.projects.locations.functions.list"],
];

const operationByName: readonly (readonly [name: string, operation: string])[] = [
  ...collections
    .filter((collection) => collection !== "firewallPolicies")
    .map((collection): readonly [string, string] => [
      collection.toLowerCase(),
      operationOfCollection(collection) ?? "",
    ]),
  ...otherNames,
];

/** The listing that a file or member is named for: `gcloud-firewall-rules.json`, `forwardingRules`; null when it names none. */
export function operationNamed(name: string): string | null {
  const squeezed = squeeze(name);
  if (squeezed.includes("effective")) return null;
  const named = operationByName
    .filter(([each]) => squeezed.includes(each))
    .map(([each, operation]) => ({ operation, length: each.length, end: squeezed.lastIndexOf(each) + each.length }));
  // `compute-networks-subnets-list` names subnetworks, and so does `subnetworks`, which has `networks` in it.
  return named.toSorted((a, b) => b.end - a.end || b.length - a.length)[0]?.operation ?? null;
}

/** Letters and digits alone, in lower case. */
export function squeeze(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]/g, "");
}

/** A name as a run of words between dashes, in which another can be looked for whole: tools write other signs for those that no file's name holds. */
export function words(name: string): string {
  return `-${name.toLowerCase().replaceAll(/[^a-z\d]+/g, "-")}-`;
}

/** What of `candidates` the innermost names of a path name; several when that does not tell them apart. */
export function namedIn(candidates: Iterable<string>, path: readonly string[]): readonly string[] {
  const known = [...candidates];
  const places = path.slice(-deepest).map(words).toReversed();
  const whole = known.filter((candidate) => places.some((place) => place.includes(words(candidate))));
  if (whole.length > 0) return longest(whole);
  for (const place of places) {
    const found = known.filter((candidate) => place.includes(words(lastName(candidate))));
    if (found.length > 0) return longest(found);
  }
  return [];
}

/** How many names above an answer are looked at. */
const deepest = 4;

/** Those with the longest last name: `default-2` names no network `default`. */
function longest(candidates: readonly string[]): readonly string[] {
  const length = Math.max(...candidates.map((candidate) => lastName(candidate).length));
  return candidates.filter((candidate) => lastName(candidate).length === length);
}

function lastName(path: string): string {
  return path.split("/").at(-1) ?? path;
}

/** The region that a text names as a word: https://cloud.google.com/compute/docs/regions-zones */
export function regionNamed(text: string): string | null {
  return (
    /(?<![a-z\d])(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]{4,}\d{1,2}(?![a-z\d])/.exec(
      text.toLowerCase(),
    )?.[0] ?? null
  );
}
