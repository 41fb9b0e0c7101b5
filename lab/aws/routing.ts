import { memberOf } from "./shapes.ts";
import type { OperationShape } from "./shapes.ts";
import { loadOperation, loadOperations } from "./services.ts";
import type { Service } from "./services.ts";
import type { WireRequest } from "../http.ts";
import { formParameters } from "./wire/protocols.ts";
import { matchOperation } from "./wire/rest.ts";

/** The scope of an AWS Signature Version 4, and the session token that went with it. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly signingName: string;
  readonly sessionToken: string | undefined;
}

/** The operation that a request asks for. */
export interface Route {
  /** The operation's name; what the request says even when the lab does not have it. */
  readonly name: string;
  /** Null when the lab does not have it. */
  readonly operation: OperationShape | null;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Reads who signed a request and for which Region and service; null when it is not signed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function readSignature(request: WireRequest): Signature | null {
  const credential = /Credential=([^/,]+)\/\d{8}\/([^/,]+)\/([^/,]+)\/aws4_request/.exec(
    request.headers["authorization"] ?? "",
  );
  if (credential === null) return null;
  const [, accessKeyId = "", region = "", signingName = ""] = credential;
  return { accessKeyId, region, signingName, sessionToken: request.headers["x-amz-security-token"] };
}

/** The service that a request is for: by its signature, and where that leaves two, by the API version; null when none is. */
export function routeToService(
  services: readonly Service[],
  request: WireRequest,
  signature: Signature | null,
): Service | null {
  const version = formParameters(request).get("Version");
  // Web identities sign nothing: the token is the proof.
  const signingName = signature?.signingName ?? (version === stsVersion ? "sts" : null);
  const named = services.filter((service) => service.signingName === signingName);
  return named.find((service) => service.version === version) ?? named.find(({ version: own }) => own === null) ?? null;
}

const stsVersion = "2011-06-15";

/** The operation that a request asks its service for. */
export async function routeToOperation(service: Service, request: WireRequest): Promise<Route> {
  switch (service.protocol) {
    case "ec2Query":
    case "awsQuery":
      return byName(service, formParameters(request).get("Action") ?? "");
    case "awsJson1_0":
    case "awsJson1_1":
      return byName(service, (request.headers["x-amz-target"] ?? "").split(".").at(-1) ?? "");
    case "restJson1":
      return byPath(await loadOperations(service), request, {});
    case "restXml": {
      const { bucket, path } = bucketOf(request);
      const fitting = (await loadOperations(service)).filter(
        (operation) => (memberOf(operation.input, "Bucket") !== null) === (bucket !== null),
      );
      return byPath(fitting, { ...request, path }, bucket === null ? {} : { Bucket: bucket });
    }
  }
}

async function byName(service: Service, name: string): Promise<Route> {
  return { name, operation: await loadOperation(service, name), labels: {} };
}

function byPath(
  operations: readonly OperationShape[],
  request: WireRequest,
  labels: Readonly<Record<string, string>>,
): Route {
  const match = matchOperation(operations, request);
  if (match === null) return { name: `${request.method} ${request.path}`, operation: null, labels };
  return { name: match.operation.name, operation: match.operation, labels: { ...labels, ...match.labels } };
}

/** S3's two ways to name a bucket: the first segment of the path, or the first labels of the host. */
function bucketOf(request: WireRequest): { bucket: string | null; path: string } {
  const host = (request.headers["host"] ?? "").replace(/:\d+$/, "");
  const [, hosted] = /^(.+)\.(?:localhost|s3[.-][\w.-]*amazonaws\.com)$/.exec(host) ?? [];
  if (hosted !== undefined) return { bucket: hosted, path: request.path };
  const [, first = "", ...rest] = request.path.split("/");
  return first === "" ? { bucket: null, path: "/" } : { bucket: decodeURIComponent(first), path: `/${rest.join("/")}` };
}
