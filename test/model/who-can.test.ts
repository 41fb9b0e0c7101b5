import { describe, expect, it } from "vitest";
import { identityInWords, principalInWords, statementInWords } from "../../src/model/who-can.ts";

const subscription = "/subscriptions/1a2b";
const assignment = (scope: string): string => `${scope}/providers/Microsoft.Authorization/roleAssignments/a1`;

describe("what decides, in words", () => {
  it.each<readonly [layer: string, policy: string, statement: string, attachedTo: string | null, words: string]>([
    ["identity policy", "arn:aws:iam::1:policy/Deploy", "Push", null, "statement Push of Deploy"],
    [
      "identity policy",
      "arn:aws:iam::1:policy/Deploy",
      "Push",
      "arn:aws:iam::1:group/devs",
      "statement Push of Deploy (of devs)",
    ],
    ["service control policy", "p-1 (guard)", "#0", null, "statement #0 of service control policy p-1 (guard)"],
    ["role assignment", assignment(subscription), "Owner", null, "role assignment Owner at subscription 1a2b"],
    [
      "role assignment",
      assignment(`${subscription}/resourceGroups/web`),
      "Owner",
      null,
      "role assignment Owner at resource group web",
    ],
    [
      "role assignment",
      assignment(`${subscription}/resourceGroups/web/providers/Microsoft.Network/routeTables/out`),
      "Owner",
      "Network (9f)",
      "role assignment Owner at out in resource group web (of Network (9f))",
    ],
    [
      "eligible role assignment",
      "/providers/Microsoft.Management/managementGroups/corp/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/e",
      "Owner",
      null,
      "eligible role assignment Owner at management group corp",
    ],
    ["role assignment", assignment(""), "Owner", null, "role assignment Owner at the root of the tenant"],
    ["lock", `${subscription}/providers/Microsoft.Authorization/locks/keep`, "ReadOnly", null, "lock keep (ReadOnly)"],
    ["Microsoft Entra role", "4f", "Global Administrator", null, "Microsoft Entra role Global Administrator"],
    ["allow policy", "projects/shop", "roles/editor", null, "roles/editor in the allow policy of project shop"],
    [
      "allow policy",
      "organizations/1",
      "roles/owner",
      "group:net@x.example",
      "roles/owner in the allow policy of organization 1 (of group:net@x.example)",
    ],
    [
      "allow policy",
      "projects/shop/serviceAccounts/web@shop.iam.gserviceaccount.com",
      "roles/iam.serviceAccountUser",
      null,
      "roles/iam.serviceAccountUser in the allow policy of service account web@shop.iam.gserviceaccount.com",
    ],
  ])("a statement of %s %s", (layer, policy, statement, attachedTo, words) => {
    expect(statementInWords({ layer, policy, statement, attachedTo })).toBe(words);
  });
});

describe("identities, in words", () => {
  it.each([
    ["arn:aws:iam::1:role/deploy", "deploy", "role/deploy"],
    ["arn:aws:iam::2:role/deploy", "deploy", "arn:aws:iam::2:role/deploy"],
    ["6f1c", "harbour-deploy", "harbour-deploy (6f1c)"],
    ["6f1c", null, "6f1c"],
    ["serviceAccount:web@x.example", "web@x.example", "serviceAccount:web@x.example"],
  ])("%s called %s as a step of someone's in account 1", (via, viaName, words) => {
    expect(identityInWords({ via, viaName }, "1")).toBe(words);
  });

  it.each([
    ["aws", "arn:aws:iam::1:role/deploy", "ada", "arn:aws:iam::1:role/deploy"],
    ["azure", "6f1c", "ada@x.example", "ada@x.example (6f1c)"],
    ["gcp", "user:ada@x.example", "ada@x.example", "user:ada@x.example"],
  ] as const)("of %s: %s", (cloud, principal, name, words) => {
    expect(principalInWords({ cloud, principal, names: [name] })).toBe(words);
  });
});
