import { assert, describe, it } from "vitest"
import type * as CommandPage from "../../../src/shell/cli/CommandPage.ts"
import * as CompletionScript from "../../../src/shell/cli/CompletionScript.ts"

/** What completions are made from; that shells take them is shown by `test/e2e/completion.test.ts`. */
const page: CommandPage.CommandPage = {
  name: "docker-shim",
  words: "COMMAND",
  summary: "Does it",
  options: [],
  commands: [{
    name: "cache",
    words: "COMMAND",
    summary: "Looks after the cache",
    options: [],
    commands: [{
      name: "prune",
      words: "[OPTIONS]",
      summary: "Removes a session's entries",
      options: [
        { name: "force", short: "f", text: "Don't ask" },
        { name: "dir", value: "DIRECTORY", text: "Where it is" },
        { name: "max-size", value: "SIZE", text: "How much stays" }
      ]
    }]
  }, { name: "completion", words: "SHELL", summary: "Prints a script", options: [], choices: ["bash", "zsh"] }]
}

const lines = (script: string, part: string): ReadonlyArray<string> =>
  script.split("\n").map((line) => line.trim()).filter((line) => line.includes(part))

describe("CompletionScript", () => {
  it("bash offers what stands below a command, and directories for what takes one", () => {
    const script = CompletionScript.bash(page)
    assert.deepStrictEqual(lines(script, "words=\""), [
      "local word place=\"\" at words=\"\" current=${COMP_WORDS[COMP_CWORD]}",
      "\"\") words=\"cache completion --help\" ;;",
      "\"/cache\") words=\"prune --help\" ;;",
      "\"/cache/prune\") words=\"--force --dir --max-size --help\" ;;",
      "\"/completion\") words=\"bash zsh --help\" ;;"
    ])
    assert.deepStrictEqual(lines(script, "compgen -d"), [
      "\"/cache/prune --dir\") mapfile -t COMPREPLY < <(compgen -d -- \"$current\"); return ;;"
    ])
    assert.deepStrictEqual(lines(script, "--max-size\")"), ["\"/cache/prune --max-size\") return ;;"])
  })

  it("zsh says what each is, whatever quotes are in it", () => {
    const script = CompletionScript.zsh(page)
    assert.deepStrictEqual(lines(script, "(\"/cache\")"), [
      "(\"/cache\") offers=('prune:Removes a session'\\''s entries' '--help:Show this help') ;;"
    ])
    assert.deepStrictEqual(lines(script, "_files -/"), ["(\"/cache/prune --dir\") _files -/; return ;;"])
  })

  it("fish has a rule for each command, word and option", () => {
    const start = "complete -c docker-shim -n 'test \"$(__docker_shim_place)\" = \"/cache/prune\"'"
    const script = CompletionScript.fish(page)
    assert.deepStrictEqual(lines(script, "\"/cache/prune\"'"), [
      `${start} -l force -s f -d 'Don'\\''t ask'`,
      `${start} -l dir -r -F -d 'Where it is'`,
      `${start} -l max-size -x -d 'How much stays'`,
      `${start} -l help -d 'Show this help'`
    ])
    assert.strictEqual(lines(script, "-a bash").length, 1)
  })
})
