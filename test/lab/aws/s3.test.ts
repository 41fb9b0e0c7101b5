import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAwsLab } from "../../../lab/aws/server.ts";
import type { AwsLab } from "../../../lab/aws/server.ts";
import { createSdk } from "./sdk.ts";

let lab: AwsLab;
let sdk: ReturnType<typeof createSdk>;

beforeAll(async () => {
  lab = await startAwsLab({
    regions: [
      { name: "us-east-1", optIn: "opt-in-not-required" },
      { name: "eu-west-1", optIn: "opt-in-not-required" },
    ],
    buckets: {
      "own.bucket": {
        owner: "111122223333",
        region: "us-east-1",
        objects: { "lists/a b+ü.txt": { body: "10.0.0.0/8\n" } },
      },
      public: { owner: "999999999999", region: "eu-west-1", readers: ["*"], objects: { list: { body: "192.0.2.1" } } },
      private: { owner: "999999999999", region: "us-east-1", objects: { list: { body: "192.0.2.1" } } },
    },
    accounts: [{ id: "111122223333", name: "one", regions: {} }],
  });
  sdk = createSdk(lab, { account: "one", region: "us-east-1" });
});
afterAll(async () => {
  sdk.destroy();
  await lab.close();
});

describe("S3", () => {
  const read = async (
    input: { Bucket: string; Key: string; Range?: string },
    region = "us-east-1",
  ): Promise<unknown> => {
    const client = new S3Client({
      endpoint: lab.endpoint,
      region,
      credentials: lab.credentialsFor("one"),
      forcePathStyle: true,
      maxAttempts: 1,
    });
    try {
      const { Body, ContentRange, ContentLength, ETag } = await client.send(new GetObjectCommand(input));
      return { text: await Body?.transformToString(), ContentRange, ContentLength, ETag };
    } finally {
      client.destroy();
    }
  };

  it("gives an object whole, whatever its key holds", async () => {
    expect(await read({ Bucket: "own.bucket", Key: "lists/a b+ü.txt" })).toMatchObject({
      text: "10.0.0.0/8\n",
      ContentLength: 11,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
  });

  it.each([
    ["bytes=0-1", "10", "bytes 0-1/11"],
    ["bytes=3-", "0.0.0/8\n", "bytes 3-10/11"],
    ["bytes=-3", "/8\n", "bytes 8-10/11"],
    ["bytes=0-999", "10.0.0.0/8\n", "bytes 0-10/11"],
  ])("gives the range %s", async (Range, text, ContentRange) => {
    const answer = await read({ Bucket: "own.bucket", Key: "lists/a b+ü.txt", Range });
    expect(answer).toMatchObject({ text, ContentRange, ContentLength: text.length });
  });

  it.each([
    [{ Bucket: "own.bucket", Key: "none" }, "us-east-1", "NoSuchKey"],
    [{ Bucket: "nobody-has-it", Key: "list" }, "us-east-1", "NoSuchBucket"],
    [{ Bucket: "private", Key: "list" }, "us-east-1", "AccessDenied"],
    [{ Bucket: "own.bucket", Key: "lists/a b+ü.txt", Range: "bytes=99-" }, "us-east-1", "InvalidRange"],
  ])("refuses %j in %s: %s", async (input, region, name) => {
    await expect(read(input, region)).rejects.toMatchObject({ name });
  });

  it("sends who asks in the wrong Region to the right one", async () => {
    await expect(read({ Bucket: "public", Key: "list" }, "us-east-1")).rejects.toMatchObject({
      name: "PermanentRedirect",
      $response: { headers: { "x-amz-bucket-region": "eu-west-1" } },
    });
    expect(await read({ Bucket: "public", Key: "list" }, "eu-west-1")).toMatchObject({ text: "192.0.2.1" });
  });

  it.each([
    ["own.bucket", undefined],
    ["public", "eu-west-1"],
  ])("tells where %s is: %s", async (Bucket, LocationConstraint) => {
    expect(await sdk.send("s3:GetBucketLocation", { Bucket })).toEqual(
      LocationConstraint === undefined ? {} : { LocationConstraint },
    );
  });

  it("lists an account's own buckets, and confirms or denies an owner", async () => {
    expect((await sdk.send("s3:ListBuckets"))["Buckets"]).toMatchObject([
      { Name: "own.bucket", BucketRegion: "us-east-1" },
    ]);
    const head = (ExpectedBucketOwner: string): Promise<unknown> =>
      sdk.send("s3:HeadBucket", { Bucket: "own.bucket", ExpectedBucketOwner });
    expect(await head("111122223333")).toEqual({ BucketRegion: "us-east-1" });
    await expect(head("444455556666")).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it("knows a bucket by the host's name too", async () => {
    const response = await hosted("own.bucket.localhost", "/lists/a%20b%2B%C3%BC.txt");
    expect(response).toBe("10.0.0.0/8\n");
  });

  async function hosted(host: string, path: string): Promise<string> {
    const { request } = await import("node:http");
    const { accessKeyId } = lab.credentialsFor("one");
    const scope = `Credential=${accessKeyId}/20260101/us-east-1/s3/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`;
    return new Promise((resolve, reject) => {
      const outgoing = request(`${lab.endpoint}${path}`, { headers: { host, authorization } }, (incoming) => {
        let text = "";
        incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        incoming.on("end", () => resolve(text));
      });
      outgoing.on("error", reject).end();
    });
  }
});
