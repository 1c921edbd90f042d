/**
 * The entries of package.json that take a name.
 */
import { assert, describe, it } from "vitest"
import { repository, run } from "../shell/program.ts"

const entry = (name: string, ...words: ReadonlyArray<string>) =>
  run(process.execPath, [`scripts/entry/${name}.mjs`, ...words], {
    cwd: repository,
    env: { PATH: process.env["PATH"] ?? "" }
  })

describe("entries", () => {
  it("without a name, test:full lists the names", async () => {
    const ran = await entry("tests")
    assert.strictEqual(ran.code, 0)
    assert.match(ran.stderr, /^npm run test:full NAME:\n {2}engines {3,}all that needs engines/)
  })

  it.each([["tests", "test:full"], ["benches", "bench"], ["verify", "verify"]])(
    "%s refuses other names",
    async (file, script) => {
      const ran = await entry(file, "toString")
      assert.strictEqual(ran.code, 1)
      assert.isTrue(ran.stderr.startsWith(`there is no toString\n\nnpm run ${script} NAME:\n`), ran.stderr)
    }
  )

  it("a check that fails ends the entry with its status", async () => {
    // npm's programs are not on this PATH
    const ran = await run(process.execPath, ["scripts/entry/verify.mjs", "format", "types"], {
      cwd: repository,
      env: { PATH: "/bin" }
    })
    assert.strictEqual(ran.code, 127)
    assert.notInclude(ran.stderr, "tsc")
  })
})
