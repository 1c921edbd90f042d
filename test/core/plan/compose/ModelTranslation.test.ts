import { assert, describe, it } from "vitest"
import * as Facts from "../../../../src/core/facts/Facts.ts"
import * as ModelTranslation from "../../../../src/core/plan/compose/ModelTranslation.ts"
import * as Settings from "../../../../src/core/settings/Settings.ts"

const work = "/home/retro/work"
const daemons = "/data/workspaces/ses1"
const env = { WORKSPACE_DIR: daemons }

const situation = (known: ReadonlyArray<string>) => {
  const settings = Settings.decode(env)
  if ("_tag" in settings) throw new Error("the settings are not accepted")
  return {
    settings,
    invocation: { argv0: "docker", argv: [], env, cwd: work },
    facts: Facts.answerAll(
      Facts.none,
      "RealPath",
      known.map((path) => ({
        question: { _tag: "RealPath", path } as const,
        answer: { resolved: path, exists: true }
      }))
    )
  }
}

describe("ModelTranslation", () => {
  it("asks about all paths at once, and about what they are compared with", () => {
    const translation = ModelTranslation.begin(situation([`${work}/b`]))
    assert.deepStrictEqual(
      ["a", "b", "c"].map((name) => translation.translate(name, `${work}/${name}`)),
      ["a", "b", "c"].map((name) => `${work}/${name}`)
    )
    const { state } = translation.finish("made")
    assert.deepStrictEqual(
      state._tag === "OpenQuestions"
        ? [...new Set(state.questions.map((question) => question._tag === "RealPath" ? question.path : ""))]
        : state,
      [`${work}/a`, work, `${work}/c`]
    )
  })

  it("gives the daemon's paths in the model's spelling, and says what it did in the order of the paths", () => {
    const translation = ModelTranslation.begin(situation([work, `${work}/$a`, "/opt/b"]))
    assert.strictEqual(translation.translate("one", `${work}/$$a`), `${daemons}/$$a`)
    assert.strictEqual(translation.translate("two", "/opt/b"), "/opt/b")
    const { state } = translation.finish("made")
    assert.deepInclude(state, { _tag: "Done", value: "made" })
    if (state._tag !== "Done") return
    assert.deepStrictEqual(state.gains.changes.map(({ from, to, what }) => [what, from, to]), [
      ["one", `${work}/$a`, `${daemons}/$a`]
    ])
    assert.deepStrictEqual(state.gains.leftAlone, [
      { what: "two", value: "/opt/b", why: "it lies outside every mapping" }
    ])
  })

  it("says why it leaves a path that would change, and nothing more of one that would not", () => {
    const translation = ModelTranslation.begin(situation([work, `${work}/a`, "/opt/b"]))
    translation.leave("one", `${work}/a`, "it cannot be replaced")
    translation.leave("two", "/opt/b", "it cannot be replaced")
    const { state } = translation.finish("made")
    if (state._tag !== "Done") return assert.fail("something is asked")
    assert.deepStrictEqual(state.gains.changes, [])
    assert.deepStrictEqual(state.gains.notices, [{ text: `one: ${work}/a: it cannot be replaced` }])
    assert.deepStrictEqual(state.gains.leftAlone, [
      { what: "one", value: `${work}/a`, why: "it cannot be replaced" },
      { what: "two", value: "/opt/b", why: "it lies outside every mapping" }
    ])
  })
})
