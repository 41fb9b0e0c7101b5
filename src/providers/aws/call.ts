import { createHash } from "node:crypto";

import pLimit from "p-limit";

import { MalformedAnswer, toVendorObject } from "./answer.ts";
import { type AwsClients, type AwsSession, byteChunks } from "./clients.ts";
import { type CallFailure, classify, unknownHost } from "./errors.ts";
import { type AwsOperation, fileByteLimit } from "./operations.ts";
import type { AwsCollectOptions } from "./options.ts";
import type { VendorObject } from "../../snapshot/record.ts";

/** More pages than any listing has; beyond it the service goes round in circles. */
const pageLimit = 10_000;

/** Where and as whom an operation is asked. */
export interface CallSite {
  readonly session: AwsSession;
  readonly region: string;
  /** Bounds the calls in flight to one account and Region. */
  readonly limit: <Result>(work: () => Promise<Result>) => Promise<Result>;
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

/** A call that did not succeed. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly failure: CallFailure;

  constructor(failure: CallFailure, cause: unknown) {
    super(failure.error, { cause });
    this.failure = failure;
  }
}

/** Makes the caller of a scan. `signal` calls everything off. */
export function createCaller(clients: AwsClients, options: AwsCollectOptions, signal: AbortSignal): AwsCaller {
  const everywhere = pLimit(options.concurrency);

  /** Runs `work` under the call's deadline, and says what its failure means. */
  async function guard<Result>(
    operation: AwsOperation,
    work: (abortSignal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const deadline = AbortSignal.timeout(options.callTimeoutMs * options.maxAttempts);
    const abortSignal = AbortSignal.any([signal, deadline]);
    try {
      abortSignal.throwIfAborted();
      // The race ends the wait even where the SDK does not look at the signal: between attempts, while a body drips in.
      return await Promise.race([work(abortSignal), rejection(abortSignal)]);
    } catch (error) {
      // Renewing the credentials failed on the way: that is what is wrong.
      if (error instanceof CallFailed) throw error;
      const { callTimeoutMs: timeoutMs, maxAttempts } = options;
      const around = { timeoutMs, maxAttempts, interrupted: signal.aborted, late: deadline.aborted };
      throw new CallFailed(classify(error, operation, around), error);
    }
  }

  /** Runs `work` in a free place of both limits. */
  function run<Result>(
    { limit }: CallSite,
    operation: AwsOperation,
    work: (abortSignal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return limit(() => everywhere(() => guard(operation, work)));
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
    throw new CallFailed(
      { status: "malformed", code: "EndlessPages", error: `the answer has more than ${pageLimit} pages` },
      null,
    );
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
      guard(operation, (abortSignal) => clients.send({ session, operation, region, input }, abortSignal)),
  };
}

function rejection(abortSignal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(new Error("aborted", { cause: abortSignal.reason }));
    if (abortSignal.aborted) fail();
    abortSignal.addEventListener("abort", fail, { once: true });
  });
}

/** The token of the next page, or undefined on the last. Throws when it leads back to a page that was read. */
function nextToken(token: unknown, seen: Set<string>): string | undefined {
  if (typeof token !== "string" || token === "") return undefined;
  if (seen.has(token)) throw new MalformedAnswer("a page whose token leads back to it");
  seen.add(token);
  return token;
}

/** The page itself. Throws when it repeats one that was read, as when a token leads back under another name. */
function distinctPage(page: readonly VendorObject[], seen: Set<string>): readonly VendorObject[] {
  if (page.length === 0) return page;
  const digest = createHash("sha256").update(JSON.stringify(page)).digest("base64");
  if (seen.has(digest)) throw new MalformedAnswer("a page that was read before");
  seen.add(digest);
  return page;
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
