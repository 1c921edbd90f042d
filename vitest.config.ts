import { defineConfig } from "vitest/config"

/**
 * Two projects: `unit` starts no engine; `e2e` starts real Docker engines, in forked processes because an engine dies
 * with the thread that started it, and one file at a time because two cores carry no more.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: { name: "unit", include: ["test/{core,shell,scripts}/**/*.test.ts"], pool: "forks", testTimeout: 60_000 }
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          pool: "forks",
          poolOptions: { forks: { singleFork: true } },
          testTimeout: 300_000,
          hookTimeout: 300_000
        }
      }
    ]
  }
})
