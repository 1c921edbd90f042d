/**
 * The API reference is made without a warning: of a link that leads nowhere, or a type that nobody can find in it.
 */
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { repository, run } from "../shell/program.ts"

const directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-docgen-"))
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }))

/** The compiler reads all of Effect's types, on a machine with much else to do. */
const timeout = 300_000

describe("docgen", () => {
  it("has a page for each public module, with what its header says, its categories and its example", async () => {
    const ran = await run("npx", ["typedoc", "--options", "scripts/docgen/typedoc.json", "--out", directory], {
      cwd: repository
    })
    assert.strictEqual(ran.code, 0, ran.stdout + ran.stderr)
    const index = fs.readFileSync(path.join(repository, "src/core/index.ts"), "utf8")
    const modules = [...index.matchAll(/^export \* as (\w+) from/gm)].map(([, name = ""]) => name)
    assert.isAtLeast(modules.length, 30)
    const pages = fs.readdirSync(path.join(directory, "modules"))
    assert.deepStrictEqual(modules.filter((name) => !pages.includes(`core.${name}.html`)), [])
    const quantity = fs.readFileSync(path.join(directory, "modules/core.Quantity.html"), "utf8")
    assert.include(quantity, "Sizes and ages as people write them in settings and flags.")
    assert.include(quantity, "parsing")
    const parseSize = fs.readFileSync(path.join(directory, "functions/core.Quantity.parseSize.html"), "utf8")
    assert.include(parseSize, "Sizes and ages")
  }, timeout)
})
