import pLimit from "p-limit";

import type { VendorObject } from "../../snapshot/record.ts";
import { distinctPage, isJsonObject, MalformedAnswer, nextToken, pageLimit } from "../shared/answer.ts";
import type { RequestMembers } from "../shared/ask.ts";
import { CallFailed, type CallFailure, createRunner, endlessPages, type Limit } from "../shared/call.ts";
import { persist, type Prospect } from "../shared/persist.ts";
import { AzureError, type AzureRequest, type AzureClients } from "./clients.ts";
import { classify, isPassing, saysGone } from "./errors.ts";
import { type AzureOperation, idsMember, parentMember } from "./operation.ts";
import type { AzureCollectOptions } from "./options.ts";

/** The most rows that Resource Graph gives in a page. */
const queryPageSize = 1000;

/** What an operation is asked about. */
export interface CallSite {
  /** Null: the tenant. */
  readonly subscription: string | null;
  /** Bounds the calls in flight to one subscription, or to a tenant. */
  readonly limit: Limit;
}

/** Asks operations, page by page, within the limits of a scan. */
export interface AzureCaller {
  /** Whether it is known where Microsoft Graph is. */
  readonly knowsGraph: boolean;
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
    for (const first of firstRequests(clients, site, operation, members)) {
      await pagesFrom(site, operation, first, onItem);
    }
  }

  async function pagesFrom(
    site: CallSite,
    operation: AzureOperation,
    first: AzureRequest,
    onItem: (item: VendorObject) => void,
  ): Promise<void> {
    const tokens = new Set<string>();
    const digests = new Set<string>();
    let request: AzureRequest | null = first;
    for (let count = 0; count < pageLimit; count++) {
      const sent: AzureRequest = request;
      const page = await run(
        site.limit,
        (error, around) => classify(error, operation, around),
        async (abortSignal) => {
          const answer = await persist(options, prospectOf, abortSignal, () => clients.send(sent, abortSignal));
          request = nextRequest(operation, sent, answer, tokens);
          return distinctPage(itemsOf(operation, answer), digests);
        },
      );
      page.forEach((item) => onItem(operation.trim(item)));
      if (request === null) return;
    }
    throw endlessPages();
  }

  return {
    knowsGraph: clients.graphEndpoint !== null,
    site: (subscription) => ({ subscription, limit: pLimit(options.perTargetConcurrency) }),
    async ask(site, operation, members, onItem) {
      try {
        await pages(site, operation, members, onItem);
        return null;
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        if (operation.ask.how === "per-parent" && saysGone(error.cause)) return null;
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
  return { isPassing: isPassing(error), retryAfterMs: error instanceof AzureError ? error.retryAfterMs : null };
}

/** What an operation sends first: one request, but for queries, each of which is one. */
function firstRequests(
  { endpoint, graphEndpoint }: Pick<AzureClients, "endpoint" | "graphEndpoint">,
  { subscription }: CallSite,
  { route, apiVersion, query }: AzureOperation,
  members: RequestMembers,
): readonly AzureRequest[] {
  const arm = (path: string, body: VendorObject | null = null): AzureRequest => ({
    api: "arm",
    url: new URL(`${endpoint}${path}?${encodedQuery({ "api-version": apiVersion, ...query }, members)}`),
    body,
  });
  const encoded = (value: string): string => encodeURIComponent(value).replaceAll("%2F", "/");
  switch (route.kind) {
    case "query": {
      const options = { resultFormat: "objectArray", $top: queryPageSize };
      return route.queries.map((each) =>
        arm("/providers/Microsoft.ResourceGraph/resources", {
          subscriptions: [subscription ?? ""],
          query: each,
          options,
        }),
      );
    }
    case "child":
      return [arm(`${encoded(members[parentMember] ?? "")}/${route.segment}`)];
    case "path":
      return [
        arm(
          route.path
            .replace("{subscription}", encodeURIComponent(subscription ?? ""))
            .replace("{group}", encodeURIComponent(members["group"] ?? "")),
        ),
      ];
    case "graph": {
      const path = route.path.replace("{parent}", encodeURIComponent(members[parentMember] ?? ""));
      const url = new URL(`${graphEndpoint ?? ""}/${apiVersion}${path}?${encodedQuery(query, members)}`);
      return [{ api: "graph", url, body: null }];
    }
  }
}

/** The query of a request, with the ids that it carries as OData lists them. */
function encodedQuery(query: Readonly<Record<string, string>>, members: RequestMembers): string {
  const ids = (members[idsMember] ?? "").split(",").map((id) => `'${id}'`);
  return Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.replace("{ids}", ids.join(",")))}`)
    .join("&");
}

/** The request for the page after this one, or null on the last. Throws MalformedAnswer for a link that must not be followed. */
function nextRequest(
  { route }: AzureOperation,
  sent: AzureRequest,
  answer: VendorObject,
  seen: Set<string>,
): AzureRequest | null {
  if (route.kind === "query") {
    const token = nextToken(answer["$skipToken"], seen);
    if (token === undefined) {
      // Resource Graph cuts a result short when a query gives it no order to page by.
      if (answer["resultTruncated"] === "true") throw new MalformedAnswer("cut short, without a way to the rest");
      return null;
    }
    const { options, ...body } = sent.body ?? {};
    return {
      api: sent.api,
      url: sent.url,
      body: { ...body, options: { ...(isJsonObject(options) ? options : {}), $skipToken: token } },
    };
  }
  const link = nextToken(answer[route.kind === "graph" ? "@odata.nextLink" : "nextLink"], seen);
  if (link === undefined) return null;
  const url = URL.parse(link, sent.url.href);
  // The token goes with the request, so that a link to anywhere else is never followed.
  if (url === null || url.origin !== sent.url.origin || url.username !== "") {
    throw new MalformedAnswer("a page whose link leads to another host");
  }
  return { api: sent.api, url, body: null };
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
