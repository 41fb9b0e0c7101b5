import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

interface Module {
  readonly path: string;
  readonly staticImports: readonly string[];
  readonly dynamicImports: readonly string[];
}

const modules = ["src", "checks", "reports", "lab"].flatMap(readModules);
const byPath = new Map(modules.map((module) => [module.path, module]));

function readModules(folder: string): readonly Module[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(root, path), "utf8");
      const resolveFrom = (specifier: string) =>
        specifier.startsWith(".") ? relative(root, resolve(root, dirname(path), specifier)) : specifier;
      // A type import leaves no trace at run time, so it may point where a value import may not.
      const values = [...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;]*?\sfrom\s+)?"([^"]+)"/gm)];
      const dynamics = [...text.matchAll(/(?<!typeof )\bimport\("([^"]+)"\)/g)];
      return {
        path,
        staticImports: values.map((match) => resolveFrom(match[1] ?? "")),
        dynamicImports: dynamics.map((match) => resolveFrom(match[1] ?? "")),
      };
    });
}

const isSdk = (specifier: string) => /^(@aws-sdk|@smithy|@azure|@google-cloud)\//.test(specifier);
const inRoom = (room: string) => modules.filter(({ path }) => path.startsWith(`${room}/`));

/** [room, what its modules may import, what to do instead] */
const rooms: readonly (readonly [string, (specifier: string) => boolean, string])[] = [
  [
    "src/model",
    (to) => to.startsWith("src/model/"),
    "model imports nothing: move what needs more to the room that has it",
  ],
  [
    "src/network",
    (to) => /^src\/(model|network)\//.test(to),
    "network is pure: providers translate a cloud into its terms",
  ],
  [
    "src/identity",
    (to) => /^src\/(model|identity)\//.test(to) || /^src\/network\/(addresses|intervals)\.ts$/.test(to),
    "identity is pure: providers translate a cloud into its terms",
  ],
  [
    "checks",
    (to) => /^(checks|src\/(model|network|identity))\//.test(to) || to === "src/scan/check.ts",
    "a check asks the estate it is handed; it reads no records and does no I/O",
  ],
  [
    "reports",
    (to) => /^(reports|src\/model)\//.test(to) || ["node:crypto", "node:util", "node:zlib", "valibot"].includes(to),
    "a report reads the Report value and nothing else",
  ],
  [
    "src/scan",
    (to) =>
      /^src\/(model|network|identity|snapshot|scan|config)\//.test(to) ||
      to === "src/providers/provider.ts" ||
      to === "node:crypto",
    "scan knows the providers' port, never one provider; checks and reports are handed in by cli",
  ],
];

describe("rooms", () => {
  it.each(rooms)("%s imports only what it may", (room, allowed, instead) => {
    const wrong = inRoom(room).flatMap(({ path, staticImports, dynamicImports }) =>
      [...staticImports, ...dynamicImports]
        .filter((to) => !allowed(to))
        .map((to) => `${path} imports ${to}: ${instead}`),
    );
    expect(wrong).toEqual([]);
    expect(inRoom(room).length > 0, `${room} is empty: is the path right?`).toBe(true);
  });

  it("checks and reports are imported by cli alone", () => {
    const wrong = inRoom("src")
      .filter(({ path }) => !path.startsWith("src/cli/"))
      .flatMap(({ path, staticImports }) =>
        staticImports.filter((to) => /^(checks|reports|lab)\//.test(to)).map((to) => `${path} imports ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  it("a check asks no other check", () => {
    const wrong = inRoom("checks")
      .filter(({ path }) => path !== "checks/registry.ts")
      .flatMap(({ path, staticImports }) =>
        staticImports
          .filter(
            (to) => to.startsWith("checks/") && readFileSync(join(root, to), "utf8").includes("export const check:"),
          )
          .map((to) => `${path} imports ${to}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe("cloud SDKs", () => {
  it("are imported by providers and the lab alone, and by providers only when first used", () => {
    const wrong = modules.flatMap(({ path, staticImports, dynamicImports }) => [
      ...staticImports
        .filter((to) => isSdk(to) && !path.startsWith("lab/"))
        .map((to) => `${path} loads ${to} at once: use await import()`),
      ...dynamicImports
        .filter((to) => isSdk(to) && !/^(src\/providers|lab)\//.test(path))
        .map((to) => `${path} imports ${to}`),
    ]);
    expect(wrong).toEqual([]);
  });

  it("are not loaded by any command line that needs none: nothing the CLI imports at once leads to one", () => {
    const seen = new Set<string>();
    const queue = ["src/cli/main.ts", ...inRoom("src/cli").map(({ path }) => path)];
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      queue.push(...(byPath.get(path)?.staticImports ?? []));
    }
    expect([...seen].filter(isSdk)).toEqual([]);
    expect(seen.size).toBeGreaterThan(20);
  });
});

describe("stdout, stderr, argv and exit", () => {
  it("belong to cli", () => {
    const wrong = modules
      .filter(({ path }) => !path.startsWith("src/cli/") && !path.startsWith("lab/"))
      .filter(({ path }) =>
        /\bprocess\.(stdout|stderr|argv|exit|exitCode)\b|\bconsole\./.test(readFileSync(join(root, path), "utf8")),
      )
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });
});
