/**
 * A directory that others may write to, beside one that is somebody else's.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach } from "vitest"
import * as SharedDirectory from "../../../src/shell/files/SharedDirectory.ts"
import * as SystemError from "../../../src/shell/files/SystemError.ts"

/** Of the test that runs: both are in `home`; `directory` is `shared`, open. */
export let home: string
export let shared: string
export let outside: string
export let directory: SharedDirectory.SharedDirectory
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-shared-"))
  shared = path.join(home, "shared")
  outside = path.join(home, "outside")
  fs.mkdirSync(shared)
  fs.chmodSync(shared, 0o2775)
  fs.mkdirSync(path.join(outside, "in"), { recursive: true, mode: 0o700 })
  fs.writeFileSync(path.join(outside, "file"), "theirs", { mode: 0o600 })
  directory = SharedDirectory.open(shared)
})
afterEach(() => {
  SharedDirectory.close(directory)
  fs.rmSync(home, { recursive: true, force: true })
})

/** A place in the shared directory. */
export const at = (...names: ReadonlyArray<string>) => path.join(shared, ...names)

/** The code that a call fails with. */
export const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return SystemError.code(error)
  }
  return assert.fail("no error")
}

/** What is outside is as it was. */
export const isUntouched = () => {
  assert.deepStrictEqual(fs.readdirSync(outside), ["file", "in"])
  assert.strictEqual(fs.readFileSync(path.join(outside, "file"), "utf8"), "theirs")
  assert.strictEqual(fs.statSync(path.join(outside, "file")).mode & 0o777, 0o600)
  assert.strictEqual(fs.statSync(path.join(outside, "in")).mode & 0o777, 0o700)
}

/** How many files this process has open. */
export const descriptors = () => fs.readdirSync("/proc/self/fd").length
