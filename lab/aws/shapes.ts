/** The traits of a shape or a member that decide how it looks on the wire. Names are those of the Smithy specification. */
interface Traits {
  readonly xmlName?: string;
  readonly xmlFlattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly ec2QueryName?: string;
  readonly jsonName?: string;
  readonly httpLabel?: boolean;
  readonly httpQuery?: string;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpPayload?: boolean;
  readonly httpResponseCode?: boolean;
}

/** A member of a structure, or the element of a list, or the key or value of a map. */
export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly traits: Traits;
}

/** The timestamp formats of Smithy; `protocol` leaves the choice to the protocol and the place in the message. */
export type TimestampFormat = "protocol" | "date-time" | "http-date" | "epoch-seconds";

/** What a value of the SDK looks like. A structure's members may lead back to itself. */
export type Shape =
  | { readonly kind: "structure"; readonly name: string; readonly traits: Traits; readonly members: readonly Member[] }
  | { readonly kind: "list"; readonly traits: Traits; readonly member: Member }
  | { readonly kind: "map"; readonly traits: Traits; readonly key: Member; readonly value: Member }
  | { readonly kind: "timestamp"; readonly format: TimestampFormat }
  | { readonly kind: "string" | "number" | "boolean" | "blob" | "stream" | "document" };

/** A structure, such as the input or the output of an operation. */
export type Structure = Extract<Shape, { kind: "structure" }>;

/** How an operation of a REST protocol is found: method, path template and status of success. */
export interface HttpBinding {
  readonly method: string;
  /** Path template with `{Label}` and `{Label+}`, without its query. */
  readonly path: string;
  /** Query parameters that must be there, without the SDK's own `x-id`. */
  readonly query: readonly string[];
  readonly status: number;
}

/** An operation as the SDK's own schema tells it. */
export interface OperationShape {
  readonly name: string;
  readonly input: Structure;
  readonly output: Structure;
  /** Null for the protocols that know operations by name. */
  readonly http: HttpBinding | null;
}

/*
 * AWS SDK v3 publishes its schemas as tuples whose first element tells the kind:
 * [0, namespace, name, traits, target]              simple shape
 * [1, namespace, name, traits, element]             list
 * [2, namespace, name, traits, key, value]          map
 * [3 | -3 | 4, namespace, name, traits, memberNames, members]   structure, error, union
 * [9, namespace, name, traits, input, output]       operation
 * A reference is a function, a number (a prelude type), or [reference, traits].
 */
const kinds = { simple: 0, list: 1, map: 2, structure: 3, error: -3, union: 4, operation: 9 };
const unit: Structure = { kind: "structure", name: "Unit", traits: {}, members: [] };
const preludeTypes = new Map<number, Shape>([
  [0, { kind: "string" }],
  [1, { kind: "number" }],
  [2, { kind: "boolean" }],
  [4, { kind: "timestamp", format: "protocol" }],
  [5, { kind: "timestamp", format: "date-time" }],
  [6, { kind: "timestamp", format: "http-date" }],
  [7, { kind: "timestamp", format: "epoch-seconds" }],
  [15, { kind: "document" }],
  [21, { kind: "blob" }],
  [42, { kind: "stream" }],
]);
const listOfPreludeType = 64;
const mapOfPreludeType = 128;
const bitTraits: readonly (keyof Traits | null)[] = [
  "httpLabel",
  null,
  null,
  null,
  "httpPayload",
  "httpResponseCode",
  null,
];

const shapesBySchema = new WeakMap<readonly unknown[], Shape>();

/**
 * Reads an operation from the schema that the SDK exports beside its command (`DescribeSecurityGroups$`).
 * @throws Error when the SDK's schema format is not the one described above.
 */
export function operationShape(schema: unknown): OperationShape {
  if (!Array.isArray(schema) || schema[0] !== kinds.operation) {
    throw new Error("This is not an operation schema of the AWS SDK v3; its schema format may have changed.");
  }
  return {
    name: String(schema[2]),
    input: structureOf(schema[4]),
    output: structureOf(schema[5]),
    http: httpBinding(schema[3]),
  };
}

