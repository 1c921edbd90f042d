/**
 * Runs of the core's tests with a mutant in place of what it breaks. All tests are bundled anew for each, in memory of the
 * last time, and run in one bare process by Vitest's runner: a tenth of what a start of Vitest takes. No file of the
 * repository is written.
 */
import * as esbuild from "esbuild"
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Mutant from "./Mutant.ts"

/** How a mutant fared; `TimedOut` is noticed too: the tests did not end. */
export type Verdict = "Noticed" | "TimedOut" | "Survived"

/** Tests that are ready to be run with one mutant after the other. */
export interface Trials {
  /** Runs the tests with a mutant, or with none: then `Survived` says that they pass. */
  readonly run: (mutant: Mutant.Mutant | undefined) => Promise<Verdict>
  readonly close: () => Promise<void>
}

const root = fileURLToPath(new URL("../..", import.meta.url))
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** What tests the core without a built program, which would hold the core as it is. */
const tests = [
  ...fs.readdirSync(path.join(root, "test/core"), { recursive: true, encoding: "utf8" }).sort()
    .filter((name) => name.endsWith(".test.ts")).map((name) => `test/core/${name}`),
  "test/shell/cache/CacheCollector.test.ts",
  "test/shell/compose/ComposeFileSearch.test.ts"
]

/** So many times as long as without a mutant is a loop without end; and never less than this. */
const patience = 5
const leastLimitMs = 60_000

/** Makes the tests ready. */
export const open = async (): Promise<Trials> => {
  let mutant: Mutant.Mutant | undefined
  /** As they were the first time: the places of mutants are those of these texts. */
  const texts = new Map<string, string>()
  let limit = 10 * leastLimitMs
  const outfile = path.join(root, ".cache/mutation", `tests-${String(process.pid)}.mjs`)
  const context = await esbuild.context({
    stdin: { contents: entry, resolveDir: root, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    alias: { vitest: here("vitest.ts") },
    banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
    logLevel: "silent",
    plugins: [{
      name: "mutant",
      setup: (build) => {
        build.onLoad({ filter: /\/(?:src|test)\/.*\.ts$/ }, ({ path: file }) => {
          const text = texts.get(file) ?? fs.readFileSync(file, "utf8")
          texts.set(file, text)
          const broken = mutant?.file === path.relative(root, file) ? Mutant.apply(mutant, text) : text
          return {
            contents: broken
              .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href)),
            loader: "ts"
          }
        })
      }
    }]
  })
  return {
    run: async (given) => {
      mutant = given
      await context.rebuild()
      const began = Date.now()
      const child = spawn(process.execPath, [outfile, ...order(given)], { cwd: root, stdio: "ignore" })
      const timer = setTimeout(() => child.kill("SIGKILL"), limit)
      const [code, signal] = await once(child, "exit") as [number | null, NodeJS.Signals | null]
      clearTimeout(timer)
      if (given === undefined) limit = Math.max(patience * (Date.now() - began), leastLimitMs)
      return signal === "SIGKILL" ? "TimedOut" : code === 0 ? "Survived" : "Noticed"
    },
    close: async () => {
      await context.dispose()
      fs.rmSync(outfile, { force: true })
    }
  }
}

/** Runs the tests of the files that are its words. */
const entry = `import { run } from "${here("run-tests.ts")}"
const modules = {
${tests.map((file) => `  "${file}": () => import("./${file}")`).join(",\n")}
}
await run(process.argv.slice(2), (file) => modules[file]())
`

/** Those that are named after the module first, then those of its directory, and last those of thousands of lines. */
const order = (mutant: Mutant.Mutant | undefined): ReadonlyArray<string> => {
  const rank = (file: string): number => {
    const name = path.basename(file, ".test.ts")
    if (mutant !== undefined && name === path.basename(mutant.file, ".ts")) return 0
    if (name === "random-commands" || name === "CacheKey") return 3
    return mutant !== undefined && path.dirname(file).endsWith(path.dirname(mutant.file).replace("src/", "")) ? 1 : 2
  }
  return [...tests].sort((one, other) => rank(one) - rank(other))
}
