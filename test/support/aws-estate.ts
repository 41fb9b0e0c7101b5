import type { Coverage, CoverageStatus } from "../../src/model/coverage.ts";
import type { Json } from "../../src/model/finding.ts";
import { globalRegion } from "../../src/model/resource.ts";
import { awsOperations } from "../../src/providers/aws/operations.ts";
import { awsRecogniser } from "../../src/providers/aws/import/recognise.ts";
import { awsProvider } from "../../src/providers/aws/provider.ts";
import type { Estate } from "../../src/scan/check.ts";
import type { Snapshot } from "../../src/snapshot/record.ts";
import { memorySink } from "../../src/snapshot/sinks.ts";

/** The account and Region that answers come from where nothing else is said. */
export const account = "111122223333";
export const region = "eu-west-1";

/** What a check is run over. */
export interface SmallEstate {
  readonly estate: Estate;
  readonly coverage: readonly Coverage[];
}

/** What an estate is told besides its answers. */
export interface SmallEstateOptions {
  /** Accounts and Regions of the scan, as `<account>/<region>`; those that the answers come from are added. */
  readonly targets?: readonly string[];
  /** Operations that were not read, by id, in every account and Region; everything else counts as read. */
  readonly unread?: Readonly<Record<string, Exclude<CoverageStatus, "complete">>>;
  /** Rows as they stand, in place of any other for the same operation. */
  readonly rows?: readonly Coverage[];
}

/**
 * A small AWS estate from answers as the AWS CLI prints them, through the importer and `understand`, with everything that is not
 * named in `unread` read completely. Where answers tell of identities and of no organization, the
 * accounts stand alone.
 * @param answers documents of the account {@link account} in {@link region}, or documents by `<account>/<region>`
 * @throws Error when an answer is not recognised: a test that says nothing must not pass
 */
export function awsEstate(
  answers: readonly Json[] | Readonly<Record<string, readonly Json[]>>,
  options: SmallEstateOptions = {},
): SmallEstate {
  const snapshot = importAnswers(isList(answers) ? { [`${account}/${region}`]: answers } : answers);
  const targets = new Map(snapshot.targets.map((target) => [`${target.account}/${target.region}`, target]));
  for (const name of options.targets ?? (targets.size === 0 ? [`${account}/${region}`] : [])) {
    const [owner = account, place = region] = name.split("/");
    const target = { cloud: "aws", account: owner, region: place, name: null, status: "scanned", note: null } as const;
    if (!targets.has(name)) targets.set(name, target);
  }
  const whole: Snapshot = {
    ...snapshot,
    targets: [...targets.values()],
    coverage: coverageOf(snapshot, targets.keys(), options),
  };
  const { network, identity, aws, azure, gcp, ownAccounts, organizationKnown } = awsProvider.understand(whole);
  return {
    estate: {
      targets: whole.targets,
      asOf: whole.finishedAt,
      network,
      identity,
      aws,
      azure,
      gcp,
      ownAccounts,
      organizationKnown,
    },
    coverage: whole.coverage,
  };
}

function importAnswers(answers: Readonly<Record<string, readonly Json[]>>): Snapshot {
  const documents = Object.entries(answers).flatMap(([target, values]) =>
    values.map((value, index) => {
      const path = [...target.split("/"), `answer-${index + 1}.json`];
      return { file: path.join("/"), path, value };
    }),
  );
  const sink = memorySink("import", "2026-01-01T00:00:00Z");
  const used = awsRecogniser.recognise({ documents, problems: [] }, sink);
  const lost = documents.find((document) => !used.has(document));
  if (lost !== undefined) throw new Error(`not recognised: ${JSON.stringify(lost.value).slice(0, 200)}`);
  return sink.finish("2026-01-01T00:00:00Z");
}

/** What the import could place stays as the importer found it; what it lacks was read and is not there. */
function coverageOf(
  snapshot: Snapshot,
  targets: Iterable<string>,
  { unread = {}, rows = [] }: SmallEstateOptions,
): Coverage[] {
  const names = [...targets];
  const accounts = new Set(names.map((name) => name.split("/")[0]));
  const everywhere = new Set([...names, ...[...accounts].map((owner) => `${owner}/${globalRegion}`)]);
  const told = snapshot.coverage.filter(
    ({ operation, status }) =>
      status !== "skipped" && !(operation in unread) && !rows.some((row) => row.operation === operation),
  );
  for (const operation of Object.keys(unread)) {
    if (!awsOperations.some(({ id }) => id === operation))
      throw new Error(`${operation} is no operation of the collector`);
  }
  const tells = (service: string): boolean => told.some(({ operation }) => operation.startsWith(`${service}:`));
  const standing = tells("iam") && !tells("organizations") ? "disabled" : "complete";
  const statuses: Readonly<Record<string, CoverageStatus>> = {
    "*": "complete",
    "organizations:DescribeOrganization": standing,
    ...unread,
  };
  const assumed = [...everywhere].flatMap((name) =>
    Object.entries(statuses).map(([operation, status]): Coverage => {
      const [owner = "", place = ""] = name.split("/");
      const error = status === "complete" ? null : `${operation} ${status}`;
      return { cloud: "aws", account: owner, region: place, operation, status, items: 0, error };
    }),
  );
  return [...told, ...assumed, ...rows];
}

function isList<T>(value: readonly T[] | Readonly<Record<string, readonly T[]>>): value is readonly T[] {
  return Array.isArray(value);
}
