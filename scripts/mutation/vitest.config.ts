import { defineConfig } from "vitest/config"

/**
 * The tests that run the core itself, without a built program, which would hold the core as it is. Stryker has a worker for
 * each file that it runs at once, so that each runs one.
 */
export default defineConfig({
  test: {
    include: ["test/core/**/*.test.ts", "test/shell/compose/ComposeFileSearch.test.ts"],
    // reads the texts of the modules, which Stryker changes
    exclude: ["test/core/Layout.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
