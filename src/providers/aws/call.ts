import pLimit from "p-limit";

import { distinctPage, MalformedAnswer, nextToken, pageLimit } from "../shared/answer.ts";
import { CallFailed, type CallFailure, createRunner, endlessPages, type Limit } from "../shared/call.ts";
import { toVendorObject } from "./answer.ts";
import { type AwsClients, type AwsSession, byteChunks } from "./clients.ts";
import { classify, unknownHost } from "./errors.ts";
import { type AwsOperation, fileByteLimit } from "./operations.ts";
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

/** Asks operations, page by page, within the limits of a scan. */
export interface AwsCaller {
  readonly site: (session: AwsSession, region: string) => CallSite;
  /**
   * Asks an operation once, through all its pages, and hands each item of the answer to `onItem`: nothing of a page that is not what AWS
   * documents. Never throws for what the API or the network does.
   */
  readonly ask: (
    site: CallSite,
    operation: AwsOperation,
    input: Readonly<Record<string, unknown>>,
    onItem: (item: VendorObject) => void,
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
    onItem: (item: VendorObject) => void,
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
        token = paging === null ? undefined : nextToken(output[paging.tokenOut], tokens);
        return distinctPage(itemsOf(operation, output), digests);
      });
      page.forEach(onItem);
      if (token === undefined) return;
    }
    throw endlessPages();
  }

  async function file(
    site: CallSite,
    operation: AwsOperation,
    { Bucket, Key }: Readonly<Record<string, unknown>>,
    onItem: (item: VendorObject) => void,
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

  return {
    site: (session, region) => ({ session, region, limit: pLimit(options.perTargetConcurrency) }),
    async ask(site, operation, input, onItem) {
      try {
        await (operation.answer.kind === "file" ? file : pages)(site, operation, input, onItem);
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

function itemsOf(operation: AwsOperation, output: Readonly<Record<string, unknown>>): readonly VendorObject[] {
  const { answer, paging } = operation;
  if (answer.kind === "document" || answer.kind === "file" || answer.kind === "secret") {
    return [toVendorObject(paging === null ? output : { ...output, [paging.tokenOut]: undefined })];
  }
  const items = output[answer.member];
  // In XML an empty list may be left out; a JSON answer without its list is not the answer to this question.
  const mayBeAbsent = !["guardduty", "network-firewall", "organizations"].includes(operation.service);
  if ((items === undefined || items === null) && mayBeAbsent) return [];
  if (!Array.isArray(items)) throw new MalformedAnswer(`without the member ${answer.member}`);
  if (answer.kind === "ids") return items.length === 0 ? [] : [toVendorObject({ [answer.member]: items })];
  return items.map((item: unknown) => {
    if (typeof item !== "object" || item === null)
      throw new MalformedAnswer(`with something else than objects in ${answer.member}`);
    return toVendorObject(item);
  });
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
