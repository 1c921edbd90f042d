import { assert, describe, it } from "vitest"
import type { Flag } from "../../../src/core/argv/grammar/Grammar.ts"
import * as table from "./table.ts"

const work = "/home/retro/work"
const data = "/data/w"
const env = { WORKSPACE_DIR: data, DOCKER_SHIM_CACHE: "off" }

const flag = (name: string, arity: Flag["arity"], shorthand = ""): Flag => ({ name, shorthand, arity })

const asked = (words: string, given: Partial<table.Table>): ReadonlyArray<unknown> =>
  table.plan(words, { env, ...given }).questions.flatMap((question) =>
    question._tag === "CommandFlags" ? [[question.program, question.command.join(" "), question.flag]] : []
  )

describe("UnknownFlags", () => {
  const value = [flag("new", "value"), flag("", "list", "Z")]
  const boolean = [flag("new", "boolean"), flag("", "boolean", "Z")]

  it.each([
    ["value", "--new run run", value],
    ["boolean", "--new run", boolean],
    ["value", "-Z run run", value],
    ["boolean", "-Z run", boolean],
    ["value", "-DZ run run", value],
    ["value", "container --new x run", value],
    ["value", "run --new -v", value],
    ["value", "run -Zx", value],
    ["boolean", "run -Zd", boolean],
    ["boolean", "run --new=x -Z", boolean],
    ["value", "--new x -Z y run --new z -Z=a", value]
  ])("translates behind a flag with a %s: %s", (_, words, flags) => {
    assert.deepStrictEqual(
      table.args(`${words} -v ${work}/a:/b img -v ${work}/c:/d`, { env, flags }),
      `${words} -v ${data}/a:/b img -v ${work}/c:/d`.split(" ")
    )
  })

  it("asks about each flag once, of the command that has it", () => {
    assert.deepStrictEqual(asked(`--new x run -v ${work}:/a --new y -Z img`, { flags: value }), [
      ["docker", "", "--new"],
      ["docker", "run", "--new"]
    ])
    assert.deepStrictEqual(asked("buildx --new x build --other .", { flags: value }), [
      ["docker", "buildx", "--new"],
      ["docker", "buildx build", "--other"]
    ])
  })

  it.each([
    "--new x ps",
    "ps --new x",
    "exec -Z web run",
    "rm --new -v web",
    "run ---x img",
    "run --=x img",
    "run -= img"
  ])(
    "asks nothing for %s, which does not concern the shim or no docker accepts",
    (words) => {
      assert.deepStrictEqual(asked(words, { flags: value }), [])
    }
  )

  it("says nothing of a flag that docker itself refuses", () => {
    const words = `run --nwe x -v ${work}:/a img`
    const { plan } = table.plan(words, { env, flags: value })
    assert.deepStrictEqual([plan.args, plan.notices], [words.split(" "), []])
  })

  it.each([
    `run --odd x -v ${work}:/a img`,
    `--odd run run -v ${work}:/a img`,
    `compose --odd x up`,
    `compose up --odd x`
  ])("says that a flag is not understood where nobody tells: %s", (words) => {
    const { plan } = table.plan(words, {
      env,
      unanswered: "it hangs",
      files: { _tag: "NotFound" } as never,
      model: { _tag: "Refused", input: [] }
    })
    assert.deepStrictEqual(plan.args, words.split(" "))
    assert.include(
      plan.notices.map(({ text }) => text),
      "unknown flag --odd (it hangs): the rest of the command is passed through unchanged"
    )
  })
})
