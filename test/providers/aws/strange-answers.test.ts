import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { expect, it } from "vitest";

import { collectAws } from "../../../src/providers/aws/collect.ts";
import { memorySink } from "../../../src/snapshot/sinks.ts";
import { quick, rowOf } from "./collecting.ts";

const identity =
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/x</Arn><UserId>x</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
const regions = "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>";

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function answer(request: IncomingMessage, response: ServerResponse, page: string): Promise<void> {
  const body = await bodyOf(request);
  const known = body.includes("GetCallerIdentity") ? identity : body.includes("DescribeRegions") ? regions : page;
  response.writeHead(200, { "content-type": "text/xml" }).end(known);
}

/** Collects from a server that knows who asks and answers everything else with `page`, as a whole and with status 200. */
async function collectFromPage(page: string) {
  const server = createServer((request, response) => void answer(request, response, page));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const sink = memorySink("live", "2026-01-01T00:00:00Z");
  try {
    await collectAws(
      {
        ...quick,
        endpoint: `http://127.0.0.1:${address.port}`,
        credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" },
        regions: ["us-east-1"],
      },
      sink,
      () => undefined,
      new AbortController().signal,
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return sink.finish("2026-01-01T00:01:00Z");
}

it.each([
  ["a well-formed page, which the SDK would read as an empty answer", "<html><body><p>welcome</p></body></html>"],
  [
    "the answer to another question",
    "<DescribeSomethingElseResponse><requestId>1</requestId></DescribeSomethingElseResponse>",
  ],
  ["nothing", ""],
])("%s leaves no operation complete", async (_what, page) => {
  const { coverage } = await collectFromPage(page);
  const asked = coverage.filter(
    ({ operation }) => !["sts:GetCallerIdentity", "ec2:DescribeRegions"].includes(operation),
  );
  expect(asked.filter(({ status }) => status !== "malformed" && status !== "skipped")).toEqual([]);
  expect(asked.length).toBeGreaterThan(40);
});

it("half an answer that the server takes for a whole one is malformed", async () => {
  const snapshot = await collectFromPage("<DescribeVpcsResponse><vpcSet></vpcSet>");
  expect(rowOf(snapshot, "ec2:DescribeVpcs")).toMatchObject({ status: "malformed", error: "the answer is cut off" });
});

it("empty pages that name themselves as the next are malformed", async () => {
  const snapshot = await collectFromPage(
    "<DescribeVpcsResponse><vpcSet/><nextToken>again</nextToken></DescribeVpcsResponse>",
  );
  expect(rowOf(snapshot, "ec2:DescribeVpcs")).toMatchObject({
    status: "malformed",
    error: "the answer is a page whose token leads back to it",
  });
});
