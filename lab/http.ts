import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import type { Fault } from "./faults.ts";

/** An HTTP request as the lab's server received it whole. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What the lab's server sends back. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A response with a text body. */
export function textResponse(
  status: number,
  contentType: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  return { status, headers: { "content-type": contentType, ...headers }, body: new TextEncoder().encode(text) };
}

/** Waits for a request to arrive whole. */
export async function receive(incoming: IncomingMessage): Promise<WireRequest> {
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

/** How late a `slow` answer is when its fault does not say, in milliseconds. */
const defaultDelayMs = 200;

/** Sends the response, unless a fault of the connection comes in between. */
export function deliver(outgoing: ServerResponse, response: WireResponse, fault: Fault<string> | null): void {
  const { status, body } = response;
  const headers = { "content-length": String(body.byteLength), ...response.headers };
  const send = (): void => {
    outgoing.writeHead(status, headers).end(body);
  };
  const kind = fault?.kind;
  if (kind === "timeout") return;
  if (kind === "reset") {
    // Node cannot send a reset below TLS; that the connection ends without an answer is the same to a client.
    if (outgoing.socket instanceof TLSSocket) outgoing.socket.destroy();
    else outgoing.socket?.resetAndDestroy();
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

/** Starts a server on a free port of 127.0.0.1 and tells the port. */
export async function listen(server: Server): Promise<number> {
  // Longer than any client keeps a connection, so that none is closed under a request that is on its way.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The lab's server has no port.");
  return address.port;
}

/** Stops a server and cuts what is still open. */
export async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
