import { isObject } from "../shapes.ts";
import type { HttpBinding, Member, OperationShape, Structure } from "../shapes.ts";
import type { WireRequest } from "../../http.ts";
import { scalarText, scalarValue } from "./scalars.ts";

/**
 * The operation whose method, path and required query parameters fit, and the labels of its path; null when none does.
 * Where several fit, the one that asks for most wins. https://smithy.io/2.0/spec/http-bindings.html
 */
export function matchOperation(
  operations: readonly OperationShape[],
  request: Pick<WireRequest, "method" | "path" | "query">,
): { operation: OperationShape; labels: Readonly<Record<string, string>> } | null {
  let best: { operation: OperationShape; labels: Readonly<Record<string, string>>; weight: number } | null = null;
  for (const operation of operations) {
    const { http } = operation;
    if (http === null || http.method !== request.method) continue;
    if (!http.query.every((parameter) => request.query.has(parameter.split("=")[0] ?? ""))) continue;
    const labels = matchPath(http, request.path);
    if (labels === null) continue;
    const weight = http.query.length * 100 + http.path.split("/").length;
    if (best === null || weight > best.weight) best = { operation, labels, weight };
  }
  return best;
}

/** The input members that stand in the path, the query and the headers. */
export function readHttpMembers(
  structure: Structure,
  request: WireRequest,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const member of structure.members) {
    const value = readHttpMember(member, request, labels);
    if (value !== undefined) fields[member.name] = value;
  }
  return fields;
}

/** The members of a structure that travel in its body: those that no header, path, query or status carries. */
export function bodyStructure(structure: Structure): Structure {
  return { ...structure, members: structure.members.filter((member) => !isHttpBound(member)) };
}

/** The member that is the whole body, or null. */
export function payloadMember(structure: Structure): Member | null {
  return structure.members.find((member) => member.traits.httpPayload === true) ?? null;
}

/** The response headers that carry members of the output. */
export function responseHeaders(
  structure: Structure,
  value: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const { name, shape, traits } of structure.members) {
    const field = value[name];
    if (field === undefined || field === null) continue;
    if (traits.httpHeader !== undefined) headers[traits.httpHeader.toLowerCase()] = headerText(shape, field);
    if (traits.httpPrefixHeaders !== undefined && isObject(field)) {
      for (const [key, text] of Object.entries(field)) {
        headers[`${traits.httpPrefixHeaders}${key}`.toLowerCase()] = String(text);
      }
    }
  }
  return headers;
}

function headerText(shape: Member["shape"], value: unknown): string {
  if (shape.kind !== "list" || !Array.isArray(value)) return scalarText(shape, value, "http-date");
  return value.map((item) => scalarText(shape.member.shape, item, "http-date")).join(", ");
}

function readHttpMember(member: Member, request: WireRequest, labels: Readonly<Record<string, string>>): unknown {
  const { name, shape, traits } = member;
  if (traits.httpLabel === true) return labels[name] === undefined ? undefined : scalarValue(shape, labels[name]);
  if (traits.httpQuery !== undefined) {
    const values = request.query.getAll(traits.httpQuery);
    if (values.length === 0) return undefined;
    if (shape.kind === "list") return values.map((value) => scalarValue(shape.member.shape, value));
    return scalarValue(shape, values[0] ?? "");
  }
  if (traits.httpHeader === undefined) return undefined;
  const text = request.headers[traits.httpHeader.toLowerCase()];
  return text === undefined ? undefined : scalarValue(shape, text);
}

function isHttpBound({ traits }: Member): boolean {
  return (
    traits.httpLabel === true ||
    traits.httpQuery !== undefined ||
    traits.httpHeader !== undefined ||
    traits.httpPrefixHeaders !== undefined ||
    traits.httpResponseCode === true ||
    traits.httpPayload === true
  );
}

function matchPath(http: HttpBinding, path: string): Readonly<Record<string, string>> | null {
  const labels: Record<string, string> = {};
  const template = http.path.split("/");
  const segments = path.split("/");
  for (const [index, part] of template.entries()) {
    const label = /^\{(\w+)(\+?)\}$/.exec(part);
    if (label === null) {
      if (segments[index] !== part) return null;
      continue;
    }
    const greedy = label[2] === "+";
    const text = greedy ? segments.slice(index).join("/") : segments[index];
    if (text === undefined || text === "") return null;
    labels[label[1] ?? ""] = decodeURIComponent(text);
    if (greedy) return labels;
  }
  return template.length === segments.length ? labels : null;
}
