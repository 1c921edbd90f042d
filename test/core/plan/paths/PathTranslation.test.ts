import { assert, describe, it } from "@effect/vitest"
import * as Facts from "../../../../src/core/facts/Facts.ts"
import * as Question from "../../../../src/core/facts/Question.ts"
import * as PathOptions from "../../../../src/core/plan/paths/PathOptions.ts"
import * as PathTranslation from "../../../../src/core/plan/paths/PathTranslation.ts"
import * as Settings from "../../../../src/core/settings/Settings.ts"
import * as MountOption from "../../../../src/core/syntax/MountOption.ts"
import * as VolumeSpec from "../../../../src/core/syntax/VolumeSpec.ts"

const settings = Settings.decode({ WORKSPACE_DIR: "/data/ses1" })
assert(!("_tag" in settings))
const situation = (facts: Facts.Facts) => ({
  invocation: { argv0: "docker", argv: [], env: {}, cwd: "/home/retro/work" },
  settings,
  facts
})
const context = PathTranslation.context(settings, "/home/retro/work")
const word = PathTranslation.read({ what: "--volume", value: "./app:/app", syntax: PathOptions.single(VolumeSpec) })
const known = ["/home/retro/work/app", "/home/retro/work"].reduce(
  (facts, path) => Facts.answer(facts, { _tag: "RealPath", path }, { resolved: path, exists: true }),
  Facts.none
)

const values = (...all: ReadonlyArray<string>) => all.map((value) => PathTranslation.read({ ...word, value }))

describe("PathTranslation", () => {
  it("asks for all paths of all words at once", () => {
    const { state } = PathTranslation.words(
      values("./app:/app", "data:/data", "./web:/web"),
      context,
      situation(Facts.none)
    )
    assert(state._tag === "OpenQuestions")
    assert.deepStrictEqual(
      Question.distinct(state.questions).map((question) => question._tag === "RealPath" ? question.path : ""),
      ["/home/retro/work/app", "/home/retro/work", "/home/retro/work/web"]
    )
  })

  it("gives a word the daemon's path, and says what it changed", () => {
    const { state } = PathTranslation.words([word], context, situation(known))
    assert(state._tag === "Done")
    assert.deepStrictEqual(state.value, ["/data/ses1/app:/app"])
    assert.deepStrictEqual(state.gains.changes.map(({ from, to, what }) => [what, from, to]), [
      ["--volume", "./app:/app", "/data/ses1/app:/app"]
    ])
  })

  it("says why a word stays", () => {
    const { state } = PathTranslation.words(values("data:/app"), context, situation(known))
    assert(state._tag === "Done")
    assert.deepStrictEqual(state.value, ["data:/app"])
    assert.deepStrictEqual(state.gains.leftAlone.map(({ what, value }) => [what, value]), [["--volume", "data:/app"]])
  })

  it("keeps words of none, one and several paths apart", () => {
    const both =
      "type=volume,target=/x,volume-opt=device=/home/retro/work/app,\"volume-opt=o=lowerdir=/home/retro/work,workdir=/w\""
    const mount = PathTranslation.read({ what: "--mount", value: both, syntax: MountOption })
    const all = [...values("data:/app"), mount, ...values("./app:/b")]
    const facts = Facts.answer(known, { _tag: "RealPath", path: "/w" }, { resolved: "/w", exists: true })
    const { state } = PathTranslation.words(all, context, situation(facts))
    assert(state._tag === "Done")
    assert.deepStrictEqual(state.value, [
      "data:/app",
      "type=volume,target=/x,volume-opt=device=/data/ses1/app,\"volume-opt=o=lowerdir=/data/ses1,workdir=/w\"",
      "/data/ses1/app:/b"
    ])
  })
})
