import { assert, describe, it } from "@effect/vitest"
import * as Facts from "../../../../src/core/facts/Facts.ts"
import * as PathOptions from "../../../../src/core/plan/paths/PathOptions.ts"
import * as PathTranslation from "../../../../src/core/plan/paths/PathTranslation.ts"
import * as Settings from "../../../../src/core/settings/Settings.ts"
import * as VolumeSpec from "../../../../src/core/syntax/VolumeSpec.ts"

const settings = Settings.decode({ WORKSPACE_DIR: "/data/ses1" })
assert(!("_tag" in settings))
const situation = (facts: Facts.Facts) => ({
  invocation: { argv0: "docker", argv: [], env: {}, cwd: "/home/retro/work" },
  settings,
  facts
})
const context = PathTranslation.context(settings, "/home/retro/work")
const word = { what: "--volume", value: "./app:/app", syntax: PathOptions.single(VolumeSpec) }
const known = ["/home/retro/work/app", "/home/retro/work"].reduce(
  (facts, path) => Facts.answer(facts, { _tag: "RealPath", path }, { resolved: path, exists: true }),
  Facts.none
)

describe("PathTranslation", () => {
  it("asks for all paths of a word at once", () => {
    const { state } = PathTranslation.word(word, context, situation(Facts.none))
    assert(state._tag === "OpenQuestions")
    assert.deepStrictEqual(state.questions.map((question) => question._tag === "RealPath" ? question.path : ""), [
      "/home/retro/work/app",
      "/home/retro/work"
    ])
  })

  it("gives the word the daemon's path, and says what it changed", () => {
    const { state } = PathTranslation.word(word, context, situation(known))
    assert(state._tag === "Done")
    assert.strictEqual(state.value, "/data/ses1/app:/app")
    assert.deepStrictEqual(state.gains.changes.map(({ from, to, what }) => [what, from, to]), [
      ["--volume", "./app:/app", "/data/ses1/app:/app"]
    ])
  })

  it("says why a word stays", () => {
    const { state } = PathTranslation.word({ ...word, value: "data:/app" }, context, situation(known))
    assert(state._tag === "Done")
    assert.strictEqual(state.value, "data:/app")
    assert.deepStrictEqual(state.gains.leftAlone.map(({ what, value }) => [what, value]), [["--volume", "data:/app"]])
  })
})
