import { didYouMean } from "../../config/nearest.ts";
import { isKnown } from "../../model/coverage.ts";
import { UsageError } from "../../model/error.ts";
import type { SnapshotRecord } from "../../snapshot/record.ts";
import { soleRequest } from "../shared/inquire.ts";
import type { CallSite } from "./call.ts";
import { type Connecting, globalTarget, inquire, operationNamed } from "./collection.ts";

/** A Region of an account. */
export interface RegionPlan {
  readonly name: string;
  /** False when the account has not opted in to it, so that nothing can be there. */
  readonly isOn: boolean;
}

/**
 * The Regions to collect an account from: those that the options name, or every Region with its opt-in state. Where the account does
 * not tell its Regions, the named ones are taken as they are; without any, the caller's own is all that is known.
 * Throws UsageError for a named Region that does not exist.
 */
export async function findRegions(
  connecting: Connecting,
  site: CallSite,
  account: string,
): Promise<readonly RegionPlan[]> {
  const { options, sink } = connecting;
  const named = [...new Set(options.regions)];
  const end = await inquire(connecting, {
    site,
    target: globalTarget(account),
    operation: operationNamed("ec2:DescribeRegions"),
    ...soleRequest,
    members: { AllRegions: true },
    regionAnswers: () => Promise.resolve(false),
    // Where Regions are named, it only spares calls to one that is misspelt or off: the calls themselves tell as much.
    dispensable: named.length > 0,
  });
  const told = end.records.flatMap(toRegion);
  if (!isKnown(end.status) || told.length === 0) {
    if (named.length > 0) {
      sink.note(
        `Account ${account} does not tell its Regions (${end.error ?? "none were named"}): the Regions named were taken as they are`,
      );
      return named.map((name) => ({ name, isOn: true }));
    }
    sink.note(
      `Account ${account} does not tell its Regions (${end.error ?? "none were named"}): only ${site.region} was scanned; name Regions with --region`,
    );
    return [{ name: site.region, isOn: true }];
  }
  if (named.length === 0) return told;
  return named.map((name) => {
    const region = told.find((candidate) => candidate.name === name);
    if (region !== undefined) return region;
    throw new UsageError(`AWS has no Region ${JSON.stringify(name)}${nearestRegion(name, told)}`);
  });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Region.html: `opt-in-not-required`, `opted-in` or `not-opted-in`. */
function toRegion({ data }: SnapshotRecord): readonly RegionPlan[] {
  const { RegionName: name, OptInStatus: status } = data;
  return typeof name === "string" ? [{ name, isOn: status !== "not-opted-in" }] : [];
}

function nearestRegion(name: string, regions: readonly RegionPlan[]): string {
  return didYouMean(
    name,
    regions.map((region) => region.name),
  );
}
