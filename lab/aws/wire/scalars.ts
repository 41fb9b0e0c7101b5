import type { Shape, TimestampFormat } from "../shapes.ts";

/** The text of a scalar in XML, a query string, a header or a path. `format` is the protocol's own timestamp format. */
export function scalarText(shape: Shape, value: unknown, format: TimestampFormat): string {
  if (shape.kind === "timestamp") return timestampText(value, shape.format === "protocol" ? format : shape.format);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return String(value);
}

/** Reads back what `scalarText` writes. */
export function scalarValue(shape: Shape, text: string): unknown {
  switch (shape.kind) {
    case "number":
      return Number(text);
    case "boolean":
      return text === "true";
    case "timestamp":
      return /^-?[\d.]+$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
    case "blob":
    case "stream":
      return new Uint8Array(Buffer.from(text, "base64"));
    case "string":
    case "structure":
    case "list":
    case "map":
    case "document":
      return text;
  }
}

function timestampText(value: unknown, format: TimestampFormat): string {
  if (!(value instanceof Date)) throw new Error("A timestamp of the estate must be a Date, as the AWS SDK has it.");
  switch (format) {
    case "http-date":
      return value.toUTCString();
    case "epoch-seconds":
      return String(value.getTime() / 1000);
    case "date-time":
    case "protocol":
      return value.toISOString();
  }
}
