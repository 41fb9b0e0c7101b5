import type { SnapshotRecord, VendorObject } from "../../snapshot/record.ts";
import type { Ask as SharedAsk, ParentRequest, RequestMembers } from "../shared/ask.ts";

/** The prefix of an operation's id: one per API, so that the two load-balancing APIs, which share their permissions, stay apart. */
export type AwsService =
  | "cloudformation"
  | "codebuild"
  | "ec2"
  | "ecs"
  | "elasticloadbalancing"
  | "elasticloadbalancingv2"
  | "guardduty"
  | "iam"
  | "identitystore"
  | "lambda"
  | "network-firewall"
  | "organizations"
  | "s3"
  | "sso"
  | "sts";

/** How often an operation is sent, and with which request members. */
export type Ask =
  | { readonly how: "once"; readonly members: Readonly<Record<string, boolean | string>> }
  | Exclude<SharedAsk, { readonly how: "once" }>;

/** What an answer leaves. */
export type Answer =
  /** One record per item of the list in `member`. */
  | { readonly kind: "list"; readonly member: string }
  /** One record per item of each list; `request` holds, as `Kind`, what the list's items are, for an item alone does not say it. */
  | { readonly kind: "lists"; readonly kinds: Readonly<Record<string, string>> }
  /** A list of bare ids or names: one record per page that holds any, the answer itself: `{ "DetectorIds": ["..."] }`. */
  | { readonly kind: "ids"; readonly member: string }
  /** One record: the answer itself. */
  | { readonly kind: "document" }
  /** One record: the head of the file, as `Body` (text) beside `ContentLength`, `Truncated` and what else the answer says. */
  | { readonly kind: "file" }
  /** One record per line of the credential report, its columns being the members. */
  | { readonly kind: "credential-report" }
  /** Nothing: the answer is a secret. */
  | { readonly kind: "secret" };

/** How an operation's pages hang together. */
export interface Paging {
  readonly tokenIn: string;
  readonly tokenOut: string;
  /** The member for the page's size, with the largest size the API takes; null when the API has none. */
  readonly size: { readonly member: string; readonly value: number } | null;
}

/** A report that AWS makes on request, and that is there to be read some time after. Making it changes nothing else. */
export interface Job {
  /** The id of the operation that asks for the report; the one that reads it leaves the records and the coverage row. */
  readonly begin: string;
  /** The member of the first answer that the reading request carries; null when there is one report for the account. */
  readonly ticket: string | null;
  /** Which of the two answers tells how far the report is, in which member, and by which values. */
  readonly told: { readonly by: "begin" | "read"; readonly member: string };
  readonly running: readonly string[];
  readonly failed: readonly string[];
}

/** One operation of the AWS API that Rampart can send. Every one of them reads. */
export interface AwsOperation {
  /** `<service>:<Operation>`: how records and coverage name it. */
  readonly id: string;
  readonly service: AwsService;
  /** The API's own name of the operation. */
  readonly name: string;
  /** The IAM actions it takes; none where AWS asks for none. */
  readonly permissions: readonly string[];
  /**
   * Whether it is asked once in an account, under the Region `global`, or in each Region; or, under `global` too, in that account of an
   * organization that may read it.
   */
  readonly scope: "account" | "region" | "organization";
  readonly ask: Ask;
  readonly answer: Answer;
  /** Null when the API gives everything at once. */
  readonly paging: Paging | null;
  /** Null for everything that is there to be read. */
  readonly job: Job | null;
  /** Request members that the API takes as lists: a request's text is parted at its commas. */
  readonly lists: readonly string[];
  /** What a record keeps of an item: all of it, less where an item may hold secrets; null for an item that is of no interest. */
  readonly trim: (item: VendorObject) => VendorObject | null;
  /** Error codes by which the API says that there is nothing to read here: `disabled`, which counts as known. */
  readonly disabledBy: readonly string[];
  /** Error codes by which the API says that there is none, or that the parent was deleted since it was listed: no record, and nothing is missing. */
  readonly goneBy: readonly string[];
}

/** The pages of most APIs. */
export const nextToken = (size: number): Paging => ({
  tokenIn: "NextToken",
  tokenOut: "NextToken",
  size: { member: "MaxResults", value: size },
});

/** The pages of APIs that spell their members small. */
export const smallNextToken = (size: number | null): Paging => ({
  tokenIn: "nextToken",
  tokenOut: "nextToken",
  size: size === null ? null : { member: "maxResults", value: size },
});

/** Asked once, without members of its own. */
export const once: Ask = { how: "once", members: {} };

/** An operation of a service; what `rest` leaves out is as with most operations. */
export function operation(
  service: AwsService,
  name: string,
  rest: Partial<Omit<AwsOperation, "id" | "service" | "name">> & Pick<AwsOperation, "answer">,
): AwsOperation {
  const prefix = service === "elasticloadbalancingv2" ? "elasticloadbalancing" : service;
  return {
    id: `${service}:${name}`,
    service,
    name,
    permissions: [`${prefix}:${name}`],
    scope: "region",
    ask: once,
    paging: null,
    job: null,
    lists: [],
    trim: (item) => item,
    disabledBy: [],
    goneBy: [],
    ...rest,
  };
}

/** An operation that lists something of the Region. */
export function list(
  service: AwsService,
  name: string,
  member: string,
  paging: Paging | null,
  ask: Ask = once,
): AwsOperation {
  return operation(service, name, { answer: { kind: "list", member }, paging, ask });
}

/** One request per record of `parent`, carrying the string in its `from` as `member`. */
export function perRecord(parent: string, from: string, member: string, keep: readonly string[] = []): Ask {
  const requests = (record: SnapshotRecord): readonly ParentRequest[] => {
    const value = record.data[from];
    return typeof value === "string" && value !== "" ? [{ members: { [member]: value } }] : [];
  };
  return { how: "per-parent", parents: [parent], requests, keep };
}

/** One request per id in the records of `parent`, carrying it as `member` beside what the parent itself was asked with. */
export function perId(parent: string, from: string, member: string, keep: readonly string[]): Ask {
  const requests = (record: SnapshotRecord): readonly ParentRequest[] =>
    texts(record.data[from]).map((id) => ({ members: { ...record.request, [member]: id } }));
  return { how: "per-parent", parents: [parent], requests, keep };
}

/** One request for every `size` ids in the records of `parent`, carrying them as `member`; see {@link AwsOperation.lists}. */
export function perIds(parent: string, from: string, member: string, size: number, keep: readonly string[]): Ask {
  const requests = (record: SnapshotRecord): readonly ParentRequest[] => {
    const ids = texts(record.data[from]);
    const chunks = ids.flatMap((_, at) => (at % size === 0 ? [ids.slice(at, at + size)] : []));
    return chunks.map((chunk) => ({ members: { ...record.request, [member]: chunk.join(",") } }));
  };
  return { how: "per-parent", parents: [parent], requests, keep };
}

/** A trim that keeps the members of these names alone. */
export function only(...names: readonly string[]): AwsOperation["trim"] {
  return (item) => Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}

/** The members of a request that its records carry, because the answer does not repeat them. */
export function keptBy({ ask, answer }: Pick<AwsOperation, "ask" | "answer">): readonly string[] {
  if (answer.kind === "lists") return ["Kind"];
  return ask.how === "per-parent" ? ask.keep : [];
}

/** A request as the API takes it: those members that are lists parted. */
export function inputOf({ lists }: AwsOperation, members: RequestMembers): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, lists.includes(name) ? value.split(",") : value]),
  );
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
