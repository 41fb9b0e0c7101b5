import { describe, expect, it } from "vitest";

import { parseCredentialReport } from "../../../src/providers/aws/credential-report.ts";

const report = 'user,arn,mfa_active\n<root_account>,arn:aws:iam::1:root,true\n"a,""b""",arn:aws:iam::1:user/a,false\n';
const rows = [
  { user: "<root_account>", arn: "arn:aws:iam::1:root", mfa_active: "true" },
  { user: 'a,"b"', arn: "arn:aws:iam::1:user/a", mfa_active: "false" },
];

describe("parseCredentialReport", () => {
  it.each([
    ["bytes", new TextEncoder().encode(report)],
    ["base64", Buffer.from(report).toString("base64")],
    ["text", report],
    ["text with other line ends, and none at the end", report.replaceAll("\n", "\r\n").trimEnd()],
  ])("reads %s", (_form, content) => {
    expect(parseCredentialReport(content)).toEqual(rows);
  });

  it("keeps an empty last cell", () => {
    expect(parseCredentialReport("user,arn,x\na,b,")).toEqual([{ user: "a", arn: "b", x: "" }]);
  });

  it.each([
    ["nothing", undefined],
    ["a page", "<html>,</html>"],
    ["an empty text", ""],
    ["a line that is cut off", `${report}b,arn:aws`],
    ["an open quote", 'user,arn\n"a,b'],
  ])("refuses %s", (_what, content) => {
    expect(() => parseCredentialReport(content)).toThrow(/credential report|Content/);
  });
});
