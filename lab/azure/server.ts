import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";

import type { FaultControl } from "../faults.ts";
import { createFaults } from "../faults.ts";
import { deliver, listen, receive, stop } from "../http.ts";
import { answer, type LabRequest, type World } from "./answer.ts";
import { makeCertificate } from "./certificate.ts";
import type { AzureEstate, AzureTenant } from "./estate.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { createTokens } from "./tokens.ts";

/** How a loopback Azure is started. */
export interface AzureLabOptions {
  /** Faults that are there from the beginning. */
  readonly faults?: readonly Fault[];
  /** How many items a page of an answer holds at most. Small by default, so that every listing is paged. */
  readonly pageSize?: number;
}

/** A running loopback Azure: Microsoft Entra ID, Azure Resource Manager and Microsoft Graph on one server. */
export interface AzureLab {
  /** `https://127.0.0.1:<port>`: both AZURE_AUTHORITY_HOST and AZURE_RESOURCE_MANAGER_ENDPOINT. */
  readonly endpoint: string;
  /** `https://localhost:<port>`: AZURE_GRAPH_ENDPOINT. By another name, so that a token for the one is none for the other. */
  readonly graphEndpoint: string;
  /** The certificate to trust, PEM. It was made for this lab and signed by itself. */
  readonly certificate: string;
  /** How the estate's app registration signs in: what to give to collectAzure, and to a ClientSecretCredential. */
  readonly options: {
    readonly endpoint: string;
    readonly graphEndpoint: string;
    readonly authorityHost: string;
    readonly certificates: string;
    readonly credentials: { readonly tenantId: string; readonly clientId: string; readonly clientSecret: string };
  };
  /** The environment variables that point @azure/identity and Rampart at this lab. The certificate must be trusted besides. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly LabRequest[];
  readonly faults: FaultControl<FaultKind>;
  /** Stops it and cuts what is still open. */
  close(): Promise<void>;
}

const defaultPageSize = 2;

/** Starts a loopback Azure that serves the estate to the real Azure SDK on a free port of 127.0.0.1. */
export async function startAzureLab(estate: AzureEstate, options: AzureLabOptions = {}): Promise<AzureLab> {
  const { key, certificate } = makeCertificate();
  const faults = createFaults<FaultKind>(options.faults ?? []);
  const requests: LabRequest[] = [];
  let endpoint = "";
  let graphEndpoint = "";
  const world: World = {
    estate,
    tokens: createTokens(estate.tenant),
    faults,
    requests,
    pageSize: options.pageSize ?? defaultPageSize,
    endpoint: () => endpoint,
    graphEndpoint: () => graphEndpoint,
  };
  const server = createServer({ key, cert: certificate }, (incoming, outgoing) => {
    void serve(world, incoming, outgoing);
  });
  const port = await listen(server);
  endpoint = `https://127.0.0.1:${port}`;
  graphEndpoint = `https://localhost:${port}`;
  return {
    endpoint,
    graphEndpoint,
    certificate,
    options: {
      endpoint,
      graphEndpoint,
      authorityHost: endpoint,
      certificates: certificate,
      credentials: credentialsOf(estate.tenant),
    },
    environment: {
      AZURE_AUTHORITY_HOST: endpoint,
      AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint,
      AZURE_GRAPH_ENDPOINT: graphEndpoint,
      AZURE_TENANT_ID: estate.tenant.id,
      AZURE_CLIENT_ID: estate.tenant.clientId,
      AZURE_CLIENT_SECRET: estate.tenant.clientSecret,
    },
    requests,
    faults,
    close: () => stop(server),
  };
}

function credentialsOf({ id, clientId, clientSecret }: AzureTenant): AzureLab["options"]["credentials"] {
  return { tenantId: id, clientId, clientSecret };
}

async function serve(world: World, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const { response, fault } = answer(world, await receive(incoming));
    deliver(outgoing, response, fault);
  } catch (error) {
    // A client may go away in the middle of its request; anything else is a defect of the lab, which no client should retry.
    if (!outgoing.destroyed)
      outgoing.writeHead(400, { "content-type": "text/plain" }).end(`LabDefect: ${String(error)}`);
  }
}
