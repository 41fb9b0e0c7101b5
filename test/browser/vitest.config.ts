import { defineConfig } from "vitest/config";

// Run by run.sh alone, which sees to the browser: hence neither a name nor a folder that the ordinary run picks up.
// oxlint-disable-next-line import/no-default-export -- vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: ["test/browser/*.suite.ts"],
    setupFiles: ["test/support/property-seed.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    // Machines that build are busy ones.
    expect: { poll: { timeout: 20_000 } },
  },
});
