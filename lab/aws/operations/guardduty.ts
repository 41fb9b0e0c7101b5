import type { DetectorEstate } from "../../estate.ts";
import { textInput } from "../call.ts";
import type { Call, Operations } from "../call.ts";
import { AwsError, serviceError } from "../errors.ts";
import { page } from "../paging.ts";

/** Amazon GuardDuty: detectors, and the lists and filters that hang on them. */
export const guardDutyOperations: Operations = {
  ListDetectors: (call) =>
    page(
      call,
      "DetectorIds",
      (call.here.Detectors ?? []).map(({ DetectorId }) => DetectorId),
    ),
  GetDetector: detector,
  ListIPSets: (call) =>
    page(
      call,
      "IpSetIds",
      (detector(call).IpSets ?? []).map(({ IpSetId }) => IpSetId),
    ),
  GetIPSet: (call) => found(call, detector(call).IpSets, (set) => set.IpSetId === call.input["IpSetId"]),
  ListThreatIntelSets: (call) =>
    page(
      call,
      "ThreatIntelSetIds",
      (detector(call).ThreatIntelSets ?? []).map(({ ThreatIntelSetId }) => ThreatIntelSetId),
    ),
  GetThreatIntelSet: (call) =>
    found(call, detector(call).ThreatIntelSets, (set) => set.ThreatIntelSetId === call.input["ThreatIntelSetId"]),
  ListTrustedEntitySets: (call) =>
    page(
      call,
      "TrustedEntitySetIds",
      (detector(call).TrustedEntitySets ?? []).map(({ TrustedEntitySetId }) => TrustedEntitySetId),
    ),
  GetTrustedEntitySet: (call) =>
    found(call, detector(call).TrustedEntitySets, (set) => set.TrustedEntitySetId === call.input["TrustedEntitySetId"]),
  ListThreatEntitySets: (call) =>
    page(
      call,
      "ThreatEntitySetIds",
      (detector(call).ThreatEntitySets ?? []).map(({ ThreatEntitySetId }) => ThreatEntitySetId),
    ),
  GetThreatEntitySet: (call) =>
    found(call, detector(call).ThreatEntitySets, (set) => set.ThreatEntitySetId === call.input["ThreatEntitySetId"]),
  ListFilters: (call) =>
    page(
      call,
      "FilterNames",
      (detector(call).Filters ?? []).map(({ Name }) => Name),
    ),
  GetFilter: (call) => found(call, detector(call).Filters, ({ Name }) => Name === call.input["FilterName"]),
  GetAdministratorAccount: (call) => ({ Administrator: detector(call).Administrator }),
  ListMembers(call) {
    const all = textInput(call, "OnlyAssociated").toLowerCase() === "false";
    const members = (detector(call).Members ?? []).filter(
      ({ RelationshipStatus }) => all || associated.has(RelationshipStatus ?? ""),
    );
    return page(call, "Members", members);
  },
  DescribeOrganizationConfiguration(call) {
    const configuration = detector(call).OrganizationConfiguration;
    if (configuration !== undefined) return configuration;
    throw new AwsError(
      "BadRequestException",
      400,
      "The request failed because you must be the GuardDuty delegated administrator for your organization to perform this operation.",
    );
  },
};

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Member.html */
const associated = new Set(["Enabled", "Disabled", "Paused"]);

function detector(call: Call): DetectorEstate {
  return found(call, call.here.Detectors, ({ DetectorId }) => DetectorId === call.input["DetectorId"]);
}

function found<Item extends object>(
  call: Call,
  items: readonly Item[] | undefined,
  isWanted: (item: Item) => boolean,
): Item {
  const item = items?.find(isWanted);
  if (item !== undefined) return item;
  throw serviceError(
    call.errors.invalidParameter,
    "The request is rejected because the input detectorId, list or filter is not owned by the current account.",
  );
}
