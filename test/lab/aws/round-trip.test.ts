import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../../../lab/aws/call.ts";
import { startAwsLab } from "../../../lab/aws/server.ts";
import type { AwsLab } from "../../../lab/aws/server.ts";
import type { OperationShape } from "../../../lab/aws/shapes.ts";
import { structureValue } from "./arbitrary.ts";
import type { Place } from "./arbitrary.ts";
import { createSdk, labOperations } from "./sdk.ts";

const operations = await labOperations();
const runs = 12;

const answers = new Map<string, Operation>();
let lab: AwsLab;
let sdk: ReturnType<typeof createSdk>;

beforeAll(async () => {
  lab = await startAwsLab(
    {
      regions: [{ name: "us-east-1", optIn: "opt-in-not-required" }],
      accounts: [{ id: "111122223333", name: "one", regions: {} }],
    },
    { answers },
  );
  sdk = createSdk(lab, { account: "one", region: "us-east-1" });
});

afterAll(async () => {
  sdk.destroy();
  await lab.close();
});

describe("what an operation answers is what the official SDK reads", () => {
  // The answers of S3 that are bare text or a file have tests of their own.
  const own = new Set(["s3:GetObject", "s3:HeadObject", "s3:GetBucketLocation"]);
  const readable = operations.filter(({ id }) => !own.has(id));
  it.each(readable)("$id", async ({ id, shape, service }) => {
    const place = { ...placeOf(service), empty: true };
    await fc.assert(
      fc.asyncProperty(structureValue(shape.output, place), async (answer) => {
        answers.set(id, () => answer);
        expect(await sdk.send(id, labels(shape))).toEqual(answer);
      }),
      { numRuns: runs },
    );
  });
});

describe("what the official SDK asks is what an operation is given", () => {
  const askable = operations.filter(({ service }) => service !== "s3");
  it.each(askable)("$id", async ({ id, shape, service }) => {
    const place = placeOf(service);
    await fc.assert(
      fc.asyncProperty(structureValue(shape.input, place), async (given) => {
        const input = { ...given, ...labels(shape) };
        answers.set(id, () => ({}));
        await sdk.send(id, input);
        const request = lab.requests.at(-1);
        expect({ operation: request?.operation, status: request?.status }).toEqual({ operation: id, status: 200 });
        expect(request?.input).toEqual(input);
      }),
      { numRuns: runs },
    );
  });
});

function placeOf(service: string): Place {
  const json = ![
    "ec2",
    "sts",
    "elasticloadbalancing",
    "elasticloadbalancingv2",
    "s3",
    "iam",
    "cloudformation",
  ].includes(service);
  return { xml: !json, empty: json };
}

/** The parts of a path, without which the SDK sends nothing. */
function labels(shape: OperationShape): Readonly<Record<string, string>> {
  const names = shape.input.members.filter(({ traits }) => traits.httpLabel === true).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, `${name.toLowerCase()}-1`]));
}
