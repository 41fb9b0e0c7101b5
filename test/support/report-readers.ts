import { readFileSync } from "node:fs";
import { NormalizedSchema } from "@smithy/core/schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "csv-parse/sync";
import { XmlDocument, XmlElement, XsdValidator } from "libxml2-wasm";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

/** What readers of other people's making find in a rendered report. */

/** The cells of a CSV file, read strictly: as many in each row, quotes where they belong. */
export function readCsv(text: string, delimiter = ","): string[][] {
  return parse(text, { bom: true, delimiter, record_delimiter: "\r\n", relax_quotes: delimiter !== "," });
}

/** One element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text and that of everything in it. */
  readonly text: string;
}

let junitSchema: XsdValidator | null = null;

/** Every element of a JUnit file in the order of the document, after libxml2 found it well-formed and valid. */
export function readJunit(xml: string): Element[] {
  junitSchema ??= XsdValidator.fromDoc(XmlDocument.fromString(fixture("junit-10.xsd")));
  const document = XmlDocument.fromString(xml);
  try {
    junitSchema.validate(document);
    return document.find("//*").flatMap((node) => (node instanceof XmlElement ? [elementOf(node)] : []));
  } finally {
    document.dispose();
  }
}

function elementOf(node: XmlElement): Element {
  const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
  return { name: node.name, attributes, text: node.content };
}

/** One node of Markdown, as GitHub's dialect has it. */
export interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly depth?: number;
  readonly children?: readonly MarkdownNode[];
}

/** Every node of a Markdown text, parents first. */
export function readMarkdown(text: string): MarkdownNode[] {
  const all = (node: MarkdownNode): MarkdownNode[] => [node, ...(node.children ?? []).flatMap(all)];
  return all(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
}

/** The words of a node, without the zero-width spaces that keep GitHub from making links of them. */
export function wordsOf(node: MarkdownNode): string {
  return ((node.value ?? "") + (node.children ?? []).map(wordsOf).join("")).replaceAll("\u200B", "");
}

const isOcsf = new Ajv2020({ strict: false, allErrors: true }).compile(
  JSON.parse(fixture("ocsf-1.5.0-compliance-finding-cloud.json")),
);

/** What OCSF's schema finds wrong with an event. */
export function ocsfFaults(event: unknown): string[] {
  return isOcsf(event)
    ? []
    : (isOcsf.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}

/** What a structure of an AWS SDK finds wrong with a value: members it does not know, lacks or has of another type. */
export function sdkFaults(schema: unknown, value: unknown, path = ""): string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK's schemas are what this reads
  const shape = NormalizedSchema.of(schema as Parameters<typeof NormalizedSchema.of>[0]);
  if (shape.isListSchema()) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, index) => sdkFaults(shape.getValueSchema(), item, `${path}[${index}]`));
  }
  if (shape.isMapSchema() || shape.isStructSchema()) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} is no object`];
    if (shape.isMapSchema()) {
      return Object.entries(value).flatMap(([key, item]) => sdkFaults(shape.getValueSchema(), item, `${path}.${key}`));
    }
    const members = shape.getMemberSchemas();
    return [
      ...requiredMembers(shape).flatMap((name) => (Object.hasOwn(value, name) ? [] : [`${path}.${name} is missing`])),
      ...Object.entries(value).flatMap(([name, item]) =>
        Object.hasOwn(members, name)
          ? sdkFaults(members[name], item, `${path}.${name}`)
          : [`${path}.${name} is unknown`],
      ),
    ];
  }
  const type = shape.isStringSchema() ? "string" : shape.isBooleanSchema() ? "boolean" : "number";
  return typeof value === type ? [] : [`${path} is no ${type}`];
}

/** A structure lists its required members first and says how many they are. */
function requiredMembers(shape: NormalizedSchema): readonly string[] {
  const raw: unknown = shape.getSchema();
  if (!Array.isArray(raw)) return [];
  const [, , , , names, , required]: readonly unknown[] = raw;
  return Array.isArray(names) && typeof required === "number" ? names.slice(0, required).map(String) : [];
}

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");
}
