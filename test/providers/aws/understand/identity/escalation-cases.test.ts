import { describe, expect, it } from "vitest";
import { escalationMethods } from "../../../../../src/providers/aws/understand/identity/data/escalation-methods.ts";
import { escalationCases, goal } from "./escalation-cases.ts";

describe("cases of the escalation methods", () => {
  it.each(escalationMethods)("$id works in one case, and in another it does not", ({ id }) => {
    const cases = escalationCases.filter(({ method }) => method.id === id);
    expect(cases.some(({ expected }) => expected !== "no")).toBe(true);
    expect(cases.some(({ expected }) => expected === "no")).toBe(true);
  });

  it("have names of their own", () => {
    expect(new Set(escalationCases.map(({ name }) => name)).size).toBe(escalationCases.length);
  });

  it("know the caller, and give nobody else's rights to it", () => {
    for (const { name, answers, caller } of escalationCases) {
      const found = answers
        .filter(({ operation }) => operation === "iam:GetAccountAuthorizationDetails")
        .flatMap(({ items }) => items)
        .filter(({ Arn: arn }) => arn === caller);
      expect(found, name).toHaveLength(1);
      const [own] = found;
      const mayAtOnce = JSON.stringify(own).includes(goal);
      const isBounded = own?.["PermissionsBoundary"] !== undefined;
      expect(mayAtOnce && !isBounded && !name.endsWith("against boundary"), name).toBe(false);
    }
  });
});
