import type { VendorObject } from "../../snapshot/record.ts";
import { MalformedAnswer } from "../shared/answer.ts";

/**
 * The lines of a credential report, each with the columns as its members, all of them text. The report is CSV: bytes as the API gives it,
 * base64 as `aws iam get-credential-report` prints it, or plain where somebody decoded it.
 * Throws {@link MalformedAnswer} for anything else.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export function parseCredentialReport(content: unknown): readonly VendorObject[] {
  const [header, ...lines] = parseCsv(textOf(content));
  if (header === undefined || !header.includes("user") || !header.includes("arn")) {
    throw new MalformedAnswer("no credential report");
  }
  return lines.map((cells) => {
    if (cells.length !== header.length) throw new MalformedAnswer("a credential report with a line that is cut off");
    return Object.fromEntries(header.map((column, at) => [column, cells[at] ?? ""]));
  });
}

function textOf(content: unknown): string {
  if (content instanceof Uint8Array) return new TextDecoder().decode(content);
  if (typeof content !== "string") throw new MalformedAnswer("without the member Content");
  return content.includes(",") ? content : Buffer.from(content, "base64").toString("utf8");
}

/** https://www.rfc-editor.org/rfc/rfc4180, for a user's name may hold a comma. Empty lines are left out. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/gy;
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length;) {
    cell.lastIndex = at;
    const [whole, value = "", end] = cell.exec(text) ?? [];
    if (whole === undefined) throw new MalformedAnswer("no credential report");
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    at += whole.length;
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push([...row, ""]);
  return rows.filter((cells) => cells.length > 1 || cells[0] !== "");
}
