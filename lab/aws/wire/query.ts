import type { Member, Shape, Structure } from "../shapes.ts";
import { scalarValue } from "./scalars.ts";

/** The two dialects of AWS query strings: EC2's capitalises keys and has flat lists. */
export type QueryDialect = "ec2Query" | "awsQuery";

/**
 * Reads an operation's input from form parameters.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html, .../aws-ec2-query-protocol.html
 */
export function readQueryInput(
  structure: Structure,
  parameters: URLSearchParams,
  dialect: QueryDialect,
): Readonly<Record<string, unknown>> {
  const root: Node = { children: new Map() };
  for (const [key, value] of parameters) plant(root, key.split("."), value);
  return readStructure(structure, root, dialect);
}

/** One segment of dotted keys: `Filter.1.Value.2=x`. */
interface Node {
  text?: string;
  readonly children: Map<string, Node>;
}

function plant(root: Node, path: readonly string[], value: string): void {
  let node = root;
  for (const segment of path) {
    const next = node.children.get(segment) ?? { children: new Map() };
    node.children.set(segment, next);
    node = next;
  }
  node.text = value;
}

function readStructure(structure: Structure, node: Node, dialect: QueryDialect): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const member of structure.members) {
    const child = node.children.get(keyOf(member, dialect));
    if (child !== undefined) fields[member.name] = readValue(member, child, dialect);
  }
  return fields;
}

function readValue(member: Member, node: Node, dialect: QueryDialect): unknown {
  const shape: Shape = member.shape;
  switch (shape.kind) {
    case "structure":
      return readStructure(shape, node, dialect);
    case "list": {
      const flat = dialect === "ec2Query" || member.traits.xmlFlattened === true;
      const holder = flat ? node : node.children.get(shape.member.traits.xmlName ?? "member");
      return numbered(holder).map((item) => readValue(shape.member, item, dialect));
    }
    case "map": {
      const entries = numbered(member.traits.xmlFlattened === true ? node : node.children.get("entry"));
      return Object.fromEntries(
        entries.map((entry) => {
          const key = entry.children.get(shape.key.traits.xmlName ?? "key")?.text ?? "";
          const value = entry.children.get(shape.value.traits.xmlName ?? "value") ?? { children: new Map() };
          return [key, readValue(shape.value, value, dialect)];
        }),
      );
    }
    case "string":
    case "number":
    case "boolean":
    case "timestamp":
    case "blob":
    case "stream":
    case "document":
      return scalarValue(shape, node.text ?? "");
  }
}

function numbered(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  return [...node.children]
    .filter(([index]) => /^\d+$/.test(index))
    .toSorted(([left], [right]) => Number(left) - Number(right))
    .map(([, child]) => child);
}

function keyOf(member: Member, dialect: QueryDialect): string {
  const key = member.traits.xmlName ?? member.name;
  if (dialect === "awsQuery") return key;
  return member.traits.ec2QueryName ?? key.charAt(0).toUpperCase() + key.slice(1);
}
