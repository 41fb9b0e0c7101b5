import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configJsonSchema } from "../../scripts/config-schema.ts";
import { parseConfig } from "../../src/config/config-file.ts";
import { configKey, optionNames, options } from "../../src/config/options.ts";

const published: object = JSON.parse(
  readFileSync(new URL("../../schemas/rampart.schema.json", import.meta.url), "utf8"),
);
const validate = new Ajv({ strict: true, strictRequired: false, strictTypes: false }).compile(published);

async function loads(text: string): Promise<boolean> {
  return parseConfig(text, "rampart.yaml").then(
    () => true,
    () => false,
  );
}

describe("the schema of rampart.yaml", () => {
  it("is what the loader's own generates: run `node scripts/config-schema.ts && npx oxfmt schemas` when it is not", () => {
    expect(published).toEqual(configJsonSchema());
  });

  it("knows every option that may stand in the file, with its description", () => {
    const properties = configJsonSchema()["properties"];
    for (const name of optionNames) {
      const described = expect.objectContaining({ description: options[name].describe });
      if ("flagOnly" in options[name]) expect(properties).not.toHaveProperty(configKey(name), described);
      else expect(properties).toHaveProperty(configKey(name), described);
    }
  });

  it.each<[string, boolean]>([
    ["{}", true],
    ["failOn: low\nregion: [eu-west-1]\nconcurrency: 8\nquiet: true\ntimeout: 30m", true],
    ['publicPorts: [80, "443", udp/443, tcp/8000-8080, gre]', true],
    ["wideSource: { ipv4: 16 }\ninternetShare: 0.5", true],
    ['expected: [{ principal: "arn:*", reason: x, owner: y, ticket: z, expires: 2027-01-31 }]', true],
    ["suppressions: [{ check: open-*, reason: x }]\nsuppressByTag: accepted", true],
    ['suppressions: [{ tags: { env: "1" }, cloud: aws, reason: x, expires: 2027-01-31 }]', true],
    ["suppressionFile: [accepted.yaml]\nbaseline: last.json\nstrictSuppressions: true", true],
    ["suppressions: []", true],
    ["failOn: severe", false],
    ["failon: low", false],
    ["region: eu-west-1", false],
    ["account: [111122223333]", false],
    ['role: ""', false],
    ["concurrency: 0", false],
    ["concurrency: many", false],
    ["quiet: maybe", false],
    ["force: true", false],
    ["publicPorts: [70000]", false],
    ["publicPorts: [tcp/http]", false],
    ["wideSource: { ipv5: 1 }", false],
    ["wideSource: 7", false],
    ["internetShare: 0", false],
    ["expected: [{ principal: a }]", false],
    ["expected: [{ principal: a, reason: ' ' }]", false],
    ["expected: [{ principal: a, reason: b, expires: soon }]", false],
    ["expected: { a: b }", false],
    ["suppressions: [{ reason: x }]", false],
    ["suppressions: [{ check: a }]", false],
    ["suppressions: [{ check: a, reason: x, until: 2027-01-01 }]", false],
    ["suppressions: [{ tags: {}, reason: x }]", false],
    ["suppressions: [{ tags: { a: 1 }, reason: x }]", false],
    ["suppressions: [{ cloud: oci, reason: x }]", false],
    ["suppressions: [{ account: 111122223333, reason: x }]", false],
    ["suppressByTag: true", false],
  ])("and the loader agree on %s: %s", async (text, valid) => {
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(valid);
    expect(await loads(text)).toBe(valid);
  });
});
