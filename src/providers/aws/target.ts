import type { Target } from "../../model/resource.ts";
import { type Ends, walk } from "../shared/walk.ts";
import type { CallSite } from "./call.ts";
import { type AwsCollection, inquire } from "./collection.ts";
import type { AwsOperation } from "./operation.ts";
import { awsOperations } from "./operations.ts";

/** The operation whose answer shows that a Region is there. */
const regionProbe = "ec2:DescribeVpcs";

/** Asks every operation of a scope on one target; see {@link walk}. */
export async function collectTarget(
  collection: AwsCollection,
  site: CallSite,
  target: Target,
  scope: AwsOperation["scope"],
): Promise<void> {
  const operations = awsOperations.filter((operation) => operation.scope === scope);
  await walk(operations, (operation, requests, ends) => {
    const members = operation.ask.how === "once" ? operation.ask.members : {};
    return inquire(collection, {
      site,
      target,
      operation,
      members,
      ...requests,
      regionAnswers: () => regionAnswers(ends),
    });
  });
}

async function regionAnswers(ends: Ends): Promise<boolean> {
  const end = await ends.get(regionProbe);
  return end?.status === "complete" || end?.status === "denied";
}
