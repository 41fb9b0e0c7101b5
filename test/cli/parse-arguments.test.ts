import { describe, expect, it, vi } from "vitest";
import { unreachableOptions } from "../../src/cli/command-table.ts";
import { parseArguments } from "../../src/cli/parse-arguments.ts";

const parse = (line: string) => parseArguments(line.split(" ").filter(Boolean), 100);

describe("a command line", () => {
  it("keeps flags, operands and repeated options apart", async () => {
    await expect(parse("scan aws --region us-east-1 --region eu-west-1 --fail-on low")).resolves.toMatchObject({
      command: "scan",
      operands: ["aws"],
      flags: { region: ["us-east-1", "eu-west-1"], "fail-on": "low", role: undefined },
    });
  });

  it("does not swallow an operand after a repeatable option", async () => {
    await expect(parse("scan --region us-east-1 aws")).resolves.toMatchObject({
      operands: ["aws"],
      flags: { region: ["us-east-1"] },
    });
  });

  it("keeps account ids as they were typed, leading zeros and all", async () => {
    await expect(parse("scan --account 012345678901")).resolves.toMatchObject({ flags: { account: ["012345678901"] } });
  });

  it("tells --config FILE from --no-config", async () => {
    await expect(parse("scan --config a.yaml")).resolves.toMatchObject({ config: "a.yaml" });
    await expect(parse("scan --no-config")).resolves.toMatchObject({ config: false });
    await expect(parse("scan")).resolves.toMatchObject({ config: undefined });
  });

  it("filters the list of checks without mistaking the filter for an operand", async () => {
    await expect(parse("checks --check open-*")).resolves.toMatchObject({ operands: [], flags: { check: ["open-*"] } });
  });

  it.each(["--help", "scan --help", "--version"])("%s is text, not a command", async (line) => {
    await expect(parse(line)).resolves.toMatchObject({ kind: "text" });
  });

  it.each([
    ["scn", "unknown command scn; did you mean scan?"],
    ["scan --fial-on low", "unknown option --fial-on; did you mean --fail-on?"],
    ["scan --role a --role b", "--role: can be given only once"],
    ["collect a b c d", "collect: unexpected d"],
    ["explain", "explain: <check> is missing. `rampart explain --help`"],
    ["diff monday.jsonl", "diff: <new> is missing"],
    ["scan --snapshot", "--snapshot needs a value"],
    ["checks open-*", "checks: unexpected open-*"],
    ["", "say what to do"],
  ])("refuses `%s`", async (line, message) => {
    await expect(parse(line)).rejects.toThrow(message);
  });

  it.each([
    ["scan", ["table, json, sarif", "Also write the report to a file, as FORMAT=PATH"]],
    ["who-can", ["Format of the answer on stdout: table, json "]],
    ["collect", ["Snapshot file to write"]],
  ])("tells in the help of %s what its options mean to it", async (command, words) => {
    const help = await parse(`${command} --help`);
    for (const each of words) expect(help).toMatchObject({ text: expect.stringContaining(each) });
  });

  it("speaks English whatever the environment speaks", async () => {
    vi.stubEnv("LC_ALL", "de_DE.UTF-8");
    try {
      await expect(parse("scan --help")).resolves.toMatchObject({
        text: expect.stringContaining("Show version number"),
      });
      await expect(parse("explain")).rejects.toThrow("<check> is missing");
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("can reach every option from some command", () => {
    expect(unreachableOptions).toEqual([]);
  });
});
