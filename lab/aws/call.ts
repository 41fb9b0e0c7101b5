import type { AwsAccount, AwsEstate, AwsRegionEstate } from "../estate.ts";
import type { ErrorWords } from "./errors.ts";
import type { Principal } from "./principals.ts";
import type { OperationShape } from "./shapes.ts";
import type { Fields } from "./wire/protocols.ts";

/** How the paging of one answer is spoilt to order. */
export type PageFault = "repeated-token" | "empty-page";

/** One call of an operation, as the operation sees it. */
export interface Call {
  readonly estate: AwsEstate;
  readonly operation: OperationShape;
  readonly input: Fields;
  readonly principal: Principal;
  /** The account of the principal. */
  readonly account: AwsAccount;
  readonly region: string;
  /** What lies in that account and Region. */
  readonly here: AwsRegionEstate;
  readonly errors: ErrorWords;
  /** How many items a page holds at most. */
  readonly pageSize: number;
  readonly pageFault: PageFault | null;
}

/** Answers a call: the output's members as the SDK names them. May throw AwsError. */
export type Operation = (call: Call) => object;

/** The operations of a service by name. */
export type Operations = Readonly<Record<string, Operation>>;

/** A text of the request; empty when the request has none under that name. */
export function textInput(call: Call, member: string): string {
  const value = call.input[member];
  return typeof value === "string" ? value : "";
}
