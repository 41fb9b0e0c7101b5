import { MissingCredentials, UsageError } from "../../model/error.ts";
import type { VendorObject } from "../../snapshot/record.ts";
import { CallFailed, type CallFailure } from "../shared/call.ts";
import { settle } from "../shared/inquire.ts";
import { type AzureCollection, inquire, operationNamed, targetOf } from "./collection.ts";
import { noCredentials, refusesCredentials } from "./errors.ts";
import type { AzureCollectOptions } from "./options.ts";

/** A subscription to collect from. */
export interface SubscriptionPlan {
  readonly id: string;
  /** Null when it was not told. */
  readonly name: string | null;
  /** The tenant that the subscription trusts, which is another one where it was delegated; null when it was not told. */
  readonly tenant: string | null;
}

/** What to collect, and as whom. */
export interface AzurePlan {
  /** The tenant that was signed in to. */
  readonly tenant: string;
  readonly plans: readonly SubscriptionPlan[];
}

/** A subscription as the listing tells it. */
interface ToldSubscription extends SubscriptionPlan {
  readonly state: string;
  readonly data: VendorObject;
}

/** What the listing of subscriptions gave. */
interface Listing {
  readonly told: readonly ToldSubscription[];
  /** Null when it was read whole. */
  readonly failure: CallFailure | null;
}

const listing = operationNamed("Microsoft.Resources/subscriptions/read");
const descendants = operationNamed("Microsoft.Management/managementGroups/descendants/read");

/** States in which a subscription's resources run: https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states */
const live: ReadonlySet<string> = new Set(["Enabled", "Warned", "PastDue"]);

/**
 * Signs in and finds out which subscriptions to collect from. What it reads on the way, and what it could not read, is written to the
 * sink; a subscription that is disabled is left out and said. Throws UsageError for options that cannot be meant, for credentials that are
 * missing or refused, and for subscriptions that the credentials do not lead to.
 */
export async function connect(collection: AzureCollection): Promise<AzurePlan> {
  checkOptions(collection.options);
  const tenant = await signIn(collection);
  if (tenant === null) return { tenant: "unknown", plans: [] };
  const [inGroups, listed] = await Promise.all([
    subscriptionsInGroups(collection, tenant),
    listSubscriptions(collection),
  ]);
  if (listed.failure !== null) leaveUnlisted(collection, tenant, listed);
  const wanted = choose(collection, inGroups, listed);
  for (const { id, data } of wanted.known) {
    collection.sink.record({ ...targetOf(id), operation: listing.id, data });
    settle(collection, targetOf(id), listing, { status: "complete", error: null, items: 1 });
  }
  for (const id of wanted.unseen)
    leaveOut(
      collection,
      { id, name: null, tenant: null },
      "the credentials do not see it; it needs Reader there",
      true,
    );
  for (const plan of wanted.known) {
    if (!live.has(plan.state)) leaveOut(collection, plan, `Azure says that the subscription is ${plan.state}`, false);
  }
  return {
    tenant,
    plans: [
      ...wanted.known.filter(({ state }) => live.has(state)),
      ...wanted.untold.map((id) => ({ id, name: null, tenant: null })),
    ],
  };
}

function checkOptions({ managementGroups, subscriptions }: AzureCollectOptions): void {
  const wrong = managementGroups.find((group) => !/^[\w().-]{1,90}$/.test(group));
  if (wrong !== undefined) {
    throw new UsageError(
      `${JSON.stringify(wrong)} is no id of a management group: give the id that \`az account management-group list\` shows as name`,
    );
  }
  if (subscriptions.some((subscription) => subscription.trim() === "")) {
    throw new UsageError(
      "A subscription needs its id or name: leave out --subscription for every one that the credentials see",
    );
  }
}

/** The tenant that the credentials sign in to; null when Microsoft Entra ID does not answer, which the snapshot then says. */
async function signIn(collection: AzureCollection): Promise<string | null> {
  const { caller, options, sink } = collection;
  try {
    return (await caller.signIn(listing)) ?? options.credentials?.tenantId ?? options.tenant ?? "unknown";
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const { failure } = error;
    if (refusesCredentials(failure)) {
      const words = refusal(failure.code, options);
      throw failure.code === noCredentials ? new MissingCredentials(words) : new UsageError(words);
    }
    const account = options.credentials?.tenantId ?? options.tenant ?? "unknown";
    settle(collection, targetOf(account), listing, { status: failure.status, error: failure.error, items: 0 });
    sink.target({ ...targetOf(account), name: null, status: "skipped", note: failure.error });
    return null;
  }
}

function refusal(code: string, { tenant }: AzureCollectOptions): string {
  const login = tenant === null ? "`az login`" : `\`az login --tenant ${tenant}\``;
  if (code === noCredentials) {
    return `No Azure credentials were found: run ${login}, or set AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE`;
  }
  return `Microsoft Entra ID does not accept the Azure credentials (${code}): they are wrong, expired, or of another tenant. Renew them, for example with ${login}, and try again; https://login.microsoftonline.com/error?code=${code.replace(/^AADSTS/, "")} says what the code means`;
}

