import { execFileSync, spawn } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import * as EnvFile from "../../../src/shell/compose/EnvFile.ts"
import * as ProcessorTime from "../../core/processor-time.ts"

let directory: string
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "env-file-"))
})
afterEach(() => fs.rmSync(directory, { recursive: true }))

const settings = (content: string) => {
  const file = path.join(directory, ".env")
  fs.writeFileSync(file, content)
  return EnvFile.composeSettings(file).map(({ name, value }) => `${name}=${value ?? "?"}`)
}

describe("EnvFile", () => {
  it.each([
    ["A=\"first\nCOMPOSE_PROJECT_NAME=none\nlast\"\nCOMPOSE_FILE=a.yaml\n", ["COMPOSE_FILE=a.yaml"]],
    ["A='first\nCOMPOSE_PROJECT_NAME=none'\nCOMPOSE_FILE=a.yaml\n", ["COMPOSE_FILE=a.yaml"]],
    ["A=\"one \\\" two\nCOMPOSE_FILE=none\"\n", []],
    ["A='it\\'s\nCOMPOSE_FILE=none'\n", []],
    // Compose refuses a quote that stays open to the end
    ["COMPOSE_FILE=a\nB=\"open\nCOMPOSE_PROJECT_NAME=none\n", ["COMPOSE_FILE=a"]],
    // a quote inside a value, or a comment, opens nothing
    ["A=it's\nCOMPOSE_FILE=a\n# it's\nCOMPOSE_PROJECT_NAME=b\n", ["COMPOSE_FILE=a", "COMPOSE_PROJECT_NAME=b"]],
    ["\texport COMPOSE_FILE = 'a' # b\r\nCOMPOSE_PROJECT_NAME: \"b\"\r\n", [
      "COMPOSE_FILE=a",
      "COMPOSE_PROJECT_NAME=b"
    ]],
    ["COMPOSE_FILE=\"a\nb\"\nCOMPOSE_FILE=$X\nXCOMPOSE_FILE=c", ["COMPOSE_FILE=a\nb", "COMPOSE_FILE=?"]],
    ["COMPOSE_PROJECT_NAME=", ["COMPOSE_PROJECT_NAME="]]
  ])("reads of %j %j", (content, found) => {
    assert.deepStrictEqual(settings(content), found)
  })

  it("says in which file a variable is, and finds none in one that is not there", () => {
    const file = path.join(directory, ".env")
    fs.writeFileSync(file, "A=b\n#COMPOSE_FILE=x\nCOMPOSE_PROJECT_NAME: mine\nCOMPOSE_FILE=$X\n")
    assert.deepStrictEqual(EnvFile.composeSettings(file), [
      { file, name: "COMPOSE_PROJECT_NAME", value: "mine" },
      { file, name: "COMPOSE_FILE", value: undefined }
    ])
    assert.deepStrictEqual(EnvFile.composeSettings("/none"), [])
  })

  it("leaves a pipe to Compose, and finds nothing in a device", () => {
    const file = path.join(directory, "pipe")
    execFileSync("mkfifo", [file])
    const writer = spawn("sh", ["-c", `echo COMPOSE_PROJECT_NAME=mine > "$1"`, "sh", file], { stdio: "ignore" })
    try {
      assert.deepStrictEqual(EnvFile.composeSettings(file), [{ file, name: "COMPOSE_FILE", value: undefined }])
      assert.strictEqual(fs.readFileSync(file, "utf8"), "COMPOSE_PROJECT_NAME=mine\n")
    } finally {
      writer.kill()
    }
    assert.deepStrictEqual(EnvFile.composeSettings("/dev/null"), [])
  })

  it("takes time in proportion to the file's size", () => {
    ProcessorTime.inProportion(12_500, (count) => {
      const content = `A="${"\\\\\n".repeat(count)}COMPOSE_FILE=a\n`
      return () => {
        assert.deepStrictEqual(settings(content), [])
      }
    })
  })
})
