import { isObject } from "../shapes.ts";
import type { Member, Shape, Structure } from "../shapes.ts";

/** Whether `jsonName` counts: it does in restJson1, not in awsJson 1.0 and 1.1. */
export interface JsonDialect {
  readonly jsonNames: boolean;
}

/** A structure as the JSON protocols write it. https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export function toJson(
  structure: Structure,
  value: Readonly<Record<string, unknown>>,
  dialect: JsonDialect,
): Readonly<Record<string, unknown>> {
  const present = structure.members.filter((member) => value[member.name] !== undefined);
  return Object.fromEntries(
    present.map((member) => [nameOf(member, dialect), jsonValue(member.shape, value[member.name], dialect)]),
  );
}

/** Reads back what `toJson` writes; members that the shape does not have are dropped. */
export function fromJson(structure: Structure, json: unknown, dialect: JsonDialect): Readonly<Record<string, unknown>> {
  if (!isObject(json)) return {};
  const fields: Record<string, unknown> = {};
  for (const member of structure.members) {
    const value = json[nameOf(member, dialect)];
    if (value !== undefined && value !== null) fields[member.name] = sdkValue(member.shape, value, dialect);
  }
  return fields;
}

function nameOf(member: Member, dialect: JsonDialect): string {
  return (dialect.jsonNames ? member.traits.jsonName : undefined) ?? member.name;
}

function jsonValue(shape: Shape, value: unknown, dialect: JsonDialect): unknown {
  if (value === null) return null;
  switch (shape.kind) {
    case "structure":
      return isObject(value) ? toJson(shape, value, dialect) : value;
    case "list":
      return Array.isArray(value) ? value.map((item) => jsonValue(shape.member.shape, item, dialect)) : value;
    case "map":
      return isObject(value) ? mapValues(value, (entry) => jsonValue(shape.value.shape, entry, dialect)) : value;
    case "timestamp":
      return jsonTimestamp(shape.format, value);
    case "blob":
    case "stream":
      return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
    case "number":
      // JSON has no words for these; the AWS protocols write them as strings.
      return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
    case "string":
    case "boolean":
    case "document":
      return value;
  }
}

function sdkValue(shape: Shape, value: unknown, dialect: JsonDialect): unknown {
  switch (shape.kind) {
    case "structure":
      return fromJson(shape, value, dialect);
    case "list":
      return Array.isArray(value) ? value.map((item) => sdkValue(shape.member.shape, item, dialect)) : [];
    case "map":
      return isObject(value) ? mapValues(value, (entry) => sdkValue(shape.value.shape, entry, dialect)) : {};
    case "timestamp":
      return typeof value === "number" ? new Date(value * 1000) : new Date(String(value));
    case "blob":
    case "stream":
      return new Uint8Array(Buffer.from(String(value), "base64"));
    case "string":
    case "number":
    case "boolean":
    case "document":
      return value;
  }
}

function jsonTimestamp(format: string, value: unknown): unknown {
  if (!(value instanceof Date)) throw new Error("A timestamp of the estate must be a Date, as the AWS SDK has it.");
  if (format === "date-time") return value.toISOString();
  if (format === "http-date") return value.toUTCString();
  return value.getTime() / 1000;
}

function mapValues(
  map: Readonly<Record<string, unknown>>,
  change: (value: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
