import { assert, describe, it } from "vitest"
import * as Cli from "../../../src/shell/cli/Cli.ts"
import * as CommandPage from "../../../src/shell/cli/CommandPage.ts"
import { pages } from "./pages.ts"

describe("CommandPage", () => {
  it.each(pages)("%s fits 80 and 40 columns", (_, one) => {
    for (const width of [80, 40]) {
      const printed = CommandPage.print(one, { isTerminal: true, hasColor: false, width })
      for (const line of printed.split("\n")) {
        const isOneWord = !line.trim().replace(/^-\w, /, "").replace(/'[^']*'/, "quoted").includes(" ")
        assert.isTrue(line.length <= width || isOneWord, `${width}: ${line}`)
      }
    }
  })

  it("says the same words at every width", () => {
    for (const [, one] of pages) {
      const words = (width: number): string =>
        CommandPage.print(one, { isTerminal: true, hasColor: false, width }).replaceAll(" \\\n", " ").replace(
          /\s+/g,
          " "
        )
      assert.strictEqual(words(40), words(Infinity))
    }
  })

  it("is found by its words, as far as they name one", () => {
    const found = (...words: ReadonlyArray<string>) => CommandPage.find(Cli.root, words).map(({ name }) => name)
    assert.deepStrictEqual(found("cache", "--help", "prune"), ["docker-shim", "cache", "prune"])
    assert.deepStrictEqual(found("cache", "nothing", "prune"), ["docker-shim", "cache"])
    assert.deepStrictEqual(found("--help"), ["docker-shim"])
  })

  it("prints defaults as docker does", () => {
    const notes = pages.flatMap(([, path]) => path.at(-1)?.options ?? []).flatMap(({ text }) =>
      text.match(/\([^)]*\)/g) ?? []
    )
    assert.isAtLeast(notes.filter((note) => note.startsWith("(default")).length, 5)
    assert.deepStrictEqual(notes.filter((note) => !/^\((?:default:? .+|required|for images)\)$/.test(note)), [])
  })

  it("spells its options as docker does", () => {
    const spelling = (more: Partial<CommandPage.OptionPage>) => CommandPage.spelling({ name: "dir", text: "", ...more })
    assert.deepStrictEqual(
      [spelling({}), spelling({ short: "d" }), spelling({ short: "d", value: "DIRECTORY" })],
      ["--dir", "-d, --dir", "-d, --dir DIRECTORY"]
    )
  })
})
