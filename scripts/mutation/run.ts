/**
 * Breaks the core in many ways, by Stryker, and counts how many of them its tests notice:
 * `npm run mutation [-- --count 200] [--seed 1]`. `docs/develop/mutation.md` gets the figures.
 */
import type { MutantResult } from "@stryker-mutator/api/core"
import { Stryker } from "@stryker-mutator/core"
import * as fs from "node:fs"
import * as path from "node:path"
import { parseArgs } from "node:util"
import * as Sample from "./Sample.ts"

const repository = path.join(import.meta.dirname, "../..")
const page = path.join(repository, "docs/develop/mutation.md")
const reports = ".cache/mutation"

const { values: { count, seed } } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" }
  }
})

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const noticed = (results: ReadonlyArray<MutantResult>): number =>
  results.filter(({ status }) => status === "Killed" || status === "Timeout").length

const percent = (part: number, whole: number): string => (100 * part / whole).toFixed(1)

const figures = (results: ReadonlyArray<MutantResult>, sample: Sample.Sample): ReadonlyArray<string> => {
  const kinds = [...new Set(results.map(({ mutatorName }) => mutatorName))].sort()
  const endless = results.filter(({ status }) => status === "Timeout").length
  const files = new Set(results.map(({ fileName }) => fileName)).size
  return [
    `${results.length} mutants in ${files} modules, of ${sample.all} that Stryker has for the core (seed ${seed}): `
    + `**${noticed(results)} noticed** (${
      percent(noticed(results), results.length)
    } %), of them ${endless} by tests that `
    + "did not end.",
    "",
    "| kind | tried | noticed |",
    "| --- | --- | --- |",
    ...kinds.map((kind) => {
      const tried = results.filter(({ mutatorName }) => mutatorName === kind)
      return `| ${kind} | ${tried.length} | ${noticed(tried)} |`
    })
  ]
}

/** What stands between the two marks of the page is written here, the rest by people. */
const writePage = (lines: ReadonlyArray<string>): void => {
  const text = fs.readFileSync(page, "utf8")
  const begin = "<!-- npm run mutation -->\n"
  const end = "<!-- end -->"
  fs.writeFileSync(
    page,
    text.slice(0, text.indexOf(begin) + begin.length) + lines.join("\n") + "\n" + text.slice(text.indexOf(end))
  )
}

const sample = await Sample.draw(repository, Number(count), Number(seed))
say(`${sample.count} of ${sample.all} mutants`)
process.chdir(repository)
const results = await new Stryker({
  mutate: [...sample.ranges],
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "scripts/mutation/vitest.config.ts" },
  coverageAnalysis: "perTest",
  concurrency: 2,
  // so that a busy machine is not taken for a loop without end; those that count their rounds are found at once
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 30,
  // a test reads the first lines of a module
  disableTypeChecks: false,
  // what was tried before, and can be no different now, is not tried again
  incremental: true,
  incrementalFile: `${reports}/incremental.json`,
  // the copy that is broken
  tempDirName: `${reports}/work`,
  ignorePatterns: ["dist", ".cache"],
  reporters: ["clear-text", "progress", "json", "html"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
  jsonReporter: { fileName: `${reports}/mutation.json` },
  htmlReporter: { fileName: `${reports}/mutation.html` },
  allowConsoleColors: false
}).runMutationTest()
// what cannot run at all says nothing of the tests, and Stryker does not count it either
const valid = results.filter(({ status }) => !["RuntimeError", "CompileError", "Ignored"].includes(status))
const lines = figures(valid, sample)
writePage(lines)
say(lines.join("\n"))
process.exit(noticed(valid) >= 0.9 * valid.length ? 0 : 1)
