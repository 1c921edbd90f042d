import { spawnSync } from "node:child_process"
import { assert, describe, it } from "vitest"
import type * as CommandPage from "../../../src/shell/cli/CommandPage.ts"
import * as CompletionScript from "../../../src/shell/cli/CompletionScript.ts"

const page = (name: string, more: Partial<CommandPage.CommandPage> = {}): CommandPage.CommandPage => ({
  name,
  words: "",
  summary: `It's ${name}`,
  options: [],
  ...more
})
const root = page("tool", {
  commands: [
    page("cache", {
      commands: [page("prune", { options: [{ name: "force", short: "f", text: "Don't ask" }] }), page("ls")]
    }),
    page("install", {
      options: [{ name: "dir", value: "DIRECTORY", text: "Where" }, { name: "mode", value: "MODE", text: "How" }]
    }),
    page("completion", { choices: ["bash", "zsh"] })
  ]
})

/** What bash offers for the last of the words. */
const offered = (...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const script = `${CompletionScript.bash(root)}
COMP_WORDS=(tool "$@"); COMP_CWORD=$#; _docker_shim; printf '%s\\n' "\${COMPREPLY[@]}"`
  const ran = spawnSync("bash", ["-c", script, "bash", ...words], { encoding: "utf8", cwd: "/" })
  assert.strictEqual(ran.stderr, "")
  return ran.stdout.split("\n").filter((line) => line !== "")
}

describe("CompletionScript", () => {
  it.each([
    [[""], ["cache", "install", "completion", "--help"]],
    [["c"], ["cache", "completion"]],
    [["cache", ""], ["prune", "ls", "--help"]],
    [["cache", "prune", "--"], ["--force", "--help"]],
    [["completion", "z"], ["zsh"]],
    // a value of any text, and another command's words
    [["install", "--mode", ""], []],
    [["cache", "--", ""], []]
  ])("offers bash after %j what can follow", (words, expected) => {
    assert.deepStrictEqual(offered(...words), expected)
  })

  it("offers bash directories where one is wanted", () => {
    assert.include(offered("install", "--dir", "us"), "usr")
  })

  it("quotes texts for zsh and fish", () => {
    assert.include(CompletionScript.zsh(root), "'cache:It'\\''s cache'")
    assert.include(
      CompletionScript.fish(root),
      "complete -c tool -n 'test \"$(__docker_shim_place)\" = \"/cache/prune\"' -l force -s f -d 'Don'\\''t ask'"
    )
    assert.include(CompletionScript.fish(root), "-l dir -r -F -d 'Where'")
  })
})
