import { describe, expect, it } from "vitest";
import { identityNames, reasonInWords } from "../../reports/html/identities.ts";
import { accountsOf } from "../../reports/html/names.ts";
import { cutToPixels, textPixels } from "../../reports/html/text-pixels.ts";
import { sampleReport } from "../support/sample-report.ts";

const uuid = "784955b5-d744-4815-8588-9f9f19effd19";

describe("identityNames", () => {
  it.each([
    ["arn:aws:iam::111122223333:role/Deploy", null, "role/Deploy", null],
    ["arn:aws:iam::111122223333:role/aws-reserved/sso/Admin", null, "role/Admin", "role/aws-reserved/sso/Admin"],
    ["arn:aws:iam::444455556666:root", null, "account 444455556666", "arn:aws:iam::444455556666:root"],
    ["arn:aws:iam::444455556666:role/x", null, "role/x of 444455556666", "arn:aws:iam::444455556666:role/x"],
    ["arn:aws:iam::111122223333:oidc-provider/ci.example sub repo:a*", null, "sub repo:a*", "ci.example"],
    [uuid, "Mira Lindqvist", "Mira Lindqvist", uuid],
    [uuid, null, uuid, null],
    [`Network Operations (${uuid})`, null, "Network Operations", uuid],
    ["user:ada@shop.example", "ada@shop.example", "ada@shop.example", "user"],
    ["serviceAccount:ci@p.iam.gserviceaccount.com", null, "ci@p.iam.gserviceaccount.com", "service account"],
    ["allUsers", null, "allUsers", null],
    [
      "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/*",
      null,
      "github/*",
      "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/*",
    ],
  ])("%s, called %s: %s", (id, known, name, beside) => {
    expect(identityNames(id, known, "111122223333")).toEqual({ name, beside });
  });
});

describe("accountsOf", () => {
  it("calls what belongs to no subscription of Azure its tenant", () => {
    const whole = sampleReport();
    const [example] = whole.findings;
    if (example === undefined) throw new Error("the sample report has no findings");
    const resource = { ...example.resource, cloud: "azure", account: uuid } as const;
    const report = { ...whole, findings: [{ ...example, resource }] };
    expect(accountsOf(report).find(({ id }) => id === uuid)?.name).toBe("tenant 784955b5");
  });
});

describe("reasonInWords", () => {
  it.each([
    ["arn:aws:iam::111122223333:policy/Deployer#Deploy", "Deployer#Deploy"],
    [`${uuid}#Global Administrator`, "Global Administrator"],
    [`shop (${uuid})#owner of the application`, "shop#owner of the application"],
    ["projects/p#roles/iam.serviceAccountUser", "roles/iam.serviceAccountUser"],
    ["no statement", "no statement"],
  ])("%s: %s", (reference, words) => {
    expect(reasonInWords(reference)).toBe(words);
  });
});

describe("text of a picture", () => {
  it("is cut to its room, whatever the letters are", () => {
    for (const text of ["role/WWWWWWWWWWWWWWWWWWWWWWWW", "i".repeat(200), "防火墙".repeat(20), "a\u202Eb".repeat(40)]) {
      const cut = cutToPixels(text, 120, "bold");
      expect(textPixels(cut, "bold")).toBeLessThanOrEqual(120);
      expect(cut.endsWith("…")).toBe(true);
    }
    expect(cutToPixels("short", 120, "plain")).toBe("short");
    expect(cutToPixels("no room at all", -5, "plain")).toMatch(/^n.*…$/);
  });
});
