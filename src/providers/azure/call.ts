import pLimit from "p-limit";

import type { VendorObject } from "../../snapshot/record.ts";
import { distinctPage, isJsonObject, MalformedAnswer, nextToken, pageLimit } from "../shared/answer.ts";
import type { RequestMembers } from "../shared/ask.ts";
import { CallFailed, type CallFailure, createRunner, endlessPages, type Limit } from "../shared/call.ts";
import { persist, type Prospect } from "../shared/persist.ts";
import { ArmError, type ArmRequest, type AzureClients } from "./clients.ts";
import { classify, isPassing, saysGone } from "./errors.ts";
import { type AzureOperation, parentMember } from "./operations.ts";
import type { AzureCollectOptions } from "./options.ts";

/** The most rows that Resource Graph gives in a page. */
const queryPageSize = 1000;

/** What an operation is asked about. */
export interface CallSite {
  /** Null: the tenant. */
  readonly subscription: string | null;
  /** Bounds the calls in flight to one subscription. */
  readonly limit: Limit;
}

/** Asks operations, page by page, within the limits of a scan. */
export interface AzureCaller {
  readonly site: (subscription: string | null) => CallSite;
  /**
   * Asks an operation once, through all its pages, and hands each item of the answer to `onItem`: nothing of a page that is not what Azure
   * documents. Null is success. Never throws for what the API or the network does.
   */
  readonly ask: (
    site: CallSite,
    operation: AzureOperation,
    members: RequestMembers,
    onItem: (item: VendorObject) => void,
  ) => Promise<CallFailure | null>;
  /** Signs in, and tells the tenant that the token is for; null when the token does not say. Throws a {@link CallFailed}. */
  readonly signIn: (operation: AzureOperation) => Promise<string | null>;
}

/** Makes the caller of a scan. `signal` calls everything off. */
export function createCaller(clients: AzureClients, options: AzureCollectOptions, signal: AbortSignal): AzureCaller {
  const run = createRunner(options, signal);

  async function pages(
    site: CallSite,
    operation: AzureOperation,
    members: RequestMembers,
    onItem: (item: VendorObject) => void,
  ): Promise<void> {
    const tokens = new Set<string>();
    const digests = new Set<string>();
    let request: ArmRequest | null = firstRequest(clients.endpoint, site, operation, members);
    for (let count = 0; count < pageLimit; count++) {
      const sent: ArmRequest = request;
      const page = await run(
        site.limit,
        (error, around) => classify(error, operation, around),
        async (abortSignal) => {
          const answer = await persist(options, prospectOf, abortSignal, () => clients.send(sent, abortSignal));
          request = nextRequest(operation, sent, answer, tokens);
          return distinctPage(itemsOf(operation, answer), digests);
        },
      );
      page.forEach(onItem);
      if (request === null) return;
    }
    throw endlessPages();
  }

  return {
    site: (subscription) => ({ subscription, limit: pLimit(options.perTargetConcurrency) }),
    async ask(site, operation, members, onItem) {
      try {
        await pages(site, operation, members, onItem);
        return null;
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        if (operation.route.kind === "child" && saysGone(error.cause)) return null;
        return error.failure;
      }
    },
    signIn: (operation) =>
      run(
        (work) => work(),
        (error, around) => classify(error, operation, around),
        (abortSignal) => clients.signIn(abortSignal),
      ),
  };
}

function prospectOf(error: unknown): Prospect {
  return { isPassing: isPassing(error), retryAfterMs: error instanceof ArmError ? error.retryAfterMs : null };
}

function firstRequest(
  endpoint: string,
  { subscription }: CallSite,
  { route, apiVersion }: AzureOperation,
  members: RequestMembers,
): ArmRequest {
  const at = (path: string): URL => new URL(`${endpoint}${path}?api-version=${apiVersion}`);
  const encoded = (value: string): string => encodeURIComponent(value).replaceAll("%2F", "/");
  if (route.kind === "query") {
    const options = { resultFormat: "objectArray", $top: queryPageSize };
    return {
      url: at("/providers/Microsoft.ResourceGraph/resources"),
      body: { subscriptions: [subscription ?? ""], query: route.query, options },
    };
  }
  if (route.kind === "child")
    return { url: at(`${encoded(members[parentMember] ?? "")}/${route.segment}`), body: null };
  const path = route.path
    .replace("{subscription}", encodeURIComponent(subscription ?? ""))
    .replace("{group}", encodeURIComponent(members["group"] ?? ""));
  return { url: at(path), body: null };
}

/** The request for the page after this one, or null on the last. Throws MalformedAnswer for a link that must not be followed. */
function nextRequest(
  { route }: AzureOperation,
  sent: ArmRequest,
  answer: VendorObject,
  seen: Set<string>,
): ArmRequest | null {
  if (route.kind === "query") {
    const token = nextToken(answer["$skipToken"], seen);
    if (token === undefined) {
      // Resource Graph cuts a result short when a query gives it no order to page by.
      if (answer["resultTruncated"] === "true") throw new MalformedAnswer("cut short, without a way to the rest");
      return null;
    }
    const { options, ...body } = sent.body ?? {};
    return {
      url: sent.url,
      body: { ...body, options: { ...(isJsonObject(options) ? options : {}), $skipToken: token } },
    };
  }
  const link = nextToken(answer["nextLink"], seen);
  if (link === undefined) return null;
  const url = URL.parse(link, sent.url.href);
  // The token goes with the request, so that a link to anywhere else is never followed.
  if (url === null || url.origin !== sent.url.origin || url.username !== "") {
    throw new MalformedAnswer("a page whose link leads to another host");
  }
  return { url, body: null };
}

function itemsOf({ route }: AzureOperation, answer: VendorObject): readonly VendorObject[] {
  const member = route.kind === "query" ? "data" : "value";
  const items = answer[member];
  if (!Array.isArray(items)) throw new MalformedAnswer(`without the member ${member}`);
  return items.map((item: unknown) => {
    if (!isJsonObject(item)) throw new MalformedAnswer(`with something else than objects in ${member}`);
    return item;
  });
}
