import pLimit from "p-limit";

import type { VendorObject } from "../../snapshot/record.ts";
import { object, text, texts } from "../read.ts";
import { distinctPage, isJsonObject, MalformedAnswer, nextToken, pageLimit } from "../shared/answer.ts";
import type { RequestMembers } from "../shared/ask.ts";
import { CallFailed, type CallFailure, createRunner, endlessPages, type Limit } from "../shared/call.ts";
import { once } from "../shared/collections.ts";
import { persist, type Prospect } from "../shared/persist.ts";
import type { GcpClients, GcpRequest } from "./clients.ts";
import { type CallSubject, classify, isPassing, saysGone } from "./errors.ts";
import { GoogleError } from "./google-error.ts";
import { isPlainPath, projectIn } from "./links.ts";
import { type GcpOperation, kindOf } from "./operation.ts";
import { operationNamed } from "./operations.ts";
import type { GcpCollectOptions } from "./options.ts";

/** What an operation is asked about. */
export interface CallSite {
  /** A project by id, `folders/1` or `organizations/1`; null while there is no target yet. */
  readonly account: string | null;
  /** The number of the project; null for everything else, and where it was not told. */
  readonly number: string | null;
  /** Bounds the calls in flight to one target. */
  readonly limit: Limit;
}

/** Asks operations, page by page, within the limits of a scan. */
export interface GcpCaller {
  readonly site: (account: string | null, number: string | null) => CallSite;
  /**
   * Asks an operation once, through all its pages, and hands each item of the answer to `onItem`: nothing of a page that is not what Google
   * documents. A request whose answer is the same everywhere is sent once in a scan; whoever asks after the first learns how it ended, and
   * gets no items. Null is success. Never throws for what the API or the network does.
   */
  readonly ask: (
    site: CallSite,
    operation: GcpOperation,
    members: RequestMembers,
    onItem: (item: VendorObject) => void,
  ) => Promise<CallFailure | null>;
  /** Signs in. Throws a {@link CallFailed}. */
  readonly signIn: (operation: GcpOperation) => Promise<void>;
}

/** A page of an answer. */
interface Page {
  readonly items: readonly VendorObject[];
  /** Scopes that could not be reached, so that what lies there is not in the answer. */
  readonly away: readonly string[];
}

/** Makes the caller of a scan. `signal` calls everything off. */
export function createCaller(clients: GcpClients, options: GcpCollectOptions, signal: AbortSignal): GcpCaller {
  const run = createRunner(options, signal);

  async function pages(
    site: CallSite,
    operation: GcpOperation,
    members: RequestMembers,
    onItem: (item: VendorObject) => void,
  ): Promise<CallFailure | null> {
    const tokens = new Set<string>();
    const digests = new Set<string>();
    const away = new Set<string>();
    const subject = subjectOf(site, operation, members);
    let token: string | undefined;
    for (let count = 0; count < pageLimit; count++) {
      const sent = token;
      const page = await run(
        site.limit,
        (error, around) => classify(error, subject, around),
        async (abortSignal) => {
          const base = await clients.base(
            operation.api,
            operation.endpointOf === null ? null : (members[operation.endpointOf] ?? null),
          );
          const request = requestOf(base, site, operation, { members, token: sent });
          const answer = await persist(options, prospectOf, abortSignal, () => clients.send(request, abortSignal));
          const read = pageOf(operation, answer);
          token = operation.paging === null ? undefined : nextToken(answer["nextPageToken"], tokens);
          return { ...read, items: distinctPage(read.items, digests) };
        },
      );
      page.items.forEach(onItem);
      for (const scope of page.away) away.add(scope);
      if (token === undefined) return unreached(away);
    }
    throw endlessPages();
  }

  /** The same, with what has to be looked up first. */
  async function lookedUp(...asked: Parameters<GcpCaller["ask"]>): Promise<CallFailure | null> {
    const [site, operation, members, onItem] = asked;
    if (operation.lookup === null) return pages(...asked);
    const { operation: id, from, as } = operation.lookup;
    const found: VendorObject[] = [];
    const failure = await pages(site, operationNamed(id), members, (item) => {
      found.push(item);
    });
    if (failure !== null) return failure;
    const name = text(found[0] ?? {}, from);
    if (name === null || !isPlainPath(name)) {
      return { status: "malformed", code: "MalformedAnswer", error: `the answer to ${id} has no ${from}` };
    }
    return pages(site, operation, { ...members, [as]: name }, onItem);
  }

  async function asked(...[site, operation, members, onItem]: Parameters<GcpCaller["ask"]>) {
    try {
      return await lookedUp(site, operation, members, onItem);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      if (saysGone(error.cause) && isOwn(site, operation, members)) return null;
      return error.failure;
    }
  }

  const ends = once<Promise<CallFailure | null>>();
  return {
    site: (account, number) => ({ account, number, limit: pLimit(options.perTargetConcurrency) }),
    ask(...request) {
      const [, { id, shared }, members] = request;
      return shared ? ends(`${id} ${JSON.stringify(members)}`, () => asked(...request)) : asked(...request);
    },
    signIn: (operation) =>
      run(
        (work) => work(),
        (error, around) => classify(error, { operation, projects: [] }, around),
        () => clients.signIn(),
      ),
  };
}

