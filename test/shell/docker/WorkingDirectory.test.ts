import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as WorkingDirectory from "../../../src/shell/docker/WorkingDirectory.ts"

const before = process.cwd()
let home = ""
beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-cwd-")))
  fs.mkdirSync(path.join(home, "real"))
  fs.symlinkSync("real", path.join(home, "link"))
  process.chdir(path.join(home, "real"))
})
afterEach(() => {
  process.chdir(before)
  fs.rmSync(home, { recursive: true, force: true })
})

describe("WorkingDirectory", () => {
  it("keeps the link by which a shell got there", () => {
    assert.strictEqual(WorkingDirectory.logical(path.join(home, "link")), path.join(home, "link"))
  })

  it.each([undefined, "", "real", "/", "/no/such/directory"])("does not believe PWD=%s", (pwd) => {
    assert.strictEqual(WorkingDirectory.logical(pwd), path.join(home, "real"))
  })

  it("is empty where the directory was deleted", () => {
    fs.rmdirSync(path.join(home, "real"))
    assert.strictEqual(WorkingDirectory.logical(path.join(home, "real")), "")
    assert.strictEqual(WorkingDirectory.logical(undefined), "")
  })

  it("keeps bytes of its name that are no UTF-8", () => {
    const raw = Buffer.concat([Buffer.from(`${home}/caf`), Buffer.from([0xe9])])
    fs.mkdirSync(raw)
    const descriptor = fs.openSync(raw, fs.constants.O_RDONLY)
    process.chdir(`/proc/self/fd/${descriptor}`)
    fs.closeSync(descriptor)
    assert.strictEqual(WorkingDirectory.logical(undefined), `${home}/caf\udce9`)
  })
})