/** The member of that name, or null. */
export function memberOf(structure: Structure, name: string): Member | null {
  return structure.members.find((member) => member.name === name) ?? null;
}

function httpBinding(traits: unknown): HttpBinding | null {
  const http: unknown = isObject(traits) ? traits["http"] : undefined;
  if (!Array.isArray(http)) return null;
  const [path = "/", query = ""] = String(http[1]).split("?");
  return {
    method: String(http[0]),
    path,
    query: query.split("&").filter((parameter) => parameter !== "" && !parameter.startsWith("x-id=")),
    status: Number(http[2]),
  };
}

function structureOf(reference: unknown): Structure {
  const { shape } = resolve(reference);
  if (shape.kind !== "structure") throw new Error(`An operation's input or output is a ${shape.kind}.`);
  return shape;
}

function member(name: string, reference: unknown): Member {
  return { name, ...resolve(reference) };
}

function resolve(reference: unknown): { shape: Shape; traits: Traits } {
  if (typeof reference === "function") return resolve(reference());
  if (Array.isArray(reference) && reference.length === 2) {
    const inner = resolve(reference[0]);
    return { shape: inner.shape, traits: { ...inner.traits, ...readTraits(reference[1]) } };
  }
  if (reference === "unit") return { shape: unit, traits: {} };
  if (typeof reference === "number") return { shape: preludeShape(reference), traits: {} };
  if (Array.isArray(reference)) return { shape: namedShape(reference), traits: readTraits(reference[3]) };
  throw new Error(`The AWS SDK's schema holds a reference of an unknown form: ${typeof reference}.`);
}

function preludeShape(code: number): Shape {
  const simple = preludeTypes.get(code);
  if (simple !== undefined) return simple;
  if (code >= mapOfPreludeType) {
    const key: Member = { name: "key", shape: { kind: "string" }, traits: {} };
    return { kind: "map", traits: {}, key, value: member("value", code - mapOfPreludeType) };
  }
  if (code >= listOfPreludeType) {
    return { kind: "list", traits: {}, member: member("member", code - listOfPreludeType) };
  }
  throw new Error(`The AWS SDK's schema names a type that the lab does not know: ${code}.`);
}

function namedShape(schema: readonly unknown[]): Shape {
  const known = shapesBySchema.get(schema);
  if (known !== undefined) return known;
  const traits = readTraits(schema[3]);
  switch (schema[0]) {
    case kinds.simple:
      return resolve(schema[4]).shape;
    case kinds.list: {
      const list: Shape = { kind: "list", traits, member: member("member", schema[4]) };
      shapesBySchema.set(schema, list);
      return list;
    }
    case kinds.map: {
      const key = member("key", schema[4]);
      const map: Shape = { kind: "map", traits, key, value: member("value", schema[5]) };
      shapesBySchema.set(schema, map);
      return map;
    }
    case kinds.structure:
    case kinds.error:
    case kinds.union: {
      const members: Member[] = [];
      const structure: Structure = { kind: "structure", name: String(schema[2]), traits, members };
      // Before its members, because one of them may lead back here.
      shapesBySchema.set(schema, structure);
      const names: readonly unknown[] = Array.isArray(schema[4]) ? schema[4] : [];
      const references: readonly unknown[] = Array.isArray(schema[5]) ? schema[5] : [];
      members.push(...names.map((name, index) => member(String(name), references[index])));
      return structure;
    }
    default:
      throw new Error(`The AWS SDK's schema holds a shape of an unknown kind: ${String(schema[0])}.`);
  }
}

function readTraits(traits: unknown): Traits {
  if (typeof traits === "number") {
    const names = bitTraits.filter((name, bit) => name !== null && ((traits >> bit) & 1) === 1);
    return Object.fromEntries(names.map((name) => [name, true]));
  }
  if (!isObject(traits)) return {};
  const named = Object.entries(traits).map(([name, value]) => [name, value === 1 ? true : value]);
  return Object.fromEntries(named);
}

/** Whether a value is an object with members: neither null nor a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