function prospectOf(error: unknown): Prospect {
  return { isPassing: isPassing(error), retryAfterMs: error instanceof GoogleError ? error.retryAfterMs : null };
}

/**
 * Whether a request is about something that was listed on the same target. What lies elsewhere, a network of a Shared VPC host or a group of
 * people, may be said not to be there when it may not be known of.
 */
function isOwn({ account }: CallSite, { ask, shared }: GcpOperation, members: RequestMembers): boolean {
  if (ask.how !== "per-parent" || shared) return false;
  const projects = Object.values(members)
    .map(projectIn)
    .filter((project) => project !== null);
  return projects.every((project) => project === account);
}

function subjectOf({ account, number }: CallSite, operation: GcpOperation, members: RequestMembers): CallSubject {
  const elsewhere = Object.values(members)
    .map(projectIn)
    .some((project) => project !== null && project !== account);
  if (account === null || account.includes("/") || elsewhere) return { operation, projects: [] };
  return { operation, projects: [`projects/${account}`, ...(number === null ? [] : [`projects/${number}`])] };
}

function requestOf(
  base: string,
  { account }: CallSite,
  { path, query, method, body, paging }: GcpOperation,
  { members, token }: { readonly members: RequestMembers; readonly token: string | undefined },
): GcpRequest {
  const target = account ?? "";
  const resource = kindOf(target) === "project" ? `projects/${target}` : target;
  const attachment = encodeURIComponent(`cloudresourcemanager.googleapis.com/${resource}`);
  const values: RequestMembers = { ...members, account: target, resource, attachment, base };
  const fill = (template: string, encode: (value: string) => string): string =>
    template.replaceAll(/\{(\+?)(\w+)\}/g, (_all, asItIs: string, name: string) => {
      const value = values[name] ?? "";
      return asItIs === "" ? encode(value) : value;
    });
  const url = new URL(`${base}${fill(path, encoded)}`);
  for (const [name, template] of Object.entries(query))
    url.searchParams.set(
      name,
      fill(template, (value) => value),
    );
  if (paging !== null) url.searchParams.set(...paging);
  if (token !== undefined) url.searchParams.set("pageToken", token);
  return { url, method, body };
}

/** Paths pass as paths; of what else may stand in them, only the colon of a project in somebody's domain stays. */
function encoded(value: string): string {
  return encodeURIComponent(value).replaceAll("%2F", "/").replaceAll("%3A", ":");
}

function pageOf({ answer: shape }: GcpOperation, answer: VendorObject): Page {
  if (shape.kind === "item") return { items: [answer], away: [] };
  const away = awayIn(answer);
  // A list that would be empty is left out.
  if (shape.kind === "list") return { items: itemsOf(answer, shape.member), away };
  const scopes = answer["items"] ?? {};
  if (!isJsonObject(scopes)) throw new MalformedAnswer("with something else than scopes in items");
  const read = Object.entries(scopes).map(([scope, held]): Page => {
    if (!isJsonObject(held))
      throw new MalformedAnswer(`with something else than an object in ${JSON.stringify(scope)}`);
    return { items: itemsOf(held, shape.member), away: isWarned(held) ? [scope] : [] };
  });
  return { items: read.flatMap(({ items }) => items), away: [...away, ...read.flatMap((scope) => scope.away)] };
}

function itemsOf(answer: VendorObject, member: string): readonly VendorObject[] {
  const items: unknown = answer[member] ?? [];
  if (!Array.isArray(items)) throw new MalformedAnswer(`with something else than a list in ${member}`);
  return items.map((item: unknown) => {
    if (!isJsonObject(item)) throw new MalformedAnswer(`with something else than objects in ${member}`);
    return item;
  });
}

/** What an answer as a whole says it lacks. Compute Engine calls the member `unreachables`, other APIs `unreachable`. */
function awayIn(answer: VendorObject): readonly string[] {
  const named = [...texts(answer, "unreachables"), ...texts(answer, "unreachable")];
  if (named.length > 0 || !isWarned(answer)) return named;
  return [text(object(answer, "warning") ?? {}, "message") ?? "a part"];
}

/** Whether what stands beside items says that some are missing: https://docs.cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList */
function isWarned(holder: VendorObject): boolean {
  const warning = object(holder, "warning");
  return warning !== null && text(warning, "code") !== "NO_RESULTS_ON_PAGE";
}

function unreached(away: ReadonlySet<string>): CallFailure | null {
  if (away.size === 0) return null;
  const named = [...away].toSorted();
  const shown = named.slice(0, 5).join(", ");
  const more = named.length > 5 ? ` and ${named.length - 5} more` : "";
  const error = `${shown}${more} could not be reached, so that what lies there is missing`;
  return { status: "unreachable", code: "UNREACHABLE", error: error.replaceAll(/[\p{Cc}\p{Cf}]/gu, " ").slice(0, 300) };
}
