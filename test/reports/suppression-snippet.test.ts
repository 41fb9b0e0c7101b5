import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { suppressionSnippet } from "../../reports/suppression-snippet.ts";
import { anyFinding } from "../support/arbitrary-report.ts";
import { sampleReport } from "../support/sample-report.ts";

describe("suppressionSnippet", () => {
  it("is an entry for rampart.yaml that waits for a reason", () => {
    const [, finding] = sampleReport().findings;
    expect(finding && suppressionSnippet(finding)).toBe(
      '- check: "open-admin-rule"\n  resource: "sg-0a1b2c3d4e5f60718"\n  finding: "a0f4c3b2d1e0"\n  reason: ""\n',
    );
  });

  it("keeps every name a value, whatever it holds", () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        const text = suppressionSnippet(finding);
        expect(parse(text)).toEqual([
          { check: finding.check, resource: finding.resource.id, finding: finding.id, reason: "" },
        ]);
        expect(text.trimEnd().split("\n")).toHaveLength(4);
      }),
    );
  });
});
