import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as CompiledParts from "../../../src/shell/process/CompiledParts.ts"
import * as ProgramPart from "../../../src/shell/process/ProgramPart.ts"

let directory = ""
let shim = ""
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-compiled-"))
  shim = path.join(directory, "docker-shim.cjs")
  fs.writeFileSync(shim, "the program")
  fs.mkdirSync(path.join(directory, "chunks"))
  for (const name of ["main-A", "Cli-B"]) {
    fs.writeFileSync(at(`${name}.cjs`), "exports.never = () => () => () => 'called'")
  }
})
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }))

const at = (name: string): string => path.join(directory, "chunks", name)
const names = (): ReadonlyArray<string> => fs.readdirSync(at("")).sort()
const line = () => `compile ${directory}/chunks for Node ${process.version}`
const ending = `${process.version}-${process.arch}.compiled`

describe("CompiledParts", () => {
  it("are made once, for every user, and V8 takes them", () => {
    const umask = process.umask(0o077)
    try {
      assert.strictEqual(CompiledParts.make(shim, false), line())
    } finally {
      process.umask(umask)
    }
    assert.deepStrictEqual(names(), ["Cli-B.cjs", `Cli-B.${ending}`, "main-A.cjs", `main-A.${ending}`])
    for (const part of ["main-A.cjs", "Cli-B.cjs"].map(at)) {
      const file = ProgramPart.compiledFile(part)
      assert.strictEqual(fs.statSync(file).mode & 0o777, 0o644)
      const script = ProgramPart.script(part, fs.readFileSync(part, "latin1"), fs.readFileSync(file))
      assert.isFalse(script.cachedDataRejected)
    }
    assert.isUndefined(CompiledParts.make(shim, false))
  })

  it("have the code of functions that nobody has called, also of a part that this process has loaded", () => {
    const part = at("main-A.cjs")
    const lazy = ProgramPart.script(part, fs.readFileSync(part, "latin1")).createCachedData()
    CompiledParts.make(shim, false)
    assert.isAbove(fs.statSync(ProgramPart.compiledFile(part)).size, lazy.length)
  })

  it("are removed, for whatever Node they are, and nothing else is", () => {
    const before = names()
    assert.isUndefined(CompiledParts.remove(shim, false))
    CompiledParts.make(shim, false)
    fs.writeFileSync(at("main-A.v18.0.0-x64.compiled"), "")
    const all = names()
    assert.strictEqual(CompiledParts.remove(shim, true), `remove compiled code in ${directory}/chunks`)
    assert.deepStrictEqual(names(), all)
    assert.strictEqual(CompiledParts.remove(shim, false), `remove compiled code in ${directory}/chunks`)
    assert.deepStrictEqual(names(), before)
  })

  it("are only announced by a dry run", () => {
    const before = names()
    assert.strictEqual(CompiledParts.make(shim, true), line())
    assert.deepStrictEqual(names(), before)
  })

  it("are not necessary: a note says why there are none", () => {
    fs.rmSync(at(""), { recursive: true })
    const why = /^note: .*chunks/
    assert.match(CompiledParts.make(shim, false) ?? "", why)
    assert.match(CompiledParts.remove(shim, false) ?? "", why)
  })

  it("leave no half a file where one cannot be written", () => {
    fs.mkdirSync(`${ProgramPart.compiledFile(at("Cli-B.cjs"))}.${process.pid}.partial`)
    assert.match(CompiledParts.make(shim, false) ?? "", /^note: /)
    assert.notInclude(names(), `Cli-B.${ending}`)
  })
})
