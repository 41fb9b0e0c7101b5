import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checks } from "../../checks/registry.ts";
import { commands } from "../../src/cli/command-table.ts";
import { main } from "../../src/cli/main.ts";
import { clouds } from "../../src/model/resource.ts";
import { severities } from "../../src/model/severity.ts";
import { fakeIo } from "../support/fake-io.ts";

const ids = checks.map(({ id }) => id);
const names = commands.map(({ name }) => name);

let folder: string;
const scripts = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-completion-"));
  for (const shell of ["bash", "zsh", "fish"]) {
    const io = fakeIo();
    expect(await main(["completion", shell], io)).toBe(0);
    const path = join(folder, `rampart.${shell}`);
    await writeFile(path, io.stdout());
    scripts.set(shell, path);
  }
});
afterAll(() => rm(folder, { recursive: true }));

function has(shell: string): boolean {
  return spawnSync(shell, ["--version"]).status === 0;
}

function run(shell: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(shell, args, { encoding: "utf8", cwd: folder });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** What bash offers for the last of some words. */
function bash(...words: readonly string[]): readonly string[] {
  const script =
    'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rampart; printf "%s\\n" "${COMPREPLY[@]}"';
  return lines(run("bash", "-c", script, "bash", scripts.get("bash") ?? "", "rampart", ...words));
}

/** The same of fish, whose words come with descriptions after a tab. */
function fish(...words: readonly string[]): readonly string[] {
  const line = ["rampart", ...words].join(" ");
  const offered = run("fish", "--no-config", "-c", `source ${scripts.get("fish") ?? ""}; complete -C '${line}'`);
  return lines(offered).map((word) => word.split("\t")[0] ?? "");
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

describe.each([
  ["bash", bash],
  ["fish", fish],
] as const)("in %s", (shell, offered) => {
  it.skipIf(!has(shell)).each<[string, readonly string[], readonly string[]]>([
    ["commands", [""], names],
    ["commands by their beginning", ["ch"], ["checks"]],
    ["check ids", ["explain", ""], ids],
    ["check ids of an option", ["scan", "--skip", "open-"], ids.filter((id) => id.startsWith("open-"))],
    ["choices", ["scan", "aws", "--fail-on", ""], [...severities, "none"]],
    ["formats", ["scan", "--format", "s"], ["sarif"]],
    ["formats of a file", ["scan", "--output", "js"], ["json="]],
    ["clouds", ["permissions", ""], clouds],
    ["shells", ["completion", ""], ["bash", "zsh", "fish"]],
    ["flags of the command", ["scan", "--suppression"], ["--suppression-file"]],
    ["no flags of another", ["explain", "--fail"], []],
    ["files", ["render", "rampart.ba"], ["rampart.bash"]],
    ["files of an option", ["scan", "--baseline", "rampart.ba"], ["rampart.bash"]],
    ["nothing where nobody can know", ["scan", "--role", "rampart.ba"], []],
  ])("%s", (_, words, expected) => {
    expect([...offered(...words)].toSorted()).toEqual([...expected].toSorted());
  });
});

describe("in bash, which takes = for a word", () => {
  it("values after it are completed", () => {
    expect(bash("scan", "--fail-on", "=", "cr")).toEqual(["critical"]);
    expect(bash("scan", "--fail-on", "=")).toContain("critical");
    expect(bash("scan", "--output", "json", "=", "rampart.ba")).toEqual(["rampart.bash"]);
  });
});

describe("the scripts", () => {
  it.each(["bash", "zsh", "fish"])("of %s parse, and hold every command, flag, choice and check", (shell) => {
    const path = scripts.get(shell) ?? "";
    if (has(shell)) run(shell, "-n", path);
    const text = run("cat", path);
    for (const word of [...names, ...ids, ...severities, ...clouds]) expect(text).toContain(word);
    for (const { options } of commands) for (const name of options) expect(text).toContain(name);
  });

  it("are refused for another shell, with the nearest named", async () => {
    const io = fakeIo();
    expect(await main(["completion", "zshh"], io)).toBe(2);
    expect(io.stderr()).toContain(
      "zshh: not a shell Rampart completes for; did you mean zsh? There are bash, zsh, fish",
    );
  });
});
