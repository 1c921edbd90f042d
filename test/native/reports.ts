/**
 * After the tests of each file: the sanitizers reported nothing (`npm run build:standalone -- --sanitize`).
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll } from "vitest"
import { repository } from "../shell/program.ts"

const directory = path.join(repository, ".cache/sanitized")

/** A process whose stack has an end that AddressSanitizer does not know says only that. */
const mistakes = (): ReadonlyArray<string> =>
  fs.readdirSync(directory).filter((name) => name.startsWith("report."))
    .map((name) => fs.readFileSync(path.join(directory, name), "utf8"))
    .filter((text) => /ERROR: |runtime error: /.test(text))

let before: number
beforeAll(() => {
  before = mistakes().length
})
afterAll(() => {
  const all = mistakes()
  assert.strictEqual(all.length, before, all.join("\n"))
})
