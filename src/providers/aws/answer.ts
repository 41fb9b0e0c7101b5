import type { Json } from "../../model/finding.ts";
import type { VendorObject } from "../../snapshot/record.ts";
import { htmlPage, isHtmlPage, MalformedAnswer, parseJsonObject } from "../shared/answer.ts";

/** What an answer's body must be. */
export type BodyForm =
  | { readonly kind: "xml"; readonly root: string }
  | { readonly kind: "json" }
  | { readonly kind: "bytes" };

/**
 * Throws {@link MalformedAnswer} unless `body` is a whole answer of that form. The SDK's XML reader takes any element for the answer and
 * so reads an HTML page, or half of an answer, as an empty list.
 */
export function checkBody(body: string, form: BodyForm): void {
  if (form.kind === "bytes") return;
  const text = body.trim();
  if (isHtmlPage(text)) throw new MalformedAnswer(htmlPage);
  if (form.kind === "json") {
    parseJsonObject(text);
    return;
  }
  const declaration = String.raw`^(?:<\?xml[^>]*\?>\s*)?`;
  if (!new RegExp(`${declaration}<${form.root}[\\s/>]`).test(text)) {
    throw new MalformedAnswer(`without the ${form.root} element that it should be`, text === "");
  }
  const whole = text.endsWith(`</${form.root}>`) || new RegExp(`${declaration}<${form.root}[^>]*/>$`).test(text);
  if (!whole) throw new MalformedAnswer("cut off", true);
}

/**
 * A value of the SDK as plain JSON, member names untouched: dates as ISO 8601, bytes as base64, absent members left out, numbers that
 * JSON has not as null.
 */
export function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(toJson);
  return typeof value === "object" ? toVendorObject(value) : null;
}

/** An object of the SDK as a vendor object; see {@link toJson}. */
export function toVendorObject(value: object): VendorObject {
  // Object.entries alone would lose a member named __proto__ on the way back.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && typeof member !== "function")
      .map(([name, member]) => [name, toJson(member)]),
  );
}
