import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AwsEstate } from "../estate.ts";
import { createFaults } from "../faults.ts";
import type { FaultControl } from "../faults.ts";
import { deliver, listen, receive, stop } from "../http.ts";
import { answer } from "./answer.ts";
import type { LabRequest, World } from "./answer.ts";
import type { Operation } from "./call.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { createPrincipals } from "./principals.ts";
import type { LabCredentials } from "./principals.ts";
import { services } from "./services.ts";

/** How a loopback AWS is started. */
export interface AwsLabOptions {
  /** Faults that are there from the beginning. */
  readonly faults?: readonly Fault[];
  /** How many items a page of an answer holds at most. Small by default, so that every listing is paged. */
  readonly pageSize?: number;
  /** Answers that stand in the place of the estate's, by operation: `ec2:DescribeVpcs`. May be changed while the lab runs. */
  readonly answers?: ReadonlyMap<string, Operation>;
}

/** A running loopback AWS. */
export interface AwsLab {
  /** What AWS_ENDPOINT_URL is to be: `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** The long-lived keys of an account, by its id or name. @throws Error when the estate has no such account. */
  credentialsFor(accountOrProfile: string): LabCredentials;
  /** The environment variables that point the AWS SDK or CLI at this lab, as that account. */
  environmentFor(accountOrProfile: string): Readonly<Record<string, string>>;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly LabRequest[];
  readonly faults: FaultControl<FaultKind>;
  /** Stops it and cuts what is still open. */
  close(): Promise<void>;
}

const defaultPageSize = 2;

/** Starts a loopback AWS that serves the estate to the real AWS SDK on a free port of 127.0.0.1. */
export async function startAwsLab(estate: AwsEstate, options: AwsLabOptions = {}): Promise<AwsLab> {
  const principals = createPrincipals(estate);
  const faults = createFaults<FaultKind>(options.faults ?? []);
  const requests: LabRequest[] = [];
  const world: World = {
    estate,
    principals,
    services: services(principals),
    faults,
    requests,
    pageSize: options.pageSize ?? defaultPageSize,
    answers: options.answers ?? new Map(),
  };

  const server = createServer((incoming, outgoing) => {
    void serve(world, incoming, outgoing);
  });
  const endpoint = `http://127.0.0.1:${await listen(server)}`;

  return {
    endpoint,
    credentialsFor: (account) => principals.credentialsFor(account),
    environmentFor(account) {
      const { accessKeyId, secretAccessKey } = principals.credentialsFor(account);
      return {
        AWS_ENDPOINT_URL: endpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_REGION: estate.regions[0]?.name ?? "us-east-1",
      };
    },
    requests,
    faults,
    close: () => stop(server),
  };
}

async function serve(world: World, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const request = await receive(incoming);
    const { response, fault } = await answer(world, request, randomUUID());
    deliver(outgoing, response, fault);
  } catch (error) {
    // A client may go away in the middle of its request; anything else is a defect of the lab, which no client should retry.
    if (!outgoing.destroyed)
      outgoing.writeHead(400, { "content-type": "text/plain" }).end(`LabDefect: ${String(error)}`);
  }
}
