import { describe, expect, it } from "vitest";
import { globalRegion } from "../../../../../src/model/resource.ts";
import { understandAws } from "../../../../../src/providers/aws/understand/understand.ts";
import { smallSnapshot } from "../small-snapshot.ts";
import { escalationCases, goal, type EscalationCase } from "./escalation-cases.ts";
import { account, ended } from "./small-identity.ts";

const worldwide = { cloud: "aws", account, region: globalRegion } as const;

function outcome({ answers, caller, method }: EscalationCase): "yes" | "possible" | "no" {
  const snapshot = smallSnapshot(answers, { coverage: [ended("*", "complete", worldwide)] });
  const { grants } = understandAws(snapshot).identity.whoCan({ action: goal, resource: null });
  const own = grants.filter(({ principal }) => principal.id === caller);
  const found = own.filter(({ path }) => path.some((step) => step.method === method.id));
  if (found.some(({ decision }) => decision === "yes")) return "yes";
  return found.length > 0 ? "possible" : "no";
}

describe("every escalation method, as the records make it certain, possible or impossible", () => {
  it.each(escalationCases)("$name: $expected", (each) => {
    expect(outcome(each)).toBe(each.expected);
  });
});
