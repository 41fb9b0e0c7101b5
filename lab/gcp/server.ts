import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";

import type { FaultControl } from "../faults.ts";
import { createFaults } from "../faults.ts";
import { deliver, listen, receive, stop } from "../http.ts";
import { answer, type LabRequest, type World } from "./answer.ts";
import type { GcpEstate } from "./estate.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { serviceAccountKey } from "./service-account-key.ts";
import { createTokens } from "./tokens.ts";

/** How a loopback Google is started. */
export interface GcpLabOptions {
  /** Faults that are there from the beginning. */
  readonly faults?: readonly Fault[];
  /** How many items a page of an answer holds at most. Small by default, so that every listing is paged. */
  readonly pageSize?: number;
}

/** A running loopback Google: the metadata server, the token endpoint and the APIs at one address. */
export interface GcpLab {
  /** `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** Where each API is, as gcloud's endpoint overrides have it. */
  readonly options: {
    /** `127.0.0.1:<port>`, for GCE_METADATA_HOST. */
    readonly metadataHost: string;
    /** `http://127.0.0.1:<port>/compute/v1/`. */
    readonly compute: string;
    readonly cloudresourcemanager: string;
    readonly networksecurity: string;
    readonly iam: string;
    readonly cloudidentity: string;
    readonly run: string;
    readonly cloudfunctions: string;
    readonly iamcredentials: string;
    readonly tokenUrl: string;
  };
  /**
   * The environment variables that point Application Default Credentials and Rampart at this lab, and at nothing that whoever runs it is
   * signed in with.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** A key file of the estate's service account, with the lab's token endpoint in it. */
  readonly keyFile: () => Readonly<Record<string, string>>;
  /** The same for collectGcp, whatever the environment is: where the APIs are, and the key of the estate's service account. */
  readonly collectOptions: () => {
    readonly endpoints: {
      readonly compute: string;
      readonly cloudresourcemanager: string;
      readonly networksecurity: string;
      readonly iam: string;
      readonly cloudidentity: string;
      readonly run: string;
      readonly cloudfunctions: string;
      readonly iamcredentials: string;
    };
    readonly credentials: { readonly clientEmail: string; readonly privateKey: string; readonly tokenUrl: string };
  };
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly LabRequest[];
  readonly faults: FaultControl<FaultKind>;
  /** Stops it and cuts what is still open. */
  close(): Promise<void>;
}

const defaultPageSize = 2;

/** Starts a loopback Google that serves the estate to Google's real clients on a free port of 127.0.0.1. */
export async function startGcpLab(estate: GcpEstate, options: GcpLabOptions = {}): Promise<GcpLab> {
  const faults = createFaults<FaultKind>(options.faults ?? []);
  const requests: LabRequest[] = [];
  const world: World = {
    estate,
    tokens: createTokens(estate.identity),
    faults,
    requests,
    pageSize: options.pageSize ?? defaultPageSize,
  };
  const server = createServer((incoming, outgoing) => {
    void serve(world, incoming, outgoing);
  });
  const metadataHost = `127.0.0.1:${await listen(server)}`;
  const endpoint = `http://${metadataHost}`;
  const tokenUrl = `${endpoint}/token`;
  const compute = `${endpoint}/compute/v1/`;
  const root = `${endpoint}/`;
  const endpoints = {
    compute,
    cloudresourcemanager: root,
    networksecurity: root,
    iam: root,
    cloudidentity: root,
    run: root,
    cloudfunctions: root,
    iamcredentials: root,
  };
  return {
    endpoint,
    options: {
      metadataHost,
      ...endpoints,
      tokenUrl,
    },
    environment: {
      GCE_METADATA_HOST: metadataHost,
      GOOGLE_APPLICATION_CREDENTIALS: "",
      // Below a file, so that no tool that is led here can make it.
      CLOUDSDK_CONFIG: join(import.meta.filename, "none"),
      ...Object.fromEntries(
        Object.entries(endpoints).map(([api, address]) => [
          `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`,
          address,
        ]),
      ),
    },
    keyFile: () => ({
      type: "service_account",
      project_id: estate.identity.project,
      private_key_id: "0123456789abcdef0123456789abcdef01234567",
      private_key: serviceAccountKey().privateKey,
      client_email: estate.identity.serviceAccount,
      client_id: "100000000000000000000",
      token_uri: tokenUrl,
      universe_domain: "googleapis.com",
    }),
    collectOptions: () => ({
      endpoints,
      credentials: {
        clientEmail: estate.identity.serviceAccount,
        privateKey: serviceAccountKey().privateKey,
        tokenUrl,
      },
    }),
    requests,
    faults,
    close: () => stop(server),
  };
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
