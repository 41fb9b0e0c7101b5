import type { DumpDocument } from "../../../snapshot/dump.ts";
import type { Answer } from "./answers.ts";
import { isObject, withoutSuffix } from "./clues.ts";

/** What has a report made answers with a ticket, and what is asked for with it does not say whom the report is about. */
export interface Tickets {
  /** The documents that hold nothing but a ticket. */
  readonly documents: readonly DumpDocument[];
  /** The answer with whom it is about beside it, where its ticket tells. */
  readonly redeem: (answer: Answer) => Answer;
}

/** Reads the answers of GenerateServiceLastAccessedDetails: `{ "JobId": "..." }` in a file that is named after an ARN. */
export function readTickets(documents: readonly DumpDocument[]): Tickets {
  const holding = documents.flatMap((document) => {
    const { path, value } = document;
    const ticket = isObject(value) && Object.keys(value).length === 1 ? value["JobId"] : undefined;
    const arn = path.map((name) => identityArn.exec(withoutSuffix(name))?.[0]).findLast((found) => found !== undefined);
    return typeof ticket === "string" && arn !== undefined ? [{ document, ticket, arn }] : [];
  });
  const arns = new Map(holding.map(({ ticket, arn }) => [ticket, arn]));
  return {
    documents: holding.map(({ document }) => document),
    redeem(answer) {
      if (answer.operations.every(({ id }) => id !== "iam:GetServiceLastAccessedDetails")) return answer;
      const ticket = [...answer.path, answer.beside["JobId"] ?? ""].findLast((name) => arns.has(withoutSuffix(name)));
      const arn = ticket === undefined ? undefined : arns.get(withoutSuffix(ticket));
      return arn === undefined ? answer : { ...answer, beside: { Arn: arn, ...answer.beside } };
    },
  };
}

const identityArn = /arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\w+=,.@/-]*[\w+=@-]/u;
