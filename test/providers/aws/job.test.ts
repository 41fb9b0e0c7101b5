import { describe, expect, it } from "vitest";

import { awaitReport, checkReport } from "../../../src/providers/aws/job.ts";
import type { Job } from "../../../src/providers/aws/operation.ts";

const job: Job = {
  begin: "iam:GenerateServiceLastAccessedDetails",
  ticket: "JobId",
  told: { by: "read", member: "JobStatus" },
  running: ["IN_PROGRESS"],
  failed: ["FAILED"],
};
const limits = { concurrency: 1, callTimeoutMs: 60_000, maxAttempts: 1, retryBaseDelayMs: 0 };
const neverAborted = new AbortController().signal;

/** Answers one after the other, the last again and again, as `work` sees them. */
function answering(...states: readonly string[]): {
  readonly work: () => Promise<string>;
  readonly asked: () => number;
} {
  let count = 0;
  return {
    asked: () => count,
    work: async () => {
      const state = states[Math.min(count++, states.length - 1)];
      checkReport(job, { JobStatus: state });
      return Promise.resolve("the report");
    },
  };
}

describe("a report that AWS makes on request", () => {
  it("is asked for again until it is there", async () => {
    const { work, asked } = answering("IN_PROGRESS", "IN_PROGRESS", "COMPLETED");
    expect(await awaitReport(limits, neverAborted, work)).toBe("the report");
    expect(asked()).toBe(3);
  });

  it("is given up when it is not there in the time of one call", async () => {
    const { work } = answering("IN_PROGRESS");
    await expect(awaitReport({ ...limits, callTimeoutMs: 0 }, neverAborted, work)).rejects.toMatchObject({
      failure: { status: "unreachable", error: "the report was not ready within 0 s" },
    });
  });

  it("is given up at once when AWS says that it failed", async () => {
    const { work, asked } = answering("FAILED", "COMPLETED");
    await expect(awaitReport(limits, neverAborted, work)).rejects.toMatchObject({
      failure: { status: "unreachable", error: "AWS could not make the report (FAILED)" },
    });
    expect(asked()).toBe(1);
  });

  it("does not wait on when the scan is called off", async () => {
    const states = answering("IN_PROGRESS");
    const abort = new AbortController();
    const work = () => {
      if (states.asked() === 1) abort.abort();
      if (states.asked() === 2) throw new Error("called off");
      return states.work();
    };
    await expect(awaitReport({ ...limits, retryBaseDelayMs: 3_600_000 }, abort.signal, work)).rejects.toThrow(
      "called off",
    );
  });

  it.each([[{}], [{ JobStatus: 7 }]])("is no report when its state is not told: %o", (answer) => {
    expect(() => checkReport(job, answer)).toThrow("without the member JobStatus");
  });
});
