import { defineConfig } from "vitest/config";

// Run by run.sh alone, which brings up the server: hence neither a name nor a folder that the ordinary run picks up.
// oxlint-disable-next-line import/no-default-export -- vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: ["test/moto/*.suite.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
