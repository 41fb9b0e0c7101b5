import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AwsEstate } from "../estate.ts";
import { answer } from "./answer.ts";
import type { LabRequest, World } from "./answer.ts";
import type { Operation } from "./call.ts";
import { createFaults } from "./faults.ts";
import type { Fault, FaultControl } from "./faults.ts";
import { createPrincipals } from "./principals.ts";
import type { LabCredentials } from "./principals.ts";
import { services } from "./services.ts";
import type { WireRequest, WireResponse } from "./wire/message.ts";

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
  readonly faults: FaultControl;
  /** Stops it and cuts what is still open. */
  close(): Promise<void>;
}

const defaultPageSize = 2;
const defaultDelayMs = 200;

/** Starts a loopback AWS that serves the estate to the real AWS SDK on a free port of 127.0.0.1. */
export async function startAwsLab(estate: AwsEstate, options: AwsLabOptions = {}): Promise<AwsLab> {
  const principals = createPrincipals(estate);
  const faults = createFaults(options.faults ?? []);
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
  // Longer than any client keeps a connection, so that none is closed under a request that is on its way.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The lab's server has no port.");
  const endpoint = `http://127.0.0.1:${address.port}`;

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
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
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

async function receive(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const [path = "/", query = ""] = (incoming.url ?? "/").split("?");
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, [value ?? []].flat().join(", ")]);
  return {
    method: incoming.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}

/** Sends the response, unless a fault of the connection comes in between. */
function deliver(outgoing: ServerResponse, response: WireResponse, fault: Fault | null): void {
  const { status, body } = response;
  const headers = { "content-length": String(body.byteLength), ...response.headers };
  const send = (): void => {
    outgoing.writeHead(status, headers).end(body);
  };
  const kind = fault?.kind;
  if (kind === "timeout") return;
  if (kind === "reset") {
    outgoing.socket?.resetAndDestroy();
    return;
  }
  if (kind === "cut-off") {
    outgoing.writeHead(status, headers);
    outgoing.write(body.subarray(0, Math.floor(body.byteLength / 2)), () => outgoing.socket?.destroy());
    return;
  }
  if (kind === "slow") setTimeout(send, fault?.delayMs ?? defaultDelayMs);
  else send();
}
