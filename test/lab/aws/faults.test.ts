import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { FaultKind } from "../../../lab/aws/faults.ts";
import { startAwsLab } from "../../../lab/aws/server.ts";
import type { AwsLab } from "../../../lab/aws/server.ts";
import type { AwsEstate } from "../../../lab/estate.ts";
import { createSdk } from "./sdk.ts";

const vpcs = ["a", "b", "c", "d", "e"].map((letter) => ({ VpcId: `vpc-${letter}`, CidrBlock: "10.0.0.0/16" }));
const estate: AwsEstate = {
  organization: { Id: "o-1", MasterAccountId: "111122223333" },
  regions: [
    { name: "us-east-1", optIn: "opt-in-not-required" },
    { name: "eu-west-1", optIn: "opt-in-not-required" },
  ],
  accounts: [
    { id: "111122223333", name: "one", regions: { "us-east-1": { Vpcs: vpcs }, "eu-west-1": { Vpcs: vpcs } } },
    { id: "444455556666", name: "two", regions: { "us-east-1": { Vpcs: vpcs } } },
  ],
};

/** Milliseconds: long enough for a busy machine, and for the calls that are never answered. */
const patient = 10_000;
const impatient = 300;

let lab: AwsLab;
let sdk: ReturnType<typeof createSdk>;
const others: ReturnType<typeof createSdk>[] = [];

beforeAll(async () => {
  lab = await startAwsLab(estate);
  sdk = createSdk(lab, { account: "one", region: "us-east-1", requestTimeout: patient });
});
afterEach(() => lab.faults.clear());
afterAll(async () => {
  for (const client of [sdk, ...others]) client.destroy();
  await lab.close();
});

function another(account: string, region: string, maxAttempts = 1, requestTimeout = patient): typeof sdk {
  const made = createSdk(lab, { account, region, maxAttempts, requestTimeout });
  others.push(made);
  return made;
}

interface Failure {
  readonly name: string;
  readonly status: number | undefined;
}

async function failure(call: Promise<unknown>): Promise<Failure> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error("The call succeeded.");
  const metadata: unknown = Reflect.get(error, "$metadata");
  const status: unknown = typeof metadata === "object" && metadata !== null && Reflect.get(metadata, "httpStatusCode");
  return { name: error.name, status: typeof status === "number" ? status : undefined };
}

describe("each protocol fails in its own words", () => {
  const words: readonly [string, FaultKind, string, number][] = [
    ["ec2:DescribeVpcs", "access-denied", "UnauthorizedOperation", 403],
    ["ec2:DescribeVpcs", "throttled", "RequestLimitExceeded", 503],
    ["ec2:DescribeVpcs", "server-error", "InternalError", 500],
    ["ec2:DescribeVpcs", "unavailable", "Unavailable", 503],
    ["ec2:DescribeVpcs", "region-off", "AuthFailure", 401],
    ["sts:GetCallerIdentity", "access-denied", "AccessDenied", 403],
    ["sts:GetCallerIdentity", "throttled", "Throttling", 400],
    ["elasticloadbalancing:DescribeLoadBalancers", "throttled", "Throttling", 400],
    ["elasticloadbalancingv2:DescribeLoadBalancers", "region-off", "InvalidClientTokenId", 403],
    ["network-firewall:ListFirewalls", "access-denied", "AccessDeniedException", 400],
    ["network-firewall:ListFirewalls", "throttled", "ThrottlingException", 400],
    ["network-firewall:ListFirewalls", "region-off", "UnrecognizedClientException", 400],
    ["organizations:ListAccounts", "throttled", "TooManyRequestsException", 400],
    ["organizations:ListAccounts", "server-error", "ServiceException", 500],
    ["guardduty:ListDetectors", "access-denied", "AccessDeniedException", 403],
    ["guardduty:ListDetectors", "throttled", "TooManyRequestsException", 429],
    ["guardduty:ListDetectors", "server-error", "InternalServerErrorException", 500],
    ["guardduty:ListDetectors", "region-off", "UnrecognizedClientException", 403],
    ["s3:ListBuckets", "access-denied", "AccessDenied", 403],
    ["s3:ListBuckets", "throttled", "SlowDown", 503],
  ];
  it.each(words)("%s %s: %s", async (operation, kind, name, status) => {
    lab.faults.set([{ operation, kind }]);
    expect(await failure(sdk.send(operation))).toEqual({ name, status });
    expect(lab.requests.at(-1)).toMatchObject({ operation, fault: kind });
  });
});

