/**
 * The examples in doc comments, which the API reference shows (`npm run docgen`), compile, and those of the core, and one-line
 * ones, are true.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { assert, describe, it } from "vitest"
import * as Example from "../examples/Example.ts"
import { repository, run } from "./program.ts"

/** The compiler reads all of Effect's types, on a machine with much else to do. */
const timeout = 300_000

const indexes = ["src/core/index.ts", "src/shell/index.ts"]

const examplesOf = (file: string): ReadonlyArray<Example.Example> =>
  Example.of(file, fs.readFileSync(path.join(repository, file), "utf8"))

const all = Example.all(repository)

describe("examples in doc comments", () => {
  it("each public module has one", () => {
    const modules = indexes.flatMap((index) => Example.exported(repository, index))
    assert.isAtLeast(modules.length, 50)
    assert.deepStrictEqual(modules.filter((module) => examplesOf(module).length === 0), [])
  })

  it("each public function and service has one of its own", () => {
    const read = (file: string): string => fs.readFileSync(path.join(repository, file), "utf8")
    const lacking = indexes.flatMap((index) =>
      Example.exported(repository, index).map((file) => [file, Example.without(read(index), file, read(file))])
    )
    assert.deepStrictEqual(lacking.filter(([, names]) => names?.length !== 0), [])
  })

  it("all of them compile against the sources", async () => {
    assert.isAtLeast(all.length, 50)
    const ran = await run("npx", ["vite-node", "test/examples/compile.ts"], { cwd: repository })
    assert.strictEqual(ran.stdout + ran.stderr, "")
    assert.strictEqual(ran.code, 0)
  }, timeout)

  it("what does not compile is said with its file and line", () => {
    const file = "src/core/syntax/VolumeSpec.ts"
    const text =
      "/**\n * Wrong.\n *\n * ```ts\n * import { VolumeSpec } from \"docker-shim\"\n *\n * VolumeSpec.source(1)\n * ```\n */\n"
    assert.deepStrictEqual(Example.compile(repository, Example.of(file, text)), [
      `${file}:7: Argument of type 'number' is not assignable to parameter of type 'string'.`
    ])
  }, timeout)

  const runnable = all.filter(({ code, file, isInline }) =>
    isInline === true || (file.startsWith("src/core/") && code.includes("from \"docker-shim\""))
  )

  it.each(runnable)("$file:$line gives what it says", (example) => {
    assert.doesNotThrow(() => Example.run(example))
  })

  it("a value that is not what is said is noticed", () => {
    const code = "import { ShellWord } from \"docker-shim\"\n\nShellWord.quote(\"a\") // \"b\"\n"
    assert.throws(() => Example.run({ file: "x.ts", line: 3, code }), "x.ts:3: \"a\" is not \"b\"")
  })
})
