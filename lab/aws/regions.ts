import type { AwsAccount, AwsEstate, AwsRegion } from "../estate.ts";

/** The opt-in state of a Region for an account; null when the partition has no such Region. */
export function optInOf(estate: AwsEstate, account: AwsAccount, region: string): AwsRegion["optIn"] | null {
  const known = estate.regions.find(({ name }) => name === region);
  return known === undefined ? null : (account.optIns?.[region] ?? known.optIn);
}

/** Whether the account may use the Region. A switched-off Region knows none of the account's credentials. */
export function isSwitchedOn(estate: AwsEstate, account: AwsAccount, region: string): boolean {
  const optIn = optInOf(estate, account, region);
  return optIn !== null && optIn !== "not-opted-in";
}
