import { assert, describe, it } from "@effect/vitest"
import { args, plan, type Table } from "../table.ts"

const fill = "RUN --mount=type=cache,target=/c cp /lock \\\n  /c/lock"
const use = "RUN --mount=type=cache,target=/c cat /c/lock"
const command = "cp /lock /c/lock"
const table = (text: string, imported: ReadonlyArray<string>): Table => ({
  entries: { app: { _tag: "Sound" } },
  dockerfiles: { "/home/retro/work/Dockerfile": text },
  imported
})

describe("steps that were imported before another needed them to have run", () => {
  it.each<[string, ReadonlyArray<string>]>([
    [`FROM bb AS one\n${fill}\n${use}`, ["--no-cache-filter=one"]],
    [`FROM bb AS one\n${fill}\nFROM one AS two\n${use}`, ["--no-cache-filter=one"]],
    [`FROM bb\n${fill}\n${use}`, ["--no-cache"]],
    [`FROM onbuild AS one\nRUN a\nFROM one\n${use}`, ["--no-cache-filter=one"]],
    [`FROM onbuild\n${use}`, ["--no-cache"]]
  ])("run again: %j", (text, flags) => {
    const { plan: planned } = plan("build -t app .", table(text, [command, "FROM onbuild"]))
    assert.deepStrictEqual(planned.args.filter((word) => word.startsWith("--no-cache")), flags)
    assert.match(planned.notices[0]?.text ?? "", /^steps that fill cache mounts run again: /)
    const tags = planned.after.map(({ _tag }) => _tag)
    assert.include(tags, "ForgetImportedSteps")
    assert.notInclude(tags, "DoubtImportedSteps", "it is run once more, not for ever")
  })

  it("stay cached where they ran, where others were imported, and where no step needs them", () => {
    for (const one of [table(`FROM bb\n${fill}\n${use}`, ["other"]), table(`FROM bb\n${fill}`, [command])]) {
      assert.isFalse(args("build -t app .", one).some((word) => word.startsWith("--no-cache")))
    }
  })

  it("are remembered when they are imported, and doubted when the build fails", () => {
    const whole = plan("build -t app .", table(`FROM bb\n${fill}\nRUN b`, [])).plan.after
    const commandsOf = (tag: string) =>
      whole.flatMap((action) => action._tag === tag && "commands" in action ? action.commands : [])
    assert.deepStrictEqual(commandsOf("RememberImportedSteps"), [command])
    assert.deepStrictEqual(commandsOf("DoubtImportedSteps"), ["FROM bb"], "its triggers are not in the Dockerfile")
    const partly = plan("build -t app .", table(`FROM bb\n${fill}\n${use}`, [])).plan.after
    assert.deepInclude(partly.find(({ _tag }) => _tag === "DoubtImportedSteps"), {
      commands: ["FROM bb", command],
      canRunAgain: true
    })
    assert.deepInclude(partly.find(({ _tag }) => _tag === "RememberImportedSteps"), { commands: ["cat /c/lock"] })
  })
})
