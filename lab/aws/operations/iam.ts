import { createHash } from "node:crypto";
import type * as Iam from "@aws-sdk/client-iam";
import type { AwsIdentities, OpenIdConnectProvider } from "../../estate-identity.ts";
import { textInput } from "../call.ts";
import type { Call, Operations } from "../call.ts";
import { AwsError } from "../errors.ts";
import { page } from "../paging.ts";

const detailLists = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"] as const;

/** AWS Identity and Access Management. A report is begun by the first question for it, and there at the next one. */
export function iamOperations(): Operations {
  const begun = new Set<string>();
  const isFirst = (call: Call, report: string): boolean => {
    const key = `${call.account.id} ${report}`;
    const first = !begun.has(key);
    begun.add(key);
    return first;
  };

  return {
    GetAccountAuthorizationDetails(call) {
      const own = identities(call);
      const entries = detailLists.flatMap((list) => (own[list] ?? []).map((item) => ({ list, item })));
      // One run of pages leads through all four lists.
      const { entries: here, ...paging } = page(call, "entries", entries);
      const held = (list: string): readonly unknown[] =>
        entries.flatMap((entry) =>
          entry.list === list && Array.isArray(here) && here.includes(entry) ? [entry.item] : [],
        );
      const lists = Object.fromEntries(detailLists.map((list) => [list, held(list)]));
      return { ...lists, ...paging, IsTruncated: paging["Marker"] !== undefined };
    },
    ListSAMLProviders: (call) => ({ SAMLProviderList: identities(call).SAMLProviderList ?? [] }),
    ListOpenIDConnectProviders: (call) => ({
      OpenIDConnectProviderList: (identities(call).OpenIDConnectProviders ?? []).map(({ Arn }) => ({ Arn })),
    }),
    GetOpenIDConnectProvider(call) {
      const { Arn: _, ...provider } = providerOf(call);
      return provider;
    },
    GenerateCredentialReport: (call) =>
      isFirst(call, "credential report")
        ? { State: "STARTED", Description: "No report exists. Starting a new report generation task" }
        : { State: "COMPLETE" },
    GetCredentialReport: (call) => ({
      Content: new TextEncoder().encode(credentialReport(call)),
      ReportFormat: "text/csv",
      GeneratedTime: new Date("2026-01-02T03:04:05.000Z"),
    }),
    GenerateServiceLastAccessedDetails(call) {
      const arn = textInput(call, "Arn");
      if (principals(call).every(({ Arn }) => Arn !== arn)) throw notFound(arn);
      return { JobId: jobId(arn) };
    },
    GetServiceLastAccessedDetails(call) {
      const job = textInput(call, "JobId");
      const arn = principals(call).find(({ Arn = "" }) => jobId(Arn) === job)?.Arn;
      if (arn === undefined) throw notFound(job);
      const created = { JobCreationDate: new Date("2026-01-02T03:04:05.000Z") };
      if (isFirst(call, job)) return { JobStatus: "IN_PROGRESS", ...created, IsTruncated: false };
      const listing = page(call, "ServicesLastAccessed", identities(call).ServicesLastAccessed?.[arn] ?? []);
      return {
        ...listing,
        JobStatus: "COMPLETED",
        ...created,
        JobCompletionDate: new Date("2026-01-02T03:04:06.000Z"),
        IsTruncated: listing["Marker"] !== undefined,
      };
    },
  };
}

function identities(call: Call): AwsIdentities {
  return call.account.identities ?? {};
}

function principals(call: Call): readonly { readonly Arn?: string | undefined }[] {
  const { UserDetailList = [], RoleDetailList = [] } = identities(call);
  return [...UserDetailList, ...RoleDetailList];
}

function jobId(arn: string): string {
  const hex = createHash("sha256").update(arn).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

function providerOf(call: Call): OpenIdConnectProvider {
  const arn = textInput(call, "OpenIDConnectProviderArn");
  const provider = identities(call).OpenIDConnectProviders?.find(({ Arn }) => Arn === arn);
  if (provider === undefined) throw notFound(arn);
  return provider;
}

function notFound(name: string): AwsError {
  return new AwsError("NoSuchEntity", 404, `${name} cannot be found.`);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
const columns = [
  ..."user arn user_creation_time password_enabled password_last_used password_last_changed".split(" "),
  ..."password_next_rotation mfa_active".split(" "),
  ...[1, 2].flatMap((key) =>
    ["active", "last_rotated", "last_used_date", "last_used_region", "last_used_service"].map(
      (column) => `access_key_${key}_${column}`,
    ),
  ),
  ...[1, 2].flatMap((certificate) => [`cert_${certificate}_active`, `cert_${certificate}_last_rotated`]),
];

/** The credential report: the root user and every user, with what the estate says of them. */
function credentialReport(call: Call): string {
  const { CredentialReport = {}, UserDetailList = [] } = identities(call);
  const line = ({ UserName = "", Arn = "", CreateDate }: Iam.UserDetail): string => {
    const cells: Readonly<Record<string, string>> = {
      user: UserName,
      arn: Arn,
      user_creation_time: CreateDate?.toISOString() ?? "N/A",
      ...CredentialReport[UserName],
    };
    return columns.map((column) => cells[column] ?? (/_(?:active|enabled)$/.test(column) ? "false" : "N/A")).join(",");
  };
  const root = { UserName: "<root_account>", Arn: `arn:aws:iam::${call.account.id}:root` };
  return [columns.join(","), ...[root, ...UserDetailList].map(line)].join("\n");
}
