import { assert, describe, it } from "@effect/vitest"
import * as TreatedCommands from "../../../../src/core/argv/TreatedCommands.ts"
import * as PathOptions from "../../../../src/core/plan/paths/PathOptions.ts"
import * as VolumeDriverOption from "../../../../src/core/syntax/VolumeDriverOption.ts"
import * as VolumeSpec from "../../../../src/core/syntax/VolumeSpec.ts"

describe("PathOptions", () => {
  it.each(
    [
      ["run", [
        "blkio-weight-device",
        "device",
        "device-read-bps",
        "device-read-iops",
        "device-write-bps",
        "device-write-iops",
        "log-opt",
        "mount",
        "volume"
      ]],
      ["service create", ["log-opt", "mount"]],
      ["service update", ["log-opt", "mount-add"]],
      ["volume create", ["opt"]],
      ["start", ["checkpoint-dir"]],
      ["plugin set", [PathOptions.positional]]
    ] as const
  )("of %s are %j", (command, names) => {
    assert.deepStrictEqual([...PathOptions.forCommand(command)?.keys() ?? []].sort(), [...names].sort())
  })

  it("are known for every treated command but builds and stacks", () => {
    const none = [...new Set(TreatedCommands.commands.values())].filter((name) =>
      PathOptions.forCommand(name) === undefined
    )
    assert.deepStrictEqual(none, ["build", "stack deploy", "stack config"])
  })

  it("can be read without what stands in front of them", () => {
    const syntax = PathOptions.behind("device=", VolumeDriverOption)
    assert.deepStrictEqual(syntax.sources("/data"), ["/data"])
    assert.strictEqual(syntax.withSources("/data", ["/other"]), "/other")
  })

  it("hold one path at most where the syntax does", () => {
    const syntax = PathOptions.single(VolumeSpec)
    assert.deepStrictEqual([syntax.sources("/a:/b"), syntax.sources("name:/b")], [["/a"], []])
    assert.strictEqual(syntax.withSources("/a:/b", ["/c"]), "/c:/b")
    assert.strictEqual(syntax.withSources("/a:/b", []), "/a:/b")
  })
})
