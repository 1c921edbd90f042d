/**
 * docker-shim's own command: what it answers to words that it does not know.
 */
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { run, shimDirectory } from "../program.ts"

const shim = shimDirectory("docker-shim")
afterAll(shim.remove)

const call = (...words: ReadonlyArray<string>) =>
  run(path.join(shim.directory, "docker-shim"), words, { env: { PATH: process.env["PATH"] } })

describe("docker-shim", () => {
  it.each([
    [["isntall"], "docker-shim: unknown command: isntall; did you mean install?"],
    [["cahce"], "docker-shim: unknown command: cahce; did you mean cache?"],
    [["cache", "prnue"], "docker-shim cache: unknown command: prnue; did you mean prune?"],
    [["xyz"], "docker-shim: unknown command: xyz"],
    [["--verison"], "docker-shim: unknown option: --verison"]
  ])("answers %j", async (words, line) => {
    const { code, stderr, stdout } = await call(...words)
    assert.deepStrictEqual([code, stdout, stderr.split("\n")[0]], [125, "", line])
  })

  it("uninstall --help tells of uninstall", async () => {
    const { code, stdout } = await call("uninstall", "--help")
    assert.strictEqual(code, 0)
    assert.match(stdout, /^Usage: {2}docker-shim uninstall \[OPTIONS\]\n/)
    assert.include(stdout, "Uninstall below this directory")
    assert.notInclude(stdout, "Install below")
  })
})