describe("what breaks on the way", () => {
  const operations = ["ec2:DescribeVpcs", "organizations:ListAccounts", "guardduty:ListDetectors", "s3:ListBuckets"];
  const ways: readonly [FaultKind, RegExp][] = [
    ["timeout", /TimeoutError/],
    // The SDK calls a reset connection a timeout.
    ["reset", /^TimeoutError$/],
    ["cut-off", /^Error$|aborted|ECONNRESET/],
  ];
  const cases = ways.flatMap(([kind, name]) => operations.map((operation) => ({ kind, name, operation })));
  it.each(cases)("$kind of $operation", async ({ kind, name, operation }) => {
    lab.faults.set([{ operation, kind }]);
    const client = kind === "timeout" ? another("one", "us-east-1", 1, impatient) : sdk;
    const seen = await failure(client.send(operation));
    expect(seen.name).toMatch(name);
  });

  it.each(["organizations:ListAccounts", "guardduty:ListDetectors"])("an HTML page for %s", async (operation) => {
    lab.faults.set([{ operation, kind: "malformed" }]);
    expect((await failure(sdk.send(operation))).name).toBe("SyntaxError");
  });

  it("an HTML page for EC2, which the SDK's XML parser either refuses or reads as nothing", async () => {
    lab.faults.set([{ operation: "ec2:DescribeVpcs", kind: "malformed" }]);
    const seen = await sdk.send("ec2:DescribeVpcs").catch((error: unknown) => error);
    expect(seen instanceof Error || Object.keys(Object(seen)).length === 0).toBe(true);
  });

  it("a slow page is late and right", async () => {
    lab.faults.set([{ operation: "ec2:DescribeVpcs", kind: "slow", delayMs: 60 }]);
    const answer = await sdk.send("ec2:DescribeVpcs");
    expect(answer["Vpcs"]).toEqual(vpcs.slice(0, 2));
  });

  it("a throttled answer says when to come back", async () => {
    lab.faults.set([{ operation: "*", kind: "throttled", retryAfterSeconds: 7 }]);
    const { accessKeyId } = lab.credentialsFor("one");
    const scope = `Credential=${accessKeyId}/20260101/us-east-1/ec2/aws4_request`;
    const response = await fetch(lab.endpoint, {
      method: "POST",
      headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
      body: new URLSearchParams({ Action: "DescribeVpcs", Version: "2016-11-15" }),
    });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "7"]);
  });
});

describe("a fault hits what it names", () => {
  it("the first two calls, and the SDK's third attempt succeeds", async () => {
    lab.faults.set([{ operation: "ec2:DescribeVpcs", kind: "server-error", times: 2 }]);
    const before = lab.requests.length;
    const answer = await another("one", "us-east-1", 3).send("ec2:DescribeVpcs");
    expect(answer["Vpcs"]).toEqual(vpcs.slice(0, 2));
    expect(lab.requests.slice(before).map(({ status }) => status)).toEqual([500, 500, 200]);
  });

  it("the nth call alone", async () => {
    lab.faults.set([{ operation: "ec2:DescribeVpcs", kind: "access-denied", from: 2, times: 1 }]);
    const outcomes = [];
    for (let call = 1; call <= 3; call += 1) {
      outcomes.push(
        await sdk.send("ec2:DescribeVpcs").then(
          () => "answered",
          () => "denied",
        ),
      );
    }
    expect(outcomes).toEqual(["answered", "denied", "answered"]);
  });

  it.each([
    { account: "444455556666" },
    { region: "eu-west-1" },
    { operation: "ec2:DescribeSubnets" },
    { operation: "guardduty:*" },
  ])("not another call than %o", async (narrow) => {
    lab.faults.set([{ operation: "ec2:DescribeVpcs", kind: "access-denied", ...narrow }]);
    expect((await sdk.send("ec2:DescribeVpcs"))["Vpcs"]).toHaveLength(2);
  });

  it.each([
    ["two", "us-east-1", { account: "444455556666" }],
    ["one", "eu-west-1", { region: "eu-west-1" }],
  ])("%s in %s when it names them", async (account, region, narrow) => {
    lab.faults.set([{ operation: "ec2:*", kind: "access-denied", ...narrow }]);
    const seen = await failure(another(account, region).send("ec2:DescribeVpcs"));
    expect(seen.name).toBe("UnauthorizedOperation");
  });
});

describe("pages that mislead", () => {
  it("a repeated token: every page names the same next page", async () => {
    lab.faults.set([{ operation: "ec2:DescribeVpcs", kind: "repeated-token" }]);
    const first = await sdk.send("ec2:DescribeVpcs");
    const second = await sdk.send("ec2:DescribeVpcs", { NextToken: first["NextToken"] });
    expect(first["NextToken"]).toEqual(expect.any(String));
    expect(second["NextToken"]).toBe(first["NextToken"]);
  });

  it("an empty page with a token: what follows is the whole listing", async () => {
    lab.faults.set([{ operation: "ec2:DescribeVpcs", kind: "empty-page" }]);
    const seen = [];
    let token: unknown;
    do {
      const answer = await sdk.send("ec2:DescribeVpcs", token === undefined ? {} : { NextToken: token });
      seen.push(answer["Vpcs"]);
      token = answer["NextToken"];
    } while (token !== undefined);
    expect(seen[0]).toEqual([]);
    expect(seen.flat()).toEqual(vpcs);
  });
});
