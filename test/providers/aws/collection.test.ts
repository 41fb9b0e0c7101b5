import { describe, expect, it } from "vitest";

import type { CallEnd } from "../../../src/providers/aws/call.ts";
import { inquire, operationNamed } from "../../../src/providers/aws/collection.ts";
import { memorySink } from "../../../src/snapshot/sinks.ts";

/** The row that a host name which does not exist leaves, the Region answering or not. */
async function rowFor(host: string, operation: string, regionAnswers: boolean) {
  const sink = memorySink("live", "2026-01-01T00:00:00Z");
  const end: CallEnd = { status: "unreachable", code: "ENOTFOUND", error: "it could not be reached", host };
  const site = {
    session: { profile: null, credentials: null },
    region: "xx-west-1",
    limit: <T>(work: () => Promise<T>) => work(),
  };
  const caller = {
    site: () => site,
    ask: () => Promise.resolve(end),
    answer: () => Promise.reject(new Error("unused")),
    answerAtOnce: () => Promise.reject(new Error("unused")),
  };
  await inquire(
    { caller, sink, onEvent: () => undefined },
    {
      site,
      target: { cloud: "aws", account: "111111111111", region: "xx-west-1" },
      operation: operationNamed(operation),
      requests: [{ members: {} }],
      unasked: null,
      nothingHere: false,
      regionAnswers: () => Promise.resolve(regionAnswers),
    },
  );
  return sink.finish("2026-01-01T00:00:01Z").coverage[0];
}

describe("a host name that does not exist", () => {
  it.each([
    [
      "a service that the Region, which answers, does not offer",
      "guardduty.xx-west-1.amazonaws.com",
      "guardduty:ListDetectors",
      true,
      "disabled",
    ],
    [
      "a Region that does not answer either",
      "guardduty.xx-west-1.amazonaws.com",
      "guardduty:ListDetectors",
      false,
      "unreachable",
    ],
    [
      "the service by which the Region is known",
      "ec2.xx-west-1.amazonaws.com",
      "ec2:DescribeVpcs",
      true,
      "unreachable",
    ],
    ["an endpoint that a user configured", "guardduty.example", "guardduty:ListDetectors", true, "unreachable"],
  ] as const)("%s", async (_what, host, operation, regionAnswers, status) => {
    expect((await rowFor(host, operation, regionAnswers))?.status).toBe(status);
  });
});
