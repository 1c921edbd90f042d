import { assert, describe, it } from "vitest"
import * as Cli from "../../../src/shell/cli/Cli.ts"
import * as ManPage from "../../../src/shell/cli/ManPage.ts"
import { pages } from "./pages.ts"

describe("ManPage", () => {
  const page = ManPage.print(Cli.root, "1.2.3")

  it("tells of every command and option", () => {
    for (const [name, one] of pages) {
      assert.include(page, name.replaceAll("-", "\\-"))
      for (const option of one.at(-1)?.options ?? []) {
        assert.include(page, `\\-\\-${option.name.replaceAll("-", "\\-")}`)
      }
    }
  })

  it("has no line that roff takes for a request but those that it means", () => {
    const requests = page.split("\n").filter((line) => /^[.']/.test(line)).map((line) => line.split(" ")[0])
    assert.deepStrictEqual([...new Set(requests)].sort(), [
      ".B",
      ".BR",
      ".I",
      ".PP",
      ".SH",
      ".SS",
      ".TH",
      ".TP",
      ".fi",
      ".nf"
    ])
  })
})
