import { describe, expect, it } from "vitest";
import {
  authorizedAction,
  authorizedActionNames,
} from "../../../../../../src/providers/aws/understand/identity/data/authorized-actions.ts";
import { escalationMethods } from "../../../../../../src/providers/aws/understand/identity/data/escalation-methods.ts";
import type { EscalationMethod } from "../../../../../../src/providers/aws/understand/identity/data/types.ts";

const has = ({ prerequisites }: EscalationMethod, kind: string): boolean =>
  prerequisites.some((prerequisite) => prerequisite.kind === kind);

describe("escalation methods", () => {
  it("have an id of their own, words and a source", () => {
    expect(new Set(escalationMethods.map(({ id }) => id)).size).toBe(escalationMethods.length);
    expect(new Set(escalationMethods.map(({ says }) => says)).size).toBe(escalationMethods.length);
    for (const { id, says, sources } of escalationMethods) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(says, id).toMatch(/^[a-z].*[^.]$/);
      expect(sources.length, id).toBeGreaterThan(0);
      for (const source of sources) expect(URL.canParse(source), source).toBe(true);
    }
  });

  it.each(escalationMethods)("$id requires something, of actions that are known", ({ requires }) => {
    expect(requires.length).toBeGreaterThan(0);
    for (const choice of requires) {
      expect(choice.length).toBeGreaterThan(0);
      for (const { action } of choice) expect(authorizedActionNames).toContain(action);
    }
  });

  it.each(escalationMethods)("$id passes a role by iam:PassRole and by nothing else", ({ requires, targets }) => {
    for (const { action, on, passes } of requires.flat()) {
      expect(passes.length > 0, action).toBe(action === "iam:PassRole");
      if (action !== "iam:PassRole") continue;
      expect([on, ...targets]).toEqual(["target", "role"]);
      for (const service of passes) expect(service).toMatch(/^[a-z0-9.-]+\.amazonaws\.com$/);
    }
  });

  it.each(escalationMethods)("$id asks about resources that its actions name", ({ requires, targets }) => {
    const kinds: readonly string[] = targets;
    for (const { action, on } of requires.flat()) {
      const { needs } = authorizedAction(action);
      const types = needs.flatMap(({ oneOf }) => oneOf.map(({ type }) => type));
      if (on === "target")
        expect(
          types.some((type) => kinds.includes(type)),
          action,
        ).toBe(true);
      if (on === "policy" || on === "boundary-policy") expect(types, action).toContain("policy");
      if (on === "permission-set") expect(types, action).toContain("PermissionSet");
    }
  });

  it.each(escalationMethods)("$id names a prerequisite for what it asks about", (method) => {
    const asked = new Set(method.requires.flat().map(({ on }) => on));
    if (asked.has("workload")) expect(has(method, "workload")).toBe(true);
    if (asked.has("permission-set")) expect(has(method, "permission-set")).toBe(true);
    if (asked.has("boundary-policy")) expect(has(method, "boundary")).toBe(true);
    expect(method.targets.length === 0).toBe(method.effect === "new-identity");
    const stays = ["grant", "other-version", "drop-boundary"].includes(method.effect);
    expect(has(method, "reaches-target")).toBe(stays);
  });

  it("are as many as were gathered", () => {
    expect(escalationMethods).toHaveLength(101);
    const passing = escalationMethods.filter(({ requires }) => requires.flat().some(({ passes }) => passes.length > 0));
    expect(passing).toHaveLength(41);
  });

  it("know the ways that other lists know", () => {
    const sources = new Set(escalationMethods.flatMap((method) => method.sources));
    const ways: Readonly<Record<string, number>> = {
      apprunner: 2,
      batch: 3,
      bedrock: 7,
      braket: 1,
      cloudformation: 5,
      codebuild: 4,
      codedeploy: 1,
      cognitoidentity: 1,
      datapipeline: 1,
      ec2: 5,
      ecs: 9,
      emr: 1,
      emrserverless: 1,
      gamelift: 1,
      glue: 7,
      iam: 21,
      imagebuilder: 1,
      kinesisanalytics: 1,
      lambda: 6,
      omics: 1,
      sagemaker: 5,
      ssm: 3,
      sts: 1,
    };
    const known = Object.entries(ways).flatMap(([service, count]) =>
      Array.from(
        { length: count },
        (_, at) => `https://pathfinding.cloud/paths/${service}-${`${at + 1}`.padStart(3, "0")}`,
      ),
    );
    expect(known.filter((way) => !sources.has(way))).toEqual([]);
  });
});
