import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import * as RawText from "../../../src/shell/process/RawText.ts"

const bytes = FastCheck.array(FastCheck.integer({ min: 1, max: 255 }), { maxLength: 20 }).map((all) => Buffer.from(all))
const printing = ["-c", "for word; do printf '%s\\n' \"$word\" | od -An -v -tx1 | tr -d ' \\n'; echo; done", "sh"]

/** The bytes of the words that a program was really started with. */
const started = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const program = RawText.startable({ file: "/bin/sh", argv0: "sh", args: [...printing, ...words], env: {} })
  return execFileSync(program.file, program.args, { encoding: "utf8", env: { PATH: "/usr/bin:/bin" } }).trim().split(
    "\n"
  )
    .map((hex) => hex.replace(/0a$/, ""))
}

describe("RawText", () => {
  it.prop("leads back to the same bytes", [bytes], ([one]) => {
    const text = RawText.decode(one)
    const named = RawText.path(text)
    assert.deepStrictEqual(Buffer.from(named), one)
    assert.strictEqual(typeof named === "string", one.equals(Buffer.from(one.toString())))
  })

  it("starts a program with the bytes that are no UTF-8 in its words and variables", () => {
    const words = ["caf\udce9", "caf\u00e9", "a b\n", "p$(id)", "\udc80\udcff"]
    assert.deepStrictEqual(started(words), [
      "636166e9",
      "636166c3a9",
      "6120620a",
      "70242869642929".slice(0, 12),
      "80ff"
    ])
    const { args, argv0, file } = RawText.startable({
      file: "/bin/sh",
      argv0: "docker",
      args: ["-c", "printf %s \"$A\" | od -An -tx1"],
      env: { A: "\udce9", B: undefined }
    })
    assert.strictEqual(argv0, "sh")
    assert.strictEqual(execFileSync(file, args, { encoding: "utf8" }).trim(), "e9")
  })

  it("leaves a program as it is that has none", () => {
    const program = { file: "/bin/docker", argv0: "docker", args: ["ps", "é"], env: { A: "1" } }
    assert.strictEqual(RawText.startable(program), program)
  })

  it("finds what the process was given where Node replaced it", () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-raw-"))
    try {
      const script = path.join(home, "given.ts")
      fs.writeFileSync(
        script,
        `import * as RawText from ${JSON.stringify(path.resolve("src/shell/process/RawText.ts"))}
        const { argv, env } = RawText.given(process.argv.slice(2), process.env)
        console.log(JSON.stringify([argv, env["A"]]))`
      )
      const shell = `A=$(printf 'x\\351') exec node node_modules/vite-node/vite-node.mjs "$0" "$(printf 'caf\\351')" é`
      const said = execFileSync("sh", ["-c", shell, script], { encoding: "utf8" })
      assert.deepStrictEqual(JSON.parse(said), [["caf\udce9", "é"], "x\udce9"])
    } finally {
      fs.rmSync(home, { recursive: true })
    }
    const env = { A: "é" }
    assert.deepStrictEqual(RawText.given(["é"], env), { argv: ["é"], env })
  })
})
