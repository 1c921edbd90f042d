import { assert, describe, it } from "@effect/vitest"
import * as CommandLine from "../../../src/core/argv/CommandLine.ts"
import * as TreatedCommands from "../../../src/core/argv/TreatedCommands.ts"

describe("TreatedCommands", () => {
  it("are found by every name that is typed for them", () => {
    for (const [words, name] of TreatedCommands.commands) {
      const { command } = CommandLine.parse(words.split(" "))
      assert.strictEqual(command._tag === "Docker" ? command.name : command._tag, name, words)
    }
  })

  it("have groups for all names of two words", () => {
    for (const words of TreatedCommands.commands.keys()) {
      const [group = "", ...rest] = words.split(" ")
      assert.strictEqual(TreatedCommands.groups.has(group), rest.length > 0 || group === "builder", words)
    }
  })

  it.each([
    [["ps"], false],
    [["x", "run"], true],
    [["--new", "compose"], true],
    [["buildx", "--new", "b"], true],
    [[], false]
  ])("may be among %j: %s", (argv, expected) => {
    assert.strictEqual(TreatedCommands.mayBeTreated(argv), expected)
  })
})
