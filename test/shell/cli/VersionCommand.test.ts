import { assert, describe, it } from "vitest"
import * as VersionCommand from "../../../src/shell/cli/VersionCommand.ts"
import { built, run } from "../program.ts"

describe("docker-shim version", () => {
  const own = (...words: ReadonlyArray<string>) => run(process.execPath, [built, ...words])

  it("names the build, as --version does", async () => {
    const ran = await own("version")
    assert.match(ran.stdout, /^docker-shim version \d+\.\d+\.\d+, build [0-9a-f+]\S* \(Node [\d.]+\)\n$/)
    assert.deepStrictEqual(ran, await own("--version"))
    assert.match(VersionCommand.text, /^docker-shim version /)
  })

  it("has help of its own, and takes no words", async () => {
    const help = await own("version", "--help")
    assert.deepStrictEqual([help.code, help.stderr], [0, ""])
    assert.match(help.stdout, /^Usage: {2}docker-shim version\n\nShow the version, /)
    assert.strictEqual((await own("version", "extra")).code, 125)
  })
})
