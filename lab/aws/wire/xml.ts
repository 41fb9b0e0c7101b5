import { isObject } from "../shapes.ts";
import type { Member, Structure } from "../shapes.ts";
import { scalarText } from "./scalars.ts";

/**
 * The elements of a structure's members, as the restXml, awsQuery and ec2Query protocols write them.
 * https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings
 */
export function xmlMembers(structure: Structure, value: Readonly<Record<string, unknown>>): string {
  return structure.members
    .filter((member) => member.traits.xmlAttribute !== true)
    .map((member) => xmlMember(member, value[member.name]))
    .join("");
}

/** One element; `attributes` is written as it stands. */
export function xmlElement(name: string, content: string, attributes = ""): string {
  return `<${name}${attributes}>${content}</${name}>`;
}

/** Text that is safe in an element and in an attribute. Characters that XML 1.0 cannot hold become U+FFFD. */
export function xmlText(text: string): string {
  const holdable = text.replace(unholdable, "\uFFFD");
  return holdable.replace(special, (character) => `&#${character.codePointAt(0)};`);
}

const special = /[&<>"'\r\n\t\u0085\u2028]/gu;
const unholdable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function xmlMember(member: Member, value: unknown): string {
  if (value === undefined || value === null) return "";
  const name = member.traits.xmlName ?? member.name;
  const { shape } = member;
  switch (shape.kind) {
    case "structure": {
      const fields = isObject(value) ? value : {};
      return xmlElement(name, xmlMembers(shape, fields), xmlAttributes(shape, fields));
    }
    case "list": {
      const items: readonly unknown[] = Array.isArray(value) ? value : [];
      const flat = member.traits.xmlFlattened === true;
      const itemName = flat ? name : (shape.member.traits.xmlName ?? "member");
      const elements = items.map((item) => xmlMember(named(shape.member, itemName), item)).join("");
      return flat ? elements : xmlElement(name, elements);
    }
    case "map": {
      const flat = member.traits.xmlFlattened === true;
      const keyName = shape.key.traits.xmlName ?? "key";
      const valueName = shape.value.traits.xmlName ?? "value";
      const entries = Object.entries(isObject(value) ? value : {}).map(([key, entry]) =>
        xmlElement(
          flat ? name : "entry",
          xmlMember(named(shape.key, keyName), key) + xmlMember(named(shape.value, valueName), entry),
        ),
      );
      return flat ? entries.join("") : xmlElement(name, entries.join(""));
    }
    case "string":
    case "number":
    case "boolean":
    case "timestamp":
    case "blob":
    case "stream":
    case "document":
      return xmlElement(name, xmlText(scalarText(shape, value, "date-time")));
  }
}

function xmlAttributes(structure: Structure, value: Readonly<Record<string, unknown>>): string {
  return structure.members
    .filter((member) => member.traits.xmlAttribute === true && value[member.name] !== undefined)
    .map((member) => {
      const name = member.traits.xmlName ?? member.name;
      const namespace = name.startsWith("xsi:") ? ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' : "";
      return `${namespace} ${name}="${xmlText(scalarText(member.shape, value[member.name], "date-time"))}"`;
    })
    .join("");
}

function named(member: Member, xmlName: string): Member {
  return { ...member, traits: { ...member.traits, xmlName } };
}
