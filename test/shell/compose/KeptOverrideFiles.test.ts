import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as KeptOverride from "../../../src/core/compose/KeptOverride.ts"
import type { KeptFile } from "../../../src/core/ExecPlan.ts"
import * as KeptOverrideFiles from "../../../src/shell/compose/KeptOverrideFiles.ts"
import * as Remembered from "../../../src/shell/files/Remembered.ts"

describe("KeptOverrideFiles", () => {
  let home: string
  let env: { readonly HOME: string }
  let directory: string
  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-kept-"))
    env = { HOME: home }
    directory = KeptOverride.directory(env) ?? ""
  })
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }))

  const fileOf = (name: string, files = [path.join(home, `${name}.yaml`)]): KeptFile => {
    const project = { name, isNamed: false, directory: home, files, mapping: "m" }
    return { name: KeptOverride.fileName(project), header: KeptOverride.header(project), content: "stays\n" }
  }
  const touch = (name: string) => fs.writeFileSync(path.join(home, `${name}.yaml`), "")
  const listed = () => KeptOverrideFiles.list(directory).map(({ name }) => name).sort()

  it("is private, whatever the umask, and says what it is of", () => {
    const before = process.umask(0)
    try {
      const used = KeptOverrideFiles.put(fileOf("shop"), "run\n", env)
      assert.strictEqual(used?.path, path.join(directory, fileOf("shop").name))
    } finally {
      process.umask(before)
    }
    const file = path.join(directory, fileOf("shop").name)
    assert.strictEqual(fs.statSync(file).mode & 0o777, 0o600)
    assert.strictEqual(fs.readFileSync(file, "utf8"), `${fileOf("shop").header}run\n`)
    assert.deepStrictEqual(listed(), ["shop"])
  })

  it("stays with other content than it was used with, unless another command has replaced it", () => {
    const file = path.join(directory, fileOf("shop").name)
    const one = KeptOverrideFiles.put(fileOf("shop"), "one\n", env)
    const other = KeptOverrideFiles.put(fileOf("shop"), "other\n", env)
    one?.end()
    assert.include(fs.readFileSync(file, "utf8"), "other\n")
    other?.end()
    assert.include(fs.readFileSync(file, "utf8"), "stays\n")
    assert.deepStrictEqual(fs.readdirSync(directory), [path.basename(file)])
    KeptOverrideFiles.put(fileOf("shop"), "one\n", env)
    KeptOverrideFiles.remove([path.basename(file)], env)
    one?.end()
    assert.deepStrictEqual(fs.readdirSync(directory), [])
  })

  it("is of a project of many files, too", () => {
    const files = Array.from({ length: 100 }, (_, at) => path.join(home, `file${at}.yaml`))
    KeptOverrideFiles.put(fileOf("many", files), "{}\n", env)
    assert.deepStrictEqual(KeptOverrideFiles.list(directory).map((one) => one.files), [files])
  })

  it("goes when all files of its project are gone, and not before", () => {
    for (const name of ["gone", "kept"]) {
      touch(name)
      KeptOverrideFiles.put(fileOf(name), "", env)
    }
    KeptOverrideFiles.put(fileOf("half", [path.join(home, "half.yaml"), path.join(home, "kept.yaml")]), "", env)
    KeptOverrideFiles.put(fileOf("piped", ["-", "/dev/fd/63"]), "", env)
    // a loop of links says nothing of what is there
    fs.symlinkSync("loop.yaml", path.join(home, "loop.yaml"))
    KeptOverrideFiles.put(fileOf("loop"), "", env)
    fs.rmSync(path.join(home, "gone.yaml"))
    touch("new")
    KeptOverrideFiles.put(fileOf("new"), "", env)
    assert.deepStrictEqual(listed(), ["half", "kept", "loop", "new", "piped"])
  })

  it("is one of a limited number; the oldest go, and nothing that is not the shim's", () => {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
    fs.writeFileSync(path.join(directory, "notes.txt"), "")
    touch("all")
    for (let at = 0; at < 260; at += 1) {
      const file = path.join(directory, `old-${at.toString(16).padStart(16, "0")}.yaml`)
      fs.writeFileSync(file, "")
      fs.utimesSync(file, at, at)
    }
    KeptOverrideFiles.put(fileOf("all"), "", env)
    const names = fs.readdirSync(directory).filter((name) => name.endsWith(".yaml"))
    assert.strictEqual(names.length, 256)
    assert.include(names, fileOf("all").name)
    assert.notInclude(names, "old-0000000000000004.yaml")
    assert.include(names, "old-0000000000000005.yaml")
    assert.isTrue(fs.existsSync(path.join(directory, "notes.txt")))
  })

  it("is not kept where others could change it, nor through a link; what somebody put there is not trusted", () => {
    KeptOverrideFiles.put(fileOf("shop"), "", env)
    const target = path.join(home, "target")
    fs.writeFileSync(target, fileOf("linked").header)
    fs.symlinkSync(target, path.join(directory, fileOf("linked").name))
    assert.deepStrictEqual(listed(), ["shop"])
    KeptOverrideFiles.put(fileOf("linked"), "new\n", env)
    assert.strictEqual(fs.readFileSync(target, "utf8"), fileOf("linked").header)
    fs.chmodSync(directory, 0o777)
    assert.strictEqual(KeptOverrideFiles.put(fileOf("shop"), "", env), undefined)
    assert.deepStrictEqual(listed(), [])
    fs.rmSync(directory, { recursive: true })
    fs.mkdirSync(path.join(home, "elsewhere"), { mode: 0o700 })
    fs.symlinkSync(path.join(home, "elsewhere"), directory)
    assert.strictEqual(KeptOverrideFiles.put(fileOf("shop"), "", env), undefined)
    assert.deepStrictEqual(fs.readdirSync(path.join(home, "elsewhere")), [])
  })

  it("goes with all that the shim remembers, as uninstall has it", () => {
    KeptOverrideFiles.put(fileOf("shop"), "", env)
    assert.isTrue(Remembered.forgetAll(env))
    assert.isFalse(fs.existsSync(directory))
  })
})
