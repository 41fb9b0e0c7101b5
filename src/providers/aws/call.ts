import pLimit from "p-limit";

import { distinctPage, MalformedAnswer, nextToken, pageLimit } from "../shared/answer.ts";
import type { RequestMembers } from "../shared/ask.ts";
import { CallFailed, type CallFailure, createRunner, endlessPages, type Limit } from "../shared/call.ts";
import { toVendorObject } from "./answer.ts";
import { type AwsClients, type AwsSession, byteChunks } from "./clients.ts";
import { parseCredentialReport } from "./credential-report.ts";
import { classify, unknownHost } from "./errors.ts";
import { awaitReport, checkReport } from "./job.ts";
import { type AwsOperation, inputOf } from "./operation.ts";
import { fileByteLimit, findAwsOperation } from "./operations.ts";
import type { AwsCollectOptions } from "./options.ts";
import type { VendorObject } from "../../snapshot/record.ts";

/** Where and as whom an operation is asked. */
export interface CallSite {
  readonly session: AwsSession;
  readonly region: string;
  /** Bounds the calls in flight to one account and Region. */
  readonly limit: Limit;
}

/** How asking an operation ended: null is success. `host` is a host name that does not exist. */
export type CallEnd = (CallFailure & { readonly host: string | null }) | null;

/** Takes one item of an answer; `beside` is what the answer says of it outside of the item. */
type OnItem = (data: VendorObject, beside?: RequestMembers) => void;

/** Asks operations, page by page, within the limits of a scan. */
export interface AwsCaller {
  readonly site: (session: AwsSession, region: string) => CallSite;
  /**
   * Asks an operation once, through all its pages, and hands what is kept of each item of the answer to `onItem`: nothing of a page that
   * is not what AWS documents. `members` stand in every request, `request` tells this one from its siblings. Never throws for what the
   * API or the network does.
   */
  readonly ask: (
    site: CallSite,
    operation: AwsOperation,
    members: Readonly<Record<string, unknown>>,
    request: RequestMembers,
    onItem: OnItem,
  ) => Promise<CallEnd>;
  /** Sends one request whose answer is not for the snapshot. Throws a {@link CallFailed}. */
  readonly answer: SendOne;
  /** The same outside the limits, for what a call that already has a place waits for: it would wait for its own place otherwise. */
  readonly answerAtOnce: SendOne;
}

