import type { AwsError } from "../errors.ts";
import { isObject } from "../shapes.ts";
import type { OperationShape } from "../shapes.ts";
import { fromJson, toJson } from "./json.ts";
import { textResponse } from "../../http.ts";
import type { WireRequest, WireResponse } from "../../http.ts";
import { readQueryInput } from "./query.ts";
import { bodyStructure, payloadMember, readHttpMembers, responseHeaders } from "./rest.ts";
import { xmlElement, xmlMembers, xmlText } from "./xml.ts";

/** The wire protocols of AWS that the lab speaks. */
type ProtocolName = "ec2Query" | "awsQuery" | "awsJson1_0" | "awsJson1_1" | "restJson1" | "restXml";

/** The part of a service that its protocol writes into messages. */
export interface ServiceWire {
  readonly protocol: ProtocolName;
  /** The XML namespace of its answers; empty for the JSON protocols. */
  readonly xmlNamespace: string;
  /** Its shapes' namespace, which awsJson puts before error codes. */
  readonly namespace: string;
}

/** A value as the SDK has it: member names, Dates, numbers. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads the input of an operation out of a request. `labels` are those of a REST path. */
export function readInput(
  wire: ServiceWire,
  operation: OperationShape,
  request: WireRequest,
  labels: Readonly<Record<string, string>>,
): Fields {
  switch (wire.protocol) {
    case "ec2Query":
    case "awsQuery":
      return readQueryInput(operation.input, formParameters(request), wire.protocol);
    case "awsJson1_0":
    case "awsJson1_1":
      return fromJson(operation.input, parseJson(request.body), { jsonNames: false });
    case "restJson1": {
      const body = fromJson(bodyStructure(operation.input), parseJson(request.body), { jsonNames: true });
      return { ...body, ...readHttpMembers(operation.input, request, labels) };
    }
    case "restXml":
      return readHttpMembers(operation.input, request, labels);
  }
}

/** The parameters of a query protocol, which stand in the body of a POST or in the query of a GET. */
export function formParameters(request: WireRequest): URLSearchParams {
  return request.method === "POST" ? new URLSearchParams(new TextDecoder().decode(request.body)) : request.query;
}

/** Writes the answer to an operation. Every member of `output` that the operation has is on the wire. */
export function writeOutput(
  wire: ServiceWire,
  operation: OperationShape,
  output: Fields,
  requestId: string,
): WireResponse {
  const namespace = ` xmlns="${xmlText(wire.xmlNamespace)}"`;
  switch (wire.protocol) {
    case "ec2Query": {
      const content = xmlElement("requestId", requestId) + xmlMembers(operation.output, output);
      return xmlResponse(200, xmlElement(`${operation.name}Response`, content, namespace));
    }
    case "awsQuery": {
      const result = xmlElement(`${operation.name}Result`, xmlMembers(operation.output, output));
      const metadata = xmlElement("ResponseMetadata", xmlElement("RequestId", requestId));
      return xmlResponse(200, xmlElement(`${operation.name}Response`, result + metadata, namespace));
    }
    case "awsJson1_0":
    case "awsJson1_1":
      return jsonResponse(wire.protocol, 200, toJson(operation.output, output, { jsonNames: false }));
    case "restJson1":
      return {
        ...jsonResponse(wire.protocol, 200, toJson(bodyStructure(operation.output), output, { jsonNames: true })),
        status: operation.http?.status ?? 200,
      };
    case "restXml":
      return writeRestXml(wire, operation, output, requestId);
  }
}

/** Writes an error in the form that the protocol's clients understand. */
export function writeError(wire: ServiceWire, error: AwsError, requestId: string, method = "POST"): WireResponse {
  const response = errorBody(wire, error, requestId);
  const headers = { ...response.headers, ...error.headers };
  // The answer to HEAD has no body: its status is all that tells.
  return method === "HEAD" ? { ...response, headers, body: new Uint8Array() } : { ...response, headers };
}

function errorBody(wire: ServiceWire, error: AwsError, requestId: string): WireResponse {
  const code = xmlElement("Code", xmlText(error.code));
  const message = xmlElement("Message", xmlText(error.message));
  switch (wire.protocol) {
    case "ec2Query": {
      const errors = xmlElement("Errors", xmlElement("Error", code + message));
      return xmlResponse(error.status, xmlElement("Response", errors + xmlElement("RequestID", requestId)));
    }
    case "awsQuery": {
      const type = xmlElement("Type", error.status < 500 ? "Sender" : "Receiver");
      const content = xmlElement("Error", type + code + message) + xmlElement("RequestId", requestId);
      return xmlResponse(error.status, xmlElement("ErrorResponse", content, ` xmlns="${xmlText(wire.xmlNamespace)}"`));
    }
    case "awsJson1_0":
    case "awsJson1_1":
      return jsonResponse(wire.protocol, error.status, {
        __type: `${wire.namespace}#${error.code}`,
        message: error.message,
      });
    case "restJson1": {
      const response = jsonResponse(wire.protocol, error.status, { __type: error.code, message: error.message });
      return { ...response, headers: { ...response.headers, "x-amzn-errortype": error.code } };
    }
    case "restXml":
      return xmlResponse(
        error.status,
        xmlElement("Error", code + message + xmlElement("RequestId", requestId)),
        requestIdHeader(requestId),
      );
  }
}

function writeRestXml(wire: ServiceWire, operation: OperationShape, output: Fields, requestId: string): WireResponse {
  const headers = { ...requestIdHeader(requestId), ...responseHeaders(operation.output, output) };
  const partial = output["ContentRange"] !== undefined;
  const status = partial ? 206 : (operation.http?.status ?? 200);
  const payload = payloadMember(operation.output);
  if (payload !== null) {
    const value = output[payload.name];
    const body = value instanceof Uint8Array ? value : new Uint8Array();
    return { status, headers, body };
  }
  if (operation.http?.method === "HEAD") return { status, headers, body: new Uint8Array() };
  const structure = bodyStructure(operation.output);
  const root = structure.traits.xmlName ?? `${operation.name}Result`;
  const namespace = ` xmlns="${xmlText(wire.xmlNamespace)}"`;
  // GetBucketLocation's answer is the bare element (the trait s3UnwrappedXmlOutput, which the SDK's schema leaves out).
  const onlyMember = structure.members.length === 1 ? structure.members[0] : undefined;
  const unwrapped = onlyMember !== undefined && onlyMember.name === root;
  const bare = output[root];
  const content = unwrapped ? xmlText(typeof bare === "string" ? bare : "") : xmlMembers(structure, output);
  return xmlResponse(status, xmlElement(root, content, namespace), headers);
}

function xmlResponse(status: number, xml: string, headers: Readonly<Record<string, string>> = {}): WireResponse {
  return textResponse(status, "text/xml;charset=UTF-8", `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`, headers);
}

const jsonContentTypes = {
  awsJson1_0: "application/x-amz-json-1.0",
  awsJson1_1: "application/x-amz-json-1.1",
  restJson1: "application/json",
};

function jsonResponse(protocol: keyof typeof jsonContentTypes, status: number, json: Fields): WireResponse {
  return textResponse(status, jsonContentTypes[protocol], JSON.stringify(json));
}

function requestIdHeader(requestId: string): Readonly<Record<string, string>> {
  return { "x-amz-request-id": requestId };
}

function parseJson(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body);
  if (text === "") return {};
  const parsed: unknown = JSON.parse(text);
  return isObject(parsed) ? parsed : {};
}
