import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config-file.ts";
import { didYouMean, nearest } from "../../src/config/nearest.ts";
import { configKey, environmentName } from "../../src/config/options.ts";
import { resolveOptions } from "../../src/config/resolve.ts";
import { checkSettings } from "../../src/scan/settings.ts";

const resolve = (flags: object, environment: Record<string, string> = {}, file: object = {}) =>
  resolveOptions({ ...flags }, environment, { ...file }, "rampart.yaml");

/** Lists of lists of lists, a million words in all once written out. */
const multiplying = `a: &a [${"x,".repeat(100)}]\nb: &b [${"*a,".repeat(100)}]\nc: [${"*b,".repeat(100)}]`;

describe("an option given in several places", () => {
  it.each([
    ["nothing", {}, {}, {}, "high"],
    ["the file", {}, {}, { failOn: "low" }, "low"],
    ["the environment over the file", {}, { RAMPART_FAIL_ON: "medium" }, { failOn: "low" }, "medium"],
    ["the flag over both", { "fail-on": "none" }, { RAMPART_FAIL_ON: "medium" }, { failOn: "low" }, "none"],
    ["an empty variable counts as unset", {}, { RAMPART_FAIL_ON: "" }, { failOn: "low" }, "low"],
  ])("%s decides", (_, flags, environment, file, expected) => {
    expect(resolve(flags, environment, file)["fail-on"]).toBe(expected);
  });

  it("takes lists, numbers and booleans from the environment", () => {
    const options = resolve(
      {},
      { RAMPART_REGION: "us-east-1, eu-west-1", RAMPART_CONCURRENCY: "8", RAMPART_QUIET: "yes" },
    );
    expect(options.region).toEqual(["us-east-1", "eu-west-1"]);
    expect(options.concurrency).toBe(8);
    expect(options.quiet).toBe(true);
  });
});

describe("targets that are named for every night", () => {
  it("give way to what was read before, unless both stand on the command line", () => {
    const named = [{ RAMPART_REGION: "us-east-1" }, { organization: true, role: "Audit" }] as const;
    expect(resolve({}, ...named)).toMatchObject({ region: ["us-east-1"], organization: true });
    expect(resolve({ snapshot: ["a.jsonl"] }, ...named)).toMatchObject({ region: [], organization: false, role: null });
    expect(resolve({ import: ["dump"] }, ...named)).toMatchObject({ region: [], role: null });
    expect(resolve({ snapshot: ["a.jsonl"], region: ["eu-west-1"] }, ...named).region).toEqual(["eu-west-1"]);
  });
});

describe("an option for one run", () => {
  it("is a flag alone", () => {
    expect(resolve({}, { RAMPART_FORCE: "true", RAMPART_EXPECTED: "1" }, { force: true, expected: [] })).toMatchObject({
      force: false,
      expected: false,
    });
    expect(resolve({ force: true }).force).toBe(true);
  });
});

describe("a value that the option does not take is refused, naming the place", () => {
  it.each([
    [
      "a flag",
      { "fail-on": "severe" },
      {},
      {},
      '--fail-on: must be one of critical, high, medium, low, none, not "severe"',
    ],
    [
      "a variable",
      {},
      { RAMPART_CONCURRENCY: "many" },
      {},
      'RAMPART_CONCURRENCY: must be a number from 1 to 512, not "many"',
    ],
    ["a boolean variable", {}, { RAMPART_QUIET: "perhaps" }, {}, 'RAMPART_QUIET: must be true or false, not "perhaps"'],
    ["an empty text", { role: "" }, {}, {}, "--role: needs a value"],
  ])("%s", (_, flags, environment, file, message) => {
    expect(() => resolve(flags, environment, file)).toThrow(message);
  });
});