/** Sends one request of an operation. */
export type SendOne = (
  site: CallSite,
  operation: AwsOperation,
  input: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>>;

/** Makes the caller of a scan. `signal` calls everything off. */
export function createCaller(clients: AwsClients, options: AwsCollectOptions, signal: AbortSignal): AwsCaller {
  const runCall = createRunner(options, signal);

  function run<Result>(
    { limit }: CallSite,
    operation: AwsOperation,
    work: (abortSignal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return runCall(limit, (error, around) => classify(error, operation, around), work);
  }

  async function pages(
    site: CallSite,
    operation: AwsOperation,
    input: Readonly<Record<string, unknown>>,
    onItem: OnItem,
  ): Promise<void> {
    const { paging } = operation;
    const tokens = new Set<string>();
    const digests = new Set<string>();
    const size = paging?.size ?? null;
    let token: string | undefined;
    for (let count = 0; count < pageLimit; count++) {
      const request = {
        ...input,
        ...(size === null ? {} : { [size.member]: size.value }),
        ...(paging === null || token === undefined ? {} : { [paging.tokenIn]: token }),
      };
      const page = await run(site, operation, async (abortSignal) => {
        const output = await clients.send(
          { session: site.session, operation, region: site.region, input: request },
          abortSignal,
        );
        if (operation.job?.told.by === "read") checkReport(operation.job, output);
        token = paging === null ? undefined : nextToken(output[paging.tokenOut], tokens);
        const items = itemsOf(operation, output);
        distinctPage(
          items.map(({ data }) => data),
          digests,
        );
        return items;
      });
      for (const { data, beside } of page) {
        const kept = operation.trim(data);
        if (kept !== null) onItem(kept, beside);
      }
      if (token === undefined) return;
    }
    throw endlessPages();
  }

  async function file(
    site: CallSite,
    operation: AwsOperation,
    { Bucket, Key }: Readonly<Record<string, unknown>>,
    onItem: OnItem,
  ): Promise<void> {
    const read = (range: object): Promise<VendorObject> =>
      run(site, operation, async (abortSignal) => {
        const input = { Bucket, Key, ...range };
        const output = await clients.send(
          { session: site.session, operation, region: site.region, input },
          abortSignal,
        );
        return await readFile(output);
      });
    try {
      onItem(await read({ Range: `bytes=0-${fileByteLimit - 1}` }));
    } catch (error) {
      // An empty object has no byte that a range could name.
      if (!(error instanceof CallFailed) || error.failure.code !== "InvalidRange") throw error;
      onItem(await read({}));
    }
  }

  /** Has a report made, and reads it once it is there. */
  async function report(
    site: CallSite,
    operation: AwsOperation,
    input: Readonly<Record<string, unknown>>,
    onItem: OnItem,
  ): Promise<void> {
    const { job } = operation;
    const begin = job === null ? undefined : findAwsOperation(job.begin);
    if (job === null || begin === undefined) throw new Error(`${operation.id} reads no report`);
    const ticket = await awaitReport(options, signal, () =>
      run(site, begin, async (abortSignal) => {
        const { session, region } = site;
        const output = await clients.send({ session, operation: begin, region, input }, abortSignal);
        if (job.told.by === "begin") checkReport(job, output);
        if (job.ticket === null) return {};
        if (typeof output[job.ticket] === "string") return { [job.ticket]: output[job.ticket] };
        throw new MalformedAnswer(`without the member ${job.ticket}`);
      }),
    );
    const items: Parameters<OnItem>[] = [];
    await awaitReport(options, signal, () => {
      items.length = 0;
      return pages(site, operation, ticket, (...item) => items.push(item));
    });
    for (const item of items) onItem(...item);
  }

  return {
    site: (session, region) => ({ session, region, limit: pLimit(options.perTargetConcurrency) }),
    async ask(site, operation, members, request, onItem) {
      const read = operation.job !== null ? report : operation.answer.kind === "file" ? file : pages;
      try {
        await read(site, operation, { ...members, ...inputOf(operation, request) }, onItem);
        return null;
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        if (operation.goneBy.includes(error.failure.code)) return null;
        return { ...error.failure, host: unknownHost(error.cause) };
      }
    },
    answer: ({ session, region, limit }, operation, input) =>
      run({ session, region, limit }, operation, (abortSignal) =>
        clients.send({ session, operation, region, input }, abortSignal),
      ),
    answerAtOnce: ({ session, region }, operation, input) =>
      runCall(
        null,
        (error, around) => classify(error, operation, around),
        (abortSignal) => clients.send({ session, operation, region, input }, abortSignal),
      ),
  };
}

/** An item of an answer, with what the answer says of it outside of the item. */
interface Item {
  readonly data: VendorObject;
  readonly beside?: RequestMembers;
}

/** The services that answer in XML, where an empty list may be left out; a JSON answer without its list is not the answer to this question. */
const inXml: ReadonlySet<AwsOperation["service"]> = new Set([
  "cloudformation",
  "ec2",
  "elasticloadbalancing",
  "elasticloadbalancingv2",
  "iam",
  "s3",
  "sts",
]);

function itemsOf(operation: AwsOperation, output: Readonly<Record<string, unknown>>): readonly Item[] {
  const { answer, paging, service } = operation;
  const listOf = (member: string): readonly unknown[] => {
    const items = output[member];
    if ((items === undefined || items === null) && inXml.has(service)) return [];
    if (!Array.isArray(items)) throw new MalformedAnswer(`without the member ${member}`);
    return items;
  };
  const objectsOf = (member: string): readonly VendorObject[] =>
    listOf(member).map((item) => {
      if (typeof item === "object" && item !== null) return toVendorObject(item);
      throw new MalformedAnswer(`with something else than objects in ${member}`);
    });
  switch (answer.kind) {
    case "document":
    case "file":
    case "secret":
      return [{ data: toVendorObject(paging === null ? output : { ...output, [paging.tokenOut]: undefined }) }];
    case "credential-report":
      return parseCredentialReport(output["Content"]).map((data) => ({ data }));
    case "ids": {
      const items = listOf(answer.member);
      return items.length === 0 ? [] : [{ data: toVendorObject({ [answer.member]: items }) }];
    }
    case "list":
      return objectsOf(answer.member).map((data) => ({ data }));
    case "lists":
      return Object.entries(answer.kinds).flatMap(([member, kind]) =>
        objectsOf(member).map((data): Item => ({ data, beside: { Kind: kind } })),
      );
  }
}

/** The first {@link fileByteLimit} bytes of a file, as UTF-8 text, with what else the answer says of it. */
async function readFile(output: Readonly<Record<string, unknown>>): Promise<VendorObject> {
  // S3 names the ETag of every object; what has none is some other page that would pass for the file.
  if (typeof output["ETag"] !== "string") throw new MalformedAnswer("without the ETag that every object has");
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of byteChunks(output["Body"])) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > fileByteLimit) break;
  }
  const bytes = Buffer.concat(chunks).subarray(0, fileByteLimit);
  const whole = /\/(\d+)$/.exec(String(output["ContentRange"]))?.[1];
  const total = whole === undefined ? length : Number(whole);
  return toVendorObject({
    ...output,
    Body: new TextDecoder().decode(bytes),
    Truncated: total > bytes.length,
  });
}
