/**
 * Runs test files with Vitest's runner in this process, in the order given, up to the first failure: then exits with 1.
 */
import { startTests, type VitestRunner } from "@vitest/runner"

const config: VitestRunner["config"] = {
  root: process.cwd(),
  testNamePattern: /^(?!.*\btime in proportion)/, // on a busy machine these fail without any mutant
  setupFiles: [],
  passWithNoTests: false,
  allowOnly: false,
  sequence: { seed: 1, hooks: "stack", setupFiles: "list" },
  maxConcurrency: 1,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  retry: 0
}

/** Runs the tests; `load` gives the module of a file. */
export const run = async (
  files: ReadonlyArray<string>,
  load: (file: string) => Promise<unknown>
): Promise<void> => {
  const failed = (what: string, errors: ReadonlyArray<{ readonly message?: string }> = []): never => {
    process.stdout.write(`${what}: ${errors[0]?.message?.slice(0, 300) ?? ""}\n`)
    process.exit(1)
  }
  let count = 0
  for (const file of files) {
    const runner: VitestRunner = {
      config,
      pool: "forks",
      importFile: load,
      onAfterRunTask: ({ name, result }) => {
        if (result !== undefined) count += 1
        if (result?.state === "fail") failed(name, result.errors)
      }
    }
    const [ran] = await startTests([file], runner)
    if (ran?.result?.state !== "pass") failed(file, ran?.result?.errors)
  }
  process.stdout.write(`${String(count)} tests\n`)
  process.exit(count === 0 ? 1 : 0)
}
