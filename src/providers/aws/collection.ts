import { globalRegion, type Target } from "../../model/resource.ts";
import { type Collecting, inquire as inquireShared, type OperationEnd, type Requests } from "../shared/inquire.ts";
import type { AwsCaller, CallSite } from "./call.ts";
import type { AwsClients } from "./clients.ts";
import type { AwsOperation } from "./operation.ts";
import { findAwsOperation } from "./operations.ts";
import type { AwsCollectOptions } from "./options.ts";

/** What everything that collects writes to and asks with. */
export interface AwsCollection extends Collecting {
  readonly caller: AwsCaller;
}

/** What connecting works with besides. */
export interface Connecting extends AwsCollection {
  readonly options: AwsCollectOptions;
  readonly clients: AwsClients;
}

/** The operation of that id, which must be in the list. */
export function operationNamed(id: string): AwsOperation {
  const operation = findAwsOperation(id);
  if (operation === undefined) throw new Error(`${id} is not in the list of operations`);
  return operation;
}

/** The target that holds what an account has outside Regions. */
export function globalTarget(account: string): Target {
  return { cloud: "aws", account, region: globalRegion };
}

/** What to ask of an operation. */
export interface Inquiry extends Requests {
  readonly site: CallSite;
  readonly target: Target;
  readonly operation: AwsOperation;
  /** Members that every request carries. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Whether the Region itself answers, so that a host name that does not exist is a service that is not offered there. */
  readonly regionAnswers: () => Promise<boolean>;
  /** Whether nothing of the scan rests on the answer: failing, it leaves no coverage row. By default it does. */
  readonly dispensable?: boolean;
}

/** Sends every request of an inquiry, and leaves the records and exactly one coverage row. Never throws for what the API does. */
export function inquire(collection: AwsCollection, inquiry: Inquiry): Promise<OperationEnd> {
  const { site, operation, members, regionAnswers } = inquiry;
  return inquireShared(collection, inquiry, async (request, onItem, onItemOf) => {
    const end = await collection.caller.ask(site, operation, members ?? {}, request.members, (data, beside) =>
      (beside === undefined ? onItem : onItemOf(beside))(data),
    );
    if (end === null) return null;
    if (end.host !== null && isAwsHost(end.host) && operation.service !== "ec2" && (await regionAnswers())) {
      return { status: "disabled", error: "the service is not offered in this Region" };
    }
    return end;
  });
}

/** The names of AWS's own endpoints; one that a user configured says nothing about a Region when it does not exist. */
function isAwsHost(host: string): boolean {
  return /\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/i.test(host);
}
