import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as ProgramPart from "../../../src/shell/process/ProgramPart.ts"

let directory = ""
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-part-"))
})
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }))

const write = (name: string, source: string): string => {
  const file = path.join(directory, `${name}.cjs`)
  fs.writeFileSync(file, source)
  return file
}
const load = (file: string): object =>
  ProgramPart.loader("file:///d/docker-shim.cjs", (one) => fs.readFileSync(one), (name) => `built in: ${name}`)(file)
const compiled = (file: string): Buffer => ProgramPart.script(file, fs.readFileSync(file, "latin1")).createCachedData()

describe("ProgramPart", () => {
  it("has its own exports, those of others, Node's modules and the program's URL", () => {
    write("other", "exports.value = {}")
    const file = write(
      "main",
      "module.exports = { one: require('./other.cjs'), same: require('./other.cjs'), fs: require('node:fs'), url }"
    )
    const loaded = load(file) as Readonly<Record<string, unknown>>
    assert.deepStrictEqual(loaded, {
      one: { value: {} },
      same: { value: {} },
      fs: "built in: node:fs",
      url: "file:///d/docker-shim.cjs"
    })
    assert.strictEqual(loaded["one"], loaded["same"])
  })

  it("may end with a comment, and is named in errors", () => {
    const file = write("main", "const fail = () => { throw new Error('here') }\nexports.fail = fail // the end")
    const { fail } = load(file) as { readonly fail: () => void }
    try {
      fail()
      assert.fail("it throws")
    } catch (error) {
      assert.include(error instanceof Error ? error.stack : "", `file://${file}:1`)
    }
  })

  it("runs the compiled code beside it, which V8 knows by the length of its source", () => {
    const file = write("main", "exports.from = 'compiled'")
    const code = compiled(file)
    fs.writeFileSync(file, "exports.from = 'original'")
    fs.writeFileSync(ProgramPart.compiledFile(file), code)
    assert.strictEqual((load(file) as { readonly from: string }).from, "compiled")
  })

  it.each<readonly [string, (code: Buffer) => Buffer]>([
    ["cut off", (code) => code.subarray(0, code.length - 1)],
    ["empty", () => Buffer.alloc(0)],
    ["of another V8", (code) => Buffer.concat([code.subarray(0, 4), Buffer.alloc(4), code.subarray(8)])]
  ])("is compiled if that code is %s", (_, change) => {
    const file = write("main", "exports.from = 'compiled'")
    const code = change(compiled(file))
    fs.writeFileSync(file, "exports.from = 'original'")
    fs.writeFileSync(ProgramPart.compiledFile(file), code)
    assert.strictEqual((load(file) as { readonly from: string }).from, "original")
  })
})