describe("rampart.yaml", () => {
  it("reads what checks judge by, and options by their camel-case names", async () => {
    const config = await parseConfig(
      "publicPorts: [80, 443, udp/443]\ninternetShare: 0.5\nwideSource: { ipv4: 20 }\nregion: [eu-west-1]\nfailOn: low\n",
      "rampart.yaml",
    );
    expect(config.publicPorts).toEqual([80, 443, "udp/443"]);
    expect(config.wideSource).toEqual({ ipv4: 20 });
    expect(config["failOn"]).toBe("low");
  });

  it("reads who is expected to change firewalls", async () => {
    const text = `expected:
  - { principal: "arn:aws:iam::*:role/network-admin", reason: " network team ", expires: 2027-12-31 }
  - { principal: ada@example.com, reason: on call, owner: ops, ticket: NET-42 }
`;
    const { expected } = checkSettings(await parseConfig(text, "rampart.yaml"));
    expect(expected).toEqual([
      {
        principal: "arn:aws:iam::*:role/network-admin",
        reason: "network team",
        owner: null,
        ticket: null,
        expires: "2027-12-31",
      },
      { principal: "ada@example.com", reason: "on call", owner: "ops", ticket: "NET-42", expires: null },
    ]);
  });

  it("may be empty", async () => {
    await expect(parseConfig("# nothing yet\n", "rampart.yaml")).resolves.toEqual({});
  });

  it.each([
    ["publicPort: [80]", "rampart.yaml: unknown key publicPort; did you mean publicPorts?"],
    ["wideSource: { ipv5: 3 }", "rampart.yaml: unknown key wideSource.ipv5; did you mean ipv4?"],
    ["internetShare: 2", "rampart.yaml: internetShare: must be at most 1"],
    ["publicPorts: [true]", "rampart.yaml: publicPorts.0: must be a port number from 0 to 65535 or a text"],
    ["publicPorts: [70000]", "rampart.yaml: publicPorts.0: must be a port number from 0 to 65535 or a text"],
    ["publicPorts: [22.5]", "rampart.yaml: publicPorts.0: must be a port number from 0 to 65535 or a text"],
    ["wideSource: { ipv4: -1 }", "rampart.yaml: wideSource.ipv4: must be a prefix length from 0 to 32"],
    ["expected: { a: b }", "rampart.yaml: expected: must be a list of principals, each with a reason"],
    ["expected:", "rampart.yaml: expected: must be a list of principals, each with a reason"],
    ["expected: [arn]", "rampart.yaml: expected.0: must have a principal and a reason"],
    ["expected: [{ principal: a }]", "rampart.yaml: expected.0.reason: is missing"],
    ["expected: [{ reason: a }]", "rampart.yaml: expected.0.principal: is missing"],
    ["expected: [{ principal: 7, reason: a }]", "rampart.yaml: expected.0.principal: must name a principal"],
    ['expected: [{ principal: a, reason: " " }]', "rampart.yaml: expected.0.reason: must say in a few words why"],
    [
      "expected: [{ principal: a, reason: b, expiry: 2027-01-01 }]",
      "rampart.yaml: unknown key expected.0.expiry; did you mean expires?",
    ],
    ["expected: [{ principal: a, reason: b, expires: soon }]", "expected.0.expires: must be a day such as 2027-01-31"],
    ["expected: [{ principal: a, reason: b, expires: 2027-02-30 }]", "expires: must be a day such as 2027-01-31"],
    ["expected: [{ principal: a, reason: b, expires: 2027-2-3 }]", "expires: must be a day such as 2027-01-31"],
    ["force: true", "rampart.yaml: unknown key force"],
    ["concurrency: 0", "rampart.yaml: concurrency: must be a number from 1 to 512"],
    ["failOn: severe", "rampart.yaml: failOn: "],
    ["- a list", "rampart.yaml: must hold keys and values"],
    ["a: [", "rampart.yaml: not valid YAML: "],
    ["failOn: *nowhere", "rampart.yaml: not valid YAML: "],
    [multiplying, "rampart.yaml: not valid YAML: "],
  ])("%s is refused", async (text, message) => {
    await expect(parseConfig(text, "rampart.yaml")).rejects.toThrow(message);
  });
});

describe("names", () => {
  it("derives the variable and the key from the flag", () => {
    expect(environmentName("fail-on")).toBe("RAMPART_FAIL_ON");
    expect(configKey("min-severity")).toBe("minSeverity");
  });

  it("guesses only what is close", () => {
    expect(nearest("formt", ["format", "region"])).toBe("format");
    expect(nearest("zzz", ["format", "region"])).toBeNull();
    expect(didYouMean("zzz", ["format"])).toBe("");
  });
});
