/**
 * docker-shim's own command: its pages, at every width, and what it answers to words that it does not know.
 */
import * as path from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import * as Cli from "../../../src/shell/cli/Cli.ts"
import * as CommandPage from "../../../src/shell/cli/CommandPage.ts"
import * as ManPage from "../../../src/shell/cli/ManPage.ts"
import { run, shimDirectory } from "../program.ts"

const shim = shimDirectory("docker-shim")
afterAll(shim.remove)

const call = (...words: ReadonlyArray<string>) =>
  run(path.join(shim.directory, "docker-shim"), words, { env: { PATH: process.env["PATH"] } })

/** Each command's page with the pages above it. */
const paths = (
  above: ReadonlyArray<CommandPage.CommandPage>
): ReadonlyArray<ReadonlyArray<CommandPage.CommandPage>> => [
  above,
  ...(above.at(-1)?.commands ?? []).flatMap((one) => paths([...above, one]))
]
const pages = paths([Cli.root]).map((one) => [one.map(({ name }) => name).join(" "), one] as const)

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

describe("CommandPage", () => {
  it.each(pages)("%s fits 80 and 40 columns", (_, one) => {
    for (const width of [80, 40]) {
      const printed = CommandPage.print(one, { isTerminal: true, hasColor: false, width })
      for (const line of printed.split("\n")) {
        const isOneWord = !line.trim().replace(/^-\w, /, "").replace(/'[^']*'/, "quoted").includes(" ")
        const isName = /^ {2}(?:-\w, )?--?[\w-]+ [A-Z]+$/.test(line) || line.startsWith("Usage:")
        assert.isTrue(line.length <= width || isOneWord || isName, `${width}: ${line}`)
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
})

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