/** The subscriptions below the management groups that were named, by id; null when none was. */
async function subscriptionsInGroups(collection: AzureCollection, tenant: string): Promise<readonly string[] | null> {
  const { managementGroups } = collection.options;
  if (managementGroups.length === 0) return null;
  const end = await inquire(collection, collection.caller.site(null), {
    target: targetOf(tenant),
    operation: descendants,
    requests: [...new Set(managementGroups)].map((group) => ({ members: { group } })),
    unasked: null,
    nothingHere: false,
  });
  if (end.status !== "complete") {
    collection.sink.note(
      `Management groups could not be read whole, so subscriptions below them may be missing: ${end.error ?? end.status}. It takes Management Group Reader on each group`,
    );
  }
  // https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants
  return end.records.flatMap(({ data: { type, name } }) =>
    typeof type === "string" && /\/subscriptions$/i.test(type) && typeof name === "string" ? [name] : [],
  );
}

async function listSubscriptions({ caller }: AzureCollection): Promise<Listing> {
  const told = new Map<string, ToldSubscription>();
  const failure = await caller.ask(caller.site(null), listing, {}, (data) => {
    const { subscriptionId: id, displayName: name, state, tenantId: tenant } = data;
    if (typeof id !== "string" || id === "") return;
    told.set(key(id), {
      id,
      name: typeof name === "string" ? name : null,
      tenant: typeof tenant === "string" && tenant !== "" ? tenant : null,
      state: typeof state === "string" ? state : "Enabled",
      data,
    });
  });
  return { told: [...told.values()], failure };
}

/** Says that there may be more subscriptions than were told. */
function leaveUnlisted(collection: AzureCollection, tenant: string, { told, failure }: Listing): void {
  if (failure === null) return;
  settle(collection, targetOf(tenant), listing, { status: failure.status, error: failure.error, items: 0 });
  if (told.length > 0) {
    collection.sink.note(
      `Not every subscription could be listed, so those that were not told are missing: ${failure.error}`,
    );
    return;
  }
  collection.sink.target({ ...targetOf(tenant), name: null, status: "skipped", note: failure.error });
}

/**
 * The subscriptions that the options lead to. `unseen`: below a management group, but not among those that the credentials see.
 * `untold`: named by id, while the listing failed.
 */
function choose(
  { options }: AzureCollection,
  inGroups: readonly string[] | null,
  { told, failure }: Listing,
): {
  readonly known: readonly ToldSubscription[];
  readonly unseen: readonly string[];
  readonly untold: readonly string[];
} {
  const named = [...new Set(options.subscriptions.map((subscription) => subscription.trim()))];
  if (named.length === 0 && inGroups === null) {
    if (told.length === 0 && failure === null) {
      throw new UsageError(
        "The credentials see no Azure subscription: assign Reader on a subscription or management group to them, or name the tenant with --tenant",
      );
    }
    return { known: told, unseen: [], untold: [] };
  }
  const fits = (subscription: ToldSubscription, word: string): boolean =>
    key(subscription.id) === key(word) || (subscription.name !== null && key(subscription.name) === key(word));
  const strange = named.filter((word) => !told.some((subscription) => fits(subscription, word)));
  if (strange.length > 0 && failure === null) throw new UsageError(unreached(strange, told));
  const words = [...named, ...(inGroups ?? [])];
  return {
    known: told.filter((subscription) => words.some((word) => fits(subscription, word))),
    unseen: (inGroups ?? []).filter(
      (id) => failure === null && !told.some((subscription) => key(subscription.id) === key(id)),
    ),
    untold:
      failure === null
        ? []
        : [...new Set([...strange.filter(isId), ...(inGroups ?? [])])].filter(
            (id) => !told.some((subscription) => key(subscription.id) === key(id)),
          ),
  };
}

function unreached(strange: readonly string[], told: readonly ToldSubscription[]): string {
  const seen = told.slice(0, 10).map(({ id, name }) => (name === null ? id : `${name} (${id})`));
  const more = told.length > seen.length ? ` and ${told.length - seen.length} more` : "";
  const known = seen.length === 0 ? "none" : `${seen.join(", ")}${more}`;
  return `The credentials do not see the subscription ${strange.join(", ")}; they see ${known}. Assign Reader there, or name its tenant with --tenant`;
}

function leaveOut(collection: AzureCollection, { id, name }: SubscriptionPlan, note: string, isGap: boolean): void {
  collection.sink.target({ ...targetOf(id), name, status: "skipped", note });
  if (isGap) settle(collection, targetOf(id), listing, { status: "denied", error: note, items: 0 });
}

function key(text: string): string {
  return text.toLowerCase();
}

function isId(word: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(word);
}
